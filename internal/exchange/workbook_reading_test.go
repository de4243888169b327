package exchange

import (
	"strings"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// readWorkbook reads a workbook of ours with the library that wrote it.
func readWorkbook(t require.TestingT, path string) *Document {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	defer f.Close()
	r := &reader{}
	var tables []Table
	for _, sheet := range f.GetSheetList() {
		if isOwnSheet(sheet) {
			continue
		}
		rows, err := f.GetRows(sheet)
		require.NoError(t, err)
		if file := lineSheetFile(sheet); file != "" {
			for i, cells := range rows[1:] {
				require.True(t, r.readLineRow(file, cells, place{sheet, i + 2}), "%q", cells)
			}
			continue
		}
		s, known := schemaNamed(strings.TrimRight(sheet, " 0123456789"))
		require.True(t, known, sheet)
		name, _ := s.names()
		table := Table{Name: name, File: sheet, Header: Row{Number: 1, Cells: rows[0]}}
		for i, cells := range rows[1:] {
			row := Row{Number: i + 2, Cells: make([]string, len(rows[0]))}
			for c, text := range cells {
				at, err := excelize.CoordinatesToCellName(c+1, i+2)
				require.NoError(t, err)
				kind, err := f.GetCellType(sheet, at)
				require.NoError(t, err)
				if kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
					row.Cells[c] = tableCell(text)
					continue
				}
				if style, err := f.GetCellStyle(sheet, at); text != "" && !strings.Contains(text, ".") {
					require.NoError(t, err)
					if look, err := f.GetStyle(style); err == nil && look.CustomNumFmt != nil && *look.CustomNumFmt == shareFormat {
						text += ".0"
					}
				}
				row.Cells[c] = text
			}
			table.Rows = append(table.Rows, row)
		}
		tables = append(tables, table)
	}
	d := Decode(r.Options, tables, nil)
	d.addLines(r)
	return d
}
