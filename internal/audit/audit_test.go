package audit_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func testKey(t testing.TB) audit.Key {
	t.Helper()
	key, err := audit.ParseKey(strings.Repeat("k", audit.MinKey))
	require.NoError(t, err)
	return key
}

func openMemory(t testing.TB) store.Store {
	t.Helper()
	st, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func newLog(t testing.TB, st audit.Store) *audit.Log {
	t.Helper()
	return audit.New(st, testKey(t), audit.Config{})
}

func identity(name string) access.Identity {
	return access.Identity{Account: name, Name: "name of " + name}
}

// hr is a viewer without an employee; li is one with.
var (
	hr = access.Service(access.Identity{Account: "hr", Token: "t1", Name: "HR"}, access.LearnerRead, nil)
	li = access.Account(identity("li-account"), access.Person{Code: "li"}, nil)
)

func request(v *access.Viewer) context.Context {
	return audit.Begin(access.WithViewer(context.Background(), v), audit.Request{ID: "r1", Address: "10.0.0.1"})
}

func read(codes ...string) audit.Event {
	return audit.Event{Action: access.Learner, Verb: "read", Subjects: codes}
}

// commit notes events in one request of a viewer, and commits them.
func commit(t testing.TB, l *audit.Log, v *access.Viewer, events ...audit.Event) {
	t.Helper()
	ctx := request(v)
	for _, e := range events {
		audit.Note(ctx, e)
	}
	require.NoError(t, l.Commit(ctx))
}

// asAuditor is a context of who may read the audit.
func asAuditor() context.Context { return access.WithViewer(context.Background(), access.System()) }

// written returns all entries, the latest first, without those about chains.
func written(t testing.TB, l *audit.Log, f audit.Filter) (list []audit.Entry) {
	t.Helper()
	for after := (*string)(nil); ; {
		p, err := l.Entries(asAuditor(), page.MaxSize, after, &f)
		require.NoError(t, err)
		for _, e := range p.Nodes {
			if e.Action != "AUDIT" {
				list = append(list, e)
			}
		}
		if after = p.PageInfo.EndCursor; !p.PageInfo.HasNextPage {
			return list
		}
	}
}

// requireSound expects that Verify finds nothing.
func requireSound(t testing.TB, l *audit.Log) audit.Report {
	t.Helper()
	r, err := l.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, r.Findings)
	return r
}

func TestAnEntryTellsWhatIsKnown(t *testing.T) {
	l := newLog(t, openMemory(t))
	commit(t, l, hr,
		audit.Event{Action: access.EditPeople, Verb: "update", Subjects: []string{"li"}, Revision: 7, Object: "o", Outcome: fault.PermissionDenied})
	commit(t, l, hr, audit.Event{Action: access.PeopleList, Verb: "export", Count: 100, Filter: "position: 电工"})
	list := written(t, l, audit.Filter{})
	require.Len(t, list, 2)
	for i := range list {
		require.NotEmpty(t, list[i].MAC)
		require.WithinDuration(t, time.Now(), list[i].At, time.Hour)
		list[i].MAC, list[i].At, list[i].Chain = "", time.Time{}, ""
	}
	require.Equal(t, audit.Entry{
		Number: 2, Account: "hr", AccountName: "hr", Token: new("t1"), Action: "PEOPLE_LIST", Verb: "export", Subjects: []string{}, SubjectCount: 100,
		Filter: new("position: 电工"), Outcome: audit.Done, RequestID: new("r1"), Address: new("10.0.0.1"),
	}, list[0])
	require.Equal(t, audit.Entry{
		Number: 1, Account: "hr", AccountName: "hr", Token: new("t1"), Action: "EDIT_PEOPLE", Verb: "update", Subjects: []string{"li"}, Revision: new(7), Object: new("o"),
		Outcome: "PERMISSION_DENIED", RequestID: new("r1"), Address: new("10.0.0.1"),
	}, list[1])
}

func TestEventsOfARequestBecomeOneEntryForEachKind(t *testing.T) {
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprintf("e%02d", i)
	}
	filtered := read(many...)
	filtered.Filter = "all"
	refused := read("li")
	refused.Outcome = fault.NotFound
	for _, c := range []struct {
		name   string
		viewer *access.Viewer
		events []audit.Event
		want   []string // subjects, count and filter of each entry
	}{
		{"fields of one person", hr, []audit.Event{read("a"), read("a"), read("b", "a")}, []string{"[a b] 0 "}},
		{"20 people are named", hr, []audit.Event{read(many[:19]...), read(many[10:20]...)}, []string{fmt.Sprint(many[:20]) + " 0 "}},
		{"21 are a number", hr, []audit.Event{read(many[:20]...), read(many[20])}, []string{"[] 21 "}},
		{"with the filter", hr, []audit.Event{filtered}, []string{"[] 21 all"}},
		{"outcomes differ", hr, []audit.Event{read("li"), refused}, []string{"[li] 0 ", "[li] 0 "}},
		{"verbs differ", hr, []audit.Event{read("li"), {Action: access.Learner, Verb: "export", Subjects: []string{"li"}}}, []string{"[li] 0 ", "[li] 0 "}},
		{"own data", li, []audit.Event{read("li")}, nil},
		{"own data beside another's", li, []audit.Event{read("li", "a")}, []string{"[a] 0 "}},
		{"an edit of own data", li, []audit.Event{{Action: access.EditPeople, Verb: "update", Subjects: []string{"li"}}}, []string{"[li] 0 "}},
		{"nobody", hr, []audit.Event{{Action: access.EditCatalog, Verb: "update", Revision: 3}}, []string{"[] 0 "}},
		{"nothing", hr, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLog(t, openMemory(t))
			commit(t, l, c.viewer, c.events...)
			var got []string
			for _, e := range written(t, l, audit.Filter{}) {
				got = append(got, fmt.Sprint(e.Subjects, e.SubjectCount, " ", optional.Value(e.Filter)))
			}
			require.Equal(t, c.want, got)
			requireSound(t, l)
		})
	}
}

func TestALongFilterIsTruncated(t *testing.T) {
	l := newLog(t, openMemory(t))
	commit(t, l, hr, audit.Event{Action: access.PeopleList, Verb: "export", Count: 1, Filter: strings.Repeat("x", 5000)})
	require.Less(t, len(*written(t, l, audit.Filter{})[0].Filter), 600)
}

func TestASubscriptionTellsOfAPersonOnce(t *testing.T) {
	l := newLog(t, openMemory(t))
	ctx := request(hr)
	for range 3 { // as each push does
		audit.Note(ctx, read("a"))
		require.NoError(t, l.Commit(ctx))
	}
	audit.Note(ctx, read("b"))
	require.NoError(t, l.Commit(ctx))
	require.Len(t, written(t, l, audit.Filter{}), 2)
}

func TestWithoutARequestNothingIsNoted(t *testing.T) {
	l := newLog(t, openMemory(t))
	ctx := access.WithViewer(t.Context(), hr)
	audit.Note(ctx, read("a"))
	require.NoError(t, l.Commit(ctx))
	require.Empty(t, written(t, l, audit.Filter{}))
}

func TestASignInTellsOfTheAccount(t *testing.T) {
	l := newLog(t, openMemory(t))
	ctx := audit.Begin(t.Context(), audit.Request{ID: "r"})
	audit.Note(ctx, audit.Event{Action: access.AdministerOwn, Verb: "sign-in", Account: "a1", Outcome: fault.Unauthenticated})
	require.NoError(t, l.Commit(ctx))
	list := written(t, l, audit.Filter{Account: new("a1")})
	require.Len(t, list, 1)
	require.Equal(t, "UNAUTHENTICATED", list[0].Outcome)
}

func TestEntriesAreForWhoMayReadTheAudit(t *testing.T) {
	l := newLog(t, openMemory(t))
	commit(t, l, hr, read("li"), read("a"))
	commit(t, l, hr, read("a"))
	_, err := l.Entries(t.Context(), 10, nil, nil)
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(err))
	_, err = l.Entries(access.WithViewer(t.Context(), li), 10, nil, nil)
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
	for _, err := range l.Export(access.WithViewer(t.Context(), li), time.Time{}, time.Time{}) {
		require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
	}

	p, err := l.Looks(access.WithViewer(t.Context(), li), 10, nil)
	require.NoError(t, err)
	require.Len(t, p.Nodes, 1)
	require.Equal(t, []string{"LEARNER", "read", "hr"}, []string{p.Nodes[0].Action, p.Nodes[0].Verb, p.Nodes[0].By})
	p, err = l.Looks(asAuditor(), 10, nil)
	require.NoError(t, err)
	require.Empty(t, p.Nodes)
	_, err = l.Looks(access.WithViewer(t.Context(), hr), 10, nil)
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(err))
}

func TestFiltersAndNames(t *testing.T) {
	st := openMemory(t)
	now := noon
	l := audit.New(st, testKey(t), audit.Config{
		Now: func() time.Time { return now },
		Names: func(_ context.Context, accounts []string) (map[string]string, error) {
			return map[string]string{"hr": "王芳"}, nil
		},
	})
	commit(t, l, hr, read("a"))
	now = noon.Add(time.Hour)
	commit(t, l, li, audit.Event{Action: access.Record, Verb: "record", Subjects: []string{"li"}})
	now = noon.Add(2 * time.Hour)
	refused := read("li")
	refused.Outcome = fault.NotFound
	commit(t, l, hr, refused)
	for _, c := range []struct {
		query audit.Filter
		want  []int
	}{
		{audit.Filter{}, []int{3, 2, 1}},
		{audit.Filter{Account: new("hr")}, []int{3, 1}},
		{audit.Filter{Employee: new("li")}, []int{3, 2}},
		{audit.Filter{Employee: new("nobody")}, nil},
		{audit.Filter{Action: new("RECORD")}, []int{2}},
		{audit.Filter{Outcome: new("NOT_FOUND")}, []int{3}},
		{audit.Filter{From: new(noon.Add(time.Minute)), To: new(noon.Add(2 * time.Hour))}, []int{2}},
	} {
		var got []int
		for _, e := range written(t, l, c.query) {
			got = append(got, e.Number)
		}
		require.Equal(t, c.want, got, "%+v", c.query)
	}
	list := written(t, l, audit.Filter{})
	require.Equal(t, "王芳", list[0].AccountName)
	require.Equal(t, "li-account", list[1].AccountName)

	var exported []int
	for e, err := range l.Export(asAuditor(), noon.Add(time.Hour), time.Time{}) {
		require.NoError(t, err)
		exported = append(exported, e.Number)
	}
	require.Equal(t, []int{2, 3}, exported)

	_, err := l.Entries(asAuditor(), 1, new("bm9uc2Vuc2U"), nil)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	_, err = l.Entries(asAuditor(), 1, nil, &audit.Filter{Action: new("LEARNERS")})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
}

func TestForgettingAPersonLeavesTheChainWhole(t *testing.T) {
	st := openMemory(t)
	l := newLog(t, st)
	commit(t, l, hr, read("a", "li"))
	require.NoError(t, l.Forget(t.Context(), "li"))
	require.NoError(t, l.Forget(t.Context(), "li"), "it may be repeated")
	list := written(t, l, audit.Filter{})
	require.Len(t, list[0].Subjects, 2)
	require.Regexp(t, "^#", list[0].Subjects[0])
	require.Equal(t, "a", list[0].Subjects[1])
	require.Empty(t, written(t, l, audit.Filter{Employee: new("li")}))
	requireSound(t, l)
	docs, err := st.Documents(t.Context(), store.DocumentQuery{Kind: "audit_subject"})
	require.NoError(t, err)
	require.Len(t, docs, 2, "those of a")

	commit(t, l, hr, read("li"))
	require.Len(t, written(t, l, audit.Filter{Employee: new("li")}), 1, "whoever has the code now is another")
}

func TestRetentionLeavesAnAnchor(t *testing.T) {
	now := noon
	st := openMemory(t)
	l := audit.New(st, testKey(t), audit.Config{Now: func() time.Time { return now }, Retention: 24 * time.Hour})
	require.NoError(t, l.Start(t.Context()))
	for range 5 {
		commit(t, l, hr, read("a"))
		now = now.Add(10 * time.Hour)
	}
	requireSound(t, l)
	require.NoError(t, l.Maintain(t.Context()))
	require.Len(t, written(t, l, audit.Filter{}), 2)
	r := requireSound(t, l)
	require.Len(t, r.Chains, 2)
	now = now.Add(1000 * time.Hour)
	require.NoError(t, l.Maintain(t.Context()))
	require.Empty(t, written(t, l, audit.Filter{}))
	requireSound(t, l)
	commit(t, l, hr, read("a"))
	require.NoError(t, l.Close(t.Context()))
	requireSound(t, l)
}

// flaky is a store whose appends fail, before or after they are made.
type flaky struct {
	store.Store
	mu            sync.Mutex
	before, after int // so many times
}

var errFlaky = fmt.Errorf("%w: flaky", store.ErrUnavailable)

func (f *flaky) AppendJournal(ctx context.Context, chain string, list []store.JournalEntry, seal string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.before > 0 {
		f.before--
		return errFlaky
	}
	err := f.Store.AppendJournal(ctx, chain, list, seal)
	if f.after > 0 {
		f.after--
		return errFlaky
	}
	return err
}

func TestWhatCannotBeWrittenIsNotAnsweredAndNotLost(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func(*flaky)
	}{
		{"nothing is written", func(f *flaky) { f.before = 2 }},
		{"it is written and nobody hears of it", func(f *flaky) { f.after = 1; f.before = 0 }},
		{"first the one, then the other", func(f *flaky) { f.before = 1; f.after = 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &flaky{Store: openMemory(t)}
			l := newLog(t, f)
			require.NoError(t, l.Start(t.Context()))
			commit(t, l, hr, read("a"))
			c.fail(f)
			refused := 0
			for i := range 5 {
				ctx := request(hr)
				audit.Note(ctx, read(fmt.Sprint("b", i)))
				if err := l.Commit(ctx); err != nil {
					require.Equal(t, fault.Unavailable, fault.CodeOf(err))
					require.ErrorIs(t, err, errFlaky)
					refused++
				}
			}
			require.Positive(t, refused)
			require.NoError(t, l.Close(t.Context()))
			var people []string
			for _, e := range written(t, l, audit.Filter{}) {
				people = append(people, e.Subjects...)
			}
			slices.Sort(people)
			require.Equal(t, []string{"a", "b0", "b1", "b2", "b3", "b4"}, people, "each once")
			requireSound(t, l)
		})
	}
}

// slowNames is a store in which documents are put when it is let.
type slowNames struct {
	store.Store
	let chan error
}

func (s slowNames) PutDocuments(ctx context.Context, list []store.Document) error {
	select {
	case err := <-s.let:
		if err != nil {
			return err
		}
		return s.Store.PutDocuments(ctx, list)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A person whom the audit does not know yet has a row written first. Only that request waits
// for it, and where it cannot be written, the entry is not lost.
func TestANewPersonHoldsUpNobodyElse(t *testing.T) {
	st := slowNames{openMemory(t), make(chan error, 1)}
	l := newLog(t, st)
	st.let <- nil
	commit(t, l, hr, read("known"))

	answers := make(chan error, 1)
	go func() {
		ctx := request(hr)
		audit.Note(ctx, read("new"))
		answers <- l.Commit(ctx)
	}()
	for range 3 {
		commit(t, l, hr, read("known"))
	}
	require.Empty(t, answers)
	st.let <- errFlaky
	require.Equal(t, fault.Unavailable, fault.CodeOf(<-answers))
	st.let <- nil
	require.Eventually(t, func() bool { return len(written(t, l, audit.Filter{Employee: new("new")})) == 1 }, time.Minute, time.Millisecond)
	require.Len(t, written(t, l, audit.Filter{}), 5)
	requireSound(t, l)
}

func TestWhenTooMuchWaitsMoreIsRefusedUntilTheStoreIsBack(t *testing.T) {
	f := &flaky{Store: openMemory(t), before: 1 << 30}
	l := newLog(t, f)
	refuse := func(events int) {
		ctx := request(hr)
		for i := range events {
			audit.Note(ctx, audit.Event{Action: access.Learner, Verb: fmt.Sprint("v", i)})
		}
		require.Equal(t, fault.Unavailable, fault.CodeOf(l.Commit(ctx)))
	}
	for range 25 {
		refuse(1000)
	}
	f.mu.Lock()
	f.before = 0
	f.mu.Unlock()
	require.Eventually(t, func() bool {
		ctx := request(hr)
		audit.Note(ctx, read("a"))
		return l.Commit(ctx) == nil
	}, time.Minute, time.Millisecond)
	requireSound(t, l)
}

func TestTwoInstancesAndCommandsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	open := func() *audit.Log {
		st, err := sqlitestore.Open(t.Context(), path)
		require.NoError(t, err)
		t.Cleanup(func() { _ = st.Close() })
		return newLog(t, st)
	}
	logs := []*audit.Log{open(), open(), open(), open()} // two instances, two commands
	for _, l := range logs[:2] {
		require.NoError(t, l.Start(t.Context()))
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 25 {
				ctx := request(hr)
				audit.Note(ctx, read(fmt.Sprint("e", j%5), fmt.Sprint("f", i)))
				assert.NoError(t, logs[i%4].Commit(ctx))
			}
		})
	}
	all.Wait()
	require.Len(t, written(t, logs[0], audit.Filter{}), 200)
	require.Len(t, written(t, logs[0], audit.Filter{Employee: new("e3")}), 40, "a person has one subject id")
	for _, l := range logs[:2] {
		require.NoError(t, l.Close(t.Context()))
	}
	r := requireSound(t, logs[3])
	require.Len(t, r.Chains, 3)
	for _, c := range r.Chains {
		require.Equal(t, !c.Shared, c.Ended)
	}
}

func TestKeys(t *testing.T) {
	_, err := audit.ParseKey("short")
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	path := filepath.Join(t.TempDir(), "a.db.audit-key")
	keys := make([]audit.Key, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			var err error
			keys[i], err = audit.KeyFile(path)
			assert.NoError(t, err)
		})
	}
	all.Wait()
	for _, k := range keys {
		require.Equal(t, keys[0], k, "all have the same key")
	}
	require.NotEqual(t, keys[0], audit.NewKey())
	_, err = audit.KeyFile(filepath.Join(t.TempDir(), "none", "key"))
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	require.False(t, errors.Is(err, context.Canceled))
}

// What is read to be taken away is an export in the audit; what is done stays what it is.
func TestReadsOfAnExport(t *testing.T) {
	l := newLog(t, openMemory(t))
	ctx := audit.Begin(access.WithViewer(context.Background(), hr), audit.Request{ID: "r1", Export: true})
	audit.Note(ctx, read("li"))
	audit.Note(ctx, read("wang"))
	audit.Note(ctx, audit.Event{Action: access.EditPeople, Verb: "update", Subjects: []string{"li"}})
	require.NoError(t, l.Commit(ctx))
	verbs := map[string]int{}
	for _, e := range written(t, l, audit.Filter{}) {
		verbs[e.Action+" "+e.Verb] = len(e.Subjects)
	}
	require.Equal(t, map[string]int{"LEARNER export": 2, "EDIT_PEOPLE update": 1}, verbs)
}
