package service_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// dyingStore is a store whose process dies at one of its writes: neither this one nor a later
// one is made.
type dyingStore struct {
	store.Store
	left atomic.Int64 // writes until then; for ever where negative at first
}

var errDead = errors.New("the process is dead")

func (d *dyingStore) write() error {
	if d.left.Load() >= 0 && d.left.Add(-1) < 0 {
		d.left.Store(0)
		return errDead
	}
	return nil
}

func (d *dyingStore) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if err := d.write(); err != nil {
		return 0, err
	}
	return d.Store.Apply(ctx, base, c)
}

func (d *dyingStore) PutDocuments(ctx context.Context, list []store.Document) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.PutDocuments(ctx, list)
}

func (d *dyingStore) DeleteDocuments(ctx context.Context, kind string, ids []string) error {
	if err := d.write(); err != nil {
		return err
	}
	return d.Store.DeleteDocuments(ctx, kind, ids)
}

// eraseWorld is a firm in which much is known of E1, 陈晓雨.
type eraseWorld struct {
	*testing.T
	*service.Service
	store   *dyingStore
	clock   servicetest.Clock
	hr, hr2 *access.Viewer
}

func openEraseWorld(t *testing.T, st store.Store) *eraseWorld {
	w := &eraseWorld{T: t, store: &dyingStore{Store: st}}
	w.store.left.Store(-1)
	w.Service = w.open(w.store)
	cs := servicetest.World(t, servicetest.SmallCatalog)
	cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: "E3", Name: "另一人", OrgUnit: "DEV", Manager: "E1"})
	servicetest.Import(t, w.Service, cs)
	require.NoError(t, w.Accounts.PutSamples(servicetest.Request(), []account.Sample{
		{Login: "chen.xiaoyu", Name: "陈晓雨", Employee: "E1"},
		{Login: "hr", Name: "许文博", Employee: "E2", Grants: []access.Grant{{Role: access.HR}}},
		{Login: "hr2", Name: "另一人", Employee: "E3", Grants: []access.Grant{{Role: access.HR}}},
	}))
	w.hr, w.hr2 = w.viewer("E2"), w.viewer("E3")
	_, err := w.People.Object(servicetest.As(w.viewer("E1")), "A", "不符")
	require.NoError(t, err)
	statements := []string{
		scored(1, "E1", "A", 0.5), scored(2, "E2", "A", 0.5), // evidence
		scored(3, "E1", "nothing", 1), scored(4, "E3", "nothing", 1), // of unknown points
		strings.Replace(scored(5, "x-1", "A", 1), `"account"`, `"name": "陈晓雨", "account"`, 1), // by name alone
		strings.Replace(scored(6, "E3", "nothing", 1), `"account"`, `"name": "陈晓雨", "account"`, 1),
		scored(7, "E12", "A", 1),
	}
	ctx := audit.Begin(servicetest.Request(), audit.Request{})
	list, _, err := xapi.Parse([]byte("[" + strings.Join(statements, ",") + "]"))
	require.NoError(t, err)
	_, err = w.Receive(ctx, list)
	require.NoError(t, err)
	_, err = w.People.LoadProfile(access.WithViewer(ctx, w.hr), access.Learner, "E1") // is in the audit
	require.NoError(t, err)
	_, err = w.AssignPosition(ctx, service.AssignPositionInput{Employee: "E1", Position: "P"})
	require.NoError(t, err)
	_, err = w.RecordMonth(ctx)
	require.NoError(t, err)
	require.NoError(t, w.Audit.Commit(ctx))
	return w
}

func (w *eraseWorld) open(st store.Store) *service.Service {
	svc, err := servicetest.New(servicetest.Context(w), st, servicetest.Config{Clock: w.clock.Now, RetryEvery: 10 * time.Millisecond})
	require.NoError(w, err)
	return svc
}

func (w *eraseWorld) viewer(employee string) *access.Viewer {
	session, err := w.Accounts.SignInAs(w.Context(), employee, account.Client{})
	require.NoError(w, err)
	v, err := w.Accounts.ViewerOfSession(w.Context(), session.Secret)
	require.NoError(w, err)
	return v
}

// erase erases E1: one HR proposes it, and another says yes.
func (w *eraseWorld) erase() error {
	ctx := audit.Begin(servicetest.As(w.hr), audit.Request{})
	proposed, err := w.EraseEmployee(ctx, service.EraseEmployeeInput{Employee: "E1"})
	if err = errors.Join(err, w.Audit.Commit(ctx)); err != nil {
		return err
	}
	require.False(w, proposed.Done)
	ctx = audit.Begin(servicetest.As(w.hr2), audit.Request{})
	p, err := w.Approve(ctx, service.IDInput{ID: proposed.Pending.ID})
	if err == nil {
		require.True(w, p.Done, p)
		err = w.Audit.Commit(ctx)
	}
	return err
}

// requireErased requires that nothing is left of E1, and all of the others.
func (w *eraseWorld) requireErased() {
	w.Helper()
	ctx := servicetest.Request()
	_, err := w.People.Employee(ctx, "E1")
	require.Equal(w, fault.NotFound, fault.CodeOf(err))
	report, err := w.People.Employee(ctx, "E3")
	require.NoError(w, err)
	manager, err := report.Manager(ctx)
	require.NoError(w, err)
	require.Nil(w, manager)
	evidence, err := w.store.Evidence(ctx, store.EvidenceQuery{})
	require.NoError(w, err)
	require.Len(w, evidence, 1)
	require.Equal(w, "E2", evidence[0].Employee)
	w.clock.Advance(account.ErasureGrace)
	require.NoError(w, w.ContinueErasures(ctx))
	for kind, n := range map[string]int{store.UnmappedKind: 3, store.EventKind: 1, "erasure": 0, "session": 2, "objections": 0, "account_pending": 0, "readiness": 0} {
		docs, err := w.store.Documents(ctx, store.DocumentQuery{Kind: kind})
		require.NoError(w, err)
		require.Len(w, docs, n, kind)
	}
	for _, kind := range []string{"account", "account_key", "account_state", "session", "audit_subject", store.EventKind, "readiness_unit", "readiness_headcount", "readiness_run"} {
		docs, err := w.store.Documents(ctx, store.DocumentQuery{Kind: kind})
		require.NoError(w, err)
		for _, d := range docs {
			for _, trace := range []string{`"E1"`, "陈晓雨", "chen.xiaoyu", uuid(1)} {
				require.NotContains(w, d.Body, trace, kind)
			}
		}
	}
	contents, err := service.Inspect(ctx, archivesOf(w.store))
	require.NoError(w, err)
	require.Empty(w, contents.Problems)
	page, err := w.Audit.Entries(ctx, 50, nil, nil)
	require.NoError(w, err)
	erased := 0
	for _, e := range page.Nodes {
		require.NotContains(w, e.Subjects, "E1")
		if e.Action == access.Erase.String() && e.Verb == "erase" {
			erased++
			require.Regexp(w, `^#\w+$`, e.Subjects[0])
		}
	}
	require.Positive(w, erased)
}

func TestErasureLeavesNothing(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	require.NoError(t, w.erase())
	w.requireErased()
}

// A request that began before an erasure may end after it. What it leaves in the audit of whom
// it was about is erased later.
func TestRequestsOnTheirWayLeaveNothing(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	reading := audit.Begin(servicetest.As(w.hr), audit.Request{})
	_, err := w.People.LoadProfile(reading, access.Learner, "E1")
	require.NoError(t, err)
	require.NoError(t, w.erase())
	require.NoError(t, w.Audit.Commit(reading))
	rows := func() (rows int) {
		docs, err := w.store.Documents(t.Context(), store.DocumentQuery{Kind: "audit_subject"})
		require.NoError(t, err)
		for _, d := range docs {
			rows += strings.Count(d.Body, `"E1"`)
		}
		return rows
	}
	require.Equal(t, 2, rows())
	require.NoError(t, w.ContinueErasures(servicetest.Request()))
	require.Equal(t, 2, rows(), "another request may be on its way")
	ctx, cancel := context.WithCancel(servicetest.Request())
	ended := w.StartRetries(ctx)
	w.clock.Advance(account.ErasureGrace)
	require.Eventually(t, func() bool { return rows() == 0 }, time.Minute, 10*time.Millisecond)
	cancel()
	ended()
	w.requireErased()
}

// Whoever has the code when an erasure is swept keeps what is theirs.
func TestASweptErasureSparesWhoHasTheCodeNow(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	require.NoError(t, w.erase())
	servicetest.Import(t, w.Service, servicetest.World(t, servicetest.SmallCatalog))
	ctx := audit.Begin(servicetest.As(w.hr), audit.Request{})
	_, err := w.People.LoadProfile(ctx, access.Learner, "E1")
	require.NoError(t, err)
	require.NoError(t, w.Audit.Commit(ctx))
	w.clock.Advance(account.ErasureGrace)
	require.NoError(t, w.ContinueErasures(servicetest.Request()))
	page, err := w.Audit.Entries(servicetest.Request(), 50, nil, nil)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(page.Nodes, func(e audit.Entry) bool { return slices.Contains(e.Subjects, "E1") }))
	docs, err := w.store.Documents(t.Context(), store.DocumentQuery{Kind: "erasure"})
	require.NoError(t, err)
	require.Empty(t, docs)
}

// Whatever write of an erasure a process dies before, another process goes on.
func TestErasureGoesOnAfterACrash(t *testing.T) {
	for writes := range int64(30) {
		w := openEraseWorld(t, servicetest.MemoryStore(t))
		w.store.left.Store(writes)
		err := w.erase()
		w.store.left.Store(-1)
		if err == nil {
			require.Greater(t, writes, int64(5))
			return
		}
		w.Service = w.open(w.store)
		list, err := w.Accounts.Erasures(servicetest.Request())
		require.NoError(t, err)
		if len(list) == 0 { // it had not begun, or was at its end
			if _, err := w.People.Employee(servicetest.Request(), "E1"); err == nil {
				require.NoError(t, w.erase())
			}
		} else {
			ctx, cancel := context.WithCancel(servicetest.Request())
			ended := w.StartRetries(ctx)
			require.Eventually(t, func() bool {
				list, err := w.Accounts.Erasures(servicetest.Request())
				return err == nil && len(list) == 0
			}, time.Minute, 10*time.Millisecond)
			cancel()
			ended()
		}
		w.requireErased()
	}
	require.Fail(t, "an erasure takes fewer writes")
}

// Whoever gets the code once the record is deleted is not the one who is erased.
func TestABrokenErasureSparesWhoHasTheCodeNow(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	for writes := int64(0); ; writes++ {
		w.store.left.Store(writes)
		err := w.erase()
		w.store.left.Store(-1)
		require.Error(t, err)
		if _, err := w.People.Employee(servicetest.Request(), "E1"); err != nil {
			break
		}
	}
	cs := servicetest.World(t, servicetest.SmallCatalog)
	servicetest.Import(t, w.Service, cs)
	require.NoError(t, w.ContinueErasures(servicetest.Request()))
	_, err := w.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
}
