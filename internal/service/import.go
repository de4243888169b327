package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
)

// Import says what an import did, or would do.
type Import struct {
	Revision catalog.Revision
	// Records counts, by type, what the input held and how much of the catalog's
	// differed from what was stored. Which people changed the store alone knows.
	Records  []RecordCount
	Warnings []fault.Problem
	// Older counts the assessments that change nothing, because a later one is stored.
	Older int
}

// RecordCount counts the records of one type.
type RecordCount struct {
	Record  string `json:"record"`
	Given   int    `json:"given"`
	Changed *int   `json:"changed,omitempty"`
}

// Import writes a change set in one transaction, or refuses it with every
// problem. A dry run stops short of writing.
func (s *Service) Import(ctx context.Context, cs competency.ChangeSet, dryRun bool) (*Import, error) {
	var after *catalog.Snapshot
	var resolved competency.ChangeSet
	cs.Normalize()
	older, err := s.People.OlderAssessments(ctx, cs.Put.Mastery)
	if err != nil {
		return nil, err
	}
	if dryRun {
		after, resolved, err = s.Catalog.DryRun(ctx, cs)
	} else {
		after, resolved, err = s.Catalog.Publish(ctx, nil, func(*competency.Catalog) (competency.ChangeSet, error) { return cs, nil })
	}
	if err != nil {
		return nil, err
	}
	s.retries.await(ctx)
	return &Import{
		Revision: after.Revision(), Records: tallies(cs, resolved),
		Warnings: append(placeWarnings(after.Graph(), cs), olderAssessments(cs, older)...),
		Older:    len(older),
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

// tallies counts the records of a change set, as given and as resolved.
func tallies(given, resolved competency.ChangeSet) []RecordCount {
	g, r := given.Put, resolved.Put
	compared := func(record string, given, changed int) RecordCount { return RecordCount{record, given, &changed} }
	all := []RecordCount{
		compared(competency.Competencies, len(g.Competencies), len(r.Competencies)),
		compared(competency.KnowledgePoints, len(g.KnowledgePoints), len(r.KnowledgePoints)),
		compared(competency.Prerequisites, len(g.Prerequisites), len(r.Prerequisites)),
		compared(competency.RelatedPairs, len(g.Related), len(r.Related)),
		compared(competency.Positions, len(g.Positions), len(r.Positions)),
		compared(competency.Requirements, len(g.Requirements), len(r.Requirements)),
		compared(competency.Resources, len(g.Resources), len(r.Resources)),
		{competency.OrgUnits, len(g.OrgUnits), nil},
		{competency.Employees, len(g.Employees), nil},
		{competency.MasteryStates, len(g.Mastery), nil},
	}
	held := all[:0]
	for _, t := range all {
		if t.Given > 0 {
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
