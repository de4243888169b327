package neo4jtest

import (
	"context"
	"fmt"
	"hash/fnv"
	"net"
	"time"
)

// lock waits until no other process on this machine holds the lock of that name,
// and holds it until release, or the process's end. It is a listener on a port
// that follows from the name: unlike a file's lock it needs no folder and is the
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
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("another process holds the lock of %q, which is to listen on %s: %w: %w", name, at, context.Cause(ctx), err)
		}
	}
}
