package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
)

// Files are what the files of an import hold together. Where Changes are AsStored, so is
// the intake.
type Files struct {
	// Changes puts records. Its prerequisites are rows, which need not name their clause
	// (competency.Catalog.MatchEdges).
	Changes competency.ChangeSet
	// EmptiedEdges are, by the place of a prerequisite, the fields that empty cells clear.
	EmptiedEdges map[int]competency.FieldSet
	people.Intake
}

// matchEdges finds the edges that the rows are about, and reads their references first.
func (f *Files) matchEdges(base *competency.Catalog) competency.EdgeMatch {
	base.ReadReferences(&f.Changes)
	return base.MatchEdges(f.Changes.Put.Prerequisites, f.EmptiedEdges)
}

// PreviewFiles returns what the records of files would change without those that are
// refused because of a problem. It checks nothing.
func (s *Service) PreviewFiles(ctx context.Context, in Files, refused func(table string, index int) bool) ([]competency.RecordChange, error) {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	base := snapshot.Graph().Catalog()
	match := in.matchEdges(base)
	sound := in.Changes.WithEdges(match).WithoutRefused(match, refused)
	before, err := s.People.StoredRecords(ctx, sound)
	if err != nil {
		return nil, err
	}
	return before.Changes(*base, base.Resolve(sound), catalog.Lang(ctx)), nil
}

// ImportFiles writes records, and then the evidence, states and statements that come with
// them, or refuses all of it with every problem. All is checked before anything is
// written. The records are one transaction, and each person's evidence is one; whatever
// fails in between may be repeated. A dry run stops short of writing.
func (s *Service) ImportFiles(ctx context.Context, files Files, dryRun bool) (*Import, error) {
	if files.Intake.Len() == 0 {
		return s.importTables(ctx, files, dryRun)
	}
	done, err := s.importTables(ctx, files, true)
	problems := fault.ProblemsOf(err)
	if err != nil && len(problems) == 0 {
		return nil, err
	}
	base, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	changes := files.Changes
	changes.Normalize()
	before := base.Graph().Catalog()
	after := before.Apply(before.Resolve(changes))
	files.Intake.AsStored = changes.AsStored
	plan, err := s.People.PlanIntake(ctx, &after, files.Intake, changes.Put.Employees)
	if err != nil {
		return nil, err
	}
	if problems = append(problems, plan.Problems...); len(problems) > 0 {
		return nil, fault.FromProblems(problems)
	}
	if !dryRun {
		if files.Changes.Put.Mastery, err = s.People.WithoutEntered(ctx, changes.Put.Mastery); err != nil {
			return nil, err
		}
		imported, err := s.importTables(ctx, files, false)
		if err != nil {
			return nil, err
		}
		if err := s.People.Admit(ctx, plan); err != nil {
			return nil, err
		}
		done.Revision = imported.Revision
	}
	for _, t := range []struct {
		record string
		given  int
	}{
		{competency.EvidenceRecords, len(files.Evidence)},
		{people.StateRecords, len(files.States)},
		{people.DroppedRecords, len(files.Dropped)},
		{people.UnmappedRecords, len(files.Unmapped)},
		{people.EventRecords, len(files.Events)},
	} {
		if t.given > 0 {
			done.Records = append(done.Records, RecordCount{t.record, t.given, new(plan.Changed(t.record))})
		}
	}
	return done, nil
}
