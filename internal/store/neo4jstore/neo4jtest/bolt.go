package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"time"
)

func loopbackAddress(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// handshake opens a connection and negotiates a version of Bolt, as every client does
// first. An open port is not enough: it opens before the server is ready.
func handshake(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	hello := []byte{
		0x60, 0x60, 0xb0, 0x17, // the magic preamble of Bolt
		0, 8, 8, 5, // four offers, each a range: 5.8 down to 5.0
		0, 2, 4, 4, // 4.4 down to 4.2
		0, 0, 0, 0,
		0, 0, 0, 0,
	}
	if _, err := conn.Write(hello); err != nil {
		return err
	}
	var version [4]byte
	if _, err := io.ReadFull(conn, version[:]); err != nil {
		return err
	}
	if version == [4]byte{} {
		return errors.New("no common version of Bolt")
	}
	return nil
}

// freePort finds a port below the ephemeral ports of systems. An ephemeral port could be
// given to another process while the JVM starts, or is down between Kill and Restart.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := 20000 + rand.IntN(12000)
		if err = checkPortFree(port); err == nil {
			return port, nil
		}
	}
	return 0, err
}

// awaitPortFree is checkPortFree for a port that was free a moment ago. A process that is being
// started beside holds what its parent has closed until its own program runs.
func awaitPortFree(port int) error {
	for deadline := time.Now().Add(2 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err := checkPortFree(port); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func checkPortFree(port int) error {
	listener, err := net.Listen("tcp", loopbackAddress(port))
	if err != nil {
		return fmt.Errorf("port %d is taken: %w", port, err)
	}
	return listener.Close()
}
