package main

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// A table that somebody downloads is in the audit as an export: whose mastery it has, and
// that it lists people.
func TestDownloadsAreAudited(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	demo := sh.serve("--demo", "--store", "sqlite:zhitu.db")
	download := func(query, rows, path string) string {
		w, err := http.PostForm(demo.url+"/csv", url.Values{
			"query": {query}, "rows": {rows}, "columns": {`[{"title":"工号","path":"code"},{"title":"掌握","path":"` + path + `"}]`}, "name": {"人员"}, "variables": {`{"first":15}`},
		})
		require.NoError(t, err)
		table, err := io.ReadAll(w.Body)
		require.NoError(t, errors.Join(err, w.Body.Close()))
		require.Equal(t, http.StatusOK, w.StatusCode, string(table))
		return string(table)
	}
	const people = `query($first: Int!, $after: String) { employees(first: $first, after: $after) { nodes { code `
	const rest = ` } pageInfo { hasNextPage endCursor } } }`
	require.Regexp(t, `(?m)^E007,0\.\d+`, download(people+`states { mastery }`+rest, "employees.nodes", "states.mastery"))
	require.Contains(t, download(people+`name`+rest, "employees.nodes", "name"), "E040,")
	require.Contains(t, download(`{ orgUnit(code: "ORG-MF") { employees(first: 99) { nodes { code } pageInfo { hasNextPage endCursor } } } }`, "orgUnit.employees.nodes", "name"), "E007,")
	require.NotEmpty(t, download(`query($first: Int!, $after: String) { positions(first: $first, after: $after) { nodes { code } pageInfo { hasNextPage endCursor } } }`, "positions", "name"))
	demo.terminate()
	require.Equal(t, exitOK, demo.awaitExit())
	entries := sh.mustRun("audit", "export")
	require.Regexp(t, `,LEARNER,export,`, entries)
	require.Regexp(t, `,PEOPLE_LIST,export,[^\n]*employees`, entries)
	require.Regexp(t, `,ORG,export,[^\n]*orgUnit`, entries)
	require.Regexp(t, `,CATALOG,export,[^\n]*positions`, entries)
	require.NotContains(t, entries, ",LEARNER,read,")
}
