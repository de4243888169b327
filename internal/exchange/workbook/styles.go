package workbook

import "strconv"

// style is what counts of a cell format (cellXfs).
type style struct {
	format string
	class  FormatClass
	struck bool
}

// readStyles reads the number formats of cells, and which fonts strike out.
func (b *Book) readStyles(s *scanner) error {
	formats := map[int]string{}
	var struck []bool // by font
	for s.element() {
		parent := string(s.ancestor(1))
		switch string(s.local) {
		case "numFmt":
			if parent == "numFmts" {
				formats[number(s.attr("numFmtId"))] = string(unescape([]byte(string(s.attr("formatCode")))))
			}
		case "font":
			if parent == "fonts" {
				struck = append(struck, false)
			}
		case "strike":
			if parent == "font" && string(s.ancestor(2)) == "fonts" {
				struck[len(struck)-1] = s.attr("val") == nil || s.flag("val")
			}
		case "xf":
			if parent == "cellXfs" {
				b.styles = append(b.styles, newStyle(s, formats, struck))
			}
		}
		if max(len(formats), len(struck), len(b.styles)) > MaxStyles {
			return refuse("the workbook has more than %d cell styles: copy the sheets to import into a new workbook", "工作簿的单元格样式超过 %d 个：请把要导入的工作表复制到新的工作簿", MaxStyles)
		}
	}
	return s.err
}

func newStyle(s *scanner, formats map[int]string, struck []bool) style {
	id := number(s.attr("numFmtId"))
	format, ok := formats[id]
	if !ok {
		format = builtInFormats[id]
	}
	st := style{format: format, class: ClassOf(format)}
	if st.class == General && format != "@" {
		st.format = ""
	}
	if font := number(s.attr("fontId")); font >= 0 && font < len(struck) {
		st.struck = struck[font]
	}
	return st
}

// number reads an index, 0 where there is none and -1 where it is malformed.
func number(value []byte) int {
	if len(value) == 0 {
		return 0
	}
	n, err := strconv.Atoi(string(value))
	if err != nil || n < 0 {
		return -1
	}
	return n
}
