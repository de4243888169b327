package competency

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"github.com/zhitu/zhitu/internal/fault"
)

// Nearest returns the candidate most like a word (edit distance), whatever its case,
// or "" where none is near enough to be what was meant. It costs O(candidates); see
// Suggester for many words.
func Nearest(word string, candidates []string) string {
	length := utf8.RuneCountInString(word)
	best, bestDistance := "", length/2+1
	folded := Fold(word)
	for _, c := range candidates {
		// Texts that differ much in length cannot be near: spare the matrix.
		if d := utf8.RuneCountInString(c) - length; d >= bestDistance || -d >= bestDistance {
			continue
		}
		if d := levenshtein.ComputeDistance(folded, Fold(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
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
