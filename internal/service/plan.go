package service

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/people"
)

// PlanOptions say what plan is made. How the files were read, and whether what they do not
// give is pruned, the document knows: exchange.Options.
type PlanOptions struct {
	// Keep makes the plan one of the store, so that it can be applied later. It gives the
	// store an identity where it has none.
	Keep bool
	// EachProblem is given each problem at its own row, for marks in a workbook. A plan tells
	// equal ones once.
	EachProblem func([]exchange.LocatedProblem)
}

// PlanImport returns what an import of a document would do. It writes nothing but the
// identity of the store. Problems of the input are in the plan, which tells then what the
// rows without one would do; an error says that the viewer may not do it, or that the store
// fails. It costs what the checks of the import cost, and half of that again where there
// are problems.
func (s *Service) PlanImport(ctx context.Context, doc *exchange.Document, o PlanOptions) (*governance.Plan, error) {
	if _, err := access.FromContext(ctx); err != nil {
		return nil, err
	}
	id, err := s.identity(ctx, o.Keep)
	if err != nil {
		return nil, err
	}
	files := FilesOf(doc)
	files.identity = id
	done, err := s.ImportFiles(ctx, files, true)
	found := fault.ProblemsOf(err)
	if err != nil && len(found) == 0 {
		return nil, err
	}
	problems := doc.Report(found...)
	if len(problems) > 0 {
		var unpruned []fault.Problem
		if done, unpruned, err = s.previewFiles(ctx, files, doc.Refused(found)); err != nil {
			return nil, err
		}
		for _, p := range found {
			if p.Key == "" { // the others depend on which rows are refused
				unpruned = append(unpruned, p)
			}
		}
		problems, found = doc.Report(unpruned...), unpruned
	}
	if o.EachProblem != nil {
		o.EachProblem(doc.ReportEach(found...))
	}
	p := &governance.Plan{
		Format: governance.PlanFormat, Store: id.ID, Revision: int64(done.Revision), At: done.At, TimeZone: zoneName(doc.Options().Zone, done.At),
		Replace: doc.Options().Replace, Prune: files.Prune, AsStored: doc.AsExported, Confirm: done.Confirm,
		Changes: orEmpty(done.Changes), Intake: governance.Intake(files.Intake), Records: orEmpty(done.Records),
		Problems: planProblems(problems), Warnings: planProblems(doc.LocateAll(done.Warnings)), Notices: planProblems(doc.Notices),
	}
	if !o.Keep {
		return p, nil
	}
	return p, p.Sign(id)
}

// identity returns that of the store; where it has none, a new one if it is wanted.
func (s *Service) identity(ctx context.Context, wanted bool) (governance.Identity, error) {
	if wanted {
		return s.governance.Identity(ctx)
	}
	return s.governance.KnownIdentity(ctx)
}

// zoneName names the zone of times that name none; that of the machine by its offset, which
// the name Local would not say.
func zoneName(zone *time.Location, at time.Time) string {
	switch zone {
	case nil:
		return time.UTC.String()
	case time.Local:
		return "UTC" + at.In(zone).Format("-07:00")
	}
	return zone.String()
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// planProblems returns what was found in files in the form of a plan.
func planProblems(located []exchange.LocatedProblem) []governance.Problem {
	list := make([]governance.Problem, len(located))
	for i, l := range located {
		list[i] = governance.Problem{
			File: l.File, Sheet: l.Sheet, Row: l.Row, Column: l.Column, Cell: l.Cell, Rows: l.Rows, More: l.More,
			Table: l.Table, Key: l.Key, Code: l.Code, Message: governance.Message(l.Words()),
		}
	}
	return list
}

// previewFiles returns what the records of files would change without those that are
// refused because of a problem, and what cannot be pruned then.
func (s *Service) previewFiles(ctx context.Context, in Files, refused func(table string, index int) bool) (*Import, []fault.Problem, error) {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	base := snapshot.Graph().Catalog()
	rows, err := s.readRows(ctx, base, &in, refused)
	if err != nil {
		return nil, nil, err
	}
	rows.edits.At = s.clock().UTC().Truncate(time.Microsecond)
	before, err := s.storedPeople(ctx, rows.edits)
	if err != nil {
		return nil, nil, err
	}
	changes := before.Changes(*base, base.Resolve(rows.edits))
	before.Conceal(changes, in.identity.Seal(rows.edits.At))
	done := &Import{Revision: snapshot.Revision(), At: rows.edits.At, Changes: changes, Records: countRecords(in.Changes.Put, changes), Warnings: rows.match.Warnings}
	for _, t := range intakeCounts(in.Intake) {
		done.Records = append(done.Records, RecordCount{Record: t.Record, Given: t.Given})
	}
	return done, rows.problems, nil
}

// storedPeople returns the departments, employees and masteries that a set puts as they
// are stored.
func (s *Service) storedPeople(ctx context.Context, cs competency.ChangeSet) (stored people.StoredRecords, err error) {
	if stored, err = s.People.StoredRecords(ctx, cs); err != nil {
		return stored, err
	}
	stored.Mastery, _, err = s.People.StoredAssessments(ctx, cs.Put.Mastery)
	return stored, err
}
