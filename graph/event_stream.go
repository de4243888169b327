package graph

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

const (
	pingInterval = 30 * time.Second // proxies close connections that are idle for a minute
	writeTimeout = 10 * time.Second // clients that receive nothing for so long are disconnected
)

// streamEvents answers with server-sent events, in the distinct connections mode of
// graphql-sse: next for each response, and complete after the last one. A stream that
// ends without complete tells the client to try again.
func streamEvents(ctx context.Context, w http.ResponseWriter, nextResponse graphql.ResponseHandler) {
	ctx, cancel := context.WithCancel(ctx)
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // that of the server would end the request
	var mu sync.Mutex
	send := func(event string) {
		mu.Lock()
		defer mu.Unlock()
		_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
		_, err := io.WriteString(w, event)
		if err != nil || control.Flush() != nil {
			cancel()
		}
	}
	const comment = ":\n\n" // clients ignore it
	w.Header().Set("Content-Type", eventStream)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx forwards each event at once
	send(comment)                             // the headers, and that the subscription has begun

	var pings sync.WaitGroup
	defer pings.Wait()
	defer cancel()
	pings.Go(func() { repeatEvery(ctx, pingInterval, func() { send(comment) }) })
	for resp := nextResponse(ctx); resp != nil; resp = nextResponse(ctx) {
		send("event: next\ndata: " + string(encodeResponse(resp)) + "\n\n")
	}
	if ctx.Err() == nil {
		send("event: complete\ndata:\n\n")
	}
}

// repeatEvery calls do at an interval until a context ends.
func repeatEvery(ctx context.Context, interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			do()
		case <-ctx.Done():
			return
		}
	}
}
