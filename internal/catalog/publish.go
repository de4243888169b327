package catalog

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

// maxAttempts is how often a write is tried on a newer base. Each time another write
// has been made, so that a large number can do no harm.
const maxAttempts = 100

// Edit says what to change, given the catalog that it changes. With an error it returns
// what it would change as far as it knows: whether the viewer may is told first.
type Edit func(base *competency.Catalog) (competency.ChangeSet, error)

// Publish is the one way in which anything changes. It checks an edit, compiles the
// candidate, writes it in one transaction and makes it the snapshot. All problems come
// in one *fault.Error, whose places are those of the edit's change set.
//
// Optimistic concurrency: where expected is given and no longer the current revision,
// the edit is refused with CONFLICT; else it is tried again on the newer base.
//
// It returns the snapshot that holds the change, and the change, resolved.
func (c *Catalog) Publish(ctx context.Context, expected *Revision, edit Edit) (s *Snapshot, cs competency.ChangeSet, err error) {
	viewer, err := access.FromContext(ctx)
	if err != nil {
		return nil, cs, err
	}
	if err := c.publication.acquire(ctx); err != nil {
		return nil, cs, err
	}
	defer c.publication.release()
	id, at := rand.Text(), c.clock().UTC().Truncate(time.Microsecond)
	for attempt := 1; ; attempt++ {
		base, err := c.newestSnapshot(ctx)
		if err != nil {
			return nil, cs, err
		}
		if cs, err = c.permittedEdit(ctx, base, at, edit); err != nil {
			return nil, cs, err
		}
		if expected != nil && *expected != base.revision {
			return nil, cs, RevisionConflict()
		}
		cs.ID, cs.Author = id, cmp.Or(cs.Author, viewer.Account) // no name: the history outlives people
		candidate, err := c.compileCandidate(ctx, base, &cs)
		if err != nil {
			return nil, cs, err
		}
		if cs.Empty() {
			Pin(ctx, base)
			return base, cs, nil
		}
		companions, err := c.accounts.Companions(ctx, cs)
		if err != nil {
			return nil, cs, StoreFault(err)
		}
		more, err := c.people.Companions(ctx, cs)
		if err != nil {
			return nil, cs, StoreFault(err)
		}
		companions = append(companions, more...)
		committed := c.observer.BeforeApply(ctx, cs)
		inverse := competency.Inverse(*base.graph.Catalog(), cs)
		revision, err := c.store.Apply(ctx, base.revision, store.Change{ChangeSet: cs, Inverse: &inverse, Documents: companions})
		switch {
		case err == nil:
			committed()
			noteEdits(ctx, cs, revision)
			s := base
			if revision != base.revision {
				s = c.swap(candidate.graph, revision, candidate.took)
			}
			Pin(ctx, s)
			return s, cs, nil
		case errors.Is(err, store.ErrConflict) && attempt > maxAttempts:
			return nil, cs, RevisionConflict()
		case errors.Is(err, store.ErrConflict): // another write was quicker
		case errors.Is(err, store.ErrReference):
			return nil, cs, c.explainReference(ctx, cs, err)
		default:
			return nil, cs, StoreFault(err)
		}
	}
}

// DryRun does all that Publish does but the writing. The snapshot that it returns is
// the candidate, under the revision of its base.
func (c *Catalog) DryRun(ctx context.Context, edit Edit) (*Snapshot, competency.ChangeSet, error) {
	if _, err := access.FromContext(ctx); err != nil {
		return nil, competency.ChangeSet{}, err
	}
	if err := c.publication.acquire(ctx); err != nil {
		return nil, competency.ChangeSet{}, err
	}
	defer c.publication.release()
	base, err := c.newestSnapshot(ctx)
	if err != nil {
		return nil, competency.ChangeSet{}, err
	}
	cs, err := c.permittedEdit(ctx, base, c.clock().UTC().Truncate(time.Microsecond), edit)
	if err != nil {
		return nil, cs, err
	}
	resolved := cs
	candidate, err := c.compileCandidate(ctx, base, &resolved)
	if err != nil {
		return nil, cs, err
	}
	problems, err := c.people.CheckReferences(ctx, cs)
	if err == nil {
		err = fault.FromProblems(refusing(cs, problems))
	}
	if err == nil {
		_, err = c.accounts.Companions(ctx, cs)
	}
	return &Snapshot{graph: candidate.graph, revision: base.revision, linkSchemes: c.linkSchemes}, resolved, err
}

// newestSnapshot returns the snapshot of the revision that the store is at now. A write starts
// from no other: to refuse an edit, or to find that it changes nothing, would be wrong
// where another instance has published since. The caller holds publication.
func (c *Catalog) newestSnapshot(ctx context.Context) (*Snapshot, error) {
	revision, err := c.store.Revision(ctx)
	if err != nil {
		return nil, StoreFault(err)
	}
	if err := c.awaitRevision(ctx, revision); err != nil {
		return nil, err
	}
	return c.current.Load(), c.rejection()
}

// RevisionConflict says that the catalog is no longer at the expected revision.
func RevisionConflict() error {
	e := fault.New(fault.Conflict, "the catalog has changed since: read it again and repeat the edit", "目录在此期间已变更：请重新读取后再提交")
	e.Problems = []fault.Problem{{Place: fault.Place{Field: "expected_revision"}, Code: e.Code, Text: e.Text}}
	return e
}

// candidate is a graph that may become the snapshot.
type candidate struct {
	graph *kg.Graph
	took  time.Duration
}

// compileCandidate checks a change set that is read against a snapshot, resolves it in place, and
// compiles the graph that would follow. It refuses with all problems at once.
func (c *Catalog) compileCandidate(ctx context.Context, base *Snapshot, cs *competency.ChangeSet) (next candidate, err error) {
	catalog := base.graph.Catalog()
	given := *cs
	problems := refusing(given, append(catalog.Check(given), catalog.CheckLinks(given, c.linkSchemes)...))
	*cs = catalog.Resolve(given)
	switch {
	case len(problems) > 0:
		problems = append(problems, CycleProblems(kg.Cycles(catalog.Apply(*cs)), given)...)
	case !cs.EditsCatalog():
		next.graph = base.graph
	default:
		start := time.Now()
		next.graph, err = kg.Compile(catalog.Apply(*cs))
		next.took = time.Since(start)
		if problems = CycleProblems(err, given); err != nil && len(problems) == 0 {
			return next, err
		}
	}
	if len(problems) > 0 || needsReferences(given) {
		// The store alone knows the people. Otherwise it is asked only to list all problems
		// together; of a sound set the transaction finds out.
		dangling, err := c.people.CheckReferences(ctx, given)
		if err != nil {
			return next, err
		}
		problems = append(problems, refusing(given, dangling)...)
		granted, err := c.checkGrants(ctx, given)
		if err != nil {
			return next, err
		}
		problems = append(problems, granted...)
	}
	return next, fault.FromProblems(problems)
}

// refusing returns those problems of a change set that refuse it.
func refusing(cs competency.ChangeSet, problems []fault.Problem) []fault.Problem {
	if cs.AsStored {
		return fault.WithoutNewRules(problems)
	}
	return problems
}

// needsReferences reports whether a set has to be checked against people before it is
// applied: where departments or managers may close into a ring, where people may be missed
// when they are gone, where a code or an assessment of the future is valid only if it is
// stored, and where a code is given with a name, which the check reads in place.
func needsReferences(cs competency.ChangeSet) bool {
	return len(cs.Put.OrgUnits) > 0 || cs.Delete.People.Len() > 0 || len(competency.FutureAssessments(cs.Put.Mastery, cs.At)) > 0 ||
		slices.ContainsFunc(cs.Put.Employees, func(e competency.Employee) bool {
			return e.Manager != "" || !competency.ValidCode(e.Code) || competency.HasName(e.OrgUnit)
		}) || slices.ContainsFunc(cs.Put.Mastery, func(a competency.Assessment) bool { return competency.HasName(a.Employee) })
}

// explainReference says why the store refused a change set for its references, in the
// store's own words where the check finds nothing.
func (c *Catalog) explainReference(ctx context.Context, cs competency.ChangeSet, refusal error) error {
	problems, err := c.people.CheckReferences(ctx, cs)
	if err != nil {
		return err
	}
	var explained *fault.Error
	if len(problems) == 0 && errors.As(refusal, &explained) {
		return fault.FromProblems([]fault.Problem{{Code: explained.Code, Text: explained.Text}})
	}
	if len(problems) == 0 { // resolved by another write between the two checks
		return fault.New(fault.Conflict, "what the change refers to has just changed: repeat it", "变更所引用的内容刚刚发生变化：请重试")
	}
	return fault.FromProblems(problems)
}
