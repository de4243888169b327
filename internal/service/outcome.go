package service

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
)

// Base is the revision that a mutation builds on, where it cares.
type Base struct{ ExpectedRevision *int }

// upsertOptions is what the input of an upsert has beside its record.
type upsertOptions struct {
	Base
	Mode UpsertMode
}

// UpsertMode says what an upsert does with a record that is already there.
type UpsertMode string

// The modes; the zero value is EditOrCreate.
const (
	EditOrCreate UpsertMode = "UPSERT"
	CreateOnly   UpsertMode = "CREATE"
	editEmployee UpsertMode = "EDIT" // of mutations that edit an employee, and never create one
)

// Outcome is what every mutation answers beside its entity. Created says that an upsert
// has made a new record; Notices tell what it has written and may be a mistake.
type Outcome struct {
	Revision   int
	Created    bool
	Notices    []string
	UserErrors []UserError
}

// Refused returns the code of the first thing that has to be fixed, "" where there is none.
func (o Outcome) Refused() fault.Code {
	if len(o.UserErrors) == 0 {
		return ""
	}
	return o.UserErrors[0].Code
}

// UserError is a problem that whoever called can fix.
type UserError struct {
	Field   *string
	Message string
	Code    fault.Code
}

// publish writes an edit for a mutation. What the user can fix becomes part of the
// outcome and leaves the snapshot nil; everything else is an error. Places in the
// edit's records are named after list, the input's field that holds them.
func (s *Service) publish(ctx context.Context, base Base, list string, edit catalog.Edit) (*catalog.Snapshot, Outcome, error) {
	var expected *catalog.Revision
	if base.ExpectedRevision != nil {
		expected = new(catalog.Revision(*base.ExpectedRevision))
	}
	snapshot, _, err := s.Catalog.Publish(ctx, expected, edit)
	if err == nil {
		s.retries.await(ctx) // what waited for the edit counts in the answer
		return snapshot, Outcome{Revision: int(snapshot.Revision()), UserErrors: []UserError{}}, nil
	}
	var refused *fault.Error
	if !errors.As(err, &refused) || !isFixable(refused.Code) {
		return nil, Outcome{}, err
	}
	current := s.Catalog.Current()
	catalog.Pin(ctx, current)
	return nil, Outcome{Revision: int(current.Revision()), UserErrors: userErrors(refused, list, catalog.Lang(ctx))}, nil
}

// publishRecords writes records, or the deletion of records.
func (s *Service) publishRecords(ctx context.Context, base Base, cs competency.ChangeSet) (*catalog.Snapshot, Outcome, error) {
	return s.publish(ctx, base, "", func(*competency.Catalog) (competency.ChangeSet, error) { return cs, nil })
}

// upsert writes one record. Whether a person or department is there already is known
// from a read before the transaction: of two instances that create one at the same
// moment, the later one edits it.
func (s *Service) upsert(ctx context.Context, up upsertOptions, cs competency.ChangeSet) (*catalog.Snapshot, Outcome, error) {
	created := false
	cs.NewOnly = up.Mode == CreateOnly
	var before competency.Records
	snapshot, outcome, err := s.publish(ctx, up.Base, "", func(base *competency.Catalog) (competency.ChangeSet, error) {
		cs.Normalize()
		stored, err := s.People.StoredRecords(ctx, cs)
		if err != nil {
			return cs, err
		}
		before = competency.Records{Catalog: *base, People: stored.People}
		created = slices.ContainsFunc(stored.Changes(*base, base.Resolve(cs)), func(c competency.RecordChange) bool { return c.Kind == competency.Created })
		if up.Mode == CreateOnly && !created {
			return cs, fault.FromProblems([]fault.Problem{{
				Place: fault.Place{Field: "code"}, Code: fault.Conflict,
				Text: fault.T("this code is taken: choose another one, or edit the record that has it", "该编码已被占用：请换一个编码，或直接编辑已有的记录"),
			}})
		}
		if up.Mode == editEmployee && created {
			return cs, fault.FromProblems([]fault.Problem{{
				Place: fault.Place{Field: "employee"}, Code: fault.NotFound,
				Text: s.People.UnknownEmployee(ctx, cs.Put.Employees[0].Code, fault.T("correct the code, or create them with upsertEmployee", "请更正编码，或用 upsertEmployee 新建")),
			}})
		}
		return cs, nil
	})
	outcome.Created = created && err == nil && len(outcome.UserErrors) == 0
	if outcome.Created {
		outcome.Notices = s.lookAlikes(ctx, before, cs.Put)
	}
	if up.Mode == editEmployee {
		for i, e := range outcome.UserErrors {
			if optional.Value(e.Field) == "code" { // what the input calls it
				outcome.UserErrors[i].Field = optional.Of("employee")
			}
		}
	}
	return snapshot, outcome, err
}

// lookAlikes tells that the code of a new record looks like another one of its type. The
// record is written by then: where other people cannot be read, nothing is told.
func (s *Service) lookAlikes(ctx context.Context, before, made competency.Records) (notices []string) {
	for _, e := range made.Employees {
		codes, _ := s.People.EmployeesLookingLike(ctx, e.Code)
		for _, code := range codes {
			before.Employees = append(before.Employees, competency.Employee{Code: code})
		}
	}
	for _, p := range made.LookAlikesAmong(before) {
		notices = append(notices, p.Text.In(catalog.Lang(ctx)))
	}
	return notices
}

// outcome is that of a mutation that has not edited the catalog.
func (s *Service) outcome(ctx context.Context) (Outcome, error) {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Revision: int(snapshot.Revision()), UserErrors: []UserError{}}, nil
}

// isFixable reports whether the user can fix what a code stands for.
func isFixable(code fault.Code) bool {
	switch code {
	case fault.InvalidArgument, fault.NotFound, fault.Conflict, fault.Cycle:
		return true
	default:
		return false
	}
}

// userErrors lists no more problems than a person would read.
func userErrors(refused *fault.Error, list string, lang fault.Lang) []UserError {
	const most = 100
	if len(refused.Problems) == 0 {
		return []UserError{{Message: refused.Text.In(lang), Code: refused.Code}}
	}
	var errs []UserError
	for _, p := range refused.Problems[:min(most, len(refused.Problems))] {
		field := camelCase(p.Field)
		if list != "" && p.Record != "" && field != "position" {
			field = list + "." + strconv.Itoa(p.Index) + "." + field
		}
		errs = append(errs, UserError{Field: optional.Of(field), Message: p.Text.In(lang), Code: p.Code})
	}
	return errs
}

// camelCase turns the name of a column into that of an input field.
func camelCase(column string) string {
	words := strings.Split(column, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}
