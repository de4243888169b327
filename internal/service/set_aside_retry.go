package service

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
)

const (
	retryInterval = time.Second           // between looks at what other processes have changed
	retryAllAfter = 10 * time.Minute      // between attempts at all, whatever has changed
	retryBatch    = 200                   // statements that are tried together
	retryPause    = 20 * time.Millisecond // between batches, so that senders come first
)

// StartRetries begins to try what is set aside again, until the context ends: everything
// at first, after an edit of the catalog and after a change of the mapping; what waits for
// an employee once there is one, by whatever process; what is of the future when its time
// has come. It works in the background, in batches with pauses between them, and waits no
// more than a moment for the first. Several instances may do so at once: a statement
// becomes evidence once. Erasures that were broken off go on in between. The function that
// it returns waits for the end.
func (s *Service) StartRetries(ctx context.Context) (ended func()) {
	s.retries.setRunning(true)
	s.retries.request()
	s.erasures.Store(true)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer s.retries.setRunning(false)
		s.retryUntilDone(ctx)
	}()
	s.retries.await(ctx)
	return func() { <-done }
}

func (s *Service) retryUntilDone(ctx context.Context) {
	ticker := time.NewTicker(s.retryEvery)
	defer ticker.Stop()
	seen := retrySeen{}
	for ctx.Err() == nil {
		seen.report(ctx, s.log, s.withAudit(ctx, "retry", func(ctx context.Context) error { return s.retryWhatChanged(ctx, &seen) }))
		s.retries.finish()
		select {
		case <-s.retries.wake:
		case <-ticker.C:
			seen.report(ctx, s.log, s.withAudit(ctx, "retry", func(ctx context.Context) error {
				return errors.Join(s.lookForChanges(ctx, &seen), s.continueBrokenErasures(ctx, &seen.erasures))
			}))
		case <-ctx.Done():
		}
	}
}

// withAudit writes what an action notes that no request has asked for. Its id says which.
func (s *Service) withAudit(ctx context.Context, id string, do func(context.Context) error) error {
	ctx = audit.Begin(ctx, audit.Request{ID: id})
	err := do(ctx)
	if s.Audit != nil {
		err = errors.Join(err, s.Audit.Commit(context.WithoutCancel(ctx)))
	}
	return err
}

// retrySeen is what the last look has seen.
type retrySeen struct {
	mapping  string
	revision catalog.Revision
	triedAll time.Time     // when everything was tried last
	erasures time.Time     // when erasures were looked for last
	took     time.Duration // how long that took
	employee string        // up to which code people have been looked for
	failing  bool
}

// report logs that the store does not answer, once until it does.
func (seen *retrySeen) report(ctx context.Context, log *slog.Logger, err error) {
	if err != nil && !seen.failing && ctx.Err() == nil {
		log.WarnContext(ctx, "what is set aside cannot be tried again now, and will be later", "error", err)
	}
	seen.failing = err != nil
}

// retryWhatChanged tries what there is a reason to try. Where everything takes long, it
// does nothing else no more than half of the time.
func (s *Service) retryWhatChanged(ctx context.Context, seen *retrySeen) error {
	if err := s.retryArrived(ctx); err != nil {
		return err
	}
	if start := time.Now(); start.Sub(seen.triedAll) < 2*seen.took || !s.retries.takeAll() {
		return nil
	}
	seen.mapping, seen.revision, seen.triedAll = s.mapping().Fingerprint(), s.Catalog.Current().Revision(), time.Now()
	_, _, err := s.retryAll(ctx, retryBatch, func() error {
		if err := s.retryArrived(ctx); err != nil {
			return err
		}
		s.retries.goOn()
		select {
		case <-time.After(retryPause):
		case <-ctx.Done():
		}
		return ctx.Err()
	})
	if seen.took = time.Since(seen.triedAll); seen.took < s.retryEvery {
		seen.took = 0
	}
	if err != nil {
		s.retries.postpone()
	}
	return err
}

func (s *Service) retryArrived(ctx context.Context) error {
	for ids := s.retries.takeArrived(retryBatch); len(ids) > 0; ids = s.retries.takeArrived(retryBatch) {
		if err := s.retryIDs(ctx, ids); err != nil {
			return err
		}
	}
	return nil
}

// retryIDs tries some statements again. Where that fails, all are tried at the next look.
func (s *Service) retryIDs(ctx context.Context, ids []string) error {
	ctx = newRequest(ctx)
	list, err := s.People.UnmappedByID(ctx, ids)
	if err == nil {
		_, err = s.retryUnmapped(ctx, list)
	}
	if err != nil {
		s.retries.postpone()
	}
	return err
}

// lookForChanges looks for what other processes, time or an edit of the mapping file have
// changed: one read where statements wait for employees, and none otherwise.
func (s *Service) lookForChanges(ctx context.Context, seen *retrySeen) error {
	ctx = newRequest(ctx)
	for ids := s.retries.takeDue(s.clock(), retryBatch); len(ids) > 0; ids = s.retries.takeDue(s.clock(), retryBatch) {
		if err := s.retryIDs(ctx, ids); err != nil {
			return err
		}
	}
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return err
	}
	if snapshot.Revision() != seen.revision || s.mapping().Fingerprint() != seen.mapping || time.Since(seen.triedAll) > retryAllAfter {
		s.retries.request()
		return nil
	}
	codes, last := s.retries.awaited(seen.employee)
	seen.employee = last
	found, err := s.People.ExistingEmployees(ctx, codes)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		s.retries.arrive(found)
	}
	return nil
}
