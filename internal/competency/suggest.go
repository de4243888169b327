package competency

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"github.com/zhitu/zhitu/internal/fault"
)

// Nearest returns the candidate most like a word (edit distance), whatever its case and width,
// or "" where none is near enough to be what was meant. It costs O(candidates); see
// Suggester for many words.
func Nearest(word string, candidates []string) string {
	length := utf8.RuneCountInString(word)
	best, bestDistance := "", length/2+1
	folded := look(word)
	for _, c := range candidates {
		if differsByZeros(word, c) {
			return c
		}
		// Texts that differ much in length cannot be near: spare the matrix.
		if d := utf8.RuneCountInString(c) - length; d >= bestDistance || -d >= bestDistance {
			continue
		}
		if d := levenshtein.ComputeDistance(folded, look(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// differsByZeros reports whether two texts are the same number but for zeros in front, which
// spreadsheets take away.
func differsByZeros(a, b string) bool {
	return a != "" && len(a) != len(b) && strings.Trim(a, "0123456789") == "" && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

// MayBeName reports whether a text in place of a code is worth a look among names. A plain
// code is not, which programs may ask for often.
func MayBeName(text string) bool {
	text = Trim(text)
	plain := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || r == ' ' }) < 0
	return !plain && utf8.RuneCountInString(text) <= MaxCode
}

// SameName reports whether a text in place of a code is the name of a record.
func SameName(text, name string) bool { return name != "" && Fold(Trim(text)) == Fold(Trim(name)) }

// Named is a code with its name, in the form in which messages suggest it.
func Named(code, name string) string { return code + " (" + Truncate(name, MaxQuoted) + ")" }

// MaxSuggested is how many codes a message suggests.
const MaxSuggested = 5

// DidYouMean adds suggestions to a message, if there are any.
func DidYouMean(message fault.Text, suggested []string) fault.Text {
	if len(suggested) == 0 {
		return message
	}
	return fault.T("%s; did you mean %s?", "%s；是否应为 %s？", message, strings.Join(suggested, ", "))
}

// MaxSuggestions is for how many words of one input a Suggester looks for others.
// Every look reads all candidates, and nobody reads hundreds of suggestions.
const MaxSuggestions = 20

// maxCompared bounds the candidates that a Suggester reads for one input: some
// tenths of a second. The look that exceeds it is the last.
const maxCompared = 1_000_000

// Suggester suggests what the unknown words of one input probably mean, with a
// bound on the work for all of them together. The zero value is ready for one input.
type Suggester struct {
	looks, compared int
	told            map[string]fault.Text // the same reference gets the same answer
}

// Suggest returns the candidate nearest to a word, or "" where none is near or the
// bounds are reached. It asks for the candidates only if it reads them.
func (s *Suggester) Suggest(word string, candidates func() []string) string {
	if s.looks >= MaxSuggestions || s.compared >= maxCompared {
		return ""
	}
	list := candidates()
	s.looks++
	s.compared += len(list)
	return Nearest(word, list)
}
