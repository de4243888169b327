package people

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// OldEvidence is how much evidence of one person is older than a time.
type OldEvidence struct {
	Employee string
	Pieces   int
}

// OldEvidence streams groups of people with evidence from before a time, by code, each of a
// size that DropEvidence takes at once. People whose data were edited by other means so that
// they cannot be read are left out, and are the error at the end. It costs two reads for 50
// people. It is for the system.
func (p *People) OldEvidence(ctx context.Context, before time.Time) iter.Seq2[[]OldEvidence, error] {
	return func(yield func([]OldEvidence, error) bool) {
		if err := requireSystem(ctx); err != nil {
			yield(nil, err)
			return
		}
		const pageSize = 50
		var wrong []fault.Problem
		for after, more := "", true; more; {
			page, err := p.store.Employees(ctx, store.EmployeeQuery{After: after, First: pageSize})
			var codes []string
			for _, profile := range page.Profiles {
				after = profile.Employee.Code
				codes = append(codes, after)
			}
			var old []OldEvidence
			if err == nil {
				old, err = p.countOldEvidence(ctx, codes, before, &wrong)
			}
			if err != nil {
				yield(nil, catalog.StoreFault(err))
				return
			}
			for group := range groupOldEvidence(old) {
				if !yield(group, nil) {
					return
				}
			}
			more = page.More
		}
		if err := store.UnreadableError(wrong); err != nil {
			yield(nil, err)
		}
	}
}

// countOldEvidence counts the evidence of some people from before a time. It adds to the
// problems what cannot be read.
func (p *People) countOldEvidence(ctx context.Context, codes []string, before time.Time, wrong *[]fault.Problem) (old []OldEvidence, err error) {
	if len(codes) == 0 { // no codes at all would select everyone
		return nil, nil
	}
	list, err := p.store.Evidence(ctx, store.EvidenceQuery{Employees: codes, Before: &store.Cursor{At: before}})
	problems := fault.ProblemsOf(err)
	switch {
	case len(problems) > 0 && len(codes) == 1:
		*wrong = append(*wrong, problems...)
		return nil, nil
	case len(problems) > 0: // of one of them
		for _, code := range codes {
			one, err := p.countOldEvidence(ctx, []string{code}, before, wrong)
			if err != nil {
				return nil, err
			}
			old = append(old, one...)
		}
		return old, nil
	case err != nil:
		return nil, err
	}
	pieces := map[string]int{}
	for _, e := range list {
		pieces[e.Employee]++
	}
	for _, code := range codes {
		if pieces[code] > 0 {
			old = append(old, OldEvidence{code, pieces[code]})
		}
	}
	return old, nil
}

// groupOldEvidence divides people into groups that are dropped in one transaction each, so
// that no writer waits long: of as many people as an entry of the audit names.
func groupOldEvidence(old []OldEvidence) iter.Seq[[]OldEvidence] {
	const maxPeople, maxPieces = 20, 1000
	return func(yield func([]OldEvidence) bool) {
		for len(old) > 0 {
			n, pieces := 0, 0
			for n < min(len(old), maxPeople) && (n == 0 || pieces+old[n].Pieces <= maxPieces) {
				pieces += old[n].Pieces
				n++
			}
			if !yield(old[:n:n]) {
				return
			}
			old = old[n:]
		}
	}
}

// NoteDrop notes in the audit that evidence of some people is dropped.
func NoteDrop(ctx context.Context, group []OldEvidence, before time.Time) {
	var codes []string
	for _, o := range group {
		codes = append(codes, o.Employee)
	}
	audit.Note(ctx, audit.Event{Action: access.Retract, Verb: "drop", Subjects: codes, Filter: "before " + before.UTC().Format(time.RFC3339)})
}

// DropEvidence drops the evidence of some people from before a time. Their states stay the
// same, what it gave is kept in a checkpoint, and its ids stay known. It may be repeated, and
// several processes may do it at once. Whose data were edited by other means so that they
// cannot be read keeps theirs, is not in dropped, and is the error. It is for the system.
func (p *People) DropEvidence(ctx context.Context, group []OldEvidence, before time.Time) (dropped []OldEvidence, err error) {
	if err := requireSystem(ctx); err != nil {
		return nil, err
	}
	recordings := make([]store.Recording, len(group))
	for i, o := range group {
		recordings[i] = store.Recording{Employee: o.Employee, DropBefore: before.UTC().Truncate(time.Microsecond)}
	}
	done, err := p.batcher.record(ctx, recordings)
	if err != nil {
		return nil, err
	}
	var wrong []fault.Problem
	for i, d := range done {
		if d.Err == nil {
			dropped = append(dropped, group[i])
		}
		wrong = append(wrong, fault.ProblemsOf(d.Err)...) // whoever is not there any more has no evidence
	}
	return dropped, store.UnreadableError(wrong)
}

// droppedOf joins checkpoints and tombstones by employee, in the order of codes.
func droppedOf(checkpoints []store.Checkpoint, tombstones []competency.Evidence) (list []competency.DroppedEvidence) {
	of := map[string]*competency.DroppedEvidence{}
	get := func(employee string) *competency.DroppedEvidence {
		if of[employee] == nil {
			of[employee] = &competency.DroppedEvidence{Employee: employee}
		}
		return of[employee]
	}
	for _, c := range checkpoints {
		get(c.Employee).Checkpoint = c.Body
	}
	for _, e := range slices.Backward(tombstones) {
		d := get(e.Employee)
		d.Tombstones = append(d.Tombstones, e)
	}
	for _, employee := range slices.Sorted(maps.Keys(of)) {
		list = append(list, *of[employee])
	}
	return list
}

// readDropped reads what stays of the dropped evidence of some people, or of everyone where
// none is named, in two reads. The tombstones come last: whoever has read evidence before,
// of which some is dropped meanwhile, finds its ids among them.
func readDropped(ctx context.Context, from store.Evidence, employees []string) ([]competency.DroppedEvidence, error) {
	checkpoints, err := from.Checkpoints(ctx, employees)
	if err != nil {
		return nil, err
	}
	tombstones, err := from.Evidence(ctx, store.EvidenceQuery{Employees: employees, Dropped: true})
	if err != nil {
		return nil, err
	}
	return droppedOf(checkpoints, tombstones), nil
}

// droppedMeanwhile reports whether some evidence was dropped after it was read.
func droppedMeanwhile(evidence []competency.Evidence, dropped []competency.DroppedEvidence) bool {
	gone := map[string]bool{}
	for _, d := range dropped {
		for _, e := range d.Tombstones {
			gone[e.ID] = true
		}
	}
	return slices.ContainsFunc(evidence, func(e competency.Evidence) bool { return gone[e.ID] })
}

// droppedRecording is what brings a person's dropped evidence from elsewhere.
func droppedRecording(d competency.DroppedEvidence) store.Recording {
	return store.Recording{Employee: d.Employee, Put: slices.Clone(d.Tombstones), Replay: true}
}

// takenCheckpoint returns the checkpoint that comes from elsewhere, where nothing is known of
// the evidence of the person; else empty: evidence that is there would count twice.
func takenCheckpoint(in store.FoldInput, given string) (string, error) {
	if given == "" {
		return "", nil
	}
	all, err := in.All()
	isNew := map[string]bool{}
	for _, e := range in.New {
		isNew[e.ID] = true
	}
	if err != nil || all.Checkpoint != "" || slices.ContainsFunc(all.Evidence, func(e competency.Evidence) bool { return !isNew[e.ID] }) {
		return "", err
	}
	return given, nil
}
