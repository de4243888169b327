// Package marking writes problems into somebody's own workbook (.xlsx, .xlsm) and takes
// them out again. It edits the bytes of the few parts that must change (the marked sheets,
// their comments, the styles, the list of sheets) and copies every other part compressed as
// it lies. So charts, pictures, pivot tables, macros and protection stay byte for byte.
//
// A marked cell has a comment and a conditional format, which turns it red while it has the
// value of the time of marking. One sheet at the end lists all problems, with links.
//
// The parts that marking changes are kept inside the package as they were, see originals.
// While nobody has edited the changed parts, Unmark puts those back. In a workbook that was
// saved since, it removes what marking added, element by element.
package marking

import (
	"context"
	"io"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// Problem is a problem at a place of a workbook.
type Problem struct {
	Sheet string // "" for the whole workbook
	Cell  string // such as D7, "" for the row or the whole sheet
	Row   int    // where Cell is empty: marks the first cell of the row that has content; 0 for the whole sheet
	Text  string
}

// Summary says what Mark has written.
type Summary struct {
	Cells  int // with a comment and the conditional red
	Listed int // lines of the sheet of problems
}

// Bounds of what is written. Excel allows 65,530 links on a sheet.
const (
	maxCells  = 5000
	maxListed = 20000
	maxNote   = 2000 // bytes of a comment, beyond which no problem of the same cell is added
)

// author is the author of the comments.
const author = "知图 Zhitu"

// sheetName is the name of the sheet of problems, with a number where it is taken.
const sheetName = "问题 Problems"

// listTitle is the first cell of the sheet of problems.
var listTitle = fault.T("Problems found by Zhitu", "知图检查出的问题")

// IsProblemSheet reports whether a sheet, by its name and its first cell, is the sheet of
// problems that Mark has added.
func IsProblemSheet(name, firstCell string) bool {
	firstCell = strings.TrimSpace(firstCell)
	return strings.HasPrefix(name, sheetName) && (firstCell == listTitle.EN || firstCell == listTitle.ZH)
}

// Mark writes a workbook with the problems in it to out. Earlier marks are replaced. The
// first 5,000 cells are marked and the first 20,000 problems listed. An *fault.Error says
// what in the workbook prevents it. It reads a marked sheet three times and keeps no cell
// in memory but the marked ones.
func Mark(ctx context.Context, in io.ReaderAt, size int64, out io.Writer, problems []Problem, lang fault.Lang) (Summary, error) {
	p, err := openPackage(ctx, in, size)
	if err != nil {
		return Summary{}, err
	}
	if _, err = p.unmark(); err != nil {
		return Summary{}, err
	}
	p.beginMarking()
	b, err := p.openBook()
	if err != nil {
		return Summary{}, err
	}
	m := marker{book: b, problems: problems, lang: lang}
	if err = m.mark(); err != nil {
		return Summary{}, err
	}
	return Summary{Cells: m.cells, Listed: min(len(problems), maxListed)}, p.write(out)
}

// Unmark writes a workbook without its marks to out. It returns false and writes nothing
// where there are none.
func Unmark(ctx context.Context, in io.ReaderAt, size int64, out io.Writer) (bool, error) {
	p, err := openPackage(ctx, in, size)
	if err != nil {
		return false, err
	}
	if found, err := p.unmark(); err != nil || !found {
		return false, err
	}
	return true, p.write(out)
}
