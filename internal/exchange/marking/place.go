package marking

import "strings"

// place is a cell: column 0 and row 1 are A1.
type place struct{ column, row int }

// Bounds of a sheet.
const (
	maxColumns = 16384
	maxRows    = 1048576
)

// parsePlace reads a reference such as D7 or $D$7.
func parsePlace(s string) (place, bool) {
	var at place
	i := 0
	s = strings.ReplaceAll(s, "$", "")
	for ; i < len(s) && i < 4; i++ {
		c := s[i] &^ 0x20 // upper case
		if c < 'A' || c > 'Z' {
			break
		}
		at.column = at.column*26 + int(c-'A') + 1
	}
	at.column--
	at.row = number(s[i:])
	return at, at.column >= 0 && at.column < maxColumns && at.row >= 1 && at.row <= maxRows
}

func (at place) String() string {
	name := ""
	for n := at.column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name + itoa(at.row)
}

// area is a rectangle of cells, both ends included.
type area struct{ first, last place }

// parseArea reads a range such as A3:B5.
func parseArea(s string) (area, bool) {
	from, to, isRange := strings.Cut(s, ":")
	first, ok := parsePlace(from)
	if !isRange {
		return area{first, first}, ok
	}
	last, valid := parsePlace(to)
	return area{first, last}, ok && valid
}

func (a area) holds(at place) bool {
	return at.row >= a.first.row && at.row <= a.last.row && at.column >= a.first.column && at.column <= a.last.column
}
