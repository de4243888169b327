package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
)

// EmployeesLookingLike returns the codes of other employees that look like a code, sorted, as
// far as the viewer may know of them. It costs O(employees), at most one read of the
// codes in some seconds, and one of those that it finds.
func (p *People) EmployeesLookingLike(ctx context.Context, code string) ([]string, error) {
	v, err := access.ScopedViewer(ctx, access.EditPeople)
	if err != nil {
		return nil, err
	}
	found, err := p.codesLookingLike(ctx, code)
	if err != nil {
		return nil, err
	}
	people, err := p.readSubjects(ctx, v, found)
	return slices.DeleteFunc(found, func(code string) bool { return v.DecidePerson(access.Card, people.of(code)) != access.Allowed }), err
}

func (p *People) codesLookingLike(ctx context.Context, code string) (found []string, err error) {
	p.codes.mu.Lock()
	defer p.codes.mu.Unlock()
	if err := p.readCodes(ctx); err != nil {
		return nil, err
	}
	for _, codes := range p.codes.codes {
		for _, other := range codes {
			if competency.LooksLike(other, code) {
				found = append(found, other)
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
