package neo4jstore_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// consistentReads are all operations that must see one committed state.
func consistentReads(t *testing.T, s store.Store) map[string]func() error {
	ctx := t.Context()
	return map[string]func() error{
		"Profile":   func() error { _, err := s.Profile(ctx, "li"); return err },
		"Employees": func() error { _, err := s.Employees(ctx, store.EmployeeQuery{States: true}); return err },
		"OrgUnits":  func() error { _, err := s.OrgUnits(ctx); return err },
		"Load":      func() error { _, _, err := s.Load(ctx); return err },
		"History":   func() error { _, err := publications(t, s, 0); return err },
		"Profiles": func() error {
			for _, err := range s.Profiles(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// announceUnfinished leaves the gate as a writer does that dies within its commit.
const announceUnfinished = "MATCH (g:Zhitu {name: 'gate'}) SET g.catalog = 7, g.people = 9"

func gateParity(t *testing.T, uri string) string {
	t.Helper()
	return dumpRows(t, uri, "MATCH (g:Zhitu {name: 'gate'}) RETURN g.catalog % 2, g.people % 2")
}

func TestAnnouncedButUnmadeCommitBlocksNobody(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	for name, read := range consistentReads(t, s) {
		runCypher(t, uri, announceUnfinished)
		require.NoError(t, awaitResult(t, read), name)
		require.Equal(t, "0 0", gateParity(t, uri), "%s: the first reader clears the gate for the others", name)
		require.NoError(t, awaitResult(t, read), name)
	}
	runCypher(t, uri, announceUnfinished)
	applyRecords(t, s, positionRecord("p", "n"))
	applyRecords(t, s, employeeRecord("li", "李明"))
	require.Equal(t, "0 0", gateParity(t, uri), "a writer clears the gate")
	require.Equal(t, "李明", employeeName(t, s, "li"))

	runCypher(t, uri, announceUnfinished)
	applyRecords(t, s, employeeRecord("li", "李雷")) // concerns people alone
	for name, read := range consistentReads(t, s) {
		require.NoError(t, read(), name)
	}
	require.Equal(t, "0 0", gateParity(t, uri))
}

// A program dies before it finalizes its commit. A long write of another program then
// holds the lock that readers would need to clear the gate.
func TestStaleGateDoesNotBlockReadsDuringLongWrite(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	runCypher(t, uri, announceUnfinished)

	w := newCuttingProxy(t, uri)
	writer := openStore(t, w.proxyURI())
	release := make(chan struct{})
	p := w.setTrap(trigger{pattern: []byte("UNWIND $rows"), forward: true, beforeCut: func() { <-release }})
	done := make(chan error, 1)
	go func() {
		_, err := writer.Apply(context.WithoutCancel(t.Context()), 1, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord("li", "李明")}})
		done <- err
	}()
	requireEventually(t, func() bool { return w.trap.Load() == nil })
	for name, read := range consistentReads(t, s) { // while the write is held
		assert.NoError(t, awaitResult(t, read), name)
	}
	close(release) // its connection breaks, and it retries
	<-p.fired
	require.NoError(t, <-done)
	require.Equal(t, "李明", employeeName(t, s, "li"))
}

// A writer keeps some hundreds of records at one number, and readers must never see two
// numbers. Without the check of the gate, this test fails for Employees, OrgUnits,
// Profiles and Load. Reads of a single statement are torn less often.
func TestReadsAreConsistentDuringWrites(t *testing.T) {
	const writes, points, people = 25, 400, 250
	uri := emptyDatabase(t)
	number := func(n int) competency.ChangeSet {
		text := fmt.Sprint(n)
		cs := competency.ChangeSet{At: noon}
		for i := range points {
			code := fmt.Sprintf("k%03d", i)
			cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: text})
			cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: "e000", KnowledgePoint: code, Mastery: float64(n) / writes, AssessedAt: noon})
		}
		for i := range people {
			cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: fmt.Sprintf("e%03d", i), Name: text})
			cs.Put.OrgUnits = append(cs.Put.OrgUnits, competency.OrgUnit{Code: fmt.Sprintf("u%03d", i), Name: text})
		}
		return cs
	}
	writer := openStore(t, uri)
	_, err := writer.Apply(t.Context(), 0, store.Change{ChangeSet: number(1)})
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	one := func(name string, seen map[string]bool, revision store.Revision) {
		assert.Len(t, seen, 1, name)
		if revision > 0 {
			assert.Contains(t, seen, fmt.Sprint(revision), name)
		}
	}
	watch := map[string]func(s *neo4jstore.Store) error{
		"Profile": func(s *neo4jstore.Store) error {
			p, err := s.Profile(ctx, "e000")
			seen := map[string]bool{p.Employee.Name: true}
			for _, a := range p.States {
				seen[fmt.Sprint(int(a.Mastery*writes+0.5))] = true
			}
			if err == nil {
				one("Profile", seen, p.Revision)
			}
			return err
		},
		"Employees": func(s *neo4jstore.Store) error {
			page, err := s.Employees(ctx, store.EmployeeQuery{})
			seen := map[string]bool{}
			for _, p := range page.Profiles {
				seen[p.Employee.Name] = true
			}
			if err == nil {
				one("Employees", seen, page.Revision)
			}
			return err
		},
		"OrgUnits": func(s *neo4jstore.Store) error {
			units, err := s.OrgUnits(ctx)
			seen := map[string]bool{}
			for _, u := range units {
				seen[u.Name] = true
			}
			if err == nil {
				one("OrgUnits", seen, 0)
			}
			return err
		},
		"Profiles": func(s *neo4jstore.Store) error {
			seen := map[string]bool{}
			for p, err := range s.Profiles(ctx) {
				if err != nil {
					return err
				}
				seen[p.Employee.Name] = true
			}
			one("Profiles", seen, 0)
			return nil
		},
		"Load": func(s *neo4jstore.Store) error {
			c, revision, err := s.Load(ctx)
			seen := map[string]bool{}
			for _, k := range c.KnowledgePoints {
				seen[k.Name] = true
			}
			if err == nil {
				one("Load", seen, revision)
			}
			return err
		},
	}
	var all sync.WaitGroup
	answers := make(map[string]*atomic.Int64, len(watch))
	for name, read := range watch {
		s, count := openStore(t, uri), new(atomic.Int64)
		answers[name] = count
		all.Go(func() {
			for ctx.Err() == nil && !t.Failed() {
				if err := read(s); ctx.Err() == nil && assert.NoError(t, err, name) {
					count.Add(1)
				}
			}
		})
	}
	for n := 2; n <= writes && !t.Failed(); n++ {
		_, err := writer.Apply(t.Context(), store.Revision(n-1), store.Change{ChangeSet: number(n)})
		require.NoError(t, err)
	}
	cancel()
	all.Wait()
	for name, count := range answers {
		require.Positive(t, count.Load(), "%s was never answered", name)
	}
}

// Writers take turns without a pause, and readers still complete.
func TestReadsCompleteDuringContinuousWrites(t *testing.T) {
	uri := emptyDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	for i := range 2 {
		s := openStore(t, uri)
		all.Go(func() {
			for ctx.Err() == nil {
				_, err := s.Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord("li", fmt.Sprint(i))}})
				if ctx.Err() == nil {
					assert.NoError(t, err)
				}
			}
		})
	}
	s := openStore(t, uri)
	for range 15 {
		for name, read := range consistentReads(t, s) {
			require.NoError(t, awaitResult(t, read), name)
		}
	}
	cancel()
	all.Wait()
}
