package store

import (
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// EvidenceTx is one transaction of a store, as Record uses it.
type EvidenceTx interface {
	// Lookup returns which of some people, ids of evidence and points exist. No point
	// stands in the list twice.
	Lookup(people, ids, points []string) (LookupResult, error)
	// Retract marks evidence as taken back, and returns it as it was. What is not
	// there, is another person's or was taken back before is left out.
	Retract(list []Retraction) ([]competency.Evidence, error)
	// States returns the states that people have of points, each sorted by point.
	States(points map[string][]string) (map[string][]competency.Assessment, error)
	// All reads everything there is of a person.
	All(employee string) (PersonEvidence, error)
	// Write keeps what is new, and the states and checkpoints that follow from it, and
	// then makes tombstones of what is dropped.
	Write(list []FoldedRecording) error
}

// LookupResult is what is there of what recordings name.
type LookupResult struct {
	People, Points map[string]bool
	Evidence       map[string]competency.Evidence // by id, tombstones too
}

// Retraction names evidence that a person has no longer.
type Retraction struct{ Employee, ID string }

// FoldedRecording is what is new of a person, and what follows from it.
type FoldedRecording struct {
	FoldInput
	StateChanges
	Tombstones []competency.Evidence // that are new
}

// Record makes recordings, of each person at most one. It reads what it needs for all
// of them in a few statements, and writes once at the end.
func Record(on EvidenceTx, list []Recording, fold Fold) ([]RecordingResult, error) {
	done, folded, err := checkRecordings(on, list)
	if err != nil {
		return nil, err
	}
	if err := retract(on, list, done, folded); err != nil {
		return nil, err
	}
	// Recordings with new or retracted evidence are folded, and those to be replayed or to
	// drop some.
	toFold := func(i int) bool {
		l := &folded[i]
		return len(l.New)+len(l.Retracted)+len(l.Unassess)+len(l.Tombstones) > 0 || (list[i].Replay || !l.DropBefore.IsZero()) && done[i].Err == nil
	}
	points := map[string][]string{} // by employee
	for i, l := range folded {
		if toFold(i) {
			points[l.Employee] = l.Points()
		}
	}
	if len(points) == 0 {
		return done, nil
	}
	states, err := on.States(points)
	if err != nil {
		return nil, err
	}
	var written []FoldedRecording
	for i, l := range folded {
		if !toFold(i) {
			continue
		}
		l.States = states[l.Employee]
		l.All = func() (PersonEvidence, error) {
			all, err := on.All(l.Employee)
			for _, e := range l.New { // which is written at the end, with that of the others
				if !e.Retracted {
					all.Evidence = append(all.Evidence, e)
				}
			}
			slices.SortFunc(all.Evidence, competency.CompareEvidence)
			return all, err
		}
		if l.StateChanges, err = fold(l.FoldInput); err != nil {
			return nil, err
		}
		done[i].StateChanges = l.StateChanges
		written = append(written, l)
	}
	return done, on.Write(written)
}

// checkRecordings finds what is new in recordings, and refuses single ones.
func checkRecordings(on EvidenceTx, list []Recording) ([]RecordingResult, []FoldedRecording, error) {
	var people, ids []string
	var evidence [][]competency.Evidence
	for _, one := range list {
		people, evidence = append(people, one.Employee), append(evidence, one.Put)
		for _, e := range one.Put {
			ids = append(ids, e.ID)
		}
	}
	found, err := on.Lookup(people, ids, PointsOf(evidence...))
	if err != nil {
		return nil, nil, err
	}
	done, folded := make([]RecordingResult, len(list)), make([]FoldedRecording, len(list))
	for i, one := range list {
		l := &folded[i]
		l.Employee = one.Employee
		if !found.People[one.Employee] {
			done[i].Err = ErrNotFound
			continue
		}
		seen := map[string]competency.Evidence{}
		for _, e := range one.Put {
			stored, known := found.Evidence[e.ID]
			if first, twice := seen[e.ID]; twice {
				stored, known = first, true
			}
			switch {
			case known:
			case e.Dropped:
				seen[e.ID], l.Tombstones = e, append(l.Tombstones, e)
				continue
			default:
				seen[e.ID], l.New = e, append(l.New, e)
				continue
			}
			if done[i].Known == nil {
				done[i].Known = map[string]competency.Evidence{}
			}
			done[i].Known[e.ID] = stored
		}
		if slices.ContainsFunc(PointsOf(l.New), func(point string) bool { return !found.Points[point] }) {
			done[i], l.New, l.Tombstones = RecordingResult{Err: ErrReference}, nil, nil
			continue
		}
		maps.Copy(found.Evidence, seen)
		l.Unassess, l.Replay, l.DropBefore = one.Unassess, one.Replay, one.DropBefore
		slices.SortFunc(l.New, competency.CompareEvidence)
	}
	return done, folded, nil
}

// retract takes back what is to be, of recordings that are not refused.
func retract(on EvidenceTx, list []Recording, done []RecordingResult, folded []FoldedRecording) error {
	var wanted []Retraction
	for i, one := range list {
		for _, id := range one.Retract {
			if done[i].Err == nil {
				wanted = append(wanted, Retraction{one.Employee, id})
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	taken, err := on.Retract(wanted)
	if err != nil {
		return err
	}
	there := map[Retraction]bool{}
	by := map[string][]competency.Evidence{}
	for _, e := range taken {
		there[Retraction{e.Employee, e.ID}] = true
		by[e.Employee] = append(by[e.Employee], e)
	}
	for i, one := range list {
		if done[i].Err != nil {
			continue
		}
		folded[i].Retracted = by[one.Employee]
		slices.SortFunc(folded[i].Retracted, competency.CompareEvidence)
		for _, id := range one.Retract {
			if !there[Retraction{one.Employee, id}] {
				done[i].Missing = append(done[i].Missing, id)
			}
		}
	}
	return nil
}
