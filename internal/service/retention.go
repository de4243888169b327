package service

import (
	"cmp"
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
)

const (
	// MinEvidenceDays is how long evidence is kept at least: a placement counts its answers
	// for that long.
	MinEvidenceDays = 30

	retentionInterval = 24 * time.Hour
	retentionPause    = 20 * time.Millisecond // between transactions, so that senders come first
)

// DroppedCount counts evidence that is dropped.
type DroppedCount struct{ People, Pieces int }

// DropEvidence drops all evidence from before a time, and calls progress with what has been
// dropped so far. States stay the same, and ids stay known. A dry run only counts. It may be
// broken off and repeated, and several processes may do it at once. The audit names everyone
// before their evidence is dropped. Whose data cannot be read keeps theirs, and is the error
// at the end. INVALID_ARGUMENT where the time is not MinEvidenceDays
// ago.
func (s *Service) DropEvidence(ctx context.Context, before time.Time, dryRun bool, progress func(DroppedCount)) (n DroppedCount, err error) {
	if before.After(s.clock().AddDate(0, 0, -MinEvidenceDays)) {
		return n, fault.New(fault.InvalidArgument, "nothing was dropped: evidence is kept for %d days at least; give a time before %s",
			"未清除任何证据：证据至少保存 %d 天；请填写早于 %s 的时间", MinEvidenceDays, s.clock().AddDate(0, 0, -MinEvidenceDays).UTC().Format(time.DateOnly))
	}
	var unreadable error // what is stored of some people, which stops nobody else's
	for group, wrong := range s.People.OldEvidence(ctx, before) {
		if wrong == nil && !dryRun {
			group, wrong = s.dropGroup(ctx, group, before)
		}
		if unreadable = cmp.Or(unreadable, wrong); wrong != nil && len(fault.ProblemsOf(wrong)) == 0 {
			return n, wrong
		}
		for _, old := range group {
			n.People, n.Pieces = n.People+1, n.Pieces+old.Pieces
		}
		progress(n)
	}
	return n, unreadable
}

// dropGroup drops what some people have, after the audit has said so.
func (s *Service) dropGroup(ctx context.Context, group []people.OldEvidence, before time.Time) ([]people.OldEvidence, error) {
	people.NoteDrop(ctx, group, before)
	if s.Audit != nil {
		if err := s.Audit.Commit(ctx); err != nil {
			return nil, err
		}
	}
	dropped, err := s.People.DropEvidence(ctx, group, before)
	select {
	case <-time.After(retentionPause):
	case <-ctx.Done():
		err = cmp.Or(err, ctx.Err())
	}
	return dropped, err
}

// StartRetention begins to drop evidence once it is older than so many days, at once and then
// once a day, until the context ends. No days keep all of it. The function that it returns
// waits for the end.
func (s *Service) StartRetention(ctx context.Context, days int) (ended func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for days > 0 && ctx.Err() == nil {
			s.dropDaily(ctx, s.clock().AddDate(0, 0, -days))
			select {
			case <-time.After(retentionInterval):
			case <-ctx.Done():
			}
		}
	}()
	return func() { <-done }
}

func (s *Service) dropDaily(ctx context.Context, before time.Time) {
	var n DroppedCount
	err := s.withAudit(ctx, "retention", func(ctx context.Context) (err error) {
		n, err = s.DropEvidence(newRequest(asSystem(ctx)), before, false, func(DroppedCount) {})
		return err
	})
	if n.Pieces > 0 {
		s.log.InfoContext(ctx, "old evidence was dropped", "before", before, "people", n.People, "pieces", n.Pieces)
	}
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "old evidence could not be dropped, and will be tomorrow", "error", err)
	}
}
