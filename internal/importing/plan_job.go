package importing

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service"
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
	r.report(governance.StagePlanning, 0, 0)
	plan, err := i.service.PlanImport(ctx, doc, service.PlanOptions{Keep: true})
	if err != nil {
		return nil, err
	}
	if err := i.step(ctx, r); err != nil {
		return nil, err
	}
	content := *job
	if err := i.mark(ctx, r, &content, files, plan); err != nil {
		return nil, err
	}
	if err := i.keep(ctx, r, &content, plan); err != nil {
		return nil, err
	}
	return func(job *governance.ImportJob) {
		job.TakeContent(&content)
		job.State = governance.ImportPlanned
		if len(plan.Problems) > 0 {
			job.State = governance.ImportRefused
		}
	}, nil
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
	options.Known = exchange.Known{ // what matrices may name
		Catalog: snapshot.Graph().Catalog(),
		Employees: func(texts []string) ([]competency.Employee, error) {
			return i.service.People.EmployeesCalled(ctx, texts)
		},
	}
	fsys := &uploadFS{ctx: ctx, files: files, read: func(n int) {
		done += n
		r.report(governance.StageReading, done, total)
	}}
	path := uploadFolder
	if len(files) == 1 { // whose name then must be that of a table
		path += "/" + files[0].Name
	}
	return options.ReadFS(fsys, path)
}

// keep keeps a plan as content of a job: as a file to apply, and as lists to look at.
func (i *Imports) keep(ctx context.Context, r *run, job *governance.ImportJob, plan *governance.Plan) (err error) {
	r.report(governance.StageSaving, 0, 0)
	jobs := i.service.Jobs
	for _, l := range []struct {
		list *governance.ImportList
		what string
		of   []governance.Problem
	}{
		{&job.Problems, governance.PartProblems, plan.Problems},
		{&job.Notices, governance.PartNotices, plan.Notices},
		{&job.Warnings, governance.PartWarnings, plan.Warnings},
	} {
		if *l.list, err = governance.SaveList(ctx, jobs, job, l.what, l.of); err != nil {
			return err
		}
	}
	changes := make([]Change, len(plan.Changes))
	for at, c := range plan.Changes {
		changes[at] = newChange(c)
	}
	if job.Changes, err = governance.SaveList(ctx, jobs, job, governance.PartChanges, changes); err != nil {
		return err
	}
	job.Tables, job.NeedsConfirmation, job.Revision = countTables(plan), plan.Confirm, int(plan.Revision)
	data, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	job.Plan, err = i.save(ctx, job, governance.PartPlan, fmt.Sprintf("zhitu-plan-%d.json", job.Number), append(data, '\n'))
	return err
}

// countTables counts what becomes of the records of each table: those that are given first.
func countTables(plan *governance.Plan) []governance.ImportTable {
	tables := make([]governance.ImportTable, 0, len(plan.Records))
	at := map[string]int{}
	find := func(name string) *governance.ImportTable {
		place, known := at[name]
		if !known {
			place = len(tables)
			at[name] = place
			tables = append(tables, governance.ImportTable{Table: name})
		}
		return &tables[place]
	}
	for _, r := range plan.Records {
		find(r.Record).Given = r.Given
	}
	for place, c := range plan.Changes {
		t := find(c.Table)
		if t.Listed == 0 {
			t.First = place
		}
		t.Listed++
		switch c.Kind {
		case competency.Created:
			t.Created++
		case competency.Changed:
			t.Changed++
		case competency.Deleted:
			t.Deleted++
		}
	}
	for _, r := range plan.Records { // evidence and what comes with it is not listed one by one
		if t := find(r.Record); t.Listed == 0 && r.Changed != nil {
			t.Created = *r.Changed
		}
	}
	return tables
}
