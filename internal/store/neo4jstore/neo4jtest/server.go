package neo4jtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startTimeout = 5 * time.Minute
	stopTimeout  = time.Minute
)

// Server is one Neo4j server. Its methods that change it are for one goroutine at a time.
type Server struct {
	options              Options
	shell, java, library string
	archive              string // of loaded classes; "" for none
	dir                  string
	temporary            bool
	port                 int

	mu      sync.Mutex
	process *process // the last one; nil before the first
}

// Address is the host and the port of Bolt.
func (s *Server) Address() string { return loopbackAddress(s.port) }

// URI is the address for drivers.
func (s *Server) URI() string { return "bolt://" + s.Address() }

// Dir is the folder of the configuration, data and logs.
func (s *Server) Dir() string { return s.dir }

// Pid is the process id of the JVM, also after it has ended.
func (s *Server) Pid() int { return s.currentProcess().Pid() }

// Done is closed when the present JVM has ended.
func (s *Server) Done() <-chan struct{} { return s.currentProcess().done }

// Kill ends the JVM as kill -9 does, and returns when it has ended.
func (s *Server) Kill() error { return s.currentProcess().killNow() }

// Freeze suspends the JVM (SIGSTOP): connections stay open and get no answers. It returns when
// every thread has stopped: on a busy machine that is later than the signal.
func (s *Server) Freeze() error {
	if err := s.sendSignal("STOP"); err != nil {
		return err
	}
	for deadline := time.Now().Add(stopTimeout); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if !s.hasRunningThread() {
			return nil
		}
	}
	return fmt.Errorf("Neo4j goes on %v after it was told to stop", stopTimeout)
}

// hasRunningThread reports whether a thread of the JVM has not stopped, as far as the system
// shows that in /proc.
func (s *Server) hasRunningThread() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", s.Pid()))
	for _, path := range threads {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // the thread has ended
		}
		_, afterName, _ := strings.Cut(string(stat), ") ")
		if !strings.HasPrefix(afterName, "T") {
			return true
		}
	}
	return false
}

// Thaw resumes a frozen JVM.
func (s *Server) Thaw() error { return s.sendSignal("CONT") }

// sendSignal uses the shell, because Go does not name these signals on every system.
func (s *Server) sendSignal(name string) error {
	out, err := exec.Command(s.shell, "-c", "kill -"+name+" "+strconv.Itoa(s.Pid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("signal %s to Neo4j: %w: %s", name, err, out)
	}
	return nil
}

// Shutdown ends the server in an orderly way, and kills it if that takes over a minute.
// It keeps the data, for Restart.
func (s *Server) Shutdown() error {
	p := s.currentProcess()
	if p == nil || p.hasEnded() {
		return nil
	}
	_ = s.Thaw() // a frozen process cannot end
	_ = p.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTimeout):
		return p.killNow()
	}
}

// Restart starts the server again on the same data and port. A running one is shut down
// first.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.Shutdown(); err != nil {
		return err
	}
	if _, err := os.Stat(s.dir); err != nil {
		return fmt.Errorf("restart Neo4j: its data are gone: %w", err)
	}
	return s.startAndWait(ctx)
}

// Stop ends the server for good. With a folder of its own it shuts down. With a temporary
// one it is killed, and the folder removed.
func (s *Server) Stop() error {
	if !s.temporary {
		return s.Shutdown()
	}
	var err error
	if p := s.currentProcess(); p != nil {
		err = p.killNow()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *Server) currentProcess() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process
}

// startAndWait starts the JVM and waits for an answer.
func (s *Server) startAndWait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := awaitPortFree(s.port); err != nil {
		return fmt.Errorf("start Neo4j: %w", err)
	}
	if err := s.writeConfig(ctx); err != nil {
		return fmt.Errorf("start Neo4j: configure: %w", err)
	}
	p, err := s.launchJVM()
	if err != nil {
		return fmt.Errorf("start Neo4j: %w", err)
	}
	s.mu.Lock()
	s.process = p
	s.mu.Unlock()
	for {
		err := handshake(ctx, s.Address())
		if err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.done:
			return fmt.Errorf("start Neo4j %s: it ended (%v); the end of its log:\n%s", s.options.Version, p.ProcessState, s.logTail())
		case <-ctx.Done():
			return fmt.Errorf("start Neo4j %s: %w, %w; the end of its log:\n%s", s.options.Version, context.Cause(ctx), errors.Join(err, p.killNow()), s.logTail())
		}
	}
}

func (s *Server) consolePath() string { return filepath.Join(s.dir, "logs", "console.log") }

// logTail returns the last lines of the server's log.
func (s *Server) logTail() string {
	content, err := os.ReadFile(s.consolePath())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
