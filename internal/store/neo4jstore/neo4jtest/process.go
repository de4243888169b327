package neo4jtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// watchdogScript is a shell that becomes the JVM. First it starts a second shell, the
// watchdog, which reads a pipe from this process. A line says that the JVM has ended.
// The end of the pipe says that this process has ended, in whatever way. Then the
// watchdog kills the JVM, which has the process id of the first shell, and removes the
// temporary folder, if $0 names one.
const watchdogScript = `
{
	if ! read -r _ <&3; then
		kill -9 $$
		for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $$ && sleep 0.2; done
		[ -z "$0" ] || rm -rf "$0"
	fi
} </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-`

// process is one run of the JVM.
type process struct {
	*exec.Cmd
	done chan struct{} // closed when the JVM has ended
}

// launchJVM starts the JVM with its watchdog.
func (s *Server) launchJVM() (*process, error) {
	remove := ""
	if s.temporary {
		remove = s.dir
	}
	return launch(s.shell, s.consolePath(), remove, append([]string{s.java}, s.jvmArguments()...))
}

// launch starts a command with its watchdog. Its output is added to a file.
func launch(shell, console, remove string, command []string) (*process, error) {
	log, err := os.OpenFile(console, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	held, end, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer held.Close()
	cmd := exec.Command(shell, append([]string{"-c", watchdogScript, remove}, command...)...)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{held} // the first of these is 3
	if err := cmd.Start(); err != nil {
		_ = end.Close()
		return nil, err
	}
	p := &process{Cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		_, _ = fmt.Fprintln(end) // from now on its process id may be reused
		_ = end.Close()
		close(p.done)
	}()
	return p, nil
}

// quickStartFlags are JVM flags for short lives. The optimizing compiler does not pay
// off: without it the JVM takes half the processor time until the server answers, and
// still after 15,000 small transactions. The serial collector saves 250 MB.
func (s *Server) quickStartFlags() []string {
	flags := []string{"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"}
	if s.archive != "" {
		flags = append(flags, "-XX:SharedArchiveFile="+s.archive)
	}
	return flags
}

func (s *Server) jvmArguments() []string {
	entry := "org.neo4j.server.Neo4jCommunity"
	if strings.HasPrefix(s.options.Version, "5.") {
		entry = "org.neo4j.server.CommunityEntryPoint"
	}
	arguments := append(s.quickStartFlags(),
		"-Xmx"+s.options.Heap, "-Djava.awt.headless=true",
		"-Dio.netty.tryReflectionSetAccessible=true", "-Dlog4j2.disable.jmx=true",
		"--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED",
		"--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
		"--enable-native-access=ALL-UNNAMED",
	)
	arguments = append(arguments, s.options.Flags...)
	return append(arguments, "-cp", s.classPath(), entry,
		"--home-dir="+s.dir, "--config-dir="+s.configFolder(), "--console-mode")
}

// Pid is that of the JVM, because the shell has become it.
func (p *process) Pid() int { return p.Process.Pid }

func (p *process) hasEnded() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

func (p *process) killNow() error {
	if p.hasEnded() {
		return nil
	}
	err := p.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	if err == nil {
		<-p.done
	}
	return err
}
