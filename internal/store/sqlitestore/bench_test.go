package sqlitestore_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

var sizes = []int{10_000, 100_000}

// BenchmarkApply writes a whole catalog, with four edges to a point, into a new
// file.
func BenchmarkApply(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cs := storetest.SampleCatalog(n)
			for b.Loop() {
				b.StopTimer()
				s := openBench(b)
				b.StartTimer()
				_, err := s.Apply(b.Context(), 0, store.Change{ChangeSet: cs})
				require.NoError(b, err)
				b.StopTimer()
				require.NoError(b, s.Close())
				b.StartTimer()
			}
		})
	}
}

// BenchmarkLoad reads it.
func BenchmarkLoad(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := openBench(b)
			_, err := s.Apply(b.Context(), 0, store.Change{ChangeSet: storetest.SampleCatalog(n)})
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, _, err := s.Load(b.Context())
				require.NoError(b, err)
			}
			require.NoError(b, s.Close())
		})
	}
}

// BenchmarkProfile reads one of a thousand people, with a hundred states.
func BenchmarkProfile(b *testing.B) {
	s := openBench(b)
	cs := storetest.SampleCatalog(10_000)
	cs.Put.OrgUnits = []competency.OrgUnit{{Code: "company", Name: "公司"}, {Code: "team", Name: "班组", Parent: "company"}}
	for i := range 1000 {
		e := competency.Employee{Code: fmt.Sprintf("e%04d", i), Name: "员工", OrgUnit: "team", Manager: "e0000"}
		cs.Put.Employees = append(cs.Put.Employees, e)
		for _, k := range cs.Put.KnowledgePoints[i : i+100] {
			cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: e.Code, KnowledgePoint: k.Code, Mastery: 0.5})
		}
	}
	_, err := s.Apply(b.Context(), 0, store.Change{ChangeSet: cs})
	require.NoError(b, err)
	for b.Loop() {
		p, err := s.Profile(b.Context(), "e0500")
		require.NoError(b, err)
		require.Len(b, p.States, 100)
	}
	require.NoError(b, s.Close())
}

// BenchmarkDelete deletes a whole catalog.
func BenchmarkDelete(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cs := storetest.SampleCatalog(n)
			for b.Loop() {
				b.StopTimer()
				s := openBench(b)
				_, err := s.Apply(b.Context(), 0, store.Change{ChangeSet: cs})
				require.NoError(b, err)
				b.StartTimer()
				_, err = s.Apply(b.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Delete: cs.Put}})
				require.NoError(b, err)
				b.StopTimer()
				require.NoError(b, s.Close())
				b.StartTimer()
			}
		})
	}
}

func openBench(b *testing.B) *sqlitestore.Store {
	s, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "zhitu.db"))
	require.NoError(b, err)
	return s
}
