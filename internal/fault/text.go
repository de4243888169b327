package fault

import (
	"fmt"
	"os"

	"golang.org/x/text/language"
)

// Lang is a language that messages exist in.
type Lang string

// The languages of all messages for people.
const (
	English Lang = "en"
	Chinese Lang = "zh-CN"
)

// Text is one message in every language we speak. The pair stands together in
// the code so that neither can be forgotten or drift from the other.
type Text struct{ EN, ZH string }

// T formats both languages with the same arguments; an argument that is itself
// a Text is put in its language. Use %[2]s where the order differs.
func T(en, zh string, args ...any) Text {
	return Text{EN: format(English, en, args), ZH: format(Chinese, zh, args)}
}

func format(lang Lang, pattern string, args []any) string {
	if len(args) == 0 {
		return pattern
	}
	local := make([]any, len(args))
	for i, a := range args {
		if t, ok := a.(Text); ok {
			a = t.In(lang)
		}
		local[i] = a
	}
	return fmt.Sprintf(pattern, local...)
}

// In returns the message in a language, in English where it is unknown.
func (t Text) In(lang Lang) string {
	if lang == Chinese {
		return t.ZH
	}
	return t.EN
}

func (t Text) String() string { return t.EN }

var (
	spoken  = []Lang{English, Chinese}
	matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})
)

// AcceptLanguage chooses a language by an Accept-Language header or a plain
// tag such as "zh"; English where nothing fits.
func AcceptLanguage(header string) Lang {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return English
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return English
	}
	return spoken[i]
}

// FromEnvironment chooses a language by LC_ALL, LC_MESSAGES and LANG, in the
// order that POSIX gives them.
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

// ParseLang reads a locale such as zh_CN.UTF-8 or a tag such as zh-Hans.
func ParseLang(locale string) Lang {
	if len(locale) >= 2 && (locale[0]|0x20) == 'z' && (locale[1]|0x20) == 'h' {
		return Chinese
	}
	return English
}
