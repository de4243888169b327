package exchange

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

// packWorkbook is a workbook with sheets of texts, by name; others are parts as they are.
func packWorkbook(t testing.TB, sheets map[string][][]string, others map[string]string) string {
	t.Helper()
	const main, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	parts := map[string]string{
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	}
	var list, relations strings.Builder
	for name, rows := range sheets {
		n := len(parts)
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="s%d"/>`, name, n, n)
		fmt.Fprintf(&relations, `<Relationship Id="s%d" Type="%s/worksheet" Target="sheet%d.xml"/>`, n, office, n)
		var data strings.Builder
		for _, row := range rows {
			data.WriteString("<row>")
			for _, cell := range row {
				data.WriteString(`<c t="inlineStr"><is><t>`)
				require.NoError(t, xml.EscapeText(&data, []byte(cell)))
				data.WriteString("</t></is></c>")
			}
			data.WriteString("</row>")
		}
		parts[fmt.Sprintf("xl/sheet%d.xml", n)] = `<worksheet xmlns="` + main + `"><sheetData>` + data.String() + `</sheetData></worksheet>`
	}
	for part := range others {
		if strings.HasSuffix(part, "vbaProject.bin") {
			fmt.Fprintf(&relations, `<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>`)
		}
	}
	parts["xl/workbook.xml"] = `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets>` + list.String() + `</sheets></workbook>`
	parts["xl/_rels/workbook.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relations.String() + `</Relationships>`
	for part, content := range others {
		parts[part] = content
	}
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for name, content := range parts {
		p, err := w.Create(name)
		require.NoError(t, err)
		_, err = p.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return file.String()
}

// What a file is its content tells, never its name.
func TestWorkbooksAreKnownByContent(t *testing.T) {
	book := packWorkbook(t, map[string][][]string{"知识点": {{"编码", "名称"}, {"K1", "一"}}}, nil)
	for _, name := range []string{"book.xlsx", "book.XLSX", "知识点.csv", "knowledge_points.txt", "成绩.xlsm", "知识点", "员工.et", "a.xls", "x.numbers", "知识点.csv.bak"} {
		d := folderFiles{name: book}.mustRead(t)
		require.Empty(t, formatProblems(append(d.Problems, d.Notices...), fault.English), name)
		require.Equal(t, []string{"K1 一"}, names(d.Changes.Put.KnowledgePoints), name)
	}
	path := filepath.Join(t.TempDir(), "anything.bin")
	require.NoError(t, os.WriteFile(path, []byte(book), 0o600))
	d, err := Read(path)
	require.NoError(t, err)
	require.Len(t, d.Changes.Put.KnowledgePoints, 1, "a file that was named is looked into")
	d = folderFiles{"archive.zip": book, "知识点.csv": "编码,名称\nK2,二\n"}.mustRead(t)
	require.Equal(t, []string{"K2 二"}, names(d.Changes.Put.KnowledgePoints), "others of a folder are not")
	require.Contains(t, d.Notices[0].Text.EN, "archive.zip")

	for name, content := range map[string]string{"知识点.csv": "<html><table><tr><td>编码", "grades.xls": " <!DOCTYPE HTML>\n<html>", "员工.txt": utf8BOM + "<table>"} {
		d := folderFiles{name: content}.mustRead(t)
		require.Equal(t, []string{name + ": this is a web page, not a workbook: open it in Excel or WPS and save it as .xlsx"}, formatProblems(d.Problems, fault.English))
	}
}

func TestWorkbooksBesideOthers(t *testing.T) {
	points := packWorkbook(t, map[string][][]string{"知识点": {{"编码", "名称"}, {"K1", "一"}}, "岗位": {{"编码", "名称"}, {"P", "岗"}}}, nil)
	needs := packWorkbook(t, map[string][][]string{"岗位要求": {{"岗位", "对象"}, {"P", "K1"}, {"P", "K2"}, {"P", "K9"}}}, map[string]string{"xl/vbaProject.bin": "x"})
	dir := folderFiles{"a.xlsx": points, "知识点.csv": "编码,名称\nK2,二\n", "~$a.xlsx": "x"}.write(t)
	other := filepath.Join(t.TempDir(), "b.xlsm")
	require.NoError(t, os.WriteFile(other, []byte(needs), 0o600))
	d, err := Read(dir, other)
	require.NoError(t, err)
	require.Len(t, d.Changes.Put.KnowledgePoints, 2)
	require.Equal(t, []string{other + ` 岗位要求!B4: there is no knowledge point or competency "K9"; did you mean K1?`}, formatProblems(checkDocument(d), fault.English))
	require.Equal(t, []string{other + "：工作簿含有宏，未运行"}, formatProblems(d.Notices, fault.Chinese))
	entry := checkDocument(d)[0].Entry(fault.Chinese)
	require.Equal(t, []any{"岗位要求", "B4", 4, "对象"}, []any{entry.Sheet, entry.Cell, entry.Row, entry.Column})

	d, err = ReadFS(fstest.MapFS{"b.xlsx": {Data: []byte(points)}}, "b.xlsx")
	require.NoError(t, err)
	require.Len(t, d.Changes.Put.KnowledgePoints, 1, "a file system without positions")
}

func TestRefusedWorkbooks(t *testing.T) {
	for why, c := range map[string]struct{ content, want string }{
		"no sheet of ours": {packWorkbook(t, map[string][][]string{"数据": {{"a"}}}, nil), "no sheet of the workbook has the name of a table"},
		"no sheets":        {packWorkbook(t, nil, nil), "no sheet of the workbook has the name of a table"},
		"cut off":          {"PK\x03\x04 and no more", "cut off or damaged"},
		"a broken sheet":   {packWorkbook(t, map[string][][]string{"知识点": {{"编码"}}}, map[string]string{"xl/sheet1.xml": "<worksheet><sheetData><row><c>"}), "damaged"},
		"nothing":          {"", "the file is empty"},
	} {
		// What refers to records that may be in it is no further problem.
		d := folderFiles{"book.xlsx": c.content, "先导关系.csv": "先导,后续\nK1,K2\n"}.mustRead(t)
		got := formatProblems(checkDocument(d), fault.English)
		if strings.HasPrefix(why, "no ") {
			require.Contains(t, strings.Join(got, "\n"), c.want, why)
			continue
		}
		require.Len(t, got, 1, why)
		require.Contains(t, got[0], c.want, why)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Options{}.ReadContext(ctx, filepath.Join(folderFiles{"b.xlsx": packWorkbook(t, map[string][][]string{"知识点": {{"编码", "名称"}, {"K1", "一"}}}, nil)}.write(t), "b.xlsx"))
	require.ErrorIs(t, err, context.Canceled)
}

// A record with an apostrophe before what is no formula stays as it is; see sheet.read.
func TestTextsOfSheetsAreThoseOfFiles(t *testing.T) {
	for cell, want := range map[string]string{
		"=>": "=>", "-1 度": "-1 度", "@张三": "@张三", "'90 年代": "'90 年代", "'=1+1": "=1+1", "''=1+1": "'=1+1", "'(清空)": "(清空)", "'#N/A": "#N/A", `="00123"`: "00123", " x　": "x", "a\r\nb": "a\nb", "zero\u200bwidth": "zero\u200bwidth",
	} {
		d := folderFiles{"b.xlsx": packWorkbook(t, map[string][][]string{"知识点": {{"编码", "名称"}, {"K1", cell}}}, nil)}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), cell)
		require.Equal(t, want, strings.ReplaceAll(d.Changes.Put.KnowledgePoints[0].Name, "\r\n", "\n"), cell)
	}
	for _, cell := range []string{"=VLOOKUP(A1,B:C,2,0)", "#REF!", "=A1"} {
		d := folderFiles{"b.xlsx": packWorkbook(t, map[string][][]string{"知识点": {{"编码", "名称"}, {"K1", cell}}}, nil)}.mustRead(t)
		require.Len(t, d.Problems, 1, cell)
		require.Equal(t, "B2", d.Problems[0].Cell)
	}
}
