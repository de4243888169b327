package store

import "github.com/zhitu/zhitu/internal/competency"

// UnitsAbove follows a department upwards, once each: the Units of a Profile.
func UnitsAbove(unit map[string]competency.OrgUnit, code string) (above []competency.OrgUnit) {
	seen := map[string]bool{}
	for u, ok := unit[code]; ok && !seen[u.Code]; u, ok = unit[u.Parent] {
		seen[u.Code], above = true, append(above, u)
	}
	return above
}
