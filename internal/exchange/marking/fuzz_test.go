package marking

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/fault"
)

func isWellFormed(content string) bool {
	d := xml.NewDecoder(strings.NewReader(content))
	for {
		if _, err := d.Token(); err != nil {
			return err == io.EOF
		}
	}
}

// requireRoundTrip marks a workbook, if that is possible, and takes the marks out again:
// by the originals, and element by element.
func requireRoundTrip(t testing.TB, parts [][2]string, wellFormed bool) {
	data := pack(t, parts)
	var out bytes.Buffer
	_, err := Mark(context.Background(), bytes.NewReader(data), int64(len(data)), &out, someProblems, fault.Chinese)
	if err != nil {
		require.NotEqual(t, fault.Internal, fault.CodeOf(err))
		return
	}
	var clean bytes.Buffer
	found, err := Unmark(context.Background(), bytes.NewReader(out.Bytes()), int64(out.Len()), &clean)
	require.NoError(t, err)
	require.True(t, found)
	_, before := unpack(t, data)
	_, after := unpack(t, clean.Bytes())
	// Marks that were there before were replaced, and are not put back.
	if !strings.Contains(before["xl/worksheets/sheet1.xml"]+before["xl/comments1.xml"], "zhitu") && !strings.Contains(before["xl/comments1.xml"], separator) {
		require.Equal(t, before, after)
	}
	_, marked := unpack(t, out.Bytes())
	if wellFormed {
		for name, content := range marked {
			if strings.HasSuffix(name, ".xml") {
				requireWellFormed(t, name, content)
			}
		}
	}
	kept := saved(t, out.Bytes())
	clean.Reset()
	_, err = Unmark(context.Background(), bytes.NewReader(kept), int64(len(kept)), &clean)
	require.NoError(t, err)
}

func FuzzSheet(f *testing.F) {
	for _, book := range books {
		parts := book.parts()
		f.Add(parts[4][1], theirComments, theirDrawing)
	}
	f.Add(`<worksheet><!-- > --><sheetData><row r='2'><c r="A2" t="s"><v><![CDATA[0]]></v></c></row></sheetData><?pi?></worksheet>`, "<comments/>", "<xml><br></xml>")
	f.Fuzz(func(t *testing.T, sheet, comments, drawing string) {
		parts := commented.parts()
		for i := range parts {
			switch parts[i][0] {
			case "xl/worksheets/sheet1.xml":
				parts[i][1] = sheet
			case "xl/comments1.xml":
				parts[i][1] = comments
			case "xl/drawings/vmlDrawing1.vml":
				parts[i][1] = drawing
			}
		}
		requireRoundTrip(t, parts, isWellFormed(sheet) && isWellFormed(comments) && !strings.Contains(sheet+comments, "!DOCTYPE"))
	})
}

func TestRoundTrips(t *testing.T) {
	rapid.Check(t, func(d *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`a"'&<>_x电😀 `+"\n\t")), 0, 300, -1)
		cell := rapid.Custom(func(d *rapid.T) string {
			return rapid.SampledFrom([]string{
				`<c><v>1e3</v></c>`, `<c/>`, `<c t="e"><v>#N/A</v></c>`, `<c t="b"><v>0</v></c>`, `<c><f>A1</f></c>`,
				`<c t="inlineStr"><is><r><t xml:space="preserve">` + escapeText(text.Draw(d, "text")) + `</t></r><rPh><t>x</t></rPh></is></c>`,
			}).Draw(d, "cell")
		})
		var cells strings.Builder
		for range rapid.IntRange(0, 5).Draw(d, "rows") {
			cells.WriteString("<row>" + strings.Join(rapid.SliceOfN(cell, 0, 3).Draw(d, "cells"), "") + "</row>")
		}
		tail := strings.Join(rapid.SliceOfDistinct(rapid.SampledFrom([]string{
			`<sheetProtection sheet="1" objects="1"/>`, `<mergeCells><mergeCell ref="A1:B4"/></mergeCells>`, `<pageMargins/>`, `<extLst/>`,
			`<conditionalFormatting><cfRule priority="1"/></conditionalFormatting>`,
		}), func(s string) string { return s }).Draw(d, "tail"), "")
		book := fakeBook{cells: cells.String() + " ", tail: tail, styles: rapid.SampledFrom([]string{"", plainStyles}).Draw(d, "styles")}
		if rapid.Bool().Draw(d, "commented") {
			commented := commented
			commented.cells, commented.tail = book.cells, tail+commented.tail
			book = commented
		}
		requireRoundTrip(t, book.parts(), true)
		data := book.bytes(t)
		require.True(t, bytes.Equal(data, unmark(t, mark(t, data, someProblems...))))
	})
}
