package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// EraseEvents deletes the events of xAPI that tell of an employee, by the evidence that is
// still there, tombstones too. It reads all events. It is for the system.
func (p *People) EraseEvents(ctx context.Context, employee string) error {
	if err := requireSystem(ctx); err != nil {
		return err
	}
	own := map[string]bool{}
	for _, dropped := range []bool{false, true} {
		list, err := p.store.Evidence(ctx, store.EvidenceQuery{Employees: []string{employee}, Dropped: dropped})
		if err != nil {
			return catalog.StoreFault(err)
		}
		for _, e := range list {
			own[e.ID] = true
		}
	}
	if len(own) == 0 {
		return nil
	}
	var keys []string
	for e, err := range p.AllEvents(ctx) {
		if err != nil {
			return err
		}
		if slices.ContainsFunc(e.Results, func(r competency.EventResult) bool { return own[r.ID] }) {
			keys = append(keys, e.Key)
		}
	}
	if err := p.store.DeleteDocuments(ctx, store.EventKind, keys); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// ForgetMoved deletes the code of an employee who is deleted from what the store keeps to tell
// who has changed. It is for the system.
func (p *People) ForgetMoved(ctx context.Context, employee string) error {
	if err := requireSystem(ctx); err != nil {
		return err
	}
	if err := p.store.ForgetMoved(ctx, employee); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// requireSystem refuses everybody but the system.
func requireSystem(ctx context.Context) error {
	v, err := access.FromContext(ctx)
	if err == nil && !v.IsSystem() {
		err = fault.New(fault.PermissionDenied, "only the system does this", "只有系统可以执行此操作")
	}
	return err
}
