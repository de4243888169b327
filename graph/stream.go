package graph

import (
	"context"
	"io"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/internal/catalog"
)

const (
	pingEvery = 30 * time.Second // proxies close what says nothing for a minute
	writeTime = 10 * time.Second // who takes nothing for so long is given up

	breath = 100 * time.Millisecond // from one answer of a subscription to the next: what happens in between is in one
)

// stream answers as a stream of events, in the distinct connections mode of
// graphql-sse: next for every answer, and complete when there will be no more.
// Where it ends without that the client may try again.
func stream(ctx context.Context, w http.ResponseWriter, respond graphql.ResponseHandler) {
	ctx, cancel := context.WithCancel(ctx)
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // of the server; it would end the request
	var mu sync.Mutex
	send := func(event string) {
		mu.Lock()
		defer mu.Unlock()
		_ = control.SetWriteDeadline(time.Now().Add(writeTime))
		_, err := io.WriteString(w, event)
		if err != nil || control.Flush() != nil {
			cancel()
		}
	}
	w.Header().Set("Content-Type", eventStream)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx passes each event on
	send(":\n\n")                             // it has begun

	var pings sync.WaitGroup
	defer pings.Wait()
	defer cancel()
	pings.Go(func() { every(ctx, pingEvery, func() { send(":\n\n") }) })
	for resp := respond(ctx); resp != nil; resp = respond(ctx) {
		send("event: next\ndata: " + string(encode(resp)) + "\n\n")
	}
	if ctx.Err() == nil {
		send("event: complete\ndata:\n\n")
	}
}

// every does something again and again until a context ends.
func every(ctx context.Context, interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			do()
		case <-ctx.Done():
			return
		}
	}
}

// pace gives a subscription its time: so much to begin with, and so much for each
// answer. It may wait for answers as long as it likes, until all of them end. After
// each it pauses for a breath, so that what happens quickly comes in few of them.
type pace struct {
	timeout time.Duration
	until   context.Context
}

func (p pace) operation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	// To the service each answer is a request of its own.
	lang := catalog.Lang(ctx)
	begun, cancel := context.WithCancel(catalog.BeginRequest(ctx, lang))
	forget := context.AfterFunc(p.until, cancel)
	context.AfterFunc(ctx, func() { forget() })
	late := time.AfterFunc(p.timeout, cancel)
	respond := next(begun)
	late.Stop()
	field := graphql.CollectFields(op, op.Operation.SelectionSet, []string{subscription})[0]
	var rested <-chan time.Time
	return func(ctx context.Context) *graphql.Response {
		if rested != nil {
			select {
			case <-rested:
			case <-ctx.Done():
				return nil
			}
		}
		defer func() { rested = time.After(breath) }()
		ctx, cancel := context.WithCancel(catalog.BeginRequest(ctx, lang))
		defer cancel()
		late := time.AfterFunc(math.MaxInt64, cancel)
		defer late.Stop()
		ctx = context.WithValue(ctx, lateKey{}, late)
		// gqlgen forgets it, and would leave it out of the paths of errors.
		return respond(graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: subscription, Field: field}))
	}
}

// subscription is the name of the type.
const subscription = "Subscription"

type lateKey struct{}

// answering is told that there is something to answer with.
func answering(ctx context.Context, timeout time.Duration) {
	if late, ok := ctx.Value(lateKey{}).(*time.Timer); ok {
		late.Reset(timeout)
	}
}
