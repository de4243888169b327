package graph

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/internal/fault"
)

// fieldContext is that of a field, as gqlgen passes it to middleware.
func fieldContext(object, name string) context.Context {
	return graphql.WithFieldContext(context.Background(), &graphql.FieldContext{
		Object: object, Field: graphql.CollectedField{Field: &ast.Field{Name: name}},
	})
}

func TestFieldsThatReadTheStoreHaveSpans(t *testing.T) {
	type span struct {
		object, field string
		outcome       fault.Code
	}
	var spans []span
	cfg := Config{StartField: func(ctx context.Context, object, field string) (context.Context, func(fault.Code)) {
		return ctx, func(outcome fault.Code) { spans = append(spans, span{object, field, outcome}) }
	}}.withDefaults()
	answer := func(err error) graphql.Resolver {
		return func(context.Context) (any, error) { return 1, err }
	}
	_, _ = cfg.aroundField(fieldContext("Query", "employee"), answer(nil))
	_, _ = cfg.aroundField(fieldContext("Employee", "evidence"), answer(fault.New(fault.Unavailable, "x", "x")))
	_, _ = cfg.aroundField(fieldContext("Employee", "name"), answer(nil))
	_, _ = cfg.aroundField(fieldContext("Mutation", "upsertPosition"), answer(errors.New("x")))
	require.Panics(t, func() {
		_, _ = cfg.aroundField(fieldContext("Query", "position"), func(context.Context) (any, error) { panic("x") })
	})
	require.Equal(t, []span{
		{"Query", "employee", ""}, {"Employee", "evidence", fault.Unavailable}, {"Mutation", "upsertPosition", fault.Internal}, {"Query", "position", fault.Internal},
	}, spans)
}

// Fields are counted in millions, so those without a span must not allocate.
func TestTracingThatIsOffAllocatesNothing(t *testing.T) {
	cfg := Config{ObserveRootField: func(string, string, time.Duration, fault.Code) {}}.withDefaults()
	next := func(context.Context) (any, error) { return nil, nil }
	for _, field := range [][2]string{{"Employee", "name"}, {"Employee", "evidence"}, {"Query", "employee"}} {
		ctx := fieldContext(field[0], field[1])
		require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = cfg.aroundField(ctx, next) }), field)
	}
}
