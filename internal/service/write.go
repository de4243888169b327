package service

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

// retries is how often a write is tried on a newer base. Each time somebody
// else's write has been made, so that a large number can do no harm.
const retries = 100

// edit says what to change, given the catalog that it changes.
type edit func(base *competency.Catalog) (competency.ChangeSet, error)

// write is the one way in which anything changes: it checks an edit, compiles
// the candidate, writes it in one transaction and makes it live. All problems
// come in one *fault.Error, whose places are those of the edit's change set.
// Where expected is given and no longer current, it refuses with CONFLICT.
//
// It returns the edition that holds the change and the change, resolved.
func (s *Service) write(ctx context.Context, expected *store.Revision, draft edit) (*edition, competency.ChangeSet, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	id, at := rand.Text(), s.clock().UTC().Truncate(time.Microsecond)
	var cs competency.ChangeSet
	for attempt := 0; ; attempt++ {
		base, err := s.newest(ctx)
		if err != nil {
			return nil, cs, err
		}
		if expected != nil && *expected != base.revision {
			return nil, cs, conflict()
		}
		if cs, err = draft(base.graph.Catalog()); err != nil {
			return nil, cs, err
		}
		cs.ID, cs.At = id, at
		candidate, err := s.candidate(ctx, base, &cs)
		if err != nil {
			return nil, cs, err
		}
		if cs.Empty() {
			adopt(ctx, base)
			return base, cs, nil
		}
		inverse := competency.Inverse(*base.graph.Catalog(), cs)
		revision, err := s.store.Apply(ctx, base.revision, store.Change{ChangeSet: cs, Inverse: &inverse})
		switch {
		case err == nil:
			s.hub.assessed(cs.Put.Mastery)
			s.hub.deleted(cs.Delete.Employees)
			e := base
			if revision != base.revision {
				e = s.goLive(candidate.graph, revision, candidate.took)
			}
			adopt(ctx, e)
			return e, cs, nil
		case errors.Is(err, store.ErrConflict) && attempt == retries:
			return nil, cs, conflict()
		case errors.Is(err, store.ErrConflict): // somebody was quicker
		case errors.Is(err, store.ErrReference):
			return nil, cs, s.explain(ctx, cs, err)
		default:
			return nil, cs, unavailable(err)
		}
	}
}

// newest returns the edition that the store, asked now, is at. A write starts
// from no other: to refuse an edit, or to find that it changes nothing, would be
// wrong where another instance has published since. The caller holds writing.
func (s *Service) newest(ctx context.Context) (*edition, error) {
	revision, err := s.store.Revision(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	if err := s.catchUpLocked(ctx, revision); err != nil {
		return nil, err
	}
	return s.current.Load(), s.fit()
}

func conflict() error {
	e := fault.New(fault.Conflict, "the catalog has changed since: read it again and repeat the edit", "目录在此期间已变更：请重新读取后再提交")
	e.Problems = []fault.Problem{{Place: fault.Place{Field: "expected_revision"}, Code: e.Code, Text: e.Text}}
	return e
}

// compiledGraph is a graph that may go live.
type compiledGraph struct {
	graph *kg.Graph
	took  time.Duration
}

// candidate checks a change set against an edition, resolves it in place, and
// compiles the graph that would come of it. It refuses with all problems at once.
func (s *Service) candidate(ctx context.Context, base *edition, cs *competency.ChangeSet) (c compiledGraph, err error) {
	cs.Normalize()
	given, catalog := *cs, base.graph.Catalog()
	problems := catalog.Check(given)
	*cs = catalog.Resolve(given)
	switch {
	case len(problems) > 0:
		problems = append(problems, cycleProblems(kg.Cycles(catalog.Apply(*cs)), given)...)
	case !cs.EditsCatalog():
		c.graph = base.graph
	default:
		start := time.Now()
		c.graph, err = kg.Compile(catalog.Apply(*cs))
		c.took = time.Since(start)
		if problems = cycleProblems(err, given); err != nil && len(problems) == 0 {
			return c, err
		}
	}
	if len(problems) > 0 || len(given.Put.OrgUnits) > 0 || given.Delete.People.Len() > 0 {
		// The store alone knows the people. It is asked where departments may close
		// into a ring or people may be missed when they are gone, and else only to
		// list all problems together; of a sound set the transaction finds out.
		people, err := s.checkPeople(ctx, given)
		if err != nil {
			return c, err
		}
		problems = append(problems, people...)
	}
	return c, fault.Refuse(problems)
}

// cycleProblems returns the problems that a CycleError stands for, each placed at
// the first record of the change set that has a part in the cycle; none for
// any other error.
func cycleProblems(err error, cs competency.ChangeSet) []fault.Problem {
	var cycles *kg.CycleError
	if !errors.As(err, &cycles) {
		return nil
	}
	problems := cycles.Problems()
	for i, cycle := range cycles.Cycles {
		problems[i].Place = cyclePlace(cycle, cs)
	}
	return problems
}

func cyclePlace(cycle kg.Cycle, cs competency.ChangeSet) fault.Place {
	next := map[string]string{}
	for i, step := range cycle {
		next[step.Code] = cycle[(i+1)%len(cycle)].Code
	}
	for i, r := range cs.Put.Prerequisites {
		if next[r.Prerequisite] == r.Dependent {
			return fault.Place{Record: competency.Prerequisites, Index: i, Field: "prerequisite"}
		}
	}
	contains := func(parent, child string) bool {
		return parent != "" && (next[parent] == child || next[child] == parent)
	}
	for i, r := range cs.Put.Competencies {
		if contains(r.Parent, r.Code) {
			return fault.Place{Record: competency.Competencies, Index: i, Field: "parent"}
		}
	}
	for i, r := range cs.Put.KnowledgePoints {
		if contains(r.Competency, r.Code) {
			return fault.Place{Record: competency.KnowledgePoints, Index: i, Field: "competency"}
		}
	}
	return fault.Place{}
}
