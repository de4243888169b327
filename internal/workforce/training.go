package workforce

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
)

// TrainingOptions bound a training set.
type TrainingOptions struct {
	Holders    int  // how many each critical point shall have: r of the design
	MaxMinutes *int // of each person; nil for no bound
}

// TrainingSet is the least training after which a group has enough holders of every critical
// point of a position.
type TrainingSet struct {
	Plans    []TrainingPlan // of those who have goals, in the order of the pool
	Minutes  int
	Bound    *int // no valid plan has fewer; nil where MaxMinutes leaves points short
	Feasible bool
	Missing  []MissingHolders // by code; only where MaxMinutes leaves points short
}

// TrainingPlan is the goals of one person.
type TrainingPlan struct {
	Person  Person
	Goals   []kg.Node // by code
	Minutes int
}

// MissingHolders is how many holders a point is short of.
type MissingHolders struct {
	Point kg.Node
	Count int
}

// NewTrainingSet finds a training set. Pool are the people who may be trained, in code order;
// holders tells for each critical point, in the order of the requirements of the position,
// who of the group meets it now.
func NewTrainingSet(ctx context.Context, g *kg.Graph, position kg.Position, pool []Learner, holders []Set, at time.Time, options TrainingOptions) (*TrainingSet, error) {
	panic("training")
}
