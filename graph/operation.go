package graph

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Operation is what logs and traces say of one operation that has ended.
type Operation struct {
	Kind  string       // query, mutation or subscription; empty where the document was refused
	Name  string       // that the client gave it, else its root fields
	Roots []string     // names of the root fields, before it begins
	Codes []fault.Code // of its errors, and of the first user error of each mutation, each once; none on success
}

// operationObserver collects what becomes of an operation.
type operationObserver struct {
	observe func(context.Context, Operation) // nil for none
	op      Operation
	mu      sync.Mutex
}

func newOperationObserver(observe func(context.Context, Operation)) *operationObserver {
	return &operationObserver{observe: observe}
}

// begin takes the operation of a request; where the document is refused, there is only
// the name that was asked for.
func (o *operationObserver) begin(op *graphql.OperationContext, requested string) {
	if o.observe == nil {
		return
	}
	o.op.Name = requested
	if op != nil && op.Operation != nil {
		o.op.Kind, o.op.Name = string(op.Operation.Operation), cmp.Or(op.Operation.Name, rootFields(op.Operation))
	}
	o.op.Name = competency.Truncate(o.op.Name, competency.MaxQuoted)
}

// operationOf describes an operation that is about to begin.
func operationOf(op *graphql.OperationContext) Operation {
	described := Operation{Kind: string(op.Operation.Operation), Name: op.Operation.Name}
	types := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: subscriptionType}
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{types[op.Operation.Operation]}) {
		described.Roots = append(described.Roots, field.Name)
	}
	return described
}

// rootFields names an operation that has no name by what it asks for.
func rootFields(op *ast.OperationDefinition) string {
	const most = 3
	var names []string
	for _, selection := range op.SelectionSet {
		if field, ok := selection.(*ast.Field); ok && len(names) < most {
			names = append(names, field.Name)
		}
	}
	return strings.Join(names, ",")
}

// watch collects the errors of responses.
func (o *operationObserver) watch(next graphql.ResponseHandler) graphql.ResponseHandler {
	if o.observe == nil {
		return next
	}
	return func(ctx context.Context) *graphql.Response {
		response := next(ctx)
		if response != nil {
			o.addErrors(response.Errors)
		}
		return response
	}
}

func (o *operationObserver) addErrors(errs gqlerror.List) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, err := range errs {
		if code, ok := err.Extensions["code"].(fault.Code); ok {
			o.addCode(code)
		}
	}
}

// addCode adds a code once. The caller holds mu.
func (o *operationObserver) addCode(code fault.Code) {
	if !slices.Contains(o.op.Codes, code) {
		o.op.Codes = append(o.op.Codes, code)
	}
}

type operationObserverKey struct{}

// withObserver lets the fields of an operation find its observer.
func withObserver(ctx context.Context, o *operationObserver) context.Context {
	return context.WithValue(ctx, operationObserverKey{}, o)
}

// observeRefusal adds what the payload of a mutation says of a refusal: it is no error of
// the response.
func observeRefusal(ctx context.Context, payload any) {
	o, _ := ctx.Value(operationObserverKey{}).(*operationObserver)
	refusal, ok := payload.(interface{ Refused() fault.Code })
	if o == nil || !ok || refusal.Refused() == "" {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.addCode(refusal.Refused())
}

func (o *operationObserver) end(ctx context.Context) {
	if o.observe != nil {
		o.observe(ctx, o.op)
	}
}
