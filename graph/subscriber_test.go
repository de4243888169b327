package graph_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// subscriber is a client with one subscription.
type subscriber interface {
	next() response // the next response
	last() string   // what follows the responses
	disconnect()
}

// transports start a subscription at a server. It has started or has been refused when
// they return.
var transports = map[string]func(t *testing.T, url, query string) subscriber{"events": subscribeByEvents, "websocket": subscribeBySocket}

// eventStream is a client of text/event-stream.
type eventStream struct {
	t    *testing.T
	body io.ReadCloser
	read *bufio.Reader
}

func subscribeByEvents(t *testing.T, url, query string) subscriber {
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream") // some clients send it with every request
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Body.Close() })
	require.Equal(t, "text/event-stream", w.Header.Get("Content-Type"))
	e := &eventStream{t, w.Body, bufio.NewReader(w.Body)}
	require.Equal(t, ":\n", e.event(), "the subscription has started")
	return e
}

// event reads up to an empty line, or the end.
func (e *eventStream) event() (text string) {
	for {
		line, err := e.read.ReadString('\n')
		if err == io.EOF || line == "\n" {
			return text
		}
		require.NoError(e.t, err)
		text += line
	}
}

func (e *eventStream) next() (out response) {
	data, found := strings.CutPrefix(e.event(), "event: next\ndata: ")
	require.True(e.t, found)
	require.NoError(e.t, json.Unmarshal([]byte(data), &out))
	out.body = data
	return out
}

func (e *eventStream) last() string {
	return strings.ReplaceAll(e.event(), "event: complete\ndata:\n", "complete")
}
func (e *eventStream) disconnect() { _ = e.body.Close() }

// socket is a client of graphql-transport-ws.
type socket struct {
	t    *testing.T
	conn *websocket.Conn
}

// dialSocket opens a connection and sends messages.
func dialSocket(t *testing.T, url string, messages ...string) *socket {
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	s := &socket{t, conn}
	for _, m := range messages {
		s.send(m)
	}
	return s
}

func (s *socket) send(message string) {
	require.NoError(s.t, s.conn.Write(s.t.Context(), websocket.MessageText, []byte(message)))
}

// receive returns the next message, or how the connection ended.
func (s *socket) receive() string {
	_, data, err := s.conn.Read(s.t.Context())
	if err != nil {
		return fmt.Sprintf("closed with %d", websocket.CloseStatus(err))
	}
	return string(data)
}

func subscribeMessage(id, query string) string {
	quoted, err := json.Marshal(query)
	if err != nil {
		panic(err)
	}
	return `{"id":"` + id + `","type":"subscribe","payload":{"query":` + string(quoted) + `}}`
}

const connectionInit, connectionAck = `{"type":"connection_init"}`, `{"type":"connection_ack"}`

func subscribeBySocket(t *testing.T, url, query string) subscriber {
	s := dialSocket(t, url, connectionInit)
	require.Equal(t, connectionAck, s.receive())
	s.send(subscribeMessage("1", query))
	if query != unknownLearnerSubscription {
		s.send(`{"type":"ping"}`)
		require.Equal(t, `{"type":"pong"}`, s.receive(), "the subscription has started")
	}
	return s
}

func (s *socket) next() (out response) {
	var m struct {
		ID, Type string
		Payload  json.RawMessage
	}
	text := s.receive()
	require.NoError(s.t, json.Unmarshal([]byte(text), &m), text)
	require.Equal(s.t, "1", m.ID)
	if out.body = text; m.Type == "error" {
		require.NoError(s.t, json.Unmarshal(m.Payload, &out.Errors))
		return out
	}
	require.Equal(s.t, "next", m.Type)
	require.NoError(s.t, json.Unmarshal(m.Payload, &out))
	return out
}

func (s *socket) last() string {
	return strings.ReplaceAll(s.receive(), `{"id":"1","type":"complete"}`, "complete")
}
func (s *socket) disconnect() { _ = s.conn.CloseNow() }

// startServer serves a handler over connections with small buffers.
func startServer(t *testing.T, h http.Handler) string {
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateNew { // small buffers fill early, so that a slow client is noticed
			require.NoError(t, conn.(*net.TCPConn).SetWriteBuffer(4<<10))
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections) // runs before Close, which waits for handlers
	return s.URL
}

func recordEvidence(id, employee, point string, score float64) string {
	return fmt.Sprintf(`mutation { recordEvidence(input: { evidence: [{ id: %q, employee: %q, knowledgePoints: [%q], kind: EXAM, score: %v }] }) { userErrors { message } } }`, id, employee, point, score)
}
