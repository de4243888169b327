package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

var update = flag.Bool("update", false, "update the golden files")

// runAsProgramEnv makes the test binary run as zhitu instead of running tests. So the
// program is built once, with the race detector of the tests, and runs in processes
// of its own that tests can stop and kill.
const runAsProgramEnv = "TEST_AS_ZHITU"

// questionTime is the time of all questions in these tests.
const questionTime = "2026-11-20T00:00:00Z"

// sharedDir is a folder for files that all tests share.
var sharedDir string

func TestMain(m *testing.M) {
	// Golden files have times of one zone, whatever that of the machine.
	time.Local = time.UTC
	_ = os.Setenv("TZ", "UTC")
	if os.Getenv(runAsProgramEnv) != "" {
		main() // exits
	}
	var err error
	if sharedDir, err = os.MkdirTemp("", "zhitu-test-"); err != nil {
		panic(err)
	}
	code := neo4jtest.Main(m)
	_ = os.RemoveAll(sharedDir)
	os.Exit(code)
}

// shell runs the program in a working directory and an environment.
type shell struct {
	t   *testing.T
	dir string
	env []string
}

func newShell(t *testing.T, env ...string) shell {
	t.Helper()
	for _, v := range env {
		if uri, ok := strings.CutPrefix(v, "ZHITU_STORE="); ok && isNeo4jURI(uri) {
			env = append([]string{"ZHITU_AUDIT_KEY=" + testAuditKey}, env...)
		}
	}
	return shell{t, t.TempDir(), env}
}

// testAuditKey is the secret of the audit where a test does not care.
const testAuditKey = "0123456789abcdef0123456789abcdef"

// seededDatabase returns the path of a store with the sample company, imported once.
var seededDatabase = sync.OnceValue(func() string {
	file := filepath.Join(sharedDir, "planted.db")
	var out bytes.Buffer
	args := []string{"import", filepath.Join("..", "..", "seed"), "--store", "sqlite:" + file}
	if run(context.Background(), args, nil, stdio{&out, &out}) != exitOK {
		panic(out.String())
	}
	return file
})

// newSeededShell returns a shell whose zhitu.db holds the sample company.
func newSeededShell(t *testing.T, env ...string) shell {
	t.Helper()
	sh := newShell(t, env...)
	for _, suffix := range []string{"", keySuffix} {
		data, err := os.ReadFile(seededDatabase() + suffix)
		require.NoError(t, err)
		sh.writeFile("zhitu.db"+suffix, string(data))
	}
	return sh
}

// writeFile writes a file in the working directory, with its parent folders.
func (sh shell) writeFile(name, content string) {
	sh.t.Helper()
	path := filepath.Join(sh.dir, name)
	require.NoError(sh.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(sh.t, os.WriteFile(path, []byte(content), 0o600))
}

// readFolder reads the files of a folder of the working directory, except hidden ones.
func (sh shell) readFolder(name string) map[string]string {
	sh.t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(filepath.Join(sh.dir, name))
	require.NoError(sh.t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(sh.dir, name, e.Name()))
		require.NoError(sh.t, err)
		files[e.Name()] = string(data)
	}
	return files
}

// command returns the program, not started. It inherits no variable that would change
// its behaviour.
func (sh shell) command(args ...string) *exec.Cmd {
	self, err := os.Executable()
	require.NoError(sh.t, err)
	cmd := exec.CommandContext(sh.t.Context(), self, args...)
	cmd.Dir = sh.dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ZHITU_") && !strings.HasPrefix(v, "LC_") && !strings.HasPrefix(v, "LANG") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, runAsProgramEnv+"=1", "GORACE=atexit_sleep_ms=0") // else every run ends with a sleep of a second
	cmd.Env = append(cmd.Env, sh.env...)
	return cmd
}

// result is the outcome of a run.
type result struct {
	code     int
	out, err string
}

func (sh shell) run(args ...string) result {
	sh.t.Helper()
	var out, errs bytes.Buffer
	cmd := sh.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(sh.t, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// runInProcess runs a command in this process, which is faster. It suits commands that
// use no file of the working directory.
func (sh shell) runInProcess(args ...string) result {
	sh.t.Helper()
	ctx, cancel := context.WithTimeout(sh.t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	code := run(ctx, args, sh.env, stdio{&out, &errs})
	return result{code, out.String(), errs.String()}
}

// mustRun runs a command that must succeed, and returns its output.
func (sh shell) mustRun(args ...string) string {
	sh.t.Helper()
	r := sh.run(args...)
	require.Equal(sh.t, exitOK, r.code, "%v\n%s", args, r.err)
	return r.out
}

// exportAll returns everything in the store, as files.
func (sh shell) exportAll() map[string]string {
	sh.t.Helper()
	dir, err := os.MkdirTemp(sh.dir, "export")
	require.NoError(sh.t, err)
	sh.mustRun("export", dir)
	return sh.readFolder(filepath.Base(dir))
}

// seedVariable names the environment variable that repeats a random test.
const seedVariable = "ZHITU_TEST_SEED"

// newRandom returns a random generator, and logs how to repeat the test with its seed.
func newRandom(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("repeat with %s=%d", seedVariable, seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// upTo returns a random duration below a limit.
func upTo(random *rand.Rand, limit time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(limit)))
}

// requireSame compares folders without printing their contents.
func requireSame(t *testing.T, want, got map[string]string) {
	t.Helper()
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
	for name := range want {
		require.True(t, want[name] == got[name], "%s differs", name)
	}
}
