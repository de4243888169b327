package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// Two subscribers see what an exam changes. When the server stops, their connections end
// at once, with a status that tells them to reconnect.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	s := newSeededShell(t).serve()
	const document = `{"query":"subscription { learnerUpdated(employee: \"E007\") { states { knowledgePoint { code } } nextSteps(position: \"POS-DA\", first: 1) { knowledgePoint { code } } } }"}`
	const answer = `{"data":{"learnerUpdated":{"states":[{"knowledgePoint":{"code":"K-SQL-JOIN"}}],"nextSteps":[{"knowledgePoint":{"code":"K-ANA-ASK"}}]}},"extensions":{"revision":1}}`

	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(document))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	events, err := http.DefaultClient.Do(r) // which has begun when there are headers
	require.NoError(t, err)
	defer events.Body.Close()

	socket, _, err := websocket.Dial(t.Context(), s.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	require.NoError(t, err)
	defer socket.CloseNow()
	for _, said := range []string{`{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":` + document + `}`, `{"type":"ping"}`} {
		require.NoError(t, socket.Write(t.Context(), websocket.MessageText, []byte(said)))
	}
	for _, heard := range []string{`{"type":"connection_ack"}`, `{"type":"pong"}`} {
		_, data, err := socket.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, heard, string(data))
	}

	s.mustQuery(`mutation { recordEvidence(input: { evidence: [{ id: "exam-1", employee: "E007", knowledgePoints: ["K-SQL-JOIN"], kind: EXAM, score: 0.9 }] }) { userErrors { message } } }`)
	_, data, err := socket.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, `{"id":"1","type":"next","payload":`+answer+`}`, string(data))
	event := ":\n\nevent: next\ndata: " + answer + "\n\n"
	got := make([]byte, len(event))
	_, err = io.ReadFull(events.Body, got)
	require.NoError(t, err)
	require.Equal(t, event, string(got))

	s.terminate()
	_, _, err = socket.Read(t.Context())
	require.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(err), err)
	rest, err := io.ReadAll(events.Body)
	require.NoError(t, err)
	require.Empty(t, string(rest))
	require.Equal(t, exitOK, s.awaitExit())
	require.NotContains(t, s.log.String(), `"level":"ERROR"`)
}

func TestSubscribersHearOfOtherServers(t *testing.T) {
	t.Parallel()
	requireHearsOthers(t, newSeededShell(t))
}

func testSubscribersHearOfOtherServers(t *testing.T) { requireHearsOthers(t, newSeededNeo4jShell(t)) }

// requireHearsOthers has subscribers of one server hear of what another server and a command
// write to the same store.
func requireHearsOthers(t *testing.T, sh shell) {
	t.Helper()
	s, other := sh.serve(), sh.serve()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql",
		strings.NewReader(`{"query":"subscription { learnerUpdated(employee: \"E007\") { states { knowledgePoint { code } mastery } } }"}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	stream, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	next := func() string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "event: ") {
				event := lines.Text()
				lines.Scan()
				return event + "\n" + lines.Text()
			}
		}
		require.FailNow(t, "the stream has ended", "%v", lines.Err())
		return ""
	}

	other.mustQuery(`mutation { recordEvidence(input: { evidence: [{ id: "elsewhere", employee: "E007", knowledgePoints: ["K-SQL-JOIN"], kind: EXAM, score: 0.9 }] }) { userErrors { message } } }`)
	event := next()
	require.Contains(t, event, `"states":[{"knowledgePoint":{"code":"K-SQL-JOIN"}`)
	require.NotContains(t, event, "errors")
	other.mustQuery(`mutation { setMastery(input: { employee: "E007", knowledgePoint: "K-ANA-ASK", mastery: 0.625 }) { userErrors { message } } }`)
	require.Contains(t, next(), `"states":[{"knowledgePoint":{"code":"K-ANA-ASK"},"mastery":0.625}]`)
	sh.writeFile("more/mastery.csv", "employee,knowledge_point,mastery\nE007,K-ANA-ASK,0.75\n")
	sh.mustRun("import", "more")
	require.Contains(t, next(), `"states":[{"knowledgePoint":{"code":"K-ANA-ASK"},"mastery":0.75}]`)
	other.mustQuery(`mutation { deleteEmployee(input: { code: "E007" }) { userErrors { message } } }`)
	require.Contains(t, next(), "event: complete")
	require.NotContains(t, s.log.String(), `"level":"ERROR"`)
}
