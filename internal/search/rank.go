package search

import (
	"slices"
	"strings"
)

// rank is how well a record is found: 0 is best.
type rank int

const (
	codeEqual rank = iota
	nameEqual
	prefixFound // a code or name begins with the first word
	partFound   // the words are anywhere in the key
	ranks
)

// Query is a text that is looked for, folded once for many records.
type Query struct {
	words       []Word
	text, first string // all of it, and its first word
}

// NewQuery returns the query of a text.
func NewQuery(text string) Query {
	q := Query{words: Words(text), text: Fold(text)}
	if !q.IsEmpty() {
		q.first = q.words[0][0]
	}
	return q
}

// IsEmpty reports whether nothing is looked for.
func (q Query) IsEmpty() bool { return len(q.words) == 0 }

// Entry is what a record in memory is found and ranked by.
type Entry struct {
	Key   string
	names string // its beginning: see Names
}

// NewEntry returns the entry of a record. Its tags are found by pinyin too, as its code and
// names are, but do not count in ranking. It costs as much as Key.
func NewEntry(code string, names, tags []string, texts ...string) Entry {
	ranked := foldAll(append([]string{code}, names...))
	key := foldedKey(slices.Concat(ranked, foldAll(tags)), foldAll(texts))
	return Entry{key, key[:len(strings.Join(ranked, "\n"))]}
}

// Names returns what a record is ranked by: its folded code and names, one a line, the code
// first.
func Names(code string, names ...string) string {
	return strings.Join(foldAll(append([]string{code}, names...)), "\n")
}

// rankOf ranks a record that has been found. It costs O(length of the names), and allocates
// nothing.
func (q Query) rankOf(names string) rank {
	best, equal := partFound, codeEqual
	for more := true; more; equal = nameEqual {
		var name string
		name, names, more = strings.Cut(names, "\n")
		switch {
		case name == q.text:
			return equal // a code comes first
		case strings.HasPrefix(name, q.first):
			best = prefixFound
		}
	}
	return best
}

// Best keeps the best of the records that a query finds (top k): equal codes first, then
// equal names, then codes and names that begin with the first word, then the rest. Within
// each they keep the order in which they are added.
type Best struct {
	query Query
	limit int
	found [ranks][]int
}

// NewBest returns an empty list that keeps up to limit records.
func NewBest(q Query, limit int) *Best { return &Best{query: q, limit: limit} }

// AddMatch adds a record by its number where its entry matches the query. Nothing matches an
// empty one.
func (b *Best) AddMatch(number int, e Entry) {
	if !b.query.IsEmpty() && Match(e.Key, b.query.words) {
		b.Add(number, e.names)
	}
}

// Add adds a record that is known to match, such as one that a store has found.
func (b *Best) Add(number int, names string) {
	if r := b.query.rankOf(names); len(b.found[r]) < b.limit {
		b.found[r] = append(b.found[r], number)
	}
}

// Numbers returns the numbers of the records that are kept, the best first.
func (b *Best) Numbers() []int {
	var all []int
	for _, numbers := range b.found {
		all = append(all, numbers...)
	}
	return all[:min(b.limit, len(all))]
}
