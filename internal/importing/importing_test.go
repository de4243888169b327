package importing_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/importing"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// account returns an account of an expert.
func account(id string) *access.Viewer {
	return access.Account(access.Identity{Account: id, Name: id}, access.Person{}, []access.Grant{{Role: access.Expert}})
}

// as returns a request of a viewer.
func as(v *access.Viewer) context.Context {
	return catalog.BeginRequest(access.WithViewer(context.Background(), v), fault.English)
}

// gate is a Refresh at which jobs stop until it is opened. Then it answers with err.
type gate struct {
	arrived chan struct{}
	open    chan struct{}
	err     atomic.Pointer[fault.Error]
}

func newGate() *gate { return &gate{arrived: make(chan struct{}, 100), open: make(chan struct{})} }

func (g *gate) refresh(ctx context.Context, v *access.Viewer) (*access.Viewer, error) {
	g.arrived <- struct{}{}
	select {
	case <-g.open:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := g.err.Load(); err != nil {
		return nil, err
	}
	return v, nil
}

// newImports returns the imports of an instance on a store.
func newImports(t *testing.T, st store.Store, cfg importing.Config) *importing.Imports {
	t.Helper()
	svc, err := servicetest.New(servicetest.Context(t), st, servicetest.Config{Clock: time.Now})
	require.NoError(t, err)
	if cfg.Beat == 0 {
		cfg.Beat = 5 * time.Millisecond
	}
	i := importing.New(svc, cfg)
	t.Cleanup(i.Close)
	return i
}

func plan(t *testing.T, i *importing.Imports, v *access.Viewer) (*importing.Job, error) {
	t.Helper()
	file, err := importing.Spool("knowledge_points.csv", strings.NewReader("code,name\nA,甲\nB,乙\n"))
	require.NoError(t, err)
	defer file.Release()
	p, err := i.Plan(as(v), importing.PlanInput{Files: []*importing.Upload{file}})
	require.Empty(t, p.UserErrors)
	return p.Job, err
}

func mustPlan(t *testing.T, i *importing.Imports, v *access.Viewer) int {
	t.Helper()
	job, err := plan(t, i, v)
	require.NoError(t, err)
	return job.Number()
}

func await(t *testing.T, i *importing.Imports, v *access.Viewer, number int, state governance.ImportState) *importing.Job {
	t.Helper()
	var job *importing.Job
	require.Eventually(t, func() bool {
		var err error
		job, err = i.Job(as(v), number)
		require.NoError(t, err)
		return job.State() == state
	}, time.Minute, 5*time.Millisecond, "it is not %s", state)
	return job
}

func TestCancelledWhileItRuns(t *testing.T) {
	t.Parallel()
	st, v := servicetest.MemoryStore(t), account("a")
	held := newGate()
	one, other := newImports(t, st, importing.Config{Refresh: held.refresh, Beat: time.Hour}), newImports(t, st, importing.Config{})
	number := mustPlan(t, one, v)
	<-held.arrived
	await(t, other, v, number, governance.ImportRunning)
	p, err := one.Cancel(as(v), importing.CancelInput{Number: number})
	require.NoError(t, err)
	require.Equal(t, governance.ImportCancelled, p.Job.State())
	close(held.open)
	one.Close()
	job, err := other.Job(as(v), number)
	require.NoError(t, err)
	require.Equal(t, governance.ImportCancelled, job.State())
	require.False(t, job.Plan.Exists())
}

// Another instance cancels by the document alone: the one that works sees it at a beat.
func TestCancelledByAnotherInstance(t *testing.T) {
	t.Parallel()
	st, v := servicetest.MemoryStore(t), account("a")
	held := newGate()
	one, other := newImports(t, st, importing.Config{Refresh: func(ctx context.Context, v *access.Viewer) (*access.Viewer, error) {
		if _, isStep := ctx.Deadline(); isStep { // and no beat
			return held.refresh(ctx, v)
		}
		return v, nil
	}}), newImports(t, st, importing.Config{})
	number := mustPlan(t, one, v)
	<-held.arrived
	_, err := other.Cancel(as(v), importing.CancelInput{Number: number})
	require.NoError(t, err)
	require.Eventually(t, func() bool { running, waiting := one.Working(); return running+waiting == 0 }, time.Minute, 5*time.Millisecond, "it goes on")
	await(t, one, v, number, governance.ImportCancelled)
}

func TestRightsAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	held, v := newGate(), account("a")
	i := newImports(t, servicetest.MemoryStore(t), importing.Config{Refresh: held.refresh})
	number := mustPlan(t, i, v)
	<-held.arrived
	held.err.Store(fault.New(fault.Unauthenticated, "signed out", "已退出登录"))
	close(held.open)
	job := await(t, i, v, number, governance.ImportFailed)
	require.Equal(t, fault.Unauthenticated, job.Failure(as(v)).Code)
}

// Who loses the right to import while a job runs loses the job.
func TestRightsAreWithdrawn(t *testing.T) {
	t.Parallel()
	v := account("a")
	i := newImports(t, servicetest.MemoryStore(t), importing.Config{Refresh: func(context.Context, *access.Viewer) (*access.Viewer, error) {
		return access.Account(access.Identity{Account: "a"}, access.Person{}, nil), nil
	}})
	job := await(t, i, v, mustPlan(t, i, v), governance.ImportFailed)
	require.Equal(t, fault.PermissionDenied, job.Failure(as(v)).Code)
}

func TestQueueOfImports(t *testing.T) {
	t.Parallel()
	held := newGate()
	i := newImports(t, servicetest.MemoryStore(t), importing.Config{Refresh: held.refresh, Running: 1, Beat: time.Hour})
	first := mustPlan(t, i, account("a"))
	<-held.arrived
	for range 2 {
		mustPlan(t, i, account("a"))
	}
	_, err := plan(t, i, account("a"))
	require.Equal(t, fault.Unavailable, fault.CodeOf(err), "an account has three at most")
	for n := range 18 {
		mustPlan(t, i, account(fmt.Sprint("b", n)))
	}
	_, err = plan(t, i, account("c"))
	require.Equal(t, fault.Unavailable, fault.CodeOf(err), "twenty wait at most")
	running, waiting := i.Working()
	require.Equal(t, []int{1, 20}, []int{running, waiting})
	_, err = i.Cancel(as(account("a")), importing.CancelInput{Number: 2})
	require.NoError(t, err)
	await(t, i, account("a"), 2, governance.ImportCancelled)
	close(held.open)
	await(t, i, account("a"), first, governance.ImportPlanned)
	await(t, i, account("a"), 3, governance.ImportPlanned)
	for n := range 18 {
		await(t, i, account(fmt.Sprint("b", n)), 1, governance.ImportPlanned)
	}
}

func TestStoppedInstanceSaysSo(t *testing.T) {
	t.Parallel()
	st, v := servicetest.MemoryStore(t), account("a")
	held := newGate()
	i := newImports(t, st, importing.Config{Refresh: held.refresh, Running: 1, Beat: time.Hour})
	running := mustPlan(t, i, v)
	<-held.arrived
	waiting := mustPlan(t, i, v)
	i.Close()
	other := newImports(t, st, importing.Config{})
	for _, number := range []int{running, waiting} {
		job, err := other.Job(as(v), number)
		require.NoError(t, err)
		require.Equal(t, governance.ImportFailed, job.State())
		require.Equal(t, fault.Unavailable, job.Failure(as(v)).Code)
	}
	_, err := plan(t, i, v)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
}

func TestAnotherInstanceApplies(t *testing.T) {
	t.Parallel()
	st, v := servicetest.MemoryStore(t), account("a")
	one, other := newImports(t, st, importing.Config{}), newImports(t, st, importing.Config{})
	number := mustPlan(t, one, v)
	await(t, other, v, number, governance.ImportPlanned)
	one.Close()
	file, err := other.PlanFile(as(v), number)
	require.NoError(t, err)
	kept, err := governance.ReadPlan(file.Data)
	require.NoError(t, err)
	require.Len(t, kept.Changes, 2)
	_, err = other.PlanFile(as(account("b")), number)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = other.Apply(as(v), importing.ApplyInput{Number: number})
	require.NoError(t, err)
	job := await(t, other, v, number, governance.ImportApplied)
	require.Equal(t, 1, *job.Revision())
}

// A matrix names what the store holds.
func TestUploadedMatrix(t *testing.T) {
	t.Parallel()
	st, v := servicetest.MemoryStore(t), account("a")
	servicetest.ApplyDirectly(t, st, func(cs *competency.ChangeSet) {
		cs.Put.KnowledgePoints = []competency.KnowledgePoint{{Code: "A", Name: "甲"}, {Code: "B", Name: "乙"}}
		cs.Put.Positions = []competency.Position{{Code: "P", Name: "电工"}, {Code: "Q", Name: "焊工"}}
	})
	i := newImports(t, st, importing.Config{})
	file, err := importing.Spool("requirement_matrix.csv", strings.NewReader("岗位,甲,B\n电工,3★,\nQ,2,5\n"))
	require.NoError(t, err)
	defer file.Release()
	p, err := i.Plan(as(v), importing.PlanInput{Files: []*importing.Upload{file}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	await(t, i, v, p.Job.Number(), governance.ImportPlanned)
	planned, err := i.PlanFile(as(v), p.Job.Number())
	require.NoError(t, err)
	kept, err := governance.ReadPlan(planned.Data)
	require.NoError(t, err)
	require.Len(t, kept.Changes, 3)
}

func TestTemporaryFiles(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	pattern := filepath.Join(os.TempDir(), "zhitu-upload-*")
	file, err := importing.Spool("a.csv", strings.NewReader("text"))
	require.NoError(t, err)
	require.Equal(t, 4, file.Size)
	left, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.Empty(t, left, "a crash leaves nothing")
	file.Release()

	old, fresh := filepath.Join(os.TempDir(), "zhitu-upload-1"), filepath.Join(os.TempDir(), "zhitu-upload-2")
	for _, name := range []string{old, fresh} {
		require.NoError(t, os.WriteFile(name, nil, 0o600))
	}
	require.NoError(t, os.Chtimes(old, time.Time{}, time.Now().Add(-25*time.Hour)))
	importing.RemoveLeftovers(time.Now())
	left, err = filepath.Glob(pattern)
	require.NoError(t, err)
	require.Equal(t, []string{fresh}, left)
}

// A template without named tables has those that its reader may import, so that it is not refused
// as it is.
func TestTemplateHasWhatMayBeImported(t *testing.T) {
	i := newImports(t, servicetest.MemoryStore(t), importing.Config{})
	for name, c := range map[string]struct {
		viewer *access.Viewer
		has    []string
		lacks  []string
	}{
		"expert": {account("E"), []string{"knowledge_points", "levels", "positions"}, []string{"org_units", "employees", "mastery"}},
		"HR": {
			access.Account(access.Identity{Account: "H", Name: "H"}, access.Person{Code: "E1"}, []access.Grant{{Role: access.HR}}),
			[]string{"positions", "resources", "org_units", "employees", "mastery"},
			[]string{"knowledge_points", "levels"},
		},
	} {
		file, err := i.Template(as(c.viewer), nil)
		require.NoError(t, err, name)
		sheets := sheetsOf(t, file.Data)
		for _, table := range c.has {
			require.Contains(t, sheets, `<sheet name="`+table+`"`, name)
		}
		for _, table := range c.lacks {
			require.NotContains(t, sheets, `<sheet name="`+table+`"`, name)
		}
	}
}

// sheetsOf returns the part of a workbook that names its sheets.
func sheetsOf(t *testing.T, data []byte) string {
	t.Helper()
	book, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	part, err := book.Open("xl/workbook.xml")
	require.NoError(t, err)
	text, err := io.ReadAll(part)
	require.NoError(t, err)
	return string(text)
}
