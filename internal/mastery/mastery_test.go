package mastery_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

const day = 24 * time.Hour

var now = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func TestRetention(t *testing.T) {
	for _, test := range []struct {
		why     string
		elapsed time.Duration
		want    float64
	}{
		{"nothing is lost at once", 0, 1},
		{"nor before the assessment", -30 * day, 1},
		{"nine tenths remain after one stability", 180 * day, 0.9},
		{"days have fractions", 12 * time.Hour, math.Pow(1+19.0/81.0*0.5/180, -0.5)},
		{"a fifth is gone when 19/81 · t/S is 9/16", 180 * day / 16 * 9 * 81 / 19, 0.8},
	} {
		t.Run(test.why, func(t *testing.T) {
			require.InDelta(t, test.want, mastery.Retention(test.elapsed, mastery.Stability), 1e-12)
		})
	}
	require.InDelta(t, 0.9, mastery.Retention(10*day, 10*day), 1e-12, "whatever the stability")
}

// Retention never increases and never reaches zero.
func TestRetentionFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.Int64Range(0, int64(200*365*day))
		a, b := time.Duration(span.Draw(t, "a")), time.Duration(span.Draw(t, "b"))
		ra, rb := mastery.Retention(min(a, b), mastery.Stability), mastery.Retention(max(a, b), mastery.Stability)
		require.GreaterOrEqual(t, ra, rb)
		require.Greater(t, rb, 0.0)
		require.LessOrEqual(t, ra, 1.0)
	})
}

func TestCurrent(t *testing.T) {
	s := mastery.State{Mastery: 0.8, AssessedAt: now.Add(-180 * day)}
	require.InDelta(t, 0.72, s.Current(now), 1e-12)
	require.InDelta(t, 0.8, s.Current(now.Add(-365*day)), 1e-12, "asked about a time before the assessment")
	zone := time.FixedZone("CST", 8*3600)
	require.InDelta(t, 0.72, s.Current(now.In(zone)), 1e-12, "the zone of the clock does not matter")
}

func TestAssume(t *testing.T) {
	states := []mastery.State{{Point: 1, Mastery: 0.4, AssessedAt: now.Add(-day)}, {Point: 2, Mastery: 0.5, AssessedAt: now.Add(-day)}}
	before := append([]mastery.State(nil), states...)
	got := mastery.Assume(states, []kg.Node{3, 1, 3}, now)
	require.ElementsMatch(t, []mastery.State{
		{Point: 1, Mastery: 1, AssessedAt: now}, {Point: 3, Mastery: 1, AssessedAt: now}, states[1],
	}, got, "one state per point")
	require.Equal(t, before, states, "this one question only")
	require.Equal(t, states, mastery.Assume(states, nil, now))
}
