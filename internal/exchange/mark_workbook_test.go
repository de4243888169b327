package exchange

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/marking"
	"github.com/zhitu/zhitu/internal/fault"
)

// A workbook with marks is read as if it had none, and gives the same problems again.
func TestMarksAreNoContent(t *testing.T) {
	file := filepath.Join("testdata", "workbooks", "26-mangled-codes.xlsx")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	before, err := Read(file)
	require.NoError(t, err)
	require.NotEmpty(t, before.ReportEach())

	var marked, clean bytes.Buffer
	done, err := MarkWorkbook(t.Context(), bytes.NewReader(data), int64(len(data)), &marked, before.ReportEach(), fault.Chinese)
	require.NoError(t, err)
	require.Equal(t, marking.Summary{Cells: len(before.ReportEach()), Listed: len(before.ReportEach())}, done)
	copied := filepath.Join(t.TempDir(), filepath.Base(file))
	require.NoError(t, os.WriteFile(copied, marked.Bytes(), 0o600))
	after, err := Read(copied)
	require.NoError(t, err)
	require.Equal(t, before.Changes, after.Changes)
	require.Equal(t, before.ReportEach(), after.ReportEach())
	require.Equal(t, before.Notices, after.Notices)

	found, err := UnmarkWorkbook(t.Context(), bytes.NewReader(marked.Bytes()), int64(marked.Len()), &clean)
	require.NoError(t, err)
	require.True(t, found)
	require.True(t, bytes.Equal(data, clean.Bytes()))
}

// Equal problems are told once, and each has its own place.
func TestReportEach(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "positions.csv"), []byte("code,name\nP 1,a\nP 2,b\nP3,\nP4,\n"), 0o600))
	doc, err := Read(dir)
	require.NoError(t, err)
	found := []fault.Problem{
		{Place: fault.Place{Record: "positions", Index: 2, Field: "name"}, Code: fault.InvalidArgument, Text: fault.T("same", "同")},
		{Place: fault.Place{Record: "positions", Index: 3, Field: "name"}, Code: fault.InvalidArgument, Text: fault.T("same", "同")},
	}
	told, each := doc.Report(found...), doc.ReportEach(found...)
	require.Len(t, each, len(told)+1)
	require.Equal(t, 5, each[len(each)-1].Row)
	require.Empty(t, each[len(each)-2].Rows)
}
