package sqlitestore

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// A statement cache: each connection keeps the statements that it has prepared.
// Without it SQLite parses every text again, which took a fifth of the time of
// recording one piece of evidence.

// maxIdleStatements limits the cache of one connection. The long texts write 128 rows
// and take some 50 kB each.
const maxIdleStatements = 256

// connector opens connections that have a statement cache.
type connector struct{ dsn string }

func (c connector) Driver() driver.Driver { return &sqlite.Driver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return &cachingConn{conn.(sqliteConn), map[string]preparedStatement{}}, nil
}

// sqliteConn is what database/sql uses of a connection of the driver. Its own ways to
// run a text without preparing it are left out, so that every text is prepared.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedStatement is what database/sql uses of a statement of the driver.
type preparedStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// cachingConn keeps the statements that are not in use by their text.
// database/sql lets one goroutine at a time use a connection.
type cachingConn struct {
	sqliteConn
	idle map[string]preparedStatement
}

// PrepareContext takes a statement from the cache, or prepares one.
func (c *cachingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if s, ok := c.idle[text]; ok {
		delete(c.idle, text)
		return &cachedStatement{s, c, text}, nil
	}
	s, err := c.sqliteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return &cachedStatement{s.(preparedStatement), c, text}, nil
}

// Close finalizes the statements, then closes the connection.
func (c *cachingConn) Close() error {
	for _, s := range c.idle {
		_ = s.Close() // the connection tells what is wrong
	}
	return c.sqliteConn.Close()
}

// cachedStatement goes back to the cache when it is closed.
type cachedStatement struct {
	preparedStatement
	conn *cachingConn
	text string
}

func (s *cachedStatement) Close() error {
	if _, ok := s.conn.idle[s.text]; ok {
		return s.preparedStatement.Close() // the same text was in use twice
	}
	if len(s.conn.idle) >= maxIdleStatements {
		for text, other := range s.conn.idle { // any one: map order is random
			delete(s.conn.idle, text)
			_ = other.Close()
			break
		}
	}
	s.conn.idle[s.text] = s.preparedStatement
	return nil
}
