package exchange

import (
	"path/filepath"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

// ReadMapping reads what the identifiers of an LMS mean. The CSV file may have any
// name; its columns are identifier 标识, employee 工号, knowledge_points 知识点,
// kind 类型, difficulty 难度 and max 满分. If there are problems, rules are incomplete. Notices
// tell what was guessed or passed over. An error is returned only if the file cannot be read
// at all.
func ReadMapping(path string) (rules []xapi.Rule, problems, notices []LocatedProblem, err error) {
	const name = "mapping"
	t := Table{Name: name, File: filepath.Base(path)}
	s := table[xapi.Rule]{
		name, "映射", func(*records) *[]xapi.Rule { return &rules },
		[]column[xapi.Rule]{
			textColumn("identifier", "标识", func(r *xapi.Rule) *string { return &r.Identifier }).key(),
			textColumn("employee", "工号", func(r *xapi.Rule) *string { return &r.Employee }),
			listColumn("knowledge_points", "知识点", func(r *xapi.Rule) *[]string { return &r.KnowledgePoints }),
			enumColumn("kind", "类型", competency.EvidenceKinds, func(r *xapi.Rule) *competency.EvidenceKind { return &r.Kind }),
			numberColumn("difficulty", "难度", func(r *xapi.Rule) **float64 { return &r.Difficulty }),
			numberColumn("max", "满分", func(r *xapi.Rule) **float64 { return &r.Max }),
		},
	}
	if err := t.readText(osFS{}, path, s.headings(), nil); err != nil {
		return nil, nil, nil, readError(path, err)
	}
	d := &Document{Problems: t.Problems, Notices: t.Notices, origins: map[string][]origin{}, incomplete: map[string]bool{}, reported: map[cellRef]bool{}}
	if len(t.Header.Cells) > 0 {
		d.decodeTable(s, t, nil)
	}
	firstRow := map[string]int{} // by identifier
	for i, r := range rules {
		row := d.origins[name][i].row
		key := xapi.Identifier(r.Identifier)
		if earlier := firstRow[key]; earlier > 0 && key != "" {
			d.addProblem(row, "identifier", fault.T("%s is given in row %d too: remove one of the two", "%s 在第 %d 行已给出：请删除其一", competency.Quote(key), earlier))
		}
		firstRow[key] = row
		describesResult := len(r.KnowledgePoints) > 0 || r.Kind != "" || r.Difficulty != nil || r.Max != nil // and so no person
		if r.Employee != "" && describesResult {
			d.addProblem(row, "employee", fault.T("%s is an employee, and an activity or a verb too: clear this cell, or those of the results", "%s 既是员工，又是活动或动词：请清空此格，或清空知识点、类型、难度与满分", competency.Quote(key)))
		}
		if r.Employee == "" && !describesResult && key != "" && !r.Trusts() {
			d.addProblem(row, "", fault.T("the row says nothing of %s: give an employee or knowledge points, or remove the row", "该行未说明 %s 的含义：请填写工号或知识点，或删除该行", competency.Quote(key)))
		}
		if r.Trusts() && (r.Employee != "" || len(r.KnowledgePoints) > 0 || r.Kind != "" || r.Difficulty != nil) {
			d.addProblem(row, "", fault.T("%s says whose accounts are trusted, and nothing else but max: clear the other cells", "%s 只说明信任哪些账户，除满分外请清空其他单元格", competency.Quote(key)))
		}
		if x := r.Max; x != nil && !(*x > 0) {
			d.addProblem(row, "max", fault.T("max %v is not above 0: give what score.raw is out of, such as 100", "满分 %v 须大于 0：请填写满分，如 100", *x))
		}
		if x := r.Difficulty; x != nil && (*x < 0 || *x > 1) {
			d.addProblem(row, "difficulty", fault.T("difficulty %v is not between 0 and 1: give the share of people who fail", "难度 %v 不在 0 与 1 之间：请填写未通过者所占的比例", *x))
		}
	}
	return rules, mergeEqual(sortProblems(d.Problems)), mergeEqual(sortProblems(d.Notices)), nil
}
