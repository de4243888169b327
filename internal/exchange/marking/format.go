package marking

import (
	"slices"
	"strings"
)

// sheetOrder is the order in which a sheet has its elements (ECMA-376, CT_Worksheet).
var sheetOrder = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState
	dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks
	colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst`)

// styleOrder is the order in which the styles have theirs (CT_Stylesheet), up to ours.
var styleOrder = strings.Fields(`numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs`)

// placeFor returns where an element of a sheet belongs: behind all that stand before it.
func placeFor(all elements, name string) int { return placeIn(all, sheetOrder, name) }

func placeIn(all elements, order []string, name string) int {
	at := all[0].inner
	for _, el := range all.children(0, "") {
		if rank := slices.Index(order, el.name); rank >= 0 && rank <= slices.Index(order, name) && el.prefix == all[0].prefix {
			at = el.end
		}
	}
	return at
}

// addConditions adds a conditional format for each cell. Ours come before those that are
// there, so that the red is seen; but those of pivot tables are known by their priority.
func (m *marker) addConditions(data []byte, all elements, e *edits, notes []note, values map[place]cellValue) {
	priority, pivot := 0, false
	for _, el := range all {
		switch el.name {
		case "cfRule":
			priority = max(priority, number(value(tagOf(data, el), "priority")))
		case "conditionalFormatting":
			pivot = pivot || value(tagOf(data, el), "pivot") != ""
		}
	}
	if !pivot {
		for _, el := range all {
			if a, ok := find(tagOf(data, el), "priority"); ok && el.name == "cfRule" {
				e.replace(el.start+a.from, el.start+a.to, itoa(number(string(data[el.start+a.from:el.start+a.to]))+len(notes)))
			}
		}
		priority = 0
	}
	var out strings.Builder
	q := all[0].qualified
	for i, n := range notes {
		v, ok := values[n.at]
		if !ok {
			v.isEmpty = true
		}
		out.WriteString(`<` + q("conditionalFormatting") + ` sqref="` + n.at.String() + `"><` + q("cfRule") + ` type="expression" dxfId="` + itoa(m.red) + `" priority="` + itoa(priority+i+1) + `"><` +
			q("formula") + `>` + escape(condition(n.at, v, m.from1904)) + `</` + q("formula") + `></` + q("cfRule") + `></` + q("conditionalFormatting") + `>`)
	}
	e.insert(placeFor(all, "conditionalFormatting"), out.String())
}

// removeConditions removes our conditional formats from a sheet, wherever copies have got to.
func removeConditions(data []byte, all elements, e *edits) {
	for i, el := range all {
		if el.name != "conditionalFormatting" {
			continue
		}
		var ours []element
		others := 0
		for n, rule := range all.children(i, "cfRule") {
			if _, formula := all.child(n, "formula"); formula.name != "" && strings.Contains(unescape(data[formula.inner:formula.innerEnd]), signature) {
				ours = append(ours, rule)
			} else {
				others++
			}
		}
		switch {
		case len(ours) == 0:
		case others == 0:
			e.remove(el)
		default:
			for _, rule := range ours {
				e.remove(rule)
			}
		}
	}
}

// redFill is the differential style of marked cells; q puts a prefix before names.
func redFill(q func(string) string) string {
	return `<` + q("dxf") + `><` + q("fill") + `><` + q("patternFill") + `><` + q("bgColor") + ` rgb="FFFF9999"/></` + q("patternFill") + `></` + q("fill") + `></` + q("dxf") + `>`
}

const stylesType = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"

// emptyStyles is the least that spreadsheets want of a styles part.
func emptyStyles(space string) []byte {
	return []byte(header + `<styleSheet xmlns="` + space + `"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`)
}

// needRed makes sure that there is a differential style for the red, and finds its number.
// It stays when marks are removed from an edited workbook, because other numbers would move.
func (m *marker) needRed() error {
	if m.hasRed {
		return nil
	}
	m.hasRed = true
	if m.styles == nil {
		name := m.free(m.pathFor("styles%d.xml"))
		m.styles = m.add(name, emptyStyles(m.sheetSpace))
		if err := m.addContentType(name, "", stylesType); err != nil {
			return err
		}
		if _, err := m.addRelation(m.workbook.name, m.relationBase, "styles", name); err != nil {
			return err
		}
	}
	return m.edit(m.styles, func(data []byte, all elements, e *edits) error {
		root, err := all.root("styleSheet")
		if err != nil {
			return err
		}
		red := redFill(root.qualified)
		i, list := all.child(0, "dxfs")
		if i < 0 {
			e.insert(placeIn(all, styleOrder, "dxfs"), `<`+root.qualified("dxfs")+` count="1">`+red+`</`+root.qualified("dxfs")+`>`)
			return nil
		}
		for _, d := range all.children(i, "dxf") {
			if string(data[d.start:d.end]) == red { // from an earlier time
				return nil
			}
			m.red++
		}
		if a, ok := find(tagOf(data, list), "count"); ok {
			e.replace(list.start+a.from, list.start+a.to, itoa(m.red+1))
		}
		e.appendTo(data, list, red)
		return nil
	})
}
