package store

import (
	"reflect"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// Restrictions returns the reaches of a query that leave anybody out, each once: what two
// permissions select by the same walk costs one.
func (q EmployeeQuery) Restrictions() (list []competency.Reach) {
	for _, r := range q.Reaches {
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
	return list
}
