package service

import (
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/xapi"
)

// arrival is a statement and when it came, which is when it happened where it does
// not say.
type arrival struct {
	xapi.Statement
	at time.Time
}

// statementResult is what became of a statement: "" where it tells of no result, or of
// one that counts already; EvidenceRefused where it could not be mapped.
type statementResult struct {
	outcome people.EvidenceOutcome
	reason  fault.Text
	waits   waitingFor
}

// intake makes evidence of some statements.
type intake struct {
	*Service
	mapping  xapi.Mapping
	list     []arrival
	results  []statementResult // for each statement
	voiding  []int             // statements that void others
	told     []int             // statements with a result
	evidence []competency.Evidence
	of       []int // the statement of each piece of evidence
	known    map[string]bool
}

// newIntake derives evidence from statements, as far as they can be mapped.
func (s *Service) newIntake(ctx context.Context, list []arrival) (*intake, error) {
	snapshot, err := s.Catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return nil, err
	}
	in := &intake{Service: s, mapping: s.mapping(), list: list, results: make([]statementResult, len(list)), known: map[string]bool{}}
	var texts []string
	for _, a := range list {
		texts = append(texts, a.EmployeeTexts(in.mapping)...)
	}
	employees, err := s.People.EmployeesLike(ctx, texts)
	if err != nil {
		return nil, err
	}
	codes := xapi.Known{
		Point:      snapshot.IsPoint,
		Competency: func(code string) bool { return isCompetency(snapshot, code) },
		Employees:  func(text string) []string { return employees[text] },
	}
	now := s.clock()
	for i, a := range list {
		if reason, ok := a.Malformed(); ok {
			in.refuse(i, reason, waitingFor{})
			continue
		}
		if _, ok := a.Voids(); ok {
			in.voiding = append(in.voiding, i)
			continue
		}
		ev, told, wrong := a.Evidence(in.mapping, codes)
		if !told {
			continue
		}
		in.told = append(in.told, i)
		if ev.At.IsZero() {
			ev.At, ev.Filled = a.at, competency.FilledAt
		}
		switch due := ev.At.Add(-competency.MaxAhead); {
		case wrong != fault.Text{}:
			in.refuse(i, wrong, waitingFor{})
		case due.After(now):
			in.refuse(i, fault.T("it says that it happens at %s, which is yet to come: it is tried again then; discard it if the clock of the sender was wrong",
				"语句中的时间 %s 尚未到来：届时自动重试；如发送方时钟有误，请丢弃", ev.At.UTC().Format(time.RFC3339)), waitingFor{until: due})
		default:
			in.evidence, in.of = append(in.evidence, ev), append(in.of, i)
		}
	}
	in.refuseUnsound(snapshot)
	return in, nil
}

func isCompetency(s *catalog.Snapshot, code string) bool {
	_, found := s.FindLearnable(code)
	return found && !s.IsPoint(code)
}

func (in *intake) refuse(i int, reason fault.Text, waits waitingFor) {
	in.results[i] = statementResult{people.EvidenceRefused, reason, waits}
}

// refuseUnsound takes out what no store would record, such as evidence on an unknown
// point: it must not stand for the event that it tells of.
func (in *intake) refuseUnsound(s *catalog.Snapshot) {
	competency.NormalizeEvidence(in.evidence)
	wrong := map[int]bool{}
	for _, p := range s.Graph().Catalog().CheckEvidence(in.evidence) {
		if !wrong[p.Index] { // the first of several is told
			if p.Field == "employee" {
				p.Text = unknownActor()
			}
			in.refuse(in.of[p.Index], p.Text, waitingFor{})
		}
		wrong[p.Index] = true
	}
	in.keepEvidence(func(n int) bool { return !wrong[n] })
}

func (in *intake) keepEvidence(keep func(n int) bool) {
	evidence, of := in.evidence[:0], in.of[:0]
	for n, e := range in.evidence {
		if keep(n) {
			evidence, of = append(evidence, e), append(of, in.of[n])
		}
	}
	in.evidence, in.of = evidence, of
}

// findKnown finds out what is evidence already. It returns the statements that
// contradict one with the same id, whether that is evidence or, where that is asked for
// too, is set aside.
func (in *intake) findKnown(ctx context.Context, asideToo bool) (twice []int, err error) {
	if len(in.told) == 0 {
		return nil, nil
	}
	place, ids, employee := map[string]int{}, make([]string, len(in.told)), map[string]string{}
	for n, i := range in.told {
		ids[n], place[in.list[i].ID] = in.list[i].ID, i
	}
	for n, e := range in.evidence {
		employee[in.list[in.of[n]].ID] = e.Employee
	}
	stored, err := in.People.EvidenceByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range stored {
		in.known[e.ID] = true
		i := place[e.ID]
		who, mapped := employee[e.ID]
		switch {
		case e.StatementHash != "" && e.StatementHash != in.list[i].Hash(), e.StatementHash == "" && mapped && who != e.Employee:
			twice = append(twice, i)
		case !mapped: // it was when it became evidence
			in.results[i] = statementResult{outcome: people.EvidenceDuplicate}
		}
	}
	if !asideToo || len(stored) == len(ids) {
		return twice, nil
	}
	aside, err := in.People.KeptStatements(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, u := range aside {
		if before, ok := parseUnmapped(u); ok && before.Hash() != in.list[place[u.ID]].Hash() && !in.known[u.ID] {
			twice = append(twice, place[u.ID])
		}
	}
	slices.Sort(twice)
	return twice, nil
}

// record records the evidence that counts, and takes back what it supersedes, and what
// other statements void, whether they came before or come with it.
func (in *intake) record(ctx context.Context) error {
	if len(in.evidence) > 0 { // else there is nothing to write
		if err := in.recordEvents(ctx); err != nil {
			return err
		}
		var ids []string
		for _, i := range in.of {
			if in.results[i].outcome != people.EvidenceRefused {
				ids = append(ids, in.list[i].ID)
			}
		}
		if err := in.retryVoidings(ctx, ids); err != nil {
			return err
		}
	}
	return in.void(ctx)
}

// recordEvents records the evidence that counts in its event. What is known of the
// events is kept after the evidence: so evidence never waits for what is not recorded,
// and whoever adds last to an event sees all of it and takes back what does not count.
func (in *intake) recordEvents(ctx context.Context) error {
	var events []competency.Event
	of := make([][]competency.Event, len(in.evidence))
	for n, e := range in.evidence {
		of[n] = in.list[in.of[n]].Events(e)
		events = append(events, of[n]...)
	}
	log, err := in.People.EventLog(ctx, events)
	if err != nil {
		return err
	}
	expected, _, err := log.With(events)
	if err != nil {
		return err
	}
	superseded := supersededIn(expected)
	var list []competency.Evidence
	var place []int // of list in evidence
	for n, e := range in.evidence {
		switch {
		case in.known[e.ID]:
			in.results[in.of[n]].outcome = people.EvidenceDuplicate
		case !superseded[e.ID]:
			list, place = append(list, e), append(place, n)
		}
	}
	if len(list) > 0 {
		if err := in.recordList(ctx, list, place); err != nil {
			return err
		}
	}
	events = nil
	for n := range in.evidence {
		if o := in.results[in.of[n]].outcome; o == people.EvidenceRecorded || o == people.EvidenceDuplicate {
			events = append(events, of[n]...)
		}
	}
	now, err := log.Add(ctx, events)
	if err != nil {
		return err
	}
	var ids []string
	for id := range supersededIn(now) {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return in.People.RetractSuperseded(ctx, ids)
}

func supersededIn(events []competency.Event) map[string]bool {
	ids := map[string]bool{}
	for _, e := range events {
		for _, id := range e.Superseded() {
			ids[id] = true
		}
	}
	return ids
}

// recordList records evidence; place says where each piece is in that of the intake.
func (in *intake) recordList(ctx context.Context, list []competency.Evidence, place []int) error {
	recorded, err := in.People.Record(ctx, list, nil)
	if err != nil {
		return err
	}
	for n, r := range recorded.Results {
		in.results[in.of[place[n]]].outcome = r.Outcome
	}
	for _, p := range slices.Backward(recorded.Problems) { // so that the first of several is told
		var waits waitingFor
		if p.Field == "employee" && p.Code == fault.NotFound {
			if who := list[p.Index].Employee; !recorded.IsHidden(who) { // whom the sender may not see, is there already
				waits.employee = who
			}
			p.Text = unknownActor()
		}
		in.refuse(in.of[place[p.Index]], p.Text, waits)
	}
	return nil
}

// unknownActor is why a statement about nobody is set aside. It names no person, because
// whoever manages the server reads it too.
func unknownActor() fault.Text {
	return fault.T("there is no employee whom the actor stands for: add that record, or correct the actor in the mapping file",
		"actor 对应的员工不存在：请补上该员工，或在映射文件中更正")
}

// void takes back the evidence of the statements that some of the list void. A voiding
// of what is no evidence is kept: that may yet arrive, or be mapped.
func (in *intake) void(ctx context.Context) error {
	if len(in.voiding) == 0 {
		return nil
	}
	ids := make([]string, len(in.voiding))
	for n, i := range in.voiding {
		ids[n], _ = in.list[i].Voids()
	}
	p, err := in.People.Retract(ctx, ids)
	if err != nil {
		return err
	}
	unreadable := map[int]fault.Text{}
	for _, wrong := range p.Problems {
		if wrong.Code != fault.NotFound {
			unreadable[wrong.Index] = wrong.Text
		}
	}
	for n, i := range in.voiding {
		in.results[i].outcome = p.Results[n].Outcome
		if text, ok := unreadable[n]; ok {
			in.refuse(i, text, waitingFor{})
		} else if in.results[i].outcome == people.EvidenceRefused {
			in.refuse(i, fault.T("it takes back the statement %s, which is no evidence so far, and will not count when it is: discard this if it never will be",
				"它作废的语句 %s 目前不是证据，一旦成为证据即被作废：如不会再有，请丢弃本语句", ids[n]), waitingFor{})
		}
	}
	return nil
}

// unmapped returns the statements that could not be mapped, as they are kept.
func (in *intake) unmapped() (list []people.UnmappedStatement) {
	for i, f := range in.results {
		if f.outcome == people.EvidenceRefused {
			list = append(list, people.UnmappedStatement{ID: in.list[i].keptID(), ReceivedAt: in.list[i].at, Why: f.reason, Statement: string(in.list[i].Body)})
		}
	}
	return list
}

// keptID is the id under which a statement is set aside: not always its own. A voiding
// is found by what it voids; a malformed one must not stand in the way of its correction.
func (a arrival) keptID() string {
	if _, malformed := a.Malformed(); malformed {
		return "malformed:" + a.ID
	}
	if id, ok := a.Voids(); ok {
		return voidingID(id)
	}
	return a.ID
}

// voidingID is the id under which the voiding of a statement is kept, so that it is found
// when that statement comes.
func voidingID(id string) string { return "voids:" + id }
