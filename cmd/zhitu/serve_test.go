package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The first query of both READMEs must work as written, and give the answer below it.
func TestREADMEFirstQuery(t *testing.T) {
	t.Parallel()
	demo := newShell(t).serve("--demo")
	for _, handbook := range []string{"README.md", "README.zh-CN.md"} {
		data, err := os.ReadFile(filepath.Join("..", "..", handbook))
		require.NoError(t, err)
		typed := regexp.MustCompile(`(?s)curl \S* http://127\.0\.0\.1:8080/graphql -H 'Content-Type: application/json' -d '(.*?)'\n`).FindStringSubmatch(string(data))
		require.NotNil(t, typed, handbook)
		shown := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(string(data))
		require.NotNil(t, shown, handbook)

		status, answer := demo.post(typed[1])
		require.Equal(t, http.StatusOK, status, answer)
		require.JSONEq(t, shown[1], answer, handbook)
	}
}

func TestDemoPrintsFirstSteps(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh-CN"} {
		demo := newShell(t, "ZHITU_LANG="+lang).serve("--demo")
		_, found := demo.out.await("-d '") // the last line
		require.True(t, found)
		said := demo.out.String()
		require.Less(t, strings.Index(said, demo.url+"/\n"), strings.Index(said, demo.url+"/playground\n"), "the application first")
		require.Contains(t, said, demo.url+"/\n")
		require.Contains(t, said, "curl -s "+demo.url+"/graphql -H 'Content-Type: application/json'")
		body := regexp.MustCompile(`-d '(.*)'`).FindStringSubmatch(said)
		require.NotNil(t, body)
		status, answer := demo.post(body[1])
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, answer, `"code":"K-`)
		require.NotContains(t, answer, `"errors"`)
	}
}

func TestDemoLeavesNoFiles(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	demo := sh.serve("--demo")
	demo.terminate()
	require.Equal(t, exitOK, demo.awaitExit())
	require.Empty(t, sh.readFolder("."))
}

// Graceful shutdown: a request in flight is answered, new ones are refused, and the
// program ends with exit code 0.
func TestShutdownDrainsRequests(t *testing.T) {
	t.Parallel()
	s := newSeededShell(t).serve()
	address := strings.TrimPrefix(s.url, "http://")
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	body := `{"query":"{ position(code: \"POS-DA\") { name } }"}`
	_, err = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", address, len(body))
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	goOn, err := reader.ReadString('\n') // sent when the handler begins to read
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", goOn)
	_, err = reader.ReadString('\n')
	require.NoError(t, err)

	s.terminate()
	s.awaitLog(`"msg":"shutting down"`)
	for { // the listener closes right after that line
		late, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		require.NoError(t, late.Close())
	}
	_, err = io.WriteString(conn, body)
	require.NoError(t, err)
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Contains(t, string(answer), `"name":"数据分析师"`)
	require.Equal(t, exitOK, s.awaitExit())
}

const positionMutation = `mutation { upsertPosition(input: {code: "POS-NEW", name: "新岗位"}) { revision userErrors { message } } }`

func TestTwoServersOnOneFile(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	a, b := sh.serve(), sh.serve()
	require.Equal(t, map[string]any{"upsertPosition": map[string]any{"revision": 2.0, "userErrors": []any{}}}, a.mustQuery(positionMutation))
	// A question about a person reads the store, so it sees the newest revision.
	answer := b.mustQuery(`{ gapAnalysis(employee: "E007", position: "POS-NEW") { revision ready } }`)
	require.Equal(t, map[string]any{"gapAnalysis": map[string]any{"revision": 2.0, "ready": true}}, answer)
	// Each writes on top of the other's revision.
	b.mustQuery(strings.ReplaceAll(positionMutation, "POS-NEW", "POS-NEWER"))
	a.mustQuery(strings.ReplaceAll(positionMutation, "POS-NEW", "POS-NEWEST"))
	for _, s := range []*serverProcess{a, b} {
		answer := s.mustQuery(`{ gapAnalysis(employee: "E007", position: "POS-NEWEST") { revision } }`)
		require.Equal(t, map[string]any{"gapAnalysis": map[string]any{"revision": 4.0}}, answer)
		s.terminate()
		require.Equal(t, exitOK, s.awaitExit())
	}
	sh.mustRun("verify")
}

func TestTokenStaysSecret(t *testing.T) {
	t.Parallel()
	const token = "correct-horse-battery-staple"
	s := newSeededShell(t, "ZHITU_TOKEN="+token).serve("--listen", "0.0.0.0:0")
	s.url = "http://127.0.0.1" + s.url[strings.LastIndex(s.url, ":"):]
	body := `{"query":"{ position(code: \"POS-DA\") { name } }"}`

	status, answer := s.post(body)
	require.Equal(t, http.StatusUnauthorized, status)
	require.Contains(t, answer, "UNAUTHENTICATED")
	status, answer = s.post(body, "Authorization", "Bearer guess-work")
	require.Equal(t, http.StatusUnauthorized, status)
	require.NotContains(t, answer, "guess-work")
	status, answer = s.post(body, "Authorization", "Bearer "+token)
	require.Equal(t, http.StatusOK, status)
	require.NotContains(t, answer, token)

	if shown, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", s.cmd.Process.Pid)); err == nil {
		require.NotContains(t, string(shown), token)
	}
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	for _, secret := range []string{token, "guess-work"} {
		require.NotContains(t, s.log.String(), secret)
		require.NotContains(t, s.out.String(), secret)
	}
}

func TestLogIsJSONWithoutTerminal(t *testing.T) {
	t.Parallel()
	s := newSeededShell(t).serve()
	s.post(`{"query":"{ __typename }"}`, "X-Request-Id", "asked-by-a-test")
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	require.Contains(t, s.log.String(), `"request":"asked-by-a-test"`)
	for line := range strings.Lines(s.log.String()) {
		require.True(t, json.Valid([]byte(line)), line)
	}
}

// The sample company is not in a store with another catalog, and nobody is told that it is.
func TestDemoRefusesAnotherCatalog(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("catalog/positions.csv", "code,name\nP1,焊工\n")
	sh.mustRun("import", "catalog", "--store", "sqlite:own.db")
	for lang, want := range map[string]string{"en": "was not begun as a demo", "zh-CN": "并非以演示方式创建"} {
		r := sh.run("serve", "--demo", "--store", "sqlite:own.db", "--listen", "127.0.0.1:0", "--lang", lang)
		require.Equal(t, exitUsage, r.code, r.err)
		require.Contains(t, r.err, want)
	}
}
