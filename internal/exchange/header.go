package exchange

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// decodeHeader starts a source. It returns the index of each heading in the header
// of the table, -1 if it is missing, and how many cells a row should have.
func (d *Document) decodeHeader(headings []heading, t Table) (columns []int, width int) {
	names := make([]string, len(t.Header.Cells))
	for i, cell := range t.Header.Cells {
		if names[i] = competency.Trim(cell); names[i] != "" {
			width = i + 1
		}
	}
	source := source{file: t.File, sheet: t.Sheet, header: names, column: map[string]int{}, place: t.place}
	d.sources = append(d.sources, source)
	columns = slices.Repeat([]int{-1}, len(headings))
	assign := func(c, i int) { columns[c], source.column[headings[c].en] = i, i }

	index := newHeadingIndex(headings)
	var unknown []int
	var leftOut []string
	for i, name := range names[:width] {
		switch c := index.find(name); {
		case name == "":
			if t.hasContent(i) {
				d.addHeaderProblem(t, i, fault.T("column %d has content but no name: name it or empty it", "第 %d 列有内容却没有列名：请补上列名或清空该列", i+1))
			}
		case c < 0 && isRemarkColumn(name) && t.place != nil:
			d.Notices = append(d.Notices, LocatedProblem{Location: t.headerLocation(i), Text: fault.T("the column %s is none of the table, and was left out", "%s 列不属于该表，已忽略", displayHeading(name))})
		case c < 0 && isRemarkColumn(name):
			leftOut = append(leftOut, displayHeading(name))
		case c < 0:
			unknown = append(unknown, i)
		case columns[c] >= 0:
			d.addHeaderProblem(t, i, fault.T("the column stands twice in the header: remove one of the two", "表头中此列重复：请删除其一"))
		default:
			assign(c, i)
		}
	}
	if len(leftOut) > 0 {
		d.notice(t.Header.Number, "", fault.T("columns that are none of the table were left out: %s", "已忽略不属于该表的列：%s", competency.ListReferences(leftOut)))
	}
	isMisspelled := func(i int) bool {
		c, _ := suggestColumn(names[i], index, columns)
		return c >= 0
	}
	if k := matrixInstead(t.Name, headings, columns, len(unknown)); k != nil && !slices.ContainsFunc(unknown[:min(len(unknown), maxShown)], isMisspelled) {
		what := fault.T("file", "文件")
		if t.Sheet != "" {
			what = fault.T("sheet", "工作表")
		}
		d.addProblem(t.Header.Number, "", fault.T(
			"the header names none of %s and %s: if this is a matrix, with records across and down, name the %s %s or %s; else give one row for each pair of these",
			"表头中没有列 %s 与 %s：如果这是横竖两向都是记录的矩阵，请将%s命名为 %[5]s 或 %[4]s；否则请每对写一行",
			headingNamed(headings, k.aboutField), headingNamed(headings, k.cellField), what, k.en, k.zh))
		d.incomplete[t.Name] = true
		for _, h := range headings {
			d.reported[cellRef{len(d.sources) - 1, 0, h.en}] = true
		}
		return columns, width
	}
	for _, i := range unknown[:min(len(unknown), maxShown)] {
		c, hint := suggestColumn(names[i], index, columns)
		d.addHeaderProblem(t, i, fault.T("this is not a column of the file%s", "此文件没有这一列%s", hint))
		// Continue as if a required column were spelled correctly, or one that people often
		// call otherwise, to find the other problems.
		if c >= 0 && (headings[c].isRequired || len(headings[c].hints) > 0) {
			assign(c, i)
		}
	}
	for c, h := range headings {
		if h.isRequired && columns[c] < 0 {
			d.addProblem(t.Header.Number, "", fault.T("the column %s is missing: add it", "缺少列 %s：请补上", h))
			d.reported[cellRef{len(d.sources) - 1, 0, h.en}] = true
			d.incomplete[t.Name] = d.incomplete[t.Name] || h.isKey
		}
	}
	return columns, width
}

func headingNamed(headings []heading, en string) heading {
	return headings[slices.IndexFunc(headings, func(h heading) bool { return h.en == en })]
}

// addHeaderProblem reports a problem in one cell of the header.
func (d *Document) addHeaderProblem(t Table, i int, text fault.Text) {
	d.Problems = append(d.Problems, LocatedProblem{Location: t.headerLocation(i), Code: fault.InvalidArgument, Text: text})
}

func (t Table) headerLocation(i int) Location {
	at := Location{File: t.File, Sheet: t.Sheet, Row: t.Header.Number, Column: displayHeading(t.Header.Cells[i]), columnIndex: i}
	if t.place != nil {
		at = at.moved(t.place(t.Header.Number, i))
	}
	return at
}

// isRemarkColumn reports whether a column is for people alone: numbers of the rows,
// remarks, what begins with #.
func isRemarkColumn(name string) bool {
	if strings.HasPrefix(competency.RemoveInvisible(name), "#") {
		return true
	}
	if len(name) > maxHeading {
		return false
	}
	outside, _ := cutBrackets(name)
	switch headingKey(outside) {
	case "序号", "备注", "说明文字", "行号", "no", "sn", "remark", "remarks", "note", "notes", "comment", "comments":
		return true
	}
	return false
}

// suggestColumn finds the unassigned column that an unknown name most likely means,
// -1 for none, and ends a message with what to write instead.
func suggestColumn(name string, index headingIndex, columns []int) (int, fault.Text) {
	var names, list []string
	for c, h := range index.headings {
		if columns[c] < 0 {
			names = append(names, h.en, h.zh)
			list = append(list, h.String())
		}
	}
	outside, within := name, []string(nil)
	if len(name) <= maxHeading {
		outside, within = cutBrackets(competency.RemoveInvisible(name))
	}
	near := hintedColumn(outside, index, columns)
	if near == "" {
		near = nearestName(outside, names)
	}
	for _, text := range within { // 学习时长（分钟）
		if c := index.find(text); near == "" && c >= 0 && columns[c] < 0 {
			near = competency.Trim(text)
		}
	}
	if near != "" {
		return index.find(near), didYouMean(near)
	}
	if len(list) == 0 {
		return -1, fault.T(": remove it", "：请删除")
	}
	return -1, fault.T(": remove it or use one of %s", "：请删除，或使用以下之一：%s", strings.Join(list, ", "))
}

// hintedColumn returns the unassigned column that people call by a name, "" for none.
func hintedColumn(name string, index headingIndex, columns []int) string {
	for c, h := range index.headings {
		if columns[c] < 0 && slices.ContainsFunc(h.hints, func(hint string) bool { return headingKey(hint) == headingKey(name) }) {
			if isASCII(name) {
				return h.en
			}
			return h.zh
		}
	}
	return ""
}

func (h heading) String() string { return h.en + " " + h.zh }

// hasContent reports whether any row has content in a column.
func (t Table) hasContent(i int) bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return i < len(r.Cells) && competency.Trim(r.Cells[i]) != "" })
}
