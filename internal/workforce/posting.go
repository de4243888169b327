package workforce

import (
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Postings are what some people master of one point, by number, each once. They must not be
// changed.
type Postings struct {
	People  []Person
	Mastery []float64
	Current []float64 // at the moment of the view
}

// Postings returns what people master of a point, in one or more pieces, each of them not
// empty. People outside of the bounds of the set are left out; within them some may not be
// in it. It costs O(log people) at the hour of the columns, else O(result).
func (v *View) Postings(point kg.Node, s Set) []Postings {
	col := v.columnOf(point)
	if col == nil || s.Len() == 0 {
		return nil
	}
	from, _ := slices.BinarySearch(col.people, s.low)
	to, _ := slices.BinarySearch(col.people, s.high)
	if from == to {
		return nil
	}
	p := Postings{People: col.people[from:to:to], Mastery: col.mastery[from:to:to]}
	if v.atHour() {
		p.Current = col.current[from:to:to]
	} else {
		p.Current = col.currentAt(make([]float64, 0, to-from), from, to, v.At)
	}
	return []Postings{p}
}

// columnOf returns the column of a point, nil where nobody has a state of it.
func (v *View) columnOf(point kg.Node) *column {
	if i := v.layout[point]; i >= 0 {
		return &v.columns.columns[i]
	}
	return nil
}

// atHour reports whether the view is of the hour of the columns.
func (v *View) atHour() bool { return v.At.Equal(v.columns.hour) }

// Gather returns what each person of a list masters of some points, which are in ascending
// order: for each person the states that gap and plan read. It costs O(points · people ·
// log people), or O(states of the points within the bounds of the people) where that is less.
func (v *View) Gather(people []Person, points []kg.Node) [][]mastery.State {
	rows := make([][]mastery.State, len(people))
	if len(people) == 0 {
		return rows
	}
	low, high := slices.Min(people), slices.Max(people)+1
	row := slices.Repeat([]int32{-1}, int(high-low)) // person → row
	for i, p := range people {
		row[p-low] = int32(i)
	}
	for _, n := range points {
		col := v.columnOf(n)
		if col == nil {
			continue
		}
		take := func(i int, row int32) {
			state := col.state(i)
			state.Point = n
			rows[row] = append(rows[row], state)
		}
		from, _ := slices.BinarySearch(col.people, low)
		to, _ := slices.BinarySearch(col.people, high)
		if to-from > 16*len(people) {
			for r, p := range people {
				if i, ok := slices.BinarySearch(col.people[from:to], p); ok {
					take(from+i, int32(r))
				}
			}
			continue
		}
		for i := from; i < to; i++ {
			if r := row[col.people[i]-low]; r >= 0 {
				take(i, r)
			}
		}
	}
	return rows
}
