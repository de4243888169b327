package exchange

import (
	"context"
	"io"

	"github.com/zhitu/zhitu/internal/exchange/marking"
	"github.com/zhitu/zhitu/internal/fault"
)

// MarkWorkbook writes a workbook with its problems marked in it to out, in a language. They
// are those of Document.ReportEach, of this file alone. See marking.Mark.
func MarkWorkbook(ctx context.Context, in io.ReaderAt, size int64, out io.Writer, problems []LocatedProblem, lang fault.Lang) (marking.Summary, error) {
	marks := make([]marking.Problem, len(problems))
	for i, p := range problems {
		marks[i] = marking.Problem{Sheet: p.Sheet, Cell: p.Cell, Row: p.Row, Text: p.Message(lang)}
	}
	return marking.Mark(ctx, in, size, out, marks, lang)
}

// UnmarkWorkbook writes a workbook without its marks to out. It returns false and writes
// nothing where it has none. See marking.Unmark.
func UnmarkWorkbook(ctx context.Context, in io.ReaderAt, size int64, out io.Writer) (bool, error) {
	return marking.Unmark(ctx, in, size, out)
}
