package importing

import (
	"context"
	"errors"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
)

// plan reads files, plans their import, and keeps what comes out.
func (i *Imports) plan(ctx context.Context, r *run, job *governance.ImportJob, files []*Upload, options exchange.Options) (result, error) {
	doc, err := i.read(ctx, r, files, options)
	if err != nil {
		return nil, err
	}
	if err := i.step(ctx, r); err != nil {
		return nil, err
	}
	r.report(governance.StagePlanning, 0, doc.Changes.Put.Len())
	return nil, fault.New(fault.Unavailable, "plans are not made here", "此处无法生成计划")
}

// read reads the files as one import.
func (i *Imports) read(ctx context.Context, r *run, files []*Upload, options exchange.Options) (*exchange.Document, error) {
	total, done := 0, 0
	for _, f := range files {
		total += f.Size
	}
	r.report(governance.StageReading, 0, total)
	snapshot, err := i.service.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	options.Scale = snapshot.Graph().Catalog().Scale
	fsys := &uploadFS{ctx: ctx, files: files, read: func(n int) {
		done += n
		r.report(governance.StageReading, done, total)
	}}
	path := uploadFolder
	if len(files) == 1 { // whose name then must be that of a table
		path += "/" + files[0].Name
	}
	doc, err := options.ReadFS(fsys, path)
	if err == nil || ctx.Err() != nil {
		return doc, errors.Join(context.Cause(ctx))
	}
	return doc, err
}
