package exchange

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// rating is a cell of a matrix that rates a person on a competency.
type rating struct {
	m                    *matrixReader
	source, cell         int
	competency, employee string
	mastery              float64
}

// competencyRatings are those of all matrices. Each counts for every point in its competency,
// at any depth, without a more specific rating: one of the point itself, wherever the files
// give it, or of a competency further below.
type competencyRatings struct{ all []rating }

func (s *competencyRatings) add(r rating) { s.all = append(s.all, r) }

// pair is a person and a point.
type pair struct{ employee, point string }

// decode appends the states that follow from the ratings. It costs O(states), and O(catalog)
// where there is any rating.
func (s *competencyRatings) decode(d *Document, edges map[string]*edge, to *records) {
	if len(s.all) == 0 {
		return
	}
	about, people := edges[""], edges[competency.Employees]
	tree := newPointTree(about, s.all)
	slices.SortStableFunc(s.all, func(a, b rating) int { return cmp.Compare(tree.depth[b.competency], tree.depth[a.competency]) })
	by := s.given(to, about, people)
	type column struct {
		m          *matrixReader
		competency string
	}
	counts := map[column]int{}
	for _, r := range s.all {
		counts[column{r.m, r.competency}] += 0
		for _, point := range tree.points[r.competency] {
			key := pair{r.employee, point}
			if from, taken := by[key]; taken && from != r.competency {
				continue
			}
			by[key] = r.competency
			to.Mastery = append(to.Mastery, assessmentRow{Employee: r.employee, KnowledgePoint: point, Mastery: r.mastery})
			d.origins[competency.MasteryStates] = append(d.origins[competency.MasteryStates], origin{source: r.source, row: r.cell})
			counts[column{r.m, r.competency}]++
		}
	}
	for c, states := range counts {
		at := c.m.labelOf(c.competency)
		if len(tree.points[c.competency]) == 0 {
			d.Problems = append(d.Problems, LocatedProblem{Location: at, Code: fault.InvalidArgument, Text: fault.T(
				"there is no knowledge point in the competency %s, so that its ratings say nothing: add points to it, or rate points", "能力项 %s 下没有知识点，其评分不起作用：请为其补上知识点，或对知识点评分", competency.Quote(c.competency))})
			continue
		}
		d.Notices = append(d.Notices, LocatedProblem{Location: at, Text: fault.T(
			"%s is a competency: each of its ratings counts for its %s, but for those with a more specific rating; that makes %s",
			"%s 是能力项：其每项评分计入其下共 %s 个知识点，有更具体评分的除外；共得出 %s 条掌握状态", competency.Quote(c.competency),
			fault.Count(len(tree.points[c.competency]), "knowledge point", "knowledge points"), fault.Count(states, "state", "states"))})
	}
}

// given returns who has a state of which point already, of the people who are rated on
// competencies: with "" in place of a competency.
func (s *competencyRatings) given(to *records, about, people *edge) map[pair]string {
	rated := map[string]bool{}
	for _, r := range s.all {
		rated[r.employee] = true
	}
	codeOf := func(e *edge, text string) string { return cmp.Or(e.find(text).code, competency.NormalizeCode(text)) }
	by := map[pair]string{}
	for _, r := range to.Mastery {
		if employee := codeOf(people, r.Employee); rated[employee] {
			by[pair{employee, codeOf(about, r.KnowledgePoint)}] = ""
		}
	}
	return by
}

// labelOf returns the label of a record in the matrix.
func (m *matrixReader) labelOf(code string) Location {
	l := Location{File: m.file, Sheet: m.sheet}
	for i, line := range m.lines.across {
		if m.across == m.about && line.code == code {
			return l.moved(m.place(m.headerNumber, m.lines.across[i].at))
		}
	}
	for i, line := range m.lines.down {
		if m.down == m.about && line.code == code {
			return l.moved(m.place(m.numbers[i], m.lead))
		}
	}
	return l
}

// pointTree holds the points in each competency that is rated.
type pointTree struct {
	points map[string][]string
	depth  map[string]int
}

func newPointTree(about *edge, ratings []rating) pointTree {
	t := pointTree{map[string][]string{}, map[string]int{}}
	rated := map[string]bool{}
	for _, r := range ratings {
		rated[r.competency] = true
	}
	// above calls f with what is above a code, nearest first. It ends where a circle closes.
	above := func(code string, f func(string)) {
		seen := map[string]bool{code: true}
		for code = about.parent[code]; code != "" && !seen[code]; code = about.parent[code] {
			seen[code] = true
			f(code)
		}
	}
	for code := range rated {
		above(code, func(string) { t.depth[code]++ })
	}
	for _, code := range about.known.Codes() {
		if !about.isGroup(code) {
			above(code, func(group string) {
				if rated[group] {
					t.points[group] = append(t.points[group], code)
				}
			})
		}
	}
	for _, points := range t.points {
		slices.SortFunc(points, strings.Compare)
	}
	return t
}
