package workbook_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

func TestRefusesWhatIsMalformed(t *testing.T) {
	cell := func(s string) string { return worksheet(`<row r="1">` + s + `</row>`) }
	for name, c := range map[string]struct{ sheet, en, zh string }{
		"document type":           {`<!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet/>`, "declares a document type (DOCTYPE)", "DOCTYPE"},
		"document type, inside":   {`<worksheet><!DOCTYPE a></worksheet>`, "DOCTYPE", "DOCTYPE"},
		"an entity of its own":    {cell(`<c t="str"><v>&lol;</v></c>`), "damaged in its part", "已损坏"},
		"cut off":                 {worksheet(oneCell)[:200], "damaged in its part", "已损坏"},
		"cut off in a comment":    {`<worksheet><!-- `, "damaged", "已损坏"},
		"cut off in CDATA":        {`<worksheet><![CDATA[ `, "damaged", "已损坏"},
		"cut off in a tag":        {`<worksheet `, "damaged", "已损坏"},
		"cut off in an attribute": {`<worksheet a="`, "damaged", "已损坏"},
		"cut off in an end":       {`<worksheet></works`, "damaged", "已损坏"},
		"tags that do not match":  {`<worksheet><a></b></worksheet>`, "damaged", "已损坏"},
		"two roots":               {`<worksheet/><worksheet/>`, "damaged", "已损坏"},
		"text behind the root":    {`<worksheet/>x`, "damaged", "已损坏"},
		"an end alone":            {`</worksheet>`, "damaged", "已损坏"},
		"an empty part":           {" ", "damaged", "已损坏"},
		"not a worksheet":         {`<chartsheet/>`, "damaged", "已损坏"},
		"attributes":              {`<worksheet a/>`, "damaged", "已损坏"},
		"attributes unquoted":     {`<worksheet a=b/>`, "damaged", "已损坏"},
		"a slash":                 {`<worksheet / >`, "damaged", "已损坏"},
		"no name":                 {`<worksheet>< a></worksheet>`, "damaged", "已损坏"},
		"another encoding":        {`<?xml version="1.0" encoding="GBK"?><worksheet/>`, "damaged", "已损坏"},
		"a character of none":     {cell(`<c t="str"><v>&#1;</v></c>`), "damaged", "已损坏"},
		"another mark":            {"<worksheet><!a></worksheet>", "damaged", "已损坏"},
		"not UTF-8":               {cell("<c t=\"str\"><v>\xb9\xa4</v></c>"), "cell A1 is damaged", "单元格 A1 已损坏"},
		"not UTF-8, inline":       {cell("<c t=\"inlineStr\"><is><t>\xb9\xa4</t></is></c>"), "damaged", "已损坏"},
		"no such text":            {cell(`<c r="B1" t="s"><v>2</v></c>`), "cell B1 is damaged", "B1"},
		"a text that is none":     {cell(`<c t="s"><v>-1</v></c>`), "cell A1 is damaged", "A1"},
		"a name that is none":     {cell(`<c r="1A"><v>1</v></c>`), "cell A1 is damaged", "A1"},
		"a cell of another row":   {cell(`<c r="B2"><v>1</v></c>`), "cell A1 is damaged", "A1"},
		"cells of two rows":       {worksheet(`<row><c r="B5"><v>1</v></c><c r="C6"><v>1</v></c></row>`), "cell C5 is damaged", "C5"},
		"a cell twice":            {cell(`<c r="B1"><v>1</v></c><c r="B1"><v>2</v></c>`), "cell B1 is damaged", "B1"},
		"a merge that is none":    {worksheet("", `<mergeCells><mergeCell ref="A1:"/></mergeCells>`), "damaged", "已损坏"},
		"a link to no cell":       {worksheet("", `<hyperlinks><hyperlink r:id="rId1" ref="x"/></hyperlinks>`), "damaged", "已损坏"},
		"row 0":                   {worksheet(`<row r="0"/>`), "beyond the last possible one, 1048576", "1048576"},
		"a row too many":          {worksheet(`<row r="1048576"/><row/>`), "beyond the last possible one", "行数上限"},
		"a row that is none":      {worksheet(`<row r="x"/>`), "beyond the last possible one", "行数上限"},
		"a column too many":       {cell(`<c r="XFE1"><v>1</v></c>`), `the sheet has more than 16384 columns`, "16384"},
		"a million columns":       {cell(`<c r="BDWGN1"><v>1</v></c>`), "more than 16384 columns", "16384"},
		"columns without names":   {cell(strings.Repeat(`<c/>`, workbook.MaxColumns+1)), "more than 16384 columns", "16384"},
		"a text too long":         {cell(`<c r="C1" t="str"><v>` + strings.Repeat("字", workbook.MaxCharacters+1) + `</v></c>`), "the text of cell C1 has more than 32767 characters", "32767"},
		"an inline text too long": {cell(`<c t="inlineStr"><is><t>` + strings.Repeat("字", workbook.MaxCharacters+1) + `</t></is></c>`), "more than 32767 characters", "32767"},
		"a text without end":      {cell(`<c t="str"><v>` + strings.Repeat("字", 100_000) + `</v></c>`), "more than 32767 characters", "32767"},
		"runs without end":        {cell(`<c t="inlineStr"><is>` + strings.Repeat("<r><t>"+strings.Repeat("a", 30_000)+"</t></r>", 100) + `</is></c>`), "more than 32767 characters", "32767"},
		"a tag without end":       {`<worksheet a="` + strings.Repeat("a", 1<<20) + `"/>`, "damaged", "已损坏"},
		"elements without end":    {"<worksheet>" + strings.Repeat("<a>", 100_000), "damaged", "已损坏"},
		"merges without end":      {worksheet("", `<mergeCells>`+strings.Repeat(`<mergeCell ref="A1:A2"/>`, workbook.MaxMerges+1)+`</mergeCells>`), "more than 65536 merged ranges", "65536"},
		"links without end":       {worksheet("", `<hyperlinks>`+strings.Repeat(`<hyperlink r:id="a" ref="A1:XFD1048576"/>`, workbook.MaxLinks+1)+`</hyperlinks>`), "more than 65536 hyperlinks", "65536"},
	} {
		t.Run(name, func(t *testing.T) {
			text := refused(t, minimal(c.sheet).zipped())
			require.Contains(t, text.EN, c.en)
			require.Contains(t, text.ZH, c.zh)
		})
	}
	longest := strings.Repeat("字", workbook.MaxCharacters)
	require.Equal(t, "A1="+longest, cells(minimal(cell(`<c t="str"><v>`+longest+`</v></c>`)).read(t)))
	escaped := strings.Repeat("_x4E2D_", workbook.MaxCharacters)
	require.Len(t, cells(minimal(cell(`<c t="inlineStr"><is><t>`+escaped+`</t></is></c>`)).read(t)), len("A1=")+3*workbook.MaxCharacters)
}

func TestRefusesWhatTheWorkbookHasTooManyOf(t *testing.T) {
	base := minimal(worksheet(oneCell))
	for name, c := range map[string]struct {
		others parts
		en     string
	}{
		"sheets": {parts{"xl/workbook.xml": `<workbook xmlns:r="r"><sheets>` + strings.Repeat(`<sheet name="a" r:id="rId1"/>`, workbook.MaxSheets+1) + `</sheets></workbook>`}, "more than 1000 sheets"},
		"styles": {parts{"xl/styles.xml": `<styleSheet><cellXfs>` + strings.Repeat(`<xf/>`, workbook.MaxStyles+1) + `</cellXfs></styleSheet>`}, "more than 65536 cell styles"},
		"fonts":  {parts{"xl/styles.xml": `<styleSheet><fonts>` + strings.Repeat(`<font/>`, workbook.MaxStyles+1) + `</fonts></styleSheet>`}, "more than 65536 cell styles"},
		"texts":  {parts{"xl/sharedStrings.xml": `<sst>` + strings.Repeat(`<si><t>`+strings.Repeat("a", 30_000)+`</t></si>`, 2300) + `</sst>`}, "the texts of the workbook take more than 64 MB"},
		// Without bytes of their own, texts still take memory.
		"empty texts": {parts{"xl/sharedStrings.xml": `<sst>` + strings.Repeat(`<si/>`, 64<<20/16+1) + `</sst>`}, "the texts of the workbook take more than 64 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			text := refused(t, base.with(c.others).zipped())
			require.Contains(t, text.EN, c.en)
		})
	}
}

func TestRefusesTooManyCellsInAllSheets(t *testing.T) {
	if testing.Short() {
		t.Skip("six million cells")
	}
	rows := strings.Repeat(`<row>`+strings.Repeat(`<c><v>1</v></c>`, 1000)+`</row>`, 3000)
	book := open(t, minimal(worksheet(rows)).with(parts{
		"xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/><sheet name="b" r:id="rId1"/></sheets></workbook>`,
	}).zipped())
	for range 2 { // the same sheet counts once
		_, err := book.ReadSheet(context.Background(), 0)
		require.NoError(t, err)
	}
	_, err := book.ReadSheet(context.Background(), 1)
	require.ErrorContains(t, err, "more than 5000000 cells")
}

// entry is a part as the directory of a package describes it, true or not.
type entry struct {
	name       string
	content    []byte // compressed
	crc        uint32
	compressed uint64
	size       uint64
}

// deflated is the honest entry of a content.
func deflated(name string, content io.Reader) entry {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(w, sum), content)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return entry{name: name, content: b.Bytes(), crc: sum.Sum32(), compressed: uint64(b.Len()), size: uint64(n)}
}

// packed writes entries as they are.
func packed(entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateRaw(&zip.FileHeader{Name: e.name, Method: zip.Deflate, CRC32: e.crc, CompressedSize64: e.compressed, UncompressedSize64: e.size})
		if err == nil {
			_, err = w.Write(e.content)
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

func (p parts) entries() (all []entry) {
	for name, content := range p {
		if content == "" {
			continue
		}
		all = append(all, deflated(name, strings.NewReader(content)))
	}
	return all
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// requireLess64MB requires that f allocates less than 64 MB in all.
func requireLess64MB(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
}

// What the directory says is enough to refuse these, so that nothing is unpacked.
func TestRefusesBombsByTheirDirectory(t *testing.T) {
	honest := minimal(worksheet(oneCell)).with(parts{"xl/worksheets/sheet1.xml": ""}).entries()
	bomb := deflated("xl/worksheets/sheet1.xml", io.MultiReader(strings.NewReader("<worksheet>"), io.LimitReader(zeros{}, workbook.MaxPart)))
	require.Less(t, len(bomb.content), 1<<20)
	huge := bomb
	huge.size = 1 << 62
	half := bomb
	half.size = 200 << 20
	three := minimal("").with(parts{"xl/workbook.xml": `<workbook xmlns:r="r"><sheets>` + strings.Repeat(`<sheet name="a" r:id="rId1"/>`, 3) + `</sheets></workbook>`}).entries()
	text := deflated("xl/worksheets/sheet1.xml", strings.NewReader(worksheet(oneCell)))
	encrypted := minimal(worksheet(oneCell)).zipped()
	setFlag(encrypted)
	for name, c := range map[string]struct {
		file []byte
		en   string
	}{
		"a sheet of 256 MB and more": {packed(append(honest, bomb)...), `part "xl/worksheets/sheet1.xml" of the workbook unpacks to more than 256 MB`},
		"a sheet of 4 EB":            {packed(append(honest, huge)...), "unpacks to more than 256 MB"},
		"600 MB in three sheets":     {packed(append(three, half)...), "the sheets of the workbook unpack to more than 512 MB"},
		"a name twice":               {packed(append(honest, text, text)...), "cut off or damaged"},
		"a name twice, in two cases": {packed(append(honest, text, deflated("XL/worksheets\\sheet1.xml", strings.NewReader("a")))...), "cut off or damaged"},
		"too many parts":             {packed(numbered(workbook.MaxParts)...), "more than 10000 parts"},
		"a directory without end":    {packed(numbered(100_000)...), "more than 10000 parts"},
		"a directory that lies":      {lying(packed(numbered(65_536 + 9)...)), "more than 10000 parts"},
		"encrypted by the archive":   {encrypted, "protected by a password"},
	} {
		t.Run(name, func(t *testing.T) {
			requireLess64MB(t, func() { require.Contains(t, refused(t, c.file).EN, c.en) })
		})
	}
}

// numbered is one part more than n, with nothing in them.
func numbered(n int) (all []entry) {
	for i := range n + 1 {
		all = append(all, entry{name: fmt.Sprint(i)})
	}
	return all
}

// lying makes the end of a directory say that it has ten entries.
func lying(file []byte) []byte {
	end := bytes.LastIndex(file, []byte("PK\x05\x06"))
	locator := bytes.LastIndex(file, []byte("PK\x06\x06"))
	for _, at := range []int{locator + 24, locator + 32} {
		binary.LittleEndian.PutUint64(file[at:], 10)
	}
	binary.LittleEndian.PutUint16(file[end+8:], 10)
	binary.LittleEndian.PutUint16(file[end+10:], 10)
	return file
}

// setFlag marks all parts as encrypted.
func setFlag(file []byte) {
	for i := range len(file) - 10 {
		switch string(file[i : i+4]) {
		case "PK\x01\x02":
			file[i+8] |= 1
		case "PK\x03\x04":
			file[i+6] |= 1
		}
	}
}

// A directory may lie. What unpacks to more than it says is refused there.
func TestRefusesBombsWhoseDirectoryLies(t *testing.T) {
	honest := minimal(worksheet(oneCell)).with(parts{"xl/worksheets/sheet1.xml": ""}).entries()
	bomb := deflated("xl/worksheets/sheet1.xml", io.MultiReader(strings.NewReader("<worksheet>"), io.LimitReader(zeros{}, workbook.MaxPart)))
	bomb.size = 1000
	wrong := deflated("xl/worksheets/sheet1.xml", strings.NewReader(worksheet(oneCell)))
	wrong.crc++
	short := deflated("xl/worksheets/sheet1.xml", strings.NewReader(worksheet(oneCell)))
	short.size++
	for name, e := range map[string]entry{"more than the directory says": bomb, "less than it says": short, "a checksum that is wrong": wrong} {
		t.Run(name, func(t *testing.T) {
			file := packed(append(honest, e)...)
			require.Contains(t, refused(t, file).EN, `damaged in its part "xl/worksheets/sheet1.xml"`)
		})
	}
}

// Two entries of the directory that name the same bytes unpack them twice.
func TestRefusesPartsThatOverlap(t *testing.T) {
	file := packed(append(minimal(worksheet(oneCell)).entries(), deflated("a", strings.NewReader("aaaaaaaa")), deflated("b", strings.NewReader("aaaaaaaa")))...)
	var offsets []int // of the entries in the directory
	for i := range len(file) - 4 {
		if string(file[i:i+4]) == "PK\x01\x02" {
			offsets = append(offsets, i)
		}
	}
	a, b := offsets[len(offsets)-2], offsets[len(offsets)-1]
	copy(file[b+42:b+46], file[a+42:a+46]) // where the local header is
	require.Contains(t, refused(t, file).EN, "cut off or damaged")
}

func TestRefusalsQuoteLittleOfTheFile(t *testing.T) {
	long := strings.Repeat("长", 5000)
	text := refused(t, minimal(worksheet(oneCell)).with(parts{
		"xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="` + long + `" r:id="none"/></sheets></workbook>`,
	}).zipped())
	require.Contains(t, text.EN, strings.Repeat("长", 64)+"…")
	require.NotContains(t, text.ZH, strings.Repeat("长", 65))
	require.IsType(t, fault.Text{}, text)
}
