package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// EvidenceOutcome says what became of one piece of evidence.
type EvidenceOutcome string

// The outcomes.
const (
	EvidenceRecorded  EvidenceOutcome = "RECORDED"
	EvidenceDuplicate EvidenceOutcome = "DUPLICATE"
	EvidenceRetracted EvidenceOutcome = "RETRACTED"
	EvidenceRefused   EvidenceOutcome = "REFUSED"
)

// EvidenceResult is what became of one piece of evidence.
type EvidenceResult struct {
	ID      string
	Outcome EvidenceOutcome
	// Superseded are the points, by code, on which a recorded piece changes nothing
	// because a mastery was entered for a later time.
	Superseded []string
}

// RecordResult is what became of several pieces of evidence.
type RecordResult struct {
	Snapshot *catalog.Snapshot
	Results  []EvidenceResult // one for each piece, in their order
	Problems []fault.Problem  // of the pieces that were refused, in their order
	Learners []LearnerUpdate  // the people whose states have changed
}

// Record normalizes evidence in place, checks it, and writes the pieces without
// problems. A piece that is refused does not stop the others. A piece that was recorded
// before changes nothing; another one with its id is refused with CONFLICT, and so is
// one of the future. Problems that the caller has found already refuse their pieces too.
func (p *People) Record(ctx context.Context, list []competency.Evidence, problems []fault.Problem) (*RecordResult, error) {
	s, err := p.catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	competency.NormalizeEvidence(list)
	for _, e := range list {
		if err := access.Check(ctx, access.Record, access.Subject{Employee: e.Employee}); err != nil {
			return nil, err
		}
	}
	problems = append(problems, s.Graph().Catalog().CheckEvidence(list)...)
	future, err := p.futureEvidence(ctx, list)
	if err != nil {
		return nil, err
	}
	problems = append(problems, future...)
	problems = append(problems, p.unknownEmployees(ctx, list, problems)...)
	sound, outcomes := selectSound(list, problems)
	recordings := groupByEmployee(sound, addPut)
	done, err := p.batcher.record(ctx, recordings)
	if err != nil {
		return nil, err
	}
	of := map[string]store.RecordingResult{}
	for i, rec := range recordings {
		of[rec.Employee] = done[i]
	}
	result := p.recordResult(ctx, s, recordings, done)
	holders := evidenceHolders(sound, of)
	for i, e := range list {
		r := EvidenceResult{ID: e.ID, Outcome: outcomes[i]}
		got, known := of[e.Employee], false
		holder := holders[evidenceKey{e.Employee, e.ID}]
		_, known = got.Known[e.ID]
		switch {
		case r.Outcome == EvidenceRefused:
		case got.Err != nil:
			r.Outcome = EvidenceRefused
			problems = append(problems, danglingEvidence(i, e, got.Err))
		case !e.Repeats(holder):
			r.Outcome = EvidenceRefused
			problems = append(problems, conflictingEvidence(ctx, i, e, holder))
		case known:
			r.Outcome = EvidenceDuplicate
		case r.Outcome == EvidenceRecorded:
			r.Superseded = got.StateChanges.Superseded[e.ID]
		}
		result.Results = append(result.Results, r)
	}
	slices.SortStableFunc(problems, func(a, b fault.Problem) int { return cmp.Compare(a.Index, b.Index) })
	p.suggestEmployees(ctx, list, problems)
	result.Problems = problems
	return result, nil
}

// selectSound returns the pieces without a problem, each once, and the outcome that is
// expected of every piece.
func selectSound(list []competency.Evidence, problems []fault.Problem) (sound []competency.Evidence, outcomes []EvidenceOutcome) {
	outcomes = make([]EvidenceOutcome, len(list))
	for _, wrong := range problems {
		outcomes[wrong.Index] = EvidenceRefused
	}
	seen := map[evidenceKey]bool{}
	for i, e := range list {
		switch k := (evidenceKey{e.Employee, e.ID}); {
		case outcomes[i] != "":
		case seen[k]:
			outcomes[i] = EvidenceDuplicate
		default:
			seen[k], outcomes[i] = true, EvidenceRecorded
			sound = append(sound, e)
		}
	}
	return sound, outcomes
}

// unknownEmployees returns a problem for each piece that is refused already and whose
// employee is not there either; of the other pieces the recording finds that out.
// Where the store does not answer, the other problems are reported without it.
func (p *People) unknownEmployees(ctx context.Context, list []competency.Evidence, problems []fault.Problem) (more []fault.Problem) {
	refused := map[int]bool{} // pieces, and whether the problem is their employee
	for _, wrong := range problems {
		refused[wrong.Index] = refused[wrong.Index] || wrong.Field == "employee"
	}
	var named []string
	for i := range refused {
		named = append(named, list[i].Employee)
	}
	if len(named) == 0 {
		return nil
	}
	known, err := employeeCodes(ctx, p.store, store.EmployeeQuery{Codes: named})
	if err != nil {
		return nil
	}
	for i, already := range refused {
		if _, found := slices.BinarySearch(known, list[i].Employee); !found && !already {
			more = append(more, danglingEvidence(i, list[i], store.ErrNotFound))
		}
	}
	return more
}

// danglingEvidence says why the store refused a piece: which reference of it does not hold,
// or that what is stored of the person cannot be read.
func danglingEvidence(i int, e competency.Evidence, err error) fault.Problem {
	p := fault.Problem{Place: fault.Place{Record: competency.EvidenceRecords, Index: i, Field: "employee"}, Code: fault.NotFound}
	if unreadable, ok := errors.AsType[*fault.Error](err); ok {
		p.Code, p.Text = unreadable.Code, unreadable.Text
		return p
	}
	if errors.Is(err, store.ErrNotFound) {
		p.Text = fault.T("there is no employee %s: correct the code or add the record", "不存在员工 %s：请更正编码或补上该记录", competency.Quote(e.Employee))
		return p
	}
	p.Field = "knowledge_points"
	p.Text = fault.T("a knowledge point has just been deleted: send what is about others again", "有知识点刚刚被删除：请重新发送与其他知识点相关的证据")
	return p
}

// recordResult returns the people whose states have changed.
func (p *People) recordResult(ctx context.Context, s *catalog.Snapshot, recordings []store.Recording, done []store.RecordingResult) *RecordResult {
	catalog.Pin(ctx, s)
	r := &RecordResult{Snapshot: s, Results: []EvidenceResult{}, Learners: []LearnerUpdate{}}
	group := newReadGroup()
	for i, rec := range recordings {
		if changes := done[i].StateChanges; changes.Any() {
			group.employees.codes = append(group.employees.codes, rec.Employee)
			r.Learners = append(r.Learners, LearnerUpdate{shared: &sharedProfile{people: p, employee: rec.Employee}, group: group, snapshot: s, changes: changes})
		}
	}
	return r
}

// Retract takes evidence back, as if it had never come. It is kept, marked as
// retracted, and its id stays known. A problem names its id by the field ids.N.
func (p *People) Retract(ctx context.Context, ids []string) (*RecordResult, error) {
	s, err := p.catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(ids))
	for i, id := range ids {
		codes[i] = competency.NormalizeCode(competency.Trim(id))
	}
	var stored []competency.Evidence
	if len(codes) > 0 { // no ids at all would select everything
		if stored, err = p.store.Evidence(ctx, store.EvidenceQuery{IDs: codes}); err != nil {
			return nil, catalog.StoreFault(err)
		}
	}
	found := map[string]bool{}
	for _, e := range stored {
		if err := access.Check(ctx, access.Retract, access.Subject{Employee: e.Employee}); err != nil {
			return nil, err
		}
		found[e.ID] = true
	}
	recordings := groupByEmployee(stored, addRetraction)
	done, err := p.batcher.record(ctx, recordings)
	if err != nil {
		return nil, err
	}
	missing, unreadable := map[string]bool{}, map[string]*fault.Error{}
	for i, d := range done {
		for _, id := range d.Missing {
			missing[id] = true
		}
		if err, ok := errors.AsType[*fault.Error](d.Err); ok {
			for _, id := range recordings[i].Retract {
				unreadable[id] = err
			}
		}
	}
	result := p.recordResult(ctx, s, recordings, done)
	for i, id := range codes {
		r := EvidenceResult{ID: id, Outcome: EvidenceRetracted}
		refuse := func(code fault.Code, text fault.Text) {
			r.Outcome = EvidenceRefused
			result.Problems = append(result.Problems, fault.Problem{Place: fault.Place{Index: i, Field: fmt.Sprintf("ids.%d", i)}, Code: code, Text: text})
		}
		switch {
		case !found[id]:
			refuse(fault.NotFound, fault.T("there is no evidence %s", "不存在证据 %s", competency.Quote(id)))
		case unreadable[id] != nil:
			refuse(unreadable[id].Code, unreadable[id].Text)
		case missing[id]:
			r.Outcome = EvidenceDuplicate
		}
		result.Results = append(result.Results, r)
	}
	return result, nil
}
