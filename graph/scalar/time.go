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
	zone, _ := ctx.Value(zoneKey{}).(*time.Location)
	t, wrong := competency.ParseTime(text, zone)
	if wrong != (fault.Text{}) {
		return time.Time{}, &fault.Error{Code: fault.InvalidArgument, Text: wrong}
	}
	return t, nil
}
