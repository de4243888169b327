package service

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// Receipt tells what came of statements.
type Receipt struct {
	IDs []string // of the statements, in their order
	// How many became evidence, had become it before, took something back, tell of
	// no result, and could not be mapped and are set aside.
	Recorded, Known, Retracted, Ignored, SetAside int
}

// arrival is a statement and when it came, which is when it happened where it does
// not say.
type arrival struct {
	xapi.Statement
	at time.Time
}

// fate is what came of a statement: "" where it tells of no result, refused where
// it is to be set aside.
type fate struct {
	outcome EvidenceOutcome
	reason  fault.Text
}

// Receive makes evidence of statements. What cannot be mapped is set aside; what
// tells of no result leaves no trace. To send the same again does no harm.
func (s *Service) Receive(ctx context.Context, list []xapi.Statement) (r Receipt, err error) {
	if len(list) > MaxEvidence {
		return r, fault.New(fault.LimitExceeded, "at most %d statements can be sent at once: send them in parts", "一次最多处理 %d 条语句：请分批发送", MaxEvidence)
	}
	r.IDs = []string{}
	arrivals := make([]arrival, len(list))
	for i, st := range list {
		if st.ID == "" {
			st.ID = randomUUID()
		}
		r.IDs = append(r.IDs, st.ID)
		arrivals[i] = arrival{st, s.clock()}
	}
	fates, err := s.settle(ctx, arrivals)
	if err != nil {
		return r, err
	}
	var asides []store.Aside
	var voided []string
	for i, f := range fates {
		switch f.outcome {
		case EvidenceRecorded:
			r.Recorded++
		case EvidenceDuplicate:
			r.Known++
		case EvidenceRetracted:
			r.Retracted++
		case EvidenceRefused:
			r.SetAside++
			key := arrivals[i].ID
			if id, ok := arrivals[i].Voids(); ok {
				key, voided = voidingOf(id), append(voided, id)
			}
			asides = append(asides, store.Aside{ID: key, At: arrivals[i].at, Reason: f.reason, Body: string(arrivals[i].Body)})
		default:
			r.Ignored++
		}
	}
	if err := s.setAside(ctx, asides); err != nil {
		return r, err
	}
	return r, s.overdue(ctx, voided) // which may have come since it was looked for
}

// voidingOf is the id under which the voiding of a statement is set aside: not its
// own, so that it is found when that statement comes.
func voidingOf(id string) string { return "voids:" + id }

// overdue takes back the evidence of statements whose voiding is set aside.
func (s *Service) overdue(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = voidingOf(id)
	}
	list, err := s.store.Asides(ctx, store.AsideQuery{IDs: keys})
	if err != nil {
		return unavailable(err)
	}
	if len(list) == 0 {
		return nil
	}
	_, err = s.retry(ctx, list)
	return err
}

func (s *Service) setAside(ctx context.Context, list []store.Aside) error {
	if len(list) == 0 {
		return nil
	}
	if err := s.store.SetAside(ctx, list); err != nil {
		return unavailable(err)
	}
	return nil
}

func (s *Service) discard(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.store.Discard(ctx, ids); err != nil {
		return unavailable(err)
	}
	return nil
}

// settle makes evidence of statements, and takes back what they void, or what a
// statement that came before has voided.
func (s *Service) settle(ctx context.Context, list []arrival) ([]fate, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, err
	}
	mapping, fates := s.mapping(), make([]fate, len(list))
	var evidence []competency.Evidence
	var of, voiding []int // places in list
	for i, a := range list {
		if _, ok := a.Voids(); ok {
			voiding = append(voiding, i)
			continue
		}
		ev, told, wrong := a.Evidence(mapping, e.isPoint)
		switch {
		case !told:
		case wrong != fault.Text{}:
			fates[i] = fate{EvidenceRefused, wrong}
		default:
			if ev.At.IsZero() {
				ev.At = a.at
			}
			evidence, of = append(evidence, ev), append(of, i)
		}
	}
	var k keeping
	if len(evidence) > 0 { // else there is nothing to write
		if k, err = s.keep(ctx, evidence, nil); err != nil {
			return nil, err
		}
	}
	var ids []string
	for n, i := range of {
		if fates[i].outcome = k.outcomes[n]; k.outcomes[n] != EvidenceRefused {
			ids = append(ids, list[i].ID)
		}
	}
	for _, p := range slices.Backward(k.problems) { // so that the first of several is told
		fates[of[p.Index]].reason = p.Text
	}
	if err := s.overdue(ctx, ids); err != nil {
		return nil, err
	}
	return fates, s.void(ctx, list, fates, voiding)
}

func (e *edition) isPoint(code string) bool {
	n, ok := e.graph.Find(code)
	return ok && e.graph.IsPoint(n)
}

// void takes back the evidence of the statements that some of a list void. A
// voiding of what is no evidence is set aside: that may yet arrive, or be mapped.
func (s *Service) void(ctx context.Context, list []arrival, fates []fate, voiding []int) error {
	if len(voiding) == 0 {
		return nil
	}
	ids := make([]string, len(voiding))
	for n, i := range voiding {
		ids[n], _ = list[i].Voids()
	}
	p, err := s.RetractEvidence(ctx, RetractEvidenceInput{IDs: ids})
	if err != nil {
		return err
	}
	for n, i := range voiding {
		if fates[i].outcome = p.Results[n].Outcome; fates[i].outcome == EvidenceRefused {
			fates[i].reason = fault.T("it takes back the statement %s, which is no evidence so far, and will not count when it is: discard this if it never will be",
				"它作废的语句 %s 目前不是证据，一旦成为证据即被作废：如不会再有，请丢弃本语句", ids[n])
		}
	}
	return nil
}

// SetAsideStatement is a statement that could not be mapped.
type SetAsideStatement struct {
	ID         string
	ReceivedAt time.Time
	Reason     string
	Statement  string
}

// SetAside returns a page of the statements that are set aside, the earliest first.
func (s *Service) SetAside(ctx context.Context, first int, after *string) (none SetAsideConnection, err error) {
	page, err := newPaging(first, after)
	if err != nil {
		return none, err
	}
	q := store.AsideQuery{First: first + 1}
	if q.After, err = page.key(); err != nil {
		return none, err
	}
	list, err := s.store.Asides(ctx, q)
	if err != nil {
		return none, unavailable(err)
	}
	nodes := []SetAsideStatement{}
	for _, a := range list[:min(first, len(list))] {
		nodes = append(nodes, SetAsideStatement{a.ID, a.At, a.Reason.In(Lang(ctx)), a.Body})
	}
	return newPage(nodes, 0, page.after, len(list) > first, func(v SetAsideStatement) string { return keyText(v.ReceivedAt, v.ID) }), nil
}

// The inputs of the mutations about what is set aside.
type (
	// RetrySetAsideInput says which statements to try again: all where it is nil.
	RetrySetAsideInput struct{ IDs []string }
	// DiscardSetAsideInput says which statements to give up.
	DiscardSetAsideInput struct{ IDs []string }
)

// SetAsidePayload answers the mutations about what is set aside.
type SetAsidePayload struct {
	Done int // statements that are set aside no more
	Left int // of those that were meant, statements that still are
	Outcome
}

// RetrySetAside maps statements that are set aside again, as after the mapping or
// the catalog has been mended.
func (s *Service) RetrySetAside(ctx context.Context, in RetrySetAsideInput) (p SetAsidePayload, err error) {
	if in.IDs != nil {
		return s.setAsidePayload(ctx, in.IDs, s.retry)
	}
	q := store.AsideQuery{First: MaxEvidence}
	for {
		list, err := s.store.Asides(ctx, q)
		if err != nil {
			return p, unavailable(err)
		}
		done, err := s.retry(ctx, list)
		if err != nil {
			return p, err
		}
		p.Done, p.Left = p.Done+done, p.Left+len(list)-done
		if len(list) < q.First {
			p.Outcome, err = s.outcome(ctx)
			return p, err
		}
		last := list[len(list)-1]
		q.After = &store.EvidenceKey{At: last.At, ID: last.ID}
	}
}

// DiscardSetAside deletes statements that are set aside.
func (s *Service) DiscardSetAside(ctx context.Context, in DiscardSetAsideInput) (SetAsidePayload, error) {
	return s.setAsidePayload(ctx, in.IDs, func(ctx context.Context, list []store.Aside) (int, error) {
		ids := make([]string, len(list))
		for i, a := range list {
			ids[i] = a.ID
		}
		return len(ids), s.discard(ctx, ids)
	})
}

// setAsidePayload does something with those of some ids that are set aside.
func (s *Service) setAsidePayload(ctx context.Context, ids []string, do func(context.Context, []store.Aside) (done int, err error)) (p SetAsidePayload, err error) {
	if len(ids) > MaxEvidence {
		return p, fault.New(fault.LimitExceeded, "at most %d statements can be named at once: do it in parts", "一次最多指定 %d 条语句：请分批进行", MaxEvidence)
	}
	var list []store.Aside
	if len(ids) > 0 {
		if list, err = s.store.Asides(ctx, store.AsideQuery{IDs: ids}); err != nil {
			return p, unavailable(err)
		}
	}
	if p.Done, err = do(ctx, list); err != nil {
		return p, err
	}
	p.Left = len(list) - p.Done
	if p.Outcome, err = s.outcome(ctx); err != nil {
		return p, err
	}
	var problems []fault.Problem
	for i, id := range ids {
		if !slices.ContainsFunc(list, func(a store.Aside) bool { return a.ID == id }) {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Field: fmt.Sprintf("ids.%d", i)}, Code: fault.NotFound,
				Text: fault.T("no statement %q is set aside", "没有被搁置的语句 %q", brief(id)),
			})
		}
	}
	if len(problems) > 0 {
		p.UserErrors = userErrors(&fault.Error{Problems: problems}, "", Lang(ctx))
	}
	return p, nil
}

// outcome is that of a mutation that has not edited the catalog.
func (s *Service) outcome(ctx context.Context) (Outcome, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Revision: int(e.revision), UserErrors: []UserError{}}, nil
}

// retry maps statements again, and returns how many are set aside no more.
func (s *Service) retry(ctx context.Context, list []store.Aside) (done int, err error) {
	var arrivals []arrival
	for _, a := range list {
		// It was well-formed when it came. Where it is no more, settle has nothing to do
		// with it, and it stays.
		if parsed, _, err := xapi.Parse([]byte(a.Body)); err == nil && len(parsed) == 1 {
			parsed[0].ID = a.ID
			arrivals = append(arrivals, arrival{parsed[0], a.At})
		}
	}
	fates, err := s.settle(ctx, arrivals)
	if err != nil {
		return 0, err
	}
	var settled []string
	var still []store.Aside
	for i, f := range fates {
		if f.outcome == EvidenceRefused {
			still = append(still, store.Aside{ID: arrivals[i].ID, At: arrivals[i].at, Reason: f.reason, Body: string(arrivals[i].Body)})
		} else {
			settled = append(settled, arrivals[i].ID)
		}
	}
	if err := s.setAside(ctx, still); err != nil {
		return 0, err
	}
	return len(settled), s.discard(ctx, settled)
}

func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
