package catalog

import "github.com/zhitu/zhitu/internal/competency"

// Requirement is a requirement as it was written.
type Requirement struct {
	snapshot *Snapshot
	index    int32
}

func (r Requirement) record() *competency.Requirement {
	return &r.snapshot.graph.Catalog().Requirements[r.index]
}

// Position returns who requires.
func (r Requirement) Position() (*Position, error) {
	return r.snapshot.FindPosition(r.record().Position)
}

// Target returns what is required.
func (r Requirement) Target() Learnable {
	l, _ := r.snapshot.FindLearnable(r.record().Target)
	return l
}

// Level returns the level in (0,1].
func (r Requirement) Level() float64 { return *r.record().Level }

// Weight returns the weight, above 0.
func (r Requirement) Weight() float64 { return *r.record().Weight }

// Critical reports whether critical readiness needs it.
func (r Requirement) Critical() bool { return *r.record().Critical }
