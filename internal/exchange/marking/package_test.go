package marking

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

// fakeBook is a workbook to mark, part by part. Its zero value has one sheet 员工.
type fakeBook struct {
	space, relations string // namespaces; those of transitional documents by default
	prefix           string // of elements, such as "x:"
	tail             string // of the sheet, behind its cells
	cells            string // rows of the sheet
	styles           string // "" for no styles
	absolute         bool   // targets of relations
	extra            [][2]string
	sheetRelations   string
	names            string // behind the list of sheets
}

const (
	plainCells = `<row r="1"><c r="A1" t="inlineStr"><is><t>工号</t></is></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c></row>` +
		`<row r="2"><c r="A2" t="inlineStr"><is><t>E001</t></is></c><c r="B2"><v>3.5</v></c></row><row r="4"><c r="B4" t="b"><v>1</v></c></row>`
	plainStyles = `<styleSheet xmlns="` + transitionalSheets + `"><cellXfs count="1"><xf/></cellXfs><dxfs count="1"><dxf><font><b/></font></dxf></dxfs><tableStyles count="0"/></styleSheet>`
)

func (f fakeBook) parts() [][2]string {
	space, relations := f.space, f.relations
	if space == "" {
		space, relations = transitionalSheets, transitionalRelations
	}
	cells := f.cells
	if cells == "" {
		cells = plainCells
	}
	p, colon := f.prefix, ""
	if p != "" {
		colon = ":" + strings.TrimSuffix(p, ":")
		cells = strings.NewReplacer("</", "</"+p, "<", "<"+p).Replace(cells)
	}
	to := func(name string) string {
		if f.absolute {
			return "/xl/" + name
		}
		return name
	}
	styled := ""
	if f.styles != "" {
		styled = `<Relationship Id="rId7" Type="` + relations + `/styles" Target="` + to("styles.xml") + `"/>`
	}
	list := [][2]string{
		{contentTypes, `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageRelations + `"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<` + p + `workbook xmlns` + colon + `="` + space + `" xmlns:r="` + relations + `"><` + p + `sheets><` + p + `sheet name="员工" sheetId="1" r:id="rId1"/></` + p + `sheets>` + f.names + `</` + p + `workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageRelations + `"><Relationship Id="rId1" Type="` + relations + `/worksheet" Target="` + to("worksheets/sheet1.xml") + `"/>` + styled + `</Relationships>`},
		{"xl/worksheets/sheet1.xml", `<` + p + `worksheet xmlns` + colon + `="` + space + `"><` + p + `sheetData>` + cells + `</` + p + `sheetData>` + f.tail + `</` + p + `worksheet>`},
	}
	if f.styles != "" {
		list = append(list, [2]string{"xl/styles.xml", f.styles})
	}
	if f.sheetRelations != "" {
		list = append(list, [2]string{"xl/worksheets/_rels/sheet1.xml.rels", `<Relationships xmlns="` + packageRelations + `">` + f.sheetRelations + `</Relationships>`})
	}
	return append(append(list, f.extra...), [2]string{"xl/media/image1.png", "\x89PNG"}, [2]string{"xl/vbaProject.bin", "macros"}, [2]string{"xl/cellImages.xml", "<etc:cellImages/>"})
}

func (f fakeBook) bytes(t testing.TB) []byte { return pack(t, f.parts()) }

func pack(t testing.TB, parts [][2]string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		one, err := w.Create(p[0])
		require.NoError(t, err)
		_, err = io.WriteString(one, p[1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func unpack(t testing.TB, data []byte) (names []string, parts map[string]string) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	parts = map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NotContains(t, parts, f.Name, "a part is there once")
		names, parts[f.Name] = append(names, f.Name), string(content)
	}
	return names, parts
}

// mark marks a workbook. What it has written is well-formed, and every part has a type.
func mark(t testing.TB, data []byte, problems ...Problem) []byte {
	var out bytes.Buffer
	_, err := Mark(context.Background(), bytes.NewReader(data), int64(len(data)), &out, problems, fault.English)
	require.NoError(t, err)
	_, before := unpack(t, data)
	_, after := unpack(t, out.Bytes())
	for name, content := range after {
		if before[name] != content && !strings.HasPrefix(name, privateFolder) {
			requireWellFormed(t, name, content)
		}
	}
	return out.Bytes()
}

func requireWellFormed(t testing.TB, name, content string) {
	d := xml.NewDecoder(strings.NewReader(content))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			require.NoError(t, err, "%s: %s", name, content)
		}
	}
}

func unmark(t testing.TB, data []byte) []byte {
	var out bytes.Buffer
	found, err := Unmark(context.Background(), bytes.NewReader(data), int64(len(data)), &out)
	require.NoError(t, err)
	require.True(t, found)
	return out.Bytes()
}

// saved is a workbook as a spreadsheet saves it: without the parts that it does not know.
func saved(t testing.TB, data []byte) []byte {
	names, parts := unpack(t, data)
	var kept [][2]string
	for _, name := range names {
		if !strings.HasPrefix(name, privateFolder) {
			kept = append(kept, [2]string{name, parts[name]})
		}
	}
	return pack(t, kept)
}
