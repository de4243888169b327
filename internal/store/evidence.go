package store

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Recording is what becomes known of one person at once.
type Recording struct {
	Employee string
	Put      []competency.Evidence   // of this person, tombstones too; what has a known id changes nothing
	Retract  []string                // ids of evidence that counts no more
	Unassess []competency.Assessment // of this person, each by its point and time: an entered mastery that is taken away
	Replay   bool                    // fold all evidence again, even where none is new
	// DropBefore drops all evidence from before a time, zero for none: of each piece a
	// tombstone stays. What it gave is for the fold to keep, as StateChanges.Checkpoint.
	DropBefore time.Time
}

// RecordingResult is what came of a recording.
type RecordingResult struct {
	// Err is nil where the recording was made. ErrNotFound: there is no such
	// employee. ErrReference: its evidence names a point that is not there.
	Err error
	// Known is the evidence, by id, that ids in Put name already: what was stored
	// before, or the first of several pieces with the same id.
	Known        map[string]competency.Evidence
	Missing      []string // ids in Retract that are not there, or have been taken back before
	StateChanges StateChanges
	// Write is the number by which MovedPage.Writes names what was written. 0 where nothing
	// was, or the store does not number writes.
	Write int64
}

// Fold says what states follow from evidence. It is called inside a transaction,
// and does nothing but compute.
type Fold func(l FoldInput) (StateChanges, error)

// FoldInput is one person as a transaction sees them.
type FoldInput struct {
	Employee   string
	New        []competency.Evidence   // what has just been put, by time and id; no tombstones
	Retracted  []competency.Evidence   // what has just been taken back
	Unassess   []competency.Assessment // as in the recording
	Replay     bool                    // as in the recording
	DropBefore time.Time               // as in the recording
	// States are those of the points in New, Retracted and Unassess, sorted by point.
	States []competency.Assessment
	// All reads everything there is now of this person, New and what is to be dropped among
	// it.
	All func() (PersonEvidence, error)
}

// PersonEvidence is everything there is of a person for a fold.
type PersonEvidence struct {
	Evidence   []competency.Evidence   // all that counts, by time and id
	States     []competency.Assessment // all, by point
	Checkpoint string                  // what evidence gave that was dropped, as a fold wrote it; empty for none
}

// Checkpoint is what the evidence of a person gave that was dropped, as a fold wrote it.
type Checkpoint struct{ Employee, Body string }

// StateChanges is what follows: states to be put in place of what there is, and points
// whose state goes.
type StateChanges struct {
	Put  []competency.Assessment
	Drop []string
	// Superseded are the points, by id of new evidence, on which it changes nothing
	// because a mastery was entered for a later time. No store keeps them.
	Superseded map[string][]string
	// Checkpoint takes the place of the stored one; empty leaves that. It is no state.
	Checkpoint string
}

// Any reports whether any state changes.
func (c StateChanges) Any() bool { return len(c.Put)+len(c.Drop) > 0 }

// EvidenceQuery selects evidence; all that is given must hold. Tombstones, which have no
// time and no points, come last, and only by their ids or where they are asked for.
type EvidenceQuery struct {
	IDs            []string // one of these, tombstones too
	Employees      []string // of one of these
	KnowledgePoint string
	Dropped        bool // tombstones alone

	Before *Cursor // only what comes before it
	First  int     // at most so many; 0 for all
}

// WantsTombstones reports whether a query selects tombstones, and whether it selects
// nothing else.
func (q EvidenceQuery) WantsTombstones() (some, alone bool) {
	return (q.Dropped || len(q.IDs) > 0) && q.KnowledgePoint == "" && q.Before == nil, q.Dropped
}

// Cursor is a place in an order by time and id.
type Cursor struct {
	At time.Time
	ID string
}

// Points returns the points that a recording is about, sorted.
func (l FoldInput) Points() []string {
	points := PointsOf(l.New, l.Retracted)
	for _, a := range l.Unassess {
		points = append(points, a.KnowledgePoint)
	}
	return sortedSet(points)
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
