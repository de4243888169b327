package workbook_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

func TestReadCells(t *testing.T) {
	for name, c := range map[string]struct{ rows, want string }{
		"shared, by number": {`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="C1" t="s"><v>0</v></c></row>`, "A1=乙, C1=甲"},
		"inline":            {`<row r="1"><c r="A1" t="inlineStr"><is><t>a&lt;b&#x4e2d;&#20013;</t></is></c></row>`, "A1=a<b中中"},
		"runs are joined, phonetic ones left out": {
			`<row r="1"><c r="A1" t="inlineStr"><is><r><t>倒闸</t></r><r><rPr><b/></rPr><t>操作</t></r><rPh sb="0" eb="2"><t>ダオ</t></rPh><phoneticPr fontId="1"/></is></c></row>`, "A1=倒闸操作",
		},
		"white space counts where xml:space says so": {
			`<row r="1"><c r="A1" t="inlineStr"><is><t> a </t></is></c><c r="B1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row>`, "A1=a, B1= a ",
		},
		"escapes of ST_Xstring": {
			`<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_b_x005F_x000D_c_x4E2D_d_xZZZZ_e_x00_</t></is></c><c r="B1" t="str"><v>_xD83D__xDE00__xD83D_</v></c></row>`,
			"A1=a\rb_x000D_c中d_xZZZZ_e_x00_, B1=😀\ufffd",
		},
		"CDATA, comments and line ends":                  {"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a<![CDATA[<b>&amp;\r\n]]]]>c<!-- > --><?x > ?>\r\nd\re</t></is></c></row>", "A1=a<b>&amp;\n]]c\nd\ne"},
		"without names of cells":                         {`<row><c t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row><row r="7"><c><v>4</v></c></row><row><c><v>5</v></c></row>`, "A1=a, B1=2 number, B2=3 number, A7=4 number, A8=5 number"},
		"rows without numbers have those of their cells": {`<row><c r="B5"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>`, "B5=1 number, C5=2 number, A6=3 number"},
		"truth values":                                   {`<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="b"><v>true</v></c><c r="D1" t="b"><v>x</v></c></row>`, "A1=TRUE bool, B1=FALSE bool, C1=TRUE bool, D1=x"},
		"errors":                                         {`<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`, "A1=#REF! error, B1=#DIV/0! error formula"},
		"formulas":                                       {`<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c><c r="C1"><f t="shared" si="0"/><v>3</v></c></row>`, "A1=2 number formula, B1=a formula, C1=3 number formula"},
		"a formula without a result":                     {`<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c><c r="C1"><f>1+1</f><v/></c><c r="D1" t="str"><f>1</f></c></row>`, "A1= no result formula, B1= no result formula, C1= no result formula, D1= no result formula"},
		"the empty text as a result":                     {`<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>`, "B1=1 number"},
		"numbers as they are written":                    {`<row r="1"><c r="A1"><v>0.10000000000000001</v></c><c r="B1"><v>1.1E+17</v></c><c r="C1" t="n"><v> -3 </v></c><c r="D1"><v>+.5</v></c></row>`, "A1=0.10000000000000001 number, B1=1.1E+17 number, C1=-3 number, D1=+.5 number"},
		"a number that is none is text":                  {`<row r="1"><c r="A1"><v>abc</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>0x1p4</v></c><c r="D1"><v>1_0</v></c><c r="E1"><v>1e999</v></c><c r="F1"><v>.</v></c><c r="G1"><v>1e</v></c></row>`, "A1=abc, B1=NaN, C1=0x1p4, D1=1_0, E1=1e999, F1=., G1=1e"},
		"blank cells and rows":                           {`<row r="1"><c r="A1" s="0"/><c r="B1"><v></v></c><c r="C1" t="s"><v></v></c></row><row r="2"/><row r="3"><c r="A3"><v>1</v></c></row>`, "A3=1 number"},
		"rows and cells out of order":                    {`<row r="3"><c r="B3"><v>4</v></c><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3"><v>5</v></c></row>`, "A1=1 number, A3=3 number, B3=4 number, C3=5 number"},
		"extensions and alternatives":                    {`<row r="1"><c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c><mc:AlternateContent xmlns:mc="m"><mc:Choice><c r="B1"><v>2</v></c></mc:Choice></mc:AlternateContent></row><extLst><row r="9"><c><v>1</v></c></row></extLst>`, "A1=1 number"},
		"prefixes":                                       {`<x:row r='1'><x:c r = "A1" t="inlineStr" ><x:is><x:t>a</x:t></x:is ></x:c></x:row>`, "A1=a"},
		"dates by ISO 8601":                              {`<row r="1"><c r="A1" t="d"><v>2024-03-05</v></c><c r="B1" t="d"><v>2024-03-05T06:00:00Z</v></c><c r="C1" t="d"><v>T12:00:00</v></c><c r="D1" t="d"><v>1899-12-31</v></c><c r="E1" t="d"><v>March</v></c><c r="F1" t="d"><v>1900-02-28</v></c></row>`, "A1=45356 [yyyy-mm-dd hh:mm:ss] number, B1=45356.25 [yyyy-mm-dd hh:mm:ss] number, C1=0.5 [h:mm:ss] number, D1=1899-12-31, E1=March, F1=59 [yyyy-mm-dd hh:mm:ss] number"},
		"a value of an unknown type":                     {`<row r="1"><c r="A1" t="new"><v>a</v></c></row>`, "A1=a"},
		"quotes and signs in attributes":                 {`<row r="1" spans='a>b"'><c r="A1" x=">"><v>1</v></c></row>`, "A1=1 number"},
		"the last cell of all":                           {`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`, "XFD1048576=1 number"},
		"styles beyond the list are none":                {`<row r="1"><c r="A1" s="99"><v>1</v></c><c r="B1" s="x"><v>1</v></c></row>`, "A1=1 number, B1=1 number"},
		"texts of foreign elements":                      {`<row r="1">x<c r="A1">y<v>1<z>2</z></v><z>3</z></c></row>`, "A1=1 number"},
		"attributes of foreign namespaces":               {`<row r="1" x:hidden="1"><c x:r="B1" x:t="s"><v>1</v></c></row>`, "A1=1 number"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, cells(minimal(worksheet(c.rows)).read(t)))
		})
	}
}

func TestReadWorksheet(t *testing.T) {
	sheet := minimal(worksheet(
		`<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="true"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c></row><row r="3" hidden="0"><c r="A3"><v>1</v></c></row>`,
		`<mergeCells count="3"><mergeCell ref="A1:B3"/><mergeCell ref="D9:C7"/><mergeCell ref="E1"/></mergeCells>`,
		`<extLst><ext><mergeCells><mergeCell ref="A1:C1"/></mergeCells></ext></extLst>`,
		`<hyperlinks><hyperlink ref="A1" r:id="rId1"/><hyperlink ref="A2:B9" r:id="rId2" location="part" display="x"/><hyperlink ref="A3" location="Sheet2!A1"/><hyperlink ref="Z9" r:id="rId1"/><hyperlink ref="A3" r:id="rId3"/></hyperlinks>`,
	)).with(parts{
		"xl/worksheets/_rels/sheet1.xml.rels": relations("hyperlink https://a.example/?a=1&amp;b=2 External", "hyperlink https://b.example/ External", "hyperlink sheet2.xml"),
	}).read(t)

	require.Equal(t, "员工", sheet.Name)
	require.False(t, sheet.Hidden)
	require.Equal(t, []bool{true, true, false}, []bool{sheet.Rows[0].Hidden, sheet.Rows[1].Hidden, sheet.Rows[2].Hidden})
	require.Equal(t, []workbook.Range{
		{First: workbook.Ref{Column: 0, Row: 1}, Last: workbook.Ref{Column: 1, Row: 3}},
		{First: workbook.Ref{Column: 2, Row: 7}, Last: workbook.Ref{Column: 3, Row: 9}},
	}, sheet.Merges)
	require.Equal(t, map[workbook.Ref]string{
		{Column: 0, Row: 1}: "https://a.example/?a=1&b=2",
		{Column: 0, Row: 2}: "https://b.example/#part",
		{Column: 1, Row: 2}: "https://b.example/#part",
		{Column: 0, Row: 3}: "https://b.example/#part",
	}, sheet.Links, "cells without content have none, and places in the workbook are none")
}

// A row that a sheet lists is hidden by its own attribute alone: zeroHeight is of the rows
// that it leaves out, as LibreOffice reads it and XlsxWriter writes it.
func TestRowsHiddenByDefaultHaveNoContent(t *testing.T) {
	sheet := minimal(head + `<worksheet ` + spreadsheet + `><sheetFormatPr zeroHeight="1"/><sheetData><row r="1"><c><v>1</v></c></row><row r="2" hidden="1"><c><v>1</v></c></row></sheetData></worksheet>`).read(t)
	require.False(t, sheet.Rows[0].Hidden)
	require.True(t, sheet.Rows[1].Hidden)
}

func TestReadStyles(t *testing.T) {
	book := minimal(worksheet(`<row r="1"><c s="0"><v>1</v></c><c s="1"><v>2</v></c><c s="2"><v>3</v></c><c s="3"><v>4</v></c><c s="4"><v>5</v></c><c s="5" t="s"><v>0</v></c><c s="6"><v>6</v></c></row>`)).with(parts{
		"xl/styles.xml": head + `<styleSheet ` + spreadsheet + `>
			<dxfs><dxf><font><strike/></font><numFmt numFmtId="176" formatCode="0%"/></dxf></dxfs>
			<numFmts count="2"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="31" formatCode="0_x000a_"/></numFmts>
			<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>
			<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
			<cellXfs><xf/><xf numFmtId="176" fontId="2"/><xf numFmtId="31"/><xf numFmtId="27"/><xf numFmtId="0" xfId="0"/><xf fontId="1"/><xf numFmtId="x" fontId="99"/></cellXfs></styleSheet>`,
	})
	require.Equal(t, "A1=1 number, B1=2 [yyyy\"年\"m\"月\"] number, C1=3 [0\n] number, D1=4 [yyyy\"年\"m\"月\"] number, E1=5 number, F1=甲 struck, G1=6 number", cells(book.read(t)))
	require.Equal(t, workbook.Date, book.read(t).Rows[0].Cells[1].Class)
}

func TestStruckRuns(t *testing.T) {
	const struck, plain, own = `<r><rPr><strike/></rPr><t>a</t></r>`, `<r><rPr><b/></rPr><t>b</t></r>`, `<r><t>c</t></r>`
	book := minimal(worksheet(`<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s" s="1"><v>2</v></c><c t="s" s="1"><v>3</v></c><c t="inlineStr"><is>` + struck + `</is></c><c t="inlineStr" s="1"><is><t>d</t></is></c></row>`)).with(parts{
		"xl/styles.xml":        head + `<styleSheet ` + spreadsheet + `><fonts><font/><font><strike/></font></fonts><cellXfs><xf/><xf fontId="1"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": head + `<sst ` + spreadsheet + `><si>` + struck + struck + `</si><si>` + struck + plain + `</si><si>` + own + struck + `</si><si>` + own + plain + `</si></sst>`,
	})
	require.Equal(t, "A1=aa struck, B1=ab, C1=ca, D1=ca struck, E1=cb, F1=a struck, G1=d struck", cells(book.read(t)))
}

func TestReadEncodings(t *testing.T) {
	const xml = `<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row><c t="inlineStr"><is><t>中😀</t></is></c></row></sheetData></worksheet>`
	utf16In := func(order binary.AppendByteOrder, text string) string {
		var b []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			b = order.AppendUint16(b, unit)
		}
		return string(b)
	}
	for name, part := range map[string]string{
		"UTF-8":                        strings.Replace(xml, "16", "8", 1),
		"UTF-8 with a mark":            "\ufeff" + strings.Replace(xml, "16", "8", 1),
		"nothing declared":             xml[strings.Index(xml, "<worksheet"):],
		"UTF-16 little endian":         utf16In(binary.LittleEndian, "\ufeff"+xml),
		"UTF-16 big endian":            utf16In(binary.BigEndian, "\ufeff"+xml),
		"UTF-16 without a mark":        utf16In(binary.LittleEndian, xml),
		"UTF-16 big, without a mark":   utf16In(binary.BigEndian, xml),
		"single quotes, standalone":    strings.Replace(xml, `"1.0" encoding="UTF-16"`, `'1.0' encoding = 'utf-8' standalone='yes'`, 1),
		"a declaration that is untrue": xml,
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, "A1=中😀", cells(minimal(part).read(t))) })
	}
}

// Windows of memory end anywhere: every length of what stands before shifts what follows.
func TestReadAcrossWindows(t *testing.T) {
	const rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a&amp;b\r\nc<![CDATA[d\r\n]]>中</t></is></c><!-- e --><c r=\"B1\"><v>12</v></c></row>"
	for shift := range len(rows) + 20 {
		part := worksheet("<!--" + strings.Repeat("-", 64<<10-len(head)-len(spreadsheet)-60+shift-len(rows)) + "-->" + rows)
		require.Equal(t, "A1=a&b\ncd\n中, B1=12 number", cells(minimal(part).read(t)), shift)
	}
}

func TestReadSheetEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	book := open(t, large(100).zipped())
	cancel()
	_, err := book.ReadSheet(ctx, 0)
	require.ErrorIs(t, err, context.Canceled)

	sheet, err := book.ReadSheet(context.Background(), 0)
	require.NoError(t, err, "and it can be read later")
	require.Len(t, sheet.Rows, 100)
}

// A disk that fails is no damaged workbook.
func TestErrorsOfTheDiskStay(t *testing.T) {
	data := minimal(worksheet(`<row/>`)).zipped()
	for most := range 8 {
		_, err := workbook.Open(&failingReader{Reader: bytes.NewReader(data), left: most}, int64(len(data)))
		require.ErrorIs(t, err, errDisk, most)
	}
}
