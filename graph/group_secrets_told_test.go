package graph_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
)

// toldHolders is a point of holders or of risks.
type toldHolders struct {
	Class          string
	Level          float64
	Affected       *int
	KnowledgePoint struct{ Code string }
}

// toldUnblocking is a point that opens the way.
type toldUnblocking struct {
	KnowledgePoint struct{ Code string }
	Size           int
	Value          float64
	People         struct{ Nodes []struct{ Code string } }
}

// checkTold checks that a viewer is told exactly what may be told, and that it is the figure of who
// may read everyone, rounded.
func (c *secretCompany) checkTold(t *testing.T, a *api, v secretViewer, unread func(competency.Employee) bool) {
	type cell struct {
		People                                *int
		Coverage, Unmet, Required, Unassessed *float64
		Withheld                              bool
	}
	type answer struct {
		Heat struct {
			Without *int
			Columns []struct{ Competency *struct{ Code string } }
			Total   []cell
		}
		Spread struct {
			People          *int
			Unassessed      *float64
			Quantiles, Bins []any
			BusFactor       *int
		}
		Risks, Holders struct {
			TotalCount int
			Nodes      []toldHolders
		}
		Unblocking struct{ Points []toldUnblocking }
		Points     struct {
			Nodes []struct {
				Code             string
				At05, At06, At07 struct {
					Level float64
					Class *string
				}
			}
		}
	}
	var firm answer
	require.NoError(t, json.Unmarshal([]byte(a.query(t, `{ unblocking(minGroup: 1, first: 50) { points { knowledgePoint { code } people(first: 200) { nodes { code } } } } }`)), &firm))
	round := func(x *float64) *float64 { return new(math.Floor(*x*100+.5) / 100) }
	columns := c.columns()
	everyoneTold := c.toldCells(everyone, unread, nil)
	for _, u := range c.units {
		in := func(counted func(competency.Employee) bool, only func(competency.Employee) bool) (n int) {
			for _, e := range c.people {
				if slices.Contains(c.unitsAbove(e.OrgUnit), u.Code) && counted(e) && only(e) {
					n++
				}
			}
			return n
		}
		hidden := func(e competency.Employee) bool {
			p := c.person(e)
			return unread(e) && !v.ask.IsOwnManager(&p)
		}
		if in(everyone, hidden) == 0 {
			continue // exact, without own managers
		}
		query := fmt.Sprintf(`{ heat: teamGaps(%[1]s) { without columns { competency { code } } total { people coverage unmet required unassessed withheld } }
			spread: coverageDistribution(position: "P00", %[1]s) { people unassessed busFactor quantiles { share } bins { people } }
			risks(%[1]s, first: 200) { totalCount nodes { class level affected knowledgePoint { code } } }
			holders(%[1]s, first: 200) { totalCount nodes { class level knowledgePoint { code } } }
			points: knowledgePoints(first: 20) { nodes { code at05: holders(level: 0.5, %[1]s) { level class } at06: holders(level: 0.6, %[1]s) { level class } at07: holders(level: 0.7, %[1]s) { level class } } }
			unblocking(%[1]s, minGroup: 1, first: 200) { points { knowledgePoint { code } size value } } }`, fmt.Sprintf("group: { orgUnit: %q }", u.Code))
		got, all := answer{}, answer{}
		r := (&api{Handler: actAs(a, v.ask)}).execute(t, query, nil)
		if len(r.Errors) > 0 { // a department outside those of the token
			require.Contains(t, r.codes(), fault.PermissionDenied, r.body)
			continue
		}
		require.NoError(t, json.Unmarshal(r.Data, &got))
		require.NoError(t, json.Unmarshal([]byte(a.query(t, query)), &all))
		if !everyoneTold[u.Code] {
			require.Zero(t, got.Spread)
			require.Zero(t, got.Risks.TotalCount+got.Holders.TotalCount+len(got.Unblocking.Points))
		} else {
			require.Equal(t, all.Spread.People, got.Spread.People)
			require.Equal(t, round(all.Spread.Unassessed), got.Spread.Unassessed)
			require.Equal(t, all.Spread.BusFactor, got.Spread.BusFactor)
			require.Equal(t, in(everyone, unread) >= 20, got.Spread.Bins != nil && len(got.Spread.Quantiles) == 3)
			require.Equal(t, all.Holders, got.Holders)
			c.checkRisks(t, u.Code, all.Risks.Nodes, got.Risks.Nodes, unread)
			c.checkUnblocking(t, u.Code, firm.Unblocking.Points, all.Unblocking.Points, got.Unblocking.Points, unread)
			require.Len(t, got.Heat.Columns, len(all.Heat.Columns))
		}
		for _, p := range got.Points.Nodes {
			for _, h := range []struct {
				Level float64
				Class *string
			}{p.At05, p.At06, p.At07} {
				required := in(func(e competency.Employee) bool { return c.requirement(e.Position, p.Code).Level == h.Level }, everyone) > 0
				require.Equal(t, everyoneTold[u.Code] && required, h.Class != nil, "a class at any level tells a mastery")
			}
		}
		at := map[string]cell{}
		for i, column := range got.Heat.Columns {
			at[columnName(column.Competency)] = got.Heat.Total[i]
		}
		for i, column := range all.Heat.Columns {
			name, want := columnName(column.Competency), all.Heat.Total[i]
			if !c.toldCells(columns[name], unread, nil)[u.Code] {
				shown, is := at[name]
				require.Equal(t, everyoneTold[u.Code], is, "a column tells which positions are held")
				require.Equal(t, cell{Withheld: is}, shown)
				continue
			}
			want.Coverage, want.Unmet, want.Required, want.Unassessed = round(want.Coverage), round(want.Unmet), round(want.Required), round(want.Unassessed)
			require.Equal(t, want, at[name])
		}
		left := func(e competency.Employee) bool {
			return !slices.ContainsFunc([]string{"P00", "P01", "P02", "P03"}, func(p string) bool { return p == e.Position })
		}
		require.Equal(t, c.toldCells(left, unread, nil)[u.Code], got.Heat.Without != nil)
	}
}

func columnName(competency *struct{ Code string }) string {
	if competency == nil {
		return "1 elsewhere"
	}
	return "1 " + competency.Code
}

// checkRisks checks how many people risks affect, and that the order follows from what is told.
func (c *secretCompany) checkRisks(t *testing.T, unit string, all, got []toldHolders, unread func(competency.Employee) bool) {
	want := slices.Clone(all)
	for i := range want {
		affected := func(e competency.Employee) bool {
			r := c.requirement(e.Position, want[i].KnowledgePoint.Code)
			return r.Critical && r.Level == want[i].Level
		}
		if !c.toldCells(affected, unread, nil)[unit] {
			want[i].Affected = nil
		}
	}
	people := func(r toldHolders) int {
		if r.Affected == nil {
			return 0
		}
		return *r.Affected
	}
	slices.SortFunc(want, func(a, b toldHolders) int { // NONE before SINGLE
		return cmp.Or(strings.Compare(a.Class, b.Class), cmp.Compare(people(b), people(a)), strings.Compare(a.KnowledgePoint.Code, b.KnowledgePoint.Code), cmp.Compare(a.Level, b.Level))
	})
	if len(want) > 0 {
		require.Equal(t, want, got)
	}
	for _, r := range want {
		c.told["risks"]++
		if r.Affected == nil {
			c.told["risks without people"]++
		}
	}
}

// checkUnblocking checks which points are told, given what is the next step of whom in the firm.
func (c *secretCompany) checkUnblocking(t *testing.T, unit string, firm, all, got []toldUnblocking, unread func(competency.Employee) bool) {
	var want []toldUnblocking
	for _, x := range all {
		i := slices.IndexFunc(firm, func(y toldUnblocking) bool { return x.KnowledgePoint == y.KnowledgePoint })
		next := map[string]bool{}
		for _, e := range firm[i].People.Nodes {
			next[e.Code] = true
		}
		if c.toldCells(func(e competency.Employee) bool { return next[e.Code] }, unread, c.toldCells(everyone, unread, nil))[unit] {
			x.Value = math.Floor(x.Value*100+.5) / 100
			want = append(want, x)
		}
	}
	slices.SortFunc(want, func(a, b toldUnblocking) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(b.Size, a.Size), strings.Compare(a.KnowledgePoint.Code, b.KnowledgePoint.Code))
	})
	require.Equal(t, len(want), len(got))
	c.told["unblocking"] += len(want)
	c.told["unblocking withheld"] += len(all) - len(want)
	if len(want) > 0 {
		require.Equal(t, want, got)
	}
}

// requirement returns what a position requires of a point, zero for nothing.
func (c *secretCompany) requirement(position, point string) kg.Requirement {
	p, _ := c.graph.FindPosition(position)
	for _, r := range c.graph.Requirements(p) {
		if c.graph.Code(r.Point) == point {
			return r
		}
	}
	return kg.Requirement{}
}
