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
	source := source{file: t.File, header: names, column: map[string]int{}}
	d.sources = append(d.sources, source)
	columns = slices.Repeat([]int{-1}, len(headings))
	assign := func(c, i int) { columns[c], source.column[headings[c].en] = i, i }

	var unknown []int
	for i, name := range names[:width] {
		switch c := slices.IndexFunc(headings, heading{en: competency.Fold(name)}.sharesName); {
		case name == "":
			if t.hasContent(i) {
				d.addHeaderProblem(t, i, fault.T("column %d has content but no name: name it or empty it", "第 %d 列有内容却没有列名：请补上列名或清空该列", i+1))
			}
		case c < 0:
			unknown = append(unknown, i)
		case columns[c] >= 0:
			d.addHeaderProblem(t, i, fault.T("the column stands twice in the header: remove one of the two", "表头中此列重复：请删除其一"))
		default:
			assign(c, i)
		}
	}
	for _, i := range unknown[:min(len(unknown), maxShown)] {
		c, hint := suggestColumn(names[i], headings, columns)
		d.addHeaderProblem(t, i, fault.T("this is not a column of the file%s", "此文件没有这一列%s", hint))
		// Continue as if a required column were spelled correctly, to find the
		// other problems.
		if c >= 0 && headings[c].isRequired {
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

// addHeaderProblem reports a problem in one cell of the header.
func (d *Document) addHeaderProblem(t Table, i int, text fault.Text) {
	d.Problems = append(d.Problems, LocatedProblem{
		Location: Location{File: t.File, Row: t.Header.Number, Column: competency.Truncate(competency.Trim(t.Header.Cells[i]), competency.MaxQuoted), columnIndex: i},
		Code:     fault.InvalidArgument, Text: text,
	})
}

// suggestColumn finds the unassigned column that an unknown name most likely means,
// -1 for none, and ends a message with what to write instead.
func suggestColumn(name string, headings []heading, columns []int) (int, fault.Text) {
	var names, list []string
	for c, h := range headings {
		if columns[c] < 0 {
			names = append(names, h.en, h.zh)
			list = append(list, h.String())
		}
	}
	if near := nearestName(name, names); near != "" {
		return slices.IndexFunc(headings, heading{en: near}.sharesName), didYouMean(near)
	}
	if len(list) == 0 {
		return -1, fault.T(": remove it", "：请删除")
	}
	return -1, fault.T(": remove it or use one of %s", "：请删除，或使用以下之一：%s", strings.Join(list, ", "))
}

// sharesName reports whether two headings have a name in common.
func (h heading) sharesName(other heading) bool { return h.en == other.en || h.en == other.zh }

func (h heading) String() string { return h.en + " " + h.zh }

// hasContent reports whether any row has content in a column.
func (t Table) hasContent(i int) bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return i < len(r.Cells) && competency.Trim(r.Cells[i]) != "" })
}
