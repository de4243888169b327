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
	return observed{s, report}
}

type observed struct {
	Store
	report func(method string, took time.Duration, err error)
}

func observe[T any](o observed, method string, call func() (T, error)) (T, error) {
	start := time.Now()
	v, err := call()
	o.report(method, time.Since(start), err)
	return v, err
}

func (o observed) Load(ctx context.Context) (c competency.Catalog, r Revision, err error) {
	start := time.Now()
	c, r, err = o.Store.Load(ctx)
	o.report("Load", time.Since(start), err)
	return c, r, err
}

func (o observed) Revision(ctx context.Context) (Revision, error) {
	return observe(o, "Revision", func() (Revision, error) { return o.Store.Revision(ctx) })
}

func (o observed) Apply(ctx context.Context, base Revision, c Change) (Revision, error) {
	return observe(o, "Apply", func() (Revision, error) { return o.Store.Apply(ctx, base, c) })
}

func (o observed) Record(ctx context.Context, list []Recording, fold Fold) ([]RecordingResult, error) {
	return observe(o, "Record", func() ([]RecordingResult, error) { return o.Store.Record(ctx, list, fold) })
}

func (o observed) Evidence(ctx context.Context, q EvidenceQuery) ([]competency.Evidence, error) {
	return observe(o, "Evidence", func() ([]competency.Evidence, error) { return o.Store.Evidence(ctx, q) })
}

func (o observed) Documents(ctx context.Context, q DocumentQuery) ([]Document, error) {
	return observe(o, "Documents", func() ([]Document, error) { return o.Store.Documents(ctx, q) })
}

func (o observed) PutDocuments(ctx context.Context, list []Document) error {
	_, err := observe(o, "PutDocuments", func() (struct{}, error) { return struct{}{}, o.Store.PutDocuments(ctx, list) })
	return err
}

func (o observed) DeleteDocuments(ctx context.Context, kind string, ids []string) error {
	_, err := observe(o, "DeleteDocuments", func() (struct{}, error) { return struct{}{}, o.Store.DeleteDocuments(ctx, kind, ids) })
	return err
}

func (o observed) History(ctx context.Context, q HistoryQuery) iter.Seq2[Publication, error] {
	return observeStream(o, "History", func() iter.Seq2[Publication, error] { return o.Store.History(ctx, q) })
}

func (o observed) Restore(ctx context.Context, revision Revision, c competency.Catalog, history iter.Seq2[Publication, error]) error {
	_, err := observe(o, "Restore", func() (struct{}, error) { return struct{}{}, o.Store.Restore(ctx, revision, c, history) })
	return err
}

func (o observed) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	return observe(o, "OrgUnits", func() ([]competency.OrgUnit, error) { return o.Store.OrgUnits(ctx) })
}

func (o observed) Employees(ctx context.Context, q EmployeeQuery) (EmployeePage, error) {
	return observe(o, "Employees", func() (EmployeePage, error) { return o.Store.Employees(ctx, q) })
}

func (o observed) Profile(ctx context.Context, employee string) (Profile, error) {
	return observe(o, "Profile", func() (Profile, error) { return o.Store.Profile(ctx, employee) })
}

func (o observed) Moved(ctx context.Context, mark string) (MovedPage, error) {
	return observe(o, "Moved", func() (MovedPage, error) { return o.Store.Moved(ctx, mark) })
}

func (o observed) Profiles(ctx context.Context) iter.Seq2[Profile, error] {
	return observeStream(o, "Profiles", func() iter.Seq2[Profile, error] { return o.Store.Profiles(ctx) })
}

// observeStream reports a stream when it ends, once, with the error that ends it.
func observeStream[T any](o observed, method string, open func() iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		start := time.Now()
		var failed error
		for v, err := range open() {
			failed = err
			if !yield(v, err) {
				break
			}
		}
		o.report(method, time.Since(start), failed)
	}
}
