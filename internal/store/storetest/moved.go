package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var movedTests = []test{
	{"a person who is forgotten is returned no more", func(b harness) {
		b.put(classRecords())
		b.put(person(competency.Employee{Code: "张三", Name: "张三"}))
		m := follower{harness: b}
		require.Empty(b, m.poll())
		b.put(person(competency.Employee{Code: "e", Name: "新名"}))
		b.put(person(competency.Employee{Code: "张三", Name: "新名"}))
		require.NoError(b, b.store.ForgetMoved(b.Context(), "张三"), "of who is there nothing is forgotten")
		b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "张三"})})
		for range 2 {
			require.NoError(b, b.store.ForgetMoved(b.Context(), "张三"))
		}
		page := b.moved(m.mark)
		require.Equal(b, []string{"e"}, page.Employees)
		require.True(b, page.Forgotten, "somebody is missing")
		m.mark = page.Mark
		b.put(person(competency.Employee{Code: "f", Name: "新名"}))
		page = b.moved(m.mark)
		require.Equal(b, []string{"f"}, page.Employees, "marks go on")
		require.False(b, page.Forgotten, "it has been told")
		require.False(b, b.moved("").Forgotten)
	}},
	{"whoever has changed since a mark is returned", func(b harness) {
		class := classRecords()
		class.Employees = append(class.Employees, competency.Employee{Code: "张三", Name: "张三"})
		b.put(class)
		m := follower{harness: b}
		require.Empty(b, m.poll(), "an empty mark is now")
		require.Empty(b, m.poll())
		for _, c := range []struct {
			sentence string
			change   func()
			who      []string
		}{
			{"a record", func() { b.put(person(competency.Employee{Code: "e", Name: "新名"})) }, []string{"e"}},
			{"a state that is entered", func() {
				b.put(records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "f", KnowledgePoint: "a", Mastery: 0.5, AssessedAt: noon}}}))
			}, []string{"f"}},
			{"a state that is deleted", func() {
				b.edit(competency.ChangeSet{Delete: records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "f", KnowledgePoint: "a"}}})})
			}, []string{"f"}},
			{"evidence", func() {
				b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}})
			}, []string{"e"}},
			{"evidence that is taken back", func() { b.record(store.Recording{Employee: "e", Retract: []string{"1"}}) }, []string{"e"}},
			{"several at once", func() {
				b.record(
					store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "a", 1)}},
					store.Recording{Employee: "张三", Put: []competency.Evidence{examEvidence("3", "张三", "a", 1)}},
				)
			}, []string{"e", "张三"}},
			{"a new person", func() { b.put(person(competency.Employee{Code: "new", Name: "n"})) }, []string{"new"}},
			{"a person who is deleted", func() { b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "张三"})}) }, []string{"张三"}},
			{"a person who is put again", func() { b.put(person(competency.Employee{Code: "张三", Name: "回来"})) }, []string{"张三"}},
			{"nobody, where the catalog is edited or documents are put", func() {
				b.put(positions(1))
				b.putDocuments(document("a", 0))
			}, nil},
			{"nobody, where evidence is known already", func() {
				b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "a", 1)}})
			}, nil},
		} {
			c.change()
			require.ElementsMatch(b, c.who, m.poll(), c.sentence)
			require.Empty(b, m.poll(), c.sentence)
		}
	}},
	{"a mark stays valid, and brings all changes since", func(b harness) {
		b.put(classRecords())
		first := b.moved("")
		b.put(person(competency.Employee{Code: "e", Name: "1"}))
		second := b.moved(first.Mark)
		b.put(person(competency.Employee{Code: "f", Name: "2"}))
		require.ElementsMatch(b, []string{"e"}, second.Employees)
		require.ElementsMatch(b, []string{"e", "f"}, b.moved(first.Mark).Employees)
		require.ElementsMatch(b, []string{"f"}, b.moved(second.Mark).Employees)
		require.Empty(b, b.moved("").Employees)
	}},
	{"many come in pages", func(b harness) {
		m := follower{harness: b}
		m.poll()
		var r competency.Records
		const many = 2*store.MaxMoved + 300
		for i := range many {
			r.Employees = append(r.Employees, competency.Employee{Code: fmt.Sprintf("e%05d", i), Name: "n"})
		}
		b.put(r)
		page := b.moved(m.mark)
		require.True(b, page.More)
		require.LessOrEqual(b, len(page.Employees), store.MaxMoved)
		b.edit(competency.ChangeSet{Delete: records(competency.Catalog{}, competency.People{Employees: r.Employees[:1500]})})
		seen := map[string]bool{}
		for _, code := range m.poll() {
			seen[code] = true
		}
		require.Len(b, seen, many)
		require.Empty(b, m.poll())
	}},
	{"what is no mark is refused", func(b harness) {
		for _, mark := range []string{"x", "-1", " 1", "1e3", "1.x", "99999999999999999999"} {
			page, err := b.store.Moved(b.Context(), mark)
			require.Error(b, err, mark)
			require.Equal(b, store.MovedPage{}, page)
		}
	}},
	{"a follower sees every change of several writers", func(b harness) { followConcurrently(b, 6, b.store) }},
}

// follower asks again and again who has moved.
type follower struct {
	harness
	mark string
}

// poll returns all who have changed since the last poll.
func (m *follower) poll() (employees []string) {
	m.Helper()
	for more := true; more; {
		page := m.moved(m.mark)
		employees, m.mark, more = append(employees, page.Employees...), page.Mark, page.More
	}
	return employees
}

func (b harness) moved(mark string) store.MovedPage {
	b.Helper()
	page, err := b.store.Moved(b.Context(), mark)
	require.NoError(b, err)
	return page
}

// followConcurrently has writers change people, each only once or twice, while a follower keeps a
// replica of all profiles by polling Moved. In the end the replica equals the store.
func followConcurrently(b harness, writers int, stores ...store.Store) {
	const rounds, people = 12, 4
	ctx := b.boundedContext()
	var r competency.Records
	r.KnowledgePoints = []competency.KnowledgePoint{{Code: "a"}}
	of := func(w, round, i int) string { return fmt.Sprintf("e-%d-%d-%d", w, round, i) }
	for w := range writers {
		for round := range rounds {
			for i := range people {
				r.Employees = append(r.Employees, competency.Employee{Code: of(w, round, i), Name: "n"})
			}
		}
	}
	base := b.put(r)
	m := follower{harness: b}
	m.poll()
	replica := map[string]store.Profile{}
	for _, p := range b.profiles() {
		replica[p.Employee.Code] = p
	}
	var writing sync.WaitGroup
	var written atomic.Bool
	for w := range writers {
		writing.Go(func() {
			s := stores[w%len(stores)]
			for round := range rounds {
				var list []store.Recording
				for i := range people {
					code := of(w, round, i)
					list = append(list, store.Recording{Employee: code, Put: []competency.Evidence{examEvidence(code, code, "a", 1)}})
				}
				_, err := s.Record(ctx, list, meanFold)
				assert.NoError(b, err)
				cs := competency.ChangeSet{Put: person(competency.Employee{Code: of(w, round, 0), Name: "renamed"}), Delete: person(competency.Employee{Code: of(w, round, 1)})}
				_, err = s.Apply(ctx, base, store.Change{ChangeSet: cs})
				assert.NoError(b, err)
			}
		})
	}
	go func() {
		writing.Wait()
		written.Store(true)
	}()
	for last := false; !last; {
		last = written.Load()
		for _, code := range m.poll() {
			p, err := b.store.Profile(ctx, code)
			if errors.Is(err, store.ErrNotFound) {
				delete(replica, code)
				continue
			}
			require.NoError(b, err)
			replica[code] = p
		}
	}
	want := map[string]store.Profile{}
	for _, p := range b.profiles() {
		want[p.Employee.Code] = p
	}
	require.Len(b, want, writers*rounds*(people-1))
	require.Equal(b, want, replica)
}
