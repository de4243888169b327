package neo4jstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// A part of a write that died is committed after the next writer's commit, under its
// earlier number.
func TestMovedReportsALateCommit(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	first, err := s.Moved(t.Context(), "")
	require.NoError(t, err)

	const die = "MATCH (g:Zhitu {name: 'gate'}) SET g.people = g.people + 1"
	runCypher(t, uri, die)
	applyRecords(t, s, employeeRecord("chief", "next")) // whose number is that of the dead write too
	second := moved(t, s, first.Mark, "chief")
	runCypher(t, uri, "MATCH (e:Employee {code: 'li'}), (z:Zhitu {name: 'store'}) SET e.name = 'late', e.moved = z.written * 8388608 + 7")
	third := moved(t, s, second, "chief", "li")
	applyRecords(t, s, employeeRecord("new", "after"))
	fourth := moved(t, s, third, "chief", "li", "new") // at least once

	runCypher(t, uri, "MATCH (g:Zhitu {name: 'gate'}) SET g.doubtUntil = datetime() - duration('PT1S')")
	last := moved(t, s, fourth, "chief", "li", "new")
	require.Equal(t, last, moved(t, s, last))
	applyRecords(t, s, employeeRecord("new", "again"))
	moved(t, s, last, "new")
}

// moved wants some people to have moved since a mark, and returns the next one.
func moved(t *testing.T, s *neo4jstore.Store, mark string, want ...string) string {
	t.Helper()
	page, err := s.Moved(t.Context(), mark)
	require.NoError(t, err)
	require.False(t, page.More)
	require.ElementsMatch(t, want, page.Employees)
	return page.Mark
}
