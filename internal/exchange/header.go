package exchange

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// header begins a source. It finds each heading among the cells of the table's
// header, -1 where it is absent, and returns how many cells a row should have.
func (d *Document) header(headings []heading, t Table) (columns []int, width int) {
	names := make([]string, len(t.Header.Cells))
	for i, cell := range t.Header.Cells {
		if names[i] = competency.Trim(cell); names[i] != "" {
			width = i + 1
		}
	}
	src := source{file: t.File, header: names, column: map[string]int{}}
	d.sources = append(d.sources, src)
	columns = slices.Repeat([]int{-1}, len(headings))
	take := func(c, i int) { columns[c], src.column[headings[c].en] = i, i }

	var strange []int
	for i, name := range names[:width] {
		switch c := slices.IndexFunc(headings, heading{en: competency.Fold(name)}.names); {
		case name == "":
			if t.filled(i) {
				d.refuseHeader(t, i, fault.T("column %d has content but no name: name it or empty it", "第 %d 列有内容却没有列名：请补上列名或清空该列", i+1))
			}
		case c < 0:
			strange = append(strange, i)
		case columns[c] >= 0:
			d.refuseHeader(t, i, fault.T("the column stands twice in the header: remove one of the two", "表头中此列重复：请删除其一"))
		default:
			take(c, i)
		}
	}
	for _, i := range strange[:min(len(strange), shown)] {
		c, hint := guess(names[i], headings, columns)
		d.refuseHeader(t, i, fault.T("this is not a column of the file%s", "此文件没有这一列%s", hint))
		// Go on as if an obligatory column had been written right, to find what
		// else is wrong.
		if c >= 0 && headings[c].obligatory {
			take(c, i)
		}
	}
	for c, h := range headings {
		if h.obligatory && columns[c] < 0 {
			d.refuse(t.Header.Number, "", fault.T("the column %s is missing: add it", "缺少列 %s：请补上", h))
			d.refused[place{len(d.sources) - 1, 0, h.en}] = true
			d.partial[t.Name] = d.partial[t.Name] || h.isKey
		}
	}
	return columns, width
}

// refuseHeader reports a problem of one cell of the header.
func (d *Document) refuseHeader(t Table, i int, text fault.Text) {
	d.Problems = append(d.Problems, Located{
		Spot: Spot{File: t.File, Row: t.Header.Number, Column: competency.Short(competency.Trim(t.Header.Cells[i]), competency.MaxQuoted), order: i},
		Code: fault.InvalidArgument, Text: text,
	})
}

// guess finds which of the columns that are still free a strange name stands
// for, -1 for none, and says what to write instead.
func guess(name string, headings []heading, columns []int) (int, fault.Text) {
	var names, list []string
	for c, h := range headings {
		if columns[c] < 0 {
			names = append(names, h.en, h.zh)
			list = append(list, h.String())
		}
	}
	if near := nearest(name, names); near != "" {
		return slices.IndexFunc(headings, heading{en: near}.names), didYouMean(near)
	}
	if len(list) == 0 {
		return -1, fault.T(": remove it", "：请删除")
	}
	return -1, fault.T(": remove it or use one of %s", "：请删除，或使用以下之一：%s", strings.Join(list, ", "))
}

// names reports whether two headings share a name.
func (h heading) names(other heading) bool { return h.en == other.en || h.en == other.zh }

func (h heading) String() string { return h.en + " " + h.zh }

// filled reports whether any row has something in a column.
func (t Table) filled(i int) bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return i < len(r.Cells) && competency.Trim(r.Cells[i]) != "" })
}
