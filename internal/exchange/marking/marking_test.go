package marking

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

const (
	theirComments = `<comments xmlns="` + transitionalSheets + `"><authors><author>刘洋</author><author>tc={1}</author></authors><commentList>` +
		`<comment ref="A2" authorId="0"><text><t>组长，勿删</t></text></comment><comment ref="A1" authorId="0"><text><r><rPr><b/></rPr><t>粗</t></r><r><t>体</t></r></text></comment>` +
		`<comment ref="B2" authorId="1"><text><t>[Threaded comment]</t></text></comment></commentList></comments>`
	theirDrawing = `<xml xmlns:n1="` + spaceVML + `" xmlns:n2="` + spaceExcel + `"><n1:shapetype id="_x0000_t202"/><n1:shape id="_x0000_s1030" type="#_x0000_t202"><n2:ClientData ObjectType="Note"><n2:Row>1</n2:Row><n2:Column>0</n2:Column></n2:ClientData></n1:shape></xml>`
)

// commented is a workbook with somebody's own comments.
var commented = fakeBook{
	styles: plainStyles, tail: `<legacyDrawing xmlns:r="` + transitionalRelations + `" r:id="v"/>`,
	sheetRelations: `<Relationship Id="c" Type="` + transitionalRelations + `/comments" Target="/xl/comments1.xml"/><Relationship Id="v" Type="` + transitionalRelations + `/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>` +
		`<Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/t.xml"/>`,
	extra: [][2]string{{"xl/comments1.xml", theirComments}, {"xl/drawings/vmlDrawing1.vml", theirDrawing}, {"xl/threadedComments/t.xml", "<ThreadedComments/>"}},
}

var books = map[string]fakeBook{
	"plain":      {styles: plainStyles},
	"no styles":  {},
	"no dxfs":    {styles: `<styleSheet xmlns="` + transitionalSheets + `"><cellXfs count="1"><xf/></cellXfs><tableStyles count="0"/></styleSheet>`},
	"empty dxfs": {styles: `<styleSheet xmlns="` + transitionalSheets + `"><dxfs count="0" /></styleSheet>`},
	"absolute":   {styles: plainStyles, absolute: true},
	"strict":     {styles: strings.ReplaceAll(plainStyles, transitionalSheets, strictSheets), space: strictSheets, relations: strictRelations},
	"prefixes":   {styles: `<x:styleSheet xmlns:x="` + transitionalSheets + `"><x:dxfs/></x:styleSheet>`, prefix: "x:"},
	"commented":  commented,
	"formats": {styles: plainStyles, tail: `<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0" priority="1"><formula>TRUE</formula></cfRule></conditionalFormatting><dataValidations count="0"/><pageMargins/>` +
		`<extLst><ext><y:conditionalFormatting xmlns:y="urn:y"><y:cfRule priority="2"/></y:conditionalFormatting></ext></extLst>`},
	"no cells":      {styles: plainStyles, cells: " "},
	"no references": {styles: plainStyles, cells: `<row><c t="str"><f>"E"&amp;"001"</f><v>E001</v></c><c/><c><v>7</v></c></row>`},
}

var someProblems = []Problem{
	{Sheet: "员工", Cell: "A2", Text: "the code is taken"},
	{Sheet: "员工", Cell: "B2", Text: "not a name"},
	{Sheet: "员工", Row: 4, Text: "the row is not complete"},
	{Sheet: "员工", Cell: "A2", Text: "and <it> is \"long\""},
	{Sheet: "员工", Text: "no column of departments"},
	{Sheet: "岗位", Text: "there is no such sheet"},
}

func TestUnmarkGivesBackTheFile(t *testing.T) {
	for name, book := range books {
		t.Run(name, func(t *testing.T) {
			data := book.bytes(t)
			marked := mark(t, data, someProblems...)
			require.True(t, bytes.Equal(data, unmark(t, marked)), "byte for byte")
			other := mark(t, marked, Problem{Sheet: "员工", Cell: "B1", Text: "another"})
			require.Equal(t, mark(t, data, Problem{Sheet: "员工", Cell: "B1", Text: "another"}), other, "new marks replace the old ones")
			require.True(t, bytes.Equal(data, unmark(t, other)))
		})
	}
}

func TestOtherPartsStayAsTheyLie(t *testing.T) {
	for name, book := range books {
		_, before := unpack(t, book.bytes(t))
		_, after := unpack(t, mark(t, book.bytes(t), someProblems...))
		for part, content := range before {
			switch part {
			case contentTypes, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml":
			default:
				require.Equal(t, content, after[part], "%s: %s", name, part)
			}
		}
	}
}

// A spreadsheet keeps neither our private parts nor the form of its own. What is left of
// the marks is nothing but an unused style.
func TestUnmarkAfterSaving(t *testing.T) {
	for name, book := range books {
		t.Run(name, func(t *testing.T) {
			data := book.bytes(t)
			_, before := unpack(t, data)
			_, after := unpack(t, unmark(t, saved(t, mark(t, data, someProblems...))))
			for part, content := range after {
				require.NotContains(t, content, "zhitu", part)
				require.NotContains(t, content, sheetName, part)
				require.NotContains(t, content, separator, part)
				requireWellFormed(t, part, strings.TrimPrefix(content, "\x89PNG"))
				if part == "xl/worksheets/sheet1.xml" && name != "formats" {
					require.Equal(t, before[part], content)
				}
			}
			var out bytes.Buffer
			clean := unmark(t, saved(t, mark(t, data, someProblems...)))
			found, err := Unmark(context.Background(), bytes.NewReader(clean), int64(len(clean)), &out)
			require.NoError(t, err)
			require.False(t, found)
			require.Zero(t, out.Len(), "nothing is written where there is nothing to remove")
		})
	}
}

func TestEditsSinceMarkingStay(t *testing.T) {
	data := commented.bytes(t)
	names, parts := unpack(t, mark(t, data, someProblems...))
	var edited [][2]string
	for _, name := range names {
		content := strings.Replace(parts[name], "<t>E001</t>", "<t>E002</t>", 1)
		content = strings.Replace(content, "组长，勿删", "组长，勿改", 1)
		edited = append(edited, [2]string{name, content})
	}
	_, after := unpack(t, unmark(t, pack(t, edited)))
	require.Contains(t, after["xl/worksheets/sheet1.xml"], "<t>E002</t>")
	require.Contains(t, after["xl/comments1.xml"], "<t>组长，勿改</t>")
	require.NotContains(t, after["xl/comments1.xml"], separator)
	require.NotContains(t, after["xl/worksheets/sheet1.xml"], signature)
	for name := range after {
		require.False(t, strings.HasPrefix(name, privateFolder), name)
	}
}

func TestTheirCommentsStay(t *testing.T) {
	_, parts := unpack(t, mark(t, commented.bytes(t), append(someProblems, Problem{Sheet: "员工", Cell: "A1", Text: "unknown column"})...))
	comments := parts["xl/comments1.xml"]
	require.Contains(t, comments, "<r><t>组长，勿删</t></r><r>", "a text becomes a run before ours")
	require.Contains(t, comments, "\n"+separator+"\nthe code is taken\nand &lt;it&gt; is &quot;long&quot;</t>")
	require.Contains(t, comments, `<r><rPr><b/></rPr><t>粗</t></r><r><t>体</t></r><r>`)
	require.Contains(t, comments, `<text><t>[Threaded comment]</t></text>`, "of a thread nothing else is shown")
	drawing := parts["xl/drawings/vmlDrawing1.vml"]
	require.Equal(t, 1, strings.Count(drawing, "<n1:shapetype"))
	require.Equal(t, 2, strings.Count(drawing, "<n1:shape "), "one for the comment on row 4")
	require.Contains(t, drawing, `<n2:Row>3</n2:Row><n2:Column>1</n2:Column>`)
	require.Contains(t, drawing, `id="_x0000_s1031"`)
}

func TestElementsStandInTheirOrder(t *testing.T) {
	_, parts := unpack(t, mark(t, books["formats"].bytes(t), someProblems...))
	sheet := parts["xl/worksheets/sheet1.xml"]
	require.Regexp(t, `</sheetData><conditionalFormatting sqref="A1">.*<conditionalFormatting sqref="A2">.*<dataValidations.*<pageMargins/><legacyDrawing .*<extLst>`, sheet)
	require.Contains(t, sheet, `<cfRule type="expression" dxfId="0" priority="4">`, "ours come first")
	require.Contains(t, sheet, `<y:cfRule priority="5"/>`)
	require.Regexp(t, `dxfId="1" priority="1".*dxfId="1" priority="2".*dxfId="1" priority="3"`, sheet)
	require.Contains(t, parts["xl/styles.xml"], `<dxfs count="2"><dxf><font><b/></font></dxf><dxf><fill>`)

	pivot := fakeBook{styles: plainStyles, tail: `<conditionalFormatting pivot="1" sqref="A1"><cfRule priority="3"/></conditionalFormatting>`}
	_, parts = unpack(t, mark(t, pivot.bytes(t), someProblems[0]))
	require.Contains(t, parts["xl/worksheets/sheet1.xml"], `<cfRule priority="3"/>`, "a pivot table knows its formats by priority")
	require.Contains(t, parts["xl/worksheets/sheet1.xml"], `dxfId="1" priority="4"`)
}

func TestProblemsAreListedWithLinks(t *testing.T) {
	taken := fakeBook{names: `<definedNames><definedName name="a" localSheetId="0">1</definedName></definedNames>`}
	_, parts := unpack(t, mark(t, taken.bytes(t), someProblems...))
	list := parts["xl/worksheets/sheet2.xml"]
	require.Contains(t, parts["xl/workbook.xml"], `<sheet name="问题 Problems" sheetId="2" `)
	require.Contains(t, list, `<hyperlink ref="B3" location="'员工'!A2" display="A2"/>`)
	require.Contains(t, list, `<hyperlink ref="B5" location="'员工'!B4" display="B4"/>`, "the first cell of the row with content")
	require.Contains(t, list, `<hyperlink ref="A7" location="'员工'!A1" display="A1"/>`, "the sheet")
	require.NotContains(t, list, `ref="A8"`, "there is no such sheet")
	require.Contains(t, list, "there is no such sheet")
}

func TestSheetNameIsFree(t *testing.T) {
	parts := fakeBook{}.parts()
	parts[2][1] = strings.Replace(parts[2][1], "员工", "问题 problems", 1)
	data := pack(t, parts)
	_, after := unpack(t, mark(t, data, Problem{Sheet: "问题 problems", Cell: "A1", Text: "wrong"}))
	require.Contains(t, after["xl/workbook.xml"], `name="问题 Problems (2)"`)
}

func TestRemovalOfASheetMovesTheOthers(t *testing.T) {
	const workbook = `<workbook xmlns="` + transitionalSheets + `" xmlns:r="` + transitionalRelations + `"><bookViews><workbookView firstSheet="1" activeTab="2"/></bookViews><sheets><sheet name="隐" sheetId="4" state="hidden" r:id="rId9"/>` +
		`<sheet name="问题 Problems" sheetId="2" r:id="rId3"/><sheet name="员工" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="a" localSheetId="0">1</definedName><definedName name="b" localSheetId="1">1</definedName><definedName name="c" localSheetId="2">1</definedName></definedNames></workbook>`
	names, parts := unpack(t, saved(t, mark(t, fakeBook{}.bytes(t), someProblems...)))
	var edited [][2]string
	for _, name := range names {
		if name == "xl/workbook.xml" {
			require.Contains(t, parts["xl/_rels/workbook.xml.rels"], `Id="rId3" Type="`+transitionalRelations+`/worksheet"`)
			parts[name] = workbook
		}
		edited = append(edited, [2]string{name, parts[name]})
	}
	_, after := unpack(t, unmark(t, pack(t, edited)))
	require.Contains(t, after["xl/workbook.xml"], `<workbookView firstSheet="1" activeTab="1"/>`)
	require.Contains(t, after["xl/workbook.xml"], `<definedName name="a" localSheetId="0">1</definedName><definedName name="c" localSheetId="1">1</definedName>`)
	require.NotContains(t, after, "xl/worksheets/sheet2.xml")
}

func TestMergedCellsAreMarkedAtTheirFirst(t *testing.T) {
	book := fakeBook{tail: `<mergeCells><mergeCell ref="A2:A4"/><mergeCell ref="D1"/></mergeCells>`}
	_, parts := unpack(t, mark(t, book.bytes(t), Problem{Sheet: "员工", Cell: "A3", Text: "one"}, Problem{Sheet: "员工", Cell: "A4", Text: "two"}))
	require.Contains(t, parts["xl/comments1.xml"], "one\ntwo")
	require.Contains(t, parts["xl/worksheets/sheet1.xml"], `EXACT(A2,&quot;E001&quot;)`)
}

func TestBounds(t *testing.T) {
	many := make([]Problem, maxListed+7)
	for i := range many {
		many[i] = Problem{Sheet: "员工", Cell: "A" + itoa(i+1), Text: "wrong"}
	}
	data := fakeBook{styles: plainStyles}.bytes(t)
	var out bytes.Buffer
	done, err := Mark(context.Background(), bytes.NewReader(data), int64(len(data)), &out, many, fault.Chinese)
	require.NoError(t, err)
	require.Equal(t, Summary{Cells: maxCells, Listed: maxListed}, done)
	_, parts := unpack(t, out.Bytes())
	require.Equal(t, maxCells, strings.Count(parts["xl/comments1.xml"], "<comment "))
	require.Contains(t, parts["xl/worksheets/sheet2.xml"], "仅标记前 5000 个单元格")
	require.Contains(t, parts["xl/worksheets/sheet2.xml"], "另有 7 个问题未列出")
	require.True(t, bytes.Equal(data, unmark(t, out.Bytes())))
}

func TestRefusals(t *testing.T) {
	broken := fakeBook{}.parts()
	broken[4][1] = `<worksheet><sheetData><row r="1"></worksheet>`
	for name, data := range map[string][]byte{
		"no package": []byte("no zip"), "no workbook": pack(t, [][2]string{{"a", "b"}}), "broken sheet": pack(t, broken),
		"twice": pack(t, append(fakeBook{}.parts(), [2]string{"XL/Workbook.xml", ""})),
	} {
		_, err := Mark(context.Background(), bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, someProblems, fault.English)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), name)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	data := fakeBook{}.bytes(t)
	_, err := Mark(canceled, bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, someProblems, fault.English)
	require.ErrorIs(t, err, context.Canceled)
}

func TestIsProblemSheet(t *testing.T) {
	require.True(t, IsProblemSheet("问题 Problems", listTitle.EN))
	require.True(t, IsProblemSheet("问题 Problems (2)", listTitle.ZH+" "))
	require.False(t, IsProblemSheet("问题 Problems", "编码"), "somebody's own sheet")
	require.False(t, IsProblemSheet("员工", listTitle.ZH))
}

// Many problems that meet in one merged cell make one comment that can be read.
func TestProblemsOfOneCellAreBounded(t *testing.T) {
	book := fakeBook{tail: `<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>`}
	many := make([]Problem, maxListed)
	for i := range many {
		many[i] = Problem{Sheet: "员工", Cell: "A" + itoa(i+1), Text: "wrong " + itoa(i)}
	}
	_, parts := unpack(t, mark(t, book.bytes(t), many...))
	require.Equal(t, 1, strings.Count(parts["xl/comments1.xml"], "<comment "))
	require.Less(t, len(parts["xl/comments1.xml"]), 2*maxNote)
}

func TestDeepElementsAreRefused(t *testing.T) {
	_, err := parse([]byte(strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</b>", maxDepth)))
	require.ErrorIs(t, err, errDamaged)
	all, err := parse([]byte(`<xml><div>a<br>b</div><i/></xml>`))
	require.NoError(t, err)
	var names []string
	for _, e := range all.children(0, "") {
		names = append(names, e.name)
	}
	require.Equal(t, []string{"div", "i"}, names)
}
