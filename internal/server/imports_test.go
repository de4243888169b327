package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
)

// uploadForm is a request that plans the import of a file.
func uploadForm(t *testing.T, name, text string) (contentType, body string) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	require.NoError(t, w.WriteField("operations", `{"query": "mutation($files: [Upload!]!) { planImport(input: { files: $files }) { job { number } userErrors { message } } }", "variables": {"files": [null]}}`))
	require.NoError(t, w.WriteField("map", `{"0": ["variables.files.0"]}`))
	part, err := w.CreateFormFile("0", name)
	require.NoError(t, err)
	_, err = part.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return w.FormDataContentType(), form.String()
}

// awaitImport waits until nobody works on an import, and returns what is asked of it.
func (s *testServer) awaitImport(t *testing.T, number int, headers ...string) (state string) {
	t.Helper()
	require.Eventually(t, func() bool {
		w := s.request("POST", "/graphql", fmt.Sprintf(`{"query":"{ importJob(number: %d) { state } }"}`, number), headers...)
		var answer struct {
			Data struct{ ImportJob struct{ State string } }
		}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer), w.Body)
		state = answer.Data.ImportJob.State
		return state != "WAITING" && state != "RUNNING" && state != "APPLYING"
	}, time.Minute, 5*time.Millisecond)
	return state
}

const points = "code,name\nN1,甲\nN2,乙\n"

func TestFilesOfImports(t *testing.T) {
	s := newTestServer(t, server.Config{})
	contentType, body := uploadForm(t, "knowledge_points.csv", points)
	w := s.request("POST", "/graphql", body, "Content-Type", contentType)
	require.Equal(t, 200, w.Code, w.Body)
	require.Contains(t, w.Body.String(), `"number":1`)
	require.Equal(t, "PLANNED", s.awaitImport(t, 1))
	w = s.request("GET", "/imports/1/plan.json", "")
	require.Equal(t, 200, w.Code, w.Body)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
	_, attrs, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "zhitu-plan-1.json", attrs["filename"])
	var plan struct{ Changes []struct{ Key string } }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &plan))
	require.Len(t, plan.Changes, 2)
	for _, path := range []string{"/imports/1/marked.xlsx", "/imports/2/plan.json", "/imports/0/plan.json", "/imports/x/plan.json", "/imports/-1/plan.json"} {
		w = s.request("GET", path, "")
		require.Equal(t, 404, w.Code, path)
		require.Contains(t, w.Body.String(), `"code":"NOT_FOUND"`, path)
	}
	require.Contains(t, s.request("GET", "/metrics", "").Body.String(), `zhitu_import_jobs{state="waiting"} 0`)
}

// A template that is filled in by nobody changes nothing, and one with mistakes comes back with
// marks in it.
func TestTemplateAndMarks(t *testing.T) {
	s := newTestServer(t, server.Config{})
	w := s.request("GET", "/template.xlsx?tables=knowledge_points,positions&lang=zh-CN", "")
	require.Equal(t, 200, w.Code, w.Body)
	require.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
	_, attrs, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "知图导入模板.xlsx", attrs["filename"])
	book := w.Body.String()
	contentType, body := uploadForm(t, "目录.xlsx", book)
	require.Equal(t, 200, s.request("POST", "/graphql", body, "Content-Type", contentType).Code)
	require.Equal(t, "PLANNED", s.awaitImport(t, 1))
	asked := s.request("POST", "/graphql", `{"query":"{ importJob(number: 1) { changes { totalCount } tables { table given } } }"}`).Body.String()
	require.Contains(t, asked, `"totalCount":0`)
	require.Contains(t, asked, `{"table":"positions","given":1}`)

	w = s.request("GET", "/template.xlsx?tables=nothing", "")
	require.Equal(t, 400, w.Code)
	require.Contains(t, w.Body.String(), `"code":"INVALID_ARGUMENT"`)
}

// Cross-site request forgery: a form on a foreign page can send multipart/form-data without a
// question, and so it is refused by where it comes from.
func TestUploadsOfForeignPages(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	contentType, body := uploadForm(t, "knowledge_points.csv", points)
	for _, foreign := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		{"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		w := b.send(http.MethodPost, "/graphql", contentType, body, foreign...)
		require.Equal(t, 403, w.Code, "%v: %s", foreign, w.Body)
		require.Contains(t, w.Body.String(), `"code":"PERMISSION_DENIED"`)
		open := newTestServer(t, server.Config{})
		w = open.request("POST", "/graphql", body, append([]string{"Content-Type", contentType}, foreign...)...)
		require.Equal(t, 403, w.Code, "%v of an open server: %s", foreign, w.Body)
	}
	w := s.request("POST", "/graphql", body, "Content-Type", contentType)
	require.Equal(t, 401, w.Code, "nobody")
	w = b.send(http.MethodPost, "/graphql", contentType, body, "Sec-Fetch-Site", "same-origin")
	require.Equal(t, 403, w.Code, "an administrator without a person edits nothing")
	require.Contains(t, w.Body.String(), "PERMISSION_DENIED")
	w = s.request("POST", "/graphql", body, "Content-Type", contentType, "Authorization", "Bearer "+token)
	require.Equal(t, 200, w.Code, w.Body)
	require.Equal(t, "PLANNED", s.awaitImport(t, 1, "Authorization", "Bearer "+token))
	require.Equal(t, 404, s.request("GET", "/imports/2/plan.json", "", "Authorization", "Bearer "+token).Code)
	require.Equal(t, 401, s.request("GET", "/imports/1/plan.json", "").Code)
	require.Equal(t, 403, b.get("/imports/1/plan.json").Code)
	require.Equal(t, 403, b.get("/template.xlsx").Code)
}

// What a page polls keeps no session alive, where it says so.
func TestPollingAnImportUsesNoSession(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	poll := `{"query":"{ importJobs { totalCount } me { name } }"}`
	for range 7 {
		s.pass(5 * time.Minute)
		b.send(http.MethodPost, "/graphql", "application/json", poll, "Zhitu-Background", "true")
	}
	w := b.send(http.MethodPost, "/graphql", "application/json", poll)
	require.Equal(t, 401, w.Code, "it has been idle for longer than half an hour")
	require.False(t, strings.Contains(w.Body.String(), `"data"`))
}
