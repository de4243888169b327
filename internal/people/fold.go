package people

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
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
// again; where nothing is new, that on all points. A state that lacks some of its
// evidence is not folded again.
type folder struct {
	mastery.Parameters
	store.FoldInput
	tracks  map[string]mastery.Track // by point
	changes store.StateChanges
}

func (p *People) fold(in store.FoldInput) (store.StateChanges, error) {
	f := folder{Parameters: p.model, FoldInput: in, tracks: map[string]mastery.Track{}}
	f.readTracks(in.States)
	points := in.Points()
	late := slices.DeleteFunc(slices.Clone(points), f.inOrder)
	if len(late) > 0 || len(points) == 0 {
		all, states, err := in.All()
		if err != nil {
			return store.StateChanges{}, err
		}
		f.readTracks(states)
		if len(points) == 0 {
			late = f.pointsWithEvidence(all)
		}
		for _, point := range late {
			if f.lacksEvidence(point, all) {
				continue
			}
			f.putTrack(point, f.foldPoint(f.restart(point), all, point))
		}
	}
	for _, point := range points {
		if !slices.Contains(late, point) {
			f.putTrack(point, f.foldPoint(f.tracks[point], in.New, point))
		}
	}
	f.noteSuperseded()
	return f.changes, nil
}

// noteSuperseded notes on which points new evidence changes nothing, because a mastery was
// entered for a later time.
func (f *folder) noteSuperseded() {
	for _, e := range f.New {
		for _, point := range e.KnowledgePoints {
			if !f.restart(point).Supersedes(e.At) {
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

// restart returns the track of a point as it was before any evidence, without an entered
// mastery that is taken away.
func (f *folder) restart(point string) mastery.Track {
	t := f.tracks[point].Restart()
	if slices.ContainsFunc(f.Unassess, func(a competency.Assessment) bool {
		return a.KnowledgePoint == point && a.AssessedAt.Equal(t.AssessedAt)
	}) {
		return mastery.Track{}
	}
	return t
}

// inOrder reports whether all that is new on a point comes after what was there.
func (f *folder) inOrder(point string) bool {
	on := func(e competency.Evidence) bool { return slices.Contains(e.KnowledgePoints, point) }
	taken := slices.ContainsFunc(f.Unassess, func(a competency.Assessment) bool { return a.KnowledgePoint == point })
	return !taken && !slices.ContainsFunc(f.Retracted, on) && !slices.ContainsFunc(f.New, func(e competency.Evidence) bool {
		return on(e) && !f.tracks[point].InOrder(e.At)
	})
}

// pointsWithEvidence returns the points that have, or had, evidence.
func (f *folder) pointsWithEvidence(all []competency.Evidence) []string {
	points := store.PointsOf(all)
	for point, t := range f.tracks {
		if t.Results > 0 {
			points = append(points, point)
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}

// lacksEvidence reports whether a state has counted more results than there is evidence
// for: some of it was dropped. Such a state cannot be computed again, and stays as it is.
func (f *folder) lacksEvidence(point string, all []competency.Evidence) bool {
	t, left := f.tracks[point], 0
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

// foldPoint is a track after the evidence on its point, which comes in order.
func (f *folder) foldPoint(t mastery.Track, evidence []competency.Evidence, point string) mastery.Track {
	var counting []competency.Evidence
	for _, e := range evidence {
		if slices.Contains(e.KnowledgePoints, point) && !e.Retracted && !t.Supersedes(e.At) {
			counting = append(counting, e)
		}
	}
	for moment := range mastery.Moments(counting) {
		t = f.Apply(t, moment...)
	}
	return t
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
