package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// intake is a service that is sent statements.
type intake struct {
	*testing.T
	*service.Service
	store   store.Store
	trips   *servicetest.StoreCalls
	mapping xapi.Mapping
}

func newIntake(t *testing.T) *intake {
	l := &intake{T: t, store: servicetest.MemoryStore(t), trips: &servicetest.StoreCalls{}}
	var err error
	l.Service, err = servicetest.New(servicetest.Context(t), l.trips.Watch(l.store), servicetest.Config{
		Clock: func() time.Time { return kgtest.Now }, Mapping: func() xapi.Mapping { return l.mapping },
	})
	require.NoError(t, err)
	servicetest.Import(t, l.Service, servicetest.World(t, servicetest.SmallCatalog))
	l.trips.Take()
	return l
}

func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// scored is a statement: the person of an account got a score on an item.
func scored(n int, who, item string, score float64) string {
	return fmt.Sprintf(`{"id": %q, "actor": {"account": {"homePage": "https://lms.example", "name": %q}}, "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"},
		"object": {"id": "https://lms.example/%s"}, "result": {"score": {"scaled": %v}}, "timestamp": "2026-11-19T08:00:%02dZ"}`, uuid(n), who, item, score, n%60)
}

func voiding(n, of int) string {
	return fmt.Sprintf(`{"id": %q, "actor": {"mbox": "mailto:admin@lms.example"}, "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
		"object": {"objectType": "StatementRef", "id": %q}}`, uuid(n), uuid(of))
}

func (l *intake) receive(statements ...string) service.Receipt {
	l.Helper()
	list, _, err := xapi.Parse([]byte("[" + strings.Join(statements, ",") + "]"))
	require.NoError(l, err)
	r, err := l.Receive(servicetest.Request(), list)
	require.NoError(l, err)
	require.Len(l, r.IDs, len(statements))
	r.IDs, r.UntrustedHomePages = nil, nil
	return r
}

func (l *intake) evidence() []competency.Evidence {
	l.Helper()
	list, err := l.store.Evidence(l.Context(), store.EvidenceQuery{})
	require.NoError(l, err)
	return list
}

// unmapped returns the ids of unmapped statements, with the reasons.
func (l *intake) unmapped() map[string]string {
	l.Helper()
	page, err := l.People.UnmappedStatements(servicetest.Request(), 200, nil, false)
	require.NoError(l, err)
	all := map[string]string{}
	for _, n := range page.Nodes {
		all[*servicetest.Must(n.ID(servicetest.Request()))] = n.Reason(servicetest.Request())
	}
	return all
}

func TestStatementsBecomeEvidence(t *testing.T) {
	l := newIntake(t)
	launched := strings.Replace(scored(3, "E1", "A", 1), "/scored", "/launched", 1)
	launched = launched[:strings.Index(launched, `, "result"`)] + "}"
	require.Equal(t, service.Receipt{Recorded: 2, Ignored: 1}, l.receive(scored(1, "E1", "A", 0.9), scored(2, "E2", "B", 0), launched))
	require.Equal(t, []string{"Evidence", "Documents", "Documents", "Record", "PutDocuments", "Documents"}, l.trips.Take(),
		"what is known of the ids, of what is set aside and of the events; two to write; one to look for what voids it")

	got := l.evidence()
	require.Len(t, got, 2)
	got[1].StatementHash = ""
	require.Equal(t, competency.Evidence{
		ID: uuid(1), Employee: "E1", KnowledgePoints: []string{"A"}, Kind: competency.Exam, Score: 0.9, Item: "https://lms.example/A",
		At: time.Date(2026, 11, 19, 8, 0, 1, 0, time.UTC), Source: "xAPI", RecordedBy: access.SystemAccount,
	}, got[1])
	require.Empty(t, l.unmapped())

	l.trips.Take()
	require.Equal(t, service.Receipt{Ignored: 1}, l.receive(launched))
	require.Empty(t, l.trips.Take(), "a statement without a result costs nothing")
}

func TestStatementWithoutATimestamp(t *testing.T) {
	l := newIntake(t)
	timeless := scored(1, "E1", "A", 1)
	timeless = timeless[:strings.Index(timeless, `, "timestamp"`)] + "}"
	nameless := strings.Replace(timeless, fmt.Sprintf(`"id": %q, "actor"`, uuid(1)), `"actor"`, 1)
	list, _, err := xapi.Parse([]byte("[" + timeless + "," + nameless + "," + nameless + "]"))
	require.NoError(t, err)
	r, err := l.Receive(servicetest.Request(), list)
	require.NoError(t, err)
	require.Equal(t, 3, r.Recorded)
	require.Equal(t, uuid(1), r.IDs[0])
	for _, id := range r.IDs[1:] {
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
	}
	for _, e := range l.evidence() {
		require.Equal(t, kgtest.Now.Truncate(time.Microsecond), e.At)
		require.Contains(t, r.IDs, e.ID)
	}
}

func TestUnmappedStatementsAreKept(t *testing.T) {
	l := newIntake(t)
	require.Equal(t, service.Receipt{Recorded: 1, SetAside: 4}, l.receive(
		scored(1, "E1", "A", 1), scored(2, "nobody", "A", 1), scored(3, "E1", "quiz-9", 1), scored(4, "two words", "A", 1), scored(5, "E1", "C", 1),
	))
	unmapped := l.unmapped()
	require.Len(t, unmapped, 4)
	require.Contains(t, unmapped[uuid(2)], "there is no employee whom the actor stands for")
	require.Contains(t, unmapped[uuid(3)], `nothing says which knowledge points "https://lms.example/quiz-9" is about`)
	require.Contains(t, unmapped[uuid(4)], "there is no employee whom the actor stands for")
	require.Equal(t, "C is a competency: name its points, in the mapping file or in the statement", unmapped[uuid(5)])

	page, err := l.People.UnmappedStatements(servicetest.RequestIn(fault.Chinese), 1, nil, true)
	require.NoError(t, err)
	require.True(t, page.PageInfo.HasNextPage)
	require.Contains(t, page.Nodes[0].Reason(servicetest.RequestIn(fault.Chinese)), "员工不存在")
	require.Equal(t, 4, page.TotalCount)
	require.Equal(t, kgtest.Now.Truncate(time.Microsecond), page.Nodes[0].ReceivedAt())
	require.JSONEq(t, scored(2, "nobody", "A", 1), *servicetest.Must(page.Nodes[0].Statement(servicetest.Request())))
	page, err = l.People.UnmappedStatements(servicetest.Request(), 3, page.PageInfo.EndCursor, true)
	require.NoError(t, err)
	require.Len(t, page.Nodes, 3)
	require.Equal(t, uuid(3), *servicetest.Must(page.Nodes[0].ID(servicetest.Request())))
	require.False(t, page.PageInfo.HasNextPage)
	require.Equal(t, 4, page.TotalCount, "on all pages")
	for _, cursor := range []string{"x", "YWZ0ZXI6eA"} { // after:x
		_, err = l.People.UnmappedStatements(servicetest.Request(), 3, &cursor, false)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
}

func TestRetryMapsStatements(t *testing.T) {
	l := newIntake(t)
	l.receive(scored(1, "w.fang", "quiz-9", 1), scored(2, "nobody", "A", 1), scored(3, "E1", "quiz-9", 0.5))
	p, err := l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, service.SetAsidePayload{Left: 3, Outcome: service.Outcome{Revision: 1, UserErrors: []service.UserError{}}}, p)

	l.mapping = xapi.NewMapping([]xapi.Rule{{Identifier: "w.fang", Employee: "E2"}, {Identifier: "quiz-9", KnowledgePoints: []string{"A", "B"}}}, "")
	p, err = l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{IDs: []string{uuid(1), uuid(9)}})
	require.NoError(t, err)
	require.Equal(t, []int{1, 0}, []int{p.Done, p.Left})
	require.Equal(t, "ids.1", *p.UserErrors[0].Field)
	require.Equal(t, fault.NotFound, p.UserErrors[0].Code)
	require.Equal(t, "E2", l.evidence()[0].Employee)

	p, err = l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{p.Done, p.Left})
	require.Len(t, l.evidence(), 2)
	require.Contains(t, l.unmapped(), uuid(2))

	p, err = l.DiscardSetAside(servicetest.Request(), service.DiscardSetAsideInput{IDs: []string{uuid(2)}})
	require.NoError(t, err)
	require.Equal(t, []int{1, 0}, []int{p.Done, p.Left})
	require.Empty(t, l.unmapped())
	_, err = l.DiscardSetAside(servicetest.Request(), service.DiscardSetAsideInput{IDs: make([]string, service.MaxEvidence+1)})
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
}

func TestRetryReadsAllPages(t *testing.T) {
	t.Parallel()
	l := newIntake(t)
	const many = 2*service.MaxEvidence + 7
	var unmapped []store.Document
	for i := range many {
		who := "E1"
		if i%2 == 1 {
			who = "nobody"
		}
		unmapped = append(unmapped, unmappedDocument(uuid(i), kgtest.Now.Add(time.Duration(i)*time.Second), scored(i, who, "A", 1)))
	}
	require.NoError(t, l.store.PutDocuments(t.Context(), unmapped))
	p, err := l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, []int{many/2 + 1, many / 2}, []int{p.Done, p.Left})
	require.Len(t, l.evidence(), many/2+1)
}

func TestVoiding(t *testing.T) {
	l := newIntake(t)
	l.receive(scored(1, "E1", "A", 1), scored(2, "nobody", "A", 1))
	require.Equal(t, service.Receipt{Recorded: 1, Retracted: 2, SetAside: 2}, l.receive(
		voiding(11, 1), scored(3, "E1", "B", 1), voiding(13, 3), voiding(12, 2), voiding(15, 5),
	))
	for _, e := range l.evidence() {
		require.True(t, e.Retracted)
	}
	require.Contains(t, l.unmapped()["voids:"+uuid(5)], uuid(5))

	require.Equal(t, service.Receipt{Known: 1}, l.receive(voiding(11, 1)))
	require.Equal(t, service.Receipt{Known: 1}, l.receive(scored(1, "E1", "A", 1)), "what was taken back stays so")

	require.Equal(t, service.Receipt{Recorded: 1}, l.receive(scored(5, "E1", "B", 1)))
	require.Len(t, l.evidence(), 3)
	for _, e := range l.evidence() {
		require.True(t, e.Retracted, "the voiding of %s was there before it", e.ID)
	}
	require.Len(t, l.unmapped(), 2, "and has had its effect")
	p, err := l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 2}, []int{p.Done, p.Left}, "one and its voiding wait for each other")
	l.mapping = xapi.NewMapping([]xapi.Rule{{Identifier: "nobody", Employee: "E2"}}, "")
	p, err = l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, []int{2, 0}, []int{p.Done, p.Left})
	require.Len(t, l.evidence(), 4)
	for _, e := range l.evidence() {
		require.True(t, e.Retracted)
	}
}

func TestTooManyStatements(t *testing.T) {
	l := newIntake(t)
	_, err := l.Receive(servicetest.Request(), make([]xapi.Statement, service.MaxEvidence+1))
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	r, err := l.Receive(servicetest.Request(), nil)
	require.NoError(t, err)
	require.Equal(t, service.Receipt{IDs: []string{}}, r)
}

// To send the same again changes nothing, in whatever parts.
func TestReceiveIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		l := newIntake(t)
		var all []string
		for n := range rapid.IntRange(1, 8).Draw(rt, "statements") {
			who := rapid.SampledFrom([]string{"E1", "E2", "nobody"}).Draw(rt, "who")
			item := rapid.SampledFrom([]string{"A", "B", "quiz-9"}).Draw(rt, "item")
			st := scored(n, who, item, float64(rapid.IntRange(-4, 4).Draw(rt, "score"))/4)
			if n > 0 && rapid.IntRange(0, 4).Draw(rt, "voids") == 0 {
				st = voiding(n, rapid.IntRange(0, n-1).Draw(rt, "what"))
			} else if rapid.Bool().Draw(rt, "without id") {
				st = strings.Replace(st, fmt.Sprintf(`"id": %q, "actor"`, uuid(n)), `"actor"`, 1)
			}
			all = append(all, st)
		}
		l.receive(all...)
		state := func() string {
			unmapped, err := l.store.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind})
			require.NoError(rt, err)
			var profiles []store.Profile
			for p, err := range l.store.Profiles(t.Context()) {
				require.NoError(rt, err)
				profiles = append(profiles, p)
			}
			text, err := json.Marshal([]any{l.evidence(), unmapped, profiles})
			require.NoError(rt, err)
			return string(text)
		}
		before := state()
		for len(all) > 0 {
			n := rapid.IntRange(1, len(all)).Draw(rt, "part")
			l.receive(all[:n]...)
			all = all[n:]
		}
		require.Equal(rt, before, state())
	})
}

// unmappedDocument is a statement that could not be mapped, as the store keeps it.
func unmappedDocument(id string, at time.Time, statement string) store.Document {
	return store.Document{Kind: store.UnmappedKind, ID: id, At: at, Body: store.UnmappedBody{Statement: statement}.JSON()}
}

// interruptedStore is a store to which other statements come right before a document is put.
type interruptedStore struct {
	store.Store
	before func()
}

func (h *interruptedStore) PutDocuments(ctx context.Context, list []store.Document) error {
	if h.before != nil {
		before := h.before
		h.before = nil
		before()
	}
	return h.Store.PutDocuments(ctx, list)
}

func TestStatementArrivesWhileItsVoidingIsKept(t *testing.T) {
	l := newIntake(t)
	h := &interruptedStore{Store: l.store}
	var err error
	l.Service, err = servicetest.New(servicetest.Context(t), h, servicetest.Config{Clock: func() time.Time { return kgtest.Now }})
	require.NoError(t, err)
	h.before = func() {
		require.Equal(t, service.Receipt{Recorded: 1}, l.receive(scored(1, "E1", "A", 1)))
		require.False(t, l.evidence()[0].Retracted, "the voiding is not kept yet")
	}
	l.receive(voiding(2, 1))
	require.True(t, l.evidence()[0].Retracted)
	require.Empty(t, l.unmapped())
}

// What is set aside is tried again page by page; a statement may be on a later page
// than its voiding, or be the only one that is tried.
func TestVoidingOnAnotherPage(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]service.RetrySetAsideInput{"all": {}, "one": {IDs: []string{uuid(1)}}} {
		t.Run(name, func(t *testing.T) {
			l := newIntake(t)
			l.receive(voiding(0, 1))
			var unmapped []store.Document
			for i := range service.MaxEvidence + 1 {
				unmapped = append(unmapped, unmappedDocument(uuid(i+2), kgtest.Now.Add(time.Second), scored(i+2, "nobody", "A", 1)))
			}
			unmapped = append(unmapped, unmappedDocument(uuid(1), kgtest.Now.Add(time.Minute), scored(1, "E1", "A", 1)))
			require.NoError(t, l.store.PutDocuments(t.Context(), unmapped))
			_, err := l.RetrySetAside(servicetest.Request(), in)
			require.NoError(t, err)
			require.Len(t, l.evidence(), 1)
			require.True(t, l.evidence()[0].Retracted)
			left, err := l.store.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind, IDs: []string{"voids:" + uuid(1)}})
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// The order in which statements and their voidings come changes nothing of what counts.
func TestOrderOfStatementsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var all []string
		for n := range rapid.IntRange(1, 8).Draw(rt, "statements") {
			st := scored(n, rapid.SampledFrom([]string{"E1", "E2", "nobody"}).Draw(rt, "who"), "A", 1)
			if n > 0 && rapid.Bool().Draw(rt, "voids") {
				st = voiding(n, rapid.IntRange(0, n-1).Draw(rt, "what"))
			}
			all = append(all, st)
		}
		counts := func(statements []string) map[string]bool {
			l := newIntake(t)
			for len(statements) > 0 {
				n := rapid.IntRange(1, len(statements)).Draw(rt, "part")
				l.receive(statements[:n]...)
				statements = statements[n:]
			}
			retracted := map[string]bool{}
			for _, e := range l.evidence() {
				retracted[e.ID] = e.Retracted
			}
			return retracted
		}
		require.Equal(rt, counts(all), counts(rapid.Permutation(all).Draw(rt, "order")))
	})
}
