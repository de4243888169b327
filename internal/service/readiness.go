package service

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
)

const (
	// readinessEvery is how often it is looked whether a month has begun.
	readinessEvery = time.Minute
	// recordingWait is how long an answer waits for the end of what goes on in the background.
	recordingWait = 5 * time.Second
)

// RecordReadinessPayload answers what became of recording a month.
type RecordReadinessPayload struct {
	Done       bool       // else it goes on in the background
	At         *time.Time // of all figures, once it is done
	People     *int       // whose readiness is recorded, once it is done
	UserErrors []UserError
}

// RecordMonth records the current month, once more where it is done. It is for the system.
func (s *Service) RecordMonth(ctx context.Context) (*analysis.RecordedMonth, error) {
	month, err := s.Analysis.RecordReadiness(ctx, true)
	noteRecording(ctx, err)
	return month, err
}

func noteRecording(ctx context.Context, err error) {
	audit.Note(ctx, audit.Event{Action: access.Administer, Verb: "record", Filter: "readiness", Outcome: fault.CodeOf(err)})
}

// RecordReadiness records the current month once more, for an administrator. It goes on in the
// background where it takes long.
func (s *Service) RecordReadiness(ctx context.Context) (p RecordReadinessPayload, err error) {
	if err := access.Check(ctx, access.Administer); err != nil {
		return p, err
	}
	type result struct {
		month *analysis.RecordedMonth
		err   error
	}
	ended := make(chan result, 1)
	background := context.WithoutCancel(asSystem(newRequest(ctx)))
	go func() {
		month, err := s.Analysis.RecordReadiness(background, true)
		if err != nil && fault.CodeOf(err) != fault.Conflict {
			s.log.Warn("readiness could not be recorded", "error", err)
		}
		ended <- result{month, err}
	}()
	select {
	case r := <-ended:
		if err = r.err; err == nil {
			p.Done, p.At, p.People = true, &r.month.At, &r.month.People
		}
	case <-time.After(recordingWait):
	case <-ctx.Done():
	}
	noteRecording(ctx, err)
	p.UserErrors, err = fixable(ctx, err)
	return p, err
}

// StartReadiness begins to record readiness once a month, in UTC, until the context ends: soon
// after a month has begun, or this process has. Several instances may do so at once: one of them
// records, and another takes over where that has stopped. The function that it returns waits for
// the end.
func (s *Service) StartReadiness(ctx context.Context) (ended func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(s.readinessEvery)
		defer ticker.Stop()
		for recorded, reported := "", ""; ; {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if month := s.clock().UTC().Format("2006-01"); month != recorded {
				switch done, err := s.recordDueReadiness(ctx); {
				case err != nil && (ctx.Err() != nil || err.Error() == reported): // it would be the same every minute
				case err != nil:
					reported = err.Error()
					s.log.Warn("readiness of the month could not be recorded: it is tried again", "error", err)
				case done != nil:
					recorded = done.At.UTC().Format("2006-01")
				}
			}
		}
	}()
	return func() { <-done }
}

// recordDueReadiness records the current month, where that is due.
func (s *Service) recordDueReadiness(ctx context.Context) (done *analysis.RecordedMonth, err error) {
	err = s.withAudit(ctx, "readiness", func(ctx context.Context) error {
		ctx = asSystem(newRequest(ctx))
		if done, err = s.Analysis.RecordReadiness(ctx, false); done != nil {
			s.log.Info("readiness of the month is recorded", "at", done.At, "people", done.People)
			noteRecording(ctx, nil)
		}
		return err
	})
	return done, err
}
