package page_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

func TestNewRequestRefusesArguments(t *testing.T) {
	for name, c := range map[string]struct {
		first int
		after *string
	}{
		"a negative size":            {-1, nil},
		"a size above the maximum":   {page.MaxSize + 1, nil},
		"an empty cursor":            {1, new("")},
		"a cursor that is no base64": {1, new("!")},
		"a cursor of another kind":   {1, new(page.GlobalID("Position", "P1"))},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := page.NewRequest(c.first, c.after)
			require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
		})
	}
	for _, first := range []int{0, 1, page.MaxSize} {
		r, err := page.NewRequest(first, nil)
		require.NoError(t, err)
		require.Equal(t, page.Request{First: first}, r)
	}
}

// The next request takes the end cursor of a page, and the cursor of any edge.
func TestCursorsLeadBackToTheirKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.String(), 1, 5).Draw(t, "keys")
		p := page.New(keys, len(keys), page.Request{First: len(keys)}, true, func(key string) string { return key })
		require.Equal(t, p.Edges()[0].Cursor, *p.PageInfo.StartCursor)
		require.Equal(t, p.Edges()[len(keys)-1].Cursor, *p.PageInfo.EndCursor)
		for i, edge := range p.Edges() {
			require.Equal(t, keys[i], edge.Node)
			r, err := page.NewRequest(3, &edge.Cursor)
			require.NoError(t, err)
			require.Equal(t, page.Request{First: 3, After: keys[i]}, r)
		}
	})
}

func TestTimeKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMicro(rapid.Int64Range(-1e15, 1e16).Draw(t, "microseconds")).UTC()
		id := rapid.String().Draw(t, "id")
		got, gotID, ok, err := page.Request{After: page.TimeKey(at, id)}.AfterTime()
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, at, got)
		require.Equal(t, id, gotID)
	})
	_, _, ok, err := page.Request{}.AfterTime()
	require.NoError(t, err)
	require.False(t, ok, "the first page")
	for _, after := range []string{"x", "1", "x 1", " 1"} {
		_, _, _, err := page.Request{After: after}.AfterTime()
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), after)
	}
}

func TestGlobalIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typeName := rapid.StringMatching(`[A-Za-z]+`).Draw(t, "type")
		code := rapid.OneOf(rapid.String(), rapid.Just("a:b")).Draw(t, "code")
		gotType, gotCode, ok := page.ParseGlobalID(page.GlobalID(typeName, code))
		require.True(t, ok)
		require.Equal(t, typeName, gotType)
		require.Equal(t, code, gotCode)
	})
	for _, id := range []string{"", "!", "UG9zaXRpb24"} { // Position
		_, _, ok := page.ParseGlobalID(id)
		require.False(t, ok, id)
	}
}

type record struct {
	code  string
	shown bool
}

// Select against a model: filter the whole list, then cut the page out of it.
func TestSelectTakesOnePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []record
		for i := range rapid.IntRange(0, 12).Draw(t, "records") {
			all = append(all, record{fmt.Sprintf("K%02d", 2*i), rapid.Bool().Draw(t, "matches")})
		}
		r := page.Request{First: rapid.IntRange(0, 5).Draw(t, "first")}
		if rapid.Bool().Draw(t, "a later page") {
			r.After = fmt.Sprintf("K%02d", rapid.IntRange(-1, 25).Draw(t, "after")) // between codes too
		}
		got := page.Select(all, r, func(r *record) string { return r.code }, func(i int) bool { return all[i].shown },
			func(i int) record { return all[i] }, func(r record) string { return r.code })

		matching := slices.DeleteFunc(slices.Clone(all), func(r record) bool { return !r.shown })
		rest := slices.DeleteFunc(slices.Clone(matching), func(m record) bool { return r.After != "" && m.code <= r.After })
		require.Equal(t, len(matching), got.TotalCount)
		require.Equal(t, append([]record{}, rest[:min(r.First, len(rest))]...), got.Nodes)
		require.Equal(t, len(rest) > r.First, got.PageInfo.HasNextPage)
		require.Equal(t, r.After != "", got.PageInfo.HasPreviousPage)
		require.Len(t, got.Edges(), len(got.Nodes))
		require.Equal(t, len(got.Nodes) == 0, got.PageInfo.EndCursor == nil)
		require.Equal(t, len(got.Nodes) == 0, got.PageInfo.StartCursor == nil)
	})
}
