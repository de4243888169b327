package audit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// MinKey is how many characters a key has at least.
const MinKey = 32

// Key is the secret of all chains of a store. Who does not have it cannot alter a chain
// unnoticed, however much of the store they can write.
type Key struct {
	secret []byte
	id     string // tells keys apart, and tells nothing of the secret
}

// ParseKey returns the key that a text is. It is INVALID_ARGUMENT where that is too short.
func ParseKey(text string) (Key, error) {
	if len(text) < MinKey {
		return Key{}, fault.New(fault.InvalidArgument, "the audit key has %d characters and needs %d: make one, such as by openssl rand -hex 32",
			"审计密钥有 %d 个字符，至少需要 %d 个：请生成一个，例如用 openssl rand -hex 32", len(text), MinKey)
	}
	k := Key{secret: []byte(text)}
	k.id = hex.EncodeToString(k.hash("key").Sum(nil)[:4])
	return k, nil
}

// NewKey returns a random key, for chains that end with the process.
func NewKey() Key {
	k, err := ParseKey(newSecret())
	if err != nil {
		panic(err) // a secret is long enough
	}
	return k
}

func newSecret() string {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	return hex.EncodeToString(secret)
}

// KeyFile returns the key that a file holds, and makes the file where there is none:
// only its owner may read it. Of several programs that do so at once, one makes it and all
// have the same key.
func KeyFile(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKeyFile(path); err == nil {
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return Key{}, fault.Wrap(err, fault.Unavailable, "the audit key %s can neither be read nor made: this program has to be allowed to read and write it",
			"无法读取或创建审计密钥 %s：须允许本程序读写该文件", path)
	}
	return ParseKey(strings.TrimSpace(string(text)))
}

// ReadKeyFile returns the key that a file holds. It is NOT_FOUND where there is none: a new
// one would not be that of the chains that are there.
func ReadKeyFile(path string) (Key, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return Key{}, fault.New(fault.NotFound, "there is no audit key %s: put that of the store there, or set ZHITU_AUDIT_KEY to it",
			"审计密钥 %s 不存在：请将该存储的密钥文件放到此处，或设置 ZHITU_AUDIT_KEY", path)
	}
	return KeyFile(path)
}

// createKeyFile makes the whole file under another name first, so that nobody reads a part
// of it. It is no error where another program was faster.
func createKeyFile(path string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".audit-key-*") // with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(newSecret() + "\n")
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		if err = os.Link(file.Name(), path); errors.Is(err, fs.ErrExist) {
			return nil
		}
	}
	return err
}

// hash begins an HMAC of texts, for a purpose. Each text is written with its length, so
// that no two lists of texts are the same.
func (k Key) hash(purpose string, texts ...string) hash.Hash {
	h := hmac.New(sha256.New, k.secret)
	writeTexts(h, "zhitu audit 1", purpose)
	writeTexts(h, texts...)
	return h
}

func writeTexts(h hash.Hash, texts ...string) {
	for _, text := range texts {
		writeNumber(h, int64(len(text)))
		_, _ = h.Write([]byte(text))
	}
}

func writeNumber(h hash.Hash, n int64) {
	var buffer [8]byte
	_, _ = h.Write(binary.BigEndian.AppendUint64(buffer[:0], uint64(n)))
}

func encodeMAC(h hash.Hash) string { return base64.RawURLEncoding.EncodeToString(h.Sum(nil)) }

// mac returns the MAC of an entry, given that of the one before: it covers every field.
func (k Key) mac(before string, e *store.JournalEntry) string {
	h := k.hash("entry", before, e.Chain)
	writeNumber(h, e.Number)
	writeNumber(h, e.At.UnixMicro())
	writeTexts(h, e.Account, e.Action, e.Outcome)
	writeNumber(h, int64(len(e.Subjects)))
	writeTexts(h, e.Subjects...)
	writeTexts(h, e.Body)
	return encodeMAC(h)
}

// The marks of a chain that a seal is for.
const (
	headSeal   = "head"
	anchorSeal = "anchor"
)

// seal returns a mark with the seal that shows that it was made by whoever has the key.
func (k Key) seal(purpose, chain string, number int64, mac string) store.JournalMark {
	h := k.hash(purpose, chain, mac)
	writeNumber(h, number)
	return store.JournalMark{Number: number, MAC: mac, Seal: encodeMAC(h)}
}

// holds reports whether the seal of a mark is right.
func (k Key) holds(purpose, chain string, m store.JournalMark) bool {
	return hmac.Equal([]byte(m.Seal), []byte(k.seal(purpose, chain, m.Number, m.MAC).Seal))
}

// owns reports whether a chain was written under the key.
func (k Key) owns(chain string) bool { return strings.HasPrefix(chain, k.id+"-") }
