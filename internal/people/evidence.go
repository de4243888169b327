package people

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// Evidence is one piece of evidence of one person.
type Evidence struct {
	snapshot *catalog.Snapshot
	record   competency.Evidence
}

// newEvidence returns evidence about a person as the viewer may see it: without the source of
// a peer's rating where that is kept from them.
func newEvidence(s *catalog.Snapshot, record competency.Evidence, seesPeers bool) Evidence {
	if record.Kind == competency.PeerRating && !seesPeers {
		record.Source = ""
	}
	return Evidence{s, record}
}

// ID returns the id under which it was sent.
func (v Evidence) ID() string { return v.record.ID }

// KnowledgePoints returns what it is about, by code.
func (v Evidence) KnowledgePoints() []catalog.KnowledgePoint {
	return v.snapshot.PointsOf(v.record.KnowledgePoints)
}

// Kind returns how it came to be known.
func (v Evidence) Kind() competency.EvidenceKind { return v.record.Kind }

// Score returns the result, in [0,1].
func (v Evidence) Score() float64 { return v.record.Score }

// Attempts returns how many attempts it took, nil where that is unknown.
func (v Evidence) Attempts() *int { return optional.Of(v.record.Attempts) }

// DurationSeconds returns how long it took, nil where that is unknown.
func (v Evidence) DurationSeconds() *float64 { return optional.Of(v.record.Duration.Seconds()) }

// Item returns the code of the question or task, nil where that is unknown.
func (v Evidence) Item() *string { return optional.Of(v.record.Item) }

// Difficulty returns the share of people who fail the item, nil where that is unknown.
func (v Evidence) Difficulty() *float64 { return v.record.Difficulty }

// At returns when it happened.
func (v Evidence) At() time.Time { return v.record.At }

// Source returns who or what says so, nil where that is unknown or kept from the viewer.
func (v Evidence) Source() *string { return optional.Of(v.record.Source) }

// Retracted reports whether it has been taken back.
func (v Evidence) Retracted() bool { return v.record.Retracted }

// Evidence returns a page of the evidence of the person, the latest first, retracted
// evidence too. Each page takes one round trip, and reads no more than the page.
func (e Employee) Evidence(ctx context.Context, first int, after, knowledgePoint *string) (none EvidenceConnection, err error) {
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return none, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return none, err
	}
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	q := store.EvidenceQuery{Employees: []string{e.Code()}, KnowledgePoint: competency.NormalizeCode(optional.Value(knowledgePoint)), First: first + 1}
	if q.Before, err = pageKey(r); err != nil {
		return none, err
	}
	list, err := e.people.store.Evidence(ctx, q)
	if err != nil {
		return none, catalog.StoreFault(err)
	}
	nodes := []Evidence{}
	for _, record := range list[:min(first, len(list))] {
		nodes = append(nodes, newEvidence(e.snapshot, record, v.SeesPeers(e.who)))
	}
	return page.New(nodes, 0, r, len(list) > first, func(v Evidence) string { return page.TimeKey(v.record.At, v.record.ID) }), nil
}

// pageKey reads where a page of a list by time and id begins, nil for the first one.
func pageKey(r page.Request) (*store.Cursor, error) {
	at, id, ok, err := r.AfterTime()
	if !ok || err != nil {
		return nil, err
	}
	return &store.Cursor{At: at, ID: id}, nil
}
