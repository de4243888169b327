package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var concurrencyTests = []test{
	{"of several edits on one base exactly one is made", func(b harness) {
		editConcurrently(b, 8, b.store)
	}},
	{"writes of people on one base are all made", func(b harness) {
		addPeopleConcurrently(b, 8, b.store)
	}},
	{"assessments of one person by several writers are all kept", func(b harness) {
		assessConcurrently(b, 8, b.store)
	}},
	{"a read sees one moment, with its revision", func(b harness) {
		checkConsistentReads(b, b.store, b.store)
	}},
	{"a write during a stream does not wait for it, and the stream stays at its moment", func(b harness) {
		writeDuringStream(b, b.store, b.store)
	}},
	{"reads go on while writes do", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		ctx := b.boundedContext()
		var reading sync.WaitGroup
		stop := make(chan struct{})
		var reads atomic.Int64
		for range 4 {
			reading.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					for _, m := range methods {
						if m.name != "Apply" && m.name != "Record" {
							assert.NoError(b, m.call(b.store, ctx), m.name)
						}
					}
					reads.Add(1)
				}
			})
		}
		for i := 0; i < 20 || reads.Load() == 0; i++ {
			b.put(positions(10))
		}
		close(stop)
		reading.Wait()
	}},
}

// editConcurrently has writers edit on the same base, round by round.
func editConcurrently(b harness, writers int, stores ...store.Store) {
	ctx := b.boundedContext()
	for round := range 5 {
		var won, lost atomic.Int64
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				p := competency.Position{Code: "p", Name: fmt.Sprintf("round %d, writer %d", round, w)}
				made, err := stores[w%len(stores)].Apply(ctx, store.Revision(round), store.Change{ChangeSet: competency.ChangeSet{
					ID: p.Name, At: noon, Put: records(competency.Catalog{Positions: []competency.Position{p}}, competency.People{}),
				}})

				switch {
				case err == nil:
					won.Add(1)
					assert.Equal(b, store.Revision(round+1), made)
				case assert.ErrorIs(b, err, store.ErrConflict):
					lost.Add(1)
				}
			})
		}
		all.Wait()
		require.Equal(b, int64(1), won.Load())
		require.Equal(b, int64(writers-1), lost.Load())
	}
	// Whoever won is in the history and in the catalog.
	list := b.history(store.HistoryQuery{First: 100})
	require.Len(b, list, 5)
	require.Equal(b, list[4].ID, b.load().Positions[0].Name)
}

// addPeopleConcurrently has writers add people at once.
func addPeopleConcurrently(b harness, writers int, stores ...store.Store) {
	ctx := b.boundedContext()
	b.put(records(sampleCatalog(), competency.People{}))
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range 5 {
				r := person(competency.Employee{Code: fmt.Sprintf("e%d-%d", w, i), Name: "n"})
				r.Mastery = []competency.Assessment{{Employee: r.Employees[0].Code, KnowledgePoint: "crane", Mastery: 0.5, AssessedAt: noon}}
				_, err := stores[w%len(stores)].Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{Put: r}})
				assert.NoError(b, err)
			}
		})
	}
	all.Wait()
	require.Equal(b, 5*writers, b.employees(store.EmployeeQuery{KnowledgePoint: "crane"}).Total)
}

// assessConcurrently has writers assess one person at once, each on points of its own, of which
// it lets every third be forgotten again.
func assessConcurrently(b harness, writers int, stores ...store.Store) {
	const each = 6
	ctx := b.boundedContext()
	cs := competency.ChangeSet{Put: person(competency.Employee{Code: "e", Name: "n"})}
	var want []competency.Assessment
	of := func(w, i int) competency.Assessment {
		return competency.Assessment{Employee: "e", KnowledgePoint: fmt.Sprintf("k%d-%d", w, i), Mastery: float64(w+i) / 100, AssessedAt: noon}
	}
	for w := range writers {
		for i := range each {
			cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{Code: of(w, i).KnowledgePoint})
			if i%3 != 0 {
				want = append(want, of(w, i))
			}
		}
	}
	b.edit(cs)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				list := []competency.Assessment{of(w, i)}
				_, err := stores[w%len(stores)].Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{Put: records(competency.Catalog{}, competency.People{Mastery: list})}})
				assert.NoError(b, err)
				if i%3 == 0 {
					_, err := stores[(w+1)%len(stores)].Apply(ctx, 1, store.Change{ChangeSet: competency.ChangeSet{Delete: records(competency.Catalog{}, competency.People{Mastery: list})}})
					assert.NoError(b, err)
				}
			}
		})
	}
	all.Wait()
	require.Equal(b, want, b.profile("e").States)
	require.Equal(b, want, b.profiles()[0].States)
}

// checkConsistentReads has a writer that keeps several records at the number of the
// revision, and readers who must never see them differ.
func checkConsistentReads(b harness, writer, reader store.Store) {
	const last = 40
	number := func(r store.Revision) competency.ChangeSet {
		text, share := fmt.Sprint(r), float64(r)/last
		cs := competency.ChangeSet{At: noon, Put: person(competency.Employee{Code: "e", Name: text})}
		for _, code := range []string{"a", "b"} {
			cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: text})
			cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: "e", KnowledgePoint: code, Mastery: share, AssessedAt: noon})
		}
		return cs
	}
	ctx := b.boundedContext()
	_, err := writer.Apply(ctx, 0, store.Change{ChangeSet: number(1)})
	require.NoError(b, err)

	check := func(p store.Profile) {
		assert.Equal(b, fmt.Sprint(p.Revision), p.Employee.Name)
		assert.Len(b, p.States, 2)
		for _, s := range p.States {
			assert.Equal(b, float64(p.Revision)/last, s.Mastery)
		}
	}
	reads := []func() error{
		func() error {
			p, err := reader.Profile(ctx, "e")
			if err == nil {
				check(p)
			}
			return err
		},
		func() error {
			page, err := reader.Employees(ctx, store.EmployeeQuery{States: true})
			if err == nil {
				assert.Len(b, page.Profiles, 1)
				check(page.Profiles[0])
				assert.Equal(b, page.Revision, page.Profiles[0].Revision)
			}
			return err
		},
		func() error {
			for p, err := range reader.Profiles(ctx) {
				if err != nil {
					return err
				}
				check(p)
			}
			return nil
		},
		func() error {
			c, revision, err := reader.Load(ctx)
			for _, k := range c.KnowledgePoints {
				assert.Equal(b, fmt.Sprint(revision), k.Name)
			}
			return err
		},
	}
	var all sync.WaitGroup
	var written atomic.Bool
	for _, read := range reads {
		all.Go(func() {
			for !written.Load() && assert.NoError(b, read()) {
			}
		})
	}
	for r := store.Revision(1); r < last; r++ {
		if _, err := writer.Apply(ctx, r, store.Change{ChangeSet: number(r + 1)}); !assert.NoError(b, err) {
			break
		}
	}
	written.Store(true)
	all.Wait()
}

// writeDuringStream writes while a stream is under way.
func writeDuringStream(b harness, reader, writer store.Store) {
	const people = 700
	before := competency.Records{}
	for i := range people {
		before.Employees = append(before.Employees, competency.Employee{Code: fmt.Sprintf("e%03d", i), Name: "before"})
	}
	b.put(before)
	ctx, seen := b.boundedContext(), 0
	for p, err := range reader.Profiles(ctx) {
		require.NoError(b, err)
		require.Equal(b, competency.Employee{Code: fmt.Sprintf("e%03d", seen), Name: "before"}, p.Employee)
		if seen == 1 {
			cs := competency.ChangeSet{Put: person(competency.Employee{Code: "e500x", Name: "after"}), Delete: person(competency.Employee{Code: "e600"})}
			cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "e699", Name: "after"})
			_, err := writer.Apply(ctx, 0, store.Change{ChangeSet: cs})
			require.NoError(b, err)
			now, err := reader.Profile(ctx, "e699") // one may also read meanwhile
			require.NoError(b, err)
			require.Equal(b, "after", now.Employee.Name)
		}
		seen++
	}
	require.Equal(b, people, seen)
	require.Equal(b, people, b.employees(store.EmployeeQuery{}).Total)
}

var sharedTests = []sharedTest{
	{"of two who append to one chain exactly one does", func(first, second harness) { appendConcurrently(first, first.store, second.store) }},
	{"what one has written the other reads", func(first, second harness) {
		first.put(records(sampleCatalog(), samplePeople()))
		require.Equal(second, first.readAll(), second.readAll())
		second.put(person(competency.Employee{Code: "li", Name: "李明"}))
		require.Equal(first, "李明", first.profile("li").Employee.Name)
		second.put(positions(1))
		require.Equal(first, store.Revision(2), first.revision())
	}},
	{"recordings by both lose nothing", func(first, second harness) {
		first.put(classRecords())
		recordConcurrently(first, first.store, second.store)
	}},
	{"a base that the other has moved on from is a conflict", func(first, second harness) {
		base := first.revision()
		second.put(records(sampleCatalog(), samplePeople()))
		first.requireRefused(store.ErrConflict, base, competency.ChangeSet{Put: positions(1)})
	}},
	{"an ID that the other has used is known", func(first, second harness) {
		cs := competency.ChangeSet{ID: "once", Put: positions(2)}
		require.Equal(first, store.Revision(1), first.apply(0, cs))
		require.Equal(second, store.Revision(1), second.apply(0, cs))
		require.Len(second, second.history(store.HistoryQuery{First: 10}), 1)
	}},
	{"of several edits of both on one base exactly one is made", func(first, second harness) {
		editConcurrently(first, 8, first.store, second.store)
	}},
	{"writes of people of both on one base are all made", func(first, second harness) {
		addPeopleConcurrently(first, 8, first.store, second.store)
	}},
	{"assessments of one person by both are all kept", func(first, second harness) {
		assessConcurrently(first, 8, first.store, second.store)
		require.Equal(second, first.profile("e"), second.profile("e"))
	}},
	{"of several of both who replace one version of a document exactly one does", func(first, second harness) {
		replaceConcurrently(first, 6, first.store, second.store)
	}},
	{"a follower of one sees every change by both", func(first, second harness) {
		followConcurrently(second, 6, first.store, second.store)
	}},
	{"a read sees one moment while the other writes", func(first, second harness) {
		checkConsistentReads(first, first.store, second.store)
	}},
	{"the other's write does not wait for a stream, which stays at its moment", func(first, second harness) {
		writeDuringStream(first, first.store, second.store)
	}},
}
