package graph

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// Websocket is the transport of subscriptions over WebSockets, by the protocol
// graphql-transport-ws. Queries and mutations have POST, with a status, a timeout and
// a line in the log each.
//
// A browser can send no header with a WebSocket, so the token may come in the payload
// of connection_init, which wins over the header. A page of another origin is refused
// (cross-site request forgery).
//
// It replaces the transport of gqlgen. That one also speaks an older protocol, has no
// limit of operations for each client, and no timeout for clients that read nothing.
type Websocket struct {
	// Authenticate turns the request of the handshake and an Authorization, empty for none,
	// into a context with the viewer. It derives the context from the one it is given.
	Authenticate func(ctx context.Context, authorization string) (context.Context, error)
	Origins      []string // of pages that may open one besides our own
	Shutdown     context.Context
	Observe      func(context.Context, Operation) // called when a subscription has ended; nil for none
	Refused      func()                           // called when a client is not authenticated; nil for none
}

var _ graphql.Transport = Websocket{}

// subprotocol is the name of the protocol in the WebSocket handshake.
const subprotocol = "graphql-transport-ws"

// The limits of one connection.
const (
	initTimeout      = 10 * time.Second // until connection_init
	maxInitMessage   = 16 << 10         // bytes of a message before the client is authenticated
	maxSubscriptions = 100
)

// The status codes with which the protocol closes a connection.
const (
	invalidMessageStatus   websocket.StatusCode = 4400
	unauthorizedStatus     websocket.StatusCode = 4401
	forbiddenStatus        websocket.StatusCode = 4403
	subprotocolStatus      websocket.StatusCode = 4406
	initTimeoutStatus      websocket.StatusCode = 4408
	subscriberExistsStatus websocket.StatusCode = 4409
	repeatedInitStatus     websocket.StatusCode = 4429
)

// IsWebsocket reports whether a request asks for a WebSocket. It may come without a
// token.
func IsWebsocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Supports reports whether a request asks for a WebSocket.
func (Websocket) Supports(r *http.Request) bool { return IsWebsocket(r) }

// Do serves one connection until it ends.
func (t Websocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, OriginPatterns: t.Origins})
	if err != nil {
		return // Accept has answered, with 403 to another origin
	}
	ctx, cancel := context.WithCancel(r.Context())
	c := &connection{Websocket: t, ctx: ctx, conn: conn, header: r.Header, exec: exec, active: map[string]*activeSubscription{}}
	defer func() {
		cancel()
		_ = conn.CloseNow()
		c.goroutines.Wait()
	}()
	defer context.AfterFunc(t.Shutdown, func() { _ = conn.Close(websocket.StatusGoingAway, "the server stops") })()
	c.goroutines.Go(func() {
		repeatEvery(ctx, pingInterval, func() {
			ctx, cancel := context.WithTimeout(ctx, writeTimeout)
			defer cancel()
			if conn.Ping(ctx) != nil { // the client has vanished, or reads nothing
				_ = conn.CloseNow()
			}
		})
	})
	status, reason := c.readMessages()
	_ = conn.Close(status, reason)
}
