package people

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Retract takes evidence back, as if it had never come. It is kept, marked as
// retracted, and its id stays known. A problem names its id by the field ids.N. A piece that
// the viewer may not retract is refused: about somebody whom they may not read, as if the
// id were unknown. What was dropped is refused with CONFLICT.
func (p *People) Retract(ctx context.Context, ids []string) (*RecordResult, error) {
	v, err := access.ScopedViewer(ctx, access.Retract)
	if err != nil {
		return nil, err
	}
	s, err := p.catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(ids))
	for i, id := range ids {
		codes[i] = competency.NormalizeCode(competency.Trim(id))
	}
	stored, people, err := p.readRetractable(ctx, v, codes)
	if err != nil {
		return nil, err
	}
	outcomes := map[string]access.Outcome{} // by id; not found where there is none
	dropped := map[string]bool{}            // by id, as far as the viewer may know
	allowed := slices.DeleteFunc(slices.Clone(stored), func(e competency.Evidence) bool {
		outcomes[e.ID] = decideRetract(v, people, e)
		if e.Dropped { // who recorded what is gone: whoever may record may know
			known := outcomes[e.ID] != access.NotFound || v.DecideRecord(competency.Exam, people.of(e.Employee)) == access.Allowed
			if known && e.Retracted {
				outcomes[e.ID] = access.Allowed
			}
			dropped[e.ID] = known && !e.Retracted
			return dropped[e.ID] || !known
		}
		return outcomes[e.ID] != access.Allowed
	})
	recordings := groupByEmployee(allowed, addRetraction)
	done, err := p.batcher.record(ctx, recordings)
	if err != nil {
		return nil, err
	}
	missing, unreadable := map[string]bool{}, map[string]*fault.Error{}
	for i, d := range done {
		for _, id := range d.Missing {
			missing[id] = true
		}
		if err, ok := errors.AsType[*fault.Error](d.Err); ok {
			for _, id := range recordings[i].Retract {
				unreadable[id] = err
			}
		}
	}
	if err := p.findDropped(ctx, allowed, missing, dropped); err != nil {
		return nil, err
	}
	result := p.recordResult(ctx, s, people, recordings, done)
	for i, id := range codes {
		r, at := EvidenceResult{ID: id, Outcome: EvidenceRefused}, fault.Place{Index: i, Field: fmt.Sprintf("ids.%d", i)}
		switch outcome, found := outcomes[id]; {
		case dropped[id]:
			result.Problems = append(result.Problems, fault.Problem{Place: at, Code: fault.Conflict, Text: fault.T(
				"the evidence %s is older than is kept, and was dropped: it cannot be taken back any more; enter the mastery, or record newer evidence",
				"证据 %s 已超过保存期限并被清除，无法再撤回：请录入掌握度，或记录新的证据", competency.Quote(id))})
		case !found || outcome == access.NotFound:
			result.Problems = append(result.Problems, fault.Problem{
				Place: at, Code: fault.NotFound, Text: fault.T("there is no evidence %s", "不存在证据 %s", competency.Quote(id)),
			})
		case outcome != access.Allowed:
			result.Problems = append(result.Problems, deniedEvidence(v.Refusal(outcome, access.Retract, nil), at))
		case unreadable[id] != nil:
			result.Problems = append(result.Problems, fault.Problem{Place: at, Code: unreadable[id].Code, Text: unreadable[id].Text})
		case missing[id]:
			r.Outcome = EvidenceDuplicate
		default:
			r.Outcome = EvidenceRetracted
		}
		result.Results = append(result.Results, r)
	}
	for _, e := range stored {
		if dropped[e.ID] { // nothing was done, and a voiding that is set aside is tried again and again
			continue
		}
		audit.Note(ctx, audit.Event{
			Action: access.Retract, Verb: "retract", Subjects: []string{e.Employee},
			Outcome: fault.CodeOf(v.Refusal(outcomes[e.ID], access.Retract, unknownEmployee(e.Employee))),
		})
	}
	return result, nil
}

// findDropped marks what was dropped between the read and the recording. It reads only where
// something is missing that was not retracted before.
func (p *People) findDropped(ctx context.Context, allowed []competency.Evidence, missing, dropped map[string]bool) error {
	var ids []string
	for _, e := range allowed {
		if missing[e.ID] && !e.Retracted {
			ids = append(ids, e.ID)
		}
	}
	again, err := p.EvidenceByID(ctx, ids)
	for _, e := range again {
		dropped[e.ID] = e.Dropped && !e.Retracted
	}
	return err
}

// readRetractable returns the evidence of some ids, and those whom it is about.
func (p *People) readRetractable(ctx context.Context, v *access.Viewer, ids []string) ([]competency.Evidence, subjects, error) {
	if len(ids) == 0 { // no ids at all would select everything
		return nil, subjects{}, nil
	}
	stored, err := p.store.Evidence(ctx, store.EvidenceQuery{IDs: ids})
	if err != nil {
		return nil, subjects{}, catalog.StoreFault(err)
	}
	people, err := p.readSubjects(ctx, v, employeesOf(stored))
	return stored, people, err
}

// DeniedRetractions returns those of some ids that the viewer is denied to retract, sorted. An
// id of evidence about somebody whom they may not read is not denied: there is none.
func (p *People) DeniedRetractions(ctx context.Context, ids []string) (denied []string, err error) {
	v, err := access.ScopedViewer(ctx, access.Retract)
	if err != nil {
		return nil, err
	}
	if v.IsSystem() {
		return nil, nil
	}
	stored, people, err := p.readRetractable(ctx, v, ids)
	for _, e := range stored {
		if !e.Dropped && decideRetract(v, people, e) == access.Denied {
			denied = append(denied, e.ID)
		}
	}
	slices.Sort(denied)
	return denied, err
}

// decideRetract returns whether a viewer may retract a piece.
func decideRetract(v *access.Viewer, people subjects, e competency.Evidence) access.Outcome {
	by := access.RecordedByOther
	switch e.RecordedBy {
	case "":
		by = access.RecordedByNone
	case v.Account:
		by = access.RecordedBySelf
	}
	return v.DecideRetract(e.Kind, by, people.of(e.Employee))
}

// RetractSuperseded takes back what other results of the same event have made void. What is
// no evidence, or has been taken back before or dropped, is left alone. It follows from recording
// these, and so asks for that permission.
func (p *People) RetractSuperseded(ctx context.Context, ids []string) error {
	counting, err := p.EvidenceByID(ctx, ids)
	if err != nil {
		return err
	}
	counting = slices.DeleteFunc(counting, func(e competency.Evidence) bool { return e.Retracted || e.Dropped })
	done, err := p.batcher.record(ctx, groupByEmployee(counting, addRetraction))
	for _, d := range done {
		if fault.CodeOf(d.Err) == fault.Unavailable { // else it is gone
			return d.Err
		}
	}
	return err
}
