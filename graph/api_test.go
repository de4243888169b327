package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/seed"
)

// smallCatalog has at least one link of each kind.
const smallCatalog = `
	C { A 45m B C2 { D } }
	B <- A
	D <- x: A | B
	D <~ B
	A -- D
	P: B=0.9*2! C2=0.5
	Q: A
	R VIDEO 20m zh-CN => A B`

// smallWorld is smallCatalog with two people: E1, who knows A, reports to E2.
func smallWorld(t testing.TB) competency.ChangeSet {
	var cs competency.ChangeSet
	cs.Put.Catalog = kgtest.MustParse(t, smallCatalog).Catalog
	cs.Put.People = competency.People{
		OrgUnits: []competency.OrgUnit{{Code: "HQ", Name: "总部"}, {Code: "DEV", Name: "研发部", Parent: "HQ"}},
		Employees: []competency.Employee{
			{Code: "E1", Name: "陈晓雨", OrgUnit: "DEV", Position: "P", Targets: []string{"Q"}, Modalities: []competency.Modality{competency.Video}, Manager: "E2"},
			{Code: "E2", Name: "许文博", OrgUnit: "HQ"},
		},
		Mastery: []competency.Assessment{{Employee: "E1", KnowledgePoint: "A", Mastery: 0.8, AssessedAt: kgtest.Now}},
	}
	return cs
}

// seedWorld is the sample company.
func seedWorld(t testing.TB) competency.ChangeSet {
	doc, err := exchange.ReadFS(seed.Files, ".")
	require.NoError(t, err)
	return doc.Changes
}

// api is the whole API over a store in memory.
type api struct {
	http.Handler               // acts as the system
	handler       http.Handler // acts as the viewer of the context
	store         store.Store
	service       *service.Service
	log           *logBuffer
	subscriptions chan int // receives the number of open ones, whenever that changes
}

// logBuffer collects log lines; it is safe for concurrent use.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// newAPI serves a world. The service sees the store through wrap, unless that is nil.
func newAPI(t testing.TB, world competency.ChangeSet, wrap func(store.Store) store.Store, cfg graph.Config) *api {
	t.Helper()
	st, err := sqlitestore.OpenMemory(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	a := &api{store: st, log: &logBuffer{}, subscriptions: make(chan int, 1000)}
	if wrap != nil {
		a.store = wrap(st)
	}
	a.service, err = servicetest.New(servicetest.Context(t), a.store, servicetest.Config{Subscribed: func(open int) { a.subscriptions <- open }})
	require.NoError(t, err)
	servicetest.Import(t, a.service, world)
	cfg.Log = slog.New(slog.NewTextHandler(a.log, nil))
	cfg.RequestID = func(context.Context) string { return "request-7" }
	a.handler = graph.NewHandler(a.service, cfg)
	a.Handler = actAs(a, access.System())
	return a
}

// response is a response as a client reads it.
type response struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct {
			Code      fault.Code
			RequestID *string
		}
	}
	Extensions struct{ Revision *int }
	body       string // as it was sent
}

func (r response) codes() []fault.Code {
	codes := []fault.Code{}
	for _, e := range r.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return codes
}

// execute posts a document with variables and headers, given as name, value, …
func (a *api) execute(t testing.TB, query string, variables map[string]any, headers ...string) response {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	return a.post(t, body, headers...)
}

func (a *api) post(t testing.TB, body []byte, headers ...string) response {
	t.Helper()
	w := httptest.NewRecorder()
	a.ServeHTTP(w, newRequest(t.Context(), body, headers...))
	return parseResponse(t, w.Body.String())
}

// newRequest returns a request with headers, given as name, value, …
func newRequest(ctx context.Context, body []byte, headers ...string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func parseResponse(t testing.TB, text string) (out response) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &out), text)
	out.body = text
	return out
}

// query returns the data of a document that must be answered without an error.
func (a *api) query(t testing.TB, query string) string {
	t.Helper()
	got := a.execute(t, query, nil)
	require.Empty(t, got.Errors, query)
	return string(got.Data)
}
