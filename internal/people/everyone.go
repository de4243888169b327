package people

import (
	"context"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/workforce"
)

// Snapshot returns the catalog that answers a request. It costs a question for the revision,
// at most once a second.
func (p *People) Snapshot(ctx context.Context) (*catalog.Snapshot, error) {
	return p.catalog.Snapshot(ctx)
}

// CountEveryone returns how many people there are, in one round trip. Like the other reads of
// everyone it asks no permission: it is for columns in memory, whose readers ask.
func (p *People) CountEveryone(ctx context.Context) (int, error) {
	page, err := p.store.Employees(ctx, store.EmployeeQuery{First: 1})
	if err != nil {
		return 0, catalog.StoreFault(err)
	}
	return page.Total, nil
}

// Everyone streams all people with what they master, of one moment. A state that was edited
// by other means so that it cannot be read is left out.
func (p *People) Everyone(ctx context.Context) iter.Seq2[workforce.Record, error] {
	return func(yield func(workforce.Record, error) bool) {
		for read, err := range p.store.Profiles(ctx) {
			if len(fault.ProblemsOf(err)) > 0 { // people without a code
				return
			}
			if err != nil {
				yield(workforce.Record{}, catalog.StoreFault(err))
				return
			}
			if !yield(recordOf(read), nil) {
				return
			}
		}
	}
}

// EveryoneOf reads some people with what they master, in one round trip, and returns the codes
// of those who are not there.
func (p *People) EveryoneOf(ctx context.Context, codes []string) (records []workforce.Record, gone []string, err error) {
	if len(codes) == 0 { // no codes at all would select everybody
		return nil, nil, nil
	}
	page, err := p.store.Employees(ctx, store.EmployeeQuery{Codes: codes, States: true})
	if err != nil {
		return nil, nil, catalog.StoreFault(err)
	}
	found := map[string]bool{}
	for _, read := range page.Profiles {
		records = append(records, recordOf(read))
		found[read.Employee.Code] = true
	}
	return records, slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return found[code] }), nil
}

// EveryCode reads the codes of all people, in one round trip.
func (p *People) EveryCode(ctx context.Context) ([]string, error) {
	codes, err := employeeCodes(ctx, p.store, store.EmployeeQuery{})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return codes, nil
}

// EveryOrgUnit reads the departments, in one round trip.
func (p *People) EveryOrgUnit(ctx context.Context) ([]competency.OrgUnit, error) {
	units, _, err := readableUnits(ctx, p.store)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return units, nil
}

func recordOf(read store.Profile) workforce.Record {
	return workforce.Record{Employee: read.Employee, States: statesOf(read.States)}
}

func statesOf(stored []competency.Assessment) []workforce.State {
	states := make([]workforce.State, len(stored))
	for i, s := range stored {
		states[i] = workforce.State{Point: s.KnowledgePoint, State: decodeTrack(s).State}
	}
	return states
}
