package exchange

import (
	"path/filepath"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

// ReadMapping reads what the identifiers of an LMS mean, from a CSV file of any
// name with the columns identifier 标识, employee 工号, knowledge_points 知识点,
// kind 类型 and difficulty 难度. Where there are problems the rules are not all
// there. An error is returned only where the file cannot be read at all.
func ReadMapping(path string) (rules []xapi.Rule, problems []Located, err error) {
	const name = "mapping"
	t := Table{Name: name, File: filepath.Base(path)}
	row, wrong, err := t.read(disk{}, path)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	d := &Document{origins: map[string][]origin{}, partial: map[string]bool{}, refused: map[place]bool{}}
	if wrong != fine {
		d.Problems = []Located{{Spot: Spot{File: t.File, Row: row}, Code: fault.InvalidArgument, Text: wrong}}
	}
	if len(t.Header.Cells) > 0 {
		d.table(table[xapi.Rule]{
			name, "映射", func(*records) *[]xapi.Rule { return &rules },
			[]column[xapi.Rule]{
				text("identifier", "标识", func(r *xapi.Rule) *string { return &r.Identifier }).key(),
				text("employee", "工号", func(r *xapi.Rule) *string { return &r.Employee }),
				list("knowledge_points", "知识点", func(r *xapi.Rule) *[]string { return &r.KnowledgePoints }),
				enum("kind", "类型", competency.EvidenceKinds, func(r *xapi.Rule) *competency.EvidenceKind { return &r.Kind }),
				number("difficulty", "难度", func(r *xapi.Rule) **float64 { return &r.Difficulty }),
			},
		}, t)
	}
	first := map[string]int{} // row of an identifier
	for i, r := range rules {
		row := d.origins[name][i].row
		key := xapi.Identifier(r.Identifier)
		if before := first[key]; before > 0 && key != "" {
			d.refuse(row, "identifier", fault.T("%s is given in row %d too: remove one of the two", "%s 在第 %d 行已给出：请删除其一", competency.Quote(key), before))
		}
		first[key] = row
		of := len(r.KnowledgePoints) > 0 || r.Kind != "" || r.Difficulty != nil // results, and so no person
		if r.Employee != "" && of {
			d.refuse(row, "employee", fault.T("%s is an employee, and an activity or a verb too: clear this cell, or those of the results", "%s 既是员工，又是活动或动词：请清空此格，或清空知识点、类型与难度", competency.Quote(key)))
		}
		if r.Employee == "" && !of && key != "" && key[0] != '@' {
			d.refuse(row, "", fault.T("the row says nothing of %s: give an employee or knowledge points, or remove the row", "该行未说明 %s 的含义：请填写工号或知识点，或删除该行", competency.Quote(key)))
		}
		if x := r.Difficulty; x != nil && (*x < 0 || *x > 1) {
			d.refuse(row, "difficulty", fault.T("difficulty %v is not between 0 and 1: give the share of people who fail", "难度 %v 不在 0 与 1 之间：请填写未通过者所占的比例", *x))
		}
	}
	return rules, arrange(d.Problems), nil
}
