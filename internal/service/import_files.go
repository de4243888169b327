package service

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
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

	// Prune deletes what the tables of the catalog that are given do not hold
	// (competency.Records.Prune). Confirmed allows that to be much.
	Prune, Confirmed bool

	identity governance.Identity // whose key seals what the viewer may not read
}

// FilesOf returns what a document holds.
func FilesOf(doc *exchange.Document) Files {
	files := Files{
		Changes: doc.Changes, EmptiedEdges: doc.EmptiedEdges, Prune: doc.Options().Prune,
		Intake: people.Intake{Evidence: doc.Evidence, States: doc.States, Events: doc.Events, Dropped: doc.Dropped},
	}
	files.Changes.AsStored = doc.AsExported
	for _, u := range doc.Unmapped {
		files.Unmapped = append(files.Unmapped, people.UnmappedStatement{ID: u.ID, ReceivedAt: u.ReceivedAt, Why: u.Reason, Statement: u.Statement, SentBy: u.SentBy})
	}
	return files
}

// tableRows are the rows of tables as edits of a catalog.
type tableRows struct {
	match    competency.EdgeMatch
	edits    competency.ChangeSet
	problems []fault.Problem // of rows that name no single edge, and of what cannot be pruned
}

// readRows finds what rows do to a catalog: to which edges, and what is pruned. Where it is
// given which rows are refused, the edits are without these.
func (s *Service) readRows(ctx context.Context, base *competency.Catalog, in *Files, refused func(table string, index int) bool) (rows tableRows, err error) {
	base.ReadReferences(&in.Changes)
	rows.match = base.MatchEdges(in.Changes.Put.Prerequisites, in.EmptiedEdges)
	given := in.Changes.WithEdges(rows.match)
	rows.edits, rows.problems = given, rows.match.Problems
	if refused != nil {
		rows.edits = given.WithoutRefused(rows.match, refused)
	}
	if !in.Prune {
		return rows, nil
	}
	ungiven := base.Ungiven(given, rows.match)
	if ungiven.Len() == 0 {
		return rows, nil
	}
	before, err := s.People.StoredRecords(ctx, rows.edits)
	if err != nil {
		return rows, err
	}
	inUse, err := s.People.InUse(ctx, ungiven, rows.edits.Put.Employees)
	if err != nil {
		return rows, err
	}
	for _, e := range in.Evidence {
		for _, code := range e.KnowledgePoints {
			noteIntake(inUse, code)
		}
	}
	for _, state := range in.States {
		noteIntake(inUse, state.KnowledgePoint)
	}
	pruning := competency.Records{Catalog: *base, People: before.People}.Prune(ungiven, given, rows.edits, inUse)
	rows.edits = rows.edits.WithDeletions(pruning.Delete)
	rows.problems = append(rows.problems, pruning.Problems...)
	return rows, nil
}

// noteIntake notes that evidence which comes along is about a point.
func noteIntake(inUse map[competency.RecordKey]fault.Text, point string) {
	key := competency.RecordKey{Table: competency.KnowledgePoints, Code: point}
	if _, known := inUse[key]; !known {
		inUse[key] = fault.T("%s cannot be deleted while evidence of the same import is about it: give the point, or take the evidence out",
			"同一次导入中有 %s 的证据，不能删除该知识点：请提供该知识点，或去掉这些证据", competency.Quote(point))
	}
}

// checkUnconfirmed refuses edits that delete much.
func checkUnconfirmed(base *competency.Catalog, edits competency.ChangeSet) error {
	changes := competency.Records{Catalog: *base}.Changes(base.Resolve(edits))
	if !base.WantsConfirmation(changes) {
		return nil
	}
	return unconfirmed(changes)
}

// unconfirmed says how much is deleted, and that it has to be confirmed.
func unconfirmed(changes []competency.RecordChange) error {
	deleted := 0
	for _, c := range changes {
		if c.Kind == competency.Deleted && c.Table != competency.Levels {
			deleted++
		}
	}
	return fault.New(fault.InvalidArgument, "%s would be deleted: look at the plan, and confirm it (--yes)", "将删除 %s 条记录：请先查看计划，再确认执行（--yes）", fault.Count(deleted, "record", "records"))
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
	for _, t := range intakeCounts(files.Intake) {
		done.Records = append(done.Records, RecordCount{Record: t.Record, Given: t.Given, Changed: new(plan.Changed(t.Record))})
	}
	return done, nil
}

// intakeCounts counts what an intake brings, by type.
func intakeCounts(in people.Intake) []RecordCount {
	return slices.DeleteFunc([]RecordCount{
		{Record: competency.EvidenceRecords, Given: len(in.Evidence)},
		{Record: people.StateRecords, Given: len(in.States)},
		{Record: people.DroppedRecords, Given: len(in.Dropped)},
		{Record: people.UnmappedRecords, Given: len(in.Unmapped)},
		{Record: people.EventRecords, Given: len(in.Events)},
	}, func(c RecordCount) bool { return c.Given == 0 })
}
