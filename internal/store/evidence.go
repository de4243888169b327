package store

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Recording is what becomes known of one person at once.
type Recording struct {
	Employee string
	Put      []competency.Evidence // of this person; what has a known id changes nothing
	Retract  []string              // ids of evidence that counts no more
	Replay   bool                  // fold all evidence again, even where none is new
}

// RecordingResult is what came of a recording.
type RecordingResult struct {
	// Err is nil where the recording was made. ErrNotFound: there is no such
	// employee. ErrReference: its evidence names a point that is not there.
	Err          error
	Known        []string // ids in Put that were there before, or stand in it twice
	Missing      []string // ids in Retract that are not there, or have been taken back before
	StateChanges StateChanges
}

// Fold says what states follow from evidence. It is called inside a transaction,
// and does nothing but compute.
type Fold func(l FoldInput) (StateChanges, error)

// FoldInput is one person as a transaction sees them.
type FoldInput struct {
	Employee  string
	New       []competency.Evidence // what has just been put, by time and id
	Retracted []competency.Evidence // what has just been taken back
	// States are those of the points in New and Retracted, sorted by point.
	States []competency.Assessment
	// All reads everything there is now of this person: all evidence that counts, New
	// among it and by time and id, and all states.
	All func() ([]competency.Evidence, []competency.Assessment, error)
}

// StateChanges is what follows: states to be put in place of what there is, and points
// whose state goes.
type StateChanges struct {
	Put  []competency.Assessment
	Drop []string
}

// EvidenceQuery selects evidence; all that is given must hold.
type EvidenceQuery struct {
	IDs            []string // one of these
	Employees      []string // of one of these
	KnowledgePoint string

	Before *Cursor // only what comes before it
	First  int     // at most so many; 0 for all
}

// Cursor is a place in an order by time and id.
type Cursor struct {
	At time.Time
	ID string
}

// PointsOf returns the points that lists of evidence are about, sorted.
func PointsOf(lists ...[]competency.Evidence) []string {
	var points []string
	for _, list := range lists {
		for _, e := range list {
			points = append(points, e.KnowledgePoints...)
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}
