package catalog

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

func newTestSnapshot(t require.TestingT, c competency.Catalog, before *Snapshot) *Snapshot {
	graph, err := kg.Compile(c)
	require.NoError(t, err)
	s := &Snapshot{graph: graph}
	s.keepSearchIndex(before)
	return s
}

// The keys of a snapshot are the same, whether they are made from nothing or from those of
// the snapshot before.
func TestSearchIndexFollowsPublications(t *testing.T) {
	texts := rapid.SampledFrom([]string{"", "数据", "SQL 优化", "x"})
	records := func(t *rapid.T) (c competency.Catalog) {
		for _, code := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"A", "B", "C", "D", "E"}), rapid.ID[string]).Draw(t, "codes") {
			name, nameEN, description := "名"+texts.Draw(t, "name"), texts.Draw(t, "nameEN"), texts.Draw(t, "description")
			c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: "K" + code, Name: name, NameEN: nameEN, Description: description, Tags: rapid.SliceOfN(texts, 0, 2).Draw(t, "tags")})
			c.Competencies = append(c.Competencies, competency.Competency{Code: "C" + code, Name: name, NameEN: nameEN, Description: description})
			c.Positions = append(c.Positions, competency.Position{Code: "P" + code, Name: name, NameEN: nameEN, Description: description})
			c.Resources = append(c.Resources, competency.Resource{Code: "R" + code, Title: name})
		}
		return c
	}
	rapid.Check(t, func(t *rapid.T) {
		before := newTestSnapshot(t, records(t), nil)
		if rapid.Bool().Draw(t, "searched") {
			before.searchIndex()
		}
		edited := records(t)
		want, got := newTestSnapshot(t, edited, nil).searchIndex(), newTestSnapshot(t, edited, before).searchIndex()
		require.Equal(t, want.points, got.points)
		require.Equal(t, want.competencies, got.competencies)
		require.Equal(t, want.positions, got.positions)
		require.Equal(t, want.resources, got.resources)
		require.Nil(t, got.before, "else each snapshot keeps all before it in memory")
	})
}

// What an edit leaves as it was is not folded again.
func TestSearchKeysOfEqualRecordsAreKept(t *testing.T) {
	c := competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "A", Name: "数据"}, {Code: "B", Name: "清洗", Tags: []string{"SQL"}}, {Code: "D", Name: "查询"}}}
	before := newTestSnapshot(t, c, nil)
	old := before.searchIndex().points
	c.KnowledgePoints = slices.Clone(c.KnowledgePoints)
	c.KnowledgePoints[0].Description = "新"
	c.KnowledgePoints[1].Minutes = new(5) // by which nobody searches
	c.KnowledgePoints = slices.Insert(c.KnowledgePoints, 2, competency.KnowledgePoint{Code: "C", Name: "分析"})
	now := newTestSnapshot(t, c, before).searchIndex().points
	kept := func(i, j int) bool { return unsafe.StringData(old[i].Key) == unsafe.StringData(now[j].Key) }
	require.False(t, kept(0, 0))
	require.True(t, kept(1, 1))
	require.True(t, kept(2, 3))
}

// A snapshot that nobody has searched has no keys to keep, and so is not kept itself.
func TestSnapshotThatIsNotSearchedIsNotKept(t *testing.T) {
	before := newTestSnapshot(t, competency.Catalog{}, nil)
	require.Nil(t, newTestSnapshot(t, competency.Catalog{}, before).search.before)
}

// BenchmarkFirstSearch measures the first search after an edit of one of 100,000 points.
func BenchmarkFirstSearch(b *testing.B) {
	var c competency.Catalog
	for i := range 100_000 {
		c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{
			Code: fmt.Sprintf("K%06d", i), Name: fmt.Sprintf("数据清洗与可视化分析%d", i), NameEN: fmt.Sprintf("Data cleaning and visual analysis %d", i),
			Tags: []string{"数据库", "SQL"}, Description: "按照规范清洗原始数据，处理缺失值与异常值，并用图表说明结论。",
		})
	}
	before := newTestSnapshot(b, c, nil)
	before.searchIndex()
	c.KnowledgePoints[50_000].Name = "改名"
	for name, kept := range map[string]*Snapshot{"all keys": nil, "keys kept": before} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := newTestSnapshot(b, c, kept)
				b.StartTimer()
				s.searchIndex()
			}
		})
	}
}
