package workbook_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

func TestRefs(t *testing.T) {
	for column, name := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		require.Equal(t, name, workbook.ColumnName(column))
	}
	require.Equal(t, "D7", workbook.Ref{Column: 3, Row: 7}.String())
	for name, want := range map[string]workbook.Ref{"D7": {Column: 3, Row: 7}, "$D$7": {Column: 3, Row: 7}, "xfd1048576": {Column: 16383, Row: 1048576}} {
		got, ok := workbook.ParseRef(name)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	for _, name := range []string{"", "A", "7", "A0", "A7x", "A-7", "AAAAAAAAAA1", "A1234567890", "$", "A1:B2", "中1"} {
		_, ok := workbook.ParseRef(name)
		require.False(t, ok, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := workbook.Ref{Column: rapid.IntRange(0, 1<<30).Draw(t, "column"), Row: rapid.IntRange(1, 99_999_999).Draw(t, "row")}
		got, ok := workbook.ParseRef(want.String())
		require.True(t, ok)
		require.Equal(t, want, got)
	})
}

func TestRangeContains(t *testing.T) {
	r := workbook.Range{First: workbook.Ref{Column: 1, Row: 2}, Last: workbook.Ref{Column: 3, Row: 4}}
	for ref, want := range map[workbook.Ref]bool{{Column: 1, Row: 2}: true, {Column: 3, Row: 4}: true, {Column: 0, Row: 3}: false, {Column: 4, Row: 3}: false, {Column: 2, Row: 1}: false, {Column: 2, Row: 5}: false} {
		require.Equal(t, want, r.Contains(ref), ref)
	}
}
