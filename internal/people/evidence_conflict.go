package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// evidenceKey names a piece of evidence in a request: one id may come for two people.
type evidenceKey struct{ employee, id string }

// evidenceHolders returns, for each piece that was sent to the store, the evidence that its
// id stands for: what the store knew, else the piece itself.
func evidenceHolders(sound []competency.Evidence, of map[string]store.RecordingResult) map[evidenceKey]competency.Evidence {
	holders := make(map[evidenceKey]competency.Evidence, len(sound))
	for _, e := range sound {
		holder, known := of[e.Employee].Known[e.ID]
		if !known {
			holder = e
		}
		holders[evidenceKey{e.Employee, e.ID}] = holder
	}
	return holders
}

// conflictHolders returns the evidence whose ids have been taken for other evidence.
func conflictHolders(list []competency.Evidence, holders map[evidenceKey]competency.Evidence) (others []competency.Evidence) {
	for _, e := range list {
		if holder, known := holders[evidenceKey{e.Employee, e.ID}]; known && !e.Repeats(holder) {
			others = append(others, holder)
		}
	}
	return others
}

// ConflictingEvidence returns a problem for each piece whose id already stands for other
// evidence, stored or earlier in the list. Record says the same of single pieces; this
// is for senders whose batch is to be taken whole or not at all. It normalizes the list
// in place, and costs one round trip.
func (p *People) ConflictingEvidence(ctx context.Context, list []competency.Evidence) (problems []fault.Problem, err error) {
	v, err := access.ScopedViewer(ctx, access.Record)
	if err != nil {
		return nil, err
	}
	competency.NormalizeEvidence(list)
	holders, err := p.storedEvidence(ctx, list)
	if err != nil {
		return nil, err
	}
	var stored []competency.Evidence
	for _, e := range list {
		if holder, known := holders[e.ID]; known && !e.Repeats(holder) {
			stored = append(stored, holder)
		}
	}
	people, err := p.readSubjects(ctx, v, employeesOf(stored))
	if err != nil {
		return nil, err
	}
	for i, e := range list {
		holder, known := holders[e.ID]
		switch {
		case !known:
			holders[e.ID] = e
		case !e.Repeats(holder):
			problems = append(problems, conflictingEvidence(v, people, i, e, holder))
		}
	}
	return problems, nil
}

// storedEvidence returns what is stored under the ids of a list.
func (p *People) storedEvidence(ctx context.Context, list []competency.Evidence) (map[string]competency.Evidence, error) {
	byID := make(map[string]competency.Evidence, len(list))
	if len(list) == 0 { // no ids at all would select everything
		return byID, nil
	}
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	stored, err := p.store.Evidence(ctx, store.EvidenceQuery{IDs: ids})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	for _, e := range stored {
		byID[e.ID] = e
	}
	return byID, nil
}

// futureEvidence returns a problem for each piece of the future, unless that very piece
// is stored: earlier versions took them in. The store is asked only where there is any that
// is not refused anyway.
func (p *People) futureEvidence(ctx context.Context, list []competency.Evidence, refused map[int]fault.Problem) (problems []fault.Problem, err error) {
	future := competency.FutureEvidence(list, p.clock())
	var ahead []competency.Evidence
	for _, wrong := range future {
		if _, is := refused[wrong.Index]; !is {
			ahead = append(ahead, list[wrong.Index])
		}
	}
	stored, err := p.storedEvidence(ctx, ahead)
	if err != nil {
		return nil, err
	}
	for _, wrong := range future {
		e := list[wrong.Index]
		_, isRefused := refused[wrong.Index]
		if holder, known := stored[e.ID]; isRefused || !known || !e.Repeats(holder) {
			problems = append(problems, wrong)
		}
	}
	return problems, nil
}

// conflictingEvidence says that an id stands for other evidence. It names the source which
// used the id, where the viewer may read that, and never whose evidence it is: a peer
// who has rated somebody stays unnamed.
func conflictingEvidence(v *access.Viewer, people subjects, i int, e, holder competency.Evidence) fault.Problem {
	wrong := fault.Problem{Place: fault.Place{Record: competency.EvidenceRecords, Index: i, Field: "id"}, Code: fault.Conflict}
	id, source := competency.Quote(e.ID), competency.Quote(holder.Source)
	readable := v.DecidePerson(access.Learner, people.of(holder.Employee)) == access.Allowed
	if holder.Source != "" && holder.Kind != competency.PeerRating && readable {
		wrong.Text = fault.T("the id %s stands for other evidence already, from %s: give each piece of evidence an id of its own, such as one that begins with its source",
			"id %s 已用于另一条证据（来源 %s）：每条证据须使用各自的 id，例如以来源开头", id, source)
		return wrong
	}
	wrong.Text = fault.T("the id %s stands for other evidence already: give each piece of evidence an id of its own, such as one that begins with its source",
		"id %s 已用于另一条证据：每条证据须使用各自的 id，例如以来源开头", id)
	return wrong
}
