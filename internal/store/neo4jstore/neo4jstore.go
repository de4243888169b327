// Package neo4jstore keeps Zhitu's graph in Neo4j, where people query it with
// their own tools: docs/neo4j.md shows the model.
//
// Cypher stays in the subset that a single server, a cluster and Aura share.
//
//   - Consistent read: Neo4j isolates reads only as READ COMMITTED, so a sequence lock
//     makes a read see one committed state (consistent_read.go).
//   - Unknown outcome: a write that lost its connection within the commit is looked up
//     by its token, never guessed (apply.go).
//   - Circuit breaker: a server that does not answer costs a caller the timeout of
//     Options. After three failures, calls are refused at once (circuit_breaker.go).
package neo4jstore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"
	"github.com/sony/gobreaker/v2"

	"github.com/zhitu/zhitu/internal/store"
)

// Options say how to reach a Neo4j server. The zero value suits one without a password.
type Options struct {
	User     string // neo4j where empty
	Password string // no authentication where empty
	Database string // the server's default where empty
	CAFile   string // PEM certificates to trust in addition to the system's, for the +s schemes
	PoolSize int    // connections; 50 where 0
	// Timeout bounds a small read, and connecting at all. After it the store counts
	// as unavailable. 2.5 seconds where 0.
	Timeout time.Duration

	OnMigrate store.OnMigrate
}

// ErrOptions marks errors of the URI or of Options.
var ErrOptions = errors.New("the store cannot be used so")

// Schemes are the URI schemes that Open accepts.
var Schemes = []string{"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}

// Store is one connection pool to a database.
type Store struct {
	driver         neo4j.DriverWithContext
	database       string
	user           string
	bookmarks      neo4j.BookmarkManager // nil without routing: one server has read its own writes
	timeout        time.Duration
	breaker        *gobreaker.CircuitBreaker[any]
	writeSlot      chan struct{}             // semaphore: one write of this store at a time
	lockedReadSlot chan struct{}             // semaphore: one read at a time waits for the writers' lock
	lastEditCheck  atomic.Pointer[time.Time] // when external edits were last looked for
	pointOrdinals  ordinalIndex
	inFlight       sync.WaitGroup // detached reads
}

var (
	_ store.Store     = (*Store)(nil)
	_ store.Rebuilder = (*Store)(nil)
)

// Open connects to a database, and creates or migrates its schema. It refuses a
// database that holds foreign data under this package's labels.
func Open(ctx context.Context, uri string, o Options) (*Store, error) {
	parsed, err := parseURI(uri)
	if err != nil {
		return nil, err
	}
	tlsConfig, err := o.tlsConfig(parsed)
	if err != nil {
		return nil, err
	}
	s := &Store{database: o.Database, user: o.User, timeout: o.Timeout, writeSlot: make(chan struct{}, 1), lockedReadSlot: make(chan struct{}, 1)}
	if s.user == "" {
		s.user = "neo4j"
	}
	if s.timeout <= 0 {
		s.timeout = 2500 * time.Millisecond
	}
	auth := neo4j.NoAuth()
	if o.Password != "" {
		auth = neo4j.BasicAuth(s.user, o.Password, "")
	}
	if strings.HasPrefix(parsed.Scheme, "neo4j") {
		s.bookmarks = neo4j.NewBookmarkManager(neo4j.BookmarkManagerConfig{})
	}
	s.driver, err = neo4j.NewDriverWithContext(uri, auth, func(c *config.Config) {
		c.TlsConfig = tlsConfig
		c.MaxConnectionPoolSize = 50
		if o.PoolSize > 0 {
			c.MaxConnectionPoolSize = max(o.PoolSize, 3+maxParts) // a write uses one, one for its announcement and one for each part; a reader waits on one
		}
		c.ConnectionAcquisitionTimeout = s.timeout
		c.SocketConnectTimeout = s.timeout / 2
		// Dead connections are detected before use, as after a server was down.
		c.ConnectionLivenessCheckTimeout = 2 * time.Second
		c.MaxTransactionRetryTime = s.timeout // for fetching routing tables; this package retries by itself
		c.FetchSize = neo4j.FetchAll
		c.NotificationsMinSeverity = notifications.DisabledLevel
		c.TelemetryDisabled = true
		c.UserAgent = "zhitu"
	})
	if err != nil {
		return nil, fmt.Errorf("neo4jstore: open: %w", err)
	}
	s.breaker = newCircuitBreaker()
	if err := s.prepareSchema(ctx, o.OnMigrate); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// parseURI checks a URI. It may hold no password, because ps shows it.
func parseURI(uri string) (*url.URL, error) {
	// The message must not repeat the URI: it may contain a password.
	parsed, err := url.Parse(uri)
	switch {
	case err != nil:
		return nil, optionError("it is not a URI such as neo4j://localhost:7687")
	case parsed.User != nil, strings.Contains(uri, "@"):
		return nil, optionError("leave user and password out of the URI, where others can see them: set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD")
	case !slices.Contains(Schemes, parsed.Scheme) || parsed.Hostname() == "":
		return nil, optionError("it is not a URI such as neo4j://localhost:7687, with one of the schemes %s", strings.Join(Schemes, ", "))
	case parsed.Path != "" && parsed.Path != "/", parsed.Fragment != "", parsed.RawQuery != "" && parsed.Scheme[0] != 'n': // with routing it may name a policy
		return nil, optionError("a URI ends with the port: choose a database by ZHITU_NEO4J_DATABASE")
	}
	return parsed, nil
}

// tlsConfig returns the certificates to trust; nil for the system's.
func (o Options) tlsConfig(uri *url.URL) (*tls.Config, error) {
	if o.CAFile == "" {
		return nil, nil
	}
	if !strings.HasSuffix(uri.Scheme, "+s") {
		return nil, optionError("a CA file is for the schemes neo4j+s and bolt+s, and this is %s", uri.Scheme)
	}
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return nil, optionError("the CA file: %v", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, optionError("the CA file %s holds no certificate in PEM", o.CAFile)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

func optionError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOptions, fmt.Sprintf(format, args...))
}

// Ping reports whether the store answers.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.Revision(ctx)
	return err
}

// Close closes all connections, after the reads in flight have ended.
func (s *Store) Close() error {
	s.inFlight.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	return s.driver.Close(ctx)
}
