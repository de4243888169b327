package store

import (
	"reflect"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// Restrictions returns the reaches of a query in the form in which stores select by them,
// all of which must hold. Each has no Within, leaves somebody out, and differs from the
// others: what two permissions find by the same walk costs one.
func (q EmployeeQuery) Restrictions() (list []competency.Reach) {
	add := func(r competency.Reach) {
		if r.Line == "" || len(r.LineExcept) == 0 {
			r.LineExcept = nil
		}
		if !r.Firm && len(r.Units) == 0 || len(r.UnitsExcept) == 0 {
			r.UnitsExcept = nil
		}
		same := func(other competency.Reach) bool { return reflect.DeepEqual(r, other) }
		if !r.Everyone() && !slices.ContainsFunc(list, same) {
			list = append(list, r)
		}
	}
	for _, r := range q.Reaches {
		if r.Within != nil {
			add(competency.Reach{Employee: r.Employee, Units: r.Within})
			r.Within = nil
		}
		add(r)
	}
	return list
}
