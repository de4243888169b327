package service

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// learner folds evidence into states. What comes in order takes constant time; what
// comes late, or is taken back, folds the person's evidence on its points anew; and
// where nothing is new, that on all points.
type learner struct {
	mastery.Parameters
	store.Learner
	tracks  map[string]mastery.Track // by point
	learned store.Learned
}

func (s *Service) learn(from store.Learner) (store.Learned, error) {
	l := learner{Parameters: s.model, Learner: from, tracks: map[string]mastery.Track{}}
	l.know(from.States)
	points := store.PointsOf(from.New, from.Retracted)
	late := slices.DeleteFunc(slices.Clone(points), l.inOrder)
	if len(late) > 0 || len(points) == 0 {
		all, states, err := from.All()
		if err != nil {
			return store.Learned{}, err
		}
		l.know(states)
		if len(points) == 0 {
			late = l.touched(all)
		}
		for _, point := range late {
			l.put(point, l.folded(l.tracks[point].Restart(), all, point))
		}
	}
	for _, point := range points {
		if !slices.Contains(late, point) {
			l.put(point, l.folded(l.tracks[point], from.New, point))
		}
	}
	return l.learned, nil
}

// know reads tracks.
func (l *learner) know(states []competency.Assessment) {
	for _, a := range states {
		l.tracks[a.KnowledgePoint] = mastery.NewTrack(mastery.State{Mastery: a.Mastery, AssessedAt: a.AssessedAt}, a.Model)
	}
}

// inOrder reports whether all that is new on a point comes after what was there.
func (l *learner) inOrder(point string) bool {
	on := func(e competency.Evidence) bool { return slices.Contains(e.KnowledgePoints, point) }
	return !slices.ContainsFunc(l.Retracted, on) && !slices.ContainsFunc(l.New, func(e competency.Evidence) bool {
		return on(e) && !l.tracks[point].InOrder(e.At)
	})
}

// touched returns the points that have, or had, evidence.
func (l *learner) touched(all []competency.Evidence) []string {
	points := store.PointsOf(all)
	for point, t := range l.tracks {
		if t.Results > 0 {
			points = append(points, point)
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}

// folded is a track after the evidence on its point, which comes in order.
func (l *learner) folded(t mastery.Track, evidence []competency.Evidence, point string) mastery.Track {
	for _, e := range evidence {
		if slices.Contains(e.KnowledgePoints, point) && !t.Supersedes(e.At) {
			t = l.Follow(t, e)
		}
	}
	return t
}

// put notes what a track has become, if that is anything else.
func (l *learner) put(point string, t mastery.Track) {
	before, known := l.tracks[point]
	switch {
	case t == before:
	case t.Assessed():
		l.learned.Put = append(l.learned.Put, competency.Assessment{
			Employee: l.Employee, KnowledgePoint: point, Mastery: t.Mastery, AssessedAt: t.AssessedAt, Model: t.Numbers(),
		})
	case known:
		l.learned.Drop = append(l.learned.Drop, point)
	}
}
