package importing

import (
	"bytes"
	"context"
	"errors"
	"path"
	"strings"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/exchange/marking"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
)

// mark keeps the uploaded workbook with the problems of the plan in it, in the language of who
// asked. It does nothing where there are none, or where no single workbook was uploaded. A
// workbook that cannot be marked is told of in a notice.
func (i *Imports) mark(ctx context.Context, r *run, job *governance.ImportJob, files []*Upload, plan *governance.Plan) error {
	if len(plan.Problems) == 0 || len(files) != 1 || !isWorkbook(files[0]) {
		return nil
	}
	r.report(governance.StageMarking, 0, len(plan.Problems))
	lang := catalog.Lang(ctx)
	problems := make([]marking.Problem, len(plan.Problems))
	for at, p := range plan.Problems {
		problems[at] = marking.Problem{Sheet: p.Sheet, Cell: p.Cell, Row: p.Row, Text: p.Message.In(lang)}
	}
	book := files[0]
	var out bytes.Buffer
	_, err := marking.Mark(ctx, book.file, int64(book.Size), &out, problems, lang)
	var refused *fault.Error
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &refused):
		text := fault.T("the problems could not be marked in the workbook: %s", "无法在工作簿中标注问题：%s", refused.Text)
		plan.Notices = append(plan.Notices, governance.Problem{File: book.Name, Message: governance.Message(text)})
		return nil // a plan with problems is never applied, so its signature does not matter
	case err != nil:
		return err
	}
	ending := path.Ext(book.Name)
	name := strings.TrimSuffix(book.Name, ending) + fault.T("-marked", "-标注").In(lang) + ending
	job.Marked, err = i.save(ctx, job, governance.PartMarked, name, out.Bytes())
	return err
}

// isWorkbook reports whether a file is a ZIP archive, as workbooks are that can be read.
func isWorkbook(f *Upload) bool {
	head := make([]byte, 4)
	_, err := f.file.ReadAt(head, 0)
	return err == nil && bytes.HasPrefix(head, []byte("PK\x03\x04"))
}
