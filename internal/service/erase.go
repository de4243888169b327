package service

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
)

// EraseEmployeeInput names whom to erase.
type EraseEmployeeInput struct{ Employee string }

// EraseEmployee proposes to erase an employee. With the second yes it begins at once.
func (s *Service) EraseEmployee(ctx context.Context, in EraseEmployeeInput) (p ApprovalPayload, err error) {
	p.Pending, err = s.Accounts.ProposeErasure(ctx, in.Employee)
	if p.Done = err == nil && p.Pending == nil; p.Done {
		err = s.ContinueErasures(ctx)
	}
	p.UserErrors, err = fixable(ctx, err)
	return p, err
}

// ContinueErasures brings the erasures to their end that have the second yes. One that was
// broken off goes on where it was, and several processes may do so at once. What is done is
// noted for the viewer; the system does it.
func (s *Service) ContinueErasures(ctx context.Context) error {
	if _, err := access.FromContext(ctx); err != nil {
		return err
	}
	list, err := s.Accounts.Erasures(asSystem(ctx))
	for _, e := range list {
		if err == nil {
			err = s.erase(ctx, e)
		}
	}
	if err != nil {
		s.erasures.Store(true)
	}
	return err
}

// lookForErasures is how often a server looks for erasures that another process has begun, or
// whose time of grace is over.
const lookForErasures = time.Minute

// continueBrokenErasures continues erasures, where one may have been broken off, and now and
// then. looked is when it has looked last.
func (s *Service) continueBrokenErasures(ctx context.Context, looked *time.Time) error {
	now := s.clock()
	if s.Accounts == nil || !s.erasures.Swap(false) && now.Sub(*looked) < lookForErasures {
		return nil
	}
	*looked = now
	return s.ContinueErasures(asSystem(ctx))
}

func asSystem(ctx context.Context) context.Context { return access.WithViewer(ctx, access.System()) }

// erase erases an employee, in the order in which each part is still found by what the next
// one deletes. The subject id goes last, once the entries of the erasure are written.
func (s *Service) erase(ctx context.Context, e account.Erasure) error {
	system := newRequest(asSystem(ctx))
	if e.DoneAt != nil {
		return s.sweepErasure(system, e)
	}
	if !e.Deleted {
		if err := s.eraseRecord(system, e.Employee); err != nil {
			return err
		}
	}
	if err := s.eraseStatements(system, people.LineOf(e.Employee)); err != nil {
		return err
	}
	if err := s.Accounts.EraseTraces(system, e); err != nil {
		return err
	}
	for _, erase := range []func(context.Context, string) error{s.People.EraseReadiness, s.People.ForgetMoved} {
		if err := erase(system, e.Employee); err != nil {
			return err
		}
	}
	audit.Note(ctx, audit.Event{Action: access.Erase, Verb: "erase", Subjects: []string{e.Employee}})
	if s.Audit != nil {
		if err := s.Audit.Commit(ctx); err != nil {
			return err
		}
		if err := s.Audit.Forget(ctx, e.Employee); err != nil {
			return err
		}
	}
	return s.Accounts.EndErasure(system, e)
}

// sweepErasure erases what requests have left that were on their way during an erasure: a row
// of the audit, a statement that is set aside, or readiness. Whoever has the code by now is spared.
func (s *Service) sweepErasure(ctx context.Context, e account.Erasure) error {
	_, err := s.People.Stand(ctx, e.Employee)
	if fault.CodeOf(err) == fault.NotFound {
		if err = s.eraseStatements(ctx, people.LineOf(e.Employee)); err == nil {
			err = s.People.EraseReadiness(ctx, e.Employee)
		}
		if err == nil && s.Audit != nil {
			err = s.Audit.Forget(ctx, e.Employee)
		}
	}
	if err != nil {
		return err
	}
	return s.Accounts.EndErasure(ctx, e)
}

// eraseRecord deletes an employee with states and evidence, and first what is found by them
// alone.
func (s *Service) eraseRecord(ctx context.Context, code string) error {
	who, err := s.People.Employee(ctx, code)
	switch {
	case err == nil:
		var line people.OwnLine
		if line, err = s.lineOf(ctx, code, who.Name()); err == nil {
			err = s.eraseStatements(ctx, line)
		}
	case fault.CodeOf(err) == fault.NotFound:
		return nil // by another process, or by hand
	case len(fault.ProblemsOf(err)) > 0:
		err = nil // edited by other means so that the name cannot be read
	}
	if err == nil {
		err = s.People.EraseEvents(ctx, code)
	}
	if err == nil {
		err = s.People.EraseObjections(ctx, code)
	}
	if err != nil {
		return err
	}
	_, _, err = s.Catalog.Publish(ctx, nil, func(*competency.Catalog) (cs competency.ChangeSet, _ error) {
		cs.Delete.Employees = []competency.Employee{{Code: code}}
		return cs, nil
	})
	if _, gone := s.People.Stand(ctx, code); err != nil && fault.CodeOf(gone) == fault.NotFound {
		return nil // another process was quicker
	}
	return err
}

// eraseStatements discards the unmapped statements about a person. It reads all of them.
func (s *Service) eraseStatements(ctx context.Context, who people.OwnLine) error {
	list, err := s.statementsAbout(ctx, who)
	if err != nil || len(list) == 0 {
		return err
	}
	ids := make([]string, len(list))
	for i, u := range list {
		ids[i] = u.ID
	}
	s.retries.forget(ids)
	return s.People.DiscardUnmapped(ctx, ids)
}

// statementsAbout returns the unmapped statements that are about a person: those whose actor
// has the code, or has the name and no code of another employee.
func (s *Service) statementsAbout(ctx context.Context, who people.OwnLine) (list []people.UnmappedStatement, err error) {
	mapping := s.mapping()
	for u, err := range s.People.AllUnmapped(ctx) {
		if err != nil {
			return nil, err
		}
		texts := actorTexts(u, mapping)
		if !who.Leaves(u, texts) {
			continue
		}
		if !who.Code().Leaves(u, texts) {
			another, err := s.namesEmployee(ctx, texts)
			if err != nil {
				return nil, err
			}
			if another {
				continue
			}
		}
		list = append(list, u)
	}
	return list, nil
}

// namesEmployee reports whether one of some texts is the code of an employee.
func (s *Service) namesEmployee(ctx context.Context, texts []string) (bool, error) {
	for _, text := range texts {
		if !competency.ValidCode(competency.NormalizeCode(text)) {
			continue
		}
		_, err := s.People.Stand(ctx, text)
		if err == nil {
			return true, nil
		}
		if fault.CodeOf(err) != fault.NotFound {
			return false, err
		}
	}
	return false, nil
}
