package importing

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
)

// run is a job of this instance that has not ended.
type run struct {
	account string
	number  int
	viewer  atomic.Pointer[access.Viewer]
	ctx     context.Context
	cancel  context.CancelCauseFunc

	mu          sync.Mutex
	stage       governance.ImportStage
	done, total int
	changed     bool // since the last beat
}

// report says how far the job is. It costs nothing: a beat writes it.
func (r *run) report(stage governance.ImportStage, done, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed = r.changed || stage != r.stage || done != r.done
	r.stage, r.done, r.total = stage, done, total
}

// The causes that end a job.
var (
	errStopped   = fault.New(fault.Unavailable, "the server stopped before the import had ended: nothing was written; import the files again", "服务在导入结束前停止：未写入任何内容；请重新导入文件")
	errCancelled = errors.New("the import was cancelled")
)

func errTooLong(limit time.Duration) error {
	return fault.New(fault.LimitExceeded, "the import took longer than %s and was ended: divide the files, or let whoever runs the server raise import-timeout",
		"导入超过 %s 的时限，已被终止：请拆分文件，或由服务管理员调高 import-timeout", limit)
}

func tooBusy() error {
	return fault.New(fault.Unavailable, "too many imports wait: try again later", "等待中的导入过多：请稍后重试")
}

// result writes what a job has come to into its document.
type result func(*governance.ImportJob)

// reserve makes room for a job of an account, or refuses it with UNAVAILABLE. The caller holds mu.
func (i *Imports) reserve(account string) error {
	own := 0
	for key := range i.jobs {
		if key.account == account {
			own++
		}
	}
	switch {
	case i.ctx.Err() != nil:
		return errStopped
	case own >= maxOfAccount, i.waiting >= maxWaiting:
		return tooBusy()
	}
	return nil
}

// begin registers a job of the viewer of a context.
func (i *Imports) begin(ctx context.Context, create func() (*governance.ImportJob, error)) (*run, *governance.ImportJob, error) {
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, nil, err
	}
	r := &run{account: v.Account}
	r.ctx, r.cancel = context.WithCancelCause(i.ctx)
	r.viewer.Store(v)
	hold := jobKey{account: v.Account, number: -int(i.holds.Add(1))} // until the number is known
	i.mu.Lock()
	if err = i.reserve(v.Account); err == nil {
		i.jobs[hold], i.waiting = r, i.waiting+1
		i.ended.Add(1)
	}
	i.mu.Unlock()
	if err != nil {
		return nil, nil, err
	}
	job, err := create()
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.jobs, hold)
	if err != nil {
		i.waiting--
		i.ended.Done()
		return nil, nil, err
	}
	r.number = job.Number
	i.jobs[jobKey{r.account, r.number}] = r
	return r, job, nil
}

// work does a job in the background, and writes what it came to. state is that of a job that
// works; release is called when it has ended, whether it has begun or not.
func (i *Imports) work(request context.Context, r *run, state governance.ImportState, do func(context.Context, *run) (result, error), release func()) {
	ctx := access.WithCurrentViewer(r.ctx, r.viewer.Load)
	ctx = catalog.BeginRequest(ctx, catalog.Lang(request))
	ctx = audit.Continue(ctx, request)
	go func() {
		defer i.ended.Done()
		defer r.cancel(nil)
		defer release()
		beating, stopBeat := context.WithCancel(ctx)
		var beat sync.WaitGroup
		beat.Go(func() { i.beat(beating, r) })
		done, err := i.take(ctx, r, state, do)
		stopBeat()
		beat.Wait()
		i.finish(ctx, r, done, err)
	}()
}

// take waits for a turn, and then does a job within its time limit.
func (i *Imports) take(ctx context.Context, r *run, state governance.ImportState, do func(context.Context, *run) (result, error)) (done result, err error) {
	isWaiting := true
	leave := func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if isWaiting {
			i.waiting--
			isWaiting = false
		}
	}
	defer leave()
	select {
	case i.slots <- struct{}{}:
		defer func() { <-i.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	leave()
	ctx, cancel := context.WithTimeoutCause(ctx, i.Timeout, errTooLong(i.Timeout))
	defer cancel()
	defer func() {
		if panicked := recover(); panicked != nil {
			i.Log.ErrorContext(ctx, "an import has failed", "panic", panicked, "stack", string(debug.Stack()))
			err = fault.New(fault.Internal, "internal error", "内部错误")
		} else if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()
	if _, err := i.service.Jobs.Update(ctx, r.account, r.number, func(job *governance.ImportJob) error {
		if !job.State.Working() {
			return errCancelled
		}
		job.State = state
		return nil
	}); err != nil {
		return nil, err
	}
	return do(ctx, r)
}

// beatAtLeast is how often a job that makes no progress says that it is alive.
const beatAtLeast = 10 * time.Second

// beat says that a job is alive and how far it is, looks whether anybody has cancelled it, and
// whether the viewer may still do what it does.
func (i *Imports) beat(ctx context.Context, r *run) {
	ticker := time.NewTicker(i.Beat)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := i.refresh(ctx, r); err != nil {
			r.cancel(err)
			return
		}
		r.mu.Lock()
		changed := r.changed
		stage, done, total := r.stage, r.done, r.total
		r.changed = false
		r.mu.Unlock()
		update := func(job *governance.ImportJob) error {
			if !job.State.Working() {
				return errCancelled
			}
			job.Stage, job.Done, job.Total = stage, done, total
			return nil
		}
		var err error
		if writes := changed || time.Since(last) >= beatAtLeast; writes {
			_, err = i.service.Jobs.Update(ctx, r.account, r.number, update)
			last = time.Now()
		} else if job, readErr := i.service.Jobs.Read(ctx, r.account, r.number); readErr == nil {
			err = update(job)
		}
		if errors.Is(err, errCancelled) || fault.CodeOf(err) == fault.NotFound {
			r.cancel(errCancelled)
			return
		}
	}
}

// refresh looks again at the rights of the viewer. Where that cannot be done now, it is done at
// the next beat.
func (i *Imports) refresh(ctx context.Context, r *run) error {
	v, err := i.Refresh(ctx, r.viewer.Load())
	switch {
	case err == nil:
		r.viewer.Store(v)
		return access.Check(ctx, access.Import)
	case fault.CodeOf(err) == fault.Unavailable || ctx.Err() != nil:
		return nil
	}
	return err
}

// step looks again at the rights of the viewer before the next step of a job.
func (i *Imports) step(ctx context.Context, r *run) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	return i.refresh(ctx, r)
}

// finishTimeout is how long the end of a job may take to be written.
const finishTimeout = 10 * time.Second

// finish writes what a job has come to, whatever has ended it.
func (i *Imports) finish(ctx context.Context, r *run, done result, failed error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	i.mu.Lock()
	delete(i.jobs, jobKey{r.account, r.number})
	i.mu.Unlock()
	var wasted *governance.ImportJob
	_, err := i.service.Jobs.Update(ctx, r.account, r.number, func(job *governance.ImportJob) error {
		switch {
		case job.State == governance.ImportCancelled:
			if done != nil {
				done(job)
				wasted = job
			}
			return errCancelled
		case failed == nil:
			job.Failure = nil // its lease may have been over for a moment
			done(job)
		case errors.Is(failed, errCancelled) && job.State.Working():
			job.State = governance.ImportCancelled
		case errors.Is(failed, errCancelled): // its lease was over
		default:
			job.State, job.Failure = governance.ImportFailed, failureOf(failed)
		}
		return nil
	})
	if wasted != nil {
		err = i.service.Jobs.DropContent(ctx, wasted)
	}
	if err != nil && !errors.Is(err, errCancelled) {
		i.Log.WarnContext(ctx, "the end of an import is not written", "number", r.number, "error", err)
	}
	if failed != nil && fault.CodeOf(failed) == fault.Internal && !errors.Is(failed, errCancelled) {
		i.Log.ErrorContext(ctx, "an import has failed", "number", r.number, "error", failed)
	}
	if i.service.Audit != nil {
		if err := i.service.Audit.Commit(ctx); err != nil {
			i.Log.WarnContext(ctx, "what an import did is not in the audit", "number", r.number, "error", err)
		}
	}
}

// failureOf says why a job has failed.
func failureOf(err error) *governance.ImportFailure {
	var known *fault.Error
	if !errors.As(err, &known) {
		known = fault.New(fault.Internal, "internal error", "内部错误")
	}
	return &governance.ImportFailure{Code: known.Code, Text: known.Text}
}
