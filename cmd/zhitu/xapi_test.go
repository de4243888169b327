package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// postStatements posts statements as an LMS does.
func (s *serverProcess) postStatements(statements string) (status int, answer string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/xapi/statements", strings.NewReader(statements))
	require.NoError(s.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Experience-API-Version", "1.0.3")
	w, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer w.Body.Close()
	data, err := io.ReadAll(w.Body)
	require.NoError(s.t, err)
	return w.StatusCode, string(data)
}

// xapiGuide returns the code blocks of one language in docs/xapi.md.
func xapiGuide(t *testing.T, kind string) (blocks []string) {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "xapi.md"))
	require.NoError(t, err)
	for _, found := range regexp.MustCompile("(?s)```"+kind+"\n(.*?)```").FindAllStringSubmatch(string(guide), -1) {
		blocks = append(blocks, found[1])
	}
	require.NotEmpty(t, blocks)
	return blocks
}

// The examples of the guide work: first without its mapping file, then with it.
func TestXAPIGuide(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	const none = "identifier\n@corp.example\nhttps://lms.example|*\n"
	sh.writeFile("lms.csv", none)
	demo := sh.serve("--demo", "--xapi-map", "lms.csv")
	statements := regexp.MustCompile(`(?s)-d '(.*)'`).FindStringSubmatch(xapiGuide(t, "sh")[0])
	require.NotNil(t, statements)
	status, answer := demo.postStatements(statements[1])
	require.Equal(t, 200, status, answer)
	var ids []string
	require.NoError(t, json.Unmarshal([]byte(answer), &ids))
	require.Len(t, ids, 2)

	asked := xapiGuide(t, "graphql")
	require.Len(t, asked, 3)
	list, retry, discard := asked[0], asked[1], asked[2]
	evidence := func(id, employee string) any {
		list := demo.mustQuery(`{ employee(code: "` + employee + `") { evidence(first: 200) { nodes { id kind score knowledgePoints { code } } } } }`)["employee"].(map[string]any)["evidence"].(map[string]any)["nodes"].([]any)
		return slices.DeleteFunc(list, func(e any) bool { return e.(map[string]any)["id"] != id })
	}
	sql := map[string]any{"code": "K-SQL-JOIN"}
	require.Equal(t, []any{map[string]any{"id": ids[0], "kind": "EXAM", "score": 0.9, "knowledgePoints": []any{sql}}}, evidence(ids[0], "E007"))
	aside := demo.mustQuery(list)["setAside"].(map[string]any)["nodes"].([]any)
	require.Len(t, aside, 1)
	require.Equal(t, ids[1], aside[0].(map[string]any)["id"])
	left := func(document string) any { return demo.mustQuery(document)["retrySetAside"].(map[string]any)["left"] }
	require.Equal(t, 1.0, left(retry))

	sh.writeFile("lms.csv", xapiGuide(t, "csv")[0])
	require.Equal(t, 0.0, left(retry))
	require.Equal(t, []any{map[string]any{"id": ids[1], "kind": "COURSE_COMPLETION", "score": 1.0, "knowledgePoints": []any{sql, map[string]any{"code": "K-STA-REG"}}}}, evidence(ids[1], "E012"))
	given := demo.mustQuery(discard)["discardSetAside"].(map[string]any)
	require.Equal(t, 0.0, given["done"], "it is evidence by now")
	require.Len(t, given["userErrors"], 1)
}

func TestMappingFileWithProblems(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("lms.csv", "标识,工号,难度\na,E1,\na,,3\n")
	r := sh.run("serve", "--demo", "--listen", "127.0.0.1:0", "--xapi-map", "lms.csv")
	require.Equal(t, exitInvalid, r.code)
	require.Equal(t, "lms.csv, row 3, column 标识: \"a\" is given in row 2 too: remove one of the two\n"+
		"lms.csv, row 3, column 难度: difficulty 3 is not between 0 and 1: give the share of people who fail\n", r.err)
	r = sh.run("serve", "--demo", "--listen", "127.0.0.1:0", "--xapi-map", "none.csv")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, "none.csv cannot be read")
}

// What is guessed about a mapping file is told in the log, at the start and after an edit.
func TestGuessesAboutMappingAreTold(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("lms.csv", "映射,,\n标识,工号\nwang,E007\n")
	demo := sh.serve("--demo", "--xapi-map", "lms.csv")
	demo.awaitLog("a notice of the xAPI mapping")
	demo.awaitLog("the header is row 2")
}

// Hot reload: an invalid edit keeps the previous mapping.
func TestInvalidMappingReloadKeepsPrevious(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("lms.csv", "identifier,employee\nwang,E007\n")
	demo := sh.serve("--demo", "--xapi-map", "lms.csv", "--xapi-extension", "https://corp.example/points")
	statement := func(id string) string {
		return `{"id": "` + id + `", "actor": {"account": {"homePage": "https://lms.example", "name": "wang"}}, "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
			"object": {"id": "https://lms.example/exam"}, "context": {"extensions": {"https://corp.example/points": "K-SQL-JOIN"}}, "timestamp": "` + time.Now().Format(time.RFC3339) + `"}`
	}
	for i, file := range []string{"identifier,employee\nwang,E007\n", "identifier,employee\nwang,\n", ""} {
		if file != "" {
			sh.writeFile("lms.csv", file)
		} else {
			require.NoError(t, os.Remove(filepath.Join(sh.dir, "lms.csv")))
		}
		status, answer := demo.postStatements(statement("00000000-0000-4000-8000-00000000000" + string(rune('0'+i))))
		require.Equal(t, 200, status, answer)
	}
	require.Empty(t, demo.mustQuery("{ setAside { nodes { id } } }")["setAside"].(map[string]any)["nodes"])
	demo.awaitLog("the xAPI mapping has problems, and stays as it was")
	demo.awaitLog("the xAPI mapping cannot be read again, and stays as it was")
}
