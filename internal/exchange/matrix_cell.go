package exchange

import (
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Marks that people fill in instead of ratings.
var ratingMarks = map[string]float64{
	"○": 0, "◔": 0.25, "◑": 0.5, "◕": 0.75, "●": 1,
	"✓": 1, "✔": 1, "√": 1,
}

// Marks that say nothing: not assessed, or not required.
var emptyMarks = map[string]bool{"/": true, "／": true, "-": true, "－": true, "–": true, "—": true, "——": true, "--": true, "―": true, "−": true}

// markOf returns what a mark says; nil where it says nothing. ok is false for what is none.
func markOf(cell string) (rating *float64, ok bool) {
	if x, known := ratingMarks[cell]; known {
		return &x, true
	}
	return nil, cell == "" || emptyMarks[cell]
}

// ratingKind says what a cell is.
type ratingKind int

const (
	noRating ratingKind = iota // a text, or blank
	anEmptyMark
	aValue
)

// cellText is a cell as it was written, read apart.
type cellText struct {
	nothing    bool
	isClear    bool
	isCritical bool
	text       string // without the mark of a critical one
	level      *float64
	problem    fault.Text
}

// cellReader reads the cells of a matrix as one column. Most are the same few texts: each is
// read once.
type cellReader struct {
	kind    *matrixKind
	numbers *numberReader
	texts   map[string]*cellText
	// hasLabel says that a cell is a label of the scale, so that digits beside it are no guess.
	hasLabel bool
}

// parse divides a cell into what it says, before any is read.
func (r *cellReader) parse(cell gridCell) *cellText {
	if cell.problem != noProblem {
		return &cellText{problem: cell.problem}
	}
	if known, ok := r.texts[cell.text]; ok {
		return known
	}
	c := &cellText{text: cell.text}
	r.texts[cell.text] = c
	if level, isLabel := r.numbers.labels[competency.FoldLabel(c.text)]; isLabel {
		c.level, r.hasLabel = &level, true
		return c
	}
	if bare := strings.TrimRight(c.text, "★☆*＊ \t\u3000"); r.kind.numbers == asLevel && bare != "" && bare != c.text {
		c.isCritical = strings.ContainsAny(c.text[len(bare):], "★*＊")
		if c.isCritical {
			c.text = bare
		}
	}
	mark, isMark := markOf(c.text)
	switch {
	case isMark && mark == nil:
		c.nothing = true
		if c.isCritical {
			c.nothing, c.problem = false, fault.T("%s marks nothing as critical: give a level before the mark", "%s 没有等级，不能标为关键：请在标记前填写等级", competency.Quote(cell.text))
		}
	case isMark:
		c.level = mark
	case competency.IsClearMark(c.text):
		c.isClear = true
	case findJunk(values, c.text) != noProblem:
		c.problem = findJunk(values, c.text)
	}
	return c
}

// read reads what a cell says as a number, after all cells have been surveyed. It returns
// nil where that is none, with a problem unless one was told before.
func (r *cellReader) read(c *cellText) (*float64, fault.Text) {
	if c.level != nil || c.problem != noProblem {
		return c.level, c.problem
	}
	level, problem := r.numbers.read(c.text)
	if problem != noProblem {
		problem = fault.T("%s; a matrix also has ○ ◔ ◑ ◕ ● for 0, 25, 50, 75 and 100%%, ✓ for 100%%, and / or - for nothing", "%s；矩阵中还可以用 ○ ◔ ◑ ◕ ● 表示 0、25、50、75、100%%，✓ 表示 100%%，/ 或 - 表示不填", problem)
	}
	c.level, c.problem = level, problem
	return level, problem
}

// kindOf says what a cell of the matrix may be, by itself.
func (m *matrixReader) kindOf(row, column int) ratingKind {
	cell := m.grid.rating(row, column)
	if cell.text == "" || cell.problem != noProblem {
		return noRating
	}
	c := m.reader.parse(cell)
	switch {
	case c.nothing:
		return anEmptyMark
	case c.level != nil:
		return aValue
	case c.problem != noProblem:
		return noRating
	}
	if x, problem := m.reader.numbers.read(c.text); x != nil && problem == noProblem || isDigits(competency.FoldLabel(c.text)) && len(c.text) <= 3 {
		return aValue
	}
	return noRating
}
