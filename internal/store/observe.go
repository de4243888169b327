package store

import (
	"context"
	"iter"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Observe returns a store that reports every use of another: the method, how
// long it took and its error. Metrics and the tests that count round trips hang
// on it.
func Observe(s Store, report func(method string, took time.Duration, err error)) Store {
	return observed{s, func(ctx context.Context, method string) (context.Context, func(error)) {
		start := time.Now()
		return ctx, func(err error) { report(method, time.Since(start), err) }
	}}
}

// Begin is called before a method of a store. It returns the context for the method,
// and what is called with its error, nil where there is none.
type Begin func(ctx context.Context, method string) (context.Context, func(error))

// Trace returns a store that calls begin for every use of another. Spans of traces hang
// on it.
func Trace(s Store, begin Begin) Store { return observed{s, begin} }

type observed struct {
	Store
	begin Begin
}

func observe[T any](ctx context.Context, o observed, method string, call func(context.Context) (T, error)) (T, error) {
	ctx, end := o.begin(ctx, method)
	v, err := call(ctx)
	end(err)
	return v, err
}

func (o observed) Load(ctx context.Context) (c competency.Catalog, r Revision, err error) {
	ctx, end := o.begin(ctx, "Load")
	c, r, err = o.Store.Load(ctx)
	end(err)
	return c, r, err
}

func (o observed) Revision(ctx context.Context) (Revision, error) {
	return observe(ctx, o, "Revision", func(ctx context.Context) (Revision, error) { return o.Store.Revision(ctx) })
}

func (o observed) Apply(ctx context.Context, base Revision, c Change) (Revision, error) {
	return observe(ctx, o, "Apply", func(ctx context.Context) (Revision, error) { return o.Store.Apply(ctx, base, c) })
}

func (o observed) Record(ctx context.Context, list []Recording, fold Fold) ([]RecordingResult, error) {
	return observe(ctx, o, "Record", func(ctx context.Context) ([]RecordingResult, error) { return o.Store.Record(ctx, list, fold) })
}

func (o observed) Evidence(ctx context.Context, q EvidenceQuery) ([]competency.Evidence, error) {
	return observe(ctx, o, "Evidence", func(ctx context.Context) ([]competency.Evidence, error) { return o.Store.Evidence(ctx, q) })
}

func (o observed) Checkpoints(ctx context.Context, employees []string) ([]Checkpoint, error) {
	return observe(ctx, o, "Checkpoints", func(ctx context.Context) ([]Checkpoint, error) { return o.Store.Checkpoints(ctx, employees) })
}

func (o observed) Documents(ctx context.Context, q DocumentQuery) ([]Document, error) {
	return observe(ctx, o, "Documents", func(ctx context.Context) ([]Document, error) { return o.Store.Documents(ctx, q) })
}

func (o observed) PutDocuments(ctx context.Context, list []Document) error {
	_, err := observe(ctx, o, "PutDocuments", func(ctx context.Context) (struct{}, error) { return struct{}{}, o.Store.PutDocuments(ctx, list) })
	return err
}

func (o observed) DeleteDocuments(ctx context.Context, kind string, ids []string) error {
	_, err := observe(ctx, o, "DeleteDocuments", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, o.Store.DeleteDocuments(ctx, kind, ids)
	})
	return err
}

func (o observed) AppendJournal(ctx context.Context, chain string, list []JournalEntry, seal string) error {
	_, err := observe(ctx, o, "AppendJournal", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, o.Store.AppendJournal(ctx, chain, list, seal)
	})
	return err
}

func (o observed) Journal(ctx context.Context, q JournalQuery) ([]JournalEntry, error) {
	return observe(ctx, o, "Journal", func(ctx context.Context) ([]JournalEntry, error) { return o.Store.Journal(ctx, q) })
}

func (o observed) JournalEntries(ctx context.Context, after JournalKey, first int) ([]JournalEntry, error) {
	return observe(ctx, o, "JournalEntries", func(ctx context.Context) ([]JournalEntry, error) {
		return o.Store.JournalEntries(ctx, after, first)
	})
}

func (o observed) JournalChains(ctx context.Context) ([]JournalChain, error) {
	return observe(ctx, o, "JournalChains", func(ctx context.Context) ([]JournalChain, error) { return o.Store.JournalChains(ctx) })
}

func (o observed) DropJournal(ctx context.Context, chain string, anchor JournalMark) error {
	_, err := observe(ctx, o, "DropJournal", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, o.Store.DropJournal(ctx, chain, anchor)
	})
	return err
}

func (o observed) History(ctx context.Context, q HistoryQuery) iter.Seq2[Publication, error] {
	return observeStream(ctx, o, "History", func(ctx context.Context) iter.Seq2[Publication, error] { return o.Store.History(ctx, q) })
}

func (o observed) Restore(ctx context.Context, revision Revision, c competency.Catalog, history iter.Seq2[Publication, error]) error {
	_, err := observe(ctx, o, "Restore", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, o.Store.Restore(ctx, revision, c, history)
	})
	return err
}

func (o observed) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	return observe(ctx, o, "OrgUnits", func(ctx context.Context) ([]competency.OrgUnit, error) { return o.Store.OrgUnits(ctx) })
}

func (o observed) Employees(ctx context.Context, q EmployeeQuery) (EmployeePage, error) {
	return observe(ctx, o, "Employees", func(ctx context.Context) (EmployeePage, error) { return o.Store.Employees(ctx, q) })
}

func (o observed) Profile(ctx context.Context, employee string) (Profile, error) {
	return observe(ctx, o, "Profile", func(ctx context.Context) (Profile, error) { return o.Store.Profile(ctx, employee) })
}

func (o observed) Moved(ctx context.Context, mark string) (MovedPage, error) {
	return observe(ctx, o, "Moved", func(ctx context.Context) (MovedPage, error) { return o.Store.Moved(ctx, mark) })
}

func (o observed) ForgetMoved(ctx context.Context, employee string) error {
	_, err := observe(ctx, o, "ForgetMoved", func(ctx context.Context) (struct{}, error) { return struct{}{}, o.Store.ForgetMoved(ctx, employee) })
	return err
}

func (o observed) Profiles(ctx context.Context) iter.Seq2[Profile, error] {
	return observeStream(ctx, o, "Profiles", func(ctx context.Context) iter.Seq2[Profile, error] { return o.Store.Profiles(ctx) })
}

// observeStream reports a stream when it ends, once, with the error that ends it.
func observeStream[T any](ctx context.Context, o observed, method string, open func(context.Context) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, end := o.begin(ctx, method)
		var failed error
		for v, err := range open(ctx) {
			failed = err
			if !yield(v, err) {
				break
			}
		}
		end(failed)
	}
}
