package neo4jstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/sony/gobreaker/v2"

	"github.com/zhitu/zhitu/internal/store"
)

// newBreaker refuses calls at once after a few in a row have found the server
// unavailable, and lets one try again every second.
func newCircuitBreaker() *gobreaker.CircuitBreaker[any] {
	return gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		MaxRequests:  1,
		Timeout:      time.Second,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= 3 },
		IsSuccessful: func(err error) bool { return !errors.Is(err, errServerDown) },
	})
}

// errAway marks an error that tells of the server.
var errServerDown = errors.New("the server does not answer")

// call runs one operation of the contract: within a limit of time, through the
// breaker, and with its error in the contract's terms.
func (s *Store) callServer(ctx context.Context, op string, limit time.Duration, f func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return s.wrapError(ctx, op, err)
	}
	run := func() (any, error) {
		within, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		began := time.Now()
		err := f(within)
		// A caller's own time that has run out tells of the server too, where it was
		// not too short to mean something.
		silent := errors.Is(ctx.Err(), context.DeadlineExceeded) && time.Since(began) >= s.timeout/2
		if err != nil && (silent || ctx.Err() == nil && (within.Err() != nil || isServerDown(err))) {
			err = fmt.Errorf("%w: %w", errServerDown, err)
		}
		return nil, err
	}
	if limit <= s.timeout {
		_, err := s.breaker.Execute(run)
		return s.wrapError(ctx, op, err)
	}
	// The breaker lets one call try, and the others wait for how that ends: this
	// may be no long one.
	if s.breaker.State() != gobreaker.StateClosed {
		if _, err := s.Revision(ctx); err != nil {
			return err
		}
	}
	_, err := run()
	_, _ = s.breaker.Execute(func() (any, error) { return nil, err }) // so that it counts
	return s.wrapError(ctx, op, err)
}

// away reports whether an error says that the server cannot be reached, or that
// the database is not there for now.
func isServerDown(err error) bool {
	var server *neo4j.Neo4jError
	if errors.As(err, &server) {
		return server.Code == "Neo.TransientError.General.DatabaseUnavailable"
	}
	return isConnectionError(err) || errors.Is(err, store.ErrUnavailable)
}

// again runs f up to three times, for as long as its failure is one that passes: a
// connection that had died, a deadlock with somebody's edit by hand.
func retryTransient(ctx context.Context, f func() error) error {
	for pause := 20 * time.Millisecond; ; pause *= 5 {
		err := f()
		if !isTransient(err) || pause > 100*time.Millisecond || !sleepContext(ctx, pause) {
			return err
		}
	}
}

// sleep waits, and reports whether the context goes on.
func sleepContext(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// runner runs statements, each on its own or all in one transaction.
type statementRunner interface {
	run(ctx context.Context, statement string, params map[string]any) ([]*neo4j.Record, error)
}

// alone runs each statement in a transaction of its own: one round trip.
type autoCommitRunner struct {
	*Store
	mode neo4j.AccessMode
}

// Statements that read may be repeated, and those that write on their own are made
// so that they may be, too.
func (a autoCommitRunner) run(ctx context.Context, statement string, params map[string]any) (records []*neo4j.Record, err error) {
	killed := a.serverTimeout(ctx)
	once := func(ctx context.Context) ([]*neo4j.Record, error) {
		session := a.newSession(ctx, a.mode)
		defer a.closeSession(ctx, session)
		result, err := session.Run(ctx, statement, params, killed)
		if err != nil {
			return nil, err
		}
		return result.Collect(ctx)
	}
	err = retryTransient(ctx, func() error {
		if a.mode == neo4j.AccessModeRead {
			records, err = a.runDetached(ctx, once)
		} else {
			records, err = once(ctx)
		}
		return err
	})
	return records, err
}

// apart reads to the end, also where the caller no longer waits for it. The driver
// takes what its context breaks off for a fault of the server: it closes all idle
// connections to it and strikes it from the routing table, without the lock under
// which others read that. So one who gives up would cost all others.
func (s *Store) runDetached(ctx context.Context, read func(context.Context) ([]*neo4j.Record, error)) ([]*neo4j.Record, error) {
	type answer struct {
		records []*neo4j.Record
		err     error
	}
	given := make(chan answer, 1)
	within, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.inFlight.Go(func() {
		defer cancel()
		records, err := read(within)
		given <- answer{records, err}
	})
	select {
	case got := <-given:
		return got.records, got.err
	case <-ctx.Done():
		time.AfterFunc(s.timeout, cancel)
		return nil, ctx.Err()
	}
}

func (s *Store) readRunner() autoCommitRunner  { return autoCommitRunner{s, neo4j.AccessModeRead} }
func (s *Store) writeRunner() autoCommitRunner { return autoCommitRunner{s, neo4j.AccessModeWrite} }

func (s *Store) newSession(ctx context.Context, mode neo4j.AccessMode) neo4j.SessionWithContext {
	return s.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: mode, DatabaseName: s.database, BookmarkManager: s.bookmarks})
}

// end gives a session's connection back, also where the context has ended.
func (s *Store) closeSession(ctx context.Context, session neo4j.SessionWithContext) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	_ = session.Close(ctx) // what it could tell has been told by the statement
}

// killedWith has the server end a transaction soon after its caller has given it
// up, should it never hear of that.
func (s *Store) serverTimeout(ctx context.Context) func(*neo4j.TransactionConfig) {
	limit := time.Hour
	if end, ok := ctx.Deadline(); ok {
		limit = time.Until(end) + time.Second
	}
	return neo4j.WithTxTimeout(max(limit, time.Second))
}

// transaction runs statements together.
type transaction struct{ neo4j.ExplicitTransaction }

func (t transaction) run(ctx context.Context, statement string, params map[string]any) ([]*neo4j.Record, error) {
	result, err := t.Run(ctx, statement, params)
	if err != nil {
		return nil, err
	}
	return result.Collect(ctx)
}

// lost is what a commit fails with that may have been made nevertheless.
type unknownOutcome struct{ error }

func (l unknownOutcome) Unwrap() error { return l.error }

// commit ends a transaction.
func (t transaction) commit(ctx context.Context) error {
	err := t.Commit(ctx)
	if err != nil && !isCommitRejected(err) {
		return unknownOutcome{&neo4j.ConnectivityError{Inner: err}}
	}
	return err
}

// transact runs f in one write transaction. f commits, or its transaction is
// rolled back.
func (s *Store) inTransaction(ctx context.Context, f func(tx transaction) error) error {
	session := s.newSession(ctx, neo4j.AccessModeWrite)
	defer s.closeSession(ctx, session)
	tx, err := session.BeginTransaction(ctx, s.serverTimeout(ctx))
	if err != nil {
		return err
	}
	return f(transaction{tx})
}
