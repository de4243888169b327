package kg_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// formatRequirements writes what a position requires of points, in the notation.
func formatRequirements(g *kg.Graph, p kg.Position) string {
	var parts []string
	for _, r := range g.Requirements(p) {
		s := fmt.Sprintf("%s=%v*%v", g.Code(r.Point), r.Level, r.Weight)
		if r.Critical {
			s += "!"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func TestRequirements(t *testing.T) {
	for _, test := range []struct {
		why, text, want string
		warnings        int
	}{
		{"what is not said is 0.7, 1 and not critical", "P: A", "A=0.7*1", 0},
		{"a position may require nothing", "P:\nA", "", 0},
		{"a competency stands for its points at any depth, which share its weight", "G { A H { B C D } }\nP: G=0.5*2!", "A=0.5*0.5! B=0.5*0.5! C=0.5*0.5! D=0.5*0.5!", 0},
		{"the point's own statement decides, and takes no share", "G { A B C }\nP: G=0.5*3 A=0.9*7!", "A=0.9*7! B=0.5*1.5 C=0.5*1.5", 0},
		{"even where it asks less", "G { A B }\nP: G=0.9! A=0.3", "A=0.3*1 B=0.9*1!", 0},
		{"the nearest competency above decides", "G { A H { B I { C } } }\nP: G=0.5*4 I=0.9*3 H=0.7*2", "A=0.5*4 B=0.7*2 C=0.9*3", 0},
		{"wherever its code stands in the order", "甲 { A 乙 { B } }\nP: 甲=0.5 乙=0.9", "A=0.5*1 B=0.9*1", 0},
		{"an empty competency decides nothing", "E { }\nA\nP: E A", "A=0.7*1", 1},
		{"nor does one whose points have all been decided", "G { A H { B } }\nP: G=0.5 A=0.7 H=0.9", "A=0.7*1 B=0.9*1", 1},
		{"positions do not mix", "G { A B }\nP: G=0.5*2\nQ: A", "A=0.5*1 B=0.5*1", 0},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, g := kgtest.Compile(t, test.text)
			require.Equal(t, test.want, formatRequirements(g, kgtest.Position(t, g, "P")))
			require.Len(t, g.Warnings(), test.warnings)
			for _, w := range g.Warnings() {
				require.Equal(t, "requirements", w.Record)
				require.Contains(t, w.Text.EN, "decides no knowledge point")
			}
		})
	}
}

func TestEmptyCompetencyAsPrerequisiteWarns(t *testing.T) {
	w, g := kgtest.Compile(t, "E { F { } }\nB <- a: E | A\nE <- A\nC <~ E")
	require.Len(t, g.Warnings(), 1, "as a dependent, or SOFT, it does no harm")
	warning := g.Warnings()[0]
	require.Equal(t, "E", w.Prerequisites[warning.Index].Prerequisite)
	require.Contains(t, warning.Text.EN, "always satisfied")
}
