package workbook_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// Whatever the bytes: sheets with cells in order and within the bounds, or a refusal.
func FuzzOpen(f *testing.F) {
	sheet := worksheet(`<row r="1" hidden="1"><c r="A1" t="s"><v>1</v></c><c t="inlineStr"><is><r><rPr><strike/></rPr><t>a</t></r></is></c><c t="d" s="0"><v>2024-03-05</v></c></row>`,
		`<mergeCells><mergeCell ref="A1:B2"/></mergeCells><hyperlinks><hyperlink ref="A1" r:id="rId1"/></hyperlinks>`)
	book := minimal(sheet).with(parts{"xl/worksheets/_rels/sheet1.xml.rels": relations("hyperlink https://a.example/ External")})
	for _, seed := range [][]byte{
		book.stored(), book.zipped(), []byte(compound("EncryptedPackage")), []byte(compoundOf(4096, many(100))), []byte("<html>"), []byte("a,b\n"), lying(packed(numbered(3)...)),
		parts{"Index/Document.iwa": "a"}.stored(), nil,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := workbook.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			requireRefusal(t, err)
			return
		}
		for i := range book.Sheets() {
			sheet, err := book.ReadSheet(context.Background(), i)
			if err != nil {
				requireRefusal(t, err)
				continue
			}
			requireOrdered(t, sheet)
		}
	})
}

func requireRefusal(t *testing.T, err error) {
	var refusal *fault.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, fault.InvalidArgument, refusal.Code)
	require.True(t, utf8.ValidString(refusal.Text.EN+refusal.Text.ZH))
}

func requireOrdered(t *testing.T, sheet *workbook.Sheet) {
	number := 0
	for _, row := range sheet.Rows {
		require.Greater(t, row.Number, number)
		number = row.Number
		require.NotEmpty(t, row.Cells)
		column := -1
		for _, c := range row.Cells {
			require.Greater(t, c.Column, column)
			column = c.Column
			require.True(t, utf8.ValidString(c.Text))
			require.Equal(t, c.Text == "", c.Kind == workbook.NoResult)
			_, ok := c.Value()
			require.Equal(t, c.Kind == workbook.Number, ok)
		}
	}
	require.LessOrEqual(t, number, workbook.MaxRows)
}

// The same cells as by encoding/xml and a tree, or a refusal by both. The streaming reader
// alone accepts what breaks XML where no cell is: names, foreign text, comments.
func FuzzSheet(f *testing.F) {
	for _, seed := range []string{
		oneCell, `<row><c t="s"><v>1</v></c><c t="inlineStr"><is><r><t xml:space="preserve"> a</t></r><rPh><t>b</t></rPh></is></c></row>`,
		`<row r="2"><c r="B2" t="str"><f>A1</f><v>_x000D_a&amp;b</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c></row>`,
		"<row><!-- a --><c><v><![CDATA[1]]>2\r\n</v><extLst><v>3</v></extLst></c></row><?a b?>", `<x:row><x:c t='n'><x:f/></x:c></x:row>`,
		`</sheetData></worksheet>`, `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`,
	} {
		f.Add(seed)
	}
	shared := []string{"甲", "乙"}
	f.Fuzz(func(t *testing.T, rows string) {
		document := worksheet(rows)
		want, referenceErr := referenceCells(document, shared)
		data := minimal(document).stored()
		book, err := workbook.Open(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		sheet, err := book.ReadSheet(context.Background(), 0)
		if err != nil {
			requireRefusal(t, err)
			if referenceErr == nil && !strings.Contains(rows, "<!") && len(rows) < 10_000 {
				t.Fatalf("only the streaming reader refuses: %v", err)
			}
			return
		}
		requireOrdered(t, sheet)
		if referenceErr == errReference {
			t.Fatal("only the reference refuses")
		}
		if referenceErr != nil {
			return // broken where no cell is
		}
		got := map[workbook.Ref]workbook.Cell{}
		for _, row := range sheet.Rows {
			for _, c := range row.Cells {
				if c.Class != workbook.General { // of an ISO 8601 date, which the reference leaves
					c.Kind, c.Class, c.Format = workbook.Text, workbook.General, ""
					c.Text = want[workbook.Ref{Column: c.Column, Row: row.Number}].Text
				}
				got[workbook.Ref{Column: c.Column, Row: row.Number}] = c
			}
		}
		require.Equal(t, want, got)
	})
}
