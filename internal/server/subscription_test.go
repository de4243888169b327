package server_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
)

const subscribe = `{"query":"subscription { learnerUpdated(employee: \"E\") { states { mastery } } }"}`

// dialWebSocket opens a WebSocket with headers, given as name, value, …
func dialWebSocket(t *testing.T, url string, headers ...string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	options := &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			options.Host = headers[i+1]
		} else {
			options.HTTPHeader.Set(headers[i], headers[i+1])
		}
	}
	conn, w, err := websocket.Dial(t.Context(), url+"/graphql", options)
	if err == nil {
		t.Cleanup(func() { _ = conn.CloseNow() })
	}
	return conn, w, err
}

// exchangeMessage sends a message and returns the reply.
func exchangeMessage(t *testing.T, conn *websocket.Conn, message string) string {
	t.Helper()
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte(message)))
	_, reply, err := conn.Read(t.Context())
	if err != nil {
		return websocket.CloseStatus(err).String()
	}
	return string(reply)
}

func TestSubscriptionsRequireToken(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	const init, welcome = `{"type":"connection_init","payload":{"Authorization":"Bearer #"}}`, `{"type":"connection_ack"}`

	conn, _, err := dialWebSocket(t, listening.URL)
	require.NoError(t, err, "a browser can send no header")
	require.Equal(t, welcome, exchangeMessage(t, conn, strings.ReplaceAll(init, "#", token)))
	conn, _, err = dialWebSocket(t, listening.URL, "Authorization", "Bearer "+token)
	require.NoError(t, err)
	require.Equal(t, welcome, exchangeMessage(t, conn, `{"type":"connection_init"}`))
	for _, wrong := range []string{strings.ReplaceAll(init, "#", token[1:]), `{"type":"connection_init"}`} {
		conn, _, err = dialWebSocket(t, listening.URL, "Authorization", "Bearer wrong")
		require.NoError(t, err)
		require.Equal(t, "StatusCode(4403)", exchangeMessage(t, conn, wrong))
	}
	require.Equal(t, 401, s.request("POST", "/graphql", subscribe, "Accept", "text/event-stream").Code)

	// An upgrade request must not bypass the token.
	for _, upgrade := range []string{"websocket", "WebSocket", "websocket, h2c", "h2c"} {
		for _, connection := range []string{"", "Upgrade"} {
			w := s.request("POST", "/graphql", query, "Upgrade", upgrade, "Connection", connection)
			require.Contains(t, []int{401, 405, 426}, w.Code)
			require.NotContains(t, w.Body.String(), "岗位")
		}
	}
	require.Equal(t, 200, s.request("POST", "/graphql", query, "Upgrade", "h2c", "Authorization", "Bearer "+token).Code, "as some clients offer")
	require.NotContains(t, s.log.String(), token)
}

func TestCrossOriginWebSocketIsRefused(t *testing.T) {
	listening := httptest.NewServer(newTestServer(t, server.Config{Loopback: true}))
	t.Cleanup(listening.Close)
	host := strings.TrimPrefix(listening.URL, "http://")
	for _, headers := range [][]string{
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
		{"Origin", "http://localhost:1"},
		{"Origin", "http://" + host + ".evil.example"},
		{"Host", "evil.example"},
		{"Host", "evil.example", "Origin", "http://evil.example"},
	} {
		_, w, err := dialWebSocket(t, listening.URL, headers...)
		require.Error(t, err, headers)
		require.Equal(t, 403, w.StatusCode, headers)
	}
	for _, headers := range [][]string{nil, {"Origin", "http://" + host}, {"Host", "localhost:8080", "Origin", "http://localhost:8080"}} {
		_, _, err := dialWebSocket(t, listening.URL, headers...)
		require.NoError(t, err, headers)
	}
}

func TestSubscriptionMetrics(t *testing.T) {
	s := newTestServer(t, server.Config{})
	s.request("POST", "/graphql", `{"query":"mutation { upsertEmployee(input: { code: \"E\", name: \"人\" }) { revision } }"}`)
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listening.URL+"/graphql", strings.NewReader(subscribe))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer w.Body.Close()
	require.Contains(t, s.request("GET", "/metrics", "").Body.String(), "zhitu_subscriptions 1\n")

	// Events pass through all middleware of the API.
	s.request("POST", "/graphql", `{"query":"mutation { setMastery(input: { employee: \"E\", knowledgePoint: \"K\", mastery: 0.5 }) { revision } }"}`)
	lines := bufio.NewScanner(w.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
	}
	require.Equal(t, `data: {"data":{"learnerUpdated":{"states":[{"mastery":0.5}]}},"extensions":{"revision":2}}`, lines.Text())
	require.NoError(t, w.Body.Close())
	require.Eventually(t, func() bool {
		return strings.Contains(s.request("GET", "/metrics", "").Body.String(), "zhitu_subscriptions 0\n")
	}, time.Minute, time.Millisecond)
	require.Contains(t, s.request("GET", "/metrics", "").Body.String(), `zhitu_graphql_field_seconds_count{field="learnerUpdated",object="Subscription"} 1`)
}
