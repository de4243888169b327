package kg_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// For any catalog, Compile returns a graph whose invariants hold, or an error.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		"C { A B D { E } }\nB <- A@0.5\nE <- x: A | F\nF <~ D\nP: C=0.5*2! A\nR VIDEO 20m => A\nA -- B\n@ A=1",
		"C { D { C { } } }", "A <- B\nB <- A", "C { A }\nC <- A", "E { }\nE <- E", "甲 { 乙 }\n乙 <- 甲",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := kgtest.Parse(text[:min(len(text), 500)]); err == nil {
			requireValidOutcome(t, w.Catalog)
		}
	})
}

// FuzzReferences is FuzzCompile for what the notation cannot express: duplicate and
// unknown codes, repeated edges. Every byte is a code.
func FuzzReferences(f *testing.F) {
	f.Add([]byte("\x00a\x01ba\x01ca\x02bc\x04Pb"))
	f.Add([]byte("\x00a\x00a\x02aa\x03ab\x05ra\x06ab"))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = data[:min(len(data), 200)] // the checks are quadratic
		var c competency.Catalog
		next := func() string {
			if len(data) == 0 {
				return ""
			}
			b := data[0]
			data = data[1:]
			return string(rune('a' + b%8))
		}
		for len(data) > 0 {
			kind := data[0] % 8
			data = data[1:]
			switch kind {
			case 0:
				c.Competencies = append(c.Competencies, competency.Competency{Code: next(), Parent: next()})
			case 1:
				c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: next(), Competency: next()})
			case 2:
				c.Prerequisites = append(c.Prerequisites, competency.Prerequisite{Prerequisite: next(), Dependent: next()})
			case 3:
				c.Prerequisites = append(c.Prerequisites, competency.Prerequisite{Prerequisite: next(), Dependent: next(), Clause: next()})
			case 4:
				c.Requirements = append(c.Requirements, competency.Requirement{Position: next(), Target: next()})
			case 5:
				c.Resources = append(c.Resources, competency.Resource{Code: next(), Teaches: []string{next()}})
			case 6:
				c.Related = append(c.Related, competency.Related{A: next(), B: next()})
			case 7:
				c.Positions = append(c.Positions, competency.Position{Code: next()})
			}
		}
		requireValidOutcome(t, c)
	})
}

func requireValidOutcome(t *testing.T, c competency.Catalog) {
	g, err := kg.Compile(c)
	var refused *fault.Error
	var cyclic *kg.CycleError
	switch {
	case errors.As(err, &refused):
		require.NotEmpty(t, refused.Problems)
		return
	case errors.As(err, &cyclic):
		require.NotEmpty(t, cyclic.Cycles)
		for _, cycle := range cyclic.Cycles {
			require.NotEmpty(t, cycle)
		}
		return
	}
	require.NoError(t, err)
	require.Equal(t, len(c.KnowledgePoints), g.Points())
	require.Equal(t, len(c.KnowledgePoints)+len(c.Competencies), g.Nodes())
	for n := range kg.Node(g.Nodes()) {
		found, ok := g.Find(g.Code(n))
		require.True(t, ok)
		require.Equal(t, n, found)
		for _, m := range g.Members(n) {
			require.True(t, g.IsPoint(m))
		}
		if g.Parent(n) != kg.None {
			require.Subset(t, g.Members(g.Parent(n)), g.Members(n))
		}
		for _, a := range g.Needs(n) {
			requireBefore(t, g, a.Node, n)
		}
		for _, s := range g.Soft(n) {
			requireBefore(t, g, s, n)
		}
		for _, clause := range g.Choices(n) {
			require.GreaterOrEqual(t, len(clause.Alternatives), 2)
			for _, a := range clause.Alternatives {
				requireBefore(t, g, a.Node, n)
			}
		}
	}
	for p := range c.Positions {
		for _, r := range g.Requirements(kg.Position(p)) {
			require.True(t, g.IsPoint(r.Point))
		}
	}
}

func requireBefore(t *testing.T, g *kg.Graph, before, after kg.Node) {
	for _, a := range g.Members(before) {
		for _, b := range g.Members(after) {
			require.Less(t, a, b)
		}
	}
}
