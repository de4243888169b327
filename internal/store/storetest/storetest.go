// Package storetest proves that a store keeps the contract of package store.
//
// A store joins in one line:
//
//	storetest.Run(t, func(t *testing.T) store.Store { … })
//
// and, where several handles or processes may share its data, in a second one
// with RunShared. No test may be left out: what is visible is the same on every
// store. The suite knows no query language and no storage; it takes a
// minute on a slow store, not more.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Run runs the suite. open returns a new and empty store, which the suite
// closes.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, concern := range []struct {
		name  string
		tests []test
	}{
		{"catalog", catalogTests},
		{"apply", applyTests},
		{"expected people", expectedTests},
		{"people", peopleTests},
		{"mastery", masteryTests},
		{"evidence", evidenceTests},
		{"dropped evidence", droppedEvidenceTests},
		{"document", documentTests},
		{"journal", journalTests},
		{"employees", employeesTests},
		{"reach", reachTests},
		{"moved", movedTests},
		{"history", historyTests},
		{"unicode", unicodeTests},
		{"context", contextTests},
		{"concurrency", concurrencyTests},
		{"model", modelTests},
	} {
		t.Run(concern.name, func(t *testing.T) {
			for _, test := range concern.tests {
				t.Run(test.sentence, func(t *testing.T) { test.run(newHarness(t, open(t))) })
			}
		})
	}
}

// RunShared runs what must hold between two handles to the same data, as two
// processes have them. open returns both, on data that are new and empty; the
// suite closes them.
func RunShared(t *testing.T, open func(t *testing.T) (first, second store.Store)) {
	for _, test := range sharedTests {
		t.Run(test.sentence, func(t *testing.T) {
			first, second := open(t)
			test.run(newHarness(t, first), newHarness(t, second))
		})
	}
}

type test struct {
	sentence string
	run      func(b harness)
}

type sharedTest struct {
	sentence string
	run      func(first, second harness)
}

// harness is a store under test, with the steps that tests are made of. Each step
// fails the test where the store returns an error.
type harness struct {
	*testing.T
	store store.Store
}

func newHarness(t *testing.T, s store.Store) harness {
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return harness{t, s}
}

// apply writes a set as it is.
func (b harness) apply(base store.Revision, cs competency.ChangeSet) store.Revision {
	b.Helper()
	revision, err := b.store.Apply(b.Context(), base, store.Change{ChangeSet: cs})
	require.NoError(b, err)
	return revision
}

// edit writes a set on what is there now.
func (b harness) edit(cs competency.ChangeSet) store.Revision {
	b.Helper()
	return b.apply(b.revision(), cs)
}

// put writes records on what is there now.
func (b harness) put(r competency.Records) store.Revision {
	b.Helper()
	return b.edit(competency.ChangeSet{Put: r, At: noon})
}

// requireRefused expects the store to requireRefused a set and to be as it was.
func (b harness) requireRefused(want error, base store.Revision, cs competency.ChangeSet) {
	b.Helper()
	before := b.readAll()
	_, err := b.store.Apply(b.Context(), base, store.Change{ChangeSet: cs})
	require.ErrorIs(b, err, want)
	require.Equal(b, before, b.readAll())
}

func (b harness) revision() store.Revision {
	b.Helper()
	revision, err := b.store.Revision(b.Context())
	require.NoError(b, err)
	return revision
}

func (b harness) load() competency.Catalog {
	b.Helper()
	c, _, err := b.store.Load(b.Context())
	require.NoError(b, err)
	return normalizeCatalog(c)
}

func (b harness) profile(employee string) store.Profile {
	b.Helper()
	p, err := b.store.Profile(b.Context(), employee)
	require.NoError(b, err)
	return p
}

func (b harness) employees(q store.EmployeeQuery) store.EmployeePage {
	b.Helper()
	p, err := b.store.Employees(b.Context(), q)
	require.NoError(b, err)
	p.Profiles = nilIfEmpty(p.Profiles)
	return p
}

func (b harness) units() []competency.OrgUnit {
	b.Helper()
	units, err := b.store.OrgUnits(b.Context())
	require.NoError(b, err)
	return nilIfEmpty(units)
}

func (b harness) profiles() []store.Profile {
	b.Helper()
	var list []store.Profile
	for p, err := range b.store.Profiles(b.Context()) {
		require.NoError(b, err)
		list = append(list, p)
	}
	return list
}

// storeContent is all that a store shows.
type storeContent struct {
	Catalog     competency.Catalog
	Revision    store.Revision
	Units       []competency.OrgUnit
	Profiles    []store.Profile
	History     []store.Publication
	Evidence    []competency.Evidence
	Tombstones  []competency.Evidence
	Checkpoints []store.Checkpoint
	Documents   []store.Document // drafts
}

func (b harness) readAll() storeContent {
	b.Helper()
	return storeContent{
		b.load(), b.revision(), b.units(), b.profiles(), b.history(store.HistoryQuery{}), b.evidence(store.EvidenceQuery{}),
		b.evidence(store.EvidenceQuery{Dropped: true}), b.checkpoints(),
		b.documents(store.DocumentQuery{Kind: "draft"}),
	}
}

// normalizeCatalog makes nil of empty lists, which mean the same in a catalog.
func normalizeCatalog(c competency.Catalog) competency.Catalog {
	return competency.Catalog{
		Competencies: nilIfEmpty(c.Competencies), KnowledgePoints: nilIfEmpty(c.KnowledgePoints), Prerequisites: nilIfEmpty(c.Prerequisites),
		Related: nilIfEmpty(c.Related), Positions: nilIfEmpty(c.Positions), Requirements: nilIfEmpty(c.Requirements), Resources: nilIfEmpty(c.Resources), Scale: nilIfEmpty(c.Scale),
	}
}

func nilIfEmpty[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// codesOf returns whom a list of profiles is about.
func codesOf(list []store.Profile) []string {
	codes := []string{}
	for _, p := range list {
		codes = append(codes, p.Employee.Code)
	}
	return codes
}

// boundedContext is a context that ends before a test would hang.
func (b harness) boundedContext() context.Context {
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	b.Cleanup(cancel)
	return ctx
}
