package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
)

// EmployeesLookingLike returns the codes of other employees that look like a code, sorted, as
// far as the viewer may know of them. It costs O(employees), and at most one read of the
// codes in some seconds.
func (p *People) EmployeesLookingLike(ctx context.Context, code string) (found []string, err error) {
	if err := access.Check(ctx, access.EditPeople, access.Subject{Employee: code}); err != nil {
		return nil, err
	}
	p.codes.mu.Lock()
	defer p.codes.mu.Unlock()
	if err := p.readCodes(ctx); err != nil {
		return nil, err
	}
	for _, codes := range p.codes.codes {
		for _, other := range codes {
			if competency.LooksLike(other, code) && access.Check(ctx, access.Card, access.Subject{Employee: other}) == nil {
				found = append(found, other)
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
