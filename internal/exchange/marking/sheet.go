package marking

import (
	"io"
	"slices"
)

// sheetFrame is a sheet without its cells, which are streamed: frame is the start tag of
// the sheet and what follows its cells.
type sheetFrame struct {
	frame []byte
	root  int   // length of the start tag in frame
	after int64 // offset in the part of what follows the cells
	// first is the first column with content in each of the rows asked for.
	first map[int]int
}

// content returns the frame as what follows the cells.
func (s *sheetFrame) content(frame []byte) []byte { return frame[s.root:] }

// readFrame reads a sheet in one pass. rows are those whose first cell is of interest.
func readFrame(in io.Reader, rows map[int]bool) (*sheetFrame, error) {
	f := &sheetFrame{first: map[int]int{}}
	s := newScanner(in)
	cells := cellReader{}
	depth := 0
	var inCells bool
	for {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case t.kind == endOfInput:
			return nil, errDamaged // no cells: this is no sheet that can be marked
		case depth == 0 && t.kind == startTag:
			if !t.is("worksheet") {
				return nil, errDamaged
			}
			f.frame = slices.Clone(t.tag)
			f.root = len(f.frame)
		case depth == 1 && t.is("sheetData") && t.kind == startTag:
			inCells = true
		case depth == 1 && t.is("sheetData") && t.kind == emptyTag, depth == 2 && inCells && t.is("sheetData") && t.kind == endTag:
			f.after = t.end
			rest, err := readRest(s)
			f.frame = append(f.frame, rest...)
			return f, err
		case inCells:
			if t.is("row") || rows[cells.at.row] {
				cells.take(&t)
			}
			if at := cells.at; cells.hasContent && rows[at.row] {
				if _, known := f.first[at.row]; !known {
					f.first[at.row] = at.column
				}
			}
		}
		switch t.kind {
		case startTag:
			depth++
		case endTag:
			if depth--; depth <= 0 {
				return nil, errDamaged
			}
		}
	}
}

// readRest returns what a scanner has not read yet, up to a bound.
func readRest(s *scanner) ([]byte, error) {
	rest, err := io.ReadAll(io.LimitReader(s.in, maxPart+1))
	if len(rest) > maxPart {
		return nil, errTooLarge
	}
	return rest, err
}

// cellReader follows the tags between <sheetData> and </sheetData>. Rows and cells without
// a reference stand behind the one before.
type cellReader struct {
	at         place
	tag        []byte // of the cell
	hasContent bool   // of the cell, so far
}

func (c *cellReader) take(t *token) {
	if t.kind != startTag && t.kind != emptyTag {
		return
	}
	switch {
	case t.is("row"):
		c.at.row++
		if n := number(value(t.tag, "r")); n > 0 {
			c.at.row = n
		}
		c.at.column, c.hasContent = -1, false
	case t.is("c"):
		c.at.column++
		c.hasContent = false
		if at, ok := parsePlace(value(t.tag, "r")); ok {
			c.at.column = at.column
		}
		c.tag = append(c.tag[:0], t.tag...)
	case t.is("v") || t.is("is") || t.is("f"):
		c.hasContent = true
	}
}

// cellValue is what a cell holds at the time of marking.
type cellValue struct {
	kind    string // the attribute t: "n" for a number, "s" for a shared string …
	text    string
	isEmpty bool
}

// readValues reads the values of some cells in one pass.
func readValues(in io.Reader, wanted map[place]bool) (map[place]cellValue, error) {
	rows := map[int]bool{}
	for at := range wanted {
		rows[at.row] = true
	}
	values := map[place]cellValue{}
	s := newScanner(in)
	var cells cellReader
	var text textReader
	for {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		if t.kind == endOfInput || t.kind == endTag && t.is("sheetData") {
			return values, nil
		}
		if t.is("row") || rows[cells.at.row] {
			cells.take(&t)
		}
		if !wanted[cells.at] {
			continue
		}
		switch {
		case t.is("c") && t.kind == startTag:
			text.reset()
		case t.is("c") && t.kind == endTag:
			kind := value(cells.tag, "t")
			if kind == "" {
				kind = "n"
			}
			values[cells.at] = cellValue{kind: kind, text: text.String(), isEmpty: text.isEmpty()}
		default:
			text.take(&t)
		}
	}
}
