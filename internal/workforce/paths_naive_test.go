package workforce_test

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/workforce"
)

func nine(x float64) int64 { return int64(math.Floor(x*1e9 + 0.5)) }

// byRank returns the requirements of a report in the order of codes.
func (n naive) byRank(report *gap.Report) []gap.Gap {
	return slices.SortedFunc(slices.Values(report.Gaps), func(a, b gap.Gap) int { return strings.Compare(n.graph.Code(a.Point), n.graph.Code(b.Point)) })
}

// readiness is how a person stands to a position, by their gap and their path.
func (n naive) readiness(r workforce.Record, position kg.Position) workforce.Readiness {
	path := plan.Make(n.graph, n.statesOf(r), position, plan.Limits{Modalities: r.Employee.Modalities}, n.at)
	x := workforce.Readiness{
		Position: position, Held: r.Employee.Position == n.graph.Catalog().Positions[position].Code,
		Ready: path.Report.Ready, CriticalReady: path.Report.CriticalReady, Coverage: path.Report.Coverage, Minutes: path.TotalMinutes,
	}
	switch {
	case x.Ready:
		x.Class = workforce.Ready
	case x.Minutes <= 2400:
		x.Class = workforce.Near
	case x.Minutes <= 9600:
		x.Class = workforce.Far
	default:
		x.Class = workforce.Later
	}
	all := 0.0
	for _, r := range n.byRank(path.Report) {
		all += r.Weight
		if r.Status == gap.Unassessed {
			x.Unassessed += r.Weight
		}
	}
	if all > 0 {
		x.Unassessed /= all
	}
	return x
}

func orderOf(r workforce.Readiness) []int {
	class := slices.Index([]workforce.ReadinessClass{workforce.Ready, workforce.Near, workforce.Far, workforce.Later}, r.Class)
	critical := 1
	if r.CriticalReady {
		critical = 0
	}
	return []int{class, critical, r.Minutes, -int(nine(r.Coverage))}
}

// requireReadiness compares all but Unassessed exactly.
func requireReadiness(t kgtest.TB, want, got workforce.Readiness) {
	require.InDelta(t, want.Unassessed, got.Unassessed, 1e-12)
	got.Unassessed = want.Unassessed
	require.Equal(t, want, got)
}

func TestShortlistEqualsNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		position := n.randomPosition(t)
		people := n.people(g.Members)
		slices.SortStableFunc(people, func(a, b workforce.Record) int {
			return slices.Compare(orderOf(n.readiness(a, position)), orderOf(n.readiness(b, position)))
		})
		list, err := v.Shortlist(context.Background(), g, position)
		require.NoError(t, err)
		require.Zero(t, list.Others)
		require.Len(t, list.Candidates, len(people))
		for i, r := range people {
			require.Equal(t, n.number(r), list.Candidates[i].Person)
			requireReadiness(t, n.readiness(r, position), list.Candidates[i].Readiness)
		}
	})
}

func TestPositionsEqualNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		for _, r := range n.people(g.Members) {
			var want []workforce.Readiness
			for i := range n.graph.Catalog().Positions {
				if len(n.graph.Requirements(kg.Position(i))) > 0 {
					want = append(want, n.readiness(r, kg.Position(i)))
				}
			}
			slices.SortStableFunc(want, func(a, b workforce.Readiness) int { return slices.Compare(orderOf(a), orderOf(b)) })
			got := workforce.PositionsFor(n.graph, &r.Employee, n.statesOf(r), n.at)
			require.Len(t, got, len(want))
			for i := range want {
				requireReadiness(t, want[i], got[i])
			}
		}
	})
}

// Of more people than are told, the first by readiness and coverage are told.
func TestShortlistIsBounded(t *testing.T) {
	c := manyPeople(t, workforce.MaxCandidates+700)
	c.read(t, func(v *workforce.View) {
		n, everyone := naive{c, v, kgtest.Now}, workforce.Group{Members: v.Everyone()}
		for p := range c.graph.Catalog().Positions {
			position := kg.Position(p)
			people := n.people(everyone.Members)
			rank := func(r workforce.Record) []int {
				report, unready := n.report(r, position), 2
				if report.CriticalReady {
					unready = 1
				}
				if report.Ready {
					unready = 0
				}
				return []int{unready, -int(nine(report.Coverage))}
			}
			slices.SortStableFunc(people, func(a, b workforce.Record) int { return slices.Compare(rank(a), rank(b)) })
			list, err := v.Shortlist(t.Context(), everyone, position)
			require.NoError(t, err)
			require.Equal(t, 700, list.Others)
			var got []string
			for _, x := range list.Candidates {
				got = append(got, v.Employee(x.Person).Code)
			}
			require.ElementsMatch(t, n.codes(people[:workforce.MaxCandidates]), got)
		}
	})
}

func TestDistancesEqualNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, _ workforce.Group) {
		from, to := n.randomPosition(t), n.randomPosition(t)
		var states []mastery.State
		for _, s := range plan.Make(n.graph, nil, from, plan.Limits{}, n.at).Steps {
			states = append(states, mastery.State{Point: s.Point, Mastery: s.Target, AssessedAt: n.at})
		}
		d := workforce.PositionDistance(n.graph, from, to)
		require.Equal(t, plan.Make(n.graph, states, to, plan.Limits{}, n.at).TotalMinutes, d.Minutes)

		shares := map[kg.Node][2]float64{}
		for i, p := range []kg.Position{from, to} {
			all := 0.0
			for _, r := range n.graph.Requirements(p) {
				all += r.Weight
			}
			for _, r := range n.graph.Requirements(p) {
				s := shares[r.Point]
				s[i] = r.Level * r.Weight / all
				shares[r.Point] = s
			}
		}
		common, all := 0.0, 0.0
		for _, s := range shares {
			common, all = common+min(s[0], s[1]), all+max(s[0], s[1])
		}
		if all == 0 {
			common, all = 1, 1
		}
		require.InDelta(t, common/all, d.Similarity, 1e-12)
	})
}

func TestUnblockingEqualsNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		minGroup := rapid.IntRange(1, 3).Draw(t, "least group")
		points := map[kg.Node]*workforce.Unblocking{}
		groups := map[kg.Node][]string{}
		for _, r := range n.people(g.Members) {
			position, ok := n.against(r, workforce.OwnPosition)
			if !ok {
				continue
			}
			path := plan.Make(n.graph, n.statesOf(r), position, plan.Limits{Modalities: r.Employee.Modalities}, n.at)
			weight := 0.0
			for _, x := range n.byRank(path.Report) {
				weight += x.Weight
			}
			for _, s := range path.Next(len(path.Steps)) {
				if s.Kind != plan.Learn {
					continue
				}
				u := points[s.Point]
				if u == nil {
					u = &workforce.Unblocking{Point: s.Point}
					points[s.Point] = u
				}
				value := 0.0
				for _, x := range n.byRank(path.Report) {
					if restsOn(path, x.Point, s.Point) {
						value += x.Value()
					}
				}
				u.Value += value / weight
				u.Minutes = max(u.Minutes, s.Minutes)
				if g.Hidden.Has(n.number(r)) {
					u.Hidden++
				}
				groups[s.Point] = append(groups[s.Point], r.Employee.Code)
			}
		}
		want := slices.DeleteFunc(slices.Collect(maps.Values(points)), func(u *workforce.Unblocking) bool { return len(groups[u.Point]) < minGroup })
		slices.SortFunc(want, func(a, b *workforce.Unblocking) int {
			return cmp.Or(
				cmp.Compare(nine(b.Value/float64(b.Minutes)), nine(a.Value/float64(a.Minutes))),
				cmp.Compare(len(groups[b.Point]), len(groups[a.Point])), strings.Compare(n.graph.Code(a.Point), n.graph.Code(b.Point)))
		})
		got, err := v.Unblocking(context.Background(), g, minGroup)
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i, u := range got {
			require.Equal(t, groups[u.Point], codesOf(v, v.InCodeOrder(u.People)))
			u.People = workforce.Set{}
			require.Equal(t, *want[i], u)
		}
	})
}

// restsOn reports whether a pending point waits for another, directly or not, or is it.
func restsOn(path *plan.Path, point, other kg.Node) bool {
	if point == other {
		return true
	}
	for i := range path.Pending.Len() {
		if path.Pending.Point(i) == point {
			return slices.ContainsFunc(path.Pending.WaitsFor(i), func(n kg.Node) bool { return restsOn(path, n, other) })
		}
	}
	return false
}

// Long work ends with the context, and where the caller has seen enough.
func TestUnblockingStops(t *testing.T) {
	c := manyPeople(t, 20)
	c.read(t, func(v *workforce.View) {
		people := v.Blocked(workforce.Group{Members: v.Everyone()})
		require.NotEmpty(t, people)
		enough := errors.New("enough")
		_, err := workforce.NewUnblocking(t.Context(), c.graph, people, workforce.Set{}, 2, v.At, func(done int) error {
			require.LessOrEqual(t, done, 3)
			if done == 3 {
				return enough
			}
			return nil
		})
		require.ErrorIs(t, err, enough)
		ended, end := context.WithCancel(t.Context())
		end()
		_, err = workforce.NewUnblocking(ended, c.graph, people, workforce.Set{}, 2, v.At, nil)
		require.ErrorIs(t, err, context.Canceled)
		_, err = v.Shortlist(ended, workforce.Group{Members: v.Everyone()}, 0)
		require.ErrorIs(t, err, context.Canceled)
	})
}
