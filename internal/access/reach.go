package access

import "github.com/zhitu/zhitu/internal/competency"

// Reach returns the people about whom DecidePerson allows an action, for the query of a
// list.
func (v *Viewer) Reach(a Action) (reach competency.Reach) {
	r := &rules[a]
	switch {
	case v.kind == nobody || !v.hasScope(r):
		return reach
	case v.kind == system:
		return competency.Reach{Firm: true}
	case v.kind == service:
		return competency.Reach{Firm: true, Within: v.units}
	}
	reach.Within = v.units
	if v.self.Code != "" {
		reach.UnitsExcept = []string{v.self.Code}
		if r.employee != none {
			reach.Employee = v.self.Code
		}
		if r.manager == line {
			reach.Line, reach.LineExcept = v.self.Code, v.self.Managers
		}
	}
	reachesUp := false
	for _, g := range v.grants {
		of := r.of(g.Role)
		if of == none || of == self || of == firm && g.Unit != "" {
			continue
		}
		reachesUp = reachesUp || g.Role == HR && g.Unit == ""
		if g.Unit == "" || of == everyone {
			reach.Firm = true
		} else {
			reach.Units = append(reach.Units, g.Unit)
		}
	}
	if r.guarded && !reachesUp {
		reach.UnitsExcept = append(reach.UnitsExcept, v.self.Managers...)
	}
	if reach.Employee != "" && reach.UnitsExcept != nil {
		reach.UnitsExcept = reach.UnitsExcept[1:] // the person is in it anyway
	}
	return reach
}
