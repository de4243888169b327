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
	{"whoever has changed since a mark is told of", func(b bed) {
		class := class()
		class.Employees = append(class.Employees, competency.Employee{Code: "张三", Name: "张三"})
		b.put(class)
		m := follower{bed: b}
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
			{"evidence", func() { b.record(store.Recording{Employee: "e", Put: []competency.Evidence{proof("1", "e", "a", 1)}}) }, []string{"e"}},
			{"evidence that is taken back", func() { b.record(store.Recording{Employee: "e", Retract: []string{"1"}}) }, []string{"e"}},
			{"several at once", func() {
				b.record(
					store.Recording{Employee: "e", Put: []competency.Evidence{proof("2", "e", "a", 1)}},
					store.Recording{Employee: "张三", Put: []competency.Evidence{proof("3", "张三", "a", 1)}},
				)
			}, []string{"e", "张三"}},
			{"somebody new", func() { b.put(person(competency.Employee{Code: "new", Name: "n"})) }, []string{"new"}},
			{"somebody who is deleted", func() { b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "张三"})}) }, []string{"张三"}},
			{"somebody who is there again", func() { b.put(person(competency.Employee{Code: "张三", Name: "回来"})) }, []string{"张三"}},
			{"nobody, where the catalog is edited or documents are put", func() {
				b.put(positions(1))
				b.putDocuments(document("a", 0))
			}, nil},
			{"nobody, where evidence is known already", func() { b.record(store.Recording{Employee: "e", Put: []competency.Evidence{proof("2", "e", "a", 1)}}) }, nil},
		} {
			c.change()
			require.ElementsMatch(b, c.who, m.poll(), c.sentence)
			require.Empty(b, m.poll(), c.sentence)
		}
	}},
	{"a mark stays good, and tells of everybody since", func(b bed) {
		b.put(class())
		first := b.moved("")
		b.put(person(competency.Employee{Code: "e", Name: "1"}))
		second := b.moved(first.Mark)
		b.put(person(competency.Employee{Code: "f", Name: "2"}))
		require.ElementsMatch(b, []string{"e"}, second.Employees)
		require.ElementsMatch(b, []string{"e", "f"}, b.moved(first.Mark).Employees)
		require.ElementsMatch(b, []string{"f"}, b.moved(second.Mark).Employees)
		require.Empty(b, b.moved("").Employees)
	}},
	{"many are told of in pages", func(b bed) {
		m := follower{bed: b}
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
	{"what is no mark is refused", func(b bed) {
		for _, mark := range []string{"x", "-1", " 1", "1e3", "1.x", "99999999999999999999"} {
			page, err := b.store.Moved(b.Context(), mark)
			require.Error(b, err, mark)
			require.Equal(b, store.MovedPage{}, page)
		}
	}},
	{"a follower sees every change of several writers", func(b bed) { follow(b, 6, b.store) }},
}

// follower asks again and again who has moved.
type follower struct {
	bed
	mark string
}

// poll returns everybody since the last poll.
func (m *follower) poll() (employees []string) {
	m.Helper()
	for more := true; more; {
		page := m.moved(m.mark)
		employees, m.mark, more = append(employees, page.Employees...), page.Mark, page.More
	}
	return employees
}

func (b bed) moved(mark string) store.MovedPage {
	b.Helper()
	page, err := b.store.Moved(b.Context(), mark)
	require.NoError(b, err)
	return page
}

// follow has writers change people, each only once or twice, while a follower keeps a
// copy of everybody by asking who has moved. In the end the copy is right.
func follow(b bed, writers int, stores ...store.Store) {
	const rounds, people = 12, 4
	ctx := b.soon()
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
	m := follower{bed: b}
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
					list = append(list, store.Recording{Employee: code, Put: []competency.Evidence{proof(code, code, "a", 1)}})
				}
				_, err := s.Record(ctx, list, mean)
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
