package people

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// pointsOf returns the points of states.
func pointsOf(states []competency.Assessment) []string {
	points := make([]string, len(states))
	for i, a := range states {
		points[i] = a.KnowledgePoint
	}
	return points
}

// changedPoints returns the points whose states differ, given both sorted by point (merge).
func changedPoints(before, after []competency.Assessment) (points []string) {
	for len(before)+len(after) > 0 {
		var order int // which point comes first
		switch {
		case len(before) == 0:
			order = 1
		case len(after) == 0:
			order = -1
		default:
			order = strings.Compare(before[0].KnowledgePoint, after[0].KnowledgePoint)
		}
		switch {
		case order < 0:
			points, before = append(points, before[0].KnowledgePoint), before[1:]
		case order > 0:
			points, after = append(points, after[0].KnowledgePoint), after[1:]
		default:
			if !sameState(before[0], after[0]) {
				points = append(points, after[0].KnowledgePoint)
			}
			before, after = before[1:], after[1:]
		}
	}
	return points
}

func sameState(a, b competency.Assessment) bool {
	return a.Mastery == b.Mastery && a.AssessedAt.Equal(b.AssessedAt) && slices.Equal(a.Model, b.Model)
}
