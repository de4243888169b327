package importing

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"github.com/zhitu/zhitu/internal/governance"
)

// File is a file that an import offers.
type File struct {
	Name string
	Data []byte
}

// PlanFile returns the plan of an own import as a file, for zhitu apply. NOT_FOUND where there
// is none.
func (i *Imports) PlanFile(ctx context.Context, number int) (*File, error) {
	return i.file(ctx, number, governance.PartPlan, func(j *governance.ImportJob) governance.ImportBlob { return j.Plan })
}

// MarkedFile returns the uploaded workbook of an own import with its problems marked in it.
// NOT_FOUND where there is none.
func (i *Imports) MarkedFile(ctx context.Context, number int) (*File, error) {
	return i.file(ctx, number, governance.PartMarked, func(j *governance.ImportJob) governance.ImportBlob { return j.Marked })
}

func (i *Imports) file(ctx context.Context, number int, what string, of func(*governance.ImportJob) governance.ImportBlob) (*File, error) {
	job, err := i.readOwn(ctx, number)
	if err != nil {
		return nil, err
	}
	data, err := i.load(ctx, job, what, of(job))
	if err != nil {
		return nil, err
	}
	note(ctx, "download", number)
	return &File{of(job).Name, data}, nil
}

// save keeps a file of a job, compressed: a plan is mostly repeated names.
func (i *Imports) save(ctx context.Context, job *governance.ImportJob, what, name string, data []byte) (governance.ImportBlob, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(data)
	_ = z.Close() // a buffer takes everything
	return i.service.Jobs.SaveBlob(ctx, job, what, name, out.Bytes())
}

// load reads what save has kept.
func (i *Imports) load(ctx context.Context, job *governance.ImportJob, what string, blob governance.ImportBlob) ([]byte, error) {
	data, err := i.service.Jobs.LoadBlob(ctx, job, what, blob)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("a file of an import cannot be read: %w", err)
	}
	return io.ReadAll(z)
}
