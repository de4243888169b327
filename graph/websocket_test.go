package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
)

func TestTransportsRefuseOtherOperations(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for name, c := range map[string]struct{ accept, query, contains string }{
		"a subscription by POST alone":      {"application/json", learnerSubscription, "send the header Accept: text/event-stream"},
		"a subscription, any type accepted": {"*/*", learnerSubscription, "send the header Accept: text/event-stream"},
		"a query, events accepted last":     {"application/json, text/event-stream", `{ position(code: "P") { name } }`, `{"data":{"position":{"name":"名P"}}`},
		"a query as events":                 {"text/event-stream", `{ position(code: "P") { name } }`, ":\n\nevent: next\ndata: {\"data\":{\"position\":{\"name\":\"名P\"}},\"extensions\":{\"revision\":1}}\n\nevent: complete\ndata:\n\n"},
		"a syntax error, as events":         {"text/event-stream", `{`, "event: next\ndata: {\"errors\""},
		"two fields":                        {"text/event-stream", strings.Replace(learnerSubscription, "{", `{ a: learnerUpdated(employee: "E1") { employee { code } } `, 1), "a subscription selects one field"},
		"no field":                          {"text/event-stream", strings.Replace(learnerSubscription, `"E1")`, `"E1") @skip(if: true)`, 1), "a subscription selects one field"},
		"__typename":                        {"text/event-stream", `subscription { __typename }`, "introspection"},
		"too deep":                          {"text/event-stream", strings.Replace(learnerSubscription, "employee { code }", "employee "+nested(20, "{ manager ", "{ code }", "}"), 1), "LIMIT_EXCEEDED"},
		"too complex":                       {"text/event-stream", strings.Replace(learnerSubscription, "employee { code }", repeat(20, `n#: nextSteps(position: "P", first: 200) { knowledgePoint { related { related { code name } } } }`, " "), 1), "LIMIT_EXCEEDED"},
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
	s := dialSocket(t, startServer(t, a), connectionInit)
	require.Equal(t, connectionAck, s.receive())
	for query, want := range map[string]string{
		`{ position(code: "P") { name } }`: "send queries and mutations by POST",
		`mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 1 }) { revision } }`: "send queries and mutations by POST",
		`{`: "INVALID_ARGUMENT",
		``:  "must be one JSON object with a query",
		strings.Replace(learnerSubscription, "employee { code }", "employee "+nested(20, "{ manager ", "{ code }", "}"), 1): "LIMIT_EXCEEDED",
	} {
		s.send(subscribeMessage("1", query))
		require.Regexp(t, `^{"id":"1","type":"error","payload":\[.*`+want, s.receive(), query)
	}
	require.Empty(t, a.subscriptions)
}

func TestWebSocketProtocol(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{Authenticate: bearerX})
	url := startServer(t, a)
	const initWithToken = `{"type":"connection_init","payload":{"authorization":"Bearer x","other":1}}`
	for name, c := range map[string]struct {
		sent     []string
		received []string
	}{
		"no token":                    {[]string{connectionInit}, []string{"closed with 4403"}},
		"a wrong token":               {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer y"}}`}, []string{"closed with 4403"}},
		"subscribe before init":       {[]string{subscribeMessage("1", learnerSubscription)}, []string{"closed with 4401"}},
		"init twice":                  {[]string{initWithToken, initWithToken}, []string{connectionAck, "closed with 4429"}},
		"no JSON":                     {[]string{"hello"}, []string{"closed with 4400"}},
		"two values":                  {[]string{initWithToken + initWithToken}, []string{"closed with 4400"}},
		"an unknown type":             {[]string{initWithToken, `{"type":"start"}`}, []string{connectionAck, "closed with 4400"}},
		"a malformed payload":         {[]string{`{"type":"connection_init","payload":7}`}, []string{"closed with 4400"}},
		"no id":                       {[]string{initWithToken, subscribeMessage("", learnerSubscription)}, []string{connectionAck, "closed with 4400"}},
		"an id twice":                 {[]string{initWithToken, subscribeMessage("1", learnerSubscription), subscribeMessage("1", learnerSubscription)}, []string{connectionAck, "closed with 4409"}},
		"a large message before init": {[]string{`{"type":"connection_init","payload":{"x":"` + strings.Repeat("x", 20_000) + `"}}`}, []string{"closed with 1009"}},
		"a ping before init":          {[]string{`{"type":"ping","payload":{"n":1}}`}, []string{`{"type":"pong","payload":{"n":1}}`}},
		"an unexpected pong":          {[]string{initWithToken, `{"type":"pong"}`, `{"type":"ping"}`}, []string{connectionAck, `{"type":"pong"}`}},
		"complete of an unknown id":   {[]string{initWithToken, `{"type":"complete","id":"7"}`, `{"type":"ping"}`}, []string{connectionAck, `{"type":"pong"}`}},
		"an id after complete":        {[]string{initWithToken, subscribeMessage("1", learnerSubscription), `{"type":"complete","id":"1"}`, subscribeMessage("1", learnerSubscription), `{"type":"ping"}`}, []string{connectionAck, `{"type":"pong"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			s := dialSocket(t, url, c.sent...)
			for _, want := range c.received {
				require.Equal(t, want, s.receive())
			}
		})
	}
	t.Run("the token in a header", func(t *testing.T) {
		for _, c := range []struct{ header, sent, received string }{
			{"Bearer x", connectionInit, connectionAck},
			{"Basic proxy", initWithToken, connectionAck},
			{"Bearer x", `{"type":"connection_init","payload":{"authorization":"Bearer y"}}`, "closed with 4403"},
		} {
			conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{
				Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {c.header}},
			})
			require.NoError(t, err)
			defer conn.CloseNow()
			s := &socket{t, conn}
			s.send(c.sent)
			require.Equal(t, c.received, s.receive(), c.header)
		}
	})
	t.Run("an older protocol, or none", func(t *testing.T) {
		for _, offered := range [][]string{{"graphql-ws"}, nil} {
			conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: offered})
			require.NoError(t, err)
			defer conn.CloseNow()
			require.Equal(t, "closed with 4406", (&socket{t, conn}).receive())
		}
	})
	t.Run("a hundred subscriptions at most", func(t *testing.T) {
		s := dialSocket(t, url, initWithToken)
		require.Equal(t, connectionAck, s.receive())
		for i := range 100 {
			s.send(subscribeMessage(fmt.Sprint(i), learnerSubscription))
		}
		s.send(subscribeMessage("101", learnerSubscription))
		require.Contains(t, s.receive(), `{"id":"101","type":"error","payload":[{"message":"one connection may have 100 subscriptions`)
		s.send(`{"type":"complete","id":"7"}`)
		s.send(subscribeMessage("101", learnerSubscription))
		s.send(`{"type":"ping"}`)
		require.Equal(t, `{"type":"pong"}`, s.receive())
	})
	t.Run("another origin", func(t *testing.T) {
		_, refusal, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"https://evil.example"}}})
		require.Error(t, err)
		require.Equal(t, http.StatusForbidden, refusal.StatusCode)
	})
}

func bearerX(ctx context.Context, authorization string) (context.Context, error) {
	if authorization != "Bearer x" {
		return ctx, fault.New(fault.Unauthenticated, "no token", "无令牌")
	}
	return ctx, nil
}
