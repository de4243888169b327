// Package list writes the lists of an answer. The generated code calls it.
package list

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// InOrder marshals the items of a list one after the other, in the caller's
// goroutine. A panic makes the list null and is told as an error of its item.
func InOrder(ctx context.Context, length int, item func(ctx context.Context, i int) graphql.Marshaler) (all graphql.Array) {
	all = make(graphql.Array, length)
	at := ctx
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(at, graphql.Recover(at, cause))
			all = nil
		}
	}()
	for i := range all {
		at = graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i})
		all[i] = item(at, i)
	}
	return all
}
