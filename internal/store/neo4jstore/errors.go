package neo4jstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/sony/gobreaker/v2"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// errDatabaseReplaced says that this store's own nodes are missing: the database was
// emptied or replaced while it was open.
var errDatabaseReplaced = errors.New("the database no longer holds what was opened: open it again")

// wrapError adds the failed operation, and converts the error to those of the contract.
// nil stays nil.
func (s *Store) wrapError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("neo4jstore: %s: %w", op, s.contractError(ctx, err))
}

func (s *Store) contractError(ctx context.Context, err error) error {
	var known *fault.Error
	for _, term := range []error{store.ErrConflict, store.ErrReference, store.ErrNotFound, store.ErrSchema} {
		if errors.Is(err, term) {
			return err
		}
	}
	if errors.As(err, &known) {
		return err
	}
	// An ended context causes many different errors of the driver. They all mean this.
	if ended := ctx.Err(); errors.Is(ended, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ended)
	} else if ended != nil {
		return ended
	}
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return fmt.Errorf("%w: it has not answered recently, and is tried again every second", store.ErrUnavailable)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: no answer in time", store.ErrUnavailable)
	}
	var server *neo4j.Neo4jError
	if errors.As(err, &server) {
		return s.explainServerError(server)
	}
	if isConnectionError(err) || errors.Is(err, errDatabaseReplaced) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return err
}

// explainServerError turns the server's error code into a message that says what to do.
func (s *Store) explainServerError(err *neo4j.Neo4jError) error {
	unavailable := fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	switch {
	case isOutOfMemory(err):
		name := memorySetting(err)
		return fault.Wrap(fmt.Errorf("%w: %w", store.ErrLimit, err), fault.LimitExceeded,
			"the change is too large for the memory that Neo4j may use: raise %s (a share of server.memory.heap.max_size, of which 100,000 points with 400,000 prerequisites need 2 to 3 GB), or make the change in parts",
			"变更超出 Neo4j 可用的内存：请调高 %s（它随 server.memory.heap.max_size 而定，10 万知识点和 40 万先导关系约需 2 至 3 GB），或分批进行", name)
	case strings.HasPrefix(err.Code, "Neo.ClientError.Security.AuthenticationRateLimit"):
		return fault.Wrap(unavailable, fault.Unavailable,
			"Neo4j refuses logins for a while after too many wrong passwords: correct ZHITU_NEO4J_PASSWORD and wait some seconds",
			"密码错误次数过多，Neo4j 暂时拒绝登录：请更正 ZHITU_NEO4J_PASSWORD 并稍候")
	case err.Code == "Neo.ClientError.Security.Unauthorized", err.Code == "Neo.ClientError.Security.CredentialsExpired":
		return fault.Wrap(unavailable, fault.Unavailable,
			"Neo4j does not accept user %q with this password: set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD",
			"Neo4j 不接受用户 %q 及其密码：请设置 ZHITU_NEO4J_USER 和 ZHITU_NEO4J_PASSWORD", s.user)
	case err.Code == "Neo.ClientError.Security.Forbidden":
		return fault.Wrap(unavailable, fault.Unavailable,
			"Neo4j does not let user %q do this: it needs to read and write the database and, the first time, to create constraints (GRANT CONSTRAINT MANAGEMENT ON DATABASE …); or let an administrator run %q once",
			"Neo4j 不允许用户 %q 执行此操作：该用户须能读写数据库，首次还须能创建约束（GRANT CONSTRAINT MANAGEMENT ON DATABASE …）；或由管理员先运行一次 %q", s.user, "zhitu import")
	case err.Code == "Neo.ClientError.Database.DatabaseNotFound":
		return fault.Wrap(unavailable, fault.Unavailable,
			"Neo4j has no database %q: correct ZHITU_NEO4J_DATABASE, or leave it out for the default one",
			"Neo4j 中没有数据库 %q：请更正 ZHITU_NEO4J_DATABASE，或去掉以使用默认数据库", s.database)
	case strings.Contains(err.Msg, "No space left on device"):
		return fault.Wrap(unavailable, fault.Unavailable,
			"the disk of Neo4j is full: free some space there, then try again", "Neo4j 所在的磁盘已满：请在该机器上腾出空间后重试")
	case strings.Contains(err.Code, "ReadOnly"):
		return fault.Wrap(unavailable, fault.Unavailable,
			"the database is read-only: allow writes to it, or choose another by ZHITU_NEO4J_DATABASE",
			"数据库为只读：请允许写入，或用 ZHITU_NEO4J_DATABASE 选择其他数据库")
	case err.Classification() == "TransientError", strings.HasPrefix(err.Code, "Neo.ClientError.Transaction."),
		strings.HasPrefix(err.Code, "Neo.ClientError.Cluster."), strings.HasPrefix(err.Code, "Neo.DatabaseError."):
		return unavailable
	}
	return err
}

// RetryableOpenError reports whether Open may succeed later, as once the server has
// started. A wrong password is not retryable.
func RetryableOpenError(err error) bool {
	var known *fault.Error
	for e := err; errors.As(e, &known); e = known.Cause {
		if known.Cause == nil || !errors.Is(known.Cause, store.ErrUnavailable) {
			return false
		}
	}
	var server *neo4j.Neo4jError
	if errors.As(err, &server) {
		return server.Classification() == "TransientError" && !strings.Contains(server.Code, "Security")
	}
	return errors.Is(err, store.ErrUnavailable)
}

// isConnectionError reports whether the connection failed, so that it is unknown what
// the server did.
func isConnectionError(err error) bool {
	var server *neo4j.Neo4jError
	var usage *neo4j.UsageError
	if err == nil || errors.As(err, &server) || errors.As(err, &usage) {
		return false
	}
	var connectivity *neo4j.ConnectivityError
	var network net.Error
	return errors.As(err, &connectivity) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// isCommitRejected reports whether an error of a commit proves that nothing was
// committed.
func isCommitRejected(err error) bool {
	var server *neo4j.Neo4jError
	return errors.As(err, &server) && (strings.HasPrefix(server.Code, "Neo.ClientError.") ||
		strings.HasPrefix(server.Code, "Neo.TransientError.Transaction.") || isOutOfMemory(server))
}

// isTransient reports whether a retry may succeed. Too little memory is not transient,
// although the server calls it so.
func isTransient(err error) bool {
	var known *fault.Error
	var server *neo4j.Neo4jError
	if errors.As(err, &known) { // an error with a message is final
		return false
	}
	if errors.As(err, &server) {
		return neo4j.IsRetryable(server) && !isOutOfMemory(server)
	}
	return isConnectionError(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

func isOutOfMemory(err *neo4j.Neo4jError) bool { return strings.Contains(err.Code, "OutOfMemory") }

var memoryThreshold = regexp.MustCompile(`(\S+) threshold reached`)

// memorySetting returns the setting whose limit the server's message names.
func memorySetting(err *neo4j.Neo4jError) string {
	if found := memoryThreshold.FindStringSubmatch(err.Msg); found != nil {
		return found[1]
	}
	return "server.memory.heap.max_size"
}
