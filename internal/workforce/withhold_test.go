package workforce_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/workforce"
)

// secret is a firm of which a viewer may read some people, given by the departments of the
// hidden and of the others.
func secret(t kgtest.TB, units []competency.OrgUnit, hidden, readable []string, ask func(v *workforce.View, unread workforce.Set)) {
	c := &company{graph: (&kgtest.World{}).Compile(t), units: units}
	var unread []string
	for i, unit := range slices.Concat(hidden, readable) {
		code := fmt.Sprintf("E%03d", i)
		c.records = append(c.records, workforce.Record{Employee: competency.Employee{Code: code, OrgUnit: unit}})
		if i < len(hidden) {
			unread = append(unread, code)
		}
	}
	c.read(t, func(v *workforce.View) { ask(v, v.People(unread)) })
}

func repeat(unit string, n int) []string { return slices.Repeat([]string{unit}, n) }

func TestWithholding(t *testing.T) {
	units := []competency.OrgUnit{{Code: "A"}, {Code: "B"}, {Code: "A1", Parent: "A"}, {Code: "A2", Parent: "A"}, {Code: "A3", Parent: "A"}, {Code: "ring", Parent: "ring"}}
	for name, c := range map[string]struct {
		hidden, readable []string
		firm             bool
		units, itself    []string // withheld
	}{
		"too few in all":               {hidden: repeat("A", 4), firm: true, units: []string{"A", "A1", "A2", "A3", "B", "ring"}, itself: []string{"", "A", "B"}},
		"a small one takes another":    {hidden: slices.Concat(repeat("A1", 3), repeat("A2", 7), repeat("A3", 9), repeat("B", 5)), units: []string{"A1", "A2", "ring"}, itself: []string{"", "A", "A1", "A2"}},
		"two small ones are enough":    {hidden: slices.Concat(repeat("A1", 3), repeat("A2", 2), repeat("A3", 9)), units: []string{"A1", "A2", "B", "ring"}, itself: []string{"", "A", "A1", "A2", "B"}},
		"ties go by code":              {hidden: slices.Concat(repeat("A", 5), repeat("A1", 4), repeat("A2", 5), repeat("A3", 5)), units: []string{"A1", "A2", "B", "ring"}, itself: []string{"", "A1", "A2", "B"}},
		"itself comes last":            {hidden: slices.Concat(repeat("A", 5), repeat("A1", 1), repeat("A2", 6)), units: []string{"A1", "A3", "B", "ring"}, itself: []string{"", "A", "A1", "A3", "B"}},
		"the size counts everyone":     {hidden: slices.Concat(repeat("A1", 3), repeat("A2", 6), repeat("A3", 5)), readable: repeat("A3", 9), units: []string{"A1", "A2", "B", "ring"}, itself: []string{"", "A", "A1", "A2", "B"}},
		"a part of what is withheld":   {hidden: slices.Concat(repeat("", 4), repeat("A1", 5), repeat("A2", 5), repeat("B", 50)), units: []string{"A", "A1", "A2", "A3", "ring"}, itself: []string{"", "A", "A1", "A2", "A3"}},
		"beneath no root is in itself": {hidden: slices.Concat(repeat("ring", 3), repeat("", 2), repeat("B", 5)), units: []string{"A", "A1", "A2", "A3", "ring"}, itself: []string{"A"}},
	} {
		t.Run(name, func(t *testing.T) {
			secret(t, units, c.hidden, c.readable, func(v *workforce.View, unread workforce.Set) {
				w := v.Withhold(v.Everyone(), unread)
				require.Equal(t, c.firm, w.Group(workforce.Group{Kind: workforce.WholeFirm}))
				var withheld, itself []string
				for _, u := range []string{"", "A", "A1", "A2", "A3", "B", "ring"} {
					if u != "" && w.Unit(u) {
						withheld = append(withheld, u)
					}
					if v.Direct(u).Len() > 0 && u != "ring" && w.Itself(u) {
						itself = append(itself, u)
					}
				}
				require.Equal(t, c.units, withheld)
				require.Equal(t, withDirect(v, c.itself), itself)
			})
		})
	}
}

func withDirect(v *workforce.View, units []string) (list []string) {
	for _, u := range units {
		if v.Direct(u).Len() > 0 {
			list = append(list, u)
		}
	}
	return list
}

// What is told are sums over sets of hidden people, which form a tree with the unions of its
// parts. Whatever is taken from whatever, nobody learns of one to four of them.
func TestToldFiguresKeepSecrets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var units []competency.OrgUnit
		codes := []string{""}
		for i := range rapid.IntRange(0, 9).Draw(t, "units") {
			code := fmt.Sprintf("D%d", i)
			units = append(units, competency.OrgUnit{Code: code, Parent: pick(t, "parent", codes)})
			codes = append(codes, code)
		}
		var hidden, readable []string
		for _, code := range codes {
			hidden = append(hidden, repeat(code, rapid.IntRange(0, 9).Draw(t, "hidden"))...)
			readable = append(readable, repeat(code, rapid.IntRange(0, 3).Draw(t, "readable"))...)
		}
		secret(t, units, hidden, readable, func(v *workforce.View, unread workforce.Set) {
			counted := v.Everyone().Without(v.Direct(pick(t, "without", codes)))
			w := v.Withhold(counted, unread)
			inRoot := map[string][]string{}
			for _, u := range units {
				inRoot[u.Parent] = append(inRoot[u.Parent], u.Code)
			}
			told := func(s workforce.Set) int { return s.And(counted).And(unread).Len() }
			// rest is what is left of a part when everything told within it is taken away.
			var rest func(unit string, shown bool, all workforce.Set) workforce.Set
			rest = func(unit string, shown bool, all workforce.Set) workforce.Set {
				left := all
				for _, child := range inRoot[unit] {
					within := rest(child, !w.Unit(child), v.Department(child))
					if w.Unit(child) {
						require.Zero(t, v.Department(child).Without(within).Len(), "a part of %s is told, and %s is not", child, child)
						continue
					}
					require.GreaterOrEqual(t, told(v.Department(child)), workforce.LeastHidden)
					left = left.Without(v.Department(child))
				}
				if !w.Itself(unit) {
					require.GreaterOrEqual(t, told(v.Direct(unit)), workforce.LeastHidden)
					left = left.Without(v.Direct(unit))
				}
				if shown {
					require.NotContains(t, []int{1, 2, 3, 4}, told(left), "left of %q", unit)
				}
				return left
			}
			firm := workforce.Group{Kind: workforce.WholeFirm, Members: v.Everyone(), Hidden: unread}
			rest("", !w.Group(firm), v.Everyone())

			union := workforce.Group{Kind: workforce.Union}
			for _, code := range codes[1:] {
				if rapid.Bool().Draw(t, "in the union") {
					union.Members = union.Members.Or(v.Department(code))
				}
			}
			union.Hidden = union.Members.And(unread)
			if w.Group(union) {
				return
			}
			require.GreaterOrEqual(t, told(union.Members), workforce.LeastHidden)
			left := union.Members
			for _, code := range codes {
				if code != "" && !w.Unit(code) && v.Department(code).Without(union.Members).Len() == 0 {
					left = left.Without(v.Department(code))
				}
				if !w.Itself(code) && v.Direct(code).Without(union.Members).Len() == 0 {
					left = left.Without(v.Direct(code))
				}
			}
			require.NotContains(t, []int{1, 2, 3, 4}, told(left), "left of the union")
		})
	})
}

// A position Z requires one point in the competency C. Of the five hidden people nobody is told
// one by one, and figures are rounded.
func TestHiddenPeopleAreToldTogether(t *testing.T) {
	c := hiddenTeam(t, 5)
	c.read(t, func(v *workforce.View) {
		g := workforce.Group{Kind: workforce.WholeFirm, Members: v.Everyone(), Hidden: v.Everyone()}
		position := positionOf(t, c.graph, "Z")
		m := v.HeatMap(g, position, 0, true)
		require.NotEmpty(t, m.People)
		m.Withhold(v, g, v.Everyone(), position, 0)
		require.Empty(t, m.People)
		require.Equal(t, []workforce.GroupCell{{People: 5, Hidden: 5, Coverage: .66, Unmet: .6, Required: 1}}, m.Total)
		require.False(t, m.WithoutWithheld && m.Without > 0)

		d := v.Distribution(g, position).Answer(v, g, v.Everyone())
		require.Equal(t, 5, *d.People)
		require.Empty(t, d.Bins)
		require.Empty(t, d.Quantiles)
		require.Equal(t, .4, *d.Ready)
		require.Nil(t, d.CriticalReady)
		require.Zero(t, *d.Unassessed)
	})
	c = hiddenTeam(t, 4)
	c.read(t, func(v *workforce.View) {
		g := workforce.Group{Kind: workforce.WholeFirm, Members: v.Everyone(), Hidden: v.Everyone()}
		position := positionOf(t, c.graph, "Z")
		m := v.HeatMap(g, position, 0, true)
		m.Withhold(v, g, v.Everyone(), position, 0)
		require.Equal(t, []workforce.GroupCell{{Withheld: true}}, m.Total)
		require.Equal(t, workforce.DistributionAnswer{}, v.Distribution(g, position).Answer(v, g, v.Everyone()))
	})
	c = hiddenTeam(t, 20)
	c.read(t, func(v *workforce.View) {
		g := workforce.Group{Kind: workforce.WholeFirm, Members: v.Everyone(), Hidden: v.Everyone()}
		d := v.Distribution(g, positionOf(t, c.graph, "Z")).Answer(v, g, v.Everyone())
		require.Equal(t, []workforce.Quantile{{.25, .43}, {.5, .71}, {.75, 1}}, d.Quantiles)
		people := 0
		for i, b := range d.Bins {
			people += b.People
			require.False(t, b.People > 0 && b.People < workforce.LeastHidden, "%v", b)
			if i > 0 {
				require.Equal(t, d.Bins[i-1].To, b.From)
			}
		}
		require.Equal(t, 20, people)
		require.Equal(t, 1.0, d.Bins[len(d.Bins)-1].To)
	})
}

// hiddenTeam is a firm of people who master one point at 0.1, 0.3, 0.5, 0.7 and 0.9 in turn, where
// position Z requires 0.7.
func hiddenTeam(t kgtest.TB, people int) *company {
	w := &kgtest.World{}
	w.Competencies = []competency.Competency{{Code: "C", Name: "C"}}
	w.KnowledgePoints = []competency.KnowledgePoint{{Code: "k", Name: "k", Competency: "C"}}
	w.Positions = []competency.Position{{Code: "Z", Name: "Z"}}
	w.Requirements = []competency.Requirement{{Position: "Z", Target: "k"}}
	c := &company{graph: w.Compile(t)}
	for i := range people {
		s := workforce.State{Point: "k"}
		s.Mastery, s.AssessedAt = float64(i%5)*.2+.1, kgtest.Now
		c.records = append(c.records, workforce.Record{Employee: competency.Employee{Code: fmt.Sprintf("E%02d", i), Position: "Z"}, States: []workforce.State{s}})
	}
	return c
}

func TestJoinedBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &workforce.Distribution{HasCritical: true}
		for i := range d.Bins {
			d.HiddenBins[i] = rapid.IntRange(0, 7).Draw(t, "hidden")
			d.Bins[i] = d.HiddenBins[i] + rapid.IntRange(0, 2).Draw(t, "readable")
			d.People, d.Hidden = d.People+d.Bins[i], d.Hidden+d.HiddenBins[i]
		}
		if d.Hidden < 20 {
			d.Bins[0], d.HiddenBins[0], d.People, d.Hidden = d.Bins[0]+20, d.HiddenBins[0]+20, d.People+20, d.Hidden+20
		}
		secret(t, nil, repeat("", 20), nil, func(v *workforce.View, unread workforce.Set) {
			g := workforce.Group{Kind: workforce.WholeFirm, Members: v.Everyone(), Hidden: unread}
			bins := d.Answer(v, g, unread).Bins
			from, people := 0, 0
			for _, b := range bins {
				require.Equal(t, float64(from)/20, b.From)
				hidden, all := 0, 0
				for ; float64(from)/20 < b.To; from++ {
					hidden, all = hidden+d.HiddenBins[from], all+d.Bins[from]
				}
				require.Equal(t, all, b.People)
				require.NotContains(t, []int{1, 2, 3, 4}, hidden)
				people += b.People
			}
			require.Equal(t, 20, from)
			require.Equal(t, d.People, people)
		})
	})
}
