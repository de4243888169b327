package workforce

import (
	"iter"
	"math/bits"
)

// goalSet is a set of goals by index, as a bitmap. Sets are not changed once shared: with
// and without return new ones.
type goalSet []uint64

func newGoalSet(goals int) goalSet { return make(goalSet, (goals+63)/64) }

func (s goalSet) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s goalSet) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s goalSet) with(i int) goalSet {
	t := append(goalSet(nil), s...)
	t.add(i)
	return t
}

func (s goalSet) without(i int) goalSet {
	t := append(goalSet(nil), s...)
	t[i/64] &^= 1 << (i % 64)
	return t
}

func (s goalSet) union(t goalSet) goalSet {
	u := append(goalSet(nil), s...)
	for i := range u {
		u[i] |= t[i]
	}
	return u
}

func (s goalSet) empty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

// all iterates over the goals in ascending order.
func (s goalSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// key returns a key of the set for a map.
func (s goalSet) key() string {
	b := make([]byte, 0, 8*len(s))
	for _, word := range s {
		for shift := 0; shift < 64; shift += 8 {
			b = append(b, byte(word>>shift))
		}
	}
	return string(b)
}
