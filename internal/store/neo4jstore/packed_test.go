package neo4jstore

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var anyState = rapid.Custom(func(t *rapid.T) state {
	return state{
		ordinal: rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Min(0)).Draw(t, "ordinal"),
		mastery: rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64()).Draw(t, "mastery"),
		at:      rapid.OneOf(rapid.Int64Range(-1e6, 1e6), rapid.Int64()).Draw(t, "at"),
		model:   packNumbers(rapid.SliceOfN(rapid.Float64(), 0, 9).Draw(t, "model")),
	}
})

var anyStates = rapid.Custom(func(t *rapid.T) []state {
	states := rapid.SliceOfNDistinct(anyState, 0, 20, func(s state) int64 { return s.ordinal }).Draw(t, "states")
	slices.SortFunc(states, byOrdinal)
	return states
})

func TestWhatIsPackedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := anyStates.Draw(t, "states")
		back, err := unpack(pack(states))
		require.NoError(t, err)
		require.Len(t, back, len(states))
		for i, s := range states {
			require.Equal(t, s, back[i])
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Float64(), 0, 9).Draw(t, "numbers")
		text, ok := numbers(numbersText(list))
		require.True(t, ok)
		for _, back := range [][]float64{unpackNumbers(packNumbers(list)), text} {
			require.Len(t, back, len(list))
			for i, x := range list {
				require.Equal(t, math.Float64bits(x), math.Float64bits(back[i]))
			}
		}
	})
	require.Nil(t, pack(nil))
	require.LessOrEqual(t, len(pack([]state{{1, 0.5, 0, nil}, {2, 0.5, 0, nil}})), 1+2*leastState)
}

// What is cut off, of another format or out of order is no copy.
func TestWhatIsNotPackedIsRefused(t *testing.T) {
	good := pack([]state{{3, 0.5, 7, nil}, {4, 1, 1e15, nil}})
	for n := 1; n < len(good); n++ {
		if n == 1+leastState { // the first state is whole
			continue
		}
		_, err := unpack(good[:n])
		require.ErrorIs(t, err, errPacked, "%d bytes", n)
	}
	one := pack([]state{{3, 0.5, 7, nil}})
	for name, b := range map[string][]byte{
		"a byte more":           append(slices.Clone(good), 1),
		"another format":        append([]byte{packing + 1}, good[1:]...),
		"the same point twice":  append(slices.Clone(one), append([]byte{0}, one[2:]...)...),
		"too large an ordinal":  append([]byte{packing, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, one[2:]...),
		"a varint without end":  {packing, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"an ordinal that wraps": append(pack([]state{{math.MaxInt64, 0, 0, nil}}), append([]byte{1}, one[2:]...)...),
	} {
		_, err := unpack(b)
		require.ErrorIs(t, err, errPacked, name)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(pack([]state{{0, 0, 0, nil}}))
	f.Add(pack([]state{{3, 0.5, 7, packNumbers([]float64{1, 2})}, {4, 1, 1e15, nil}, {math.MaxInt64, math.NaN(), math.MinInt64, nil}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		states, err := unpack(b)
		if err != nil {
			require.Nil(t, states)
			return
		}
		require.True(t, slices.IsSortedFunc(states, byOrdinal))
		back, err := unpack(pack(states))
		require.NoError(t, err)
		require.Equal(t, pack(states), pack(back), "to the last bit")
		for _, s := range states {
			require.GreaterOrEqual(t, s.ordinal, int64(0))
		}
	})
}

func TestWhatCanBePacked(t *testing.T) {
	noon := time.Date(2024, 6, 1, 12, 0, 0, 0, time.FixedZone("", 8*3600))
	for _, c := range []struct {
		ordinal, mastery, at any
		want                 state
		ok                   bool
	}{
		{int64(5), 0.5, noon.Add(1500), state{5, 0.5, noon.UnixMicro() + 1, nil}, true},
		{int64(0), int64(1), time.Date(1, 1, 1, 0, 0, 0, 1999, time.UTC), state{0, 1, -62135596800000000 + 1, nil}, true},
		{nil, 0.5, noon, state{}, false},
		{int64(-1), 0.5, noon, state{}, false},
		{5.0, 0.5, noon, state{}, false},
		{int64(5), nil, noon, state{}, false},
		{int64(5), "0.5", noon, state{}, false},
		{int64(5), 0.5, nil, state{}, false},
		{int64(5), 0.5, "2024-06-01", state{}, false},
		{int64(5), 0.5, time.Date(600_000, 1, 1, 0, 0, 0, 0, time.UTC), state{}, false},
	} {
		got, ok := packable(c.ordinal, c.mastery, c.at, nil)
		require.Equal(t, c.ok, ok, "%+v", c)
		if ok {
			require.Equal(t, c.want, got)
		}
	}
}

// The numbers of a model are a text; a list of them was written before.
func TestNumbersAreATextOrAList(t *testing.T) {
	require.Equal(t, "1 0.45 -1 1.5e+13", numbersText([]float64{1, 0.45, -1, 1.5e13}))
	require.Nil(t, numbersText(nil))
	for _, c := range []struct {
		v    any
		want []float64
		ok   bool
	}{
		{nil, nil, true},
		{"", nil, true},
		{" 1  -0.5 ", []float64{1, -0.5}, true},
		{[]any{1.0, 2.5}, []float64{1, 2.5}, true},
		{[]any{1.0, "2"}, nil, false},
		{"1 two", nil, false},
		{7.0, nil, false},
	} {
		got, ok := numbers(c.v)
		require.Equal(t, c.ok, ok, "%v", c.v)
		require.Equal(t, c.want, got)
	}
}
