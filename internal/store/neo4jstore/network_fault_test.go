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

// proxy stands between a store and its server.
type toxicProxy struct{ *toxiproxy.Proxy }

func newToxicProxy(t *testing.T, uri string) toxicProxy {
	t.Helper()
	p := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), t.Name(), "127.0.0.1:0", strings.TrimPrefix(uri, "bolt://"))
	require.NoError(t, p.Start())
	t.Cleanup(p.Stop)
	return toxicProxy{p}
}

func (p toxicProxy) proxyURI() string { return "bolt://" + p.Listen }

// poison adds a toxic to the answers of the server.
func (p toxicProxy) addToxic(t *testing.T, kind, attributes string) {
	t.Helper()
	_, err := p.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name": "x", "type": %q, "attributes": {%s}}`, kind, attributes)))
	require.NoError(t, err)
}

func (p toxicProxy) removeToxic(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Toxics.RemoveToxic(context.Background(), "x"))
}

// small are the reads that a person waits for.
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

const (
	soon   = 3 * time.Second       // within which a read says that the store is unavailable
	atOnce = 50 * time.Millisecond // after a few have
)

// requireAway wants every read to fail in time, and at once after a few; and then
// that everything works again, by itself, after the server is back.
func requireOutage(t *testing.T, s store.Store, back func()) {
	t.Helper()
	for round := range 2 {
		for i, r := range quickReads {
			began := time.Now()
			err := r.read(t.Context(), s)
			took := time.Since(began)
			require.ErrorIs(t, err, store.ErrUnavailable, r.name)
			require.Less(t, took, soon, "%s: %v", r.name, err)
			if round == 0 && i >= 3 {
				require.Less(t, took, atOnce, "%s: %v", r.name, err)
			}
		}
	}
	quick := 0
	for range 20 {
		began := time.Now()
		_, err := s.Apply(t.Context(), 1, competency.ChangeSet{Put: employeeRecord("li", "nobody")})
		require.ErrorIs(t, err, store.ErrUnavailable)
		if time.Since(began) < atOnce {
			quick++
		}
	}
	require.Greater(t, quick, 15, "writes, too, are refused at once but for one a second")

	back()
	for _, r := range quickReads {
		require.Eventually(t, func() bool { return r.read(t.Context(), s) == nil }, 10*time.Second, 100*time.Millisecond, r.name)
	}
	require.Equal(t, "李雷", employeeName(t, s, "li"))
	applyRecords(t, s, employeeRecord("li", "李雷"))
}

func TestSlowConnection(t *testing.T) {
	p := newToxicProxy(t, emptyDatabase(t))
	p.addToxic(t, "latency", `"latency": 100`)
	s := openStore(t, p.proxyURI())
	require.Equal(t, store.Revision(1), applyRecords(t, s, plantRecords()))
	require.Equal(t, plantRecords().Catalog.KnowledgePoints, loadCatalog(t, s).KnowledgePoints)
	for _, r := range quickReads {
		began := time.Now()
		require.NoError(t, r.read(t.Context(), s), r.name)
		require.Less(t, time.Since(began), soon, r.name)
	}
	edit := plantRecords()
	edit.Prerequisites[0].Level = new(0.1)
	require.Equal(t, store.Revision(2), applyRecords(t, s, edit))
	list, err := s.History(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 2)
}

func TestOutageSilentServer(t *testing.T) {
	uri := emptyDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	p := newToxicProxy(t, uri)
	s := openStoreWith(t, p.proxyURI(), neo4jstore.Options{})
	require.NoError(t, s.Ping(t.Context()))
	p.addToxic(t, "timeout", `"timeout": 0`)
	requireOutage(t, s, func() { p.removeToxic(t) })
}

func TestOutageServerDown(t *testing.T) {
	uri := emptyDatabase(t)
	applyRecords(t, openStore(t, uri), plantRecords())
	p := newToxicProxy(t, uri)
	s := openStoreWith(t, p.proxyURI(), neo4jstore.Options{})
	require.NoError(t, s.Ping(t.Context()))
	p.Stop()
	requireOutage(t, s, func() { require.NoError(t, p.Start()) })
}

func TestOutageFrozenServer(t *testing.T) {
	server := neo4jtest.New(t, neo4jtest.Options{})
	warmUp(t, server.URI(), noAuth)
	s := openStoreWith(t, server.URI(), neo4jstore.Options{})
	applyRecords(t, s, plantRecords())
	for _, r := range quickReads {
		require.NoError(t, r.read(t.Context(), s), r.name)
	}
	require.NoError(t, server.Freeze())
	requireOutage(t, s, func() { require.NoError(t, server.Thaw()) })
}

// A connection that dies within an answer: the catalog comes whole, because it is
// asked for again, or there is an error.
func TestTruncatedAnswerIsNeverAccepted(t *testing.T) {
	uri := emptyDatabase(t)
	world := storetest.World(3000)
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
		require.Eventually(t, func() bool { return s.Ping(t.Context()) == nil }, 10*time.Second, 50*time.Millisecond)
	}
	require.Greater(t, failed, 2)
	require.Less(t, failed, 7)

	// One cut, and a line that is whole when it asks again: nobody hears of it.
	p.addToxic(t, "limit_data", `"bytes": 100000`)
	time.AfterFunc(50*time.Millisecond, func() { p.removeToxic(t) })
	require.Equal(t, want, loadCatalog(t, s))
}

// What a caller breaks off is not the server's fault: the connections stay.
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

// The first who comes after the server is back may be one who takes long.
func TestLongWriteAfterOutageDoesNotBlockReads(t *testing.T) {
	uri := emptyDatabase(t)
	s := openStore(t, uri)
	applyRecords(t, s, plantRecords())
	p := newToxicProxy(t, uri)
	reader := openStoreWith(t, p.proxyURI(), neo4jstore.Options{})
	p.Stop()
	for range 5 {
		require.Error(t, reader.Ping(t.Context()))
	}
	release := holdWriteLock(t, uri)
	require.NoError(t, p.Start())
	time.Sleep(1100 * time.Millisecond) // the breaker lets one try
	done := make(chan error, 1)
	go func() {
		_, err := reader.Apply(t.Context(), 1, competency.ChangeSet{Put: employeeRecord("li", "李明")})
		for errors.Is(err, store.ErrUnavailable) { // or a reader is the one who tries
			time.Sleep(atOnce)
			_, err = reader.Apply(t.Context(), 1, competency.ChangeSet{Put: employeeRecord("li", "李明")})
		}
		done <- err
	}()
	require.Eventually(t, func() bool { _, err := reader.Profile(t.Context(), "li"); return err == nil }, 5*time.Second, 100*time.Millisecond)
	release()
	require.NoError(t, <-done)
	require.Equal(t, "李明", employeeName(t, reader, "li"))
}
