package plan_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// drawLimits draws preferences, and mostly a budget.
func drawLimits(t *rapid.T) plan.Limits {
	var limits plan.Limits
	if rapid.Bool().Draw(t, "budgeted") {
		limits.BudgetMinutes = new(rapid.IntRange(0, 600).Draw(t, "budget"))
	}
	limits.Modalities = rapid.SampledFrom([][]competency.Modality{nil, {competency.Practice}, {competency.Document, competency.Video}}).Draw(t, "modalities")
	limits.Locale = rapid.SampledFrom([]string{"", "zh-CN", "EN"}).Draw(t, "locale")
	return limits
}

// The guarantees of a path, as the design numbers them.
func TestPathGuarantees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, limits := drawQuestion(t), drawLimits(t)
		p := plan.Make(q.g, q.w.States(q.g), 0, limits, kgtest.Now)
		require.Equal(t, q.report, p.Report)
		r := newReference(q.w)
		r.findPending(q.g, q.report)

		done, learned, total := map[string]bool{}, map[string]bool{}, 0
		for _, s := range p.Steps {
			if s.Kind == plan.Learn {
				learned[q.g.Code(s.Point)] = true
			}
		}
		for _, s := range p.Steps {
			code := q.g.Code(s.Point)
			require.False(t, done[code], "one step for each point")
			if s.Kind == plan.Learn {
				require.Subset(t, keysOf(done), r.waitsFor(code), "(1) what %s waits for comes before it\n%s", code, q.w.Format())
				for _, before := range r.softAfter(code) {
					require.True(t, done[before] || !learned[before], "(2) and so does %s, a soft prerequisite", before)
				}
				require.True(t, r.pending(code), "(3) nothing else is in the path")
			} else {
				require.False(t, r.pending(code), "a pending point is learned, not reviewed")
			}
			done[code] = true
			total += s.Minutes
			require.Equal(t, total, s.Cumulative)
		}
		require.Equal(t, total, p.TotalMinutes)
		requireComplete(t, q, r, limits, p, done)
	})
}

// requireComplete checks what is in the path and what is left out.
func requireComplete(t *rapid.T, q question, r *reference, limits plan.Limits, p *plan.Path, done map[string]bool) {
	all := r.allPending()
	var unreached []string
	for _, x := range q.report.Gaps { // in their order
		code := q.g.Code(x.Point)
		if x.Status == gap.Decayed {
			all[code] = true // to be learned or reviewed
		}
		if x.Status != gap.Met && !done[code] {
			unreached = append(unreached, code)
		}
	}
	var left []string
	for _, x := range p.Unreached {
		left = append(left, q.g.Code(x.Point))
	}
	require.Equal(t, unreached, left)
	require.Equal(t, len(done) == len(all), p.WithinBudget, "nothing was left out")
	if limits.BudgetMinutes == nil {
		require.True(t, p.WithinBudget)
	} else {
		require.LessOrEqual(t, p.TotalMinutes, *limits.BudgetMinutes)
	}
}

func keysOf(m map[string]bool) []string {
	list := []string{}
	for k := range m {
		list = append(list, k)
	}
	return list
}

// Minutes and resources are those of a naive implementation of the design.
func TestMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, limits := drawQuestion(t), drawLimits(t)
		limits.BudgetMinutes = nil
		r := newReference(q.w)
		for _, s := range plan.Make(q.g, q.w.States(q.g), 0, limits, kgtest.Now).Steps {
			code := q.g.Code(s.Point)
			want, base := preferredResource(q.w, code, limits, r.own[code])
			got := ""
			if s.Resource >= 0 {
				got = q.g.Catalog().Resources[s.Resource].Code
			}
			require.Equal(t, want, got, "resource of %s\n%s", code, q.w.Format())
			if s.Kind == plan.Review {
				require.Equal(t, wholeMinutes(base/5), s.Minutes)
			} else {
				require.Equal(t, wholeMinutes(base*(1-r.mastery[code]/s.Target)), s.Minutes)
			}
		}
	})
}

// preferredResource sorts the resources of a point by the words of the design.
func preferredResource(w kgtest.World, point string, limits plan.Limits, own float64) (code string, base float64) {
	key := func(r competency.Resource) string {
		place := slices.Index(limits.Modalities, r.Modality)
		if place < 0 {
			place = 9
		}
		foreign := limits.Locale != "" && !strings.EqualFold(strings.Split(r.Language, "-")[0], strings.Split(limits.Locale, "-")[0])
		minutes := int(own)
		if r.Minutes != nil {
			minutes = *r.Minutes
		}
		return fmt.Sprintf("%d %v %05d %s", place, foreign, minutes, r.Code)
	}
	var best competency.Resource
	for _, r := range w.Resources {
		if slices.Contains(r.Teaches, point) && (best.Code == "" || key(r) < key(best)) {
			best = r
		}
	}
	if best.Minutes != nil {
		own = float64(*best.Minutes)
	}
	return best.Code, own
}

func TestResource(t *testing.T) {
	const text = `
		A 40m
		P: A
		R1 DOCUMENT 10m en => A
		R2 VIDEO 20m zh => A
		R3 VIDEO 30m zh-CN => A
		R4 PRACTICE => A`
	video, practice := competency.Video, competency.Practice
	for _, test := range []struct {
		why    string
		limits plan.Limits
		want   string
	}{
		{"fewer minutes, where nothing else is asked for", plan.Limits{}, "R1"},
		{"a preferred form before everything", plan.Limits{Modalities: []competency.Modality{practice, video}, Locale: "en"}, "R4"},
		{"then the asked language, whatever its region and case", plan.Limits{Locale: "ZH-TW"}, "R2"},
		{"a language that none has", plan.Limits{Locale: "fr"}, "R1"},
		{"of the preferred form, fewer minutes", plan.Limits{Modalities: []competency.Modality{video}}, "R2"},
	} {
		t.Run(test.why, func(t *testing.T) {
			g, p := makePath(t, text, test.limits)
			require.Equal(t, test.want, g.Catalog().Resources[p.Steps[0].Resource].Code)
		})
	}
	g, p := makePath(t, text, plan.Limits{Modalities: []competency.Modality{practice}})
	require.Equal(t, "40 A", formatPath(g, p), "a resource without minutes takes those of the point")
	g, p = makePath(t, "P: A\nB\nR => B", plan.Limits{})
	require.Equal(t, int32(-1), p.Steps[0].Resource)
	require.Equal(t, "30 A", formatPath(g, p), "nothing teaches it, and it gives no minutes")
}

func TestNext(t *testing.T) {
	g, p := makePath(t, "P: C D=0.7 E*9\nC <- A\nE <~ D\nE <~ B\nB\n@ D=0.7/900d", plan.Limits{})
	next := func(n int) (codes []string) {
		for _, s := range p.Next(n) {
			codes = append(codes, g.Code(s.Point))
		}
		return codes
	}
	require.Equal(t, "30 E, 6 ~D, 30 A, 30 C<A", formatPath(g, p))
	require.Equal(t, []string{"E", "D", "A"}, next(5), "what waits for nothing, reviews too, in path order")
	require.Equal(t, []string{"E", "D"}, next(2))
	require.Empty(t, next(0))

	g, p = makePath(t, "P: A X*9\nX <~ A", plan.Limits{})
	require.Equal(t, []string{"A", "X"}, next(3), "a pending soft prerequisite keeps nothing out")
}

func TestAssumeMastered(t *testing.T) {
	w, g := kgtest.Compile(t, "G { A B }\nP: X A=0.9\nX <- G\nX <- C\n@ A=0.1/900d")
	states := mastery.Assume(w.States(g), g.Members(kgtest.Node(t, g, "G")), kgtest.Now)
	p := plan.Make(g, states, 0, plan.Limits{}, kgtest.Now)
	require.Equal(t, "30 C, 30 X<C", formatPath(g, p))
	p = plan.Make(g, w.States(g), 0, plan.Limits{}, kgtest.Now)
	require.Equal(t, 4, len(p.Steps), "the next question knows nothing of it")
}

// formatAll writes all contents of a path.
func formatAll(g *kg.Graph, p *plan.Path) string {
	chains, unlocks := p.Pending.Chains(), p.Pending.Unlocks()
	needed, _ := p.Pending.NeededFor(math.MaxInt)
	var b strings.Builder
	fmt.Fprintln(&b, formatPath(g, p), p.TotalMinutes, p.WithinBudget, p.Unreached)
	for _, s := range p.Steps {
		fmt.Fprintf(&b, "%+v", s)
		if i := s.Pending; i >= 0 {
			fmt.Fprint(&b, p.Chain(chains, i), unlocks[i], needed[i])
		}
	}
	return b.String()
}

// (4) The same inputs give the same path, byte for byte, in any order of the states
// and while other goroutines ask.
func TestDeterminism(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, limits := drawQuestion(t), drawLimits(t)
		states := q.w.States(q.g)
		want := formatAll(q.g, plan.Make(q.g, states, 0, limits, kgtest.Now))
		again := plan.Make(q.w.Compile(t), rapid.Permutation(states).Draw(t, "states"), 0, limits, kgtest.Now)
		require.Equal(t, want, formatAll(q.g, again))
	})

	// Graphs of all sizes share the pooled memory.
	var group sync.WaitGroup
	for seed := range uint64(24) {
		w := kgtest.RandomWorld(seed, kgtest.RichShape(10+int(seed%5)*40))
		g := w.Compile(t)
		want := formatAll(g, plan.Make(g, w.States(g), 0, plan.Limits{}, kgtest.Now))
		group.Go(func() {
			for range 8 {
				if got := formatAll(g, plan.Make(g, w.States(g), 0, plan.Limits{}, kgtest.Now)); got != want {
					t.Errorf("seed %d: %s, and alone %s", seed, got, want)
				}
			}
		})
	}
	group.Wait()
}
