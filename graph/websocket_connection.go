package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

// message is one message of the protocol.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// connection is one WebSocket with its subscriptions.
type connection struct {
	Websocket
	ctx        context.Context // of the connection
	conn       *websocket.Conn
	header     http.Header
	exec       graphql.GraphExecutor
	goroutines sync.WaitGroup

	mu     sync.Mutex
	active map[string]*activeSubscription // by id
}

// activeSubscription is a subscription that has not ended.
type activeSubscription struct{ cancel context.CancelFunc }

// readMessages handles messages until the connection ends, and returns the status to
// close it with.
func (c *connection) readMessages() (websocket.StatusCode, string) {
	if c.conn.Subprotocol() == "" {
		return subprotocolStatus, "Subprotocol not acceptable"
	}
	initTimer := time.AfterFunc(initTimeout, func() { _ = c.conn.Close(initTimeoutStatus, "Connection initialisation timeout") })
	defer initTimer.Stop()
	c.conn.SetReadLimit(maxInitMessage)
	for authenticated := false; ; {
		_, data, err := c.conn.Read(c.ctx)
		if err != nil {
			return websocket.StatusNormalClosure, "" // the connection has ended
		}
		var m message
		if decodeJSON(bytes.NewReader(data), &m) != nil {
			return invalidMessageStatus, "Invalid message received"
		}
		switch m.Type {
		case "connection_init":
			var payload struct{ Authorization string }
			if len(m.Payload) > 0 && decodeJSON(bytes.NewReader(m.Payload), &payload) != nil {
				return invalidMessageStatus, "Invalid message received"
			}
			if authenticated {
				return repeatedInitStatus, "Too many initialisation requests"
			}
			if c.ctx, err = c.Authenticate(c.ctx, cmp.Or(payload.Authorization, c.header.Get("Authorization"))); err != nil {
				if c.Refused != nil {
					c.Refused()
				}
				return forbiddenStatus, "Forbidden"
			}
			authenticated = true
			initTimer.Stop()
			c.conn.SetReadLimit(maxBody)
			c.send(message{Type: "connection_ack"})
		case "subscribe":
			switch {
			case !authenticated:
				return unauthorizedStatus, "Unauthorized"
			case m.ID == "":
				return invalidMessageStatus, "Invalid message received"
			case c.get(m.ID) != nil:
				return subscriberExistsStatus, "Subscriber already exists"
			}
			c.subscribe(m)
		case "complete":
			if s := c.get(m.ID); s != nil {
				c.remove(m.ID, s)
				s.cancel()
			}
		case "ping":
			c.send(message{Type: "pong", Payload: m.Payload})
		case "pong":
		default:
			return invalidMessageStatus, "Invalid message received"
		}
	}
}

func (c *connection) get(id string) *activeSubscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.active[id]
}

// add returns how many subscriptions there are with the new one.
func (c *connection) add(id string, s *activeSubscription) (count int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.active[id] = s
	return len(c.active)
}

// remove frees an id, unless another subscription has taken it.
func (c *connection) remove(id string, s *activeSubscription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.active[id] == s {
		delete(c.active, id)
	}
}

// subscribe starts a subscription, or refuses it, before the next message is read. So
// the pong to a later ping tells the client that it has started.
func (c *connection) subscribe(m message) {
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(c.ctx))
	s := &activeSubscription{cancel}
	count := c.add(m.ID, s)
	observer := newOperationObserver(c.Observe)
	nextResponse, ctx := c.startOperation(ctx, m.Payload, count, observer)
	c.goroutines.Go(func() {
		defer cancel()
		defer observer.end(ctx)
		last := c.sendResponses(ctx, m.ID, nextResponse)
		c.remove(m.ID, s)                             // before the client can use the id again
		if last.Type == "error" || ctx.Err() == nil { // no complete on shutdown: the client may go on elsewhere
			c.send(last)
		}
	})
}

func (c *connection) startOperation(ctx context.Context, payload []byte, subscriptions int, observer *operationObserver) (graphql.ResponseHandler, context.Context) {
	var params graphql.RawParams
	params.ReadTime.Start = graphql.Now()
	op := &graphql.OperationContext{}
	var errs gqlerror.List
	switch {
	case subscriptions > maxSubscriptions:
		errs = gqlerror.List{newError(fault.LimitExceeded,
			"one connection may have %d subscriptions: end some, or open another", "每个连接最多 %d 个订阅：请先结束一些，或另建连接", maxSubscriptions)}
	case decodeJSON(bytes.NewReader(payload), &params) != nil:
		errs = gqlerror.List{malformedRequest()}
	case isHashOnly(&params):
		errs = gqlerror.List{persistedQueryNotSupported()}
	case params.Query == "":
		errs = gqlerror.List{malformedRequest()}
	default:
		params.ReadTime.End, params.Headers = graphql.Now(), c.header
		op, errs = createOperation(ctx, c.exec, &params)
		if errs == nil && op.Operation.Operation != ast.Subscription {
			errs = gqlerror.List{newError(fault.InvalidArgument,
				"a WebSocket is for subscriptions: send queries and mutations by POST", "WebSocket 仅用于订阅：查询和变更请使用 POST")}
		}
	}
	observer.begin(op, params.OperationName)
	nextResponse, ctx := dispatch(ctx, c.exec, op, errs)
	return observer.watch(nextResponse), ctx
}

// sendResponses sends one response after the other, and returns the message that ends
// the subscription.
func (c *connection) sendResponses(ctx context.Context, id string, nextResponse graphql.ResponseHandler) (last message) {
	errorMessage := func(errs gqlerror.List) message {
		payload, err := json.Marshal(errs)
		if err != nil {
			panic(err)
		}
		return message{id, "error", payload}
	}
	defer func() {
		if cause := recover(); cause != nil {
			last = errorMessage(c.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(panicFault(ctx, cause))}).Errors)
		}
	}()
	for resp := nextResponse(ctx); resp != nil; resp = nextResponse(ctx) {
		if len(resp.Data) == 0 { // the operation was refused
			return errorMessage(resp.Errors)
		}
		c.send(message{id, "next", encodeResponse(resp)})
	}
	return message{ID: id, Type: "complete"}
}

// send writes a message. Where that fails, the connection ends.
func (c *connection) send(m message) {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(c.ctx, writeTimeout)
	defer cancel()
	_ = c.conn.Write(ctx, websocket.MessageText, data)
}
