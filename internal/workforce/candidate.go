package workforce

import "github.com/zhitu/zhitu/internal/kg"

// ReadinessClass says how near a person is to a position.
type ReadinessClass string

// The classes.
const (
	Ready ReadinessClass = "READY"
	Near  ReadinessClass = "NEAR"  // at most 2,400 minutes
	Far   ReadinessClass = "FAR"   // at most 9,600 minutes
	Later ReadinessClass = "LATER" // more
)

// Readiness is how a person stands to a position.
type Readiness struct {
	Position      kg.Position
	Held          bool // the person holds it
	Class         ReadinessClass
	Ready         bool
	CriticalReady bool
	Coverage      float64
	Minutes       int     // of the whole path
	Unassessed    float64 // share of the weight
}

// Candidate is a person with their readiness.
type Candidate struct {
	Person Person
	Readiness
}

// Shortlist are the first of a group who could take a position.
type Shortlist struct {
	Candidates []Candidate // at most MaxCandidates: by class, critical readiness, minutes, coverage, code
	Others     int
}

// MaxCandidates is how many candidates are told.
const MaxCandidates = 500
