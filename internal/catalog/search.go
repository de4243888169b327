package catalog

import (
	"context"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/search"
)

// Search is a text that is looked for in one snapshot. Each list has the best first: see
// search.Best. It costs a look at every key, a few milliseconds for 100,000 points.
type Search struct {
	snapshot *Snapshot
	query    search.Query
	first    int // of each list
}

// Search looks for a text, by which each list has up to first records; an empty text finds
// nothing.
func (c *Catalog) Search(ctx context.Context, text string, first int) (Search, error) {
	s, err := c.Snapshot(ctx)
	return Search{s, search.NewQuery(text), first}, err
}

// Positions returns the positions that are found by code, names and description.
func (f Search) Positions() []Position {
	return found(f, f.snapshot.searchIndex().positions, func(i int) Position { return f.snapshot.Position(kg.Position(i)) })
}

// Competencies returns the competencies that are found by code, names and description.
func (f Search) Competencies() []Competency {
	records := f.snapshot.graph.Catalog().Competencies
	return found(f, f.snapshot.searchIndex().competencies, func(i int) Competency {
		n, _ := f.snapshot.graph.Find(records[i].Code)
		return f.snapshot.Competency(n)
	})
}

// KnowledgePoints returns the points that are found by code, names, tags and description.
func (f Search) KnowledgePoints() []KnowledgePoint {
	return found(f, f.snapshot.searchIndex().points, func(i int) KnowledgePoint { return f.snapshot.Point(f.snapshot.graph.PointAt(i)) })
}

// Resources returns the resources that are found by code and title.
func (f Search) Resources() []Resource {
	return found(f, f.snapshot.searchIndex().resources, func(i int) Resource { return f.snapshot.Resource(int32(i)) })
}

func found[V any](f Search, entries []search.Entry, view func(int) V) []V {
	views := []V{}
	best := search.NewBest(f.query, f.first)
	for i, e := range entries {
		best.AddMatch(i, e)
	}
	for _, i := range best.Numbers() {
		views = append(views, view(i))
	}
	return views
}

// textMatcher returns a test of search keys for a text filter; no filter matches everything.
func textMatcher(text *string) func(search.Entry) bool {
	words := search.Words(optional.Value(text))
	return func(e search.Entry) bool { return search.Match(e.Key, words) }
}

// equals tests an equality filter; no filter matches everything.
func equals[T comparable](want *T, have T) bool { return want == nil || *want == have }
