package mastery

import (
	"iter"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Track is what is stored about one person and one point: the state, the entered
// mastery that it started from, and counts of results.
type Track struct {
	State
	Entered   State   // entered by hand; not assessed where nothing was
	Results   int     // pieces of evidence that count
	Failed    int     // results below Passing
	FirstTry  bool    // the first moment passed, at the first attempt
	Corrected bool    // not passed at the first attempt, and passed since
	Initial   float64 // mastery after the first moment
}

// Passing is the least score that counts as right.
const Passing = competency.DefaultPrerequisiteLevel

// SetAssessed returns the track of a mastery that was entered by hand.
func SetAssessed(s State) Track { return Track{State: s, Entered: s} }

// Restart returns the track as it was before any evidence.
func (t Track) Restart() Track {
	t.Entered.Point = t.Point
	return SetAssessed(t.Entered)
}

// Supersedes reports whether the entered mastery is newer than evidence of a
// time, which then does not count.
func (t Track) Supersedes(at time.Time) bool { return at.Before(t.Entered.AssessedAt) }

// InOrder reports whether evidence of a time is later than all results of the
// track, so that Apply may take it.
func (t Track) InOrder(at time.Time) bool { return t.Results == 0 || at.After(t.AssessedAt) }

// Apply returns the track after the results of one more moment (see
// [Parameters.Observe]). Several pass where their mean does.
func (p Parameters) Apply(t Track, moment ...competency.Evidence) Track {
	t.State = p.Observe(t.State, moment...)
	t.Stability = t.Stability.Truncate(time.Microsecond) // the precision of stores: a stored track and one in memory stay equal
	mean, _ := meanScore(p.results(moment), func(observation) bool { return true })
	passed, attempts := competency.AtLeast(mean, Passing), 0
	for _, e := range moment {
		attempts = max(attempts, e.Attempts)
		if !competency.AtLeast(e.Score, Passing) {
			t.Failed++
		}
	}
	if t.Results == 0 {
		t.FirstTry, t.Initial = passed && attempts <= 1, t.Mastery
	}
	if t.Results += len(moment); passed && !t.FirstTry {
		t.Corrected = true
	}
	return t
}

// ApplyAll returns the track after evidence on its point, which comes in the order of time.
// What an entered mastery supersedes does not count. What is from before the track counts
// as one moment, the track's: it came too late to be folded in order.
func (p Parameters) ApplyAll(t Track, ordered []competency.Evidence) Track {
	for moment := range t.momentsIn(ordered) {
		t = p.Apply(t, moment...)
	}
	return t
}

// momentsIn divides evidence into the moments that count after a track.
func (t Track) momentsIn(ordered []competency.Evidence) iter.Seq[[]competency.Evidence] {
	var counting []competency.Evidence
	for _, e := range ordered {
		if t.Supersedes(e.At) {
			continue
		}
		if e.At.Before(t.AssessedAt) {
			e.At = t.AssessedAt
		}
		counting = append(counting, e)
	}
	return Moments(counting)
}

// The columns of an encoded track, beside mastery and time, in the order of
// stores. The first names the version of this order.
const (
	columnFormat = iota
	columnWeight
	columnStability // microseconds
	columnEnteredMastery
	columnEnteredAt // microseconds since 1970; negative where nothing was entered
	columnResults
	columnFailed
	columnFirstTry
	columnCorrected
	columnInitial
	columnHeld // since format 2
	columnCount
)

const (
	trackFormat = 2
	// formatWithoutHeld has all columns but Held. Its states have held what they
	// master, until their evidence is replayed.
	formatWithoutHeld = 1
)

// Encode encodes the track as the numbers that a store keeps beside mastery and
// time; nil for a mastery that was entered by hand.
func (t Track) Encode() []float64 {
	if t.Results == 0 {
		return nil
	}
	n := make([]float64, columnCount)
	n[columnFormat], n[columnWeight], n[columnStability] = trackFormat, t.Weight, float64(t.EffectiveStability().Microseconds())
	n[columnEnteredAt] = -1
	if t.Entered.Assessed() {
		n[columnEnteredMastery], n[columnEnteredAt] = t.Entered.Mastery, float64(t.Entered.AssessedAt.UnixMicro())
	}
	n[columnResults], n[columnFailed], n[columnInitial], n[columnHeld] = float64(t.Results), float64(t.Failed), t.Initial, t.held()
	n[columnFirstTry], n[columnCorrected] = boolNumber(t.FirstTry), boolNumber(t.Corrected)
	return n
}

func boolNumber(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// DecodeTrack decodes what Encode returned. Numbers of another format give the track
// of an entered mastery, until its evidence is replayed.
func DecodeTrack(s State, n []float64) Track {
	switch {
	case len(n) == columnCount && n[columnFormat] == trackFormat:
		s.Held = min(s.Mastery, n[columnHeld]) // the mastery may have been edited in the store
	case len(n) == columnHeld && n[columnFormat] == formatWithoutHeld:
	default:
		return SetAssessed(s)
	}
	s.Weight, s.Stability = n[columnWeight], time.Duration(n[columnStability])*time.Microsecond
	t := Track{
		State: s, Results: int(n[columnResults]), Failed: int(n[columnFailed]), Initial: n[columnInitial],
		FirstTry: n[columnFirstTry] == 1, Corrected: n[columnCorrected] == 1,
	}
	if at := n[columnEnteredAt]; at >= 0 {
		t.Entered = State{Point: s.Point, Mastery: n[columnEnteredMastery], AssessedAt: time.UnixMicro(int64(at)).UTC()}
	}
	return t
}
