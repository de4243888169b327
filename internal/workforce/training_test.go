package workforce_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/workforce"
)

func (j *judge) train(ctx context.Context, t kgtest.TB, v *workforce.View, p kg.Position, everyone bool, options workforce.TrainingOptions) *workforce.TrainingSet {
	pool, holders := v.TrainingPool(j.group, p, everyone)
	set, err := workforce.NewTrainingSet(ctx, v.Graph, p, pool, holders, v.At, options)
	require.NoError(t, err)
	return set
}

// Plans of the worked companies are valid, at least their bound, and hardly dearer.
func TestWorkedTrainingSets(t *testing.T) {
	var mine, theirs, bounds, theirBounds int
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		var want map[string][]any
		require.NoError(t, json.Unmarshal(c.answers["training"], &want))
		require.NotEmpty(t, want)
		for key, w := range want {
			parts := strings.Split(key, "|")
			j := newJudge(naive{c, v, kgtest.Now}, groupOf(v, parts[0]), positionOf(t, c.graph, parts[1]), parts[2] == "ALL", 2)
			set := j.train(t.Context(), t, v, positionOf(t, c.graph, parts[1]), parts[2] == "ALL", workforce.TrainingOptions{Holders: 2})
			j.requireValid(t, set, nil)
			require.GreaterOrEqual(t, float64(set.Minutes), w[1], key)
			require.LessOrEqual(t, float64(set.Minutes), 1.02*w[0].(float64), key)
			require.LessOrEqual(t, float64(*set.Bound), w[0], key)
			require.Equal(t, w[2], set.Feasible, key)
			mine, theirs, bounds, theirBounds = mine+set.Minutes, theirs+int(w[0].(float64)), bounds+*set.Bound, theirBounds+int(w[1].(float64))
		}
	})
	t.Logf("minutes %d, worked ones %d; bounds %d, worked ones %d", mine, theirs, bounds, theirBounds)
}

// Whatever is asked of a random team, the answer is what it says.
func TestTrainingSetsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := smallTeam(t, rapid.Uint64().Draw(t, "seed"))
		at := kgtest.Now.AddDate(0, 0, rapid.IntRange(-300, 300).Draw(t, "days"))
		everyone, asked := rapid.Bool().Draw(t, "everyone"), rapid.IntRange(0, 4).Draw(t, "holders")
		options := workforce.TrainingOptions{Holders: asked}
		if rapid.Bool().Draw(t, "bounded") {
			most := rapid.IntRange(0, 300).Draw(t, "most")
			options.MaxMinutes = &most
		}
		c.readAt(t, at, func(v *workforce.View) {
			j := newJudge(naive{c, v, at}, c.randomGroup(t, v), 0, everyone, asked)
			set := j.train(context.Background(), t, v, 0, everyone, options)
			j.requireValid(t, set, options.MaxMinutes)
			require.Equal(t, set, j.train(context.Background(), t, v, 0, everyone, options), "the same plan again")
		})
	})
}

// Small teams with answers worked out by hand.
func TestTrainingSetsByHand(t *testing.T) {
	for _, test := range []struct {
		why, text string
		people    []string // the masteries of each
		asked     int
		minutes   int
		bound     int
		feasible  bool
		goals     []string // of each who has any
	}{
		{"nothing is critical", "P: A", []string{""}, 2, 0, 0, true, nil},
		{"enough hold it", "P: A!", []string{"@ A=0.8", "@ A=0.9"}, 2, 0, 0, true, nil},
		{"the nearest learns", "G { A 100m B 50m }\nP: A!\nA <- B", []string{"", "@ B=0.7", "@ A=0.7"}, 2, 100, 100, true, []string{"A"}},
		{"as many as there are", "G { A 100m }\nP: A!", []string{"", ""}, 3, 200, 200, false, []string{"A", "A"}},
		{"shared prerequisites make one person learn both", "G { A 10m B 50m C 10m }\nP: A! C!\nA <- B\nC <- B", []string{"", ""}, 1, 70, 70, true, []string{"A C"}},
		{"what is learned by the way counts", "G { A 10m B 20m }\nP: A! B!\nA <- B", []string{"", ""}, 1, 30, 30, true, []string{"A B"}},
		{"where it is learned far enough", "G { A 10m B 90m }\nP: A! B=0.9!\nA <- B@0.8", []string{""}, 1, 100, 100, true, []string{"A B"}},
		{"a review is enough for what has faded", "G { A 100m }\nP: A!", []string{"@ A=0.7/900d"}, 1, 20, 20, true, []string{"A"}},
		{"and so is what something else asks", "G { A 100m B 10m }\nP: A! B!\nB <- A@0.8", []string{"@ A=0.75/900d"}, 1, 16, 16, true, []string{"A B"}},
	} {
		t.Run(test.why, func(t *testing.T) {
			c := &company{}
			for i, masteries := range test.people {
				w, g := kgtest.Compile(t, test.text+"\n"+masteries)
				c.graph = g
				record := workforce.Record{Employee: competency.Employee{Code: fmt.Sprint("E", i), Position: "P"}}
				for _, s := range w.States(g) {
					record.States = append(record.States, workforce.State{Point: g.Code(s.Point), State: s})
				}
				c.records = append(c.records, record)
			}
			c.read(t, func(v *workforce.View) {
				j := newJudge(naive{c, v, kgtest.Now}, groupOf(v, "*"), 0, false, test.asked)
				set := j.train(t.Context(), t, v, 0, false, workforce.TrainingOptions{Holders: test.asked})
				j.requireValid(t, set, nil)
				require.Equal(t, test.minutes, set.Minutes)
				require.Equal(t, test.bound, *set.Bound)
				require.Equal(t, test.feasible, set.Feasible)
				var goals []string
				for _, p := range set.Plans {
					goals = append(goals, strings.Join(kgtest.Codes(v.Graph, p.Goals), " "))
				}
				require.Equal(t, test.goals, goals)
			})
		})
	}
}

// The work ends with the context, and where the caller has seen enough.
func TestTrainingSetsStop(t *testing.T) {
	c := smallTeam(t, 1)
	c.read(t, func(v *workforce.View) {
		pool, holders := v.TrainingPool(groupOf(v, "*"), 0, true)
		ended, end := context.WithCancel(t.Context())
		end()
		_, err := workforce.NewTrainingSet(ended, c.graph, 0, pool, holders, v.At, workforce.TrainingOptions{Holders: 2})
		require.ErrorIs(t, err, context.Canceled)
		enough, seen := errors.New("enough"), 0
		_, err = workforce.NewTrainingSet(t.Context(), c.graph, 0, pool, holders, v.At, workforce.TrainingOptions{Holders: 2, Done: func(people int) error {
			if seen = people; people == 2 {
				return enough
			}
			return nil
		}})
		require.ErrorIs(t, err, enough)
		require.Equal(t, 2, seen)
	})
}

// Of small teams all plans can be tried. The bound is never above the least minutes, and the
// plan hardly.
func TestTrainingSetsNearOptimum(t *testing.T) {
	teams, sum, worst, bounds := 0, 0.0, 0.0, 0.0
	boundedTeams, missed, dearer := 0, 0, 0
	for seed := range uint64(150) {
		c := smallTeam(t, seed)
		c.read(t, func(v *workforce.View) {
			j := newJudge(naive{c, v, kgtest.Now}, groupOf(v, "*"), 0, true, 1+int(seed%2))
			if len(j.critical) > 6 {
				return // a competency with many points
			}
			options := workforce.TrainingOptions{Holders: 1 + int(seed%2)}
			set := j.train(t.Context(), t, v, 0, true, options)
			j.requireValid(t, set, nil)
			missing, least := j.optimum(t, nil)
			require.Zero(t, missing)
			require.LessOrEqual(t, *set.Bound, least, "seed %d", seed)
			if least == 0 {
				require.Zero(t, set.Minutes)
				return
			}
			ratio := float64(set.Minutes) / float64(least)
			require.LessOrEqual(t, ratio, 1.1, "seed %d", seed)
			if ratio > 1.0000001 {
				println("SUB", seed, set.Minutes, least)
			}
			teams, sum, worst, bounds = teams+1, sum+ratio, max(worst, ratio), bounds+float64(*set.Bound)/float64(least)

			// Half of what the busiest person gets: some goals are out of reach, others go to more people.
			most := 0
			for _, p := range set.Plans {
				most = max(most, p.Minutes/2)
			}
			options.MaxMinutes = &most
			bounded := j.train(t.Context(), t, v, 0, true, options)
			j.requireValid(t, bounded, &most)
			missing, least = j.optimum(t, &most)
			lacking := 0
			for _, m := range bounded.Missing {
				lacking += m.Count
			}
			require.GreaterOrEqual(t, lacking, missing)
			boundedTeams++
			if lacking > missing {
				missed++
			} else if bounded.Minutes > least {
				dearer++
			}
		})
	}
	t.Logf("%d teams: mean %.4f, worst %.3f of the optimum, bound %.3f", teams, sum/float64(teams), worst, bounds/float64(teams))
	t.Logf("with a bound on minutes: %d teams, %d with more missing than needed, %d dearer", boundedTeams, missed, dearer)
	require.GreaterOrEqual(t, teams, 60)
	require.LessOrEqual(t, sum/float64(teams), 1.01)
	require.LessOrEqual(t, missed+dearer, boundedTeams/20)
}

// smallTeam makes a company of a few people and a position of a few critical points, with
// much to choose among prerequisites.
func smallTeam(t kgtest.TB, seed uint64) *company {
	r := rand.New(rand.NewPCG(seed, 17))
	shape := kgtest.RichShape(15 + r.IntN(40))
	shape.Alternatives, shape.Junctions, shape.PerPoint = r.Float64()/2, r.Float64()/4, 1+2*r.Float64()
	shape.Positions, shape.Required = 1, 3+r.IntN(3)
	w := kgtest.RandomWorld(seed, shape)
	critical := true
	for i := range w.Requirements {
		w.Requirements[i].Critical = &critical
	}
	c := &company{graph: w.Compile(t)}
	c.addPeople(r, 3+r.IntN(3))
	return c
}

// manyPeople makes a company with more people than a shortlist tells.
func manyPeople(t kgtest.TB, people int) *company {
	r := rand.New(rand.NewPCG(1, 17))
	c := &company{graph: kgtest.RandomWorld(1, kgtest.RichShape(30)).Compile(t)}
	c.addPeople(r, people)
	return c
}

// addPeople adds people who master random points.
func (c *company) addPeople(r *rand.Rand, people int) {
	for i := range people {
		known := r.Float64()
		record := workforce.Record{Employee: competency.Employee{Code: fmt.Sprint("E", i), Modalities: []competency.Modality{competency.Video}[:r.IntN(2)]}}
		if r.IntN(3) > 0 {
			record.Employee.Position = c.graph.Catalog().Positions[0].Code
		}
		for k := range c.graph.Points() {
			if r.Float64() < known {
				s := mastery.State{Mastery: float64(r.IntN(11)) / 10, AssessedAt: kgtest.Now.AddDate(0, 0, -r.IntN(500))}
				record.States = append(record.States, workforce.State{Point: c.graph.Code(kg.Node(k)), State: s})
			}
		}
		c.records = append(c.records, record)
	}
}
