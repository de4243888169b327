package neo4jstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

// toxicProxy is a proxy between a store and its server that can disturb connections.
type toxicProxy struct{ *toxiproxy.Proxy }

func newToxicProxy(t *testing.T, uri string) toxicProxy {
	t.Helper()
	p := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), t.Name(), "127.0.0.1:0", strings.TrimPrefix(uri, "bolt://"))
	require.NoError(t, p.Start())
	t.Cleanup(p.Stop)
	return toxicProxy{p}
}

func (p toxicProxy) proxyURI() string { return "bolt://" + p.Listen }

// addToxic disturbs the answers of the server.
func (p toxicProxy) addToxic(t *testing.T, kind, attributes string) {
	t.Helper()
	_, err := p.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name": "x", "type": %q, "attributes": {%s}}`, kind, attributes)))
	require.NoError(t, err)
}

func (p toxicProxy) removeToxic(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Toxics.RemoveToxic(context.Background(), "x"))
}

// quickReads are the reads that a person waits for.
var quickReads = []struct {
	name string
	read func(ctx context.Context, s store.Store) error
}{
	{"Profile", func(ctx context.Context, s store.Store) error { _, err := s.Profile(ctx, "li"); return err }},
	{"Revision", func(ctx context.Context, s store.Store) error { _, err := s.Revision(ctx); return err }},
	{"Employees", func(ctx context.Context, s store.Store) error {
		_, err := s.Employees(ctx, store.EmployeeQuery{First: 10, States: true})
		return err
	}},
	{"OrgUnits", func(ctx context.Context, s store.Store) error { _, err := s.OrgUnits(ctx); return err }},
	{"Ping", func(ctx context.Context, s store.Store) error { return s.Ping(ctx) }},
}

// outageOptions have a short timeout, because tests of outages wait for it.
var outageOptions = neo4jstore.Options{Timeout: time.Second}

// requireReads waits until every quick read succeeds.
func requireReads(t *testing.T, s store.Store) {
	t.Helper()
	for _, r := range quickReads {
		requireEventually(t, func() bool { return r.read(t.Context(), s) == nil }, r.name)
	}
}

// refusedByBreaker reports whether the circuit breaker has refused a call, without
// asking the server.
func refusedByBreaker(err error) bool {
	return errors.Is(err, store.ErrUnavailable) && strings.Contains(err.Error(), "is tried again every second")
}

// requireOutage requires that every read fails in an outage, that the circuit breaker
// soon refuses reads and writes, and that all recovers when the server is back.
func requireOutage(t *testing.T, s store.Store, restore func()) {
	t.Helper()
	write := func() error {
		_, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord("li", "李雷")}})
		return err
	}
	for range 2 {
		for _, r := range quickReads {
			require.ErrorIs(t, awaitResult(t, func() error { return r.read(t.Context(), s) }), store.ErrUnavailable, r.name)
		}
	}
	// One call per second is a trial, so each kind of call is repeated until it is refused.
	for _, r := range quickReads {
		requireEventually(t, func() bool { return refusedByBreaker(r.read(t.Context(), s)) }, r.name)
	}
	requireEventually(t, func() bool { return refusedByBreaker(write()) }, "a write")

	restore()
	requireReads(t, s)
	requireEventually(t, func() bool { return write() == nil })
	require.Equal(t, "李雷", employeeName(t, s, "li"))
}

func TestSlowConnection(t *testing.T) {
	p := newToxicProxy(t, emptyDatabase(t))
	p.addToxic(t, "latency", `"latency": 30`)
	s := openStore(t, p.proxyURI())
	require.Equal(t, store.Revision(1), applyRecords(t, s, plantRecords()))
	require.Equal(t, plantRecords().Catalog.KnowledgePoints, loadCatalog(t, s).KnowledgePoints)
	for _, r := range quickReads {
		require.NoError(t, r.read(t.Context(), s), r.name)
	}
	edit := plantRecords()
	edit.Prerequisites[0].Level = new(0.1)
	require.Equal(t, store.Revision(2), applyRecords(t, s, edit))
	list, err := publications(t, s, 0)
	require.NoError(t, err)
	require.Len(t, list, 2)
}

func TestOutageSilentServer(t *testing.T) {
	uri := emptyDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	p := newToxicProxy(t, uri)
	s := openStoreWith(t, p.proxyURI(), outageOptions)
	requireReads(t, s)
	p.addToxic(t, "timeout", `"timeout": 0`)
	requireOutage(t, s, func() { p.removeToxic(t) })
}

func TestOutageServerDown(t *testing.T) {
	uri := emptyDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	p := newToxicProxy(t, uri)
	s := openStoreWith(t, p.proxyURI(), outageOptions)
	requireReads(t, s)
	p.Stop()
	requireOutage(t, s, func() { require.NoError(t, p.Start()) })
}

func TestOutageFrozenServer(t *testing.T) {
	t.Parallel()
	server := neo4jtest.New(t, neo4jtest.Options{})
	warmUp(t, server.URI(), noAuth)
	applyRecords(t, openStore(t, server.URI()), plantRecords())
	s := openStoreWith(t, server.URI(), outageOptions)
	requireReads(t, s)
	require.NoError(t, server.Freeze())
	requireOutage(t, s, func() { require.NoError(t, server.Thaw()) })
}

// Where a connection breaks within an answer, the catalog is complete, because the read
// is retried, or there is an error.
func TestTruncatedAnswerIsNeverAccepted(t *testing.T) {
	uri := emptyDatabase(t)
	world := storetest.SampleCatalog(3000)
	applyRecords(t, openStore(t, uri), world.Put)
	want := loadCatalog(t, openStore(t, uri))
	p := newToxicProxy(t, uri)
	s := openStore(t, p.proxyURI())
	failed := 0
	for _, limit := range []int{500, 5_000, 20_000, 100_000, 200_000, 400_000, 10_000_000} {
		p.addToxic(t, "limit_data", fmt.Sprintf(`"bytes": %d`, limit))
		c, revision, err := s.Load(t.Context())
		if err != nil {
			failed++
			require.ErrorIs(t, err, store.ErrUnavailable)
			require.Zero(t, c.Len())
		} else {
			require.Equal(t, want, c)
			require.Equal(t, store.Revision(1), revision)
		}
		p.removeToxic(t)
		requireEventually(t, func() bool { return s.Ping(t.Context()) == nil })
	}
	require.Greater(t, failed, 2)
	require.Less(t, failed, 7)

	// One broken connection: the retry hides it.
	w := newCuttingProxy(t, uri)
	s = openStore(t, w.proxyURI())
	cut := w.setTrap(trigger{pattern: []byte("PREREQUISITE_OF"), forward: true, answerBytes: 1000})
	require.Equal(t, want, loadCatalog(t, s))
	<-cut.fired
}

// A cancelled read is not the server's fault: its connections stay open.
func TestCancelledReadKeepsConnections(t *testing.T) {
	uri := emptyDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	connections := func() (ids []any) {
		for _, r := range runCypher(t, uri, "CALL dbms.listConnections() YIELD connectionId, userAgent WITH * WHERE userAgent = 'zhitu' RETURN connectionId") {
			ids = append(ids, r.Values[0])
		}
		return ids
	}
	for _, scheme := range []string{"bolt", "neo4j"} {
		others := connections()
		s := openStore(t, scheme+strings.TrimPrefix(uri, "bolt"))
		require.Equal(t, "李雷", employeeName(t, s, "li"))
		own := slices.DeleteFunc(connections(), func(id any) bool { return slices.Contains(others, id) })
		require.NotEmpty(t, own)
		gaveUp := 0
		for i := range 50 {
			ctx, cancel := context.WithCancel(t.Context())
			timer := time.AfterFunc(time.Duration(i)*50*time.Microsecond, cancel)
			if _, err := s.Profile(ctx, "li"); err != nil {
				require.ErrorIs(t, err, context.Canceled)
				gaveUp++
			}
			timer.Stop()
			cancel()
		}
		require.Positive(t, gaveUp)
		require.Subset(t, connections(), own, scheme)
	}
}

// The first call after an outage may be a long write. It must not be the circuit
// breaker's trial, for which all other calls would wait.
func TestLongWriteAfterOutageDoesNotBlockReads(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	p := newToxicProxy(t, uri)
	reader := openStoreWith(t, p.proxyURI(), neo4jstore.Options{Timeout: 20 * time.Second}) // below that of writes
	p.Stop()
	for range 5 {
		require.Error(t, reader.Ping(t.Context()))
	}
	release := holdWriteLock(t, uri)
	require.NoError(t, p.Start())
	done := make(chan error, 1)
	go func() {
		for {
			_, err := reader.Apply(t.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord("li", "李明")}})
			if !errors.Is(err, store.ErrUnavailable) { // until the breaker lets a trial through
				done <- err
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	requireBlockedTransaction(t, uri) // the write waits for the lock
	_, err := reader.Profile(t.Context(), "li")
	require.NoError(t, err, "a reader waits for no write")
	release()
	require.NoError(t, <-done)
	require.Equal(t, "李明", employeeName(t, reader, "li"))
}
