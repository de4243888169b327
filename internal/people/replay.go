package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Replay folds all evidence again, as after a change of the model. It returns how many
// people have other states since, and calls progress with how many it has been through.
func (p *People) Replay(ctx context.Context, progress func(people int)) (changed int, err error) {
	const pageSize = 100
	if err := checkEveryone(ctx, access.Assess); err != nil {
		return 0, err
	}
	var wrong []fault.Problem // of people who cannot be read
	for after, seen := "", 0; ; {
		page, err := p.store.Employees(ctx, store.EmployeeQuery{After: after, First: pageSize})
		if err != nil {
			return changed, catalog.StoreFault(err)
		}
		var list []store.Recording
		for _, profile := range page.Profiles {
			after = profile.Employee.Code
			list = append(list, store.Recording{Employee: after, Replay: true})
		}
		done, err := p.batcher.record(ctx, list)
		if err != nil {
			return changed, err
		}
		for _, d := range done {
			if d.StateChanges.Any() {
				changed++
			}
			wrong = append(wrong, fault.ProblemsOf(d.Err)...)
		}
		seen += len(list)
		progress(seen)
		if !page.More {
			if err := store.UnreadableError(wrong); err != nil {
				return changed, err
			}
			return changed, p.replayed(ctx)
		}
	}
}

// ReplayDue reports whether states lack something that they have only after a Replay:
// an earlier version stored them.
func (p *People) ReplayDue(ctx context.Context) (bool, error) {
	due, err := p.store.Documents(ctx, store.DocumentQuery{Kind: store.ReplayKind, IDs: []string{store.ReplayHeld}})
	if err != nil {
		return false, catalog.StoreFault(err)
	}
	return len(due) > 0, nil
}

// replayed notes that no replay is due any more.
func (p *People) replayed(ctx context.Context) error {
	due, err := p.ReplayDue(ctx)
	if err != nil || !due {
		return err
	}
	if err := p.store.DeleteDocuments(ctx, store.ReplayKind, []string{store.ReplayHeld}); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}
