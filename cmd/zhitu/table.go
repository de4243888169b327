package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/zhitu/zhitu/internal/fault"
)

// table prints cells in columns by their width on a terminal, where a Chinese
// character takes two places. The last column is not padded.
type table struct{ rows [][]string }

func (t *table) addRow(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)+2))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// pickLanguage returns one half of a heading such as "name 名称".
func pickLanguage(heading string, chinese bool) string {
	en, zh, both := strings.Cut(heading, " ")
	if both && chinese {
		return zh
	}
	return en
}

// newTable returns an empty table; a heading is "english 中文".
func (a *app) newTable(headings ...string) *table {
	t := &table{}
	for i, h := range headings {
		headings[i] = pickLanguage(h, a.lang() == fault.Chinese)
	}
	t.addRow(headings...)
	return t
}
