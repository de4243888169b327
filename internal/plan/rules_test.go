package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

// makePath makes the path to position P.
func makePath(t kgtest.TB, text string, limits plan.Limits) (*kg.Graph, *plan.Path) {
	w, g := kgtest.Compile(t, text)
	return g, plan.Make(g, w.States(g), kgtest.Position(t, g, "P"), limits, kgtest.Now)
}

// formatPath writes a path: minutes, what is learned (or, with ~, reviewed), and
// what it waits for.
func formatPath(g *kg.Graph, p *plan.Path) string {
	var steps []string
	for _, s := range p.Steps {
		step := fmt.Sprintf("%d %s", s.Minutes, g.Code(s.Point))
		if s.Kind == plan.Review {
			step = fmt.Sprintf("%d ~%s", s.Minutes, g.Code(s.Point))
		} else if waits := p.Pending.WaitsFor(s.Pending); len(waits) > 0 {
			step += "<" + strings.Join(kgtest.Codes(g, waits), "+")
		}
		steps = append(steps, step)
	}
	return strings.Join(steps, ", ")
}

func TestPendingRules(t *testing.T) {
	for _, test := range []struct{ why, text, want string }{
		{
			"Nothing is asked of a person who can do it all.",
			"P: A B\nB <- A\n@ A=1 B=1", "",
		},
		{
			"A requirement pulls in what it rests on, to the end.",
			"P: C\nC <- B\nB <- A", "30 A, 30 B<A, 30 C<B",
		},
		{
			"A mastered point asks nothing of its prerequisites: whoever can do B need not learn A.",
			"P: C\nC <- B\nB <- A\n@ B=0.7", "30 C",
		},
		{
			"Half of a mastery saves half of the time.",
			"P: B=0.8\nB <- A@0.6\n@ B=0.4 A=0.3", "15 A, 15 B<A",
		},
		{
			"Less than a minute is a minute, and halves go up.",
			"A 1m B 5m\nP: A=0.8 B=0.8\n@ A=0.7 B=0.4", "3 B, 1 A",
		},
		{
			"A point is learned to the highest level that anything asks: here that of an edge.",
			"P: A=0.3 B\nB <- A@0.95\n@ A=0.19", "24 A, 30 B<A",
		},
		{
			"Forgetting does not lock what comes after: A has decayed and B does not wait for it.",
			"P: B\nB <- A\n@ A=0.7/900d", "30 B",
		},
		{
			"What the position itself requires and has decayed is reviewed, at a fifth of the time.",
			"A 50m\nP: A=0.7\n@ A=0.7/900d", "10 ~A",
		},
		{
			"Unless something asks for more than was ever mastered: then it is learned, once.",
			"A 50m\nP: A=0.7 B\nB <- A@0.875\n@ A=0.7/900d", "10 A, 30 B<A",
		},
		{
			"A requirement that is met may have to be learned further for the sake of another.",
			"P: A=0.3 B\nB <- A\n@ A=0.35", "15 A, 30 B<A",
		},
		{
			"A competency as prerequisite means all of its points, at any depth, that are not there yet.",
			"G { A H { B C } }\nP: X\nX <- G\n@ B=0.9", "30 A, 30 C, 30 X<A+C",
		},
		{
			"A competency as dependent hands what it requires to each of its points.",
			"G { X H { Y } }\nP: G\nG <- A", "30 A, 30 X<A, 30 Y<A",
		},
		{
			"An empty competency keeps nobody waiting.",
			"E { }\nP: X\nX <- E\nE <- A", "30 X",
		},
		{
			"A soft prerequisite adds nothing to the work.",
			"P: X\nX <~ A", "30 X",
		},
		{
			"It only comes first where it is learned anyway, and is nothing to wait for.",
			"P: A X*9\nX <~ A", "30 A, 30 X",
		},
		{
			"All points of a competency advise softly too.",
			"G { A B }\nP: A B X*9\nX <~ G", "30 A, 30 B, 30 X",
		},
	} {
		t.Run(test.why, func(t *testing.T) {
			g, p := makePath(t, test.text, plan.Limits{})
			require.Equal(t, test.want, formatPath(g, p))
		})
	}
}

func TestChoiceRules(t *testing.T) {
	for _, test := range []struct{ why, text, want string }{
		{
			"The alternative that takes less time is taken.",
			"A 40m B 20m\nP: X\nX <- a: A | B", "20 B, 30 X<B",
		},
		{
			"Of equals the first by code, in code-point order.",
			"P: X\nX <- a: 乙 | 甲 | z", "30 z, 30 X<z",
		},
		{
			"What one has begun costs less.",
			"A 40m B 20m\nP: X\nX <- a: A | B\n@ A=0.5", "11 A, 30 X<A",
		},
		{
			"One alternative mastered is enough, and none is learned.",
			"P: X\nX <- a: A | B\n@ B=0.7", "30 X",
		},
		{
			"Mastered at the level of its own edge, that is: A is the nearer one all the same.",
			"P: X\nX <- a: A@0.95 | B@0.8\n@ A=0.8 B=0.5", "5 A, 30 X<A",
		},
		{
			"What has to be learned anyway costs nothing.",
			"A 90m B 5m\nP: A X\nX <- a: A | B", "90 A, 30 X<A",
		},
		{
			"What an alternative rests on is part of its price.",
			"A 10m B 30m C 40m\nP: X\nX <- a: A | B\nA <- C", "30 B, 30 X<B",
		},
		{
			"And so is the cheapest of what it leaves to choose.",
			"A 10m B 30m C 40m D 50m\nP: X\nX <- a: A | B\nA <- z: C | D", "30 B, 30 X<B",
		},
		{
			"A whole competency is one alternative, and costs the sum of it.",
			"G { A 10m B 10m }\nC 15m\nP: X\nX <- a: G | C", "15 C, 30 X<C",
		},
		{
			"Clauses are settled by name: a, knowing nothing of b, takes B; b then finds A no dearer than C.",
			"A 30m B 20m C 40m\nP: X\nX <- a: A | B\nX <- b: A | C", "20 B, 30 A, 30 X<A+B",
		},
		{
			"With the names exchanged, A serves both.",
			"A 30m B 20m C 40m\nP: X\nX <- b: A | B\nX <- a: A | C", "30 A, 30 X<A",
		},
		{
			"A point and the competency above it may both have a clause a; that of the lesser code is settled first: here G's.",
			"A 30m B 20m C 40m\nG { X }\nP: X\nG <- a: A | C\nX <- a: A | B", "30 A, 30 X<A",
		},
		{
			"And here the point's, which takes B without knowing of the other.",
			"A 30m B 20m C 40m\n甲 { X }\nP: X\n甲 <- a: A | C\nX <- a: A | B", "20 B, 30 A, 30 X<A+B",
		},
		{
			"Deeper points choose first: Y, on a longer chain, takes A, and X finds it there.",
			"A 30m B 20m C 40m\nP: X Y\nY <- a: A | C\nY <- Z\nZ <- Q\nX <- a: A | B\n@ Z=1", "30 A, 30 X<A, 30 Y<A",
		},
		{
			"Each point of a competency chooses for itself: X has A begun by no one, Y rests on B anyway.",
			"A 20m B 40m\nG { X Y }\nP: X Y\nG <- a: A | B\nY <- B", "40 B, 30 X<B, 30 Y<B",
		},
		{
			"The need is that of the edge that was chosen.",
			"A 30m B 40m\nP: X\nX <- a: A@0.5 | B@0.95\n@ A=0.25", "15 A, 30 X<A",
		},
	} {
		t.Run(test.why, func(t *testing.T) {
			g, p := makePath(t, test.text, plan.Limits{})
			require.Equal(t, test.want, formatPath(g, p))
		})
	}
}
