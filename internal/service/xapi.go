package service

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/xapi"
)

// Receipt tells what became of statements.
type Receipt struct {
	IDs []string // of the statements, in their order
	// How many became evidence, had become it before, took something back, tell of
	// no result, and could not be mapped and are kept as such.
	Recorded, Known, Retracted, Ignored, SetAside int
}

// arrival is a statement and when it came, which is when it happened where it does
// not say.
type arrival struct {
	xapi.Statement
	at time.Time
}

// statementResult is what became of a statement: "" where it tells of no result,
// EvidenceRefused where it could not be mapped.
type statementResult struct {
	outcome people.EvidenceOutcome
	reason  fault.Text
}

// Receive makes evidence of statements. What cannot be mapped is kept as such (a dead
// letter); what tells of no result leaves no trace. To send the same again does no harm.
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
	results, err := s.ingest(ctx, arrivals)
	if err != nil {
		return r, err
	}
	var unmapped []people.UnmappedStatement
	var voided []string
	for i, f := range results {
		switch f.outcome {
		case people.EvidenceRecorded:
			r.Recorded++
		case people.EvidenceDuplicate:
			r.Known++
		case people.EvidenceRetracted:
			r.Retracted++
		case people.EvidenceRefused:
			r.SetAside++
			key := arrivals[i].ID
			if id, ok := arrivals[i].Voids(); ok {
				key, voided = voidingID(id), append(voided, id)
			}
			unmapped = append(unmapped, people.UnmappedStatement{ID: key, ReceivedAt: arrivals[i].at, Why: f.reason, Statement: string(arrivals[i].Body)})
		default:
			r.Ignored++
		}
	}
	if err := s.People.KeepUnmapped(ctx, unmapped); err != nil {
		return r, err
	}
	return r, s.retryVoidings(ctx, voided) // the voided ones may have come since they were looked for
}

// voidingID is the id under which the voiding of a statement is kept: not its own, so
// that it is found when that statement comes.
func voidingID(id string) string { return "voids:" + id }

// retryVoidings takes back the evidence of statements whose voiding came before them.
func (s *Service) retryVoidings(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = voidingID(id)
	}
	list, err := s.People.Unmapped(ctx, keys)
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = s.retryUnmapped(ctx, list)
	return err
}

// ingest makes evidence of statements, and takes back what they void, or what a
// statement that came before has voided.
func (s *Service) ingest(ctx context.Context, list []arrival) ([]statementResult, error) {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	mapping, results := s.mapping(), make([]statementResult, len(list))
	var evidence []competency.Evidence
	var of, voiding []int // places in list
	for i, a := range list {
		if _, ok := a.Voids(); ok {
			voiding = append(voiding, i)
			continue
		}
		ev, told, wrong := a.Evidence(mapping, snapshot.IsPoint)
		switch {
		case !told:
		case wrong != fault.Text{}:
			results[i] = statementResult{people.EvidenceRefused, wrong}
		default:
			if ev.At.IsZero() {
				ev.At, ev.Filled = a.at, competency.FilledAt
			}
			evidence, of = append(evidence, ev), append(of, i)
		}
	}
	var ids []string
	if len(evidence) > 0 { // else there is nothing to write
		recorded, err := s.People.Record(ctx, evidence, nil)
		if err != nil {
			return nil, err
		}
		for n, i := range of {
			if results[i].outcome = recorded.Results[n].Outcome; results[i].outcome != people.EvidenceRefused {
				ids = append(ids, list[i].ID)
			}
		}
		for _, p := range slices.Backward(recorded.Problems) { // so that the first of several is told
			results[of[p.Index]].reason = p.Text
		}
	}
	if err := s.retryVoidings(ctx, ids); err != nil {
		return nil, err
	}
	return results, s.voidStatements(ctx, list, results, voiding)
}

// voidStatements takes back the evidence of the statements that some of a list void. A
// voiding of what is no evidence is kept: that may yet arrive, or be mapped.
func (s *Service) voidStatements(ctx context.Context, list []arrival, results []statementResult, voiding []int) error {
	if len(voiding) == 0 {
		return nil
	}
	ids := make([]string, len(voiding))
	for n, i := range voiding {
		ids[n], _ = list[i].Voids()
	}
	p, err := s.People.Retract(ctx, ids)
	if err != nil {
		return err
	}
	for n, i := range voiding {
		if results[i].outcome = p.Results[n].Outcome; results[i].outcome == people.EvidenceRefused {
			results[i].reason = fault.T("it takes back the statement %s, which is no evidence so far, and will not count when it is: discard this if it never will be",
				"它作废的语句 %s 目前不是证据，一旦成为证据即被作废：如不会再有，请丢弃本语句", ids[n])
		}
	}
	return nil
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
		return s.forUnmapped(ctx, in.IDs, s.retryUnmapped)
	}
	var last *people.UnmappedStatement
	for {
		list, err := s.People.UnmappedAfter(ctx, last, MaxEvidence)
		if err != nil {
			return p, err
		}
		done, err := s.retryUnmapped(ctx, list)
		if err != nil {
			return p, err
		}
		p.Done, p.Left = p.Done+done, p.Left+len(list)-done
		if len(list) < MaxEvidence {
			p.Outcome, err = s.outcome(ctx)
			return p, err
		}
		last = &list[len(list)-1]
	}
}

// DiscardSetAside deletes statements that are set aside.
func (s *Service) DiscardSetAside(ctx context.Context, in DiscardSetAsideInput) (SetAsidePayload, error) {
	return s.forUnmapped(ctx, in.IDs, func(ctx context.Context, list []people.UnmappedStatement) (int, error) {
		ids := make([]string, len(list))
		for i, a := range list {
			ids[i] = a.ID
		}
		return len(ids), s.People.DiscardUnmapped(ctx, ids)
	})
}

// forUnmapped does something with the unmapped statements of some ids.
func (s *Service) forUnmapped(ctx context.Context, ids []string, do func(context.Context, []people.UnmappedStatement) (done int, err error)) (p SetAsidePayload, err error) {
	if len(ids) > MaxEvidence {
		return p, fault.New(fault.LimitExceeded, "at most %d statements can be named at once: do it in parts", "一次最多指定 %d 条语句：请分批进行", MaxEvidence)
	}
	list, err := s.People.Unmapped(ctx, ids)
	if err != nil {
		return p, err
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
		if !slices.ContainsFunc(list, func(u people.UnmappedStatement) bool { return u.ID == id }) {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Field: fmt.Sprintf("ids.%d", i)}, Code: fault.NotFound,
				Text: fault.T("no statement %q is set aside", "没有被搁置的语句 %q", catalog.Truncate(id)),
			})
		}
	}
	if len(problems) > 0 {
		p.UserErrors = userErrors(&fault.Error{Problems: problems}, "", catalog.Lang(ctx))
	}
	return p, nil
}

// retryUnmapped maps statements again, and returns how many are no longer unmapped.
func (s *Service) retryUnmapped(ctx context.Context, list []people.UnmappedStatement) (done int, err error) {
	var arrivals []arrival
	for _, u := range list {
		// It was well-formed when it came. Where it no longer is, it is not ingested, and
		// stays.
		if parsed, _, err := xapi.Parse([]byte(u.Statement)); err == nil && len(parsed) == 1 {
			parsed[0].ID = u.ID
			arrivals = append(arrivals, arrival{parsed[0], u.ReceivedAt})
		}
	}
	results, err := s.ingest(ctx, arrivals)
	if err != nil {
		return 0, err
	}
	var mapped []string
	var still []people.UnmappedStatement
	for i, f := range results {
		if f.outcome == people.EvidenceRefused {
			still = append(still, people.UnmappedStatement{ID: arrivals[i].ID, ReceivedAt: arrivals[i].at, Why: f.reason, Statement: string(arrivals[i].Body)})
		} else {
			mapped = append(mapped, arrivals[i].ID)
		}
	}
	if err := s.People.KeepUnmapped(ctx, still); err != nil {
		return 0, err
	}
	return len(mapped), s.People.DiscardUnmapped(ctx, mapped)
}

func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
