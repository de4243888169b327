package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/server"
)

// What a page does by itself keeps no session alive; what a person does, does.
func TestWhatUsesASession(t *testing.T) {
	const background = "Zhitu-Background"
	post := func(body string, headers ...string) func(*browser) int {
		return func(b *browser) int {
			return b.send("POST", "/graphql", "application/json", body, headers...).Code
		}
	}
	get := func(path string, headers ...string) func(*browser) int {
		return func(b *browser) int { return b.get(path, headers...).Code }
	}
	const mutation = `{"query":"mutation { upsertPosition(input: { code: \"Q\", name: \"岗\" }) { revision } }"}`
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	system := access.WithViewer(t.Context(), access.System())
	require.NoError(t, s.accounts.PutSamples(system, []account.Sample{{Login: "hr", Name: "白", Employee: "HR", Grants: []access.Grant{{Role: access.HR}}}}))
	for name, c := range map[string]struct {
		ask  func(*browser) int
		uses bool
	}{
		"a query":                         {post(query), true},
		"a query, said not to be":         {post(query, background, "false"), true},
		"a query in the background":       {post(query, background, "true"), false},
		"a mutation in the background":    {post(mutation, background, "true"), true},
		"events of a query":               {post(query, "Accept", "text/event-stream"), true},
		"what is no GraphQL":              {post(`{"query":"{"}`), false},
		"a file":                          {get("/schema.graphql"), true},
		"a file in the background":        {get("/schema.graphql", background, "true"), false},
		"who am I":                        {get("/session"), true},
		"who am I in the background":      {get("/session", background, "true"), false},
		"the application, without asking": {get("/", "Accept", "text/html"), false},
	} {
		session, err := s.accounts.SignInAs(t.Context(), "HR", account.Client{})
		require.NoError(t, err)
		b := newBrowser(s)
		b.cookies["zhitu_session"] = session.Secret
		s.pass(account.SessionIdle - time.Minute)
		require.Equal(t, 200, c.ask(b), name)
		s.pass(2 * time.Minute)
		require.Equal(t, map[bool]int{true: 200, false: 401}[c.uses], b.get("/schema.graphql", background, "true").Code, name)
	}
}

// A subscription does not keep its session alive, and ends with it.
func TestIdleSessionEndsItsSubscriptions(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	system := access.WithViewer(t.Context(), access.System())
	require.NoError(t, s.accounts.PutSamples(system, []account.Sample{{Login: "hr", Name: "白", Employee: "HR", Grants: []access.Grant{{Role: access.HR}}}}))
	session, err := s.accounts.SignInAs(t.Context(), "HR", account.Client{})
	require.NoError(t, err)
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	cookie := "zhitu_session=" + session.Secret

	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listening.URL+"/graphql", strings.NewReader(subscribe))
	require.NoError(t, err)
	for name, value := range map[string]string{"Content-Type": "application/json", "Accept": "text/event-stream", "Cookie": cookie} {
		r.Header.Set(name, value)
	}
	events, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer events.Body.Close()
	require.Equal(t, 200, events.StatusCode)
	conn, _, err := dialWebSocket(t, listening.URL, "Cookie", cookie)
	require.NoError(t, err)
	require.Equal(t, `{"type":"connection_ack"}`, exchangeMessage(t, conn, `{"type":"connection_init"}`))
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte(`{"id":"1","type":"subscribe","payload":`+subscribe+`}`)))
	require.Equal(t, `{"type":"pong"}`, exchangeMessage(t, conn, `{"type":"ping"}`), "it has begun")

	for range 29 { // both ask for the rights of their viewer meanwhile
		s.pass(time.Minute)
		_, err := s.accounts.ViewerOfSession(t.Context(), session.Secret)
		require.NoError(t, err)
	}
	s.pass(time.Minute)
	told, err := io.ReadAll(events.Body)
	require.NoError(t, err)
	require.Contains(t, string(told), `"code":"UNAUTHENTICATED"`)
	_, message, err := conn.Read(t.Context())
	require.NoError(t, err)
	require.Contains(t, string(message), `"code":"UNAUTHENTICATED"`)
}
