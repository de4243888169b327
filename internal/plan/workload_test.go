package plan_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// timedQuestion is a random question about a path, at any time and with preferences.
type timedQuestion struct {
	g          *kg.Graph
	states     []mastery.State
	modalities []competency.Modality
	at         time.Time
}

func drawTimed(t *rapid.T) timedQuestion {
	q := drawQuestion(t)
	modalities := rapid.SliceOfNDistinct(rapid.SampledFrom([]competency.Modality{competency.Video, competency.Document, competency.Practice}), 0, 3, rapid.ID).Draw(t, "modalities")
	return timedQuestion{q.g, q.w.States(q.g), modalities, kgtest.Now.Add(time.Duration(rapid.IntRange(-300, 300).Draw(t, "days")) * kgtest.Day)}
}

func (q timedQuestion) path(position kg.Position) *plan.Path {
	return plan.Make(q.g, q.states, position, plan.Limits{Modalities: q.modalities}, q.at)
}

// A workload has the steps of the path.
func TestWorkload(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawTimed(t)
		for p := range q.g.Catalog().Positions {
			path := q.path(kg.Position(p))
			w := plan.NewWorkload(q.g, q.states, q.g.Requirements(kg.Position(p)), q.modalities, q.at)
			require.Equal(t, path.TotalMinutes, w.Minutes)
			require.Equal(t, learnTargets(path), w.Targets)
		}
	})
}

func learnTargets(path *plan.Path) []plan.Target {
	targets := []plan.Target{}
	for _, s := range path.Steps {
		if s.Kind == plan.Learn {
			targets = append(targets, plan.Target{Point: s.Point, Need: s.Target, Minutes: s.Minutes})
		}
	}
	slices.SortFunc(targets, func(a, b plan.Target) int { return cmp.Compare(a.Point, b.Point) })
	return targets
}

// What is unavoidable for a requirement is in the path towards all of them.
func TestUnavoidable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawTimed(t)
		for p := range q.g.Catalog().Positions {
			targets := learnTargets(q.path(kg.Position(p)))
			required := q.g.Requirements(kg.Position(p))
			for i := range required {
				for _, u := range plan.Unavoidable(q.g, q.states, required[i:i+1], q.modalities) {
					j, ok := slices.BinarySearchFunc(targets, u.Point, func(t plan.Target, n kg.Node) int { return cmp.Compare(t.Point, n) })
					require.True(t, ok, "%s is in the path", q.g.Code(u.Point))
					require.LessOrEqual(t, u.Need, targets[j].Need)
					require.LessOrEqual(t, u.Minutes, targets[j].Minutes)
				}
			}
		}
	})
}

func TestUnavoidableOfChoices(t *testing.T) {
	for _, test := range []struct {
		why, text string
		want      []string
	}{
		{"without a choice, everything", "P: A\nA <- B\nB <- C", []string{"A", "B", "C"}},
		{"what is mastered asks nothing", "P: A\nA <- B\nB <- C\n@ B=0.7", []string{"A"}},
		{"of a choice, what its alternatives have in common", "P: A\nA <- x: B | C\nB <- D E\nC <- D F", []string{"A", "D"}},
		{"and so of what follows from that", "P: A\nA <- x: B | C\nB <- D\nC <- D\nD <- y: E | F\nE <- G\nF <- G", []string{"A", "D", "G"}},
		{"a choice that is satisfied asks nothing", "P: A\nA <- x: B | C\nB <- D\nC <- D\n@ C=0.9", []string{"A"}},
		{"one alternative within the other", "P: A\nA <- x: B | C\nB <- C", []string{"A", "C"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			w, g := kgtest.Compile(t, test.text)
			var points []kg.Node
			for _, u := range plan.Unavoidable(g, w.States(g), g.Requirements(0), nil) {
				points = append(points, u.Point)
			}
			require.ElementsMatch(t, test.want, kgtest.Codes(g, points))
		})
	}
}

// Beneath a position is all that its paths rest on.
func TestBeneath(t *testing.T) {
	_, g := kgtest.Compile(t, "G { H I }\nJ { K }\nP: A\nA <- x: B | G@0.5\nG <- C\nJ <- D\nA <~ S\nE <- A")
	require.ElementsMatch(t, []string{"A", "B", "C", "H", "I"}, kgtest.Codes(g, plan.Beneath(g, g.Requirements(0))))
	rapid.Check(t, func(t *rapid.T) {
		q := drawTimed(t)
		for p := range q.g.Catalog().Positions {
			required := q.g.Requirements(kg.Position(p))
			beneath := plan.Beneath(q.g, required)
			require.True(t, slices.IsSorted(beneath))
			inside := slices.DeleteFunc(slices.Clone(q.states), func(s mastery.State) bool {
				_, ok := slices.BinarySearch(beneath, s.Point)
				return !ok
			})
			require.Equal(t, plan.NewWorkload(q.g, q.states, required, nil, q.at), plan.NewWorkload(q.g, inside, required, nil, q.at))
		}
	})
}

// Openings are the LEARN steps among the next steps, with the value of what they unlock.
func TestOpenings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawTimed(t)
		for p := range q.g.Catalog().Positions {
			path := q.path(kg.Position(p))
			unlocks := path.Pending.Unlocks()
			openings := path.Pending.Openings(q.modalities)
			var want []plan.Step
			for _, s := range path.Next(len(path.Steps)) {
				if s.Kind == plan.Learn {
					want = append(want, s)
				}
			}
			slices.SortFunc(want, func(a, b plan.Step) int { return cmp.Compare(a.Point, b.Point) })
			require.Len(t, openings, len(want))
			for i, o := range openings {
				require.Equal(t, want[i].Point, o.Point)
				require.Equal(t, want[i].Minutes, o.Minutes)
				resting := restingOn(q.g, path, o.Point)
				require.Len(t, resting, 1+unlocks[want[i].Pending])
				value := 0.0
				for _, n := range resting {
					if r := path.Report.RequirementOn(n); r.Level > 0 { // no foundation
						value += r.Value()
					}
				}
				require.Equal(t, value, o.Value)
			}
		}
	})
}

// restingOn returns a point and the pending points that rest on it, by code.
func restingOn(g *kg.Graph, path *plan.Path, point kg.Node) []kg.Node {
	resting := []kg.Node{point}
	for more := true; more; {
		more = false
		for i := range path.Pending.Len() {
			n := path.Pending.Point(i)
			if !slices.Contains(resting, n) && slices.ContainsFunc(path.Pending.WaitsFor(i), func(m kg.Node) bool { return slices.Contains(resting, m) }) {
				resting, more = append(resting, n), true
			}
		}
	}
	slices.SortFunc(resting, func(a, b kg.Node) int { return cmp.Compare(g.Rank(a), g.Rank(b)) })
	return resting
}
