package gap_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// analyze asks for the gap to position P.
func analyze(t kgtest.TB, text string) (*kg.Graph, *gap.Report) {
	w, g := kgtest.Compile(t, text)
	return g, gap.Analyze(g, w.States(g), kgtest.Position(t, g, "P"), kgtest.Now)
}

// current is the share of a mastery that is current after so many days.
func current(days float64) float64 { return math.Pow(1+19.0/81.0*days/180, -0.5) }

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		why, text string
		want      gap.Status
		shortfall float64
	}{
		{"no evidence is not zero", "P: A=0.7", gap.Unassessed, 0.7},
		{"zero is evidence", "P: A=0.7\n@ A=0", gap.Below, 0.7},
		{"enough", "P: A=0.7\n@ A=0.7", gap.Met, 0},
		{"more than enough has no negative shortfall", "P: A=0.7\n@ A=1", gap.Met, 0},
		{"not enough", "P: A=0.7\n@ A=0.6", gap.Below, 0.1},
		{"the slack is 1e-9", "P: A=0.7\n@ A=0.6999999991", gap.Met, 0},
		{"and no more", "P: A=0.7\n@ A=0.6999999989", gap.Below, 1.1e-9},
		{"what was exactly enough is met for one stability", "P: A=0.7\n@ A=0.7/180d", gap.Met, 0},
		{"and no longer", "P: A=0.7\n@ A=0.7/181d", gap.Decayed, 0.7 - 0.7*current(181)},
		{"only as far as it goes", "P: A=0.7\n@ A=0.9/180d", gap.Met, 0},
		{"exactly nine tenths after a stability", "P: A=0.81\n@ A=0.9/180d", gap.Met, 0},
		{"what never was enough is not decayed", "P: A=0.7\n@ A=0.6/180d", gap.Below, 0.16},
		{"not even where nine tenths of the level are current", "P: A=0.7\n@ A=0.69", gap.Below, 0.01},
		{"decayed has the slack too", "P: A=0.7\n@ A=0.6999999995/360d", gap.Decayed, 0.7 - 0.6999999995*current(360)},
		{"an assessment in the future has lost nothing", "P: A=0.7\n@ A=0.7/-34d", gap.Met, 0},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, r := analyze(t, test.text)
			require.Len(t, r.Gaps, 1)
			require.Equal(t, test.want, r.Gaps[0].Status)
			require.InDelta(t, test.shortfall, r.Gaps[0].Shortfall(), 1e-12)
			require.Equal(t, test.want == gap.Met, r.Ready)
		})
	}
}

func TestCoverage(t *testing.T) {
	for _, test := range []struct {
		why, text            string
		want                 float64
		ready, criticalReady bool
	}{
		{"a position that requires nothing is covered", "P:", 1, true, true},
		{"or only an empty competency", "E { }\nP: E!", 1, true, true},
		{"nothing known counts as nothing", "P: A B", 0, false, true},
		{"half way to the level is half", "P: A=0.8\n@ A=0.4", 0.5, false, true},
		{"more than the level counts once", "P: A=0.5 B=0.5\n@ A=1", 0.5, false, true},
		{"by weight", "P: A=0.5*3 B=0.5\n@ A=0.5", 0.75, false, true},
		{"what is met counts whole", "P: A=0.9\n@ A=0.9/180d", 1, true, true},
		{"by what is left of a mastery", "P: A=0.9\n@ A=0.9/360d", current(360), false, true},
		{"a competency is worth its weight, whatever it holds", "G { A B C }\nP: G=0.5*2 D=0.5*2\n@ A=0.5 B=0.5 C=0.5", 0.5, false, true},
		{"critical gaps are counted apart", "P: A! B\n@ A=1", 0.5, false, true},
		{"and keep one from being critical ready", "P: A! B\n@ B=1", 0.5, false, false},
		{"whatever else is missing", "P: A! B", 0, false, false},
		{"forgotten is not ready", "P: A=0.7!\n@ A=0.7/181d", current(181), false, false},
	} {
		t.Run(test.why, func(t *testing.T) {
			_, r := analyze(t, test.text)
			require.InDelta(t, test.want, r.Coverage, 1e-9)
			require.Equal(t, test.ready, r.Ready)
			require.Equal(t, test.criticalReady, r.CriticalReady)
		})
	}
}

func TestOrderOfGaps(t *testing.T) {
	for _, test := range []struct{ why, text, want string }{
		{"critical first, then what lacks most, then by code", "P: A*9 B*1! C*2! 乙 甲 D\n@ D=0.7", "C B A 乙 甲 D"},
		{"a large weight nearly won lacks less than a small one", "P: A=0.5*4 B=0.5*1\n@ A=0.45", "B A"},
		{"what differs by less than nine decimals is the same", "P: A=0.7*1.0000000001 B=0.7*1.0000000002", "A B"},
		{"met requirements are last, by code", "P: C! B A\n@ A=1 B=1 C=1", "C A B"},
	} {
		t.Run(test.why, func(t *testing.T) {
			g, r := analyze(t, test.text)
			var order []string
			for _, gap := range r.Gaps {
				order = append(order, g.Code(gap.Point))
			}
			require.Equal(t, test.want, strings.Join(order, " "))
		})
	}
}

// Mastery gates the requirement, and what is held decides how long it is met.
func TestStatusByWhatIsHeld(t *testing.T) {
	w, g := kgtest.Compile(t, "P: A=0.7\n@ A=0.8")
	states := w.States(g)
	for held, want := range map[float64]gap.Status{0.8: gap.Met, 0.63: gap.Met, 0.62: gap.Decayed} {
		states[0].Held = held
		r := gap.Analyze(g, states, kgtest.Position(t, g, "P"), kgtest.Now)
		require.Equal(t, want, r.Gaps[0].Status)
		require.Equal(t, held, r.Gaps[0].Current)
		require.Equal(t, want == gap.Met, r.Gaps[0].Fulfilment() == 1)
	}
}

// The same numbers added up in another order differ in the last bit.
func TestSumsRunInCodeOrder(t *testing.T) {
	text := "G { c b a }\nP: c=0.9*0.3 b=0.9*0.7 a=0.9*0.1!\n@ a=0.3 b=0.7 c=0.1"
	g, r := analyze(t, text)
	reached, total := 0.0, 0.0
	for _, x := range []struct{ weight, mastery float64 }{{0.1, 0.3}, {0.7, 0.7}, {0.3, 0.1}} { // a, b, c
		reached += x.weight * (x.mastery / 0.9)
		total += x.weight
	}
	require.Equal(t, reached/total, r.Coverage)
	require.Equal(t, r.Coverage, r.Groups(g)[0].Coverage)
}

func TestGroups(t *testing.T) {
	g, r := analyze(t, `
		Z { z }
		甲 { b B { d } A { a } }
		None { c }
		P: Z=0.5 甲=0.5*3 free
		@ z=0.5 a=0.25 d=1`)
	type group struct {
		code         string
		coverage     float64
		unmet, total int
	}
	var got []group
	for _, x := range r.Groups(g) {
		got = append(got, group{g.Code(x.Competency), x.Coverage, x.Unmet, x.Required})
	}
	require.Equal(t, []group{{"Z", 1, 0, 1}, {"甲", 0.5, 2, 3}, {"A", 0.5, 1, 1}, {"B", 1, 0, 1}}, got,
		"every competency above a required point, in tree order with siblings by code")
}

// The report does not depend on the order of the states. Its coverage is what the
// values of its gaps leave.
func TestReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), kgtest.RichShape(rapid.IntRange(1, 40).Draw(t, "points")))
		g := w.Compile(t)
		states := w.States(g)
		r := gap.Analyze(g, states, 0, kgtest.Now)
		require.Equal(t, r, gap.Analyze(g, rapid.Permutation(states).Draw(t, "states"), 0, kgtest.Now))
		require.Len(t, r.Gaps, len(g.Requirements(0)))
		lacking, weight := 0.0, 0.0
		for _, x := range r.Gaps {
			lacking += x.Value()
			weight += x.Weight
			require.Equal(t, x.Status == gap.Met, x.Shortfall() <= 1e-9)
		}
		if weight > 0 {
			require.InDelta(t, 1-lacking/weight, r.Coverage, 1e-9)
		}
		for _, x := range r.Groups(g) {
			require.LessOrEqual(t, x.Unmet, x.Required)
			require.Positive(t, x.Required)
		}
	})
}
