package importing

import (
	"context"
	"strconv"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/page"
)

// The pages and edges under the names that the schema gives them.
type (
	JobConnection     = page.Page[Job]
	JobEdge           = page.Edge[Job]
	ProblemConnection = page.Page[Problem]
	ProblemEdge       = page.Edge[Problem]
	ChangeConnection  = page.Page[Change]
	ChangeEdge        = page.Edge[Change]
)

// Job is an import by upload, as its account sees it.
type Job struct {
	*governance.ImportJob
	jobs *governance.Jobs
}

// Progress is what a job is doing.
type Progress struct {
	Stage governance.ImportStage
	Done  int
	Total *int
}

// Failure says why a job has failed.
type Failure struct {
	Code    fault.Code
	Message string
}

// Job returns an own job.
func (i *Imports) Job(ctx context.Context, number int) (*Job, error) {
	job, err := i.readOwn(ctx, number)
	if err != nil {
		return nil, err
	}
	return i.view(job), nil
}

// readOwn reads a job of the viewer. NOT_FOUND where there is none.
func (i *Imports) readOwn(ctx context.Context, number int) (*governance.ImportJob, error) {
	v, err := importer(ctx)
	if err != nil {
		return nil, err
	}
	return i.service.Jobs.Read(ctx, v.Account, number)
}

// Jobs returns a page of the own jobs, the newest first.
func (i *Imports) Jobs(ctx context.Context, first int, after *string) (*JobConnection, error) {
	v, err := importer(ctx)
	if err != nil {
		return nil, err
	}
	r, before, err := newRequest(first, after)
	if err != nil {
		return nil, err
	}
	list, more, total, err := i.service.Jobs.List(ctx, v.Account, r.First, before)
	if err != nil {
		return nil, err
	}
	nodes := make([]Job, len(list))
	for at, job := range list {
		nodes[at] = *i.view(job)
	}
	return new(page.New(nodes, total, r, more, func(j Job) string { return strconv.Itoa(j.Number()) })), nil
}

// importer returns the viewer, where it may import at all.
func importer(ctx context.Context) (*access.Viewer, error) {
	if err := access.Check(ctx, access.Import); err != nil {
		return nil, err
	}
	return access.FromContext(ctx)
}

// newRequest reads a page whose cursors are numbers from 1; 0 for the first page.
func newRequest(first int, after *string) (page.Request, int, error) {
	r, err := page.NewRequest(first, after)
	if err != nil || r.After == "" {
		return r, 0, err
	}
	number, err := strconv.Atoi(r.After)
	if err != nil || number < 1 {
		return r, 0, page.BadCursor()
	}
	return r, number, nil
}

func (i *Imports) view(job *governance.ImportJob) *Job { return &Job{job, i.service.Jobs} }

// Number returns the number that the account gave it.
func (j *Job) Number() int { return j.ImportJob.Number }

// State returns how far it has come.
func (j *Job) State() governance.ImportState { return j.ImportJob.State }

// Progress returns what it is doing, nil where nobody works on it.
func (j *Job) Progress() *Progress {
	if s := j.ImportJob.State; s != governance.ImportRunning && s != governance.ImportApplying || j.Stage == "" {
		return nil
	}
	p := &Progress{Stage: j.Stage, Done: j.Done}
	if j.Total > 0 {
		p.Total = new(j.Total)
	}
	return p
}

// EndedAt returns when it ended, nil before.
func (j *Job) EndedAt() *time.Time {
	if j.ImportJob.EndedAt.IsZero() {
		return nil
	}
	return &j.ImportJob.EndedAt
}

// Failure returns why it has failed, nil otherwise.
func (j *Job) Failure(ctx context.Context) *Failure {
	if j.ImportJob.Failure == nil {
		return nil
	}
	return &Failure{j.ImportJob.Failure.Code, j.ImportJob.Failure.Text.In(catalog.Lang(ctx))}
}

// Tables returns what becomes of the records of each table.
func (j *Job) Tables() []governance.ImportTable {
	if j.ImportJob.Tables == nil {
		return []governance.ImportTable{}
	}
	return j.ImportJob.Tables
}

// Moved returns what has changed since the plan was made.
func (j *Job) Moved() []governance.MovedRecord {
	if j.ImportJob.Moved == nil {
		return []governance.MovedRecord{}
	}
	return j.ImportJob.Moved
}

// Revision returns the revision of the plan, or that its application led to; nil before.
func (j *Job) Revision() *int {
	if j.ImportJob.Revision == 0 {
		return nil
	}
	return &j.ImportJob.Revision
}

// PlanPath returns where the plan is downloaded, nil where there is none.
func (j *Job) PlanPath() *string { return j.path(j.Plan, "plan.json") }

// MarkedPath returns where the marked workbook is downloaded, nil where there is none.
func (j *Job) MarkedPath() *string { return j.path(j.Marked, "marked.xlsx") }

func (j *Job) path(blob governance.ImportBlob, name string) *string {
	if !blob.Exists() {
		return nil
	}
	return new("/imports/" + strconv.Itoa(j.Number()) + "/" + name)
}

// Problems returns a page of what has to be fixed.
func (j *Job) Problems(ctx context.Context, first int, after *string) (*ProblemConnection, error) {
	return j.problems(ctx, governance.PartProblems, j.ImportJob.Problems, first, after)
}

// Notices returns a page of what was guessed, passed over or ignored.
func (j *Job) Notices(ctx context.Context, first int, after *string) (*ProblemConnection, error) {
	return j.problems(ctx, governance.PartNotices, j.ImportJob.Notices, first, after)
}

// Warnings returns a page of what is worth a look.
func (j *Job) Warnings(ctx context.Context, first int, after *string) (*ProblemConnection, error) {
	return j.problems(ctx, governance.PartWarnings, j.ImportJob.Warnings, first, after)
}

func (j *Job) problems(ctx context.Context, what string, list governance.ImportList, first int, after *string) (*ProblemConnection, error) {
	r, from, err := newRequest(first, after)
	if err != nil {
		return nil, err
	}
	nodes, err := governance.LoadList[Problem](ctx, j.jobs, j.ImportJob, what, list, from, r.First)
	if err != nil {
		return nil, err
	}
	for at := range nodes {
		nodes[at].place = from + at + 1
	}
	return new(page.New(nodes, list.Count, r, from+len(nodes) < list.Count, func(p Problem) string { return strconv.Itoa(p.place) })), nil
}

// Changes returns a page of what the plan changes, of one table where it is given.
func (j *Job) Changes(ctx context.Context, first int, after, table *string) (*ChangeConnection, error) {
	r, from, err := newRequest(first, after)
	if err != nil {
		return nil, err
	}
	begin, end := 0, j.ImportJob.Changes.Count
	if table != nil {
		begin, end = j.rangeOf(*table)
	}
	from = max(from, begin)
	nodes, err := governance.LoadList[Change](ctx, j.jobs, j.ImportJob, governance.PartChanges, j.ImportJob.Changes, from, min(r.First, end-from))
	if err != nil {
		return nil, err
	}
	for at := range nodes {
		nodes[at].place = from + at + 1
	}
	return new(page.New(nodes, end-begin, r, from+len(nodes) < end, func(c Change) string { return strconv.Itoa(c.place) })), nil
}

// rangeOf returns which changes are of a table: they are sorted by it.
func (j *Job) rangeOf(table string) (begin, end int) {
	for _, t := range j.ImportJob.Tables {
		if t.Table == table {
			return t.First, t.First + t.Listed
		}
	}
	return 0, 0
}
