package graph

import (
	"context"
	"io"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// deadlineRecorder records the deadlines that a handler sets.
type deadlineRecorder struct {
	*httptest.ResponseRecorder
	read, write []time.Time
}

func (r *deadlineRecorder) SetReadDeadline(t time.Time) error {
	r.read = append(r.read, t)
	return nil
}

func (r *deadlineRecorder) SetWriteDeadline(t time.Time) error {
	r.write = append(r.write, t)
	return nil
}

func TestEventStreamSetsDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock stands still
		w := &deadlineRecorder{ResponseRecorder: httptest.NewRecorder()}
		streamEvents(t.Context(), w, graphql.OneShot(&graphql.Response{Data: []byte(`{}`)}))
		require.Equal(t, []time.Time{{}}, w.read, "none, instead of that of the server")
		require.Equal(t, slices.Repeat([]time.Time{time.Now().Add(writeTimeout)}, 3), w.write, "for the start, the response and the end")
		require.Equal(t, ":\n\nevent: next\ndata: {\"data\":{}}\n\nevent: complete\ndata:\n\n", w.Body.String())
		require.True(t, w.Flushed)
	})
}

func TestEventStreamSendsPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		done := false
		streamEvents(t.Context(), w, func(context.Context) *graphql.Response {
			if done {
				return nil
			}
			done = true
			time.Sleep(pingInterval + pingInterval/2) // of the fake clock
			return &graphql.Response{Data: []byte(`{}`)}
		})
		require.Equal(t, ":\n\n:\n\nevent: next\ndata: {\"data\":{}}\n\nevent: complete\ndata:\n\n", w.Body.String())
	})
}

// brokenWriter is the connection of a client that has disconnected.
type brokenWriter struct{ *httptest.ResponseRecorder }

func (brokenWriter) WriteString(string) (int, error) { return 0, io.ErrClosedPipe }

func TestEventStreamEndsWithClient(t *testing.T) {
	t.Parallel()
	streamEvents(t.Context(), brokenWriter{httptest.NewRecorder()}, func(ctx context.Context) *graphql.Response {
		<-ctx.Done()
		return nil
	})
}
