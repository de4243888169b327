package service

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/xapi"
)

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

// RetrySetAside maps statements that are set aside again. A server does so by itself
// after each change that may help (see StartRetries).
func (s *Service) RetrySetAside(ctx context.Context, in RetrySetAsideInput) (p SetAsidePayload, err error) {
	if in.IDs != nil {
		return s.forUnmapped(ctx, in.IDs, s.retryUnmapped)
	}
	if p.Done, p.Left, err = s.retryAll(ctx, MaxEvidence, func() error { return ctx.Err() }); err != nil {
		return p, err
	}
	p.Outcome, err = s.evidenceOutcome(ctx)
	return p, err
}

// retryAll tries all statements again that the viewer may retry, in batches of some size, the
// earliest first. It calls pause between them, and ends where that fails.
func (s *Service) retryAll(ctx context.Context, size int, pause func() error) (done, left int, err error) {
	own, err := s.People.OwnLine(ctx)
	if err != nil {
		return 0, 0, err
	}
	for last := (*people.UnmappedStatement)(nil); ; {
		list, next, err := s.People.UnmappedAfter(ctx, last, size)
		if err != nil {
			return done, left, err
		}
		n, err := s.retryUnmapped(newRequest(ctx), slices.DeleteFunc(slices.Clone(list), s.leaves(own)))
		if err != nil {
			return done, left, err
		}
		if done, left, last = done+n, left+len(list)-n, next; next == nil {
			return done, left, nil
		}
		if err := pause(); err != nil {
			return done, left, err
		}
	}
}

// leaves returns which statements the viewer of an own line leaves to others.
func (s *Service) leaves(own people.OwnLine) func(people.UnmappedStatement) bool {
	mapping := s.mapping()
	return func(u people.UnmappedStatement) bool { return own.Leaves(u, actorTexts(u, mapping)) }
}

// actorTexts returns all texts that say whom a statement is about; of one that cannot be read
// all of it.
func actorTexts(u people.UnmappedStatement, m xapi.Mapping) []string {
	list, _, err := xapi.ParseLenient([]byte(u.Statement))
	if err != nil || len(list) != 1 {
		return []string{u.Statement}
	}
	return list[0].ActorTexts(m)
}

// newRequest begins a request of its own, so that it answers from the newest snapshot.
func newRequest(ctx context.Context) context.Context {
	return catalog.BeginRequest(ctx, catalog.Lang(ctx))
}

// evidenceOutcome is the outcome of what has no problems, for whoever may record.
func (s *Service) evidenceOutcome(ctx context.Context) (Outcome, error) {
	snapshot, err := s.Catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Revision: int(snapshot.Revision()), UserErrors: []UserError{}}, nil
}

// DiscardSetAside deletes statements that are set aside.
func (s *Service) DiscardSetAside(ctx context.Context, in DiscardSetAsideInput) (SetAsidePayload, error) {
	return s.forUnmapped(ctx, in.IDs, func(ctx context.Context, list []people.UnmappedStatement) (int, error) {
		ids := make([]string, len(list))
		for i, a := range list {
			ids[i] = a.ID
		}
		s.retries.forget(ids)
		return len(ids), s.People.DiscardUnmapped(ctx, ids)
	})
}

// forUnmapped does something with the unmapped statements of some ids.
func (s *Service) forUnmapped(ctx context.Context, ids []string, do func(context.Context, []people.UnmappedStatement) (done int, err error)) (p SetAsidePayload, err error) {
	if len(ids) > MaxEvidence {
		return p, fault.New(fault.LimitExceeded, "at most %d statements can be named at once: do it in parts", "一次最多指定 %d 条语句：请分批进行", MaxEvidence)
	}
	list, err := s.People.UnmappedByID(ctx, ids)
	if err != nil {
		return p, err
	}
	own, err := s.People.OwnLine(ctx)
	if err != nil {
		return p, err
	}
	leaves, left := s.leaves(own), map[string]bool{}
	mine := slices.DeleteFunc(slices.Clone(list), func(u people.UnmappedStatement) bool {
		left[u.ID] = leaves(u)
		return left[u.ID]
	})
	if p.Done, err = do(ctx, mine); err != nil {
		return p, err
	}
	p.Left = len(list) - p.Done
	if p.Outcome, err = s.evidenceOutcome(ctx); err != nil {
		return p, err
	}
	var problems []fault.Problem
	for i, id := range ids {
		if left[id] {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Field: fmt.Sprintf("ids.%d", i)}, Code: fault.PermissionDenied,
				Text: fault.T("the statement may be about you or somebody you report to: leave it to another HR, or to the account that sent it",
					"该语句可能涉及您本人或您的上级：请由其他人力资源人员或发送该语句的账号处理"),
			})
			continue
		}
		if !slices.ContainsFunc(list, func(u people.UnmappedStatement) bool { return u.ID == id }) {
			problems = append(problems, fault.Problem{
				Place: fault.Place{Field: fmt.Sprintf("ids.%d", i)}, Code: fault.NotFound,
				Text: fault.T("no statement %s is set aside", "没有被搁置的语句 %s", competency.Quote(id)),
			})
		}
	}
	if len(problems) > 0 {
		p.UserErrors = userErrors(&fault.Error{Problems: problems}, "", catalog.Lang(ctx))
	}
	return p, nil
}

// retryVoidings takes back the evidence of statements whose voiding came before them.
func (s *Service) retryVoidings(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = voidingID(id)
	}
	list, err := s.People.KeptStatements(ctx, keys)
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = s.retryUnmapped(ctx, list)
	return err
}

// retryUnmapped maps statements again, each with the rights of the account that sent it, and
// returns how many are no longer unmapped.
func (s *Service) retryUnmapped(ctx context.Context, list []people.UnmappedStatement) (done int, err error) {
	bySender := map[string][]people.UnmappedStatement{}
	for _, u := range list {
		bySender[u.SentBy] = append(bySender[u.SentBy], u)
	}
	for _, sender := range slices.Sorted(maps.Keys(bySender)) {
		asSender, err := s.People.AsSender(ctx, sender)
		if err != nil {
			return done, err
		}
		if !s.People.MayRecord(asSender) { // they wait until it may again
			continue
		}
		n, err := s.retryOfSender(asSender, bySender[sender])
		if done += n; err != nil {
			return done, err
		}
	}
	return done, nil
}

// retryOfSender maps statements of one account again, which asks.
func (s *Service) retryOfSender(ctx context.Context, list []people.UnmappedStatement) (done int, err error) {
	var arrivals []arrival
	for _, u := range list {
		if a, ok := parseUnmapped(u); ok {
			arrivals = append(arrivals, a)
		}
	}
	in, err := s.newIntake(ctx, arrivals)
	if err != nil {
		return 0, err
	}
	twice, err := in.findKnown(ctx, false)
	if err != nil {
		return 0, err
	}
	for _, i := range twice {
		in.refuse(i, fault.T("another statement with the same id is evidence already: discard this one, or have it sent under another id",
			"已有同一 id 的另一语句成为证据：请丢弃本语句，或以新的 id 重新发送"), waitingFor{})
	}
	in.keepEvidence(func(n int) bool { return in.results[in.of[n]].outcome != people.EvidenceRefused })
	if err := in.record(ctx); err != nil {
		return 0, err
	}
	var mapped []string
	for i, f := range in.results {
		if f.outcome != people.EvidenceRefused {
			mapped = append(mapped, arrivals[i].ID)
		}
	}
	if err := s.People.KeepUnmapped(ctx, in.unmapped()); err != nil {
		return 0, err
	}
	s.retries.note(in)
	return len(mapped), s.People.DropMapped(ctx, mapped)
}

// parseUnmapped returns a statement that is set aside, under the id under which it is. It
// is not ok where it is malformed, be it that the rules are stricter than when it came:
// it stays.
func parseUnmapped(u people.UnmappedStatement) (a arrival, ok bool) {
	parsed, _, err := xapi.Parse([]byte(u.Statement))
	if err != nil || len(parsed) != 1 {
		return a, false
	}
	parsed[0].ID = u.ID
	return arrival{parsed[0], u.ReceivedAt}, true
}
