package people

import (
	"context"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Archive reads and writes the people of a store as a whole, even where the data break
// the rules: to verify them, or to copy them into another store.
type Archive struct{ store Store }

// NewArchive returns the archive of a store.
func NewArchive(st Store) *Archive { return &Archive{st} }

// Profiles streams all employees with what they master.
func (a *Archive) Profiles(ctx context.Context) iter.Seq2[store.Profile, error] {
	return a.store.Profiles(ctx)
}

// OrgUnits returns all departments.
func (a *Archive) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	return a.store.OrgUnits(ctx)
}

// Observations are what a store holds of people beside their records: all evidence,
// retracted evidence too, what stays of evidence that was dropped, the events of statements,
// the statements that could not be mapped, and the history of readiness.
type Observations struct {
	Evidence  []competency.Evidence
	Dropped   []competency.DroppedEvidence
	Events    []competency.Event
	Unmapped  []UnmappedStatement
	Readiness []store.Document
}

// Len returns how many pieces there are, without the events and the history.
func (o Observations) Len() int { return len(o.Evidence) + len(o.Unmapped) }

// Observations reads all evidence, all events, all unmapped statements and all history.
func (a *Archive) Observations(ctx context.Context) (o Observations, err error) {
	const maxAttempts = 5
	for attempt := 1; ; attempt++ {
		if o.Evidence, err = a.store.Evidence(ctx, store.EvidenceQuery{}); err != nil {
			return o, catalog.StoreFault(err)
		}
		if o.Dropped, err = readDropped(ctx, a.store, nil); err != nil {
			return o, catalog.StoreFault(err)
		}
		if attempt == maxAttempts || !droppedMeanwhile(o.Evidence, o.Dropped) {
			break
		}
	}
	if o.Events, err = readEvents(ctx, a.store); err != nil {
		return o, catalog.StoreFault(err)
	}
	if o.Unmapped, err = readUnmapped(ctx, a.store, store.DocumentQuery{}); err != nil {
		return o, catalog.StoreFault(err)
	}
	if o.Readiness, err = readHistory(ctx, a.store); err != nil {
		return o, catalog.StoreFault(err)
	}
	return o, nil
}

// EvidenceByID returns those of some pieces of evidence that are there.
func (a *Archive) EvidenceByID(ctx context.Context, ids []string) ([]competency.Evidence, error) {
	if len(ids) == 0 { // no ids at all would select everything
		return nil, nil
	}
	list, err := a.store.Evidence(ctx, store.EvidenceQuery{IDs: ids})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return list, nil
}

// Restore writes observations, with the states that have followed from the evidence. The
// people and points must be there already.
func (a *Archive) Restore(ctx context.Context, o Observations, states []competency.Assessment) error {
	followed := map[string][]competency.Assessment{}
	for _, s := range states {
		if s.Model != nil {
			followed[s.Employee] = append(followed[s.Employee], s)
		}
	}
	checkpoints := map[string]string{}
	all := slices.Clone(o.Evidence)
	for _, d := range o.Dropped {
		all, checkpoints[d.Employee] = append(all, d.Tombstones...), d.Checkpoint
	}
	fold := func(in store.FoldInput) (changes store.StateChanges, err error) {
		changes.Put = followed[in.Employee]
		changes.Checkpoint, err = takenCheckpoint(in, checkpoints[in.Employee])
		return changes, err
	}
	recordings := groupByEmployee(all, addPut)
	for len(recordings) > 0 {
		n, pieces := 0, 0
		for n < min(len(recordings), maxBatchPeople) && (n == 0 || pieces+len(recordings[n].Put) <= maxBatchPieces) {
			pieces += len(recordings[n].Put)
			n++
		}
		if _, err := a.store.Record(ctx, recordings[:n], fold); err != nil {
			return catalog.StoreFault(err)
		}
		recordings = recordings[n:]
	}
	for events := range slices.Chunk(o.Events, maxBatchPieces) {
		log, err := readEventLog(ctx, a.store, events)
		if err != nil {
			return err
		}
		if _, err := log.Add(ctx, events); err != nil {
			return err
		}
	}
	if err := writeUnmapped(ctx, a.store, o.Unmapped); err != nil {
		return catalog.StoreFault(err)
	}
	if err := writeHistory(ctx, a.store, o.Readiness); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}
