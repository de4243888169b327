package catalog

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/optional"
)

// Prerequisite is an edge as it was written.
type Prerequisite struct {
	snapshot *Snapshot
	index    int32
}

func (p Prerequisite) record() *competency.Prerequisite {
	return &p.snapshot.graph.Catalog().Prerequisites[p.index]
}

// Prerequisite returns what comes before.
func (p Prerequisite) Prerequisite() Learnable {
	l, _ := p.snapshot.FindLearnable(p.record().Prerequisite)
	return l
}

// Dependent returns what comes after.
func (p Prerequisite) Dependent() Learnable {
	l, _ := p.snapshot.FindLearnable(p.record().Dependent)
	return l
}

// Strength returns whether the edge gates (HARD) or advises (SOFT).
func (p Prerequisite) Strength() competency.Strength { return p.record().Strength }

// Clause returns the name of the clause, nil where the edge is one of its own.
func (p Prerequisite) Clause() *string { return optional.Of(p.record().Clause) }

// Level returns the mastery at which the edge counts as satisfied.
func (p Prerequisite) Level() float64 { return *p.record().Level }

// Reason returns why, in the expert's words.
func (p Prerequisite) Reason() *string { return optional.Of(p.record().Reason) }
