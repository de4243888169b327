package sqlitestore

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// LimitPages makes a disk that is full at so many pages.
func LimitPages(t *testing.T, s *Store, pages int) {
	_, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = "+strconv.Itoa(pages))
	require.NoError(t, err)
}
