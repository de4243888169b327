package search

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// pinyinMark begins each pinyin form in a key. The forms are in capital letters, which no
// folded text has: so a word in capitals after the mark is found from the beginning of a
// character, and not within a syllable.
const pinyinMark = "|"

// What a key holds of a name: up to so many characters from each one on, and up to so many
// readings of a character.
const (
	maxSyllables = 6
	maxReadings  = 3
)

// pinyinForm returns the form in which pinyin keys hold a word; "" where it is no pinyin.
func pinyinForm(word string) string {
	letters := 0
	for _, r := range word {
		switch {
		case 'a' <= r && r <= 'z':
			letters++
		case r < '0' || r > '9':
			return ""
		}
	}
	if letters < 2 {
		return ""
	}
	return strings.ToUpper(word)
}

// syllable is a Chinese character with its readings, or a word of Latin letters and digits.
type syllable struct {
	readings []string // in capital letters, without tones, the most common first
	isWord   bool
}

// pinyinForms returns the pinyin of folded texts and its initials, from every character on
// and for a few characters, each once.
func pinyinForms(texts []string) (forms []string) {
	for _, text := range texts {
		for _, run := range syllableRuns(text) {
			for from := range run {
				forms = appendForms(forms, run[from:min(len(run), from+maxSyllables)])
			}
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// appendForms appends the pinyin of a few syllables, its initials, and the first syllable
// with the initials of the others: with the first reading of each, and with each other
// reading of one of them.
func appendForms(forms []string, run []syllable) []string {
	appendForm := func(other, reading int) {
		var whole, initials strings.Builder
		for i, s := range run {
			text := s.readings[0]
			if i == other {
				text = s.readings[reading]
			}
			whole.WriteString(text)
			if !s.isWord {
				text = text[:1]
			}
			initials.WriteString(text)
		}
		forms = append(forms, whole.String())
		if len(run) > 1 {
			first := run[0].readings[0]
			if other == 0 {
				first = run[0].readings[reading]
			}
			all, rest := initials.String(), initials.String()[1:]
			if run[0].isWord {
				rest = all[len(first):]
			}
			forms = append(forms, all, first+rest) // chenxy, as people are often named
		}
	}
	appendForm(-1, 0)
	for i, s := range run {
		for reading := 1; reading < len(s.readings); reading++ {
			appendForm(i, reading)
		}
	}
	return forms
}

// syllableRuns divides a folded text into runs of syllables that stand together, and leaves
// out those without a Chinese character.
func syllableRuns(text string) (runs [][]syllable) {
	var run []syllable
	word, chinese := "", false
	endWord := func() {
		if word != "" {
			run, word = append(run, syllable{[]string{strings.ToUpper(word)}, true}), ""
		}
	}
	endRun := func() {
		if endWord(); chinese {
			runs = append(runs, run)
		}
		run, chinese = nil, false
	}
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			word += string(r)
		case unicode.Is(unicode.Han, r):
			endWord()
			if readings := readingsOf(r); len(readings) > 0 {
				run, chinese = append(run, syllable{readings: readings}), true
			}
		default:
			endRun()
		}
	}
	endRun()
	return runs
}

// knownReadings has the readings of the characters that have occurred, of which there are some
// thousands: the library looks each of them up by regular expressions.
var knownReadings sync.Map // rune → []string

// readingsOf returns how a character may be read. The slice is shared.
func readingsOf(r rune) []string {
	if known, ok := knownReadings.Load(r); ok {
		return known.([]string)
	}
	known, _ := knownReadings.LoadOrStore(r, findReadings(r))
	return known.([]string)
}

func findReadings(r rune) (readings []string) {
	for _, reading := range pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal, Heteronym: true}) {
		reading = strings.ToUpper(reading)
		if isPlain(reading) && !slices.Contains(readings, reading) && len(readings) < maxReadings {
			readings = append(readings, reading)
		}
	}
	return readings
}

func isPlain(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
