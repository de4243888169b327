package catalog

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/search"
)

// searchIndex holds the search keys of a snapshot, built once (lazy initialization). To make
// all keys takes several seconds for 100,000 points. Where the snapshot before has them, they are
// made for the records alone that differ, which takes milliseconds.
type searchIndex struct {
	once                                       sync.Once
	begun                                      atomic.Bool
	before                                     *Snapshot // whose keys are kept; nil where it has none, and once these are built
	positions, competencies, points, resources []search.Entry
}

// searchIndex returns the search keys, and builds them where nobody has.
func (s *Snapshot) searchIndex() *searchIndex {
	s.search.begun.Store(true)
	s.search.once.Do(s.buildSearchIndex)
	return &s.search
}

func (s *Snapshot) buildSearchIndex() {
	kept, old := &searchIndex{}, &competency.Catalog{}
	if before := s.search.before; before != nil {
		kept, old = before.searchIndex(), before.graph.Catalog()
		s.search.before = nil
	}
	c, index := s.graph.Catalog(), &s.search
	index.positions = searchEntries(c.Positions, old.Positions, kept.positions, func(r *competency.Position) searchedTexts {
		return searchedTexts{r.Code, [2]string{r.Name, r.NameEN}, nil, r.Description}
	})
	index.competencies = searchEntries(c.Competencies, old.Competencies, kept.competencies, func(r *competency.Competency) searchedTexts {
		return searchedTexts{r.Code, [2]string{r.Name, r.NameEN}, nil, r.Description}
	})
	index.points = searchEntries(c.KnowledgePoints, old.KnowledgePoints, kept.points, func(r *competency.KnowledgePoint) searchedTexts {
		return searchedTexts{r.Code, [2]string{r.Name, r.NameEN}, r.Tags, r.Description}
	})
	index.resources = searchEntries(c.Resources, old.Resources, kept.resources, func(r *competency.Resource) searchedTexts {
		return searchedTexts{code: r.Code, names: [2]string{r.Title}}
	})
}

// keepSearchIndex makes the keys of a new snapshot from those of the one that it replaces,
// where anybody has searched that: in the background, so that no search waits for it.
// The function that it returns is called once the snapshot is live.
func (s *Snapshot) keepSearchIndex(before *Snapshot) (live func()) {
	s.search.before = nil
	if before == nil || !before.search.begun.Load() {
		return func() {}
	}
	s.search.before = before
	return func() { go s.searchIndex() }
}

// BuildSearchIndex makes the search keys in the background, so that the first search does not
// wait for them. From then on they follow each publication.
func (c *Catalog) BuildSearchIndex() { go c.Current().searchIndex() }

// searchedTexts are the texts by which a record is found.
type searchedTexts struct {
	code        string
	names       [2]string
	tags        []string
	description string
}

func (t searchedTexts) equal(other searchedTexts) bool {
	return t.code == other.code && t.names == other.names && t.description == other.description && slices.Equal(t.tags, other.tags)
}

// searchEntries returns the entries of records. It keeps those of old records that have the
// same texts (merge of two lists that are sorted by code).
func searchEntries[T any](records, old []T, kept []search.Entry, textsOf func(*T) searchedTexts) []search.Entry {
	entries, j := make([]search.Entry, len(records)), 0
	for i := range records {
		texts := textsOf(&records[i])
		for j < len(old) && textsOf(&old[j]).code < texts.code {
			j++
		}
		if j < len(old) && textsOf(&old[j]).equal(texts) {
			entries[i] = kept[j]
		} else {
			entries[i] = search.NewEntry(texts.code, texts.names[:], texts.tags, texts.description)
		}
	}
	return entries
}
