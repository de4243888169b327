package workbook_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

const oneCell = `<row r="1"><c r="A1"><v>1</v></c></row>`

func TestRefusesOtherFilesByContent(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("工号,姓名\nE001,张伟\n")
	require.NoError(t, err)
	package_ := string(minimal(worksheet(oneCell)).zipped())
	for name, c := range map[string]struct{ file, en, zh string }{
		"empty":                      {"", "the file is empty: save or download it again", "文件是空的"},
		"zeros":                      {strings.Repeat("\x00", 5000), "cut off or damaged", "不完整或已损坏"},
		"cut off":                    {package_[:len(package_)*2/3], "cut off or damaged: copy or download it again", "请重新复制或下载"},
		"cut off early":              {package_[:20], "cut off or damaged", "不完整"},
		"password":                   {compound("EncryptionInfo", "EncryptedPackage"), "protected by a password: take it off (文件 → 信息 → 保护工作簿) and import again", "先取消密码"},
		"password, large":            {compoundOf(4096, append(many(200), "EncryptedPackage")), "protected by a password", "密码"},
		"Excel 97":                   {compound("Workbook", "\x05SummaryInformation"), "a workbook of Excel 97–2003 or WPS (.et): save it as .xlsx and import again", "请另存为 .xlsx"},
		"Excel 95":                   {compound("Book"), "Excel 97–2003", "97–2003"},
		"Excel 4":                    {"\x09\x04\x06\x00\x00\x00\x10\x00", "Excel 97–2003", "97–2003"},
		"Word 97":                    {compound("WordDocument"), "a Word document", "Word 文档"},
		"PowerPoint 97":              {compound("PowerPoint Document"), "a presentation", "演示文稿"},
		"another compound file":      {compound("Contents"), "this is no workbook", "不是工作簿"},
		"a compound file, cut off":   {compound("Workbook")[:600], "this is no workbook", "不是工作簿"},
		"web page":                   {"\ufeff \r\n<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><TABLE>", "this is a web page, not a workbook: open it in Excel or WPS and save it as .xlsx", "这是网页"},
		"table of a web page":        {"<meta charset=gbk><table border=1><tr><td>工号", "web page", "网页"},
		"web page in UTF-16":         {utf16Text("<html><body>"), "web page", "网页"},
		"web archive":                {"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web page", "网页"},
		"XML spreadsheet 2003":       {`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>`, "an XML spreadsheet of Excel 2003", "XML 电子表格 2003"},
		"flat OpenDocument":          {`<?xml version="1.0"?><office:document office:mimetype="x">`, "(.ods): save it as .xlsx", "LibreOffice"},
		"CSV":                        {"工号,姓名\nE001,张伟\n", "plain text, not a workbook: where it is CSV, let its name end in .csv", "扩展名改为 .csv"},
		"CSV in GBK":                 {gbk, "plain text", "纯文本"},
		"CSV in UTF-16":              {utf16Text("工号\t姓名\n"), "plain text", "纯文本"},
		"PDF":                        {"%PDF-1.7\n", "this is no workbook", "不是工作簿"},
		"picture":                    {"\x89PNG\r\n\x1a\n\x00\x00\x00", "this is no workbook", "不是工作簿"},
		"empty archive":              {"PK\x05\x06" + strings.Repeat("\x00", 18), "this is no workbook", "不是工作簿"},
		"another archive":            {string(parts{"a.txt": "a"}.zipped()), "this is no workbook", "不是工作簿"},
		"Numbers":                    {string(parts{"Index/Document.iwa": "a", "Metadata/Properties.plist": "b"}.zipped()), "Apple Numbers: export it as Excel", "导出为 Excel"},
		"OpenDocument":               {string(parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>", "META-INF/manifest.xml": "<a/>"}.zipped()), "(.ods): save it as .xlsx", "LibreOffice"},
		"binary workbook":            {string(parts{"_rels/.rels": relations("officeDocument xl/workbook.bin"), "xl/workbook.bin": "\x83\x01\x00"}.zipped()), "a binary workbook (.xlsb): save it as .xlsx", "（.xlsb）"},
		"Word":                       {string(parts{"_rels/.rels": relations("officeDocument word/document.xml"), "word/document.xml": "<w:document/>"}.zipped()), "a Word document", "Word 文档"},
		"PowerPoint":                 {string(parts{"_rels/.rels": relations("officeDocument /ppt/presentation.xml"), "ppt/presentation.xml": "<p:presentation/>"}.zipped()), "a presentation", "演示文稿"},
		"Word without its relation":  {string(parts{"word/document.xml": "<w:document/>"}.zipped()), "a Word document", "Word 文档"},
		"another document":           {string(parts{"_rels/.rels": relations("officeDocument a.xml"), "a.xml": "<a/>"}.zipped()), "this is no workbook", "不是工作簿"},
		"list of sheets is no XML":   {string(minimal(worksheet(oneCell)).with(parts{"xl/workbook.xml": "junk"}).zipped()), `damaged in its part "xl/workbook.xml"`, "xl/workbook.xml"},
		"a sheet without a part":     {string(minimal("").zipped()), `the content of sheet "员工" is missing`, `缺少工作表 "员工" 的内容`},
		"a sheet without a relation": {string(minimal(worksheet(oneCell)).with(parts{"xl/_rels/workbook.xml.rels": relations()}).zipped()), "is missing", "缺少"},
		"styles without a part":      {string(minimal(worksheet(oneCell)).with(parts{"xl/styles.xml": ""}).zipped()), `part "xl/styles.xml"`, "styles"},
		"texts without a part":       {string(minimal(worksheet(`<row><c t="s"><v>0</v></c></row>`)).with(parts{"xl/sharedStrings.xml": ""}).zipped()), "cell A1 is damaged", "A1"},
	} {
		t.Run(name, func(t *testing.T) {
			text := refused(t, []byte(c.file))
			require.Contains(t, text.EN, c.en)
			require.Contains(t, text.ZH, c.zh)
		})
	}
}

func many(n int) (names []string) {
	for range n {
		names = append(names, "Stream")
	}
	return names
}

func utf16Text(text string) string {
	b := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

func compound(names ...string) string { return compoundOf(512, names) }

// compoundOf is a compound file with empty streams: a header, its allocation table in
// sector 0, and a directory whose sectors come in reverse.
func compoundOf(size int, names []string) string {
	const end, free = 0xFFFFFFFE, 0xFFFFFFFF
	u32, u16 := binary.LittleEndian.PutUint32, binary.LittleEndian.PutUint16
	perSector := size / 128
	sectors := len(names)/perSector + 1
	file := make([]byte, (2+sectors)*size)
	copy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	u16(file[0x1e:], map[int]uint16{512: 9, 4096: 12}[size])
	u32(file[0x30:], uint32(sectors))
	u32(file[0x44:], end)
	for i := range 109 {
		u32(file[0x4c+4*i:], free)
	}
	u32(file[0x4c:], 0)
	table := file[size:]
	for i := sectors; i > 0; i-- {
		u32(table[4*i:], uint32(i-1))
	}
	u32(table[4:], end)
	for i, name := range append([]string{"Root Entry"}, names...) {
		if i/perSector == sectors {
			break
		}
		entry := file[(1+sectors-i/perSector)*size+i%perSector*128:]
		units := utf16.Encode([]rune(name))
		for j, unit := range units {
			u16(entry[2*j:], unit)
		}
		u16(entry[64:], uint16(2*len(units)+2))
	}
	return string(file)
}

// The directory of a large compound file may stand at its end, where the allocation table
// is itself found through a chain of sectors.
func TestRefusesLargeFilesWithAPassword(t *testing.T) {
	const size, inHeader, perList, perTable = 512, 109, 127, 128
	const directory = (inHeader + perList) * perTable // the first sector of the second list's table
	u32, u16 := binary.LittleEndian.PutUint32, binary.LittleEndian.PutUint16
	file := make([]byte, (directory+3)*size)
	sector := func(i int) []byte { return file[(i+1)*size:] }
	entry := func(b []byte, name string) {
		for i, c := range name {
			b[2*i] = byte(c)
		}
		u16(b[64:], uint16(2*len(name)+2))
	}
	copy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	u16(file[0x1e:], 9)
	u32(file[0x30:], directory)
	u32(file[0x44:], 1)            // the first list is sector 1
	u32(sector(1)[4*perList:], 2)  // the second is sector 2
	u32(sector(2), 3)              // whose first table is sector 3
	u32(sector(3), directory+1)    // where the directory goes on
	u32(sector(3)[4:], 0xFFFFFFFE) // and ends
	entry(sector(directory), "Workbook")
	entry(sector(directory+1), "EncryptedPackage")
	require.Contains(t, refused(t, file).EN, "protected by a password")

	u32(sector(3), directory) // a chain without end
	require.Contains(t, refused(t, file).EN, "Excel 97–2003")
}

func TestOpenFindsParts(t *testing.T) {
	base := minimal(worksheet(`<row><c t="s"><v>0</v></c></row>`))
	const list = `<workbook xmlns="a" xmlns:rel="b"><sheets><sheet name="员工" sheetId="1" rel:id="rId1"/></sheets></workbook>`
	for name, others := range map[string]parts{
		"relative targets": {},
		"absolute targets": {"xl/_rels/workbook.xml.rels": relations("worksheet /xl/worksheets/sheet1.xml", "sharedStrings /xl/sharedStrings.xml")},
		"targets with ..":  {"xl/_rels/workbook.xml.rels": relations("worksheet ../xl/./worksheets/sheet1.xml", "sharedStrings sharedStrings.xml")},
		"strict": {
			"_rels/.rels":                strings.ReplaceAll(base["_rels/.rels"], "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"),
			"xl/_rels/workbook.xml.rels": strings.ReplaceAll(base["xl/_rels/workbook.xml.rels"], "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"),
		},
		"names in another case": {
			"xl/sharedStrings.xml": "", "XL/SharedStrings.xml": base["xl/sharedStrings.xml"], "xl/worksheets/sheet1.xml": "", "xl/Worksheets/Sheet1.XML": base["xl/worksheets/sheet1.xml"],
		},
		"names with backslashes":      {"xl/sharedStrings.xml": "", `xl\sharedStrings.xml`: base["xl/sharedStrings.xml"]},
		"encoded names":               {"xl/worksheets/sheet1.xml": "", "xl/worksheets/表 1.xml": base["xl/worksheets/sheet1.xml"], "xl/_rels/workbook.xml.rels": relations("worksheet worksheets/%E8%A1%A8%201.xml", "sharedStrings sharedStrings.xml")},
		"without relations to begin":  {"_rels/.rels": ""},
		"without styles":              {"xl/styles.xml": "", "xl/_rels/workbook.xml.rels": relations("worksheet worksheets/sheet1.xml", "sharedStrings sharedStrings.xml")},
		"another folder":              {"_rels/.rels": relations("officeDocument /a/b.xml"), "a/b.xml": list, "a/_rels/b.xml.rels": relations("worksheet /xl/worksheets/sheet1.xml", "sharedStrings ../xl/sharedStrings.xml")},
		"another prefix of relations": {"xl/workbook.xml": list},
		"a list with prefixes":        {"xl/workbook.xml": `<x:workbook xmlns:r="b" xmlns:x="a"><x:sheets><x:sheet name="员工" r:id="rId1"/></x:sheets></x:workbook>`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "A1=甲", cells(base.with(others).read(t)))
		})
	}
}

func TestOpenListsSheets(t *testing.T) {
	book := open(t, minimal(worksheet(oneCell)).with(parts{
		"xl/workbook.xml": head + `<workbook ` + spreadsheet + `><workbookPr date1904="true"/>
			<mc:AlternateContent xmlns:mc="m"><sheets><sheet name="no" r:id="rId1"/></sheets></mc:AlternateContent>
			<sheets><sheet name="图表" r:id="rId4"/><sheet name="A&amp;B _x4E2D_" state="hidden" r:id="rId1"/><sheet name="b" state="veryHidden" r:id="rId1"/><sheet name="c" state="visible" r:id="rId1"/><sheet name="对话" r:id="rId5"/><sheet name="宏" r:id="rId6"/></sheets>
			<customWorkbookViews><sheet name="no" r:id="rId1"/></customWorkbookViews></workbook>`,
		"xl/_rels/workbook.xml.rels": relations("worksheet worksheets/sheet1.xml", "vbaProject vbaProject.bin", "externalLink https://never.example/ External", "chartsheet a.xml", "dialogsheet b.xml", "xlMacrosheet c.xml"),
	}).zipped())
	require.True(t, book.Dates.From1904)
	require.True(t, book.Macros)
	require.Equal(t, []workbook.SheetInfo{
		{Name: "A&B 中", Hidden: true, Part: "xl/worksheets/sheet1.xml"},
		{Name: "b", Hidden: true, Part: "xl/worksheets/sheet1.xml"},
		{Name: "c", Part: "xl/worksheets/sheet1.xml"},
	}, book.Sheets())

	plain := open(t, minimal(worksheet(oneCell)).zipped())
	require.False(t, plain.Macros)
	require.False(t, plain.Dates.From1904)
}
