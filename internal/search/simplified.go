package search

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed simplified.txt
var simplifiedPairs string

// simplified returns the simplified character of each traditional one. Where several are
// possible it is the most common: good enough to compare, since a query is folded like the
// texts.
var simplified = sync.OnceValue(func() map[rune]rune {
	pairs := make(map[rune]rune, 5000)
	for line := range strings.Lines(simplifiedPairs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		runes := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(runes); i += 2 {
			pairs[runes[i]] = runes[i+1]
		}
	}
	return pairs
})
