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

// commitMessage is Bolt's message COMMIT, in its chunk.
var commitMessage = []byte{0, 2, 0xb0, 0x12, 0, 0}

// cuttingProxy is a proxy that cuts a connection at a certain message. A cut at a certain
// time would make tests depend on luck.
type cuttingProxy struct {
	target   string
	listener net.Listener
	trap     atomic.Pointer[trigger]

	mu    sync.Mutex
	down  bool
	links map[*proxyLink]bool
}

// trigger is fired by the next message that contains a pattern. The connection is cut
// before that message is forwarded, or after some bytes of its answer.
type trigger struct {
	pattern     []byte
	forward     bool
	answerBytes int           // bytes of the answer that are forwarded before the cut
	keepDown    bool          // then the proxy accepts no connections until restore
	beforeCut   func()        // runs before the client notices the cut
	fired       chan struct{} // closed after the cut
}

type proxyLink struct {
	client, server net.Conn
	caught         atomic.Pointer[trigger]
}

func newCuttingProxy(t *testing.T, uri string) *cuttingProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &cuttingProxy{target: strings.TrimPrefix(uri, "bolt://"), listener: listener, links: map[*proxyLink]bool{}}
	go w.acceptLoop()
	t.Cleanup(func() {
		_ = listener.Close()
		w.cutAll()
	})
	return w
}

func (w *cuttingProxy) proxyURI() string { return "bolt://" + w.listener.Addr().String() }

// setTrap sets a trigger that fires once.
func (w *cuttingProxy) setTrap(p trigger) *trigger {
	p.fired = make(chan struct{})
	w.trap.Store(&p)
	return &p
}

// cutAll cuts all connections, and refuses new ones until restore.
func (w *cuttingProxy) cutAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for l := range w.links {
		l.closeBoth()
	}
}

func (w *cuttingProxy) restore() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = false
}

func (l *proxyLink) closeBoth() {
	_ = l.client.Close()
	_ = l.server.Close()
}

func (w *cuttingProxy) acceptLoop() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		l := &proxyLink{client: client, server: server}
		w.mu.Lock()
		w.links[l] = true
		if w.down {
			l.closeBoth()
		}
		w.mu.Unlock()
		go w.forwardRequests(l)
		go w.forwardAnswers(l)
	}
}

// forwardRequests forwards what the client sends.
func (w *cuttingProxy) forwardRequests(l *proxyLink) {
	defer l.closeBoth()
	buffer := make([]byte, 1<<20)
	for {
		n, err := l.client.Read(buffer)
		if err != nil {
			return
		}
		if p := w.trap.Load(); p != nil && bytes.Contains(buffer[:n], p.pattern) && w.trap.CompareAndSwap(p, nil) {
			if !p.forward {
				w.disownLink(l)
				_ = l.server.Close() // the server notices first
				w.springTrap(p, l)
				return
			}
			l.caught.Store(p)
		}
		if _, err := l.server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// forwardAnswers forwards what the server answers.
func (w *cuttingProxy) forwardAnswers(l *proxyLink) {
	buffer := make([]byte, 1<<20)
	for {
		n, err := l.server.Read(buffer)
		p := l.caught.Load()
		if p != nil && err == nil {
			_, _ = l.client.Write(buffer[:min(p.answerBytes, n)])
			w.springTrap(p, l)
			l.closeBoth()
			return
		}
		if err != nil {
			if !w.isDisowned(l) {
				l.closeBoth()
			}
			return
		}
		if _, err := l.client.Write(buffer[:n]); err != nil {
			l.closeBoth()
			return
		}
	}
}

// disownLink leaves it to the caller to close a link.
func (w *cuttingProxy) disownLink(l *proxyLink) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.links, l)
}

// isDisowned reports whether another goroutine will close a link.
func (w *cuttingProxy) isDisowned(l *proxyLink) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.links[l]
}

func (w *cuttingProxy) springTrap(p *trigger, l *proxyLink) {
	if p.beforeCut != nil {
		p.beforeCut()
	}
	if p.keepDown {
		w.cutAll()
	}
	close(p.fired)
	l.closeBoth()
}
