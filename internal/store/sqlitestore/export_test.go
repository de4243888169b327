package sqlitestore

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// CreateFirst creates a file as the first program did.
func CreateFirst(t *testing.T, path string) {
	db := connect(path, 1)
	_, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA journal_mode = WAL; PRAGMA application_id = %d; PRAGMA user_version = 1; %s", applicationID, migrations[0]))
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// LimitPages makes a disk that is full at so many pages.
func LimitPages(t *testing.T, s *Store, pages int) {
	_, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = "+strconv.Itoa(pages))
	require.NoError(t, err)
}
