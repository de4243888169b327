package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// EventLog is what is kept of some events, as it was read.
type EventLog struct {
	store store.Documents
	keys  []string
	docs  map[string]store.Document // by key; none for an event that is new
}

// EventLog reads what is kept of events, in one round trip.
func (p *People) EventLog(ctx context.Context, events []competency.Event) (*EventLog, error) {
	if err := access.Check(ctx, access.Record, access.Subject{}); err != nil {
		return nil, err
	}
	return readEventLog(ctx, p.store, events)
}

func readEventLog(ctx context.Context, from store.Documents, events []competency.Event) (*EventLog, error) {
	l := &EventLog{store: from}
	for _, e := range events {
		l.keys = append(l.keys, e.Key)
	}
	slices.Sort(l.keys)
	l.keys = slices.Compact(l.keys)
	return l, l.read(ctx)
}

func (l *EventLog) read(ctx context.Context) error {
	l.docs = map[string]store.Document{}
	if len(l.keys) == 0 { // no ids at all would select everything
		return nil
	}
	list, err := l.store.Documents(ctx, store.DocumentQuery{Kind: store.EventKind, IDs: l.keys})
	if err != nil {
		return catalog.StoreFault(err)
	}
	for _, d := range list {
		l.docs[d.ID] = d
	}
	return nil
}

// With returns the events as they would be with more results, and the documents that
// would change. Events of other keys are left out.
func (l *EventLog) With(more []competency.Event) (events []competency.Event, changed []store.Document, err error) {
	given := map[string][]competency.Event{}
	for _, e := range more {
		given[e.Key] = append(given[e.Key], e)
	}
	for _, key := range l.keys {
		e, d := competency.Event{Key: key}, l.docs[key]
		if d.Version > 0 {
			if e, err = decodeEvent(d); err != nil {
				return nil, nil, err
			}
		}
		differs := false
		for _, g := range given[key] {
			e.Daily = g.Daily
			differs = e.Add(g.Results...) || differs
		}
		events = append(events, e)
		if !differs {
			continue
		}
		if d.Version == 0 {
			d = store.Document{Kind: store.EventKind, ID: key, At: e.Results[0].At}
		}
		body, err := json.Marshal(e)
		if err != nil {
			return nil, nil, err
		}
		d.Body = string(body)
		changed = append(changed, d)
	}
	return events, changed, nil
}

// Add keeps more results, and returns the events since. Optimistic concurrency: of two
// instances that add to one event, the later one sees what both have added.
func (l *EventLog) Add(ctx context.Context, more []competency.Event) ([]competency.Event, error) {
	const maxAttempts = 10
	for attempt := 1; ; attempt++ {
		events, changed, err := l.With(more)
		if err != nil || len(changed) == 0 {
			return events, err
		}
		if err = l.store.PutDocuments(ctx, changed); err == nil {
			return events, nil
		}
		if !errors.Is(err, store.ErrConflict) || attempt == maxAttempts {
			return nil, catalog.StoreFault(err)
		}
		if err := l.read(ctx); err != nil {
			return nil, err
		}
	}
}

func decodeEvent(d store.Document) (e competency.Event, err error) {
	if err = json.Unmarshal([]byte(d.Body), &e); err != nil {
		return e, fmt.Errorf("document %s of kind %s: %w", d.ID, d.Kind, err)
	}
	e.Key = d.ID
	return e, nil
}

// readEvents returns all events, by time.
func readEvents(ctx context.Context, from store.Documents) ([]competency.Event, error) {
	docs, err := from.Documents(ctx, store.DocumentQuery{Kind: store.EventKind})
	if err != nil {
		return nil, err
	}
	events := make([]competency.Event, len(docs))
	for i, d := range docs {
		if events[i], err = decodeEvent(d); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// RetractSuperseded takes back what other results of the same event have made void.
// What is no evidence, or has been taken back before, is left alone.
func (p *People) RetractSuperseded(ctx context.Context, ids []string) error {
	counting, err := p.EvidenceByID(ctx, ids)
	if err != nil {
		return err
	}
	var found []string
	for _, e := range counting {
		if !e.Retracted {
			found = append(found, e.ID)
		}
	}
	if len(found) == 0 {
		return nil
	}
	result, err := p.Retract(ctx, found)
	if err != nil {
		return err
	}
	for _, wrong := range result.Problems {
		if wrong.Code == fault.Unavailable { // else it is gone
			return fault.FromProblems(result.Problems)
		}
	}
	return nil
}

// EvidenceByID returns those of some pieces of evidence that are there, retracted ones
// too.
func (p *People) EvidenceByID(ctx context.Context, ids []string) ([]competency.Evidence, error) {
	if err := access.Check(ctx, access.Record, access.Subject{}); err != nil || len(ids) == 0 { // no ids would select everything
		return nil, err
	}
	list, err := p.store.Evidence(ctx, store.EvidenceQuery{IDs: ids})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	for _, e := range list {
		if err := access.Check(ctx, access.Record, access.Subject{Employee: e.Employee}); err != nil {
			return nil, err
		}
	}
	return list, nil
}
