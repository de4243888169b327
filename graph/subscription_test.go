package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	learnerSubscription        = `subscription { learnerUpdated(employee: "E1") { employee { code } states { knowledgePoint { code name } mastery } unassessed { code } nextSteps(position: "P", first: 1) { knowledgePoint { code } } } }`
	unknownLearnerSubscription = `subscription { learnerUpdated(employee: "NOBODY") { employee { code } } }`
)

func TestSubscribersReceiveUpdates(t *testing.T) {
	t.Parallel()
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, smallWorld(t), nil, graph.Config{})
			client := subscribe(t, startServer(t, a), learnerSubscription)
			a.query(t, recordEvidence("other", "E2", "A", 1)) // not subscribed to
			a.query(t, recordEvidence("e1", "E1", "B", 1))
			got := client.next()
			require.Equal(t, new(1), got.Extensions.Revision)
			var data struct {
				LearnerUpdated struct{ States []struct{ Mastery float64 } }
			}
			require.NoError(t, json.Unmarshal(got.Data, &data))
			require.Len(t, data.LearnerUpdated.States, 1)
			require.JSONEq(t, fmt.Sprintf(`{ "learnerUpdated": { "employee": { "code": "E1" }, "unassessed": [],
				"states": [{ "knowledgePoint": { "code": "B", "name": "名B" }, "mastery": %v }],
				"nextSteps": [{ "knowledgePoint": { "code": "B" } }] } }`, data.LearnerUpdated.States[0].Mastery), string(got.Data))

			// Each response is of the newest revision.
			a.query(t, `mutation { upsertKnowledgePoint(input: { code: "B", name: "改名" }) { revision } }`)
			a.query(t, `mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 1 }) { revision } }`)
			got = client.next()
			require.Equal(t, new(2), got.Extensions.Revision)
			require.JSONEq(t, `{ "learnerUpdated": { "employee": { "code": "E1" }, "unassessed": [],
				"states": [{ "knowledgePoint": { "code": "B", "name": "改名" }, "mastery": 1 }],
				"nextSteps": [{ "knowledgePoint": { "code": "D" } }] } }`, string(got.Data))

			a.query(t, recordEvidence("e2", "E1", "D", 1))
			client.next()
			a.query(t, `mutation { retractEvidence(input: { ids: ["e2"] }) { userErrors { message } } }`)
			got = client.next()
			require.JSONEq(t, `{ "learnerUpdated": { "employee": { "code": "E1" }, "unassessed": [{ "code": "D" }], "states": [],
				"nextSteps": [{ "knowledgePoint": { "code": "D" } }] } }`, string(got.Data))
			require.Equal(t, 1, <-a.subscriptions)
			client.disconnect()
			require.Equal(t, 0, <-a.subscriptions, "a client that has disconnected is forgotten")
		})
	}
}

func TestDeletionOfEmployeeEndsSubscription(t *testing.T) {
	t.Parallel()
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, smallWorld(t), nil, graph.Config{})
			url := startServer(t, a)
			client, other := subscribe(t, url, learnerSubscription), subscribe(t, url, strings.Replace(learnerSubscription, "E1", "E2", 1))
			a.query(t, `mutation { deleteEmployee(input: { code: "E1" }) { revision } }`)
			require.Equal(t, "complete", client.last())
			a.query(t, recordEvidence("e2", "E2", "B", 1))
			require.Empty(t, other.next().Errors)
		})
	}
}

// stallingStore is a store whose reads of people wait for their timeout, while stalled.
type stallingStore struct {
	store.Store
	stalled atomic.Bool
}

func (s *stallingStore) Profile(ctx context.Context, code string) (store.Profile, error) {
	if s.stalled.Load() {
		<-ctx.Done()
		return store.Profile{}, ctx.Err()
	}
	return s.Store.Profile(ctx, code)
}

func (s *stallingStore) Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	if s.stalled.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Evidence(ctx, q)
}

func newStallingAPI(t *testing.T, timeout time.Duration) (*api, *stallingStore) {
	st := &stallingStore{}
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store { st.Store = s; return st }, graph.Config{Timeout: timeout})
	return a, st
}

func TestRefusedSubscriptions(t *testing.T) {
	t.Parallel()
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, smallWorld(t), nil, graph.Config{})
			client := subscribe(t, startServer(t, a), unknownLearnerSubscription)
			got := client.next()
			require.Equal(t, []fault.Code{fault.NotFound}, got.codes())
			require.Contains(t, got.Errors[0].Message, "NOBODY")
			if name == "events" {
				require.Equal(t, "complete", client.last())
			}
			require.Empty(t, a.subscriptions)

			slow, st := newStallingAPI(t, 20*time.Millisecond)
			st.stalled.Store(true)
			require.Equal(t, []fault.Code{fault.Unavailable}, subscribe(t, startServer(t, slow), unknownLearnerSubscription).next().codes())
		})
	}
}

func TestTimeoutIsOfEachResponse(t *testing.T) {
	t.Parallel()
	a, st := newStallingAPI(t, 2*time.Second) // of which a response that is not stalled needs little
	url := startServer(t, a)
	var clients []subscriber
	for _, subscribe := range transports {
		clients = append(clients, subscribe(t, url, strings.Replace(learnerSubscription, "mastery }", "mastery effects { text } }", 1)))
	}
	st.stalled.Store(true)
	a.query(t, recordEvidence("e1", "E1", "B", 1))
	for _, client := range clients {
		got := client.next()
		require.Subset(t, []fault.Code{fault.Unavailable}, got.codes())
		require.Equal(t, "learnerUpdated", got.Errors[0].Path[0])
	}
	st.stalled.Store(false)
	a.query(t, recordEvidence("e2", "E1", "B", 0))
	for _, client := range clients {
		require.Empty(t, client.next().Errors)
	}
}

func TestShutdownEndsSubscriptions(t *testing.T) {
	t.Parallel()
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shutdown, stop := context.WithCancel(t.Context())
			a := newAPI(t, smallWorld(t), nil, graph.Config{Shutdown: shutdown})
			client := subscribe(t, startServer(t, a), learnerSubscription)
			stop()
			// No complete: the client may subscribe again to another server.
			require.Equal(t, map[string]string{"events": "", "websocket": "closed with 1001"}[name], client.last())
			require.Equal(t, 1, <-a.subscriptions)
			require.Equal(t, 0, <-a.subscriptions)
		})
	}
}

// Clients that read nothing fill their buffers; others receive every update.
func TestSlowSubscribersDelayNobody(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	url := startServer(t, a)
	body, err := json.Marshal(map[string]string{"query": strings.ReplaceAll(learnerSubscription, "employee { code }", "employee { "+repeat(900, "alias#: name", " ")+" }")})
	require.NoError(t, err)
	var slow []net.Conn
	for range 3 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4<<10))
		_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		require.NoError(t, err)
		slow = append(slow, conn)
		require.Equal(t, len(slow), <-a.subscriptions)
	}
	client := subscribeBySocket(t, url, learnerSubscription)
	require.Equal(t, 4, <-a.subscriptions)
	for i := range 12 {
		a.query(t, recordEvidence(fmt.Sprint("e", i), "E1", "B", float64(i%2)))
		require.Empty(t, client.next().Errors)
	}
	for i, conn := range slow {
		require.NoError(t, conn.Close())
		require.Equal(t, 3-i, <-a.subscriptions)
	}
}
