package neo4jstore_test

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// commit is Bolt's message COMMIT, in its chunk.
var commit = []byte{0, 2, 0xb0, 0x12, 0, 0}

// wire is a line to a server that does something at one message and not at a
// certain time, which would make a test of luck.
type wire struct {
	to       string
	listener net.Listener
	trap     atomic.Pointer[trap]

	mu    sync.Mutex
	down  bool
	lines map[*line]bool
}

// trap is what the next message does that contains some bytes. It is cut off
// before it is forwarded, or after so many bytes of its answer.
type trap struct {
	at      []byte
	forward bool
	answer  int           // bytes of the answer that still come
	stay    bool          // and the line stays down, all of it
	meant   func()        // what happens before the client finds out
	sprung  chan struct{} // closed when it has caught something
}

type line struct {
	client, server net.Conn
	caught         atomic.Pointer[trap]
}

func newWire(t *testing.T, uri string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{to: strings.TrimPrefix(uri, "bolt://"), listener: listener, lines: map[*line]bool{}}
	go w.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut()
	})
	return w
}

func (w *wire) uri() string { return "bolt://" + w.listener.Addr().String() }

// set lays a trap, which catches once.
func (w *wire) set(p trap) *trap {
	p.sprung = make(chan struct{})
	w.trap.Store(&p)
	return &p
}

// cut breaks all lines, and none can be made until mend.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for l := range w.lines {
		l.close()
	}
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

func (l *line) close() {
	_ = l.client.Close()
	_ = l.server.Close()
}

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = client.Close()
			continue
		}
		l := &line{client: client, server: server}
		w.mu.Lock()
		w.lines[l] = true
		if w.down {
			l.close()
		}
		w.mu.Unlock()
		go w.up(l)
		go w.back(l)
	}
}

// up carries what the client sends.
func (w *wire) up(l *line) {
	defer l.close()
	buffer := make([]byte, 1<<20)
	for {
		n, err := l.client.Read(buffer)
		if err != nil {
			return
		}
		if p := w.trap.Load(); p != nil && bytes.Contains(buffer[:n], p.at) && w.trap.CompareAndSwap(p, nil) {
			if !p.forward {
				w.forget(l)
				_ = l.server.Close() // the server finds out first
				w.spring(p, l)
				return
			}
			l.caught.Store(p)
		}
		if _, err := l.server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// back carries what the server answers.
func (w *wire) back(l *line) {
	buffer := make([]byte, 1<<20)
	for {
		n, err := l.server.Read(buffer)
		p := l.caught.Load()
		if p != nil && err == nil {
			_, _ = l.client.Write(buffer[:min(p.answer, n)])
			w.spring(p, l)
			l.close()
			return
		}
		if err != nil {
			if !w.springing(l) {
				l.close()
			}
			return
		}
		if _, err := l.client.Write(buffer[:n]); err != nil {
			l.close()
			return
		}
	}
}

// forget leaves it to its caller to close a line.
func (w *wire) forget(l *line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.lines, l)
}

// springing tells whether somebody else is going to close a line, in good time.
func (w *wire) springing(l *line) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.lines[l]
}

func (w *wire) spring(p *trap, l *line) {
	if p.meant != nil {
		p.meant()
	}
	if p.stay {
		w.cut()
	}
	close(p.sprung)
	l.close()
}
