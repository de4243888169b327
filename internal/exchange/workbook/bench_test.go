package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// large is a workbook of so many rows with ten cells: six shared texts, two inline ones and
// two numbers.
func large(rows int) parts {
	var texts, data strings.Builder
	texts.WriteString(head + `<sst ` + spreadsheet + `>`)
	for i := range rows {
		fmt.Fprintf(&texts, `<si><t>KP-%05d 倒闸操作</t></si>`, i)
	}
	texts.WriteString(`</sst>`)
	for i := range rows {
		row := i + 1
		fmt.Fprintf(&data, `<row r="%d" spans="1:10" x14ac:dyDescent="0.25">`, row)
		for column := range 10 {
			ref := workbook.Ref{Column: column, Row: row}
			switch {
			case column < 6:
				fmt.Fprintf(&data, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, (i*7+column*13)%rows)
			case column < 8:
				fmt.Fprintf(&data, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">知识点 %d &amp; 更多</t></is></c>`, ref, i*column)
			default:
				fmt.Fprintf(&data, `<c r="%s" s="0"><v>%d.%d</v></c>`, ref, i, column)
			}
		}
		data.WriteString(`</row>`)
	}
	return minimal(worksheet(data.String())).with(parts{"xl/sharedStrings.xml": texts.String()})
}

func BenchmarkReadSheet(b *testing.B) {
	data := large(20_000).zipped()
	b.Run("workbook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sheet, err := open(b, data).ReadSheet(context.Background(), 0)
			require.NoError(b, err)
			require.Len(b, sheet.Rows, 20_000)
		}
	})
	// The loop that any reader with encoding/xml has, without what it would do.
	b.Run("encoding_xml_tokens", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			require.NoError(b, err)
			for _, name := range []string{"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"} {
				f, err := z.Open(name)
				require.NoError(b, err)
				d := xml.NewDecoder(f)
				for err == nil {
					_, err = d.RawToken()
				}
				require.Equal(b, io.EOF, err)
			}
		}
	})
}
