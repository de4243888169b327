package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/service"
)

// deletedID returns the global id of what a mutation has deleted, nil where it was
// refused. Its type follows from the mutation: deletePosition deletes a Position.
func deletedID(ctx context.Context, p *service.DeletePayload) *string {
	if p.DeletedCode == nil {
		return nil
	}
	mutation := graphql.GetFieldContext(ctx).Parent.Field.Definition.Name
	return new(page.GlobalID(strings.TrimPrefix(mutation, "delete"), competency.NormalizeCode(*p.DeletedCode)))
}
