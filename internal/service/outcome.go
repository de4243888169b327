package service

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
)

// Base is the revision that a mutation builds on, where it cares.
type Base struct{ ExpectedRevision *int }

// Outcome is what every mutation answers beside its entity.
type Outcome struct {
	Revision   int
	UserErrors []UserError
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
