package governance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// testClock is a clock that tests move.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newJobs returns the jobs of two instances on one store.
func newJobs(t *testing.T) (one, other *governance.Jobs, clock *testClock) {
	t.Helper()
	st, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	clock = &testClock{now: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
	return governance.NewJobs(st, clock.Now), governance.NewJobs(st, clock.Now), clock
}

func create(t *testing.T, jobs *governance.Jobs, account string) *governance.ImportJob {
	t.Helper()
	job, err := jobs.Create(t.Context(), account, []governance.ImportFile{{Name: "a.csv", Size: 1}}, governance.ImportOptions{TimeZone: "UTC"})
	require.NoError(t, err)
	return job
}

func setState(t *testing.T, jobs *governance.Jobs, job *governance.ImportJob, state governance.ImportState) {
	t.Helper()
	_, err := jobs.Update(t.Context(), job.Account, job.Number, func(job *governance.ImportJob) error {
		job.State = state
		return nil
	})
	require.NoError(t, err)
}

func TestNumbersOfImports(t *testing.T) {
	t.Parallel()
	one, other, _ := newJobs(t)
	const each = 20
	var wg sync.WaitGroup
	seen := sync.Map{}
	for _, jobs := range []*governance.Jobs{one, other} {
		wg.Go(func() {
			for range each {
				job, err := jobs.Create(context.Background(), "a", nil, governance.ImportOptions{})
				if err == nil {
					_, known := seen.LoadOrStore(job.Number, true)
					err = errors.Join(err)
					if known {
						err = fmt.Errorf("two jobs have the number %d", job.Number)
					}
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for number := range 2 * each {
		_, found := seen.Load(number + 1)
		require.True(t, found, number+1)
	}
	require.Equal(t, 1, create(t, one, "b").Number)
	jobs, more, total, err := other.List(t.Context(), "a", 3, 0)
	require.NoError(t, err)
	require.True(t, more)
	require.Equal(t, 2*each, total)
	require.Equal(t, []int{40, 39, 38}, []int{jobs[0].Number, jobs[1].Number, jobs[2].Number})
	jobs, more, _, err = other.List(t.Context(), "a", 3, 3)
	require.NoError(t, err)
	require.False(t, more)
	require.Len(t, jobs, 2)
}

// An instance that says nothing for the time of a lease is gone. Every other tells so.
func TestImportOfAnInstanceThatIsGone(t *testing.T) {
	t.Parallel()
	one, other, clock := newJobs(t)
	for _, state := range []governance.ImportState{governance.ImportWaiting, governance.ImportRunning, governance.ImportApplying} {
		job := create(t, one, "a")
		setState(t, one, job, state)
		clock.pass(29 * time.Second)
		setState(t, one, job, state) // it is alive
		clock.pass(29 * time.Second)
		read, err := other.Read(t.Context(), "a", job.Number)
		require.NoError(t, err)
		require.Equal(t, state, read.State)
		clock.pass(2 * time.Second)
		read, err = other.Read(t.Context(), "a", job.Number)
		require.NoError(t, err)
		require.Equal(t, governance.ImportFailed, read.State)
		require.Equal(t, fault.Unavailable, read.Failure.Code)
	}
}

func TestContentOfImports(t *testing.T) {
	t.Parallel()
	one, other, _ := newJobs(t)
	create(t, one, "a")
	items := make([]string, 1234)
	for i := range items {
		items[i] = fmt.Sprintf("%d %s", i, bytes.Repeat([]byte("x"), 2000))
	}
	data := bytes.Repeat([]byte("0123456789"), 200_000)
	job, err := one.Update(t.Context(), "a", 1, func(job *governance.ImportJob) (err error) {
		if job.Changes, err = governance.SaveList(t.Context(), one, job, governance.PartChanges, items); err != nil {
			return err
		}
		job.Plan, err = one.SaveBlob(t.Context(), job, governance.PartPlan, "plan.json", data)
		return err
	})
	require.NoError(t, err)
	require.Greater(t, len(job.Changes.First), 3, "it is in parts")
	for _, c := range []struct{ from, n, want int }{{0, 1, 1}, {0, 1234, 1234}, {1233, 5, 1}, {1234, 5, 0}, {499, 2, 2}, {250, 700, 700}, {5000, 1, 0}, {3, 0, 0}} {
		got, err := governance.LoadList[string](t.Context(), other, job, governance.PartChanges, job.Changes, c.from, c.n)
		require.NoError(t, err)
		require.Len(t, got, c.want)
		if c.want > 0 {
			require.Equal(t, items[c.from:c.from+c.want], got)
		}
	}
	got, err := other.LoadBlob(t.Context(), job, governance.PartPlan, job.Plan)
	require.NoError(t, err)
	require.Equal(t, data, got)
	require.NoError(t, other.DropContent(t.Context(), new(*job)))
	_, err = one.LoadBlob(t.Context(), job, governance.PartPlan, job.Plan)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = governance.LoadList[string](t.Context(), one, job, governance.PartChanges, job.Changes, 0, 1)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
}

func TestImportsAreSwept(t *testing.T) {
	t.Parallel()
	one, other, clock := newJobs(t)
	states := []governance.ImportState{governance.ImportPlanned, governance.ImportRefused, governance.ImportApplied, governance.ImportFailed}
	for range 3 {
		for _, state := range states {
			job := create(t, one, "a")
			_, err := one.Update(t.Context(), "a", job.Number, func(job *governance.ImportJob) (err error) {
				job.State = state
				job.Plan, err = one.SaveBlob(t.Context(), job, governance.PartPlan, "plan.json", []byte("plan"))
				return err
			})
			require.NoError(t, err)
		}
	}
	whole, err := other.Read(t.Context(), "a", 1)
	require.NoError(t, err)
	clock.pass(24*time.Hour - time.Second)
	fresh := create(t, one, "a")
	require.NoError(t, other.Sweep(t.Context()))
	_, err = one.LoadBlob(t.Context(), whole, governance.PartPlan, whole.Plan)
	require.NoError(t, err, "it is kept for a day")

	clock.pass(time.Second)
	for i, want := range []governance.ImportState{governance.ImportExpired, governance.ImportExpired, governance.ImportApplied, governance.ImportFailed} {
		job, err := one.Read(t.Context(), "a", i+1)
		require.NoError(t, err)
		require.Equal(t, want, job.State)
		require.False(t, job.Plan.Exists(), "told before it is swept")
	}
	clock.pass(time.Second)
	require.NoError(t, other.Sweep(t.Context()))
	_, err = one.LoadBlob(t.Context(), whole, governance.PartPlan, whole.Plan)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, _, total, err := one.List(t.Context(), "a", 100, 0)
	require.NoError(t, err)
	require.Equal(t, 13, total)

	clock.pass(6 * 24 * time.Hour)
	require.NoError(t, other.Sweep(t.Context()))
	jobs, _, total, err := one.List(t.Context(), "a", 100, 0)
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, fresh.Number, jobs[0].Number)
	require.Equal(t, 14, create(t, one, "a").Number, "numbers go on")
}

func TestTooManyImportsOfAnAccount(t *testing.T) {
	t.Parallel()
	one, _, _ := newJobs(t)
	for range 200 {
		create(t, one, "a")
	}
	_, err := one.Create(t.Context(), "a", nil, governance.ImportOptions{})
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	setState(t, one, &governance.ImportJob{Account: "a", Number: 7}, governance.ImportCancelled)
	require.Equal(t, 201, create(t, one, "a").Number)
	_, err = one.Read(t.Context(), "a", 7)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, _, total, err := one.List(t.Context(), "a", 1, 0)
	require.NoError(t, err)
	require.Equal(t, 200, total)
}
