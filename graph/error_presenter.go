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

// errorPresenter turns errors into what clients see: a code, and a message in their
// language. An internal error shows only the id of the request; its details are logged
// under that id.
type errorPresenter struct {
	log       *slog.Logger
	requestID func(context.Context) string
}

func (p errorPresenter) present(ctx context.Context, err error) *gqlerror.Error {
	var located *gqlerror.Error
	if !errors.As(err, &located) {
		located = &gqlerror.Error{Err: err, Path: graphql.GetPath(ctx)}
	}
	code, text := fault.InvalidArgument, fault.T(truncate(located.Message), truncate(located.Message))
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		code, text = known.Code, known.Text
	case located.Extensions["code"] == "COMPLEXITY_LIMIT_EXCEEDED":
		code, text = fault.LimitExceeded, fault.T("the query asks for too much at once: its complexity is above %d", "一次查询的内容过多：复杂度超过 %d", maxComplexity)
	case isVariable(located.Path) && located.Unwrap() == nil:
		text = variableText(located)
	case located.Message == "must not be null": // what gqlgen says of the result of a resolver
		code = fault.Internal
	case located.Unwrap() != nil:
		// A value that could not be read into its type. The original message names Go
		// types.
		text = fault.T("the value is not of its type (a Time is written 2026-11-20T08:00:00Z)", "该值与类型不符（时间请写作 2026-11-20T08:00:00Z）")
	}
	extensions := map[string]any{"code": code}
	if known != nil && known.Class != "" {
		extensions["class"] = known.Class
	}
	if code == fault.Internal {
		id := p.requestID(ctx)
		p.log.ErrorContext(ctx, "internal error", "error", err, "path", located.Path.String())
		text = fault.T("internal error; the log tells more under request %s", "内部错误；日志中请求 %s 有详细信息", id)
		extensions["requestId"] = id
	} else if known != nil && known.Cause != nil {
		p.log.WarnContext(ctx, "request failed", "code", code, "error", err)
	}
	return &gqlerror.Error{Message: text.In(catalog.Lang(ctx)), Path: located.Path, Locations: located.Locations, Extensions: extensions}
}

// refusal returns a response that has an error alone.
func (p errorPresenter) refusal(ctx context.Context, err error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{p.present(ctx, toFault(err))}}
}

// truncate shortens a text that quotes input, so that no message grows with it.
func truncate(text string) string {
	const maxLen = 400
	if runes := []rune(text); len(runes) > maxLen {
		return string(runes[:maxLen]) + "…"
	}
	return text
}

// newError returns a fault as gqlgen carries it to the error presenter.
func newError(code fault.Code, en, zh string, args ...any) *gqlerror.Error {
	return gqlerror.Wrap(fault.New(code, en, zh, args...))
}

// toFault turns an error of a resolver into a fault. Messages of other errors are
// never shown.
func toFault(err error) error {
	if err == nil { // before anything is allocated: this runs for every field
		return nil
	}
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Unavailable, "the request ran out of time", "请求超时")
	default:
		return internalFault(err)
	}
}

// panicFault turns a panic into a fault. Only the log has the stack.
func panicFault(_ context.Context, cause any) error {
	return internalFault(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
}

func internalFault(err error) error {
	return fault.Wrap(err, fault.Internal, "internal error", "内部错误")
}
