package workforce

import (
	"iter"
	"math/bits"
	"slices"
)

// Person is the number of a person in Columns. Where nobody has moved since these were
// built, people of a department and of those beneath it have numbers in one piece.
type Person uint32

// Set is a set of people, as a bitmap. Low and High bound its members, so that a question
// about a department reads its part of each column alone. The zero Set is empty.
type Set struct {
	words     []uint64
	size      int
	low, high Person // members are in [low, high)
}

// newSet returns an empty set of people below a number, to be filled by add.
func newSet(people int) Set { return Set{words: make([]uint64, (people+63)/64)} }

func (s *Set) add(p Person) {
	word, bit := &s.words[p/64], uint64(1)<<(p%64)
	if *word&bit != 0 {
		return
	}
	*word |= bit
	if s.size == 0 || p < s.low {
		s.low = p
	}
	s.high = max(s.high, p+1)
	s.size++
}

func (s *Set) addAll(people []Person) {
	for _, p := range people {
		s.add(p)
	}
}

func (s *Set) remove(p Person) {
	if s.Has(p) {
		s.words[p/64] &^= 1 << (p % 64)
		s.size--
	}
}

// clone returns a copy that shares nothing.
func (s Set) clone() Set {
	s.words = slices.Clone(s.words)
	return s
}

// Len returns how many people there are. It costs O(1).
func (s Set) Len() int { return s.size }

// Has reports whether a person is in the set.
func (s Set) Has(p Person) bool {
	return int(p/64) < len(s.words) && s.words[p/64]&(1<<(p%64)) != 0
}

// All iterates over the people by number.
func (s Set) All() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		for i := int(s.low) / 64; i < (int(s.high)+63)/64; i++ {
			for word := s.words[i]; word != 0; word &= word - 1 {
				if !yield(Person(i*64 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// And returns the people who are in both sets. It costs O(people/64), as do Or and Without.
func (s Set) And(t Set) Set { return s.combine(t, func(a, b uint64) uint64 { return a & b }) }

// Or returns the people who are in either set.
func (s Set) Or(t Set) Set { return s.combine(t, func(a, b uint64) uint64 { return a | b }) }

// Without returns the people who are in s alone.
func (s Set) Without(t Set) Set { return s.combine(t, func(a, b uint64) uint64 { return a &^ b }) }

func (s Set) combine(t Set, op func(a, b uint64) uint64) (out Set) {
	out.words = make([]uint64, max(len(s.words), len(t.words)))
	for i := range out.words {
		word := op(s.word(i), t.word(i))
		if word == 0 {
			continue
		}
		if out.size == 0 {
			out.low = Person(i*64 + bits.TrailingZeros64(word))
		}
		out.high = Person(i*64 + 64 - bits.LeadingZeros64(word))
		out.size += bits.OnesCount64(word)
		out.words[i] = word
	}
	return out
}

func (s Set) word(i int) uint64 {
	if i < len(s.words) {
		return s.words[i]
	}
	return 0
}
