package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/zhitu/zhitu/internal/fault"
)

// fieldsWithIO are the fields below the root that may read the store. All others answer
// from memory, so that a trace of them would only say how long a map takes.
var fieldsWithIO = map[string][]string{
	"Employee":      {"evidence", "manager", "orgUnit", "states"},
	"LearnerUpdate": {"employee", "nextSteps", "states", "unassessed"},
	"MasteryState":  {"effects"},
}

func readsStore(field *graphql.FieldContext) bool {
	for _, name := range fieldsWithIO[field.Object] {
		if name == field.Field.Name {
			return true
		}
	}
	return false
}

// withSpan resolves a field within a span of its own.
func (cfg Config) withSpan(field *graphql.FieldContext, next graphql.Resolver) graphql.Resolver {
	return func(ctx context.Context) (any, error) {
		ctx, end := cfg.StartField(ctx, field.Object, field.Field.Name)
		outcome := fault.Internal // of a panic
		defer func() { end(outcome) }()
		result, err := next(ctx)
		outcome = fault.CodeOf(toFault(err))
		return result, err
	}
}
