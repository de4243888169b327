package catalog

import (
	"strings"
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
)

// searchIndex holds the folded codes and names of a snapshot. It is built by the first
// search. A search is for a substring, so that Chinese words of two characters need no
// dictionary; reading 100,000 names takes milliseconds.
type searchIndex struct {
	once                                       sync.Once
	positions, competencies, points, resources []string
}

func (s *Snapshot) searchIndex() *searchIndex {
	s.search.once.Do(func() {
		c := s.graph.Catalog()
		s.search.positions = foldTexts(c.Positions, func(r *competency.Position) []string { return []string{r.Code, r.Name, r.NameEN} })
		s.search.competencies = foldTexts(c.Competencies, func(r *competency.Competency) []string { return []string{r.Code, r.Name, r.NameEN} })
		s.search.points = foldTexts(c.KnowledgePoints, func(r *competency.KnowledgePoint) []string { return []string{r.Code, r.Name, r.NameEN} })
		s.search.resources = foldTexts(c.Resources, func(r *competency.Resource) []string { return []string{r.Code, r.Title} })
	})
	return &s.search
}

func foldTexts[T any](records []T, texts func(*T) []string) []string {
	out := make([]string, len(records))
	for i := range records {
		out[i] = competency.Fold(strings.Join(texts(&records[i]), "\n"))
	}
	return out
}

// textMatcher returns a test for a text filter; no filter matches everything.
func textMatcher(text *string) func(folded string) bool {
	if text == nil || strings.TrimSpace(*text) == "" {
		return func(string) bool { return true }
	}
	word := competency.Fold(strings.TrimSpace(*text))
	return func(folded string) bool { return strings.Contains(folded, word) }
}

// equals tests an equality filter; no filter matches everything.
func equals[T comparable](want *T, have T) bool { return want == nil || *want == have }
