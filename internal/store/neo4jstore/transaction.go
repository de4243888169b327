package neo4jstore

import (
	"context"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// statementRunner runs statements, each in its own transaction or all in one.
type statementRunner interface {
	run(ctx context.Context, statement string, params map[string]any) ([]*neo4j.Record, error)
}

// autoCommitRunner runs each statement in its own transaction: one round trip.
type autoCommitRunner struct {
	*Store
	mode neo4j.AccessMode
}

// run retries. Reads can be repeated, and every auto-commit write in this package is
// idempotent.
func (a autoCommitRunner) run(ctx context.Context, statement string, params map[string]any) (records []*neo4j.Record, err error) {
	timeout := a.serverTimeout(ctx)
	once := func(ctx context.Context) ([]*neo4j.Record, error) {
		session := a.newSession(ctx, a.mode)
		defer a.closeSession(ctx, session)
		result, err := session.Run(ctx, statement, params, timeout)
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

// runDetached runs a detached read: it continues after its caller has gone. The driver
// takes a cancelled context for a fault of the server. It then closes all idle
// connections to that server and removes it from the routing table, without the lock
// that other readers of the table hold. One cancelled read would disturb all others.
func (s *Store) runDetached(ctx context.Context, read func(context.Context) ([]*neo4j.Record, error)) ([]*neo4j.Record, error) {
	type answer struct {
		records []*neo4j.Record
		err     error
	}
	answers := make(chan answer, 1)
	within, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.inFlight.Go(func() {
		defer cancel()
		records, err := read(within)
		answers <- answer{records, err}
	})
	select {
	case got := <-answers:
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

// closeSession returns a session's connection to the pool, also after the context has
// ended.
func (s *Store) closeSession(ctx context.Context, session neo4j.SessionWithContext) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	_ = session.Close(ctx) // the statement has already returned whatever failed
}

// serverTimeout makes the server end a transaction soon after its caller's deadline,
// even if the cancellation never reaches it.
func (s *Store) serverTimeout(ctx context.Context) func(*neo4j.TransactionConfig) {
	limit := time.Hour
	if end, ok := ctx.Deadline(); ok {
		limit = time.Until(end) + time.Second
	}
	return neo4j.WithTxTimeout(max(limit, time.Second))
}

// transaction runs all its statements in one explicit transaction.
type transaction struct{ neo4j.ExplicitTransaction }

func (t transaction) run(ctx context.Context, statement string, params map[string]any) ([]*neo4j.Record, error) {
	result, err := t.Run(ctx, statement, params)
	if err != nil {
		return nil, err
	}
	return result.Collect(ctx)
}

// unknownOutcome wraps the error of a commit that may have succeeded nevertheless.
type unknownOutcome struct{ error }

func (u unknownOutcome) Unwrap() error { return u.error }

// commit commits the transaction. Its error is an unknownOutcome unless the server
// has rejected the commit.
func (t transaction) commit(ctx context.Context) error {
	err := t.Commit(ctx)
	if err != nil && !isCommitRejected(err) {
		return unknownOutcome{&neo4j.ConnectivityError{Inner: err}}
	}
	return err
}

// inTransaction runs f in one write transaction. It is rolled back unless f commits.
func (s *Store) inTransaction(ctx context.Context, f func(tx transaction) error) error {
	session := s.newSession(ctx, neo4j.AccessModeWrite)
	defer s.closeSession(ctx, session)
	tx, err := session.BeginTransaction(ctx, s.serverTimeout(ctx))
	if err != nil {
		return err
	}
	return f(transaction{tx})
}
