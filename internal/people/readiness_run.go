package people

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/workforce"
)

// readinessRunKind is the kind of documents that say who records a month: a lease, which is taken
// over where its holder has stopped.
const readinessRunKind = "readiness_run"

const (
	readinessLease   = 2 * time.Minute
	readinessRenewal = 20 * time.Second
	readinessBatch   = 200 // documents of one transaction
	readinessRetries = 20
)

// readinessRunBody is the JSON of a month.
type readinessRunBody struct {
	At    time.Time `json:"at"`    // of all figures
	By    string    `json:"by"`    // the holder of the lease
	Until time.Time `json:"until"` // when the lease is over
	Done  bool      `json:"done,omitempty"`
}

// ReadinessRun records the readiness of everyone in a month, as the one who does so.
type ReadinessRun struct {
	At     time.Time // of all figures
	people *People
	doc    store.Document
	body   readinessRunBody
}

// ReadinessDue reports whether the current month waits to be recorded, in UTC: it is not done, and
// nobody is about it. It takes one round trip. It is for the system.
func (p *People) ReadinessDue(ctx context.Context) (bool, error) {
	if err := requireSystem(ctx); err != nil {
		return false, err
	}
	run, err := p.readReadinessRun(ctx)
	return err == nil && !run.body.Done && !p.clock().Before(run.body.Until), err
}

// ClaimReadiness begins to record the current month, once more where it is done and the caller wants
// that. It is CONFLICT where somebody else is about it. It is for the system.
func (p *People) ClaimReadiness(ctx context.Context, again bool) (*ReadinessRun, error) {
	if err := requireSystem(ctx); err != nil {
		return nil, err
	}
	run, err := p.readReadinessRun(ctx)
	if err != nil {
		return nil, err
	}
	now := p.clock().UTC()
	if run.body.Done && !again || !run.body.Done && now.Before(run.body.Until) {
		return nil, readinessTaken()
	}
	run.At = now.Truncate(time.Hour)
	run.body = readinessRunBody{At: run.At, By: rand.Text()}
	return run, run.put(ctx, now.Add(readinessLease), false)
}

func readinessTaken() error {
	return fault.New(fault.Conflict, "readiness of this month is being recorded, or has just been: try again in some minutes", "本月的达标情况正在记录或刚刚记录：请几分钟后重试")
}

func (p *People) readReadinessRun(ctx context.Context) (*ReadinessRun, error) {
	now := p.clock().UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	run := &ReadinessRun{people: p, doc: store.Document{Kind: readinessRunKind, ID: monthOf(now), At: month}}
	docs, err := p.store.Documents(ctx, store.DocumentQuery{Kind: readinessRunKind, IDs: []string{run.doc.ID}})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	if len(docs) > 0 {
		run.doc = docs[0]
		run.body, err = decodeReadiness[readinessRunBody](docs[0])
	}
	return run, err
}

// put writes the document of the month. It is CONFLICT where somebody else has done so.
func (r *ReadinessRun) put(ctx context.Context, until time.Time, done bool) error {
	r.body.Until, r.body.Done = until, done
	body, err := json.Marshal(r.body)
	if err != nil {
		return err
	}
	r.doc.Body = string(body)
	err = r.people.store.PutDocuments(ctx, []store.Document{r.doc})
	switch {
	case errors.Is(err, store.ErrConflict):
		return readinessTaken()
	case err != nil:
		return catalog.StoreFault(err)
	}
	r.doc.Version++
	return nil
}

// Renew goes on holding the lease. Called often, it costs a round trip every twenty seconds. It is
// CONFLICT where somebody else has taken over.
func (r *ReadinessRun) Renew(ctx context.Context) error {
	now := r.people.clock().UTC()
	if r.body.Until.Sub(now) > readinessLease-readinessRenewal {
		return nil
	}
	return r.put(ctx, now.Add(readinessLease), false)
}

// Release lets another take over at once. What is recorded stays, and is recorded once more.
func (r *ReadinessRun) Release(ctx context.Context) error {
	return r.put(ctx, r.people.clock().UTC(), false)
}

// SavePeople keeps the records of people, in batches. Whoever is deleted meanwhile leaves nothing.
func (r *ReadinessRun) SavePeople(ctx context.Context, records map[string][]ReadinessRecord) error {
	year := r.At.Year()
	for codes := range slices.Chunk(slices.Sorted(maps.Keys(records)), readinessBatch) {
		if err := r.Renew(ctx); err != nil {
			return err
		}
		byID := map[string]string{}
		for _, code := range codes {
			byID[readinessID(code, year)] = code
		}
		err := editReadiness(ctx, r.people.store, readinessKind, yearStart(year), slices.Sorted(maps.Keys(byID)), func(id string, b *readinessBody) {
			b.Employee = byID[id]
			b.merge(records[b.Employee])
		})
		if err != nil {
			return err
		}
		if err := r.dropGone(ctx, byID); err != nil {
			return err
		}
	}
	return nil
}

// editReadiness edits documents by id, which may not be there yet (optimistic concurrency).
func editReadiness[T any](ctx context.Context, to store.Documents, kind string, at time.Time, ids []string, edit func(id string, body *T)) error {
	for attempt := 1; ; attempt++ {
		docs, err := to.Documents(ctx, store.DocumentQuery{Kind: kind, IDs: ids})
		if err != nil {
			return catalog.StoreFault(err)
		}
		kept := map[string]store.Document{}
		for _, d := range docs {
			kept[d.ID] = d
		}
		var changed []store.Document
		for _, id := range ids {
			d, known := kept[id]
			var body T
			if !known {
				d = store.Document{Kind: kind, ID: id, At: at}
			} else if body, err = decodeReadiness[T](d); err != nil {
				return err
			}
			edit(id, &body)
			text, err := json.Marshal(body)
			if err != nil {
				return err
			}
			if d.Body != string(text) {
				d.Body = string(text)
				changed = append(changed, d)
			}
		}
		err = to.PutDocuments(ctx, changed)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, store.ErrConflict) || attempt == readinessRetries:
			return catalog.StoreFault(err)
		}
	}
}

// dropGone deletes documents whose employee is not there, or who has none.
func (r *ReadinessRun) dropGone(ctx context.Context, employees map[string]string) error {
	var codes, gone []string
	for _, code := range employees {
		if code != "" {
			codes = append(codes, code)
		}
	}
	there := map[string]bool{}
	if len(codes) > 0 { // no codes at all would select everybody
		page, err := r.people.store.Employees(ctx, store.EmployeeQuery{Codes: codes})
		if err != nil {
			return catalog.StoreFault(err)
		}
		for _, profile := range page.Profiles {
			there[profile.Employee.Code] = true
		}
	}
	for id, code := range employees {
		if !there[code] {
			gone = append(gone, id)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := r.people.store.DeleteDocuments(ctx, readinessKind, gone); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// Finish ends the month, once everything is saved. Documents of the year are deleted that somebody
// has left who was deleted: one may have been written at the moment of a crash.
func (r *ReadinessRun) Finish(ctx context.Context, counts []workforce.UnitCount) error {
	if err := r.saveHeadCount(ctx, counts); err != nil {
		return err
	}
	start := yearStart(r.At.Year())
	for after := (store.Cursor{At: start.Add(-time.Microsecond)}); ; {
		if err := r.Renew(ctx); err != nil {
			return err
		}
		docs, err := r.people.store.Documents(ctx, store.DocumentQuery{Kind: readinessKind, After: &after, First: readinessBatch})
		if err != nil {
			return catalog.StoreFault(err)
		}
		employees := map[string]string{}
		for _, d := range docs {
			if !d.At.Equal(start) {
				continue
			}
			b, err := decodeReadiness[readinessBody](d)
			if err != nil {
				return err
			}
			employees[d.ID] = b.Employee
		}
		if err := r.dropGone(ctx, employees); err != nil {
			return err
		}
		if len(docs) < readinessBatch || len(employees) < len(docs) {
			return r.put(ctx, r.people.clock().UTC(), true)
		}
		after = store.Cursor{At: start, ID: docs[len(docs)-1].ID}
	}
}
