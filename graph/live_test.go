package graph_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	live    = `subscription { learnerUpdated(employee: "E1") { employee { code } states { knowledgePoint { code name } mastery } unassessed { code } nextSteps(position: "P", first: 1) { knowledgePoint { code } } } }`
	unknown = `subscription { learnerUpdated(employee: "NOBODY") { employee { code } } }`
)

// client is a subscriber, by one of the transports.
type client interface {
	next() answer // the next answer
	last() string // all that comes after the answers
	leave()       // without a word
}

// subscribe begins a subscription at a server; when it returns, it has begun or has
// been refused.
var transports = map[string]func(t *testing.T, url, query string) client{"events": subscribeByEvents, "websocket": subscribeBySocket}

// events is a client of text/event-stream.
type events struct {
	t    *testing.T
	body io.ReadCloser
	read *bufio.Reader
}

func subscribeByEvents(t *testing.T, url, query string) client {
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream") // as some clients send it with everything
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Body.Close() })
	require.Equal(t, "text/event-stream", w.Header.Get("Content-Type"))
	e := &events{t, w.Body, bufio.NewReader(w.Body)}
	require.Equal(t, ":\n", e.event(), "it says that it has begun")
	return e
}

// event reads up to an empty line, or the end.
func (e *events) event() (text string) {
	for {
		line, err := e.read.ReadString('\n')
		if err == io.EOF || line == "\n" {
			return text
		}
		require.NoError(e.t, err)
		text += line
	}
}

func (e *events) next() (out answer) {
	data, found := strings.CutPrefix(e.event(), "event: next\ndata: ")
	require.True(e.t, found)
	require.NoError(e.t, json.Unmarshal([]byte(data), &out))
	out.raw = data
	return out
}

func (e *events) last() string {
	return strings.ReplaceAll(e.event(), "event: complete\ndata:\n", "complete")
}
func (e *events) leave() { _ = e.body.Close() }

// socket is a client of graphql-transport-ws.
type socket struct {
	t    *testing.T
	conn *websocket.Conn
}

// dial opens a connection and says the given messages.
func dial(t *testing.T, url string, messages ...string) *socket {
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	s := &socket{t, conn}
	for _, m := range messages {
		s.say(m)
	}
	return s
}

func (s *socket) say(message string) {
	require.NoError(s.t, s.conn.Write(s.t.Context(), websocket.MessageText, []byte(message)))
}

// hear returns the next message, or how the connection ended.
func (s *socket) hear() string {
	_, data, err := s.conn.Read(s.t.Context())
	if err != nil {
		return fmt.Sprintf("closed with %d", websocket.CloseStatus(err))
	}
	return string(data)
}

func subscription(id, query string) string {
	quoted, err := json.Marshal(query)
	if err != nil {
		panic(err)
	}
	return `{"id":"` + id + `","type":"subscribe","payload":{"query":` + string(quoted) + `}}`
}

const hello, welcome = `{"type":"connection_init"}`, `{"type":"connection_ack"}`

func subscribeBySocket(t *testing.T, url, query string) client {
	s := dial(t, url, hello)
	require.Equal(t, welcome, s.hear())
	s.say(subscription("1", query))
	if query != unknown {
		s.say(`{"type":"ping"}`)
		require.Equal(t, `{"type":"pong"}`, s.hear(), "it has begun")
	}
	return s
}

func (s *socket) next() (out answer) {
	var m struct {
		ID, Type string
		Payload  json.RawMessage
	}
	raw := s.hear()
	require.NoError(s.t, json.Unmarshal([]byte(raw), &m), raw)
	require.Equal(s.t, "1", m.ID)
	if out.raw = raw; m.Type == "error" {
		require.NoError(s.t, json.Unmarshal(m.Payload, &out.Errors))
		return out
	}
	require.Equal(s.t, "next", m.Type)
	require.NoError(s.t, json.Unmarshal(m.Payload, &out))
	return out
}

func (s *socket) last() string {
	return strings.ReplaceAll(s.hear(), `{"id":"1","type":"complete"}`, "complete")
}
func (s *socket) leave() { _ = s.conn.CloseNow() }

// serveAPI listens.
func serveAPI(t *testing.T, h http.Handler) string {
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateNew { // the less is under way, the sooner a slow client is felt
			require.NoError(t, conn.(*net.TCPConn).SetWriteBuffer(4<<10))
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections) // before that, which waits for handlers
	return s.URL
}

func evidence(id, employee, point string, score float64) string {
	return fmt.Sprintf(`mutation { recordEvidence(input: { evidence: [{ id: %q, employee: %q, knowledgePoints: [%q], kind: EXAM, score: %v }] }) { userErrors { message } } }`, id, employee, point, score)
}

func TestSubscribersSeeWhatBecomesKnown(t *testing.T) {
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, smallWorld(t), nil, graph.Config{})
			c := subscribe(t, serveAPI(t, a), live)
			a.data(t, evidence("other", "E2", "A", 1)) // of another
			a.data(t, evidence("e1", "E1", "B", 1))
			got := c.next()
			require.Equal(t, new(1), got.Extensions.Revision)
			var data struct {
				LearnerUpdated struct{ States []struct{ Mastery float64 } }
			}
			require.NoError(t, json.Unmarshal(got.Data, &data))
			require.Len(t, data.LearnerUpdated.States, 1)
			require.JSONEq(t, fmt.Sprintf(`{ "learnerUpdated": { "employee": { "code": "E1" }, "unassessed": [],
				"states": [{ "knowledgePoint": { "code": "B", "name": "名B" }, "mastery": %v }],
				"nextSteps": [{ "knowledgePoint": { "code": "B" } }] } }`, data.LearnerUpdated.States[0].Mastery), string(got.Data))

			// Each answer is from the catalog of its time.
			a.data(t, `mutation { upsertKnowledgePoint(input: { code: "B", name: "改名" }) { revision } }`)
			a.data(t, `mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 1 }) { revision } }`)
			got = c.next()
			require.Equal(t, new(2), got.Extensions.Revision)
			require.JSONEq(t, `{ "learnerUpdated": { "employee": { "code": "E1" }, "unassessed": [],
				"states": [{ "knowledgePoint": { "code": "B", "name": "改名" }, "mastery": 1 }],
				"nextSteps": [{ "knowledgePoint": { "code": "D" } }] } }`, string(got.Data))

			a.data(t, evidence("e2", "E1", "D", 1))
			c.next()
			a.data(t, `mutation { retractEvidence(input: { ids: ["e2"] }) { userErrors { message } } }`)
			got = c.next()
			require.JSONEq(t, `{ "learnerUpdated": { "employee": { "code": "E1" }, "unassessed": [{ "code": "D" }], "states": [],
				"nextSteps": [{ "knowledgePoint": { "code": "D" } }] } }`, string(got.Data))
			require.Equal(t, 1, <-a.open)
			c.leave()
			require.Equal(t, 0, <-a.open, "who has gone is forgotten")
		})
	}
}

func TestASubscriptionEndsWithItsEmployee(t *testing.T) {
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, smallWorld(t), nil, graph.Config{})
			url := serveAPI(t, a)
			c, other := subscribe(t, url, live), subscribe(t, url, strings.Replace(live, "E1", "E2", 1))
			a.data(t, `mutation { deleteEmployee(input: { code: "E1" }) { revision } }`)
			require.Equal(t, "complete", c.last())
			a.data(t, evidence("e2", "E2", "B", 1))
			require.Empty(t, other.next().Errors)
		})
	}
}

// stalling is a store that does not answer about people for a time.
type stalling struct {
	store.Store
	stalled atomic.Bool
}

func (s *stalling) Profile(ctx context.Context, code string) (store.Profile, error) {
	if s.stalled.Load() {
		<-ctx.Done()
		return store.Profile{}, ctx.Err()
	}
	return s.Store.Profile(ctx, code)
}

func newStalling(t *testing.T, timeout time.Duration) (*api, *stalling) {
	below := &stalling{}
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store { below.Store = s; return below }, graph.Config{Timeout: timeout})
	return a, below
}

func TestSubscriptionsThatCannotBegin(t *testing.T) {
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, smallWorld(t), nil, graph.Config{})
			c := subscribe(t, serveAPI(t, a), unknown)
			got := c.next()
			require.Equal(t, []fault.Code{fault.NotFound}, got.codes())
			require.Contains(t, got.Errors[0].Message, "NOBODY")
			if name == "events" {
				require.Equal(t, "complete", c.last())
			}
			require.Empty(t, a.open)

			slow, below := newStalling(t, 20*time.Millisecond)
			below.stalled.Store(true)
			require.Equal(t, []fault.Code{fault.Unavailable}, subscribe(t, serveAPI(t, slow), unknown).next().codes())
		})
	}
}

// The time limit is for an answer, and not for the wait for one.
func TestASubscriptionOutlivesTheTimeOfItsAnswers(t *testing.T) {
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			a, below := newStalling(t, 500*time.Millisecond)
			c := subscribe(t, serveAPI(t, a), live)
			below.stalled.Store(true)
			a.data(t, evidence("e1", "E1", "B", 1))
			got := c.next()
			require.Subset(t, []fault.Code{fault.Unavailable}, got.codes())
			require.Equal(t, "learnerUpdated", got.Errors[0].Path[0])
			below.stalled.Store(false)
			a.data(t, evidence("e2", "E1", "B", 0))
			require.Empty(t, c.next().Errors)
		})
	}
}

func TestTheServerEndsSubscriptions(t *testing.T) {
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			until, end := context.WithCancel(t.Context())
			a := newAPI(t, smallWorld(t), nil, graph.Config{Until: until})
			c := subscribe(t, serveAPI(t, a), live)
			end()
			// It is not complete: the client may go on with another server.
			require.Equal(t, map[string]string{"events": "", "websocket": "closed with 1001"}[name], c.last())
			require.Equal(t, 1, <-a.open)
			require.Equal(t, 0, <-a.open)
		})
	}
}

// Somebody subscribes and reads nothing of all that comes: nobody waits for them.
func TestWhoReadsNothingHoldsNobodyUp(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	url := serveAPI(t, a)
	body, err := json.Marshal(map[string]string{"query": strings.ReplaceAll(live, "employee { code }", "employee { "+repeat(100, "a#: name", " ")+" }")})
	require.NoError(t, err)
	var idle []net.Conn
	for range 3 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4<<10))
		_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		require.NoError(t, err)
		idle = append(idle, conn)
		require.Equal(t, len(idle), <-a.open)
	}
	c := subscribeBySocket(t, url, live)
	require.Equal(t, 4, <-a.open)
	for i := range 100 {
		a.data(t, evidence(fmt.Sprint("e", i), "E1", "B", float64(i%2)))
		require.Empty(t, c.next().Errors)
	}
	for i, conn := range idle {
		require.NoError(t, conn.Close())
		require.Equal(t, 3-i, <-a.open)
	}
}

func TestEachTransportTakesItsOwn(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for name, c := range map[string]struct{ accept, query, contains string }{
		"a subscription by POST alone":          {"application/json", live, "send the header Accept: text/event-stream"},
		"and where anything is accepted":        {"*/*", live, "send the header Accept: text/event-stream"},
		"a query where events come last":        {"application/json, text/event-stream", `{ position(code: "P") { name } }`, `{"data":{"position":{"name":"名P"}}`},
		"a query as events":                     {"text/event-stream", `{ position(code: "P") { name } }`, ":\n\nevent: next\ndata: {\"data\":{\"position\":{\"name\":\"名P\"}},\"extensions\":{\"revision\":1}}\n\nevent: complete\ndata:\n\n"},
		"what cannot be read, as events":        {"text/event-stream", `{`, "event: next\ndata: {\"errors\""},
		"two fields":                            {"text/event-stream", strings.Replace(live, "{", `{ a: learnerUpdated(employee: "E1") { employee { code } } `, 1), "a subscription selects one field"},
		"none":                                  {"text/event-stream", strings.Replace(live, `"E1")`, `"E1") @skip(if: true)`, 1), "a subscription selects one field"},
		"the name of the type":                  {"text/event-stream", `subscription { __typename }`, "introspection"},
		"more than may be asked for":            {"text/event-stream", strings.Replace(live, "employee { code }", "employee "+nested(20, "{ manager ", "{ code }", "}"), 1), "LIMIT_EXCEEDED"},
		"more than the complexity of an answer": {"text/event-stream", strings.Replace(live, "employee { code }", repeat(20, `n#: nextSteps(position: "P", first: 200) { knowledgePoint { related { related { code name } } } }`, " "), 1), "LIMIT_EXCEEDED"},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(map[string]string{"query": c.query})
			require.NoError(t, err)
			r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", c.accept)
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			require.Equal(t, http.StatusOK, w.Code)
			require.Contains(t, w.Body.String(), c.contains)
		})
	}
	s := dial(t, serveAPI(t, a), hello)
	require.Equal(t, welcome, s.hear())
	for query, want := range map[string]string{
		`{ position(code: "P") { name } }`: "send queries and mutations by POST",
		`mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 1 }) { revision } }`: "send queries and mutations by POST",
		`{`: "INVALID_ARGUMENT",
		``:  "must be one JSON object with a query",
		strings.Replace(live, "employee { code }", "employee "+nested(20, "{ manager ", "{ code }", "}"), 1): "LIMIT_EXCEEDED",
	} {
		s.say(subscription("1", query))
		require.Regexp(t, `^{"id":"1","type":"error","payload":\[.*`+want, s.hear(), query)
	}
	require.Empty(t, a.open)
}

func TestTheProtocolOfWebsockets(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{Admits: func(authorization string) bool { return authorization == "Bearer x" }})
	url := serveAPI(t, a)
	const admitted = `{"type":"connection_init","payload":{"authorization":"Bearer x","other":1}}`
	for name, c := range map[string]struct {
		said  []string
		heard []string
	}{
		"nobody says who they are":     {[]string{hello}, []string{"closed with 4403"}},
		"somebody says it wrong":       {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer y"}}`}, []string{"closed with 4403"}},
		"somebody is in a hurry":       {[]string{subscription("1", live)}, []string{"closed with 4401"}},
		"somebody says it twice":       {[]string{admitted, admitted}, []string{welcome, "closed with 4429"}},
		"no JSON":                      {[]string{"hello"}, []string{"closed with 4400"}},
		"two values":                   {[]string{admitted + admitted}, []string{"closed with 4400"}},
		"a type that is none":          {[]string{admitted, `{"type":"start"}`}, []string{welcome, "closed with 4400"}},
		"a payload that is none":       {[]string{`{"type":"connection_init","payload":7}`}, []string{"closed with 4400"}},
		"no id":                        {[]string{admitted, subscription("", live)}, []string{welcome, "closed with 4400"}},
		"an id twice":                  {[]string{admitted, subscription("1", live), subscription("1", live)}, []string{welcome, "closed with 4409"}},
		"a long speech at the door":    {[]string{`{"type":"connection_init","payload":{"x":"` + strings.Repeat("x", 20_000) + `"}}`}, []string{"closed with 1009"}},
		"a ping before the beginning":  {[]string{`{"type":"ping","payload":{"n":1}}`}, []string{`{"type":"pong","payload":{"n":1}}`}},
		"a pong that nobody asked for": {[]string{admitted, `{"type":"pong"}`, `{"type":"ping"}`}, []string{welcome, `{"type":"pong"}`}},
		"an end of nothing":            {[]string{admitted, `{"type":"complete","id":"7"}`, `{"type":"ping"}`}, []string{welcome, `{"type":"pong"}`}},
		"an id after its end":          {[]string{admitted, subscription("1", live), `{"type":"complete","id":"1"}`, subscription("1", live), `{"type":"ping"}`}, []string{welcome, `{"type":"pong"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			s := dial(t, url, c.said...)
			for _, want := range c.heard {
				require.Equal(t, want, s.hear())
			}
		})
	}
	t.Run("the token as a header", func(t *testing.T) {
		conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer x"}},
		})
		require.NoError(t, err)
		defer conn.CloseNow()
		s := &socket{t, conn}
		s.say(hello)
		require.Equal(t, welcome, s.hear())
	})
	t.Run("an older protocol, or none", func(t *testing.T) {
		for _, asked := range [][]string{{"graphql-ws"}, nil} {
			conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: asked})
			require.NoError(t, err)
			defer conn.CloseNow()
			require.Equal(t, "closed with 4406", (&socket{t, conn}).hear())
		}
	})
	t.Run("a hundred subscriptions, and no more", func(t *testing.T) {
		s := dial(t, url, admitted)
		require.Equal(t, welcome, s.hear())
		for i := range 100 {
			s.say(subscription(fmt.Sprint(i), live))
		}
		s.say(subscription("one more", live))
		require.Contains(t, s.hear(), `{"id":"one more","type":"error","payload":[{"message":"one connection may have 100 subscriptions`)
		s.say(`{"type":"complete","id":"7"}`)
		s.say(subscription("one more", live))
		s.say(`{"type":"ping"}`)
		require.Equal(t, `{"type":"pong"}`, s.hear())
	})
	t.Run("another origin", func(t *testing.T) {
		_, refused, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"https://evil.example"}}})
		require.Error(t, err)
		require.Equal(t, http.StatusForbidden, refused.StatusCode)
	})
}
