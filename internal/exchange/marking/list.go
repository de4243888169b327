package marking

import (
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// problemSheet returns the sheet that lists all problems, with links to their cells. Its
// bold and blue are in the texts, so that it needs no styles of cells.
func (m *marker) problemSheet() []byte {
	known := map[string]bool{}
	for _, s := range m.sheets {
		known[s.name] = s.part != nil
	}
	var rows, links strings.Builder
	say := func(t fault.Text) string { return t.In(m.lang) }
	rows.WriteString(`<row r="1">` + inline("A1", bold, say(listTitle)) + inline("C1", plain, say(m.explanation())) + `</row>`)
	rows.WriteString(`<row r="2">` + inline("A2", bold, say(fault.T("Sheet", "工作表"))) + inline("B2", bold, say(fault.T("Cell", "单元格"))) + inline("C2", bold, say(fault.T("Problem", "问题"))) + `</row>`)
	for i, p := range m.problems {
		n := itoa(i + 3)
		rows.WriteString(`<row r="` + n + `">`)
		if i == maxListed {
			rows.WriteString(inline("C"+n, bold, say(fault.T("… and %d more problems, which are not listed", "…另有 %d 个问题未列出", len(m.problems)-maxListed))) + `</row>`)
			break
		}
		at, ref := m.places[i], ""
		if at.row > 0 {
			ref = at.String()
		}
		look := plain
		if known[p.Sheet] {
			look = linked
			target, from := ref, "B"+n
			if ref == "" {
				target, from = "A1", "A"+n
			}
			links.WriteString(`<hyperlink ref="` + from + `" location="` + escape("'"+strings.ReplaceAll(p.Sheet, "'", "''")+"'!"+target) + `" display="` + escape(target) + `"/>`)
		}
		if ref == "" {
			rows.WriteString(inline("A"+n, look, p.Sheet))
		} else {
			rows.WriteString(inline("A"+n, plain, p.Sheet) + inline("B"+n, look, ref))
		}
		rows.WriteString(inline("C"+n, plain, p.Text) + `</row>`)
	}
	out := header + `<worksheet xmlns="` + m.sheetSpace + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="12" customWidth="1"/><col min="3" max="3" width="110" customWidth="1"/></cols>` +
		`<sheetData>` + rows.String() + `</sheetData>`
	if links.Len() > 0 {
		out += `<hyperlinks>` + links.String() + `</hyperlinks>`
	}
	return []byte(out + `</worksheet>`)
}

// explanation says what to do with the marks.
func (m *marker) explanation() fault.Text {
	t := fault.T("%s. Correct the red cells, save, and check again. A cell is red until its content changes.",
		"共 %s 个问题。请修改红色单元格，保存后重新检查。单元格内容改变后，红色自动消失。", fault.Count(len(m.problems), "problem", "problems"))
	if m.cells == maxCells {
		t = fault.T("%s Only the first %d cells are marked.", "%s仅标记前 %d 个单元格。", t, maxCells)
	}
	return t
}

// look is how a text of the list appears.
type look string

const (
	plain  look = ""
	bold   look = `<rPr><b/></rPr>`
	linked look = `<rPr><u/><color rgb="FF0563C1"/></rPr>`
)

// maxText is the longest text of a cell.
const maxText = 32767

// inline returns a cell with a text.
func inline(ref string, l look, text string) string {
	if text == "" {
		return ""
	}
	return `<c r="` + ref + `" t="inlineStr"><is>` + richText(l, text) + `</is></c>`
}

func richText(l look, text string) string {
	if r := []rune(text); len(r) > maxText/2 {
		text = string(r[:maxText/2])
	}
	t := `<t xml:space="preserve">` + escapeText(text) + `</t>`
	if l == plain {
		return t
	}
	return `<r>` + string(l) + t + `</r>`
}
