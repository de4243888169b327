package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/fault"
)

// The cost of a hash: argon2id as OWASP recommends, about 70 ms.
const (
	hashMemory  = 19 * 1024 // KiB
	hashTime    = 2
	hashThreads = 1
	hashLength  = 32
	saltLength  = 16
)

// How long a password is, in characters.
const (
	MinPassword = 12
	MaxPassword = 256
)

// hasher hashes passwords, at most two at a time: each takes a core and 19 MiB.
type hasher struct{ slots chan struct{} }

func newHasher() hasher { return hasher{make(chan struct{}, 2)} }

// deriveKey hashes a password, or waits for its turn within a context.
func (h hasher) deriveKey(ctx context.Context, password string, salt []byte, memory, time uint32, threads uint8) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(normalizePassword(password)), salt, time, memory, threads, hashLength), nil
}

// hashPassword returns a password as it is kept: $argon2id$v=19$m=…,t=…,p=…$SALT$HASH.
func (h hasher) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // it never fails
	key, err := h.deriveKey(ctx, password, salt, hashMemory, hashTime, hashThreads)
	if err != nil {
		return "", err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads, encode(salt), encode(key)), nil
}

// noPassword is the hash of no password: whoever has none costs the same time.
const noPassword = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// matchesPassword reports whether a password is the one of a hash, which is empty for none.
func (h hasher) matchesPassword(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = noPassword
	}
	var version int
	var memory, time uint32
	var threads uint8
	var rest string
	if _, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &memory, &time, &threads, &rest); err != nil {
		return false, fmt.Errorf("the hash of a password cannot be read: %w", err)
	}
	encodedSalt, encodedKey, _ := strings.Cut(rest, "$")
	salt, err := base64.RawStdEncoding.DecodeString(encodedSalt)
	if err != nil {
		return false, err
	}
	want, err := base64.RawStdEncoding.DecodeString(encodedKey)
	if err != nil {
		return false, err
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		password, known = "", false
	}
	got, err := h.deriveKey(ctx, password, salt, memory, time, threads)
	return err == nil && known && subtle.ConstantTimeCompare(got, want) == 1, err
}

// normalizePassword makes one password of what keyboards and input methods give for it.
func normalizePassword(password string) string { return norm.NFKC.String(password) }

// foldLogin returns the form in which logins are compared: without width and case.
func foldLogin(login string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.TrimSpace(login))))
}

// commonPassword matches passwords that are made of what people choose first, with digits
// and signs.
var commonPassword = regexp.MustCompile(`^[\W_0-9]*((pass(word|wort|wd)?|p4ssw0rd|passw0rd|password|secret|admin(istrator)?|root|user|guest|test(ing)?|demo|sample|zhitu|letmein|welcome|hello|login|master|monkey|dragon|sunshine|princess|football|baseball|superman|batman|iloveyou|love|you|me|my|the|is|change|default|qwert(y|z)?(uiop)?|asdf(gh(jkl)?)?|zxcv(bnm?)?|q?az?wsx(edc)?|abc(def(gh)?)?|1q2w3e4r(5t(6y)?)?|woaini|mima|wo|ni|ai|company|gongsi|china|zhongguo|beijing|shanghai|spring|summer|autumn|winter|monday|friday|january|december|computer|internet|whatever|trustno|starwars|freedom|shadow|michael|jennifer|jordan|charlie|thomas|hunter|killer|soccer|hockey|ranger|pepper|ginger|cookie|flower|cheese|银行|密码|我爱你)[\W_0-9]*)+$`)

const sequences = "01234567890123456789|98765432109876543210|abcdefghijklmnopqrstuvwxyz|zyxwvutsrqponmlkjihgfedcba|qwertyuiopasdfghjklzxcvbnm|1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/|1q2w3e4r5t6y7u8i9o0p"

// checkPassword refuses a password that is easy to guess.
func checkPassword(password, login string) error {
	password = normalizePassword(password)
	folded := strings.ToLower(password)
	different := map[rune]bool{}
	for _, c := range folded {
		different[c] = true
	}
	refuse := func(en, zh string, args ...any) error { return invalidArgument("password", en, zh, args...) }
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return refuse("the password is not valid text: type another", "密码不是有效文本：请换一个")
	case n < MinPassword:
		return refuse("the password has %d characters: give at least %d, such as four unrelated words", "密码只有 %d 个字符：请至少用 %d 个，例如四个不相关的词", n, MinPassword)
	case n > MaxPassword:
		return refuse("the password has %d characters: give at most %d", "密码有 %d 个字符：请勿超过 %d 个", n, MaxPassword)
	case len(different) < 6, strings.Contains((folded + folded)[1:2*len(folded)-1], folded):
		return refuse("the password repeats a few characters: choose another", "密码只是少数字符的重复：请换一个")
	case login != "" && strings.Contains(folded, login) && n-utf8.RuneCountInString(login) < MinPassword:
		return refuse("the password is little more than the user name: choose another", "密码与登录名过于相似：请换一个")
	case strings.Contains(sequences, folded), commonPassword.MatchString(folded):
		return refuse("the password is among the first that are guessed: choose another, such as four unrelated words", "密码过于常见，容易被猜中：请换一个，例如四个不相关的词")
	}
	return nil
}

// invalidArgument refuses a field of an input.
func invalidArgument(field, en, zh string, args ...any) error {
	return refusal(field, fault.InvalidArgument, en, zh, args...)
}

// refusal refuses a field of an input with a code.
func refusal(field string, code fault.Code, en, zh string, args ...any) error {
	return fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: field}, Code: code, Text: fault.T(en, zh, args...)}})
}
