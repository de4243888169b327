package graph

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestErrorPresenter(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	p := errorPresenter{slog.New(slog.NewTextHandler(&log, nil)), func(context.Context) string { return "request-7" }}
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{})
	presented := p.present(ctx, graphql.ErrorOnPath(ctx, errors.New("must not be null")))
	require.Equal(t, map[string]any{"code": fault.Internal, "requestId": "request-7"}, presented.Extensions)
	require.Contains(t, log.String(), "must not be null")

	presented = p.present(ctx, gqlerror.Errorf("it says %s", strings.Repeat("知", 10_000)))
	require.Equal(t, fault.InvalidArgument, presented.Extensions["code"])
	require.Less(t, len([]rune(presented.Message)), 500, "no message grows with its input")

	presented = p.present(ctx, &fault.Error{Code: fault.PermissionDenied, Class: "LEARNER", Text: fault.T("no", "否")})
	require.Equal(t, map[string]any{"code": fault.PermissionDenied, "class": "LEARNER"}, presented.Extensions)
}
