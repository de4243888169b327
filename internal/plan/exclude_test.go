package plan_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

func TestExclude(t *testing.T) {
	for _, test := range []struct {
		why, text, exclude, want string
		unreached                []string
	}{
		{"a requirement by itself", "P: A B", "A", "30 B", []string{"A"}},
		{"what rests on it goes too, with all that only that needs", "P: C D\nC <- A B", "A", "30 D", []string{"C"}},
		{"at any distance", "P: C D\nC <- B\nB <- A", "A", "30 D", []string{"C"}},
		{"another way is taken, though it is longer", "A 5m\nP: C\nC <- a: A | B", "A", "30 B, 30 C<B", nil},
		{"none where there is none", "P: C\nC <- a: A | B\nA <- F\nB <- F", "F", "", []string{"C"}},
		{"a competency is one way, whole", "G { A B }\nP: C\nC <- G", "B", "", []string{"C"}},
		{"what is mastered is not in the way", "P: C\nC <- A\n@ A=0.7", "A", "30 C", nil},
		{"unless more is asked of it", "P: C\nC <- A@0.9\n@ A=0.7", "A", "", []string{"C"}},
		{"advice is only advice", "P: B\nB <~ A", "A", "30 B", nil},
		{"nor is it reviewed", "P: A=0.7 B\n@ A=0.7/900d", "A", "30 B", []string{"A"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			w, g := kgtest.Compile(t, test.text)
			limits := plan.Limits{Exclude: []kg.Node{kgtest.Node(t, g, test.exclude)}}
			p := plan.Make(g, w.States(g), kgtest.Position(t, g, "P"), limits, kgtest.Now)
			require.Equal(t, test.want, formatPath(g, p))
			require.Equal(t, test.unreached, unreachedCodes(g, p))
			require.True(t, p.WithinBudget)
		})
	}
}

func unreachedCodes(g *kg.Graph, p *plan.Path) (codes []string) {
	for _, x := range p.Unreached {
		codes = append(codes, g.Code(x.Point))
	}
	return codes
}

// Exactly what can be learned without the excluded points has a step.
func TestExcludeKeepsWhatCanBeLearned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		var limits plan.Limits
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, q.g.Points()-1), 1, -1, rapid.ID).Draw(t, "excluded") {
			limits.Exclude = append(limits.Exclude, kg.Node(i))
		}
		p := plan.Make(q.g, q.w.States(q.g), 0, limits, kgtest.Now)

		mastery := make([]float64, q.g.Points())
		for _, s := range q.w.States(q.g) {
			mastery[s.Point] = s.Mastery
		}
		var can func(n kg.Node) bool
		way := func(a kg.Alternative) bool {
			return !slices.ContainsFunc(q.g.Members(a.Node), func(m kg.Node) bool {
				return !competency.AtLeast(mastery[m], a.Theta) && !can(m)
			})
		}
		can = func(n kg.Node) bool {
			if slices.Contains(limits.Exclude, n) {
				return false
			}
			for owner := range owners(q.g, n) {
				for _, a := range q.g.Needs(owner) {
					if !way(a) {
						return false
					}
				}
				for _, c := range q.g.Choices(owner) {
					if !slices.ContainsFunc(c.Alternatives, way) {
						return false
					}
				}
			}
			return true
		}
		steps := map[kg.Node]bool{}
		for _, s := range p.Steps {
			require.NotContains(t, limits.Exclude, s.Point)
			require.True(t, s.Kind == plan.Review || can(s.Point), "%s cannot be learned", q.g.Code(s.Point))
			if s.Kind == plan.Learn {
				for _, w := range p.Pending.WaitsFor(s.Pending) {
					require.True(t, steps[w])
				}
			}
			steps[s.Point] = true
		}
		for _, x := range p.Report.Gaps {
			switch x.Status {
			case gap.Below, gap.Unassessed:
				require.Equal(t, can(x.Point), steps[x.Point], q.g.Code(x.Point))
			case gap.Decayed:
				require.Equal(t, !slices.Contains(limits.Exclude, x.Point), steps[x.Point], q.g.Code(x.Point))
			}
		}
	})
}

// owners walks a point and the competencies above it.
func owners(g *kg.Graph, n kg.Node) func(yield func(kg.Node) bool) {
	return func(yield func(kg.Node) bool) {
		if yield(n) {
			g.Ancestors(n)(yield)
		}
	}
}
