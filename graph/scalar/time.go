// Package scalar reads and writes the custom scalars of the schema.
package scalar

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

type zoneKey struct{}

// WithZone returns a context in which a Time without a zone is of this one.
func WithZone(ctx context.Context, zone *time.Location) context.Context {
	return context.WithValue(ctx, zoneKey{}, zone)
}

// MarshalTime writes a time in RFC 3339.
func MarshalTime(t time.Time) graphql.ContextMarshaler {
	return graphql.ContextWriterFunc(func(_ context.Context, w io.Writer) error {
		text := "null" // the zero time stands for none
		if !t.IsZero() {
			text = strconv.Quote(t.Format(time.RFC3339Nano))
		}
		_, err := io.WriteString(w, text)
		return err
	})
}

// UnmarshalTime reads a time in one of the forms of competency.ParseTime. The zone of a
// time that names none is that of WithZone, else UTC.
func UnmarshalTime(ctx context.Context, v any) (time.Time, error) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, fault.New(fault.InvalidArgument, "a Time is a text, such as \"2026-11-20T08:00:00Z\"", "Time 是文本，如 \"2026-11-20T08:00:00Z\"")
	}
	t, wrong := parse(ctx, text)
	if wrong != (fault.Text{}) {
		return time.Time{}, &fault.Error{Code: fault.InvalidArgument, Text: wrong}
	}
	return t, nil
}

// MarshalGivenTime is MarshalTime for a time of an input.
func MarshalGivenTime(t service.GivenTime) graphql.ContextMarshaler { return MarshalTime(t.Time) }

// UnmarshalGivenTime is UnmarshalTime for a list of inputs, where a text that is no time
// is wrong in its item alone. What is no text at all refuses the request.
func UnmarshalGivenTime(ctx context.Context, v any) (t service.GivenTime, err error) {
	if text, ok := v.(string); ok {
		t.Time, t.Wrong = parse(ctx, text)
		return t, nil
	}
	t.Time, err = UnmarshalTime(ctx, v)
	return t, err
}

func parse(ctx context.Context, text string) (time.Time, fault.Text) {
	zone, _ := ctx.Value(zoneKey{}).(*time.Location)
	return competency.ParseTime(text, zone)
}
