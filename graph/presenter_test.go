package graph

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestWhatAResolverOwesIsAFaultOfOurs(t *testing.T) {
	var log bytes.Buffer
	p := presenter{slog.New(slog.NewTextHandler(&log, nil)), func(context.Context) string { return "request-7" }}
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{})
	shown := p.present(ctx, graphql.ErrorOnPath(ctx, errors.New("must not be null")))
	require.Equal(t, map[string]any{"code": fault.Internal, "requestId": "request-7"}, shown.Extensions)
	require.Contains(t, log.String(), "must not be null")

	shown = p.present(ctx, gqlerror.Errorf("it says %s", strings.Repeat("知", 10_000)))
	require.Equal(t, fault.InvalidArgument, shown.Extensions["code"])
	require.Less(t, len([]rune(shown.Message)), 500, "no message grows with its input")
}

func TestOnlySmallDocumentsAreKept(t *testing.T) {
	kept := documents{lru.New[*ast.QueryDocument](10)}
	for _, c := range []struct {
		size int
		want bool
	}{{maxKept, true}, {maxKept + 1, false}} {
		query := strings.Repeat("x", c.size)
		kept.Add(t.Context(), query, &ast.QueryDocument{})
		_, ok := kept.Get(t.Context(), query)
		require.Equal(t, c.want, ok)
	}
}
