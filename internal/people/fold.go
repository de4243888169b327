package people

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// errFold is a panic in a fold.
var errFold = errors.New("people: folding evidence failed")

// guardFold makes an error of a panic in a fold, so that it ends one recording and not
// the process.
func guardFold(log *slog.Logger, fold store.Fold) store.Fold {
	return func(in store.FoldInput) (changes store.StateChanges, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				log.Error("folding evidence failed", "employee", in.Employee, "panic", cause, "stack", string(debug.Stack()))
				err = fmt.Errorf("%w: %v", errFold, cause)
			}
		}()
		return fold(in)
	}
}

// folder folds evidence into states. Evidence in order takes constant time. Evidence
// that comes late, or is retracted, folds all of the person's evidence on its points
// again, and a replay that on all points. Folding starts from the checkpoint, which stands
// for evidence that was dropped. A state that lacks some of its evidence is not folded again.
type folder struct {
	mastery.Parameters
	store.FoldInput
	tracks     map[string]mastery.Track // by point
	checkpoint mastery.Checkpoint       // where everything is read; else nil
	changes    store.StateChanges
}

func (p *People) fold(in store.FoldInput) (store.StateChanges, error) {
	f := folder{Parameters: p.model, FoldInput: in, tracks: map[string]mastery.Track{}}
	f.readTracks(in.States)
	points := in.Points()
	late := slices.DeleteFunc(slices.Clone(points), f.inOrder)
	var all []competency.Evidence
	if len(late) > 0 || in.Replay || !in.DropBefore.IsZero() {
		read, err := in.All()
		if err == nil {
			f.checkpoint, err = DecodeCheckpoint(in.Employee, read.Checkpoint)
		}
		if err != nil {
			return store.StateChanges{}, err
		}
		f.readTracks(read.States)
		if all = read.Evidence; in.Replay {
			late = f.pointsWithEvidence(all, late)
		}
		for _, point := range late {
			if f.lacksEvidence(point, all) {
				continue
			}
			f.putTrack(point, f.ApplyAll(f.checkpoint.Restart(point, f.entered(point)), countingOn(point, all)))
		}
	}
	for _, point := range points {
		if !slices.Contains(late, point) {
			f.putTrack(point, f.ApplyAll(f.tracks[point], countingOn(point, in.New)))
		}
	}
	f.noteSuperseded()
	f.dropEvidence(all)
	return f.changes, nil
}

// dropEvidence moves what is to be dropped into the checkpoint. A moment goes whole, because
// all of it is of the same time.
func (f *folder) dropEvidence(all []competency.Evidence) {
	old := slices.DeleteFunc(slices.Clone(all), func(e competency.Evidence) bool { return !e.At.Before(f.DropBefore) })
	if len(old) == 0 {
		return
	}
	for _, point := range store.PointsOf(old) {
		f.Drop(f.checkpoint, point, f.entered(point), countingOn(point, old))
	}
	f.changes.Checkpoint = f.checkpoint.Encode()
}

// noteSuperseded notes on which points new evidence changes nothing, because a mastery was
// entered for a later time.
func (f *folder) noteSuperseded() {
	for _, e := range f.New {
		for _, point := range e.KnowledgePoints {
			if !mastery.SetAssessed(f.entered(point)).Supersedes(e.At) {
				continue
			}
			if f.changes.Superseded == nil {
				f.changes.Superseded = map[string][]string{}
			}
			f.changes.Superseded[e.ID] = append(f.changes.Superseded[e.ID], point)
		}
	}
}

func (f *folder) readTracks(states []competency.Assessment) {
	for _, a := range states {
		f.tracks[a.KnowledgePoint] = decodeTrack(a)
	}
}

// entered returns the mastery that was entered on a point and is not taken away.
func (f *folder) entered(point string) mastery.State {
	entered := f.tracks[point].Entered
	if slices.ContainsFunc(f.Unassess, func(a competency.Assessment) bool {
		return a.KnowledgePoint == point && a.AssessedAt.Equal(entered.AssessedAt)
	}) {
		return mastery.State{}
	}
	return entered
}

// inOrder reports whether all that is new on a point comes after what was there.
func (f *folder) inOrder(point string) bool {
	on := func(e competency.Evidence) bool { return slices.Contains(e.KnowledgePoints, point) }
	taken := slices.ContainsFunc(f.Unassess, func(a competency.Assessment) bool { return a.KnowledgePoint == point })
	return !taken && !slices.ContainsFunc(f.Retracted, on) && !slices.ContainsFunc(f.New, func(e competency.Evidence) bool {
		return on(e) && !f.tracks[point].InOrder(e.At)
	})
}

// pointsWithEvidence returns the points that have, or had, evidence, and some others.
func (f *folder) pointsWithEvidence(all []competency.Evidence, others []string) []string {
	points := append(store.PointsOf(all), others...)
	for point, t := range f.tracks {
		if t.Results > 0 {
			points = append(points, point)
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}

// lacksEvidence reports whether a state has counted more results than there is evidence
// for: some of it is gone without a checkpoint. Such a state cannot be computed again, and
// stays as it is.
func (f *folder) lacksEvidence(point string, all []competency.Evidence) bool {
	t := f.tracks[point]
	left := f.checkpoint.Restart(point, t.Entered).Results
	count := func(list []competency.Evidence, n int) {
		for _, e := range list {
			if slices.Contains(e.KnowledgePoints, point) && !t.Supersedes(e.At) {
				left += n
			}
		}
	}
	count(all, 1)
	count(f.Retracted, 1)
	count(slices.DeleteFunc(slices.Clone(f.New), func(e competency.Evidence) bool { return e.Retracted }), -1)
	return t.Results > left
}

// countingOn returns the evidence about a point that is not retracted.
func countingOn(point string, evidence []competency.Evidence) (counting []competency.Evidence) {
	for _, e := range evidence {
		if !e.Retracted && slices.Contains(e.KnowledgePoints, point) {
			counting = append(counting, e)
		}
	}
	return counting
}

// DecodeCheckpoint reads a stored checkpoint. One that was edited by other means so that it
// cannot be read is a problem of the person.
func DecodeCheckpoint(employee, text string) (mastery.Checkpoint, error) {
	c, err := mastery.DecodeCheckpoint(text)
	if err != nil {
		return nil, store.UnreadableError([]fault.Problem{unreadableCheckpoint(employee)})
	}
	return c, nil
}

// unreadableCheckpoint says that a checkpoint is none that a fold has written.
func unreadableCheckpoint(employee string) fault.Problem {
	return fault.Problem{
		Place: fault.Place{Record: competency.Employees, Key: employee, Field: "checkpoint"}, Code: fault.InvalidArgument,
		Text: fault.T("what dropped evidence gave cannot be read, because it was edited by other means: restore it from a backup",
			"已清除证据的汇总经其他途径编辑而无法读取：请从备份恢复"),
	}
}

// putTrack adds a track to the changes, where it differs from what it was.
func (f *folder) putTrack(point string, t mastery.Track) {
	before, known := f.tracks[point]
	switch {
	case t == before:
	case t.Assessed():
		f.changes.Put = append(f.changes.Put, competency.Assessment{
			Employee: f.Employee, KnowledgePoint: point, Mastery: t.Mastery, AssessedAt: t.AssessedAt, Model: t.Encode(),
		})
	case known:
		f.changes.Drop = append(f.changes.Drop, point)
	}
}
