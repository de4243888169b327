package workbook_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// readStored reads the first sheet of a package that is written without compression.
func readStored(t require.TestingT, p parts) *workbook.Sheet {
	data := p.stored()
	book, err := workbook.Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	sheet, err := book.ReadSheet(context.Background(), 0)
	require.NoError(t, err)
	return sheet
}

var escapePattern = regexp.MustCompile(`_x[0-9a-fA-F]{4}_`)

// escape writes a text as XML: what XML does not know and what looks like an escape is
// escaped as ST_Xstring says.
func escape(text string) string {
	text = escapePattern.ReplaceAllStringFunc(text, func(found string) string { return "_x005F" + found })
	var b strings.Builder
	for _, r := range text {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			fmt.Fprintf(&b, "_x%04X_", r)
		} else {
			b.WriteRune(r)
		}
	}
	var out strings.Builder
	if err := xml.EscapeText(&out, []byte(b.String())); err != nil {
		panic(err)
	}
	return out.String()
}

// simpleWriter writes a sheet as any of the ways in which the format allows it.
type simpleWriter struct {
	t       *rapid.T
	strings []string
}

func (w *simpleWriter) sheet(s *workbook.Sheet) string {
	var b strings.Builder
	row := 0
	for _, r := range s.Rows {
		b.WriteString("<row")
		if r.Number != row+1 || rapid.Bool().Draw(w.t, "numbered row") {
			fmt.Fprintf(&b, ` r="%d"`, r.Number)
		}
		row = r.Number
		if r.Hidden {
			b.WriteString(` hidden="1"`)
		}
		b.WriteString(">")
		column := -1
		for _, c := range r.Cells {
			b.WriteString("<c")
			if c.Column != column+1 || rapid.Bool().Draw(w.t, "named cell") {
				fmt.Fprintf(&b, ` r="%s"`, workbook.Ref{Column: c.Column, Row: r.Number})
			}
			column = c.Column
			style := slices.Index(formats, c.Format) * 2
			if c.Struck {
				style++
			}
			fmt.Fprintf(&b, ` s="%d"`, style)
			w.cell(&b, c)
			b.WriteString("</c>")
		}
		b.WriteString("</row>")
	}
	return worksheet(b.String())
}

func (w *simpleWriter) cell(b *strings.Builder, c workbook.Cell) {
	formula := ""
	if c.Formula {
		formula = "<f>A1 &lt; B2</f>"
	}
	switch c.Kind {
	case workbook.Number:
		fmt.Fprintf(b, ">%s<v>%s</v>", formula, c.Text)
	case workbook.Bool:
		fmt.Fprintf(b, ` t="b">%s<v>%d</v>`, formula, map[string]int{"TRUE": 1}[c.Text])
	case workbook.Error:
		fmt.Fprintf(b, ` t="e">%s<v>%s</v>`, formula, c.Text)
	case workbook.NoResult:
		b.WriteString(">" + formula)
	case workbook.Text:
		way := rapid.SampledFrom([]string{"shared", "inline", "runs", "str"}).Draw(w.t, "way")
		if c.Formula {
			way = "str"
		}
		text := escape(c.Text)
		switch way {
		case "shared":
			w.strings = append(w.strings, text)
			fmt.Fprintf(b, ` t="s"><v>%d</v>`, len(w.strings)-1)
		case "inline":
			fmt.Fprintf(b, ` t="inlineStr"><is><t xml:space="preserve">%s</t></is>`, text)
		case "runs":
			fmt.Fprintf(b, ` t="inlineStr"><is><r><t></t></r><r><t xml:space="preserve">%s</t></r></is>`, text)
		case "str":
			fmt.Fprintf(b, ` t="str">%s<v>%s</v>`, formula, text)
		}
	}
}

// formats are those of the styles; each comes with a font that strikes out and one without.
var formats = []string{"", "0.00", "yyyy-mm-dd", `"<a & b>"0`}

func (w *simpleWriter) parts(s *workbook.Sheet) parts {
	sheet := w.sheet(s)
	var texts, styles strings.Builder
	for _, text := range w.strings {
		fmt.Fprintf(&texts, `<si><t xml:space="preserve">%s</t></si>`, text)
	}
	for i, format := range formats {
		fmt.Fprintf(&styles, `<numFmt numFmtId="%d" formatCode="%s"/>`, 170+i, escape(format))
	}
	styles.WriteString(`</numFmts><fonts><font/><font><strike/></font></fonts><cellXfs>`)
	for i := range formats {
		id := 170 + i
		if i == 0 {
			id = 0
		}
		fmt.Fprintf(&styles, `<xf numFmtId="%d" fontId="0"/><xf numFmtId="%d" fontId="1"/>`, id, id)
	}
	return minimal(sheet).with(parts{
		"xl/sharedStrings.xml": head + `<sst ` + spreadsheet + `>` + texts.String() + `</sst>`,
		"xl/styles.xml":        head + `<styleSheet ` + spreadsheet + `><numFmts>` + styles.String() + `</cellXfs></styleSheet>`,
	})
}

func drawSheet(t *rapid.T) *workbook.Sheet {
	sheet := &workbook.Sheet{Name: "员工"}
	number := 0
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		number += rapid.IntRange(1, 3).Draw(t, "step")
		row := workbook.Row{Number: number, Hidden: rapid.Bool().Draw(t, "hidden")}
		column := -1
		for range rapid.IntRange(1, 5).Draw(t, "cells") {
			column += rapid.IntRange(1, 30).Draw(t, "gap")
			row.Cells = append(row.Cells, drawCell(t, column))
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

func drawCell(t *rapid.T, column int) workbook.Cell {
	c := workbook.Cell{
		Column: column,
		Kind:   workbook.Kind(rapid.IntRange(int(workbook.Text), int(workbook.NoResult)).Draw(t, "kind")),
		Format: rapid.SampledFrom(formats).Draw(t, "format"),
		Struck: rapid.Bool().Draw(t, "struck"), Formula: rapid.Bool().Draw(t, "formula"),
	}
	c.Class = workbook.ClassOf(c.Format)
	switch c.Kind {
	case workbook.Text:
		c.Text = rapid.OneOf(
			rapid.StringN(1, 20, -1),
			rapid.StringMatching(`[ab_x0-9D& <>"'\n\t\r 中😀-]{1,20}`),
			rapid.StringMatching(`(_x00[0-9A-F]{2}_){1,3}`),
		).Draw(t, "text")
	case workbook.Number:
		c.Text = rapid.OneOf(
			rapid.Map(rapid.Float64(), func(x float64) string { return strconv.FormatFloat(x, 'g', 17, 64) }),
			rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,5})?`),
		).Filter(func(s string) bool {
			_, err := strconv.ParseFloat(s, 64)
			return err == nil && s != "+Inf" && s != "-Inf" && s != "NaN"
		}).Draw(t, "number")
	case workbook.Bool:
		c.Text = rapid.SampledFrom([]string{"TRUE", "FALSE"}).Draw(t, "bool")
	case workbook.Error:
		c.Text = rapid.SampledFrom([]string{"#REF!", "#N/A", "#DIV/0!"}).Draw(t, "error")
	case workbook.NoResult:
		c.Formula = true
	}
	return c
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawSheet(t)
		w := &simpleWriter{t: t}
		require.Equal(t, want, readStored(t, w.parts(want)))
	})
}
