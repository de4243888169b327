// Package search finds texts as people type them. Both a text and a query are folded: width
// and other compatibility forms (NFKC), case, accents, traditional to simplified characters,
// and what keyboards write in several ways, such as apostrophes and middle dots.
//
// A record is found by its key, which is a text that stores keep. All words of a query must
// be in it, in any order, each as a part of the folded text, or as pinyin or its initials
// from the beginning of a character.
package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key returns the search key of a record: its codes and names, which are found by pinyin
// too, and its longer texts. The key of the same texts may change with the program; stores
// rewrite it when their schema changes. It costs O(length).
func Key(names []string, texts ...string) string { return foldedKey(foldAll(names), foldAll(texts)) }

func foldedKey(names, texts []string) string {
	forms := append([]string{strings.Join(slices.Concat(names, texts), "\n")}, pinyinForms(names)...)
	return strings.Join(forms, pinyinMark)
}

func foldAll(texts []string) (folded []string) {
	for _, text := range texts {
		if text = Fold(text); text != "" {
			folded = append(folded, text)
		}
	}
	return folded
}

// Word is a word of a query, in the one or two forms in which a key may contain it.
type Word []string

// Words returns the words of a query; none where it selects everything.
func Words(query string) (words []Word) {
	seen := map[string]bool{}
	for field := range strings.FieldsFuncSeq(query, isBlank) {
		text := Fold(field)
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		word := Word{text}
		if form := pinyinForm(text); form != "" {
			word = append(word, pinyinMark+form)
		}
		words = append(words, word)
	}
	return words
}

// Match reports whether a key has all words of a query.
func Match(key string, words []Word) bool {
	for _, word := range words {
		if !strings.Contains(key, word[0]) && (len(word) == 1 || !strings.Contains(key, word[1])) {
			return false
		}
	}
	return true
}

// Fold returns the form in which texts are compared. Between Chinese characters, and between
// these and others, white space does not count.
func Fold(s string) string {
	s = strings.ToLower(strings.ToUpper(norm.NFKC.String(s))) // so that all forms of a letter become one
	s = norm.NFD.String(strings.ReplaceAll(s, "ß", "ss"))
	s = norm.NFC.String(strings.Map(foldRune, s))
	var out strings.Builder
	out.Grow(len(s))
	last, blank := rune(0), false
	for _, r := range s {
		if isBlank(r) {
			blank = true
			continue
		}
		if simple, ok := simplified()[r]; ok {
			r = simple
		}
		if blank && last != 0 && !isIdeograph(last) && !isIdeograph(r) {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		last, blank = r, false
	}
	return out.String()
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func isIdeograph(r rune) bool {
	return r > 0x2E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// foldRune drops a character that people leave out or type in several ways (-1), and
// replaces a dash.
func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		if r == '\'' || r == '`' {
			return -1
		}
		return r
	case '\u0300' <= r && r <= '\u036f': // accents
		return -1
	case strings.ContainsRune("´‘’‚‛′ʹʻʼʽˈ", r): // apostrophes
		return -1
	case strings.ContainsRune("·•‧∙⋅・᛫⸱", r): // middle dots
		return -1
	case '\u2010' <= r && r <= '\u2015', r == '\u2212': // hyphens, dashes and minus
		return '-'
	case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return -1
	}
	return r
}
