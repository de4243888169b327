package store

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// UnitsAbove follows a department upwards, once each: the Units of a Profile.
func UnitsAbove(unit map[string]competency.OrgUnit, code string) (above []competency.OrgUnit) {
	for u, ok := unit[code]; ok && !slices.Contains(above, u); u, ok = unit[u.Parent] {
		above = append(above, u)
	}
	return above
}
