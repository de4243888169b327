package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
)

// Files are what the files of an import hold together. Where Changes are AsStored, so is
// the intake.
type Files struct {
	Changes competency.ChangeSet
	people.Intake
}

// ImportFiles writes records, and then the evidence, states and statements that come with
// them, or refuses all of it with every problem. All is checked before anything is
// written. The records are one transaction, and each person's evidence is one; whatever
// fails in between may be repeated. A dry run stops short of writing.
func (s *Service) ImportFiles(ctx context.Context, files Files, dryRun bool) (*Import, error) {
	if files.Intake.Len() == 0 {
		return s.Import(ctx, files.Changes, dryRun)
	}
	done, err := s.Import(ctx, files.Changes, true)
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
		if changes.Put.Mastery, err = s.People.WithoutEntered(ctx, changes.Put.Mastery); err != nil {
			return nil, err
		}
		imported, err := s.Import(ctx, changes, false)
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
		{people.UnmappedRecords, len(files.Unmapped)},
	} {
		if t.given > 0 {
			done.Records = append(done.Records, Tally{t.record, t.given, new(plan.Changed(t.record))})
		}
	}
	return done, nil
}
