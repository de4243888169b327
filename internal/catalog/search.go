package catalog

import (
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/search"
)

// searchIndex holds the search keys of a snapshot. It is built by the first search, which
// takes about a second for 100,000 points; every search then reads all keys in milliseconds.
type searchIndex struct {
	once                                       sync.Once
	positions, competencies, points, resources []string
}

func (s *Snapshot) searchIndex() *searchIndex {
	s.search.once.Do(func() {
		c := s.graph.Catalog()
		s.search.positions = searchKeys(c.Positions, func(r *competency.Position) string {
			return search.Key([]string{r.Code, r.Name, r.NameEN}, r.Description)
		})
		s.search.competencies = searchKeys(c.Competencies, func(r *competency.Competency) string {
			return search.Key([]string{r.Code, r.Name, r.NameEN}, r.Description)
		})
		s.search.points = searchKeys(c.KnowledgePoints, func(r *competency.KnowledgePoint) string {
			return search.Key(append([]string{r.Code, r.Name, r.NameEN}, r.Tags...), r.Description)
		})
		s.search.resources = searchKeys(c.Resources, func(r *competency.Resource) string { return search.Key([]string{r.Code, r.Title}) })
	})
	return &s.search
}

func searchKeys[T any](records []T, key func(*T) string) []string {
	keys := make([]string, len(records))
	for i := range records {
		keys[i] = key(&records[i])
	}
	return keys
}

// textMatcher returns a test of search keys for a text filter; no filter matches everything.
func textMatcher(text *string) func(key string) bool {
	words := search.Words(optional.Value(text))
	return func(key string) bool { return search.Match(key, words) }
}

// equals tests an equality filter; no filter matches everything.
func equals[T comparable](want *T, have T) bool { return want == nil || *want == have }
