// Package list marshals the lists of a response. The generated code calls it.
package list

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalSlice marshals the items of a list sequentially, in the goroutine of the
// caller. A panic makes the list null and becomes an error of its item.
func MarshalSlice(ctx context.Context, length int, marshalItem func(ctx context.Context, i int) graphql.Marshaler) (items graphql.Array) {
	items = make(graphql.Array, length)
	itemCtx := ctx
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(itemCtx, graphql.Recover(itemCtx, cause))
			items = nil
		}
	}()
	for i := range items {
		itemCtx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i})
		items[i] = marshalItem(itemCtx, i)
	}
	return items
}
