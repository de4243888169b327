package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
)

// presenter turns errors into what clients may see: a message in their
// language, a code, and for faults of ours nothing but the id of the request
// under which the log tells the rest.
type presenter struct {
	log       *slog.Logger
	requestID func(context.Context) string
}

func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	var shown *gqlerror.Error
	if !errors.As(err, &shown) {
		shown = &gqlerror.Error{Err: err, Path: graphql.GetPath(ctx)}
	}
	out := &gqlerror.Error{Path: shown.Path, Locations: shown.Locations}
	code, text := fault.InvalidArgument, fault.T(brief(shown.Message), brief(shown.Message))
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		code, text = known.Code, known.Text
	case shown.Extensions["code"] == "COMPLEXITY_LIMIT_EXCEEDED":
		code, text = fault.LimitExceeded, fault.T("the query asks for too much at once: its complexity is above %d", "一次查询的内容过多：复杂度超过 %d", maxComplexity)
	case shown.Message == "must not be null": // gqlgen, of what a resolver returned
		code = fault.Internal
	case shown.Unwrap() != nil:
		// A value that could not be read into its type: what the reader says names
		// types of ours.
		text = fault.T("the value is not of its type (a Time is written 2026-11-20T08:00:00Z)", "该值与类型不符（时间请写作 2026-11-20T08:00:00Z）")
	}
	if code == fault.Internal {
		id := p.requestID(ctx)
		p.log.ErrorContext(ctx, "internal error", "error", err, "path", shown.Path.String())
		text = fault.T("internal error; the log tells more under request %s", "内部错误；日志中请求 %s 有详细信息", id)
		out.Extensions = map[string]any{"requestId": id}
	} else if known != nil && known.Cause != nil {
		p.log.WarnContext(ctx, "request failed", "code", code, "error", err)
	}
	out.Message = text.In(catalog.Lang(ctx))
	if out.Extensions == nil {
		out.Extensions = map[string]any{}
	}
	out.Extensions["code"] = code
	return out
}

// brief shortens a message that quotes its input.
func brief(message string) string {
	const most = 400
	if runes := []rune(message); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return message
}

// recovered makes a fault of a panic, with the stack in the log alone.
func recovered(_ context.Context, cause any) error {
	return internal(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
}

func internal(err error) error {
	return fault.Because(err, fault.Internal, "internal error", "内部错误")
}

// classified makes every error of a resolver a fault, so that nothing that we
// did not mean to say is ever said.
func classified(err error) error {
	if err == nil { // before anything is allocated: this is asked of every field
		return nil
	}
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Because(err, fault.Unavailable, "the request ran out of time", "请求超时")
	default:
		return internal(err)
	}
}
