package server_test

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/server"
)

// newServerWithPeople returns an open server with n employees beside its demo contents.
func newServerWithPeople(t *testing.T, n int, cfg server.Config) *testServer {
	t.Helper()
	s := newTestServer(t, cfg)
	for i := range n {
		made := s.request("POST", "/graphql", fmt.Sprintf(`{"query":"mutation { upsertEmployee(input: { code: \"E%d\", name: \"=王%d\", targets: [\"P\"] }) { userErrors { code message } } }"}`, i, i), "Authorization", "Bearer "+cfg.Token)
		require.Contains(t, made.Body.String(), `"userErrors":[]`)
	}
	return s
}

const peopleQuery = `query People($first: Int!, $after: String) { employees(first: $first, after: $after) { nodes { code name targets { name } } pageInfo { hasNextPage endCursor } } }`

// peopleForm is a form that downloads all people, with fields set anew, given as name, value, …
func peopleForm(fields ...string) string {
	form := url.Values{
		"query": {peopleQuery}, "variables": {`{"first": 2}`}, "rows": {"employees.nodes"}, "name": {"人员"},
		"columns": {`[{"title":"编号","path":"code"},{"title":"=姓名","path":"name"},{"title":"目标","path":"targets.name","texts":{"岗位":"分析师"}}]`},
	}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form.Encode()
}

const formType = "application/x-www-form-urlencoded"

func TestDownloadAsCSV(t *testing.T) {
	s := newServerWithPeople(t, 5, server.Config{})
	w := s.request("POST", "/csv", peopleForm(), "Content-Type", formType)
	require.Equal(t, 200, w.Code, w.Body)
	require.Equal(t, "text/csv; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Contains(t, w.Header().Get("Content-Disposition"), "filename*=utf-8''%E4%BA%BA%E5%91%98.csv")
	_, attrs, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "人员.csv", attrs["filename"])
	want := "\ufeff编号,'=姓名,目标\r\n"
	for i := range 5 {
		want += fmt.Sprintf("E%d,'=王%d,分析师\r\n", i, i)
	}
	require.Equal(t, want, w.Body.String(), "of three pages")
	require.Contains(t, s.log.String(), "path=/csv")
	require.Contains(t, s.log.String(), `operation="query People"`)

	none := s.request("POST", "/csv", peopleForm("query", strings.Replace(peopleQuery, "after: $after", `after: $after, filter: { text: "nobody" }`, 1)), "Content-Type", formType)
	require.Equal(t, "\ufeff编号,'=姓名,目标\r\n", none.Body.String(), "a table without rows")
}

func TestRefusedDownloads(t *testing.T) {
	s := newServerWithPeople(t, 3, server.Config{})
	for name, c := range map[string]struct {
		form   string
		status int
		says   string
	}{
		"a mutation":                {peopleForm("query", `mutation { deletePosition(input: { code: "P" }) { revision } }`, "rows", "x"), 400, "only a query"},
		"a mutation, in Chinese":    {peopleForm("query", `mutation { deletePosition(input: { code: "P" }) { revision } }`, "lang", "zh-CN"), 400, "只能下载查询"},
		"a subscription":            {peopleForm("query", `subscription { learnerUpdated(employee: "E0") { states { mastery } } }`), 400, "only a query"},
		"what is no query":          {peopleForm("query", `{`), 400, `"code":"INVALID_ARGUMENT"`},
		"an error of the API":       {peopleForm("query", `{ position(code: "X") { name } }`, "rows", "position"), 404, `"code":"NOT_FOUND"`},
		"a missing variable":        {peopleForm("variables", ""), 400, "$first"},
		"other pages not asked for": {peopleForm("query", strings.NewReplacer(", $after: String", "", ", after: $after", "").Replace(peopleQuery)), 400, "$after"},
		"no pageInfo":               {peopleForm("query", `{ employees(first: 2) { nodes { code } } }`), 400, "pageInfo"},
		"rows that are not there":   {peopleForm("rows", "employees.people"), 400, "rows names no list"},
		"no rows":                   {peopleForm("rows", ""), 400, "rows"},
		"no columns":                {peopleForm("columns", "[]"), 400, "columns"},
		"wrong columns":             {peopleForm("columns", "{}"), 400, "columns"},
		"wrong variables":           {peopleForm("variables", "[]"), 400, "variables"},
		"variables that are null":   {peopleForm("variables", "null"), 400, "variables"},
		"no query":                  {peopleForm("query", ""), 400, "query"},
		"a broken form":             {"query=%zz", 400, "query"},
		"a large form":              {peopleForm("name", strings.Repeat("x", 300<<10)), 413, `"code":"LIMIT_EXCEEDED"`},
	} {
		w := s.request("POST", "/csv", c.form, "Content-Type", formType)
		require.Equal(t, c.status, w.Code, "%s: %s", name, w.Body)
		require.Contains(t, w.Body.String(), c.says, name)
		require.Contains(t, w.Body.String(), `"errors":[{`, name)
		require.Equal(t, "application/json; charset=utf-8", w.Header().Get("Content-Type"), name)
		require.Empty(t, w.Header().Get("Content-Disposition"), name)
	}
	require.Contains(t, s.request("POST", "/graphql", query).Body.String(), "岗位", "nothing was deleted")
	require.Equal(t, 405, s.request("GET", "/csv", "").Code)
}

// A download has the rights of whoever asks, and none of another page.
func TestRightsOfDownloads(t *testing.T) {
	s := newServerWithPeople(t, 3, server.Config{Token: token})
	require.Equal(t, 401, s.request("POST", "/csv", peopleForm(), "Content-Type", formType).Code)
	require.Contains(t, s.request("POST", "/csv", peopleForm(), "Content-Type", formType, "Authorization", "Bearer "+token).Body.String(), "E2")
	system := access.WithViewer(t.Context(), access.System())
	require.NoError(t, s.accounts.PutSamples(system, []account.Sample{{Login: "e1", Name: "王", Employee: "E1"}}))
	session, err := s.accounts.SignInAs(t.Context(), "E1", account.Client{})
	require.NoError(t, err)
	b := newBrowser(s)
	b.cookies["zhitu_session"] = session.Secret
	own := b.send("POST", "/csv", formType, peopleForm())
	require.Equal(t, "\ufeff编号,'=姓名,目标\r\nE1,'=王1,分析师\r\n", own.Body.String())
	require.Equal(t, 403, b.send("POST", "/csv", formType, peopleForm(), "Sec-Fetch-Site", "cross-site").Code)
}

// afterWrite is a response that calls a function once, when its first bytes leave.
type afterWrite struct {
	*httptest.ResponseRecorder
	once sync.Once
	do   func()
}

func (w *afterWrite) Write(p []byte) (int, error) {
	w.once.Do(w.do)
	return w.ResponseRecorder.Write(p)
}

// Who has signed out in the middle of a download gets no further page of it.
func TestDownloadEndsWithItsSession(t *testing.T) {
	s := newServerWithPeople(t, 5, server.Config{Token: token})
	system := access.WithViewer(t.Context(), access.System())
	require.NoError(t, s.accounts.PutSamples(system, []account.Sample{{Login: "hr", Name: "白", Employee: "E0", Grants: []access.Grant{{Role: access.HR}}}}))
	session, err := s.accounts.SignInAs(t.Context(), "E0", account.Client{})
	require.NoError(t, err)
	r := httptest.NewRequest("POST", "/csv", strings.NewReader(peopleForm()))
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", formType)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "zhitu_session", Value: session.Secret})
	w := &afterWrite{ResponseRecorder: httptest.NewRecorder(), do: func() { require.NoError(t, s.accounts.EndSession(t.Context(), session.Secret)) }}
	require.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { s.ServeHTTP(w, r) })
	require.Contains(t, w.Body.String(), "E1,")
	require.NotContains(t, w.Body.String(), "E2,")
}

// What fails after the first row breaks the connection off, so that nobody takes a part for
// the whole.
func TestDownloadBreaksOff(t *testing.T) {
	s := newServerWithPeople(t, 3, server.Config{})
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	for _, encoding := range []string{"identity", "gzip"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listening.URL+"/csv", strings.NewReader(peopleForm(
			"query", `query($after: String) { employees(first: 2) { nodes { code name } pageInfo { hasNextPage endCursor } } positions(after: $after) { totalCount } }`)))
		require.NoError(t, err)
		r.Header.Set("Content-Type", formType)
		r.Header.Set("Accept-Encoding", encoding)
		w, err := http.DefaultClient.Do(r)
		if err == nil {
			_, err = io.ReadAll(w.Body)
			require.NoError(t, w.Body.Close())
		}
		require.Error(t, err, encoding)
	}
	require.Contains(t, s.log.String(), "a download broke off")
	require.Contains(t, s.log.String(), "path=/csv")
}
