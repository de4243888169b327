package service

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/people"
)

// Import says what an import did, or would do.
type Import struct {
	Revision catalog.Revision
	// Records counts, by type, what the input held and how much changed.
	Records []RecordCount
	// Changes are the records that changed. What people and masteries were before is of a
	// read shortly before the transaction.
	Changes  []competency.RecordChange
	At       time.Time // of the edits
	Warnings []fault.Problem
	// Confirm says that so much is deleted that it has to be confirmed.
	Confirm bool
	// Older counts the assessments that change nothing, because a later one is stored.
	Older int
}

// RecordCount counts the records of one type.
type RecordCount = governance.RecordCount

// Import writes a change set in one transaction, or refuses it with every
// problem. A dry run stops short of writing.
func (s *Service) Import(ctx context.Context, cs competency.ChangeSet, dryRun bool) (*Import, error) {
	return s.importEdits(ctx, dryRun, Files{Changes: cs}, func(*competency.Catalog) (competency.ChangeSet, error) { return cs, nil })
}

// importTables is Import for the rows of tables.
func (s *Service) importTables(ctx context.Context, in Files, dryRun bool) (*Import, error) {
	var rows tableRows
	edit := func(base *competency.Catalog) (competency.ChangeSet, error) {
		var err error
		if rows, err = s.readRows(ctx, base, &in, nil); err != nil || dryRun {
			return rows.edits, err
		}
		if err = fault.FromProblems(rows.problems); err == nil && in.Prune && !in.Confirmed {
			err = checkUnconfirmed(base, rows.edits)
		}
		return rows.edits, err
	}
	done, err := s.importEdits(ctx, dryRun, in, edit)
	if len(rows.problems) > 0 { // all problems together
		if !dryRun {
			return s.importTables(ctx, in, true)
		}
		if found := fault.ProblemsOf(err); err == nil || len(found) > 0 {
			err = fault.FromProblems(append(rows.problems, found...))
		}
	}
	if err != nil {
		return nil, err
	}
	done.Warnings = append(rows.match.Warnings, done.Warnings...)
	return done, nil
}

func (s *Service) importEdits(ctx context.Context, dryRun bool, in Files, edit catalog.Edit) (*Import, error) {
	given := in.Changes
	given.Normalize()
	masteries, older, err := s.People.StoredAssessments(ctx, given.Put.Mastery)
	if err != nil {
		return nil, err
	}
	var before competency.Catalog
	var stored people.StoredRecords
	var edits competency.ChangeSet
	withPeople := func(base *competency.Catalog) (cs competency.ChangeSet, err error) {
		before = *base
		stored, err = s.People.StoredRecords(ctx, given)
		if err != nil {
			return cs, err
		}
		stored.Mastery = masteries
		edits, err = edit(base)
		return edits, err
	}
	var after *catalog.Snapshot
	var resolved competency.ChangeSet
	if dryRun {
		after, resolved, err = s.Catalog.DryRun(ctx, withPeople)
	} else {
		after, resolved, err = s.Catalog.Publish(ctx, nil, withPeople)
	}
	if err != nil {
		return nil, err
	}
	s.retries.await(ctx)
	changes := stored.Changes(before, resolved)
	stored.Conceal(changes, in.identity.Seal(resolved.At))
	return &Import{
		Revision: after.Revision(), At: resolved.At, Records: countRecords(given.Put, changes), Changes: changes, Confirm: in.Prune && before.WantsConfirmation(changes),
		Warnings: append(placeWarnings(after.Graph(), edits), olderAssessments(given, older)...), Older: len(older),
	}, nil
}

// olderAssessments tells of assessments that change nothing, at the first of them.
func olderAssessments(cs competency.ChangeSet, places []int) []fault.Problem {
	if len(places) == 0 {
		return nil
	}
	first := cs.Put.Mastery[places[0]]
	return []fault.Problem{{
		Place: fault.Place{Record: competency.MasteryStates, Index: places[0], Field: "assessed_at"}, Code: fault.InvalidArgument,
		Text: fault.T("%d assessments are older than what is stored, and change nothing; the first is that of %s on %s",
			"有 %d 条评估早于已存的评估，不产生任何变更；第一条为 %s 的 %s", len(places), competency.Quote(first.Employee), competency.Quote(first.KnowledgePoint)),
	}}
}

// countRecords counts records by type, as given and as changed.
func countRecords(given competency.Records, changes []competency.RecordChange) (held []RecordCount) {
	changed := map[string]int{}
	for _, c := range changes {
		changed[c.Table]++
	}
	for _, t := range []RecordCount{
		{Record: competency.Competencies, Given: len(given.Competencies)},
		{Record: competency.KnowledgePoints, Given: len(given.KnowledgePoints)},
		{Record: competency.Prerequisites, Given: len(given.Prerequisites)},
		{Record: competency.RelatedPairs, Given: len(given.Related)},
		{Record: competency.Positions, Given: len(given.Positions)},
		{Record: competency.Requirements, Given: len(given.Requirements)},
		{Record: competency.Resources, Given: len(given.Resources)},
		{Record: competency.Levels, Given: len(given.Scale)},
		{Record: competency.OrgUnits, Given: len(given.OrgUnits)},
		{Record: competency.Employees, Given: len(given.Employees)},
		{Record: competency.MasteryStates, Given: len(given.Mastery)},
	} {
		if t.Changed = new(changed[t.Record]); t.Given > 0 || changed[t.Record] > 0 {
			held = append(held, t)
		}
	}
	return held
}

// placeWarnings moves the warnings about records that a change set brings from
// their places in the catalog to those in the set, and drops the others.
func placeWarnings(g *kg.Graph, cs competency.ChangeSet) []fault.Problem {
	if len(g.Warnings()) == 0 {
		return nil
	}
	edges, requirements := map[competency.Prerequisite]int{}, map[competency.Requirement]int{}
	for i, r := range cs.Put.Prerequisites {
		edges[competency.Prerequisite{Prerequisite: r.Prerequisite, Dependent: r.Dependent, Clause: r.Clause}] = i
	}
	for i, r := range cs.Put.Requirements {
		requirements[competency.Requirement{Position: r.Position, Target: r.Target}] = i
	}
	var placed []fault.Problem
	for _, w := range g.Warnings() {
		i, found := 0, false
		switch w.Record {
		case competency.Prerequisites:
			r := g.Catalog().Prerequisites[w.Index]
			i, found = edges[competency.Prerequisite{Prerequisite: r.Prerequisite, Dependent: r.Dependent, Clause: r.Clause}]
		case competency.Requirements:
			r := g.Catalog().Requirements[w.Index]
			i, found = requirements[competency.Requirement{Position: r.Position, Target: r.Target}]
		}
		if w.Index = i; found {
			placed = append(placed, w)
		}
	}
	return placed
}
