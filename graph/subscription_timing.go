package graph

import (
	"context"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/internal/catalog"
)

// subscriptionType is the name of the root type.
const subscriptionType = "Subscription"

// minInterval is the least time between two responses of a subscription. Updates in
// between are merged into one response (throttling).
const minInterval = 100 * time.Millisecond

// subscriptionTiming gives the start of a subscription, and each of its responses, a
// timeout of their own. The wait for an update has none: it lasts until the client
// leaves, or shutdown ends all subscriptions.
type subscriptionTiming struct {
	timeout  time.Duration
	shutdown context.Context
	rights   subscriptionRights
}

// aroundOperation is middleware of gqlgen.
func (t subscriptionTiming) aroundOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	// To the service, each response is a request of its own.
	lang := catalog.Lang(ctx)
	field := graphql.CollectFields(op, op.Operation.SelectionSet, []string{subscriptionType})[0]
	operationCtx, cancel := context.WithCancel(catalog.BeginRequest(ctx, lang))
	rights, err := t.rights.watch(operationCtx, field)
	if err != nil {
		cancel()
		return graphql.OneShot(t.rights.presenter.refusal(graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: subscriptionType, Field: field}), err))
	}
	stop := context.AfterFunc(t.shutdown, cancel)
	context.AfterFunc(ctx, func() { stop() })
	startTimeout := time.AfterFunc(t.timeout, cancel)
	nextResponse := next(rights.withViewer(operationCtx))
	startTimeout.Stop()
	var pause <-chan time.Time
	return func(ctx context.Context) *graphql.Response {
		if pause != nil {
			select {
			case <-pause:
			case <-ctx.Done():
				return nil
			}
		}
		defer func() { pause = time.After(minInterval) }()
		ctx, cancel := context.WithCancel(catalog.BeginRequest(ctx, lang))
		defer cancel()
		defer context.AfterFunc(rights.ended, cancel)()
		responseTimeout := time.AfterFunc(math.MaxInt64, cancel) // see startResponseTimeout
		defer responseTimeout.Stop()
		ctx = context.WithValue(ctx, responseTimeoutKey{}, responseTimeout)
		// gqlgen leaves the field out of the context, and so out of the paths of errors.
		ctx = graphql.WithFieldContext(rights.withViewer(ctx), &graphql.FieldContext{Object: subscriptionType, Field: field})
		return rights.judge(ctx, nextResponse(ctx))
	}
}

type responseTimeoutKey struct{}

// startResponseTimeout starts the timeout of a response, once there is an update.
func startResponseTimeout(ctx context.Context, timeout time.Duration) {
	if timer, ok := ctx.Value(responseTimeoutKey{}).(*time.Timer); ok {
		timer.Reset(timeout)
	}
}
