package workbook

import "strconv"

// ColumnName returns the letters of a column: A for 0, XFD for 16383.
func ColumnName(column int) string {
	var letters [14]byte // enough for every int
	at := len(letters)
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		at--
		letters[at] = byte('A' + (n-1)%26)
	}
	return string(letters[at:])
}

// String returns a cell as a spreadsheet names it, such as D7.
func (r Ref) String() string { return ColumnName(r.Column) + strconv.Itoa(r.Row) }

// Contains reports whether a cell is in the range.
func (r Range) Contains(cell Ref) bool {
	return r.First.Column <= cell.Column && cell.Column <= r.Last.Column && r.First.Row <= cell.Row && cell.Row <= r.Last.Row
}

// ParseRef reads the name of a cell, such as D7 or $D$7. A cell outside of every sheet is
// returned as it is: the bounds are the caller's.
func ParseRef(name string) (Ref, bool) { return parseRef([]byte(name)) }

func parseRef(name []byte) (ref Ref, ok bool) {
	const most = 9 // letters or digits, without overflow
	i, column, row := 0, 0, 0
	if i < len(name) && name[i] == '$' {
		i++
	}
	letters := i
	for ; i < len(name) && i-letters < most; i++ {
		c := name[i] &^ ('a' - 'A')
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	if column == 0 {
		return Ref{}, false
	}
	if i < len(name) && name[i] == '$' {
		i++
	}
	digits := i
	for ; i < len(name) && i-digits < most && '0' <= name[i] && name[i] <= '9'; i++ {
		row = row*10 + int(name[i]-'0')
	}
	return Ref{Column: column - 1, Row: row}, row > 0 && i == len(name)
}

// parseRange reads a range such as A1:B3, or a single cell.
func parseRange(name []byte) (Range, bool) {
	first, last := name, name
	for i, c := range name {
		if c == ':' {
			first, last = name[:i], name[i+1:]
			break
		}
	}
	a, okA := parseRef(first)
	b, okB := parseRef(last)
	return Range{
		First: Ref{Column: min(a.Column, b.Column), Row: min(a.Row, b.Row)},
		Last:  Ref{Column: max(a.Column, b.Column), Row: max(a.Row, b.Row)},
	}, okA && okB
}
