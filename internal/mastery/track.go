package mastery

import (
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Track is all that is kept of one person and one point: the state, what it
// started from, and how the results went.
type Track struct {
	State
	Entered   State   // what somebody entered; not assessed where nobody did
	Results   int     // pieces of evidence that count
	Failed    int     // those among them that are below Passing
	FirstTry  bool    // the first one passed, at the first attempt
	Corrected bool    // not passed at the first attempt, and passed since
	Initial   float64 // the mastery after the first one
}

// Passing is the score from which a result counts as right.
const Passing = competency.DefaultTheta

// Enter returns the track of a mastery that somebody entered.
func Enter(s State) Track { return Track{State: s, Entered: s} }

// Restart returns the track as it was before any evidence.
func (t Track) Restart() Track {
	t.Entered.Point = t.Point
	return Enter(t.Entered)
}

// Supersedes reports whether evidence of a time counts for nothing, because what
// somebody entered is newer.
func (t Track) Supersedes(at time.Time) bool { return at.Before(t.Entered.AssessedAt) }

// InOrder reports whether evidence comes after everything that the track has seen,
// so that Follow may be told of it.
func (t Track) InOrder(at time.Time) bool { return t.Results == 0 || at.After(t.AssessedAt) }

// Follow returns the track after one more result (see [Parameters.Observe]).
func (p Parameters) Follow(t Track, e competency.Evidence) Track {
	t.State = p.Observe(t.State, e)
	t.Stability = t.Stability.Truncate(time.Microsecond) // as it is kept, so that it is the same whether it was kept meanwhile or not
	passed := competency.AtLeast(e.Score, Passing)
	if t.Results++; t.Results == 1 {
		t.FirstTry, t.Initial = passed && e.Attempts <= 1, t.Mastery
	}
	if !passed {
		t.Failed++
	} else if !t.FirstTry {
		t.Corrected = true
	}
	return t
}

// The numbers of a track beside mastery and time, in the order in which stores keep
// them. The first tells the order.
const (
	numberOfFormat = iota
	numberOfWeight
	numberOfStability // microseconds
	numberOfEnteredMastery
	numberOfEnteredAt // microseconds since 1970; nothing was entered where it is negative
	numberOfResults
	numberOfFailed
	numberOfFirstTry
	numberOfCorrected
	numberOfInitial
	numbersOfTrack
)

const trackFormat = 1

// Numbers returns what a store keeps beside mastery and time, nil for a mastery that
// was entered.
func (t Track) Numbers() []float64 {
	if t.Results == 0 {
		return nil
	}
	n := make([]float64, numbersOfTrack)
	n[numberOfFormat], n[numberOfWeight], n[numberOfStability] = trackFormat, t.Weight, float64(t.Fading().Microseconds())
	n[numberOfEnteredAt] = -1
	if t.Entered.Assessed() {
		n[numberOfEnteredMastery], n[numberOfEnteredAt] = t.Entered.Mastery, float64(t.Entered.AssessedAt.UnixMicro())
	}
	n[numberOfResults], n[numberOfFailed], n[numberOfInitial] = float64(t.Results), float64(t.Failed), t.Initial
	n[numberOfFirstTry], n[numberOfCorrected] = truth(t.FirstTry), truth(t.Corrected)
	return n
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// NewTrack reads what Numbers returned. Numbers of another format are those of a
// mastery that was entered, until it is replayed.
func NewTrack(s State, n []float64) Track {
	if len(n) != numbersOfTrack || n[numberOfFormat] != trackFormat {
		return Enter(s)
	}
	s.Weight, s.Stability = n[numberOfWeight], time.Duration(n[numberOfStability])*time.Microsecond
	t := Track{
		State: s, Results: int(n[numberOfResults]), Failed: int(n[numberOfFailed]), Initial: n[numberOfInitial],
		FirstTry: n[numberOfFirstTry] == 1, Corrected: n[numberOfCorrected] == 1,
	}
	if at := n[numberOfEnteredAt]; at >= 0 {
		t.Entered = State{Point: s.Point, Mastery: n[numberOfEnteredMastery], AssessedAt: time.UnixMicro(int64(at)).UTC()}
	}
	return t
}
