package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
)

// maxFound is how many of each kind a search may be asked for.
const maxFound = 50

// SearchResult is what a text finds. Each list is searched for when it is asked for.
type SearchResult struct {
	catalog.Search
	people *people.People
	text   string
	first  int
}

// Search looks for a text among all that the viewer may see, the best first: up to first
// people, positions, points, competencies and resources each. An empty text finds nothing.
func (s *Service) Search(ctx context.Context, text string, first int) (*SearchResult, error) {
	if first < 0 || first > maxFound {
		return nil, fault.New(fault.InvalidArgument, "first must be between 0 and %d, not %d", "first 须在 0 与 %d 之间，而不是 %d", maxFound, first)
	}
	found, err := s.Catalog.Search(ctx, text, first)
	if err != nil {
		return nil, err
	}
	return &SearchResult{found, s.People, text, first}, nil
}

// Employees returns the people who are found, in one round trip; nobody where the viewer may
// list nobody. A token without people:read is refused.
func (r SearchResult) Employees(ctx context.Context) ([]people.Employee, error) {
	return r.people.Search(ctx, r.text, r.first)
}
