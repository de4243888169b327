package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// MaxEvidence is how many pieces of evidence one request may bring.
const MaxEvidence = 1_000

// EvidenceInput is one observed result as it is sent. Exactly one of Score and
// Correct is given.
type EvidenceInput struct {
	ID, Employee    string
	KnowledgePoints []string
	Kind            competency.EvidenceKind
	Score           *float64
	Correct         *bool
	Attempts        *int
	DurationSeconds *float64
	Item            string
	Difficulty      *float64
	At              *time.Time
	Source          string
}

// The inputs of the mutations about evidence.
type (
	// RecordEvidenceInput brings evidence, of one or many people.
	RecordEvidenceInput struct {
		Evidence []EvidenceInput
	}
	// RetractEvidenceInput takes evidence back.
	RetractEvidenceInput struct {
		IDs []string
	}
)

// EvidenceOutcome says what came of one piece of evidence.
type EvidenceOutcome string

// The outcomes.
const (
	EvidenceRecorded  EvidenceOutcome = "RECORDED"
	EvidenceDuplicate EvidenceOutcome = "DUPLICATE"
	EvidenceRetracted EvidenceOutcome = "RETRACTED"
	EvidenceRefused   EvidenceOutcome = "REFUSED"
)

// EvidenceResult is what came of one piece of evidence.
type EvidenceResult struct {
	ID      string
	Outcome EvidenceOutcome
}

// EvidencePayload answers the mutations about evidence.
type EvidencePayload struct {
	Results  []EvidenceResult
	Learners []LearnerUpdate
	Outcome
}

// RecordEvidence records evidence. What is wrong with one piece refuses that piece
// alone; what has a known id changes nothing.
func (s *Service) RecordEvidence(ctx context.Context, in RecordEvidenceInput) (none EvidencePayload, err error) {
	if len(in.Evidence) > MaxEvidence {
		return none, tooMuchEvidence()
	}
	list := make([]competency.Evidence, len(in.Evidence))
	var problems []fault.Problem
	for i, given := range in.Evidence {
		e, wrong := given.evidence(s.clock())
		for _, p := range wrong {
			p.Place.Record, p.Place.Index = competency.EvidenceRecords, i
			problems = append(problems, p)
		}
		list[i] = e
	}
	return s.record(ctx, list, problems)
}

// evidence reads an input, and says what is wrong with it by itself.
func (in EvidenceInput) evidence(now time.Time) (e competency.Evidence, problems []fault.Problem) {
	e = competency.Evidence{
		ID: in.ID, Employee: in.Employee, KnowledgePoints: in.KnowledgePoints, Kind: in.Kind, Attempts: int(value(in.Attempts)),
		Item: in.Item, Difficulty: in.Difficulty, At: now, Source: in.Source,
	}
	if in.At != nil {
		e.At = *in.At
	}
	if seconds := value(in.DurationSeconds); seconds > 0 && seconds < math.MaxInt32 {
		e.Duration = time.Duration(seconds * float64(time.Second))
	} else if seconds != 0 { // more than a year, or less than nothing: CheckEvidence says so
		e.Duration = time.Duration(math.Copysign(float64(2*competency.MaxDuration), seconds))
	}
	switch {
	case (in.Score == nil) == (in.Correct == nil):
		problems = append(problems, fault.Problem{
			Place: fault.Place{Field: "score"}, Code: fault.InvalidArgument,
			Text: fault.T("give either score or correct", "score 与 correct 须填写其中一个"),
		})
	case in.Score != nil:
		e.Score = *in.Score
	case *in.Correct:
		e.Score = 1
	}
	return e, problems
}

// record checks evidence, writes what is sound of it, and tells what came of each.
func (s *Service) record(ctx context.Context, list []competency.Evidence, problems []fault.Problem) (none EvidencePayload, err error) {
	k, err := s.keep(ctx, list, problems)
	if err != nil {
		return none, err
	}
	p := s.payload(ctx, k.edition, k.people, k.done)
	for i, ev := range list {
		p.Results = append(p.Results, EvidenceResult{ev.ID, k.outcomes[i]})
	}
	if len(k.problems) > 0 {
		p.UserErrors = userErrors(&fault.Error{Problems: k.problems}, "evidence", Lang(ctx))
	}
	return p, nil
}

// keeping is what came of evidence: an outcome for each piece, and the problems
// of those that were refused, in their order.
type keeping struct {
	edition  *edition
	outcomes []EvidenceOutcome
	problems []fault.Problem
	people   []store.Recording
	done     []store.Recorded // of people
}

// keep checks evidence, in place, and writes what is sound of it.
func (s *Service) keep(ctx context.Context, list []competency.Evidence, problems []fault.Problem) (none keeping, err error) {
	e, err := s.edition(ctx)
	if err != nil {
		return none, err
	}
	competency.NormalizeEvidence(list)
	problems = append(problems, e.graph.Catalog().CheckEvidence(list)...)
	problems = append(problems, s.strangers(ctx, list, problems)...)
	outcomes := make([]EvidenceOutcome, len(list))
	for _, p := range problems {
		outcomes[p.Index] = EvidenceRefused
	}
	type key struct{ employee, id string }
	seen := map[key]bool{}
	var sound []competency.Evidence
	for i, ev := range list {
		switch k := (key{ev.Employee, ev.ID}); {
		case outcomes[i] != "":
		case seen[k]:
			outcomes[i] = EvidenceDuplicate
		default:
			seen[k], outcomes[i] = true, EvidenceRecorded
			sound = append(sound, ev)
		}
	}
	people := evidenceOf(sound)
	done, err := s.recorder.record(ctx, people)
	if err != nil {
		return none, err
	}
	of := map[string]store.Recorded{}
	for i, rec := range people {
		of[rec.Employee] = done[i]
	}
	for i, ev := range list {
		got := of[ev.Employee]
		switch {
		case outcomes[i] == EvidenceRefused:
		case got.Err != nil:
			outcomes[i] = EvidenceRefused
			problems = append(problems, dangling(i, ev, got.Err))
		case slices.Contains(got.Known, ev.ID):
			outcomes[i] = EvidenceDuplicate
		}
	}
	slices.SortStableFunc(problems, func(a, b fault.Problem) int { return cmp.Compare(a.Index, b.Index) })
	return keeping{e, outcomes, problems, people, done}, nil
}

// strangers says of evidence that is refused already where its employee is not there
// either; of the other evidence recording finds that out. Where the store cannot tell,
// what else is wrong is told without it.
func (s *Service) strangers(ctx context.Context, list []competency.Evidence, problems []fault.Problem) (more []fault.Problem) {
	told := map[int]bool{} // refused pieces, and whether that is for their employee
	for _, p := range problems {
		told[p.Index] = told[p.Index] || p.Field == "employee"
	}
	var named []string
	for i := range told {
		named = append(named, list[i].Employee)
	}
	if len(named) == 0 {
		return nil
	}
	known, err := s.employeeCodes(ctx, store.EmployeeQuery{Codes: named})
	if err != nil {
		return nil
	}
	for i, already := range told {
		if _, there := slices.BinarySearch(known, list[i].Employee); !there && !already {
			more = append(more, dangling(i, list[i], store.ErrNotFound))
		}
	}
	return more
}

// dangling says what evidence refers to that is not there.
func dangling(i int, ev competency.Evidence, err error) fault.Problem {
	p := fault.Problem{Place: fault.Place{Record: competency.EvidenceRecords, Index: i, Field: "employee"}, Code: fault.NotFound}
	if errors.Is(err, store.ErrNotFound) {
		p.Text = fault.T("there is no employee %q: correct the code or add the record", "不存在员工 %q：请更正编码或补上该记录", brief(ev.Employee))
		return p
	}
	p.Field = "knowledge_points"
	p.Text = fault.T("a knowledge point has just been deleted: send what is about others again", "有知识点刚刚被删除：请重新发送与其他知识点相关的证据")
	return p
}

// payload tells of whom something new is known.
func (s *Service) payload(ctx context.Context, e *edition, people []store.Recording, done []store.Recorded) EvidencePayload {
	adopt(ctx, e)
	p := EvidencePayload{Results: []EvidenceResult{}, Learners: []LearnerUpdate{}, Outcome: Outcome{Revision: int(e.revision), UserErrors: []UserError{}}}
	for i, rec := range people {
		if learned := done[i].Learned; len(learned.Put)+len(learned.Drop) > 0 {
			p.Learners = append(p.Learners, LearnerUpdate{s: s, person: s.reading(rec.Employee), e: e, learned: learned})
		}
	}
	return p
}

// RetractEvidence takes evidence back, as if it had never come. It is kept, marked
// as such, and its id stays known.
func (s *Service) RetractEvidence(ctx context.Context, in RetractEvidenceInput) (none EvidencePayload, err error) {
	if len(in.IDs) > MaxEvidence {
		return none, tooMuchEvidence()
	}
	e, err := s.edition(ctx)
	if err != nil {
		return none, err
	}
	ids := make([]string, len(in.IDs))
	for i, id := range in.IDs {
		ids[i] = competency.Code(competency.Trim(id))
	}
	var stored []competency.Evidence
	if len(ids) > 0 { // no ids at all would select everything
		if stored, err = s.store.Evidence(ctx, store.EvidenceQuery{IDs: ids}); err != nil {
			return none, unavailable(err)
		}
	}
	var people []store.Recording
	known := map[string]string{} // id → its person
	for _, ev := range stored {
		known[ev.ID] = ev.Employee
		at := slices.IndexFunc(people, func(r store.Recording) bool { return r.Employee == ev.Employee })
		if at < 0 {
			at, people = len(people), append(people, store.Recording{Employee: ev.Employee})
		}
		people[at].Retract = append(people[at].Retract, ev.ID)
	}
	done, err := s.recorder.record(ctx, people)
	if err != nil {
		return none, err
	}
	missing := map[string]bool{}
	for _, d := range done {
		for _, id := range d.Missing {
			missing[id] = true
		}
	}
	p := s.payload(ctx, e, people, done)
	var problems []fault.Problem
	for i, id := range ids {
		r := EvidenceResult{id, EvidenceRetracted}
		switch {
		case known[id] == "":
			r.Outcome = EvidenceRefused
			problems = append(problems, fault.Problem{
				Place: fault.Place{Field: fmt.Sprintf("ids.%d", i)}, Code: fault.NotFound,
				Text: fault.T("there is no evidence %q", "不存在证据 %q", brief(id)),
			})
		case missing[id]:
			r.Outcome = EvidenceDuplicate
		}
		p.Results = append(p.Results, r)
	}
	if len(problems) > 0 {
		p.UserErrors = userErrors(&fault.Error{Problems: problems}, "", Lang(ctx))
	}
	return p, nil
}

func tooMuchEvidence() error {
	return fault.New(fault.LimitExceeded, "at most %d pieces of evidence can be sent at once: send them in parts", "一次最多处理 %d 条证据：请分批发送", MaxEvidence)
}

// Evidence is one piece of evidence that is kept of somebody.
type Evidence struct {
	e    *edition
	kept competency.Evidence
}

// ID returns the id under which it was sent.
func (v Evidence) ID() string { return v.kept.ID }

// KnowledgePoints returns what it is about, by code.
func (v Evidence) KnowledgePoints() []KnowledgePoint {
	points := []KnowledgePoint{}
	for _, code := range v.kept.KnowledgePoints {
		if n, ok := v.e.graph.Find(code); ok && v.e.graph.IsPoint(n) {
			points = append(points, KnowledgePoint{v.e, n})
		}
	}
	return points
}

// Kind returns how it came to be known.
func (v Evidence) Kind() competency.EvidenceKind { return v.kept.Kind }

// Score returns the result, in [0,1].
func (v Evidence) Score() float64 { return v.kept.Score }

// Attempts returns how many attempts it took, nil where that is unknown.
func (v Evidence) Attempts() *int { return optional(v.kept.Attempts) }

// DurationSeconds returns how long it took, nil where that is unknown.
func (v Evidence) DurationSeconds() *float64 { return optional(v.kept.Duration.Seconds()) }

// Item returns the code of the question or task, nil where that is unknown.
func (v Evidence) Item() *string { return optional(v.kept.Item) }

// Difficulty returns the share of people who fail the item, nil where that is unknown.
func (v Evidence) Difficulty() *float64 { return v.kept.Difficulty }

// At returns when it happened.
func (v Evidence) At() time.Time { return v.kept.At }

// Source returns who or what says so, nil where that is unknown.
func (v Evidence) Source() *string { return optional(v.kept.Source) }

// Retracted reports whether it has been taken back.
func (v Evidence) Retracted() bool { return v.kept.Retracted }

// Evidence returns a page of what is kept of the person, the latest first.
func (p Employee) Evidence(ctx context.Context, first int, after, knowledgePoint *string) (none EvidenceConnection, err error) {
	page, err := newPaging(first, after)
	if err != nil {
		return none, err
	}
	q := store.EvidenceQuery{Employee: p.Code(), KnowledgePoint: competency.Code(value(knowledgePoint)), First: first + 1}
	if q.Before, err = page.key(); err != nil {
		return none, err
	}
	list, err := p.s.store.Evidence(ctx, q)
	if err != nil {
		return none, unavailable(err)
	}
	nodes := []Evidence{}
	for _, ev := range list[:min(first, len(list))] {
		nodes = append(nodes, Evidence{p.e, ev})
	}
	return newPage(nodes, 0, page.after, len(list) > first, func(v Evidence) string {
		return keyText(v.kept.At, v.kept.ID)
	}), nil
}

// Replay folds all evidence anew, as after a change of the model, and returns how
// many people have other states since. It calls progress with how many it has been
// through.
func (s *Service) Replay(ctx context.Context, progress func(people int)) (changed int, err error) {
	const together = 100
	for after, seen := "", 0; ; {
		page, err := s.store.Employees(ctx, store.EmployeeQuery{After: after, First: together})
		if err != nil {
			return changed, unavailable(err)
		}
		var list []store.Recording
		for _, p := range page.Profiles {
			after = p.Employee.Code
			list = append(list, store.Recording{Employee: after, Replay: true})
		}
		done, err := s.recorder.record(ctx, list)
		if err != nil {
			return changed, err
		}
		for _, d := range done {
			if len(d.Learned.Put)+len(d.Learned.Drop) > 0 {
				changed++
			}
		}
		seen += len(list)
		progress(seen)
		if !page.More {
			return changed, nil
		}
	}
}
