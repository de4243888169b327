package people

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
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

	people subjects
}

// IsHidden reports whether an employee is there, whom the viewer may not see.
func (r *RecordResult) IsHidden(employee string) bool {
	return !r.people.anyone && r.people.of(employee) != nil
}

// Record normalizes evidence in place, checks it, and writes the pieces without
// problems. A piece that is refused does not stop the others. A piece that was recorded
// before changes nothing; another one with its id is refused with CONFLICT, and so is
// one of the future. Problems that the caller has found already refuse their pieces too.
// A piece that the viewer may not record is refused: about somebody whom they may not see,
// as if that employee did not exist.
func (p *People) Record(ctx context.Context, list []competency.Evidence, problems []fault.Problem) (*RecordResult, error) {
	v, err := access.ScopedViewer(ctx, access.Record)
	if err != nil {
		return nil, err
	}
	s, err := p.catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return nil, err
	}
	competency.NormalizeEvidence(list)
	for i := range list {
		list[i].RecordedBy = v.Account
	}
	people, err := p.readSubjects(ctx, v, employeesOf(list))
	if err != nil {
		return nil, err
	}
	refused := refusedEvidence(ctx, v, people, list)
	problems = append(problems, s.Graph().Catalog().CheckEvidence(list)...)
	future, err := p.futureEvidence(ctx, list, refused)
	if err != nil {
		return nil, err
	}
	problems = append(problems, future...)
	problems = append(problems, p.unknownEmployees(ctx, people, list, problems)...)
	for i := range list {
		if wrong, ok := refused[i]; ok && !hasProblem(problems, i, wrong.Field) {
			problems = append(problems, wrong)
		}
	}
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
	result := p.recordResult(ctx, s, people, recordings, done)
	holders := evidenceHolders(sound, of)
	if err := p.addSubjects(ctx, people, employeesOf(conflictHolders(list, holders))); err != nil {
		return nil, err
	}
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
			problems = append(problems, conflictingEvidence(v, people, i, e, holder))
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
	noteEvidence(ctx, people, list, result, refused)
	return result, nil
}

// employeesOf returns the codes of those whom evidence is about.
func employeesOf(list []competency.Evidence) []string {
	codes := make([]string, len(list))
	for i, e := range list {
		codes[i] = e.Employee
	}
	return codes
}

// hasProblem reports whether a field of a piece is among some problems.
func hasProblem(problems []fault.Problem, i int, field string) bool {
	return slices.ContainsFunc(problems, func(p fault.Problem) bool { return p.Index == i && p.Field == field })
}

// refusedEvidence returns, by their places, a problem for each piece that the viewer may not
// record.
func refusedEvidence(ctx context.Context, v *access.Viewer, people subjects, list []competency.Evidence) map[int]fault.Problem {
	refused := map[int]fault.Problem{}
	for i, e := range list {
		switch outcome := v.DecideRecord(e.Kind, people.of(e.Employee)); outcome {
		case access.Allowed:
		case access.NotFound:
			refused[i] = danglingEvidence(i, e, store.ErrNotFound)
		default:
			refused[i] = deniedEvidence(v.Refusal(outcome, access.Record, nil), fault.Place{Record: competency.EvidenceRecords, Index: i, Field: "employee"})
		}
	}
	return refused
}

// DeniedEvidence returns the place of the first piece that the viewer is denied to record, -1
// for none. A piece about somebody whom they may not see is not denied: it is about nobody.
// It costs a round trip where the rights of the viewer depend on these people.
func (p *People) DeniedEvidence(ctx context.Context, list []competency.Evidence) (place int, err error) {
	v, err := access.ScopedViewer(ctx, access.Record)
	if err != nil {
		return -1, err
	}
	people, err := p.readSubjects(ctx, v, employeesOf(list))
	if err != nil {
		return -1, err
	}
	return slices.IndexFunc(list, func(e competency.Evidence) bool {
		return v.DecideRecord(e.Kind, people.of(e.Employee)) == access.Denied
	}), nil
}

// deniedEvidence is a refusal as the problem of a piece.
func deniedEvidence(refusal error, at fault.Place) fault.Problem {
	wrong := fault.Problem{Place: at, Code: fault.CodeOf(refusal)}
	var known *fault.Error
	if errors.As(refusal, &known) {
		wrong.Text = known.Text
	}
	return wrong
}

// noteEvidence notes in the audit whose evidence was recorded, and about whom that was
// refused.
func noteEvidence(ctx context.Context, people subjects, list []competency.Evidence, r *RecordResult, refused map[int]fault.Problem) {
	for i, e := range list {
		wrong, denied := refused[i]
		if denied && people.of(e.Employee) != nil || r.Results[i].Outcome != EvidenceRefused {
			audit.Note(ctx, audit.Event{Action: access.Record, Verb: "record", Subjects: []string{e.Employee}, Outcome: wrong.Code})
		}
	}
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
func (p *People) unknownEmployees(ctx context.Context, people subjects, list []competency.Evidence, problems []fault.Problem) (more []fault.Problem) {
	if !people.anyone { // whoever is unknown is refused as such
		return nil
	}
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
func (p *People) recordResult(ctx context.Context, s *catalog.Snapshot, people subjects, recordings []store.Recording, done []store.RecordingResult) *RecordResult {
	catalog.Pin(ctx, s)
	r := &RecordResult{Snapshot: s, Results: []EvidenceResult{}, Learners: []LearnerUpdate{}, people: people}
	group := newReadGroup()
	for i, rec := range recordings {
		if changes := done[i].StateChanges; changes.Any() {
			who := people.of(rec.Employee)
			group.employees.members = append(group.employees.members, who)
			r.Learners = append(r.Learners, LearnerUpdate{shared: &sharedProfile{people: p, employee: rec.Employee}, group: group, snapshot: s, changes: changes, who: who})
		}
	}
	return r
}
