package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/fault"
)

// Websocket answers subscriptions over WebSockets, by the protocol
// graphql-transport-ws. Whatever else may be asked has POST, where it has a status,
// a time-out and a line in the log of its own.
//
// A browser may send no header along with a WebSocket, so the token may come in the
// payload of connection_init. A page of another origin gets none at all.
//
// It stands in for gqlgen's own transport, which speaks an older protocol too, lets
// a client begin as many operations as it likes, and waits for those that read
// nothing for as long as they like.
type Websocket struct {
	Admits func(authorization string) bool
	Until  context.Context
}

var _ graphql.Transport = Websocket{}

const (
	protocol     = "graphql-transport-ws"
	initTime     = 10 * time.Second
	maxInit      = 16 << 10 // bytes of a message before somebody is admitted
	maxPerSocket = 100      // subscriptions
)

// The codes of the protocol, with which a connection ends.
const (
	badMessage    websocket.StatusCode = 4400
	notYet        websocket.StatusCode = 4401
	forbidden     websocket.StatusCode = 4403
	otherProtocol websocket.StatusCode = 4406
	initTooLate   websocket.StatusCode = 4408
	idInUse       websocket.StatusCode = 4409
	initAgain     websocket.StatusCode = 4429
)

// IsWebsocket reports whether a request wants to become a WebSocket. It may come
// without a token.
func IsWebsocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Supports reports whether a request wants to become a WebSocket.
func (Websocket) Supports(r *http.Request) bool { return IsWebsocket(r) }

// Do speaks with one client for as long as it stays.
func (t Websocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{protocol}})
	if err != nil {
		return // it has been answered, with 403 to another origin
	}
	ctx, cancel := context.WithCancel(r.Context())
	s := &socket{Websocket: t, ctx: ctx, conn: conn, header: r.Header, exec: exec, active: map[string]*active{}}
	defer func() {
		cancel()
		_ = conn.CloseNow()
		s.running.Wait()
	}()
	defer context.AfterFunc(t.Until, func() { _ = conn.Close(websocket.StatusGoingAway, "the server stops") })()
	s.running.Go(func() {
		every(ctx, pingEvery, func() {
			ctx, cancel := context.WithTimeout(ctx, writeTime)
			defer cancel()
			if conn.Ping(ctx) != nil { // the client has vanished, or reads nothing
				_ = conn.CloseNow()
			}
		})
	})
	code, reason := s.converse()
	_ = conn.Close(code, reason)
}

// message is one message of the protocol.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket is a connection with its subscriptions.
type socket struct {
	Websocket
	ctx     context.Context // of the connection
	conn    *websocket.Conn
	header  http.Header
	exec    graphql.GraphExecutor
	running sync.WaitGroup

	mu     sync.Mutex
	active map[string]*active // by id
}

// active is a subscription that has not ended.
type active struct{ cancel context.CancelFunc }

// converse takes messages until the connection ends, and returns why it is to end.
func (s *socket) converse() (websocket.StatusCode, string) {
	if s.conn.Subprotocol() == "" {
		return otherProtocol, "Subprotocol not acceptable"
	}
	late := time.AfterFunc(initTime, func() { _ = s.conn.Close(initTooLate, "Connection initialisation timeout") })
	defer late.Stop()
	s.conn.SetReadLimit(maxInit)
	for admitted := false; ; {
		_, data, err := s.conn.Read(s.ctx)
		if err != nil {
			return websocket.StatusNormalClosure, "" // it has ended
		}
		var m message
		if decode(bytes.NewReader(data), &m) != nil {
			return badMessage, "Invalid message received"
		}
		switch m.Type {
		case "connection_init":
			var given struct{ Authorization string }
			if len(m.Payload) > 0 && decode(bytes.NewReader(m.Payload), &given) != nil {
				return badMessage, "Invalid message received"
			}
			switch {
			case admitted:
				return initAgain, "Too many initialisation requests"
			case !s.Admits(s.header.Get("Authorization")) && !s.Admits(given.Authorization):
				return forbidden, "Forbidden"
			}
			admitted = true
			late.Stop()
			s.conn.SetReadLimit(maxBody)
			s.send(message{Type: "connection_ack"})
		case "subscribe":
			switch {
			case !admitted:
				return notYet, "Unauthorized"
			case m.ID == "":
				return badMessage, "Invalid message received"
			case s.get(m.ID) != nil:
				return idInUse, "Subscriber already exists"
			}
			s.subscribe(m)
		case "complete":
			if a := s.get(m.ID); a != nil {
				s.forget(m.ID, a)
				a.cancel()
			}
		case "ping":
			s.send(message{Type: "pong", Payload: m.Payload})
		case "pong":
		default:
			return badMessage, "Invalid message received"
		}
	}
}

func (s *socket) get(id string) *active {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.active[id]
}

// forget frees an id, unless another subscription has it by now.
func (s *socket) forget(id string, a *active) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active[id] == a {
		delete(s.active, id)
	}
}

// subscribe begins a subscription. It has begun, or is refused, before the next
// message is read: a client that sends a ping after it knows by the pong.
func (s *socket) subscribe(m message) {
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(s.ctx))
	a := &active{cancel}
	s.mu.Lock()
	s.active[m.ID] = a
	tooMany := len(s.active) > maxPerSocket
	s.mu.Unlock()

	respond, ctx := s.begin(ctx, m.Payload, tooMany)
	s.running.Go(func() {
		defer cancel()
		last := s.push(ctx, m.ID, respond)
		s.forget(m.ID, a)                             // before the client knows
		if last.Type == "error" || ctx.Err() == nil { // else the client may go on elsewhere
			s.send(last)
		}
	})
}

func (s *socket) begin(ctx context.Context, payload []byte, tooMany bool) (graphql.ResponseHandler, context.Context) {
	var params graphql.RawParams
	params.ReadTime.Start = graphql.Now()
	op := &graphql.OperationContext{}
	var errs gqlerror.List
	switch {
	case tooMany:
		errs = gqlerror.List{refusal(fault.LimitExceeded,
			"one connection may have %d subscriptions: end some, or open another", "每个连接最多 %d 个订阅：请先结束一些，或另建连接", maxPerSocket)}
	case decode(bytes.NewReader(payload), &params) != nil || params.Query == "":
		errs = gqlerror.List{malformed()}
	default:
		params.ReadTime.End, params.Headers = graphql.Now(), s.header
		op, errs = s.exec.CreateOperationContext(ctx, &params)
		if errs == nil && op.Operation.Operation != ast.Subscription {
			errs = gqlerror.List{refusal(fault.InvalidArgument,
				"a WebSocket is for subscriptions: send queries and mutations by POST", "WebSocket 仅用于订阅：查询和变更请使用 POST")}
		}
	}
	return dispatch(ctx, s.exec, op, errs)
}

// push sends one answer after the other, and returns what to send at the end.
func (s *socket) push(ctx context.Context, id string, respond graphql.ResponseHandler) (last message) {
	failed := func(errs gqlerror.List) message {
		payload, err := json.Marshal(errs)
		if err != nil {
			panic(err)
		}
		return message{id, "error", payload}
	}
	defer func() {
		if cause := recover(); cause != nil {
			last = failed(s.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(recovered(ctx, cause))}).Errors)
		}
	}()
	for resp := respond(ctx); resp != nil; resp = respond(ctx) {
		if len(resp.Data) == 0 { // it has not begun
			return failed(resp.Errors)
		}
		s.send(message{id, "next", encode(resp)})
	}
	return message{ID: id, Type: "complete"}
}

// send writes a message. Where that fails the connection ends.
func (s *socket) send(m message) {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(s.ctx, writeTime)
	defer cancel()
	_ = s.conn.Write(ctx, websocket.MessageText, data)
}
