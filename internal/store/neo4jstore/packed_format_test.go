package neo4jstore

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var genState = rapid.Custom(func(t *rapid.T) packedState {
	return packedState{
		ordinal: rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Min(0)).Draw(t, "ordinal"),
		mastery: rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64()).Draw(t, "mastery"),
		micros:  rapid.OneOf(rapid.Int64Range(-1e6, 1e6), rapid.Int64()).Draw(t, "at"),
		model:   packNumbers(rapid.SliceOfN(rapid.Float64(), 0, 9).Draw(t, "model")),
	}
})

var genStates = rapid.Custom(func(t *rapid.T) []packedState {
	states := rapid.SliceOfNDistinct(genState, 0, 20, func(s packedState) int64 { return s.ordinal }).Draw(t, "states")
	slices.SortFunc(states, compareOrdinals)
	return states
})

func TestPackedStatesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := genStates.Draw(t, "states")
		back, err := unpackStates(packStates(states))
		require.NoError(t, err)
		require.Len(t, back, len(states))
		for i, s := range states {
			require.Equal(t, s, back[i])
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Float64(), 0, 9).Draw(t, "numbers")
		text, ok := parseNumbers(formatNumbers(list))
		require.True(t, ok)
		for _, back := range [][]float64{unpackNumbers(packNumbers(list)), text} {
			require.Len(t, back, len(list))
			for i, x := range list {
				require.Equal(t, math.Float64bits(x), math.Float64bits(back[i]))
			}
		}
	})
	require.Nil(t, packStates(nil))
	require.LessOrEqual(t, len(packStates([]packedState{{1, 0.5, 0, nil}, {2, 0.5, 0, nil}})), 1+2*minStateSize)
}

// Truncated, of another version, or out of order.
func TestInvalidPackedStatesAreRefused(t *testing.T) {
	good := packStates([]packedState{{3, 0.5, 7, nil}, {4, 1, 1e15, nil}})
	for n := 1; n < len(good); n++ {
		if n == 1+minStateSize { // the first state is complete
			continue
		}
		_, err := unpackStates(good[:n])
		require.ErrorIs(t, err, errInvalidPackedStates, "%d bytes", n)
	}
	one := packStates([]packedState{{3, 0.5, 7, nil}})
	for name, b := range map[string][]byte{
		"a byte more":           append(slices.Clone(good), 1),
		"another format":        append([]byte{packedFormat + 1}, good[1:]...),
		"the same point twice":  append(slices.Clone(one), append([]byte{0}, one[2:]...)...),
		"too large an ordinal":  append([]byte{packedFormat, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, one[2:]...),
		"a varint without end":  {packedFormat, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"an ordinal that wraps": append(packStates([]packedState{{math.MaxInt64, 0, 0, nil}}), append([]byte{1}, one[2:]...)...),
	} {
		_, err := unpackStates(b)
		require.ErrorIs(t, err, errInvalidPackedStates, name)
	}
}

func FuzzUnpackStates(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(packStates([]packedState{{0, 0, 0, nil}}))
	f.Add(packStates([]packedState{{3, 0.5, 7, packNumbers([]float64{1, 2})}, {4, 1, 1e15, nil}, {math.MaxInt64, math.NaN(), math.MinInt64, nil}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		states, err := unpackStates(b)
		if err != nil {
			require.Nil(t, states)
			return
		}
		require.True(t, slices.IsSortedFunc(states, compareOrdinals))
		back, err := unpackStates(packStates(states))
		require.NoError(t, err)
		require.Equal(t, packStates(states), packStates(back), "to the last bit")
		for _, s := range states {
			require.GreaterOrEqual(t, s.ordinal, int64(0))
		}
	})
}

func TestNewPackedState(t *testing.T) {
	noon := time.Date(2024, 6, 1, 12, 0, 0, 0, time.FixedZone("", 8*3600))
	for _, c := range []struct {
		ordinal, mastery, at any
		want                 packedState
		ok                   bool
	}{
		{int64(5), 0.5, noon.Add(1500), packedState{5, 0.5, noon.UnixMicro() + 1, nil}, true},
		{int64(0), int64(1), time.Date(1, 1, 1, 0, 0, 0, 1999, time.UTC), packedState{0, 1, -62135596800000000 + 1, nil}, true},
		{nil, 0.5, noon, packedState{}, false},
		{int64(-1), 0.5, noon, packedState{}, false},
		{5.0, 0.5, noon, packedState{}, false},
		{int64(5), nil, noon, packedState{}, false},
		{int64(5), "0.5", noon, packedState{}, false},
		{int64(5), 0.5, nil, packedState{}, false},
		{int64(5), 0.5, "2024-06-01", packedState{}, false},
		{int64(5), 0.5, time.Date(600_000, 1, 1, 0, 0, 0, 0, time.UTC), packedState{}, false},
	} {
		got, ok := newPackedState(c.ordinal, c.mastery, c.at, nil)
		require.Equal(t, c.ok, ok, "%+v", c)
		if ok {
			require.Equal(t, c.want, got)
		}
	}
}

// A model's numbers are a text; older versions wrote a list.
func TestParseNumbersTextOrList(t *testing.T) {
	require.Equal(t, "1 0.45 -1 1.5e+13", formatNumbers([]float64{1, 0.45, -1, 1.5e13}))
	require.Nil(t, formatNumbers(nil))
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
		got, ok := parseNumbers(c.v)
		require.Equal(t, c.ok, ok, "%v", c.v)
		require.Equal(t, c.want, got)
	}
}
