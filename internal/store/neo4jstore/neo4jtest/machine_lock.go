package neo4jtest

import (
	"context"
	"fmt"
	"hash/fnv"
	"net"
	"time"
)

// lockPoll is how often a process tries to take a machine lock.
const lockPoll = 20 * time.Millisecond

// acquireMachineLock waits until no other process on this machine holds the lock of that
// name. The lock is held until release, or the end of the process. It is a listener on a
// port that follows from the name. Unlike a file lock it needs no folder, and works the
// same on every system.
func acquireMachineLock(ctx context.Context, name string) (release func(), err error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	at := loopbackAddress(10000 + int(h.Sum32()%10000))
	for {
		listener, err := net.Listen("tcp", at)
		if err == nil {
			return func() { _ = listener.Close() }, nil
		}
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			return nil, fmt.Errorf("another process holds the lock of %q, which is to listen on %s: %w: %w", name, at, context.Cause(ctx), err)
		}
	}
}
