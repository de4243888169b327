package neo4jtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The test binary is also the child process of tests: with a job in the environment it
// does that job, prints the result in one line, and waits to be killed.
const jobVariable = "ZHITU_NEO4JTEST_JOB"

var jobs = map[string]func() (string, error){
	"start": func() (string, error) {
		s, err := Start(context.Background(), Options{})
		if err != nil {
			return "", err
		}
		return fmt.Sprint(s.Address(), " ", s.Pid(), " ", s.Dir()), nil
	},
	"lock": func() (string, error) {
		_, err := acquireMachineLock(context.Background(), "a name")
		return "held", err
	},
}

func TestMain(m *testing.M) {
	job, ok := jobs[os.Getenv(jobVariable)]
	if !ok {
		os.Exit(Main(m))
	}
	result, err := job()
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(result)
	time.Sleep(5 * time.Minute) // until it is killed
}

// startChild starts a job in a child process, and waits for its line.
func startChild(t *testing.T, job string) (*exec.Cmd, string) {
	t.Helper()
	c := testProgram(t, jobVariable+"="+job)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	require.NotContains(t, lines.Text(), "error:")
	return c, lines.Text()
}

func testProgram(t *testing.T, environment ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), program)
	c.Env = append(os.Environ(), environment...)
	c.Stderr = os.Stderr
	return c
}

// isAlive reports whether a process runs; a zombie does not.
func isAlive(pid int) bool {
	const script = `kill -0 $0 && ! grep -q ') Z ' /proc/$0/stat`
	return exec.Command("sh", "-c", script, strconv.Itoa(pid)).Run() == nil
}

func TestServerEndsWithKilledProcess(t *testing.T) {
	t.Parallel()
	requireServer(t, Installed(""))
	c, line := startChild(t, "start")
	var at, dir string
	var pid int
	_, err := fmt.Sscan(line, &at, &pid, &dir)
	require.NoError(t, err)
	require.NoError(t, handshake(t.Context(), at))
	require.True(t, isAlive(pid))
	require.DirExists(t, dir)

	require.NoError(t, c.Process.Kill())
	require.ErrorContains(t, c.Wait(), "killed")
	require.Eventually(t, func() bool {
		_, err := os.Stat(dir)
		return !isAlive(pid) && os.IsNotExist(err) && handshake(t.Context(), at) != nil
	}, time.Minute, 50*time.Millisecond)
}

func TestMachineLockEndsWithProcess(t *testing.T) {
	t.Parallel()
	c, _ := startChild(t, "lock")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := acquireMachineLock(ctx, "a name")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	release, err := acquireMachineLock(t.Context(), "another name")
	require.NoError(t, err)
	release()

	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait())
	release, err = acquireMachineLock(t.Context(), "a name")
	require.NoError(t, err)
	release()
}
