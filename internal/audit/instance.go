package audit

import (
	"context"
	"errors"
	"time"
)

// Start begins the chain of this instance. UNAVAILABLE where it cannot be written.
func (l *Log) Start(ctx context.Context) error {
	l.chains.Lock()
	defer l.chains.Unlock()
	if err := l.begin(ctx); err != nil {
		return unavailable(err)
	}
	return nil
}

// begin makes a new chain the one that this process writes. Its first entry says where the
// shared chain stands, and where the one stood that it takes the place of; the shared chain
// says that it was begun. So a chain that is removed whole is missed.
func (l *Log) begin(ctx context.Context) error {
	now, next := l.cfg.Now(), &chain{id: newChainID(l.key), known: true}
	next.head.Chain = next.id
	first := []draft{chainDraft(verbStart, next.id, nil, now)}
	if err := l.shared.load(ctx, l.store, l.key); err == nil && l.shared.head.Number > 0 {
		first = append(first, chainDraft(verbCheckpoint, l.shared.id, new(l.shared.head), now))
	} else if err != nil && !errors.Is(err, errBroken) {
		return err
	}
	if old := l.own; old != l.shared && old.least > 0 {
		first = append(first, chainDraft(verbCheckpoint, old.id, &mark{old.id, old.least, ""}, now))
	}
	if err := next.append(ctx, l.store, l.key, first); err != nil {
		return err
	}
	l.own = next
	return l.tellShared(ctx, verbStart)
}

// tellShared writes into the shared chain where the own one stands. Where the shared one
// was altered, it is left as it is.
func (l *Log) tellShared(ctx context.Context, verb string) error {
	if l.own == l.shared {
		return nil
	}
	err := l.shared.append(ctx, l.store, l.key, []draft{chainDraft(verb, l.own.id, new(l.own.head), l.cfg.Now())})
	if errors.Is(err, errBroken) {
		l.cfg.Log.Error("the shared chain of the audit was altered: run zhitu audit verify", "chain", l.shared.id)
		return nil
	}
	return err
}

// Maintain says in the shared chain how far the own one has come, and drops what is older
// than the retention. A server calls it once a day.
func (l *Log) Maintain(ctx context.Context) error {
	l.chains.Lock()
	err := l.flush(ctx)
	if err == nil {
		err = l.tellShared(ctx, verbCheckpoint)
	}
	l.chains.Unlock()
	if l.cfg.Retention > 0 {
		err = errors.Join(err, l.Drop(ctx, l.cfg.Now().Add(-l.cfg.Retention)))
	}
	return err
}

// maintainEvery is how often a server maintains the audit.
const maintainEvery = 24 * time.Hour

// Run maintains the log now and once a day, until the context ends. Then it writes the end
// of the chain of this instance.
func (l *Log) Run(ctx context.Context) {
	ticker := time.NewTicker(maintainEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		if err := l.Maintain(ctx); err != nil && ctx.Err() == nil {
			l.cfg.Log.Error("the audit could not be maintained", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// Close writes what is unwritten and, after Start, the end of the chain. Nothing may be
// committed after it.
func (l *Log) Close(ctx context.Context) error {
	l.closing.Do(func() { close(l.closed) })
	l.chains.Lock()
	defer l.chains.Unlock()
	err := l.flush(ctx)
	if err == nil && l.own != l.shared {
		if err = l.own.append(ctx, l.store, l.key, []draft{chainDraft(verbEnd, l.own.id, nil, l.cfg.Now())}); err == nil {
			err = l.tellShared(ctx, verbEnd)
		}
	}
	return err
}

// Forget deletes the row that says whose the subject id of an employee is. Entries about
// the employee keep the id, and the chains stay whole.
func (l *Log) Forget(ctx context.Context, employee string) error {
	if err := l.subjects.forget(ctx, employee); err != nil {
		return unavailable(err)
	}
	return nil
}
