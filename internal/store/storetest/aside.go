package storetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

var asideTests = []test{
	{"what is set aside comes back as it was given, the earliest first", func(b bed) {
		late, early, same := aside("a", time.Hour), aside("c", 0), aside("b", 0)
		late.Body = strings.Repeat("语句\n", 100_000)
		require.Empty(b, b.asides(store.AsideQuery{}))
		b.setAside(late, early)
		b.setAside(same)
		b.setAside()
		require.Equal(b, []store.Aside{same, early, late}, b.asides(store.AsideQuery{}))
		for _, c := range []struct {
			query store.AsideQuery
			want  []store.Aside
		}{
			{store.AsideQuery{First: 2}, []store.Aside{same, early}},
			{store.AsideQuery{First: 2, After: &store.Cursor{At: noon, ID: "b"}}, []store.Aside{early, late}},
			{store.AsideQuery{After: &store.Cursor{At: noon.Add(time.Second), ID: ""}}, []store.Aside{late}},
			{store.AsideQuery{IDs: []string{"a", "x", "b"}}, []store.Aside{same, late}},
			{store.AsideQuery{IDs: []string{"x"}}, nil},
		} {
			require.Equal(b, c.want, b.asides(c.query), "%+v", c.query)
		}
	}},
	{"setting the same aside twice changes nothing but the reason", func(b bed) {
		one := aside("a", 0)
		b.setAside(one)
		again := aside("a", time.Hour)
		again.Body, again.Reason = "{}", fault.T("other", "另一个")
		b.setAside(again, again)
		one.Reason = again.Reason
		require.Equal(b, []store.Aside{one}, b.asides(store.AsideQuery{}))
	}},
	{"what is discarded is gone, and may be set aside again", func(b bed) {
		b.setAside(aside("a", 0), aside("b", 0), aside("c", 0))
		require.NoError(b, b.store.Discard(b.Context(), []string{"a", "x", "c"}))
		require.NoError(b, b.store.Discard(b.Context(), nil))
		require.Equal(b, []store.Aside{aside("b", 0)}, b.asides(store.AsideQuery{}))
		b.setAside(aside("a", time.Hour))
		require.Equal(b, []store.Aside{aside("b", 0), aside("a", time.Hour)}, b.asides(store.AsideQuery{}))
	}},
	{"what is set aside is no edit of the catalog", func(b bed) {
		revision := b.put(class())
		b.setAside(aside("a", 0))
		require.Equal(b, revision, b.revision())
		require.Empty(b, b.evidence(store.EvidenceQuery{}))
	}},
	{"many may be set aside at once", func(b bed) {
		var list []store.Aside
		for i := range 1000 {
			list = append(list, aside(fmt.Sprintf("%04d", i), time.Duration(i)*time.Microsecond))
		}
		b.setAside(list...)
		require.Equal(b, list, b.asides(store.AsideQuery{}))
	}},
}

func aside(id string, after time.Duration) store.Aside {
	return store.Aside{ID: id, At: noon.Add(after), Reason: fault.T("no", "不"), Body: `{"id": "` + id + `"}`}
}

func (b bed) setAside(list ...store.Aside) {
	b.Helper()
	require.NoError(b, b.store.SetAside(b.Context(), list))
}

func (b bed) asides(q store.AsideQuery) []store.Aside {
	b.Helper()
	list, err := b.store.Asides(b.Context(), q)
	require.NoError(b, err)
	return orNil(list)
}
