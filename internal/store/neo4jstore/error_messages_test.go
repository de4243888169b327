package neo4jstore_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// Error codes and messages of the server, and what people read: what to do, in both
// languages. The server's own message is for the log.
func TestServerErrorsAreExplained(t *testing.T) {
	for _, c := range []struct {
		code, msg string
		term      error
		fault     fault.Code
		says      []string // in both languages
		retryOpen bool     // waiting for the server to start may help
		transient bool     // an immediate retry may help
	}{
		{
			code: "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
			msg: "The allocation of an extra 2.0 MiB would use more than the limit 358.4 MiB. Currently using 357.6 MiB. " +
				"dbms.memory.transaction.total.max threshold reached",
			term: store.ErrLimit, fault: fault.LimitExceeded, says: []string{"dbms.memory.transaction.total.max", "server.memory.heap.max_size"},
		},
		{
			code: "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
			msg:  "The allocation of an extra 1.0 MiB would use more than the limit 10.0 MiB. Currently using 9.8 MiB. db.memory.transaction.max threshold reached",
			term: store.ErrLimit, fault: fault.LimitExceeded, says: []string{"db.memory.transaction.max"},
		},
		{
			code: "Neo.TransientError.General.OutOfMemoryError", msg: "There is not enough memory to perform the current task.",
			term: store.ErrLimit, fault: fault.LimitExceeded, says: []string{"server.memory.heap.max_size"},
		},
		{
			code: "Neo.ClientError.Security.AuthenticationRateLimit",
			msg:  "The client has provided incorrect authentication details too many times in a row.",
			term: store.ErrUnavailable, fault: fault.Unavailable, says: []string{"ZHITU_NEO4J_PASSWORD"},
		},
		{
			code: "Neo.ClientError.Security.Unauthorized", msg: "The client is unauthorized due to authentication failure.",
			term: store.ErrUnavailable, fault: fault.Unavailable, says: []string{"ZHITU_NEO4J_USER", "ZHITU_NEO4J_PASSWORD", `"zhitu-app"`},
		},
		{
			code: "Neo.ClientError.Security.CredentialsExpired", msg: "The credentials you provided were valid, but must be changed before you can use this instance.",
			term: store.ErrUnavailable, fault: fault.Unavailable, says: []string{"ZHITU_NEO4J_PASSWORD"},
		},
		{
			code: "Neo.ClientError.Security.Forbidden", msg: "Create constraint operations are not allowed for user 'zhitu-app' with roles [PUBLIC, reader].",
			term: store.ErrUnavailable, fault: fault.Unavailable, says: []string{`"zhitu-app"`, "GRANT CONSTRAINT MANAGEMENT", "zhitu import"},
		},
		{
			code: "Neo.ClientError.Database.DatabaseNotFound", msg: "Database does not exist. Database name: 'people'.",
			term: store.ErrUnavailable, fault: fault.Unavailable, says: []string{`"people"`, "ZHITU_NEO4J_DATABASE"},
		},
		{
			code: "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", msg: "No write operations are allowed on this database.",
			term: store.ErrUnavailable, fault: fault.Unavailable, says: []string{"ZHITU_NEO4J_DATABASE"}, transient: true, // the cluster may just have a new leader
		},
		{
			code: "Neo.TransientError.General.DatabaseUnavailable", msg: "The database is not currently available to serve your request.",
			term: store.ErrUnavailable, fault: fault.Internal, retryOpen: true, transient: true,
		},
		{
			code: "Neo.TransientError.Transaction.DeadlockDetected", msg: "ForsetiClient can't acquire ExclusiveLock",
			term: store.ErrUnavailable, fault: fault.Internal, retryOpen: true, transient: true,
		},
		{
			code: "Neo.ClientError.Transaction.TransactionTimedOut", msg: "The transaction has been terminated.",
			term: store.ErrUnavailable, fault: fault.Internal,
		},
		{
			code: "Neo.DatabaseError.General.UnknownError", msg: "Unable to write to disk",
			term: store.ErrUnavailable, fault: fault.Internal,
		},
	} {
		t.Run(c.code, func(t *testing.T) {
			serverErr := &neo4j.Neo4jError{Code: c.code, Msg: c.msg}
			err := neo4jstore.WrapError("zhitu-app", "people", serverErr)
			require.ErrorIs(t, err, c.term)
			require.ErrorIs(t, err, serverErr, "for the log")
			require.Equal(t, c.fault, fault.CodeOf(err))
			require.Equal(t, c.retryOpen, neo4jstore.RetryableOpenError(err))
			require.Equal(t, c.transient, neo4jstore.IsTransient(serverErr))
			if len(c.says) == 0 {
				return
			}
			explained, ok := errors.AsType[*fault.Error](err)
			require.True(t, ok)
			for _, word := range c.says {
				require.Contains(t, explained.Text.EN, word)
				require.Contains(t, explained.Text.ZH, word)
			}
			require.NotContains(t, explained.Text.EN+explained.Text.ZH, "%!", "a verb and an argument do not match")
			require.NotContains(t, explained.Text.EN+explained.Text.ZH, c.msg)
		})
	}
}

// An error in a statement is a bug, and must not look like an unavailable server.
func TestStatementErrorIsNotUnavailable(t *testing.T) {
	for _, serverErr := range []error{
		&neo4j.Neo4jError{Code: "Neo.ClientError.Statement.SyntaxError", Msg: "Invalid input"},
		&neo4j.Neo4jError{Code: "Neo.ClientError.Schema.ConstraintValidationFailed", Msg: "Node(1) already exists"},
		&neo4j.UsageError{Message: "the connection is used twice"},
	} {
		err := neo4jstore.WrapError("u", "d", serverErr)
		require.ErrorIs(t, err, serverErr)
		require.NotErrorIs(t, err, store.ErrUnavailable)
		require.Equal(t, fault.Internal, fault.CodeOf(err))
		require.False(t, neo4jstore.IsTransient(serverErr))
		require.False(t, neo4jstore.RetryableOpenError(err))
	}
}

func TestConnectionErrorIsUnavailableAndTransient(t *testing.T) {
	lost := &neo4j.ConnectivityError{Inner: io.ErrUnexpectedEOF}
	err := neo4jstore.WrapError("u", "d", lost)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.True(t, neo4jstore.RetryableOpenError(err))
	require.True(t, neo4jstore.IsTransient(lost))
	// There is no retry for a cancelled caller.
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		require.False(t, neo4jstore.IsTransient(fmt.Errorf("while reading: %w", ended)))
	}
	require.NoError(t, neo4jstore.WrapError("u", "d", nil))
	require.False(t, neo4jstore.IsTransient(nil))
}
