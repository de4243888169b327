package workforce

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// Review is a requirement of the position that a person holds, whose mastery suffices, and
// from when on too little of it is current.
type Review struct {
	Person Person
	Code   string // of the person, whose number may change when the view ends
	Point  kg.Node
	Level  float64
	Due    time.Time
}

// ErrTooManyReviews says that more reviews are due than may be listed.
var ErrTooManyReviews = errors.New("workforce: too many reviews")

// ReviewsDue returns the reviews that are due after from and not after until, for the people of
// a group and the positions that they hold: by due time, codes of the person and the point. The
// zero time from has all that are overdue. It returns ErrTooManyReviews where there are more than most. It costs O(states of the points that
// these positions require within the bounds of the group), and sorting.
func (v *View) ReviewsDue(g Group, from, until time.Time, most int) ([]Review, error) {
	var list []Review
	for position, holders := range v.holdersByPosition(g.Members) {
		for _, r := range v.Graph.Requirements(position) {
			col := v.columnOf(r.Point)
			if col == nil {
				continue
			}
			low, _ := slices.BinarySearch(col.people, holders.low)
			high, _ := slices.BinarySearch(col.people, holders.high)
			for i := low; i < high; i++ {
				if !holders.Has(col.people[i]) || !competency.AtLeast(col.mastery[i], r.Level) {
					continue
				}
				due, ok := col.state(i).DueAt(r.Level)
				if !ok || !due.After(from) || due.After(until) {
					continue
				}
				if len(list) == most {
					return nil, ErrTooManyReviews
				}
				list = append(list, Review{col.people[i], v.Employee(col.people[i]).Code, r.Point, r.Level, due})
			}
		}
	}
	slices.SortFunc(list, func(a, b Review) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Code, b.Code), cmp.Compare(v.Graph.Rank(a.Point), v.Graph.Rank(b.Point)))
	})
	return list, nil
}

// holdersByPosition returns who of some people holds each position that one of them holds.
func (v *View) holdersByPosition(s Set) map[kg.Position]Set {
	holders := map[kg.Position]Set{}
	for p := range s.All() {
		position, ok := v.Position(p)
		if !ok {
			continue
		}
		of, known := holders[position]
		if !known {
			of = newSet(len(v.roster.people))
		}
		of.add(p)
		holders[position] = of
	}
	return holders
}
