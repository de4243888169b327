package graph

import (
	"context"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
)

// refreshInterval is how often a subscription asks for the rights of its viewer, whether
// something is pushed or not. With the time for which a viewer may be stale it is less than
// a second.
const refreshInterval = 150 * time.Millisecond

// subscriptionRights ends subscriptions whose viewer has no right to them any more.
type subscriptionRights struct {
	refresh   func(context.Context, *access.Viewer) (*access.Viewer, error) // nil for rights that never change
	mayFollow func(ctx context.Context, employee string) error              // judges whether a viewer may subscribe to an employee
	presenter errorPresenter
}

// watchedRights are the rights to one subscription.
type watchedRights struct {
	subscriptionRights
	employee string
	viewer   atomic.Pointer[access.Viewer] // of now; nil where the context has the only one
	lost     atomic.Pointer[error]         // why the viewer may no longer subscribe
	ended    context.Context               // ends when the rights are lost
	end      context.CancelFunc
	told     bool // whether a response has told why; for the reader of the responses alone
}

// watch follows the rights of the viewer of a context until that ends.
func (s subscriptionRights) watch(ctx context.Context, field graphql.CollectedField) (*watchedRights, error) {
	w := &watchedRights{subscriptionRights: s}
	w.employee, _ = field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)["employee"].(string)
	w.ended, w.end = context.WithCancel(ctx)
	viewer, err := access.FromContext(ctx)
	if err != nil || s.refresh == nil {
		return w, err
	}
	if viewer, err = s.refresh(ctx, viewer); err != nil { // a connection may be older than the last change
		return w, err
	}
	w.viewer.Store(viewer)
	go repeatEvery(w.ended, refreshInterval, func() {
		if err := w.update(ctx); err != nil && ctx.Err() == nil {
			w.lose(err)
		}
	})
	return w, nil
}

func (w *watchedRights) lose(err error) {
	w.lost.CompareAndSwap(nil, &err)
	w.end()
}

// update asks for the rights of now. Where they have changed, it asks whether they are
// still enough.
func (w *watchedRights) update(ctx context.Context) error {
	before := w.viewer.Load()
	now, err := w.refresh(ctx, before)
	if err != nil || now == before || reflect.DeepEqual(now, before) {
		return err
	}
	w.viewer.Store(now)
	return w.mayFollow(w.withViewer(catalog.BeginRequest(ctx, catalog.Lang(ctx))), w.employee)
}

// withViewer returns a context that always has the viewer of now.
func (w *watchedRights) withViewer(ctx context.Context) context.Context {
	if w.viewer.Load() == nil {
		return ctx
	}
	return access.WithCurrentViewer(ctx, w.viewer.Load)
}

// judge returns a response, or in its place the last one, which tells why there are no
// more.
func (w *watchedRights) judge(ctx context.Context, response *graphql.Response) *graphql.Response {
	if response != nil && slices.ContainsFunc(response.Errors, isRefusal) {
		// Perhaps of one field, perhaps because the person has gone where the viewer reaches nobody.
		if err := w.mayFollow(w.withViewer(catalog.BeginRequest(ctx, catalog.Lang(ctx))), w.employee); err != nil && isRefusal(w.presenter.present(ctx, err)) {
			w.lose(err)
		}
	}
	lost := w.lost.Load()
	switch {
	case lost == nil:
		return response
	case w.told:
		return nil
	}
	w.told = true
	return w.presenter.refusal(ctx, *lost)
}

func isRefusal(err *gqlerror.Error) bool {
	switch err.Extensions["code"] {
	case fault.Unauthenticated, fault.PermissionDenied, fault.NotFound:
		return true
	}
	return false
}
