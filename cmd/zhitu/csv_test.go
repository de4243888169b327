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
	download := func(query, path string) string {
		w, err := http.PostForm(demo.url+"/csv", url.Values{
			"query": {query}, "rows": {"employees.nodes"}, "columns": {`[{"title":"工号","path":"code"},{"title":"掌握","path":"` + path + `"}]`}, "name": {"人员"}, "variables": {`{"first":15}`},
		})
		require.NoError(t, err)
		table, err := io.ReadAll(w.Body)
		require.NoError(t, errors.Join(err, w.Body.Close()))
		require.Equal(t, http.StatusOK, w.StatusCode, string(table))
		return string(table)
	}
	const people = `query($first: Int!, $after: String) { employees(first: $first, after: $after) { nodes { code `
	const rest = ` } pageInfo { hasNextPage endCursor } } }`
	require.Regexp(t, `(?m)^E007,0\.\d+`, download(people+`states { mastery }`+rest, "states.mastery"))
	require.Contains(t, download(people+`name`+rest, "name"), "E040,")
	demo.terminate()
	require.Equal(t, exitOK, demo.awaitExit())
	entries := sh.mustRun("audit", "export")
	require.Regexp(t, `,LEARNER,export,`, entries)
	require.Regexp(t, `,PEOPLE_LIST,export,[^\n]*employees`, entries)
	require.NotContains(t, entries, ",LEARNER,read,")
}
