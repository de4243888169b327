package workforce_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/workforce"
)

// randomCompany draws a company: nested competencies, departments with a parent or without,
// on a cycle too, people in none and in unknown ones, without a position or in an unknown one,
// some of whom come when the columns are there, states that have faded or are later than the
// question.
func randomCompany(t *rapid.T) *company {
	shape := kgtest.RichShape(rapid.IntRange(1, 40).Draw(t, "points"))
	shape.Positions = rapid.IntRange(1, 6).Draw(t, "positions")
	w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), shape)
	w.Positions = append(w.Positions, competency.Position{Code: "Z", Name: "requires nothing"})
	c := &company{graph: w.Compile(t)}
	// Codes do not follow the tree, so that code order is not tree order.
	codes := []string{"D", "乙", "A", "丙", "B", "C"}[:rapid.IntRange(0, 6).Draw(t, "units")]
	units := append([]string{"", "nowhere"}, codes...)
	for _, code := range codes {
		c.units = append(c.units, competency.OrgUnit{Code: code, Parent: pick(t, "parent", units)})
	}
	positions := []string{"", "unknown"}
	for _, p := range w.Positions {
		positions = append(positions, p.Code, p.Code, p.Code)
	}
	managers := []string{""}
	for i := range rapid.IntRange(0, 25).Draw(t, "people") {
		e := competency.Employee{Code: fmt.Sprintf("%c%02d", "EMB"[i%3], i*17%29), Position: pick(t, "position", positions), OrgUnit: pick(t, "unit", units), Manager: pick(t, "manager", managers)}
		e.Modalities = [][]competency.Modality{nil, {competency.Document}, {competency.Practice, competency.Video}}[i%3]
		managers = append(managers, e.Code)
		c.records = append(c.records, workforce.Record{Employee: e, States: randomStates(t, c.graph)})
	}
	c.late = rapid.IntRange(0, len(c.records)).Draw(t, "late")
	return c
}

func randomStates(t *rapid.T, g *kg.Graph) (states []workforce.State) {
	known := rapid.SampledFrom([]float64{0, .3, .7, 1}).Draw(t, "share known")
	for i := range g.Points() {
		if rapid.Float64Range(0, 1).Draw(t, "known") >= known {
			continue
		}
		s := mastery.State{
			Mastery:    rapid.SampledFrom([]float64{0, .3, .49, .5, .63, .7, .85, .95, .95 - 1e-10, 1}).Draw(t, "mastery"),
			AssessedAt: kgtest.Now.Add(-time.Duration(rapid.IntRange(-10, 500).Draw(t, "days")) * kgtest.Day),
		}
		if rapid.Bool().Draw(t, "from evidence") {
			s.Held = s.Mastery * rapid.SampledFrom([]float64{1, .9, .4}).Draw(t, "held")
			s.Stability = time.Duration(rapid.IntRange(1, 900).Draw(t, "stability")) * kgtest.Day
		}
		states = append(states, workforce.State{Point: g.Code(g.PointAt(i)), State: s})
	}
	return states
}

func pick[T any](t *rapid.T, label string, from []T) T { return rapid.SampledFrom(from).Draw(t, label) }

// randomGroup draws a group of which some people may be left out, and some hidden.
func (c *company) randomGroup(t *rapid.T, v *workforce.View) workforce.Group {
	g := c.wholeGroup(t, v)
	if rapid.Bool().Draw(t, "some left out") {
		g.Members = g.Members.Without(c.wholeGroup(t, v).Members)
	}
	g.Hidden = g.Members.And(c.wholeGroup(t, v).Members)
	return g
}

// wholeGroup draws a group with everyone who belongs to it.
func (c *company) wholeGroup(t *rapid.T, v *workforce.View) workforce.Group {
	g := workforce.Group{Kind: rapid.SampledFrom([]workforce.GroupKind{workforce.WholeFirm, workforce.Department, workforce.Line, workforce.Incumbents, workforce.Union}).Draw(t, "kind")}
	codes := []string{"none"}
	switch g.Kind {
	case workforce.Department:
		for _, u := range c.units {
			codes = append(codes, u.Code)
		}
		g.Code = pick(t, "department", codes)
		g.Members = v.Department(g.Code)
	case workforce.Line:
		for _, r := range c.records {
			codes = append(codes, r.Employee.Code)
		}
		g.Code = pick(t, "head", codes)
		g.Members = v.Line(g.Code)
	case workforce.Incumbents:
		p := kg.Position(rapid.IntRange(0, len(c.graph.Catalog().Positions)-1).Draw(t, "incumbents of"))
		g.Code = c.graph.Catalog().Positions[p].Code
		g.Members = v.Incumbents(p)
	case workforce.Union:
		g.Members = c.wholeGroup(t, v).Members.Or(c.wholeGroup(t, v).Members)
	default:
		g.Members = v.Everyone()
	}
	return g
}

// checkRandomCompanies asks a random company about a random group, at the hour or at another
// time, and the naive way beside it.
func checkRandomCompanies(t *testing.T, check func(*rapid.T, *workforce.View, naive, workforce.Group)) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCompany(t)
		at := kgtest.Now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 100, -100}).Draw(t, "later")) * kgtest.Day)
		c.readAt(t, at, func(v *workforce.View) { check(t, v, naive{c, v, at}, c.randomGroup(t, v)) })
	})
}

// randomPosition draws a position.
func (c *company) randomPosition(t *rapid.T) kg.Position {
	return kg.Position(rapid.IntRange(0, len(c.graph.Catalog().Positions)-1).Draw(t, "position"))
}
