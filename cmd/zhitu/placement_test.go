package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

func TestSimulationTables(t *testing.T) {
	t.Parallel()
	seed, err := filepath.Abs(filepath.Join("..", "..", "seed"))
	require.NoError(t, err)
	for _, lang := range []string{"en", "zh-CN"} {
		sh := newShell(t)
		var session strings.Builder
		for _, line := range []string{
			"--position POS-DA --learners 12",
			"--position POS-SE --learners 12 --slip 0.2 --guess 0.25 --share 10%,0.4 --seed 7",
		} {
			fmt.Fprintf(&session, "$ zhitu placement simulate seed %s\n%s\n", line,
				sh.mustRun(append([]string{"placement", "simulate", seed, "--lang", lang}, strings.Fields(line)...)...))
		}
		requireGolden(t, "simulation."+lang+".txt", session.String())
	}
}

// Kinds without learners have no row.
func TestSimulationWithoutSomeKinds(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	seed, err := filepath.Abs(filepath.Join("..", "..", "seed"))
	require.NoError(t, err)
	out := sh.mustRun("placement", "simulate", seed, "--position", "POS-DA", "--learners", "2")
	require.Contains(t, out, "learn what their goals need")
	require.NotContains(t, out, "have gaps anywhere")
}

// The JSON has shares of 1, and the simulation leaves no file.
func TestSimulationJSON(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	for name, content := range map[string]string{
		"positions": "code,name\nP,岗位\n", "requirements": "position,target\nP,C\n",
		"knowledge_points": "code,name\nA,甲\nB,乙\nC,丙\nD,丁\n", "prerequisites": "prerequisite,dependent\nA,B\nB,C\nA,D\n",
	} {
		sh.writeFile("catalog/"+name+".csv", content)
	}
	var answer simulationAnswer
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("placement", "simulate", "catalog", "--position", "P", "--learners", "8",
		"--slip", "0", "--guess", "0", "--share", "0.5,25%,0.9", "--json")), &answer))
	require.Equal(t, "P", answer.Position)
	require.Equal(t, 3, answer.Points, "D is not needed")
	require.Equal(t, []float64{1. / 4, 1. / 3, 1. / 2, 0.9, 1}, answer.Shares)
	require.Len(t, answer.Strategies, 4)
	for _, s := range answer.Strategies {
		require.Len(t, s.Right, len(answer.Shares))
		require.Equal(t, 1.0, s.Right[4], "%s: everybody answers as they know", s.Strategy)
	}
	learners := 0
	for _, k := range answer.Kinds {
		learners += k.Learners
	}
	require.Equal(t, 8, learners)
	require.NoFileExists(t, filepath.Join(sh.dir, "zhitu.db"))
}

// The files are read as zhitu check reads them, and what was guessed is told.
func TestSimulationReadsFilesAsCheckDoes(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("catalog/positions.csv", "code,name\nP,a\n")
	sh.writeFile("catalog/knowledge_points.csv", "code,name\nA,\xb5\xe7\xb9\xa4\n") // 电工 in GB18030
	sh.writeFile("catalog/requirements.csv", "position,target,level\nP,A,3\n")
	args := []string{"placement", "simulate", "catalog", "--position", "P", "--learners", "2"}
	r := sh.run(append(args, "--encoding", "gb18030")...)
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.err, "the bare numbers of the column are read as levels of the scale")
	require.NotContains(t, r.err, "GB18030", "it was said")
	require.Contains(t, sh.mustRun(append(args, "--encoding", "gb18030", "--json")...), `"notices": [`)
	require.Equal(t, exitInvalid, sh.run(append(args, "--encoding", "klingon")...).code)
}

// testLearner is a made-up person to place through the API.
type testLearner struct {
	code   string
	knows  map[string]bool    // closed under the prerequisites
	right  map[string]bool    // point → how they answer, slips and guesses included
	earned map[string]float64 // what they had shown before
}

// writeLearnerWorld writes files with a position P, whose closure has some 50 points, and
// with learners. Every third learner has some states already.
func writeLearnerWorld(t *testing.T, folder string) (points []string, pupils []testLearner) {
	t.Helper()
	w := kgtest.RandomWorld(1, kgtest.BenchShape(300))
	below := map[string][]string{}
	for _, e := range w.Prerequisites {
		below[e.Dependent] = append(below[e.Dependent], e.Prerequisite)
	}
	// learn adds a point and everything below it.
	learn := func(known map[string]bool, point string) {
		for next := []string{point}; len(next) > 0; next = next[1:] {
			if !known[next[0]] {
				known[next[0]] = true
				next = append(next, below[next[0]]...)
			}
		}
	}
	top := ""
	for _, k := range w.KnowledgePoints {
		in := map[string]bool{}
		if learn(in, k.Code); len(in) > 45 && len(in) < 60 {
			top, points = k.Code, slices.Sorted(maps.Keys(in))
			break
		}
	}
	require.NotEmpty(t, top)
	w.Positions, w.Requirements = []competency.Position{{Code: "P", Name: "岗位"}}, nil
	for i, code := range points {
		if i%4 == 0 || code == top {
			w.Requirements = append(w.Requirements, competency.Requirement{Position: "P", Target: code})
		}
	}
	require.NoError(t, exchange.WriteFolder(folder, exchange.Export{
		Catalog: w.Catalog,
		People: func(yield func(exchange.Person, error) bool) {
			for i := range 12 {
				r := rand.New(rand.NewPCG(uint64(i), 3))
				p := testLearner{fmt.Sprintf("新人%02d", i), map[string]bool{}, map[string]bool{}, map[string]float64{}}
				for want := r.IntN(len(points)); len(p.knows) < want; {
					learn(p.knows, points[r.IntN(len(points))])
				}
				known := exchange.Person{Employee: competency.Employee{Code: p.code, Name: p.code}}
				for _, code := range points {
					p.right[code] = p.knows[code] != (r.Float64() < 0.1)
					if i%3 == 2 && p.knows[code] && r.IntN(4) == 0 {
						p.earned[code] = 1
						known.Mastery = append(known.Mastery, competency.Assessment{Employee: p.code, KnowledgePoint: code, Mastery: 1, AssessedAt: kgtest.Now})
					}
				}
				pupils = append(pupils, p)
				if !yield(known, nil) {
					return
				}
			}
		},
	}))
	return points, pupils
}

// placementAnswer is the state of a placement, as the API returns it.
type placementAnswer struct {
	Asked          int
	KnowledgePoint *struct{ Code string }
	Conclusions    []concluded
	Uncertain      []concluded
}

type concluded struct {
	KnowledgePoint             struct{ Code string }
	Probability                float64
	Known, Inferred, Uncertain bool
}

const placingFields = `{ asked knowledgePoint { code } conclusions { ...all } uncertain: conclusions(uncertainOnly: true) { ...all } }`

// placementQuery sends a document about a placement.
func (s *serverProcess) placementQuery(document string) (p placementAnswer) {
	s.t.Helper()
	r := s.graphQL(document + ` fragment all on PlacementConclusion { knowledgePoint { code } probability known inferred uncertain }`)
	require.Empty(s.t, r.Errors, r.text)
	var answer struct {
		Data struct {
			PlacementNext   *placementAnswer
			AnswerPlacement struct{ Placement *placementAnswer }
		}
	}
	require.NoError(s.t, json.Unmarshal([]byte(r.text), &answer))
	if answer.Data.PlacementNext == nil {
		answer.Data.PlacementNext = answer.Data.AnswerPlacement.Placement
	}
	require.NotNil(s.t, answer.Data.PlacementNext, r.text)
	return *answer.Data.PlacementNext
}

func (s *serverProcess) placementNext(p testLearner) placementAnswer {
	s.t.Helper()
	return s.placementQuery(fmt.Sprintf(`{ placementNext(employee: %q, position: "P") %s }`, p.code, placingFields))
}

func (s *serverProcess) answerPlacement(p testLearner, id, point string, correct bool) placementAnswer {
	s.t.Helper()
	return s.placementQuery(fmt.Sprintf(`mutation { answerPlacement(input: {id: %q, employee: %q, position: "P", knowledgePoint: %q, correct: %v}) { placement %s } }`,
		id, p.code, point, correct, placingFields))
}

// Learners who slip and guess are placed through the API, with restarts and repeated
// answers. Number of questions and accuracy agree with the simulation of the same
// position.
func TestPlacementThroughAPI(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	points, pupils := writeLearnerWorld(t, filepath.Join(sh.dir, "school"))
	sh.mustRun("import", "school")
	s := sh.serve()
	var questions, right, uncertain float64 // sums of shares
	for i, p := range pupils {
		asked := map[string]bool{}
		now := s.placementNext(p)
		// Points that are needed only for earned points need not be learned.
		require.LessOrEqual(t, len(now.Conclusions), len(points)-len(p.earned))
		if len(p.earned) == 0 {
			require.Len(t, now.Conclusions, len(points))
		}
		for now.KnowledgePoint != nil {
			require.Equal(t, len(asked), now.Asked)
			point := now.KnowledgePoint.Code
			require.NotContains(t, asked, point, "asked twice")
			require.NotContains(t, p.earned, point, "mastered already")
			asked[point] = true
			id := p.code + point
			now = s.answerPlacement(p, id, point, p.right[point])
			switch {
			case len(asked)%5 == 2: // again; another result under the same id is refused
				require.Equal(t, now, s.answerPlacement(p, id, point, p.right[point]))
				other := s.graphQL(fmt.Sprintf(`mutation { answerPlacement(input: {id: %q, employee: %q, position: "P", knowledgePoint: %q, correct: %v}) { userErrors { code } } }`,
					id, p.code, point, !p.right[point]))
				require.Contains(t, other.text, "CONFLICT")
				require.Equal(t, now, s.placementNext(p))
			case i%4 == 1 && len(asked) == 7:
				s.terminate()
				require.Equal(t, exitOK, s.awaitExit())
				s = sh.serve()
				require.Equal(t, now, s.placementNext(p))
			}
		}
		require.Equal(t, now, s.placementNext(p))

		wrong := 0
		var doubtful []concluded
		for _, c := range now.Conclusions {
			code := c.KnowledgePoint.Code
			require.NotContains(t, p.earned, code)
			require.Equal(t, !asked[code], c.Inferred, code)
			require.Equal(t, c.Probability > 0.5, c.Known, code)
			require.Equal(t, max(c.Probability, 1-c.Probability) < 0.8, c.Uncertain, code)
			if !asked[code] {
				require.GreaterOrEqual(t, max(c.Probability, 1-c.Probability), 0.95-1e-9, "it stopped too early: %s", code)
			}
			if c.Known != p.knows[code] {
				wrong++
			}
			if c.Uncertain {
				doubtful = append(doubtful, c)
			}
		}
		require.ElementsMatch(t, doubtful, now.Uncertain)
		n := float64(len(now.Conclusions))
		t.Logf("%s knows %d of %d, %d of them earned: asked %d, wrong about %d, uncertain of %d", p.code, len(p.knows), len(points), len(p.earned), len(asked), wrong, len(doubtful))
		questions, right, uncertain = questions+float64(len(asked))/n, right+1-float64(wrong)/n, uncertain+float64(len(doubtful))/n
		s.requireUnaskedUntouched(p, asked)
	}
	n := float64(len(pupils))
	questions, right, uncertain = questions/n, right/n, uncertain/n
	t.Logf("asked %.3f, right %.3f, uncertain %.3f", questions, right, uncertain)
	require.Less(t, questions, 0.53)
	require.Greater(t, right, 0.93)
	require.Positive(t, uncertain)

	var simulated simulationAnswer
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("placement", "simulate", "school", "--position", "P", "--learners", "100", "--json")), &simulated))
	require.Equal(t, len(points), simulated.Points)
	t.Logf("simulated: asked %.3f, right %.3f, uncertain %.3f", simulated.Stop.Questions/float64(len(points)), simulated.Stop.Right, simulated.Stop.Uncertain)
	require.InDelta(t, simulated.Stop.Questions/float64(len(points)), questions, 0.1)
	require.InDelta(t, simulated.Stop.Right, right, 0.03)
	require.InDelta(t, simulated.Stop.Uncertain, uncertain, 0.04)
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	sh.mustRun("verify")
}

// requireUnaskedUntouched checks that a placement has changed no points that it did not
// ask about.
func (s *serverProcess) requireUnaskedUntouched(p testLearner, asked map[string]bool) {
	s.t.Helper()
	answer := s.mustQuery(fmt.Sprintf(`{ employee(code: %q) { states { knowledgePoint { code } mastery } }
		gapAnalysis(employee: %[1]q, position: "P") { gaps(unmetOnly: false) { knowledgePoint { code } status } foundations { knowledgePoint { code } mastery } } }`, p.code))
	each := func(list any, do func(code string, item map[string]any)) {
		for _, item := range list.([]any) {
			it := item.(map[string]any)
			do(it["knowledgePoint"].(map[string]any)["code"].(string), it)
		}
	}
	states := map[string]float64{}
	each(answer["employee"].(map[string]any)["states"], func(code string, item map[string]any) { states[code] = item["mastery"].(float64) })
	require.Equal(s.t, len(asked)+len(p.earned), len(states))
	for code, mastery := range p.earned {
		require.Equal(s.t, mastery, states[code], code)
	}
	for code := range asked {
		require.Contains(s.t, states, code)
	}
	gap := answer["gapAnalysis"].(map[string]any)
	each(gap["gaps"], func(code string, item map[string]any) {
		_, assessed := states[code]
		require.Equal(s.t, !assessed, item["status"] == "UNASSESSED", code)
	})
	each(gap["foundations"], func(code string, item map[string]any) {
		_, assessed := states[code]
		require.Equal(s.t, !assessed, item["mastery"] == nil, code)
	})
}
