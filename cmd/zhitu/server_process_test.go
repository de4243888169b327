package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// serverProcess is a running zhitu serve.
type serverProcess struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	out  transcript // for people
	log  transcript
	done chan struct{} // closed when the process has ended
}

// serve starts the program on a free port and waits until it listens.
func (sh shell) serve(args ...string) *serverProcess {
	sh.t.Helper()
	s := &serverProcess{t: sh.t, done: make(chan struct{})}
	s.cmd = sh.command(append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.log
	require.NoError(sh.t, s.cmd.Start())
	go func() {
		defer close(s.done)
		_ = s.cmd.Wait()
		s.out.close()
		s.log.close()
	}()
	var serving struct{ Playground string }
	require.NoError(sh.t, json.Unmarshal([]byte(s.awaitLog(`"msg":"serving"`)), &serving))
	s.url = strings.TrimSuffix(serving.Playground, "/playground")
	return s
}

// awaitLog waits for a log line with a text, and returns it.
func (s *serverProcess) awaitLog(text string) string {
	s.t.Helper()
	line, found := s.log.await(text)
	require.True(s.t, found, "the server ended and never said %s:\n%s", text, &s.log)
	return line
}

// terminate sends SIGTERM to the server.
func (s *serverProcess) terminate() {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGTERM))
}

// awaitExit waits for the end and returns the exit code.
func (s *serverProcess) awaitExit() int {
	<-s.done
	return s.cmd.ProcessState.ExitCode()
}

// post sends a body to the API.
func (s *serverProcess) post(body string, headers ...string) (status int, answer string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(body))
	require.NoError(s.t, err)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer w.Body.Close()
	data, err := io.ReadAll(w.Body)
	require.NoError(s.t, err)
	return w.StatusCode, string(data)
}

// mustQuery sends a document that must be answered without an error, and returns its data.
func (s *serverProcess) mustQuery(document string) map[string]any {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"query": document})
	require.NoError(s.t, err)
	status, text := s.post(string(body))
	require.Equal(s.t, http.StatusOK, status, text)
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	require.NoError(s.t, json.Unmarshal([]byte(text), &answer))
	require.Empty(s.t, answer.Errors, text)
	return answer.Data
}

// metrics returns the page that Prometheus reads.
func (s *serverProcess) metrics() string {
	s.t.Helper()
	w, err := http.Get(s.url + "/metrics")
	require.NoError(s.t, err)
	defer w.Body.Close()
	data, err := io.ReadAll(w.Body)
	require.NoError(s.t, err)
	return string(data)
}

// transcript collects the output of a process; tests can wait for a line of it.
type transcript struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ended bool
	grown chan struct{} // closed when there is more output, or the end
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.Write(p)
	t.notifyWaiters()
	return len(p), nil
}

func (t *transcript) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.notifyWaiters()
}

func (t *transcript) notifyWaiters() {
	if t.grown != nil {
		close(t.grown)
		t.grown = nil
	}
}

// await waits for the first complete line with a text. It returns false if the process
// ended without one.
func (t *transcript) await(text string) (string, bool) {
	for {
		t.mu.Lock()
		for line := range strings.Lines(t.text.String()) {
			if strings.Contains(line, text) && strings.HasSuffix(line, "\n") {
				t.mu.Unlock()
				return line, true
			}
		}
		if t.ended {
			t.mu.Unlock()
			return "", false
		}
		if t.grown == nil {
			t.grown = make(chan struct{})
		}
		grown := t.grown
		t.mu.Unlock()
		<-grown
	}
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
