package store

import (
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// EvidenceTx is what Record asks of a store, within one transaction.
type EvidenceTx interface {
	// Lookup tells which of some people, ids of evidence and points are there. No point
	// stands in the list twice.
	Lookup(people, ids, points []string) (Found, error)
	// Retract marks evidence as taken back, and returns it as it was. What is not
	// there, is another person's or was taken back before is left out.
	Retract(list []Retraction) ([]competency.Evidence, error)
	// States returns the states that people have of points, each sorted by point.
	States(points map[string][]string) (map[string][]competency.Assessment, error)
	// All reads everything there is of a person: all evidence that counts, and all
	// states.
	All(employee string) ([]competency.Evidence, []competency.Assessment, error)
	// Write keeps what is new, and the states that follow from it.
	Write(list []FoldedRecording) error
}

// Found is what is there of what recordings name.
type Found struct {
	People, Evidence, Points map[string]bool
}

// Retraction names evidence that a person has no longer.
type Retraction struct{ Employee, ID string }

// FoldedRecording is what is new of a person, and what follows from it.
type FoldedRecording struct {
	FoldInput
	StateChanges
}

// Record makes recordings, of each person at most one. It asks the ledger a few
// questions about all of them together, and writes at the end.
func Record(on EvidenceTx, list []Recording, fold Fold) ([]Recorded, error) {
	done, lessons, err := recordable(on, list)
	if err != nil {
		return nil, err
	}
	if err := retract(on, list, done, lessons); err != nil {
		return nil, err
	}
	// What there is to fold: of whom something is new, and where all is to be folded anew.
	folds := func(i int) bool {
		return len(lessons[i].New)+len(lessons[i].Retracted) > 0 || list[i].Replay && done[i].Err == nil
	}
	about := map[string][]string{} // points
	for i, l := range lessons {
		if folds(i) {
			about[l.Employee] = PointsOf(l.New, l.Retracted)
		}
	}
	if len(about) == 0 {
		return done, nil
	}
	states, err := on.States(about)
	if err != nil {
		return nil, err
	}
	var learned []FoldedRecording
	for i, l := range lessons {
		if !folds(i) {
			continue
		}
		l.States = states[l.Employee]
		l.All = func() ([]competency.Evidence, []competency.Assessment, error) {
			all, states, err := on.All(l.Employee)
			for _, e := range l.New { // which is written at the end, with everybody's
				if !e.Retracted {
					all = append(all, e)
				}
			}
			slices.SortFunc(all, competency.CompareEvidence)
			return all, states, err
		}
		if l.StateChanges, err = fold(l.FoldInput); err != nil {
			return nil, err
		}
		done[i].StateChanges = l.StateChanges
		learned = append(learned, l)
	}
	return done, on.Write(learned)
}

// recordable finds out what of recordings is new, and which are refused by themselves.
func recordable(on EvidenceTx, list []Recording) ([]Recorded, []FoldedRecording, error) {
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
	done, lessons := make([]Recorded, len(list)), make([]FoldedRecording, len(list))
	for i, one := range list {
		l := &lessons[i]
		l.Employee = one.Employee
		if !found.People[one.Employee] {
			done[i].Err = ErrNotFound
			continue
		}
		seen := map[string]bool{}
		for _, e := range one.Put {
			if found.Evidence[e.ID] || seen[e.ID] {
				done[i].Known = append(done[i].Known, e.ID)
				continue
			}
			seen[e.ID] = true
			l.New = append(l.New, e)
		}
		if slices.ContainsFunc(PointsOf(l.New), func(point string) bool { return !found.Points[point] }) {
			done[i], l.New = Recorded{Err: ErrReference}, nil
			continue
		}
		maps.Copy(found.Evidence, seen)
		slices.SortFunc(l.New, competency.CompareEvidence)
	}
	return done, lessons, nil
}

// retract takes back what is to be, of recordings that are not refused.
func retract(on EvidenceTx, list []Recording, done []Recorded, lessons []FoldedRecording) error {
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
		lessons[i].Retracted = by[one.Employee]
		slices.SortFunc(lessons[i].Retracted, competency.CompareEvidence)
		for _, id := range one.Retract {
			if !there[Retraction{one.Employee, id}] {
				done[i].Missing = append(done[i].Missing, id)
			}
		}
	}
	return nil
}
