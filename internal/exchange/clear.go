package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// clearMark is the cell by which an export names the edge without a clause, where a pair
// has others too.
const clearMark = "(clear)"

// checkList refuses a list in which an item among others is a mark to clear.
func checkList(items []string) ([]string, fault.Text) {
	for _, item := range items {
		if len(items) > 1 && competency.IsClearMark(item) {
			return nil, fault.T("%s stands among other items: give it alone to empty the list, or remove it", "%s 与其他项并列：要清空列表请单独填写，否则请删除", competency.Quote(item))
		}
	}
	return items, noProblem
}

// clearCell empties a field by a mark in its cell, or says why it cannot be.
func (r recordSetter) clearCell(h heading) fault.Text {
	if h.isKey {
		return fault.T("a cell of this column cannot be emptied: it says which record the row is about", "此列不能清空：它说明该行是哪条记录")
	}
	if r.clear != nil { // else it is as if the cell were empty
		r.clear(competency.FieldNamed(h.en))
	}
	return noProblem
}

// clauseColumn is a text column that can name the edge without a clause.
func clauseColumn(en, zh string) column[prerequisiteRow] {
	c := textColumn(en, zh, func(r *prerequisiteRow) *string { return &r.Clause })
	text := c.format
	c.format = func(r *prerequisiteRow) string {
		if r.Clear.Has(competency.FieldClause) {
			return clearMark
		}
		return text(r)
	}
	return c
}

// nameEdges marks the edges without a clause whose pair has others too, so that import
// finds the one that is meant.
func nameEdges(sorted []competency.Prerequisite) []competency.Prerequisite {
	samePair := func(a, b competency.Prerequisite) bool {
		return a.Dependent == b.Dependent && a.Prerequisite == b.Prerequisite
	}
	var named []competency.Prerequisite
	for i := 0; i+1 < len(sorted); i++ { // of a pair the edge without a clause is the first
		if sorted[i].Clause == "" && samePair(sorted[i], sorted[i+1]) {
			if named == nil {
				named = slices.Clone(sorted)
			}
			named[i].Clear = competency.FieldClause
		}
	}
	if named == nil {
		return sorted
	}
	return named
}
