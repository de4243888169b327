package service

import (
	"strings"
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
)

// searchIndex holds the folded codes and names of an edition, made when first
// searched. A search is for a substring, so that Chinese words of two
// characters need no dictionary; reading 100,000 names takes milliseconds.
type searchIndex struct {
	once                                       sync.Once
	positions, competencies, points, resources []string
}

func (e *edition) index() *searchIndex {
	e.search.once.Do(func() {
		c := e.graph.Catalog()
		e.search.positions = folded(c.Positions, func(r *competency.Position) []string { return []string{r.Code, r.Name, r.NameEN} })
		e.search.competencies = folded(c.Competencies, func(r *competency.Competency) []string { return []string{r.Code, r.Name, r.NameEN} })
		e.search.points = folded(c.KnowledgePoints, func(r *competency.KnowledgePoint) []string { return []string{r.Code, r.Name, r.NameEN} })
		e.search.resources = folded(c.Resources, func(r *competency.Resource) []string { return []string{r.Code, r.Title} })
	})
	return &e.search
}

func folded[T any](records []T, texts func(*T) []string) []string {
	out := make([]string, len(records))
	for i := range records {
		out[i] = competency.Fold(strings.Join(texts(&records[i]), "\n"))
	}
	return out
}

// matcher returns a test for one text filter; no filter matches everything.
func matcher(text *string) func(folded string) bool {
	if text == nil || strings.TrimSpace(*text) == "" {
		return func(string) bool { return true }
	}
	word := competency.Fold(strings.TrimSpace(*text))
	return func(folded string) bool { return strings.Contains(folded, word) }
}

// is tests one equality filter; no filter matches everything.
func is[T comparable](want *T, have T) bool { return want == nil || *want == have }
