package insight_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/insight"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
)

// addPeople adds people to a tally, one in a line. "6* A=.4/.9:wr" is six people who
// answered about A wrong and then right. Their masteries are those after the first
// answer and now. A capital R is a right answer after several attempts. A mastery
// without answers was entered by hand.
func addPeople(t *testing.T, g *kg.Graph, tally *insight.Tally, text string) {
	t.Helper()
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return x
	}
	for line := range strings.Lines(text) {
		times, tracks := 1, []mastery.Track{}
		for _, word := range strings.Fields(line) {
			if n, many := strings.CutSuffix(word, "*"); many {
				times = int(number(n))
				continue
			}
			code, rest, _ := strings.Cut(word, "=")
			levels, answers, _ := strings.Cut(rest, ":")
			initial, now, _ := strings.Cut(levels, "/")
			tracks = append(tracks, mastery.Track{
				State:   mastery.State{Point: kgtest.Node(t, g, code), Mastery: number(now), AssessedAt: kgtest.Now},
				Results: len(answers), Failed: strings.Count(answers, "w"), Initial: number(initial),
				FirstTry: strings.HasPrefix(answers, "r"), Corrected: !strings.HasPrefix(answers, "r") && strings.ContainsAny(answers, "rR"),
			})
		}
		for range times {
			tally.Add(slices.Values(tracks))
		}
	}
}

func everyPoint(kg.Node) bool { return true }

func TestPoints(t *testing.T) {
	_, g := kgtest.Compile(t, "B <- A\nC -- A")
	tally := insight.New(g, everyPoint)
	require.Empty(t, tally.Points())
	addPeople(t, g, tally, `
		A=.9/.9:r  B=.4/.8:wr
		A=.4/.4:w  B=.9/.9:rr
		A=.4/.3:ww B=.4/.4:w
		A=.6/.6:R
		A=.2/.2 B=.3/.3 C=.1/.1`)
	require.Equal(t, 4, tally.People(), "who was assessed without evidence does not count")
	require.Equal(t, 10, tally.Evidence())
	var got []string
	for _, p := range tally.Points() {
		got = append(got, fmt.Sprintf("%s: %d people, %d pieces, error %.3f, first %.3f, corrected %.3f, growth %.3f, mastery %.3f", g.Code(p.Point),
			p.People, p.EvidenceCount, p.ErrorRate, p.FirstAttemptRate, *p.CorrectionRate, *p.Growth, p.MeanMastery))
	}
	require.Equal(t, []string{
		"A: 4 people, 5 pieces, error 0.600, first 0.250, corrected 0.333, growth -0.100, mastery 0.550",
		"B: 3 people, 5 pieces, error 0.400, first 0.333, corrected 0.500, growth 0.200, mastery 0.700",
	}, got)
}

// A rate over nobody is nil, not zero.
func TestRatesOverNobody(t *testing.T) {
	_, g := kgtest.Compile(t, "A -- B")
	tally := insight.New(g, everyPoint)
	addPeople(t, g, tally, "2* A=.9/.9:r")
	require.Equal(t, []insight.Point{{Point: kgtest.Node(t, g, "A"), People: 2, EvidenceCount: 2, FirstAttemptRate: 1, MeanMastery: 0.9}}, tally.Points())
}

func TestMostFailedPointsComeFirst(t *testing.T) {
	_, g := kgtest.Compile(t, "A -- B\nC -- D\nE -- F\n乙 -- 甲")
	tally := insight.New(g, everyPoint)
	addPeople(t, g, tally, `
		1*  A=.1/.1:wwwwwwwwww
		8*  B=.4/.4:w
		8*  D=.4/.4:w
		20* C=.5/.5:rw
		3*  甲=.9/.9:r
		3*  乙=.9/.9:r
		3*  E=.9/.9:r`)
	var got []string
	for _, p := range tally.Points() {
		got = append(got, g.Code(p.Point))
	}
	require.Equal(t, []string{"B", "D", "C", "A", "E", "乙", "甲"}, got,
		"eight of eight, by code; half of forty answers by twenty people; ten failures of one person; and nobody, by code")
}

func TestLowerBound(t *testing.T) {
	// From the closed form of Wilson (1927), as R's prop.test(correct = FALSE) gives it.
	for _, c := range []struct {
		share float64
		n     int
		want  float64
	}{
		{0, 0, 0}, {0, 10, 0}, {1, 1, 0.2065}, {1, 6, 0.6097}, {0.5, 2, 0.0945}, {0.5, 10, 0.2366}, {0.4, 10, 0.1682}, {0.81, 263, 0.7583},
	} {
		require.InDelta(t, c.want, insight.LowerBound(c.share, c.n), 1e-4, "%v of %d", c.share, c.n)
	}
}

func TestSuspects(t *testing.T) {
	for _, c := range []struct{ why, world, people, want string }{
		{"six of six", "B <- A", "6* A=.4/.4:w B=.9/.9:r", "A→B 6/6 expected 1.00"},
		{"five of ten", "B <- A", "5* A=.4/.4:w B=.9/.9:r\n5* A=.9/.9:r B=.9/.9:r\n10* A=.4/.4:w B=.4/.4:w", "A→B 5/10 expected 0.75"},
		{"two of ten may be slips", "B <- A", "2* A=.4/.4:w B=.9/.9:r\n8* A=.9/.9:r B=.9/.9:r", ""},
		{"three of ten are less than would be by chance", "B <- A", "30* A=.4/.4:w B=.9/.9:r\n70* A=.9/.9:r B=.9/.9:r\n900* A=.4/.4:w B=.4/.4:w", ""},
		{"four people are too few", "B <- A", "4* A=.4/.4:w B=.9/.9:r", ""},
		{"what was entered contradicts nothing", "B <- A", "9* A=.4/.4 B=.9/.9:r\n9* A=.4/.4:w B=.9/.9", ""},
		{"evidence on one end says nothing", "B <- A", "9* B=.9/.9:r\n9* A=.4/.4:w", ""},
		{"who fails the dependent too contradicts nothing", "B <- A", "9* A=.4/.4:w B=.6/.6:r", ""},
		{"what is neither mastered nor failed is undecided", "B <- A", "9* A=.6/.6:r B=.9/.9:r", ""},
		{"and counts among the people", "B <- A", "9* A=.6/.6:r B=.9/.9:r\n9* A=.1/.1:w B=.9/.9:r", "A→B 9/18 expected 0.50"},
		{"a lower level is failed below it", "B <- A@0.3", "6* A=.4/.4:w B=.9/.9:r", ""},
		{"the same, failed", "B <- A@0.3", "6* A=.2/.2:w B=.9/.9:r", "A→B 6/6 expected 1.00"},
		{"SOFT edges ask for nothing", "B <~ A", "6* A=.4/.4:w B=.9/.9:r", ""},
		{"one alternative is enough", "B <- x: A | C", "6* A=.4/.4:w C=.9/.9:r B=.9/.9:r", ""},
		{"the other one may be what they know", "B <- x: A | C", "6* A=.4/.4:w B=.9/.9:r", ""},
		{"who fails all alternatives contradicts the clause", "B <- x: A | C", "6* A=.4/.4:w C=.4/.4:w B=.9/.9:r", "A|C→B 6/6 expected 1.00"},
		{"a competency counts by the mean over what was seen", "G { A C D }\nB <- G", "6* A=.1/.1:w C=.8/.8:r B=.9/.9:r", "G→B 6/6 expected 1.00"},
		{"one failed point of many is not enough", "G { A C D }\nB <- G", "6* A=.3/.3:w C=.8/.8:r D=.8/.8:r B=.9/.9:r", ""},
		{"so does a dependent", "G { H { A } C }\nG <- B", "6* A=.9/.9:r C=.6/.6:r B=.1/.1:w", "B→G 6/6 expected 1.00"},
		{"the surest first, then by code", "B <- A C D\nE <- A", "6* A=.4/.4:w C=.4/.4:w B=.9/.9:r\n3* D=.9/.9:r B=.9/.9:r\n5* D=.4/.4:w B=.9/.9:r\n6* A=.1/.1:w E=.9/.9:r", "A→B 6/6 expected 1.00, C→B 6/6 expected 1.00, A→E 6/6 expected 1.00, D→B 5/8 expected 0.62"},
	} {
		t.Run(c.why, func(t *testing.T) {
			_, g := kgtest.Compile(t, c.world)
			tally := insight.New(g, everyPoint)
			addPeople(t, g, tally, c.people)
			require.Equal(t, c.want, strings.Join(formatSuspects(g, tally.Suspects(5)), ", "))
		})
	}
}

func formatSuspects(g *kg.Graph, suspects []insight.Suspect) (list []string) {
	for _, s := range suspects {
		list = append(list, fmt.Sprintf("%s %d/%d expected %.2f", formatEdge(g, s), s.Contradicting, s.People, s.Expected))
	}
	return list
}

func formatEdge(g *kg.Graph, s insight.Suspect) string {
	var from []string
	for _, a := range s.Alternatives {
		from = append(from, g.Code(a.Node))
	}
	return strings.Join(from, "|") + "→" + g.Code(s.Dependent)
}

// A selection covers its points and the edges into them, with all evidence on the
// other ends.
func TestSelection(t *testing.T) {
	_, g := kgtest.Compile(t, "B <- A\nC <- B\nG { C D }\nG <- A")
	b := kgtest.Node(t, g, "B")
	people := "6* A=.1/.1:w B=.9/.9:r C=.9/.9:r"
	tally := insight.New(g, func(p kg.Node) bool { return p == b })
	addPeople(t, g, tally, people+"\n3* A=.9/.9:r")
	require.Equal(t, []string{"A→B 6/6 expected 1.00"}, formatSuspects(g, tally.Suspects(5)))
	require.Len(t, tally.Points(), 1)
	require.Equal(t, 6, tally.People())

	tally = insight.New(g, func(p kg.Node) bool { return g.Code(p) == "D" })
	addPeople(t, g, tally, people)
	require.Equal(t, []string{"A→G 6/6 expected 1.00"}, formatSuspects(g, tally.Suspects(5)), "D inherits the edge")
	require.Zero(t, tally.People())
}

func TestClosure(t *testing.T) {
	_, g := kgtest.Compile(t, `
		G { A B }  H { C }  K { L { M } }
		C <- G
		C <~ S
		H <- x: D | E
		D <- F
		M <- N
		K <- O
		Z <- C
		P: C
		Q: M`)
	for position, want := range map[string][]string{"P": {"A", "B", "C", "D", "E", "F"}, "Q": {"M", "N", "O"}} {
		var got []string
		for p, in := range insight.Closure(g, kgtest.Position(t, g, position)) {
			if in {
				got = append(got, g.Code(kg.Node(p)))
			}
		}
		slices.Sort(got)
		require.Equal(t, want, got)
	}
}

// drawPeople draws the tracks of random people.
func drawPeople(t *rapid.T, g *kg.Graph) [][]mastery.Track {
	list := make([][]mastery.Track, rapid.IntRange(1, 40).Draw(t, "people"))
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	for i := range list {
		for p := range kg.Node(g.Points()) {
			if r.Float64() < 0.7 {
				list[i] = append(list[i], answeredTrack(p, func() bool { return r.Float64() < 0.6 }, r.IntN(6)))
			}
		}
	}
	return list
}

// answeredTrack is the track of a person after so many answers.
func answeredTrack(p kg.Node, right func() bool, answers int) mastery.Track {
	track := mastery.SetAssessed(mastery.State{Point: p, Mastery: 0.5, AssessedAt: kgtest.Now})
	if answers > 0 {
		track = mastery.Track{State: mastery.State{Point: p}}
	}
	for day := range answers {
		e := competency.Evidence{Kind: competency.PracticeAnswer, At: kgtest.Now.AddDate(0, 0, day)}
		if right() {
			e.Score = 1
		}
		track = mastery.Parameters{}.Apply(track, e)
	}
	return track
}

func tallyOf(g *kg.Graph, list [][]mastery.Track) *insight.Tally {
	tally := insight.New(g, everyPoint)
	for _, p := range list {
		tally.Add(slices.Values(p))
	}
	return tally
}

func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := kgtest.RandomWorld(rapid.Uint64().Draw(t, "world"), kgtest.RichShape(rapid.IntRange(1, 25).Draw(t, "points"))).Compile(t)
		list := drawPeople(t, g)
		tally := tallyOf(g, list)
		evidence := 0
		for _, p := range tally.Points() {
			evidence += p.EvidenceCount
			require.LessOrEqual(t, p.People, tally.People())
			require.GreaterOrEqual(t, p.EvidenceCount, p.People)
			for _, share := range []*float64{&p.ErrorRate, &p.FirstAttemptRate, p.CorrectionRate, &p.MeanMastery} {
				if share != nil {
					require.True(t, *share >= 0 && *share <= 1, "%+v", p)
				}
			}
			require.Equal(t, p.FirstAttemptRate == 1, p.CorrectionRate == nil)
			if p.Growth != nil {
				require.True(t, *p.Growth >= -1 && *p.Growth <= 1)
			}
		}
		require.Equal(t, evidence, tally.Evidence())
		suspects := tally.Suspects(1)
		for _, s := range suspects {
			require.LessOrEqual(t, s.Contradicting, s.People)
			require.InDelta(t, float64(s.Contradicting)/float64(s.People), s.Share, 1e-12)
			require.LessOrEqual(t, s.LowerBound, s.Share)
			require.True(t, s.Expected >= 0 && s.Expected <= 1)
		}
		slices.Reverse(list)
		require.Equal(t, formatSuspects(g, suspects), formatSuspects(g, tallyOf(g, list).Suspects(1)), "the order of people does not matter")
	})
}

// With fewer contradictions the bound is lower, or the edge is no longer suspect.
func TestFewerContradictionsLowerTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := kgtest.RandomWorld(rapid.Uint64().Draw(t, "world"), kgtest.RichShape(rapid.IntRange(2, 25).Draw(t, "points"))).Compile(t)
		list := drawPeople(t, g)
		bounds := func(list [][]mastery.Track) map[string]insight.Suspect {
			found := map[string]insight.Suspect{}
			for _, s := range tallyOf(g, list).Suspects(1) {
				found[fmt.Sprint(s.Dependent, s.Alternatives)] = s
			}
			return found
		}
		before := bounds(list)
		after := bounds(list[1:])
		for key, s := range before {
			if now, still := after[key]; still && now.Contradicting < s.Contradicting {
				require.Less(t, now.LowerBound, s.LowerBound)
			}
		}
	})
}

// Simulated people know no point without its real prerequisites, and answer with slips
// and guesses. The catalog has one wrong edge. It is the most suspect, and of the right
// edges hardly any is suspect.
func TestWrongEdgeIsMostSuspect(t *testing.T) {
	right := 0
	for seed := range uint64(12) {
		c := newSimulatedClass(t, seed, 300)
		suspects := formatEdges(c.drawn, tallyOf(c.drawn, c.answers(0.1, 0.1)).Suspects(5))
		require.NotEmpty(t, suspects, "class %d", seed)
		require.Equal(t, c.wrong, suspects[0], "class %d", seed)
		right += len(suspects) - 1
	}
	require.LessOrEqual(t, right, 2, "of some thousand")
}

func formatEdges(g *kg.Graph, suspects []insight.Suspect) (list []string) {
	for _, s := range suspects {
		list = append(list, formatEdge(g, s))
	}
	return list
}

// simulatedClass is a real catalog, the same with one wrong edge, and what people know.
type simulatedClass struct {
	*rand.Rand
	real, drawn *kg.Graph
	wrong       string
	knows       [][]bool
}

// newSimulatedClass simulates people, each of whom learns what is ready with a chance
// of their own. It draws a wrong edge that one in six of them contradicts.
func newSimulatedClass(t kgtest.TB, seed uint64, people int) simulatedClass {
	w := kgtest.RandomWorld(seed, kgtest.Shape{Points: 60, Layers: 6, PerPoint: 1.6, Near: 15})
	c := simulatedClass{Rand: rand.New(rand.NewPCG(seed, 1)), real: w.Compile(t)}
	for range people {
		chance, knows := 0.3+0.7*c.Float64(), make([]bool, c.real.Points())
		for p := range kg.Node(c.real.Points()) {
			ready := !slices.ContainsFunc(c.real.Needs(p), func(a kg.Alternative) bool { return !knows[a.Node] })
			knows[p] = ready && c.Float64() < chance
		}
		c.knows = append(c.knows, knows)
	}
	for {
		from, to, against := kg.Node(c.IntN(60)), kg.Node(c.IntN(60)), 0
		for _, knows := range c.knows {
			if knows[to] && !knows[from] {
				against++
			}
		}
		if from < to && against >= people/6 {
			c.wrong = c.real.Code(from) + "→" + c.real.Code(to)
			w.Prerequisites = append(w.Prerequisites, competency.Prerequisite{Prerequisite: c.real.Code(from), Dependent: c.real.Code(to)})
			w.Sort()
			c.drawn = w.Compile(t)
			return c
		}
	}
}

// answers are one to eight of each person on most points.
func (c simulatedClass) answers(slip, guess float64) [][]mastery.Track {
	list := make([][]mastery.Track, len(c.knows))
	for i, knows := range c.knows {
		for p := range kg.Node(c.real.Points()) {
			right := guess
			if knows[p] {
				right = 1 - slip
			}
			if c.Float64() < 0.8 {
				at, _ := c.drawn.Find(c.real.Code(p))
				list[i] = append(list[i], answeredTrack(at, func() bool { return c.Float64() < right }, 1+c.IntN(8)))
			}
		}
	}
	return list
}

// What is about one to four people who may not be read one by one is withheld, whatever is
// known of others, and does not follow from the totals.
func TestGroupsKeepSecrets(t *testing.T) {
	_, g := kgtest.Compile(t, "B <- A\nC -- A")
	track := func(code string, m float64, first bool) mastery.Track {
		return mastery.Track{
			State: mastery.State{Point: kgtest.Node(t, g, code), Mastery: m, AssessedAt: kgtest.Now}, Results: 2, Failed: 1, Initial: 0.1, FirstTry: first, Corrected: !first,
		}
	}
	for unread := range 8 {
		tally := insight.New(g, everyPoint)
		tally.Add(slices.Values([]mastery.Track{track("A", 0.333, true), track("B", 0.333, true)}))
		for i := range unread {
			tally.AddUnread(slices.Values([]mastery.Track{track("A", 0.777, i > 0), track("C", 0.5, true)}))
		}
		secret := unread > 0 && unread < 5
		points := map[string]insight.Point{}
		for _, p := range tally.Points() {
			points[g.Code(p.Point)] = p
		}
		a, told := points["A"]
		require.Equal(t, !secret, told, unread)
		require.Equal(t, unread >= 5, points["C"].People > 0, unread)
		require.Equal(t, 1, points["B"].People, "everyone there may be read")
		require.InDelta(t, 0.333, points["B"].MeanMastery, 0)
		switch {
		case secret:
			require.Zero(t, tally.People())
			require.Zero(t, tally.Evidence())
		case unread == 0:
			require.Equal(t, 4, tally.Evidence())
			require.InDelta(t, 0.333, a.MeanMastery, 0)
		default:
			require.Equal(t, unread+1, tally.People())
			require.Equal(t, 4+4*unread, tally.Evidence())
			require.InDelta(t, math.Round(a.MeanMastery*100)/100, a.MeanMastery, 0, "rounded")
			require.Nil(t, a.CorrectionRate, "it is about one person")
		}
	}
}

// Evidence of people of whom a row is withheld is in no total either.
func TestTotalsDoNotTellWhatIsWithheld(t *testing.T) {
	_, g := kgtest.Compile(t, "B -- A")
	tally := insight.New(g, everyPoint)
	for i := range 6 {
		tracks := []mastery.Track{{State: mastery.State{Point: kgtest.Node(t, g, "A"), Mastery: 0.5, AssessedAt: kgtest.Now}, Results: 1}}
		if i == 0 {
			tracks = append(tracks, mastery.Track{State: mastery.State{Point: kgtest.Node(t, g, "B"), Mastery: 0.5, AssessedAt: kgtest.Now}, Results: 7})
		}
		tally.AddUnread(slices.Values(tracks))
	}
	require.Len(t, tally.Points(), 1)
	require.Equal(t, 6, tally.Evidence())
}
