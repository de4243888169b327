package competency_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
)

var eightOClock = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

type eventResult = competency.EventResult

func completed(id string, after time.Duration) eventResult {
	return eventResult{ID: id, At: eightOClock.Add(after)}
}

func measured(id, verb string, score float64, after time.Duration) eventResult {
	return eventResult{ID: id, At: eightOClock.Add(after), Measured: true, Judged: verb == "passed" || verb == "failed", Verb: verb, Score: score}
}

func in(role competency.EventRole, r eventResult) eventResult {
	r.Role = role
	return r
}

func TestSupersededResults(t *testing.T) {
	const part, whole = competency.PartOfEvent, competency.WholeResult
	for name, c := range map[string]struct {
		daily   bool
		results []eventResult
		want    []string
	}{
		"nothing":                                   {},
		"a completion":                              {false, []eventResult{completed("c", 0)}, nil},
		"several completions":                       {false, []eventResult{completed("c", 0), completed("d", time.Hour), completed("e", 0)}, []string{"e", "d"}},
		"a completion after an exam":                {false, []eventResult{measured("m", "failed", .2, 0), completed("c", time.Second)}, []string{"c"}},
		"a completion before an exam":               {false, []eventResult{completed("c", 0), measured("m", "passed", .9, time.Hour)}, []string{"c"}},
		"an exam taken again":                       {false, []eventResult{measured("m", "failed", .2, 0), measured("n", "passed", .9, time.Hour), completed("c", time.Hour)}, []string{"c"}},
		"taken again with the same score":           {false, []eventResult{measured("m", "failed", .2, 0), measured("n", "failed", .2, time.Second)}, nil},
		"one score by two verbs at once":            {false, []eventResult{measured("a", "completed", .9, 0), measured("b", "passed", .9, time.Second)}, []string{"a"}},
		"one score by two verbs, neither judges":    {false, []eventResult{measured("b", "answered", .9, 0), measured("a", "completed", .9, 0)}, []string{"b"}},
		"two scores by two verbs":                   {false, []eventResult{measured("a", "completed", .8, 0), measured("b", "passed", .9, 0)}, nil},
		"one score by two verbs, long after":        {false, []eventResult{measured("a", "completed", .9, 0), measured("b", "passed", .9, time.Hour)}, nil},
		"a whole of measured parts":                 {false, []eventResult{in(part, measured("p", "answered", 1, 0)), measured("m", "passed", .9, time.Hour)}, []string{"m"}},
		"a completed whole of completed parts":      {false, []eventResult{in(part, completed("p", 0)), completed("c", time.Hour)}, []string{"c"}},
		"an exam after pages were looked at":        {false, []eventResult{in(part, completed("p", 0)), measured("m", "failed", .2, time.Hour)}, nil},
		"a session as a whole of parts":             {false, []eventResult{in(whole, measured("m", "passed", .9, 0)), in(part, measured("p", "answered", 1, 0))}, []string{"m"}},
		"sessions without parts":                    {false, []eventResult{in(whole, completed("m", 0)), in(whole, completed("n", time.Hour))}, nil},
		"completions of 24 hours":                   {true, []eventResult{completed("c", 0), completed("d", 24*time.Hour)}, []string{"d"}},
		"completions of more than 24 hours":         {true, []eventResult{completed("c", 0), completed("d", 24*time.Hour+1)}, nil},
		"24 hours are counted from the first":       {true, []eventResult{completed("c", 0), measured("m", "passed", 1, 20*time.Hour), completed("d", 30*time.Hour)}, []string{"c"}},
		"parts on another day":                      {true, []eventResult{in(part, measured("p", "answered", 1, 0)), measured("m", "passed", 1, 30*time.Hour)}, nil},
		"a registration of months is one event":     {false, []eventResult{completed("c", 0), measured("m", "passed", 1, 2000*time.Hour)}, []string{"c"}},
		"of a part that is a whole nothing is lost": {false, []eventResult{in(part, measured("p", "answered", 1, 0)), in(part, measured("q", "answered", 0, 0))}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := competency.Event{Daily: c.daily}
			for _, r := range slices.Backward(c.results) {
				require.True(t, e.Add(r))
				require.False(t, e.Add(r), "known")
			}
			require.ElementsMatch(t, c.want, e.Superseded())
		})
	}
}

// Which results count follows from the results, and not from the order in which they
// come; and something always counts.
func TestOrderOfEventResultsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var results []eventResult
		for i := range rapid.IntRange(1, 8).Draw(rt, "results") {
			r := completed(fmt.Sprint(i), time.Duration(rapid.IntRange(0, 60).Draw(rt, "hours"))*time.Hour)
			if verb := rapid.SampledFrom([]string{"", "passed", "failed", "answered"}).Draw(rt, "verb"); verb != "" {
				r = measured(r.ID, verb, float64(rapid.IntRange(0, 2).Draw(rt, "score"))/2, r.At.Sub(eightOClock))
			}
			r.Role = rapid.SampledFrom([]competency.EventRole{"", "", competency.PartOfEvent, competency.WholeResult}).Draw(rt, "role")
			results = append(results, r)
		}
		daily := rapid.Bool().Draw(rt, "daily")
		e, other := competency.Event{Daily: daily}, competency.Event{Daily: daily}
		e.Add(results...)
		for _, r := range rapid.Permutation(results).Draw(rt, "order") {
			other.Add(r)
			text, err := json.Marshal(other) // as it is kept
			require.NoError(rt, err)
			other = competency.Event{}
			require.NoError(rt, json.Unmarshal(text, &other))
		}
		require.Equal(rt, e, other)
		require.Equal(rt, e.Superseded(), other.Superseded())
		require.Less(rt, len(e.Superseded()), len(results))
	})
}

func TestEventKeepsTheLatestResults(t *testing.T) {
	var e competency.Event
	for i := range 600 {
		e.Add(measured(fmt.Sprint(i), "answered", 1, time.Duration(i)*time.Second))
	}
	require.Len(t, e.Results, 500)
	require.Equal(t, "599", e.Results[499].ID)
}
