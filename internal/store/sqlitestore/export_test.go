package sqlitestore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// CreateWithSchema creates a file as a program did that knew only so many migrations.
func CreateWithSchema(t *testing.T, path string, version int) {
	db := openPool(path, 1)
	_, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA journal_mode = WAL; PRAGMA application_id = %d; PRAGMA user_version = %d; %s",
		applicationID, version, strings.Join(migrations[:version], ";\n")))
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// LimitPages makes a disk that is full at so many pages.
func LimitPages(t *testing.T, s *Store, pages int) {
	_, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = "+strconv.Itoa(pages))
	require.NoError(t, err)
}

// WrapError converts an error of SQLite as the methods of a store do.
func WrapError(ctx context.Context, err error) error { return wrapError(ctx, "test", err) }

// CompactMovesEvery has a store compact its log of people after so many entries.
func CompactMovesEvery(s *Store, entries int64) { s.compactEvery = entries }

// IndexJournalEvery has a store index a chain of the journal after so many entries.
func IndexJournalEvery(s *Store, entries int64) { s.indexEvery = entries }

// IndexedTerms returns how many rows the index of the journal has.
func IndexedTerms(t require.TestingT, s *Store) (rows int) {
	require.NoError(t, s.writer.QueryRowContext(context.Background(), "SELECT count(*) FROM journal_index").Scan(&rows))
	return rows
}

// Moves returns how many entries the log of people has.
func Moves(t *testing.T, s *Store) (entries int) {
	require.NoError(t, s.writer.QueryRowContext(t.Context(), "SELECT count(*) FROM people_moves").Scan(&entries))
	return entries
}

// ReachPlan returns how SQLite finds the people of a reach, a step a line.
func ReachPlan(t *testing.T, s *Store, r competency.Reach) string {
	where, args := employeeConditions(store.EmployeeQuery{Reaches: []competency.Reach{r}})
	rows, err := s.reader.QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT code FROM employees WHERE "+where, args...)
	require.NoError(t, err)
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		plan = append(plan, step)
	}
	require.NoError(t, rows.Err())
	return strings.Join(plan, "\n")
}
