package workbook_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// What the packages of the tests have in common.
const (
	head         = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spreadsheet  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relationType = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
)

// parts are those of a package by name. An empty value takes a part away.
type parts map[string]string

// with returns the parts with others in their place.
func (p parts) with(others parts) parts {
	all := maps.Clone(p)
	maps.Copy(all, others)
	return all
}

// zipped returns the package, with the parts in the order of their names.
func (p parts) zipped() []byte { return p.pack(zip.Deflate) }

// stored returns the package without compression, which is faster to write.
func (p parts) stored() []byte { return p.pack(zip.Store) }

func (p parts) pack(method uint16) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if p[name] == "" {
			continue
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = w.Write([]byte(p[name]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func relations(rows ...string) string {
	var b strings.Builder
	b.WriteString(head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, row := range rows {
		kind, target, _ := strings.Cut(row, " ")
		target, mode, _ := strings.Cut(target, " ")
		if mode != "" {
			mode = ` TargetMode="` + mode + `"`
		}
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s%s" Target="%s"%s/>`, i+1, relationType, kind, target, mode)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

// minimal is a workbook of one sheet 员工, whose part has the given content.
func minimal(sheet string) parts {
	return parts{
		"[Content_Types].xml":        head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                relations("officeDocument xl/workbook.xml"),
		"xl/workbook.xml":            head + `<workbook ` + spreadsheet + `><sheets><sheet name="员工" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": relations("worksheet worksheets/sheet1.xml", "sharedStrings sharedStrings.xml", "styles styles.xml"),
		"xl/sharedStrings.xml":       head + `<sst ` + spreadsheet + `><si><t>甲</t></si><si><t>乙</t></si></sst>`,
		"xl/styles.xml":              head + `<styleSheet ` + spreadsheet + `><cellXfs><xf/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}
}

// worksheet is the part of a sheet with the given rows, and what follows them.
func worksheet(rows string, after ...string) string {
	return head + `<worksheet ` + spreadsheet + `><sheetData>` + rows + `</sheetData>` + strings.Join(after, "") + `</worksheet>`
}

func open(t testing.TB, data []byte) *workbook.Book {
	t.Helper()
	book, err := workbook.Open(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	return book
}

// read returns the first sheet of a package.
func (p parts) read(t testing.TB) *workbook.Sheet {
	t.Helper()
	sheet, err := open(t, p.zipped()).ReadSheet(context.Background(), 0)
	require.NoError(t, err)
	return sheet
}

// refused returns with which message a workbook is refused, when it is opened or when its
// first sheet is read.
func refused(t testing.TB, data []byte) fault.Text {
	t.Helper()
	book, err := workbook.Open(bytes.NewReader(data), int64(len(data)))
	if err == nil {
		_, err = book.ReadSheet(context.Background(), 0)
	}
	var refusal *fault.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, fault.InvalidArgument, refusal.Code)
	require.NotEmpty(t, refusal.Text.EN)
	require.NotEmpty(t, refusal.Text.ZH)
	return refusal.Text
}

// cells writes a sheet as text: cells such as A1=甲, a number with its format behind it.
func cells(s *workbook.Sheet) string {
	var all []string
	for _, row := range s.Rows {
		for _, c := range row.Cells {
			text := workbook.Ref{Column: c.Column, Row: row.Number}.String() + "=" + c.Text
			if c.Format != "" {
				text += " [" + c.Format + "]"
			}
			switch c.Kind {
			case workbook.Number:
				text += " number"
			case workbook.Bool:
				text += " bool"
			case workbook.Error:
				text += " error"
			case workbook.NoResult:
				text += " no result"
			}
			if c.Formula {
				text += " formula"
			}
			if c.Struck {
				text += " struck"
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}
