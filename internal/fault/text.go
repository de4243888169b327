package fault

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// Lang is a language of messages, as a BCP 47 tag.
type Lang string

// The languages in which every message for people exists.
const (
	English Lang = "en"
	Chinese Lang = "zh-CN"
)

// Text is one message in all languages. Both stand side by side in the code, so that
// neither is forgotten or drifts from the other.
type Text struct{ EN, ZH string }

// T formats both languages with the same arguments. An argument that is itself a
// Text appears in the language of the message. Use %[2]s where the order differs.
func T(en, zh string, args ...any) Text {
	return Text{EN: format(English, en, args), ZH: format(Chinese, zh, args)}
}

func format(lang Lang, pattern string, args []any) string {
	if len(args) == 0 {
		return pattern
	}
	localized := make([]any, len(args))
	for i, a := range args {
		if t, ok := a.(Text); ok {
			a = t.In(lang)
		}
		localized[i] = a
	}
	return fmt.Sprintf(pattern, localized...)
}

// In returns the message in a language; English where the language is unknown.
func (t Text) In(lang Lang) string {
	if lang == Chinese {
		return t.ZH
	}
	return t.EN
}

func (t Text) String() string { return t.EN }

var (
	supported = []Lang{English, Chinese}
	matcher   = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})
)

// AcceptLanguage negotiates the language of an Accept-Language header or of a plain
// tag such as "zh"; English where nothing matches.
func AcceptLanguage(header string) Lang {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return English
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return English
	}
	return supported[i]
}

// FromEnvironment returns the language that LC_ALL, LC_MESSAGES or LANG selects, in
// the order of POSIX. A nil env stands for the environment of the process.
func FromEnvironment(env func(string) string) Lang {
	if env == nil {
		env = os.Getenv
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(name); v != "" {
			return ParseLang(v)
		}
	}
	return English
}

// Supported reports whether a locale or tag selects one of our languages.
func Supported(locale string) bool {
	tag, err := language.Parse(strings.ReplaceAll(strings.SplitN(locale, ".", 2)[0], "_", "-"))
	if err != nil {
		return false
	}
	base, _ := tag.Base()
	return base.String() == "en" || base.String() == "zh"
}

// Count returns a number with its noun, such as 1 problem and 2 problems. In Chinese it is
// the number alone: the noun, which has no plural, stands in the message.
func Count(n int, one, many string) Text {
	number := strconv.Itoa(n)
	if n == 1 {
		return Text{EN: number + " " + one, ZH: number}
	}
	return Text{EN: number + " " + many, ZH: number}
}

// ParseLang returns the language of a locale such as zh_CN.UTF-8 or of a tag such as
// zh-Hans; English where it is none of ours.
func ParseLang(locale string) Lang {
	if len(locale) >= 2 && (locale[0]|0x20) == 'z' && (locale[1]|0x20) == 'h' {
		return Chinese
	}
	return English
}
