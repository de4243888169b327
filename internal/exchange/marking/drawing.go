package marking

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Comments are drawn by shapes in VML, a language without a schema that is followed. Excel
// shows no comment that has no shape.
const (
	spaceVML    = "urn:schemas-microsoft-com:vml"
	spaceOffice = "urn:schemas-microsoft-com:office:office"
	spaceExcel  = "urn:schemas-microsoft-com:office:excel"
	drawingType = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	noteShape   = "_x0000_t202" // the type of the shapes of comments
)

// emptyDrawing is a drawing without shapes.
func emptyDrawing() []byte {
	return []byte(`<xml xmlns:v="` + spaceVML + `" xmlns:o="` + spaceOffice + `" xmlns:x="` + spaceExcel + `">` +
		`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>`)
}

var shapeID = regexp.MustCompile(`_x0000_s(\d{1,8})`)

// addShapes adds the shapes of notes to a drawing.
func addShapes(data []byte, all elements, e *edits, notes []note) error {
	if len(all) == 0 || all[0].empty {
		return errDamaged
	}
	names := vmlNames(tagOf(data, all[0]))
	var out strings.Builder
	if !bytes.Contains(data, []byte(`"`+noteShape+`"`)) {
		out.WriteString(names.apply(`<v:shapetype{ns} id="` + noteShape + `" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`))
	}
	last := 1024
	for _, m := range shapeID.FindAllSubmatch(data, -1) {
		last = max(last, number(string(m[1])))
	}
	for _, n := range notes {
		last++
		out.WriteString(names.apply(shape(last, n)))
	}
	e.insert(all[0].innerEnd, out.String())
	return nil
}

// vmlPrefixes are the prefixes that a drawing has given the three namespaces.
type vmlPrefixes struct{ *strings.Replacer }

func (p vmlPrefixes) apply(s string) string { return p.Replace(s) }

// vmlNames returns how the names v:, o: and x: are written in a drawing. A namespace that
// its root does not declare is declared where it is used.
func vmlNames(root []byte) vmlPrefixes {
	declared := map[string]string{}
	for _, a := range attributes(root) {
		if a.prefix == "xmlns" {
			declared[string(root[a.from:a.to])] = a.name
		}
	}
	var rules []string
	declare := ""
	for _, n := range []struct{ prefix, space string }{{"v", spaceVML}, {"o", spaceOffice}, {"x", spaceExcel}} {
		prefix, ok := declared[n.space]
		if !ok {
			prefix = n.prefix
			declare += " xmlns:" + prefix + `="` + n.space + `"`
		}
		rules = append(rules, "<"+n.prefix+":", "<"+prefix+":", "</"+n.prefix+":", "</"+prefix+":", " "+n.prefix+":", " "+prefix+":")
	}
	return vmlPrefixes{strings.NewReplacer(append(rules, "{ns}", declare)...)}
}

// shape is the box of a note, beside its cell and high enough for its text.
func shape(id int, n note) string {
	const width, charsInLine = 4, 26 // in columns; of Chinese characters
	lines := 2
	for _, line := range strings.Split(n.text, "\n") {
		lines += utf8.RuneCountInString(line)/charsInLine + 1
	}
	height := min(lines, 20)
	left := min(n.at.column+1, maxColumns-1-width)
	top := max(min(n.at.row-2, maxRows-1-height), 0)
	anchor := strings.Join([]string{itoa(left), "15", itoa(top), "2", itoa(left + width), "15", itoa(top + height), "4"}, ", ")
	return `<v:shape{ns} id="_x0000_s` + itoa(id) + `" type="#` + noteShape + `" style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:` + itoa(15*height) + `pt;z-index:` + itoa(id-1024) +
		`;visibility:hidden" fillcolor="#ffe0e0" o:insetmode="auto"><v:fill color2="#ffe0e0"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>` +
		`<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>` +
		`<x:Anchor>` + anchor + `</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>` + itoa(n.at.row-1) + `</x:Row><x:Column>` + itoa(n.at.column) + `</x:Column></x:ClientData></v:shape>`
}

// removeShapes removes the shapes of notes on some cells, and returns how many shapes stay.
func removeShapes(data []byte, all elements, e *edits, cells map[place]bool) (left int) {
	for i, el := range all {
		if !isShape(el.name) {
			continue
		}
		if at, ok := noteOf(data, all, i); ok && cells[at] {
			e.remove(el)
		} else {
			left++
		}
	}
	return left
}

// isShape says whether an element draws something. A group's own shapes count besides.
func isShape(name string) bool {
	switch name {
	case "shape", "rect", "oval", "line", "polyline", "roundrect", "arc", "curve", "image", "group":
		return true
	}
	return false
}

// noteOf returns the cell whose comment a shape draws.
func noteOf(data []byte, all elements, index int) (place, bool) {
	i, client := all.child(index, "ClientData")
	if i < 0 || value(tagOf(data, client), "ObjectType") != "Note" {
		return place{}, false
	}
	_, row := all.child(i, "Row")
	_, column := all.child(i, "Column")
	text := func(e element) int { return number(strings.TrimSpace(string(data[e.inner:e.innerEnd]))) }
	return place{column: text(column), row: text(row) + 1}, row.name != "" && column.name != ""
}
