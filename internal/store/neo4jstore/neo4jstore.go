// Package neo4jstore keeps Zhitu's graph in Neo4j, where people look at it with
// their own tools: docs/neo4j.md shows the model.
//
// Cypher stays in the subset that a single server, a cluster and Aura share.
// Neo4j promises readers no more than committed data; that a read sees one moment
// is this package's doing (moment.go), as is that a write whose outcome was lost
// with its connection is looked up and never guessed (apply.go). A server that
// does not answer costs a caller the time-out of Options and, while that goes on,
// nothing: a breaker refuses at once (call.go).
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

// Options say how to reach a Neo4j. The zero value is useful where it asks for no
// password.
type Options struct {
	User     string // neo4j where empty
	Password string // no authentication where empty
	Database string // the server's default where empty
	CAFile   string // PEM certificates to trust beside the system's, for the +s schemes
	PoolSize int    // connections; 50 where 0
	// Timeout is how long a small read may take, and reaching the server at all,
	// before the store counts as unavailable; 2.5 seconds where 0.
	Timeout time.Duration
}

// ErrOptions marks what is wrong with a URI or with Options.
var ErrOptions = errors.New("the store cannot be used so")

// Schemes are those that a URI may have.
var Schemes = []string{"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}

// Store is one handle on a database.
type Store struct {
	driver         neo4j.DriverWithContext
	database       string
	user           string
	bookmarks      neo4j.BookmarkManager // nil without routing: one server has read its own writes
	timeout        time.Duration
	breaker        *gobreaker.CircuitBreaker[any]
	writeSlot      chan struct{}             // holds one token while a write of this handle is under way
	lockedReadSlot chan struct{}             // one while a read of this handle waits for the writers' lock
	lastEditCheck  atomic.Pointer[time.Time] // when edits by other means were last looked for
	pointOrdinals  ordinalIndex
	inFlight       sync.WaitGroup // reads under way
}

var (
	_ store.Store     = (*Store)(nil)
	_ store.Rebuilder = (*Store)(nil)
)

// Open connects to a database, creates or migrates its schema where that is ours
// to do, and refuses one that holds somebody else's data under our labels.
func Open(ctx context.Context, uri string, o Options) (*Store, error) {
	at, err := parseURI(uri)
	if err != nil {
		return nil, err
	}
	tlsConfig, err := o.tlsConfig(at)
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
	if strings.HasPrefix(at.Scheme, "neo4j") {
		s.bookmarks = neo4j.NewBookmarkManager(neo4j.BookmarkManagerConfig{})
	}
	s.driver, err = neo4j.NewDriverWithContext(uri, auth, func(c *config.Config) {
		c.TlsConfig = tlsConfig
		c.MaxConnectionPoolSize = 50
		if o.PoolSize > 0 {
			c.MaxConnectionPoolSize = max(o.PoolSize, 3+maxParts) // a write announces itself on a second one, and records on more; a reader waits on one
		}
		c.ConnectionAcquisitionTimeout = s.timeout
		c.SocketConnectTimeout = s.timeout / 2
		// After a server has been away, the connections that it left dead are found
		// out before they are used.
		c.ConnectionLivenessCheckTimeout = 2 * time.Second
		c.MaxTransactionRetryTime = s.timeout // for fetching routing tables; retrying is ours (call.go)
		c.FetchSize = neo4j.FetchAll
		c.NotificationsMinSeverity = notifications.DisabledLevel
		c.TelemetryDisabled = true
		c.UserAgent = "zhitu"
	})
	if err != nil {
		return nil, fmt.Errorf("neo4jstore: open: %w", err)
	}
	s.breaker = newCircuitBreaker()
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// target reads a URI. Secrets have no place in it: it shows in ps.
func parseURI(uri string) (*url.URL, error) {
	// What is wrong is not repeated: it may be a password.
	at, err := url.Parse(uri)
	switch {
	case err != nil:
		return nil, optionError("it is not a URI such as neo4j://localhost:7687")
	case at.User != nil, strings.Contains(uri, "@"):
		return nil, optionError("leave user and password out of the URI, where others can see them: set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD")
	case !slices.Contains(Schemes, at.Scheme) || at.Hostname() == "":
		return nil, optionError("it is not a URI such as neo4j://localhost:7687, with one of the schemes %s", strings.Join(Schemes, ", "))
	case at.Path != "" && at.Path != "/", at.Fragment != "", at.RawQuery != "" && at.Scheme[0] != 'n': // with routing it may name a policy
		return nil, optionError("a URI ends with the port: choose a database by ZHITU_NEO4J_DATABASE")
	}
	return at, nil
}

// tls returns what to trust, nil for the system's certificates.
func (o Options) tlsConfig(at *url.URL) (*tls.Config, error) {
	if o.CAFile == "" {
		return nil, nil
	}
	if !strings.HasSuffix(at.Scheme, "+s") {
		return nil, optionError("a CA file is for the schemes neo4j+s and bolt+s, and this is %s", at.Scheme)
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

// Close closes all connections, once what still reads on them has ended.
func (s *Store) Close() error {
	s.inFlight.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	return s.driver.Close(ctx)
}
