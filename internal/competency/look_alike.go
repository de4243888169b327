package competency

import (
	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/fault"
)

// LookAlikes returns a problem for each code that looks like an earlier one of its type, and
// so may be meant to be it: they differ by case, width or invisible characters alone. Such
// codes are valid. It costs O(records).
func (r Records) LookAlikes() []fault.Problem {
	var l lookAlikes
	learnables, positions, resources, units, employees := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	for i, c := range r.Competencies {
		l.add(learnables, Competencies, i, c.Code)
	}
	for i, p := range r.KnowledgePoints {
		l.add(learnables, KnowledgePoints, i, p.Code)
	}
	for i, p := range r.Positions {
		l.add(positions, Positions, i, p.Code)
	}
	for i, s := range r.Resources {
		l.add(resources, Resources, i, s.Code)
	}
	for i, u := range r.OrgUnits {
		l.add(units, OrgUnits, i, u.Code)
	}
	for i, e := range r.Employees {
		l.add(employees, Employees, i, e.Code)
	}
	return l.problems
}

type lookAlikes struct{ problems []fault.Problem }

// add adds a code to those of its type, which are held by their look.
func (l *lookAlikes) add(first map[string]string, record string, i int, code string) {
	look := Fold(norm.NFKC.String(RemoveInvisible(code)))
	earlier, known := first[look]
	switch {
	case !known:
		first[look] = code
	case earlier != code: // given twice is a problem of its own
		l.problems = append(l.problems, fault.Problem{
			Place: fault.Place{Record: record, Index: i, Field: "code"}, Code: fault.InvalidArgument,
			Text: fault.T("%s looks like %s, and is another code: if both mean the same record, write it one way", "%s 与 %s 看起来相同，但是不同的编码：若指同一记录，请统一写法",
				Quote(code), Quote(earlier)),
		})
	}
}
