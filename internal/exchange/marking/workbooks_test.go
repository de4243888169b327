package marking

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Workbooks as people have them come back byte for byte, and after a spreadsheet has saved
// them no mark is left.
func TestWorkbooksAsPeopleHaveThem(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "workbooks", "*.xlsx"))
	require.NoError(t, err)
	tried := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		if !bytes.HasPrefix(data, []byte("PK")) {
			continue // encrypted
		}
		tried++
		_, before := unpack(t, data)
		sheet := regexp.MustCompile(`<sheet [^>]*name="([^"]*)"`).FindStringSubmatch(before["xl/workbook.xml"])[1]
		marked := mark(t, data, Problem{Sheet: sheet, Cell: "A2", Text: "甲"}, Problem{Sheet: sheet, Cell: "B5", Text: "乙"}, Problem{Sheet: sheet, Row: 4, Text: "行"}, Problem{Sheet: sheet, Text: "表"})
		_, after := unpack(t, marked)
		changed := 0
		for name, content := range before {
			if after[name] != content {
				changed++
			}
		}
		require.LessOrEqual(t, changed, 7, "%s: the sheet, its comments, their drawing and relations, styles, the list of sheets and its relations, types", file)
		require.True(t, bytes.Equal(data, unmark(t, marked)), file)
		for name, content := range mustUnpack(t, unmark(t, saved(t, marked))) {
			require.False(t, strings.Contains(content, signature) || strings.Contains(content, separator) || strings.Contains(content, sheetName), "%s: %s", file, name)
		}
	}
	require.GreaterOrEqual(t, tried, 15)
}

func mustUnpack(t testing.TB, data []byte) map[string]string {
	_, parts := unpack(t, data)
	return parts
}
