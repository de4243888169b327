package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// alphabet is base32 in lower case: it survives every channel, and a double click selects
// all of it.
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func randomText(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // it never fails
	return alphabet.EncodeToString(b)
}

// newID returns the id of an account, session or token.
func newID() string { return randomText(10) }

// newSecret returns 160 random bits.
func newSecret() string { return randomText(20) }

// hashSecret returns what is kept of a secret. The secret is random, so that it needs no
// slow hash.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func matchesHash(secret, hash string) bool {
	return hash != "" && subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(hash)) == 1
}

// joinSecret and cutSecret join the id of what a secret opens with the secret.
func joinSecret(id, secret string) string { return id + "." + secret }

func cutSecret(text string) (id, secret string, ok bool) {
	id, secret, ok = strings.Cut(text, ".")
	return id, secret, ok && isID(id) && len(secret) <= 64
}

// isID reports whether a text can be an id of ours, so that no other is looked up.
func isID(text string) bool { return len(text) == 16 && isAlphabetic(text) }

func isAlphabetic(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') }) < 0
}

// documentID returns an id that a client has given, or one that no document has.
func documentID(id string) string {
	if isID(id) {
		return id
	}
	return "-"
}

// The parts of a token: zhitu_ID_SECRET with a checksum, which tells typing errors and
// other texts from tokens without a lookup, and lets scanners of leaked secrets find them.
const (
	tokenPrefix = "zhitu_"
	idLength    = 16
	partsLength = idLength + 1 + 32
	sumLength   = 7
)

// formatToken returns the text of a token.
func formatToken(id, secret string) string {
	parts := tokenPrefix + id + "_" + secret
	return parts + checksum(parts)
}

func checksum(text string) string {
	return alphabet.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

// IsToken reports whether a text has the form of our tokens, with a checksum that fits. It
// looks nothing up.
func IsToken(text string) bool {
	_, _, ok := parseToken(text)
	return ok
}

func parseToken(text string) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(text, tokenPrefix)
	if !ok || len(rest) != partsLength+sumLength || rest[idLength] != '_' {
		return "", "", false
	}
	id, secret = rest[:idLength], rest[idLength+1:partsLength]
	return id, secret, isAlphabetic(id+secret) && checksum(text[:len(text)-sumLength]) == rest[partsLength:]
}
