package competency

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A list that is missing from recordTypes would be lost by every change set.
func TestRecordTypesCoverTheCatalog(t *testing.T) {
	require.Len(t, recordTypes, reflect.TypeFor[Catalog]().NumField())
}

// Records are tens for keys and units for content, so that puts replace.
func TestMergeMatchesMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		byKey := func(a, b int) int { return cmp.Compare(a/10, b/10) }
		list := func(most int) *rapid.Generator[[]int] {
			return rapid.Custom(func(t *rapid.T) []int {
				drawn := rapid.SliceOfNDistinct(rapid.IntRange(0, 1_999), 0, most, func(x int) int { return x / 10 }).Draw(t, "records")
				slices.Sort(drawn)
				return drawn
			})
		}
		base, put, del := list(200).Draw(t, "base"), list(20).Draw(t, "put"), list(20).Draw(t, "delete")
		want := map[int]int{}
		for _, x := range base {
			want[x/10] = x
		}
		for _, x := range del {
			delete(want, x/10)
		}
		for _, x := range put {
			want[x/10] = x
		}
		unchanged := slices.Clone(base)
		require.Equal(t, orNil(slices.Sorted(maps.Values(want))), merge(base, put, del, byKey))
		require.Equal(t, unchanged, base)
	})
}
