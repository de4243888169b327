package competency

import (
	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/fault"
)

// LookAlikes returns a problem for each code that looks like an earlier one of its type, and
// so may be meant to be it: they differ by case, width or invisible characters alone. Such
// codes are valid. It costs O(records).
func (r Records) LookAlikes() []fault.Problem { return r.LookAlikesAmong(Records{}) }

// LookAlikesAmong is LookAlikes for records that come to others. What those others look like
// is not told. It costs O(records and others).
func (r Records) LookAlikesAmong(others Records) []fault.Problem {
	l := lookAlikes{first: map[[2]string]string{}}
	l.addAll(others)
	l.problems = nil
	l.addAll(r)
	return l.problems
}

// LooksLike reports whether two codes differ, and look the same.
func LooksLike(a, b string) bool { return a != b && look(a) == look(b) }

func look(code string) string { return Fold(norm.NFKC.String(RemoveInvisible(code))) }

type lookAlikes struct {
	first    map[[2]string]string // by what the type shares its codes with, and the look
	problems []fault.Problem
}

func (l *lookAlikes) addAll(r Records) {
	for i, c := range r.Competencies {
		l.add(KnowledgePoints, Competencies, i, c.Code) // they share one space of codes
	}
	for i, p := range r.KnowledgePoints {
		l.add(KnowledgePoints, KnowledgePoints, i, p.Code)
	}
	for i, p := range r.Positions {
		l.add(Positions, Positions, i, p.Code)
	}
	for i, s := range r.Resources {
		l.add(Resources, Resources, i, s.Code)
	}
	for i, u := range r.OrgUnits {
		l.add(OrgUnits, OrgUnits, i, u.Code)
	}
	for i, e := range r.Employees {
		l.add(Employees, Employees, i, e.Code)
	}
}

func (l *lookAlikes) add(space, record string, i int, code string) {
	key := [2]string{space, look(code)}
	earlier, known := l.first[key]
	switch {
	case !known:
		l.first[key] = code
	case earlier != code: // given twice is a problem of its own
		l.problems = append(l.problems, fault.Problem{
			Place: fault.Place{Record: record, Index: i, Field: "code"}, Code: fault.InvalidArgument,
			Text: fault.T("%s looks like %s, and is another code: if both mean the same record, write it one way", "%s 与 %s 看起来相同，但是不同的编码：若指同一记录，请统一写法",
				Quote(code), Quote(earlier)),
		})
	}
}
