package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

const neo4jPassword = "correct-horse-battery"

// startServer starts the server on a free address and waits only until it listens.
func (sh shell) startServer(args ...string) *serverProcess {
	sh.t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(sh.t, err)
	require.NoError(sh.t, free.Close())
	return sh.startServerAt(free.Addr().String(), args...)
}

func (sh shell) startServerAt(address string, args ...string) *serverProcess {
	sh.t.Helper()
	s := &serverProcess{t: sh.t, done: make(chan struct{}), url: "http://" + address}
	s.cmd = sh.command(append([]string{"serve", "--listen", address}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.log
	require.NoError(sh.t, s.cmd.Start())
	go func() {
		defer close(s.done)
		_ = s.cmd.Wait()
		s.out.close()
		s.log.close()
	}()
	require.Eventually(sh.t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, patience, 10*time.Millisecond)
	return s
}

// The server may start before its database, and becomes ready with it.
func TestServerWaitsForDatabase(t *testing.T) {
	t.Parallel()
	db := neo4jtest.New(t, neo4jtest.Options{Password: neo4jPassword})
	require.NoError(t, db.Kill())
	sh := newShell(t, "ZHITU_STORE="+db.URI(), "ZHITU_NEO4J_PASSWORD="+neo4jPassword)
	s, leaving := sh.startServer(), sh.startServer()

	status, text := s.get("/livez")
	require.Equal(t, 200, status, text)
	status, text = s.get("/readyz")
	require.Equal(t, 503, status)
	require.Contains(t, text, "waiting for the store")
	for lang, want := range map[string]string{"en": "waiting for its store", "zh-CN": "正在等待存储就绪"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(`{"query":"{__typename}"}`))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", lang)
		w, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, w.Body.Close())
		require.Equal(t, 503, w.StatusCode)
		seconds, err := strconv.Atoi(w.Header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, seconds)
		refused := s.graphQL("{ __typename }", "Accept-Language", lang)
		require.Equal(t, "UNAVAILABLE", refused.errorCode())
		require.Contains(t, refused.Errors[0].Message, want)
	}
	s.awaitLog(`"msg":"waiting for the store"`)

	// A server that is stopped while it waits ends with exit code 0.
	leaving.awaitLog(`"msg":"waiting for the store"`)
	leaving.terminate()
	require.Equal(t, exitOK, leaving.awaitExit(), &leaving.log)

	requireUnavailable(t, sh, "cannot be reached: is Neo4j running there?", "无法访问存储")

	require.NoError(t, db.Restart(t.Context()))
	require.Equal(t, "ok\n", s.awaitStatus("/readyz", 200))
	require.Contains(t, s.mustQuery(positionMutation), "upsertPosition")
	sh.mustRun("import", seedFolder(t))
	require.Eventually(t, func() bool { // a busy machine may answer UNAVAILABLE at first, after which clients ask again
		return s.graphQL(personQuery).Extensions.Revision == 2
	}, patience, 100*time.Millisecond)

	// Wrong settings are errors at once: waiting would not help.
	for _, c := range []struct{ env, en, zh string }{
		{"ZHITU_NEO4J_PASSWORD=wrong-" + neo4jPassword, "set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD", "请设置 ZHITU_NEO4J_USER 和 ZHITU_NEO4J_PASSWORD"},
		{"ZHITU_NEO4J_DATABASE=elsewhere", "correct ZHITU_NEO4J_DATABASE", "请更正 ZHITU_NEO4J_DATABASE"},
		{"ZHITU_NEO4J_PASSWORD=", "set ZHITU_NEO4J_USER and ZHITU_NEO4J_PASSWORD", "请设置 ZHITU_NEO4J_USER 和 ZHITU_NEO4J_PASSWORD"},
	} {
		wrong := sh
		wrong.env = append(append([]string{}, sh.env...), c.env)
		requireUnavailable(t, wrong, c.en, c.zh)
		r := wrong.runWithTimeout("serve", "--listen", "127.0.0.1:0")
		require.Equal(t, exitUnavailable, r.code, r.err)
		require.Contains(t, r.err, c.en)
		require.NotContains(t, r.out+r.err, neo4jPassword)
		time.Sleep(5 * time.Second / 3) // Neo4j blocks logins for a while after three failures
	}

	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	for _, said := range []string{s.log.String(), s.out.String(), leaving.log.String()} {
		require.NotContains(t, said, neo4jPassword)
	}
}

// requireUnavailable runs the commands that need the store. They must report in both
// languages that it is unavailable.
func requireUnavailable(t *testing.T, sh shell, en, zh string) {
	t.Helper()
	sh.writeFile("good/positions.csv", "code,name\nPOS-X,新岗位\n")
	for i, args := range [][]string{
		{"import", "good"},
		{"gap", "--employee", "E007", "--position", "POS-DA", "--lang", "zh-CN"},
		{"verify", "--json"},
		{"export", "out"},
		{"copy", "--from", sh.storeURI(), "--to", "sqlite:copy.db"},
		{"check", "good", "--store", sh.storeURI()},
	} {
		r := sh.runWithTimeout(args...)
		require.Equal(t, exitUnavailable, r.code, "%v: %s", args, r.err)
		switch i {
		case 1:
			require.Contains(t, r.err, zh)
		case 2:
			require.Contains(t, r.out, en)
			require.Contains(t, r.out, `"code": "UNAVAILABLE"`)
		default:
			require.Contains(t, r.err, en)
		}
		require.NotContains(t, r.out+r.err, neo4jPassword)
		require.NotContains(t, r.err, "panic")
		if strings.Contains(en, "ZHITU") { // three wrong passwords in a row would be refused for another reason
			break
		}
	}
	require.NoDirExists(t, sh.dir+"/out")
	require.NoFileExists(t, sh.dir+"/copy.db")
}

// runWithTimeout runs what must end by itself; it is killed after an ample time.
func (sh shell) runWithTimeout(args ...string) result {
	sh.t.Helper()
	var out, errs transcript
	cmd := sh.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(sh.t, cmd.Start())
	defer time.AfterFunc(patience, func() { _ = cmd.Process.Kill() }).Stop()
	_ = cmd.Wait()
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// An invalid store name is a usage error, and no message repeats a secret in it.
func TestInvalidStoreNames(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	for _, uri := range []string{
		"neo4j://neo4j:" + neo4jPassword + "@127.0.0.1:7687", "bolt://" + neo4jPassword + "@127.0.0.1", "neo4j+s://:" + neo4jPassword + "@127.0.0.1:7687",
		"bolt:neo4j:" + neo4jPassword + "@127.0.0.1", "neo4j://neo4j:" + neo4jPassword + "%zz@127.0.0.1", "bolt://neo4j:" + neo4jPassword + "#1@127.0.0.1:7687",
		"bolt://neo4j:" + neo4jPassword + "/1@127.0.0.1:7687", "bolt://neo4j:" + neo4jPassword + "?1@127.0.0.1:7687",
		"bolt://127.0.0.1:7687/graph", "bolt://127.0.0.1:7687?password=" + neo4jPassword, "neo4j://127.0.0.1:7687#" + neo4jPassword,
		// Unknown and misspelled schemes.
		"NEO4J://neo4j:" + neo4jPassword + "@127.0.0.1:7687", "neo4js://neo4j:" + neo4jPassword + "@127.0.0.1:7687", "http://neo4j:" + neo4jPassword + "@127.0.0.1:7474",
		"bolt://", "neo4j://", "neo4j:", "bolt://127.0.0.1:port",
	} {
		for _, args := range [][]string{
			{"serve", "--listen", "127.0.0.1:0", "--store", uri},
			{"gap", "--employee", "E", "--position", "P", "--store", uri},
			{"copy", "--from", uri, "--to", "sqlite:" + filepath.Join(sh.dir, "copy.db")},
		} {
			r := sh.runInProcess(args...)
			if r.code != exitUsage {
				t.Errorf("%v: exit %d\n%s", args, r.code, r.err)
			}
			if strings.Contains(r.out+r.err, neo4jPassword) {
				t.Errorf("%v: it repeats the secret\n%s", args, r.err)
			}
			require.NotContains(t, r.err, "panic")
			if args[0] != "serve" {
				continue
			}
			// The same from the environment.
			hidden := sh
			hidden.env = []string{"ZHITU_STORE=" + uri}
			again := hidden.runInProcess(args[:3]...)
			require.Equal(t, r.code, again.code, uri)
			require.Equal(t, strings.Contains(r.err, neo4jPassword), strings.Contains(again.err, neo4jPassword))
		}
	}
	require.NoFileExists(t, sh.dir+"/copy.db")
}

// Neither ps nor any output shows the password.
func TestNeo4jPasswordStaysSecret(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "ZHITU_STORE=neo4j://127.0.0.1:1", "ZHITU_NEO4J_PASSWORD="+neo4jPassword)
	s := sh.startServer()
	s.awaitLog(`"msg":"waiting for the store"`)
	if shown, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/cmdline"); err == nil {
		require.NotContains(t, string(shown), neo4jPassword)
	}
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	r := sh.run("verify", "--neo4j-password", "x")
	require.Equal(t, exitUsage, r.code, "a secret on the command line")
	require.NotContains(t, s.log.String()+s.out.String()+r.err, neo4jPassword)
}
