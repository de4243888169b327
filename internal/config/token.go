package config

import (
	"regexp"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// MinTokenLength is how many characters a token has at least that other machines send.
const MinTokenLength = 16

// guessableToken matches tokens made of what people type first, with digits and signs.
var guessableToken = regexp.MustCompile(`(?i)^[\W_0-9]*((change|replace|default|pass(word|wort|wd)?|secret|token|bearer|zhitu|admin|root|user|test|demo|example|sample|letmein|welcome|qwerty(uiop)?|asdf(gh(jkl)?)?|abcdef(gh)?|abc|key|api|my|me|this|your|here|please|the|a|is|of)[\W_0-9]*)+$`)

// WeakToken says why a token is easy to guess; the zero Text where it is not.
func WeakToken(token string) fault.Text {
	const howEN, howZH = "; make one with: openssl rand -hex 32", "；可用以下命令生成：openssl rand -hex 32"
	different := map[rune]bool{}
	for _, c := range token {
		different[c] = true
	}
	switch length := len([]rune(token)); {
	case length < MinTokenLength:
		return fault.T("the token has %d characters, and takes at least %d"+howEN, "令牌只有 %d 个字符，至少须有 %d 个"+howZH, length, MinTokenLength)
	case len(different) < 6, strings.Contains((token + token)[1:2*len(token)-1], token):
		return fault.T("the token repeats a few characters"+howEN, "令牌只是少数字符的重复"+howZH)
	case guessableToken.MatchString(token), strings.Contains("01234567890123456789abcdefghijklmnopqrstuvwxyz0123456789", strings.ToLower(token)):
		return fault.T("the token is made of common words or a sequence"+howEN, "令牌由常用词或连续字符组成"+howZH)
	}
	return fault.Text{}
}
