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

// newCircuitBreaker refuses calls at once after three in a row found the server
// down. It lets one call per second through as a trial.
func newCircuitBreaker() *gobreaker.CircuitBreaker[any] {
	return gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		MaxRequests:  1,
		Timeout:      time.Second,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= 3 },
		IsSuccessful: func(err error) bool { return !errors.Is(err, errServerDown) },
	})
}

// errServerDown marks errors that the circuit breaker counts.
var errServerDown = errors.New("the server does not answer")

// callServer runs one operation of the contract: with a timeout, through the
// circuit breaker, and with its error in the contract's terms.
func (s *Store) callServer(ctx context.Context, op string, timeout time.Duration, f func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return s.wrapError(ctx, op, err)
	}
	run := func() (any, error) {
		within, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		began := time.Now()
		err := f(within)
		// A caller's expired deadline also counts against the server, unless it was
		// too short to mean anything.
		expired := errors.Is(ctx.Err(), context.DeadlineExceeded) && time.Since(began) >= s.timeout/2
		if err != nil && (expired || ctx.Err() == nil && (within.Err() != nil || isServerDown(err))) {
			err = fmt.Errorf("%w: %w", errServerDown, err)
		}
		return nil, err
	}
	if timeout <= s.timeout {
		_, err := s.breaker.Execute(run)
		return s.wrapError(ctx, op, err)
	}
	// All other calls wait for the result of the trial call, so a long operation
	// must not be the trial. A short one goes first.
	if s.breaker.State() != gobreaker.StateClosed {
		if _, err := s.Revision(ctx); err != nil {
			return err
		}
	}
	_, err := run()
	_, _ = s.breaker.Execute(func() (any, error) { return nil, err }) // so that it counts
	return s.wrapError(ctx, op, err)
}

// isServerDown reports whether an error says that the server cannot be reached, or
// that the database is not available for now.
func isServerDown(err error) bool {
	var server *neo4j.Neo4jError
	if errors.As(err, &server) {
		return server.Code == "Neo.TransientError.General.DatabaseUnavailable"
	}
	return isConnectionError(err) || errors.Is(err, store.ErrUnavailable)
}

// retryTransient runs f up to three times while its failure is transient: a dead
// connection, or a deadlock with an external edit.
func retryTransient(ctx context.Context, f func() error) error {
	for pause := 20 * time.Millisecond; ; pause *= 5 {
		err := f()
		if !isTransient(err) || pause > 100*time.Millisecond || !sleepContext(ctx, pause) {
			return err
		}
	}
}

// sleepContext waits, and reports whether the context is still alive.
func sleepContext(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
