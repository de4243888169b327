package workforce

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
)

// States of many people go through several slabs, each to its column and in the order of the
// numbers that people have in the end.
func TestStagingBeyondOneSlab(t *testing.T) {
	const points, people = 5000, 300
	require.Greater(t, points*people*3/4, slabSize)
	known := func(i, point int) bool { return (i+point)%4 > 0 }
	var s staging
	var number []Person
	for i := range people {
		for point := range points {
			if known(i, point) {
				s.add(int32(point), mastery.State{Mastery: float64(i), Stability: time.Duration(i + 1)})
			}
		}
		s.ends, number = append(s.ends, s.states), append(number, Person(people-1-i))
	}
	columns := make([]column, points)
	s.distribute(columns, number)
	for point, col := range columns {
		want := column{current: []float64{}}
		for p := range people {
			if i := people - 1 - p; known(i, point) {
				want.people, want.mastery, want.held = append(want.people, Person(p)), append(want.mastery, float64(i)), append(want.held, float64(i))
				want.assessed, want.stability = append(want.assessed, time.Time{}.UnixMicro()), append(want.stability, int64(i+1))
			}
		}
		require.Equal(t, want, col, point)
	}
}

// People without a code, and those who come again, count nothing.
func TestBuildLeavesOutWhoHasNoCode(t *testing.T) {
	c := &company{}
	columns, err := Build(c.units, func(yield func(Record, error) bool) {
		for _, r := range []Record{{}, {Employee: competency.Employee{Code: "A"}}, {Employee: competency.Employee{Code: "A"}, States: []State{{Point: "K"}}}} {
			if !yield(r, nil) {
				return
			}
		}
	}, hour)
	require.NoError(t, err)
	require.Equal(t, []string{"A"}, numbers(columns))
	require.Empty(t, columns.columns)
}
