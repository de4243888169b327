package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	versionHeader = "X-Experience-API-Version"
	someID        = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
	otherID       = "12345678-1234-4234-8234-123456789012"
	thirdID       = "12345678-1234-4234-8234-123456789013"
)

// statementJSON returns a statement that a learning system might send, about an employee
// who need not exist.
func statementJSON(id, who string) string {
	return fmt.Sprintf(`{"id": %q, "actor": {"account": {"homePage": "https://lms.example", "name": %q}}, "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
		"object": {"id": "https://lms.example/K"}, "result": {"success": true}}`, id, who)
}

// newTestServerWithEmployee returns a server with an employee E.
func newTestServerWithEmployee(t *testing.T, cfg server.Config) *testServer {
	t.Helper()
	s := newTestServer(t, cfg)
	made := s.request("POST", "/graphql", `{"query":"mutation { upsertEmployee(input: { code: \"E\", name: \"王\" }) { userErrors { code } } }"}`, "Authorization", "Bearer "+cfg.Token)
	require.Contains(t, made.Body.String(), `"userErrors":[]`)
	return s
}

func (s *testServer) requestStatements(method, query, body string, headers ...string) *httptest.ResponseRecorder {
	return s.request(method, "/xapi/statements"+query, body, append([]string{versionHeader, "1.0.3"}, headers...)...)
}

func TestPostStatements(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	for body, want := range map[string]string{
		statementJSON(someID, "E"): `["` + someID + `"]`,
		"[" + statementJSON(someID, "E") + "," + statementJSON(otherID, "X") + "]": `["` + someID + `", "` + otherID + `"]`,
		"[]": `[]`,
	} {
		w := s.requestStatements("POST", "", body)
		require.Equal(t, 200, w.Code, w.Body)
		require.JSONEq(t, want, w.Body.String())
		require.Equal(t, "1.0.3", w.Header().Get(versionHeader))
	}
	w := s.requestStatements("POST", "", strings.Replace(statementJSON(someID, "E"), `"id": "`+someID+`",`, "", 1))
	var ids []string
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &ids))
	require.Len(t, ids, 1)
	require.Len(t, ids[0], 36, "the server assigns one")

	page := s.request("GET", "/metrics", "").Body.String()
	for _, line := range []string{`{outcome="recorded"} 2`, `{outcome="known"} 1`, `{outcome="set_aside"} 1`} {
		require.Contains(t, page, "zhitu_xapi_statements_total"+line)
	}
	require.Contains(t, s.log.String(), "statements were set aside")
	listed := s.request("POST", "/graphql", `{"query":"{ setAside { nodes { id reason } } }"}`).Body.String()
	require.Contains(t, listed, otherID)
	require.Contains(t, listed, "there is no employee whom the actor stands for")
	tried := s.request("POST", "/graphql", `{"query":"mutation { retrySetAside(input: {}) { done left } discardSetAside(input: { ids: [\"`+otherID+`\"] }) { done } }"}`)
	require.Contains(t, tried.Body.String(), `{"retrySetAside":{"done":0,"left":1},"discardSetAside":{"done":1}}`)
}

func TestPutStatement(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	one := statementJSON(someID, "E")
	nameless := strings.Replace(one, `"id": "`+someID+`",`, "", 1)
	for _, body := range []string{one, one, nameless} {
		w := s.requestStatements("PUT", "?statementId="+someID, body)
		require.Equal(t, 204, w.Code, w.Body)
		require.Empty(t, w.Body.String())
	}
	for query, body := range map[string]string{"?statementId=" + otherID: one, "": one, "?statementId=1": nameless, "?statementId=" + someID: "[" + one + "]"} {
		require.Equal(t, 400, s.requestStatements("PUT", query, body).Code, query)
	}
}

func TestStatementsWithAttachments(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	parts := "--b\r\nContent-Type: application/json\r\n\r\n" + statementJSON(someID, "E") + "\r\n--b\r\nContent-Type: text/plain\r\nX-Experience-API-Hash: 00\r\n\r\nx\r\n--b--\r\n"
	w := s.requestStatements("POST", "", parts, "Content-Type", "multipart/mixed; boundary=b")
	require.Equal(t, 200, w.Code, w.Body)
	for _, other := range []string{parts[4:], strings.Replace(parts, "application/json", "text/plain", 1)} {
		require.Equal(t, 400, s.requestStatements("POST", "", other, "Content-Type", "multipart/mixed; boundary=b").Code)
	}
	large := strings.NewReader(strings.Replace(parts, "\r\nx\r\n", "\r\n"+strings.Repeat("x", 5<<20)+"\r\n", 1))
	r := httptest.NewRequest("POST", "/xapi/statements", large)
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", "multipart/mixed; boundary=b")
	r.Header.Set(versionHeader, "1.0.3")
	w = httptest.NewRecorder()
	s.ServeHTTP(w, r)
	require.Equal(t, 200, w.Code, w.Body)
	require.Zero(t, large.Len(), "a client that cannot finish sending never reads the answer")
	long := strings.Replace(parts, "--b\r\nContent-Type: application/json\r\n\r\n", "--b\r\nContent-Type: application/json\r\n\r\n"+strings.Repeat(" ", 4<<20), 1)
	require.Equal(t, 413, s.requestStatements("POST", "", long, "Content-Type", "multipart/mixed; boundary=b").Code)
}

func TestInvalidStatementsAreRefused(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	good := statementJSON(someID, "E")
	for name, c := range map[string]struct {
		body    string
		headers []string
		status  int
		says    string
	}{
		"not JSON":             {"{", nil, 400, "the body is not JSON"},
		"one of two malformed": {"[" + good + `, {"verb": {}}]`, nil, 400, "statement 2: verb.id is missing"},
		"in Chinese":           {`{}`, []string{"Accept-Language", "zh-CN"}, 400, "缺少 actor"},
		"another media type":   {good, []string{"Content-Type", "text/plain"}, 400, "the content type must be"},
		"no version":           {good, []string{versionHeader, ""}, 400, versionHeader},
		"an old version":       {good, []string{versionHeader, "0.95"}, 400, versionHeader},
		"too large":            {strings.Repeat(" ", 4<<20) + good, nil, 413, "larger than"},
		"too many":             {"[" + strings.Repeat(strings.Replace(good, `"id": "`+someID+`",`, "", 1)+",", 1000) + good + "]", nil, 413, "at most 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.requestStatements("POST", "", c.body, c.headers...)
			require.Equal(t, c.status, w.Code, w.Body)
			require.Contains(t, w.Body.String(), c.says)
		})
	}
	evidence := s.request("POST", "/graphql", `{"query":"{ employee(code: \"E\") { evidence { nodes { id } } } setAside { nodes { id } } }"}`)
	require.Contains(t, evidence.Body.String(), `"evidence":{"nodes":[]}},"setAside":{"nodes":[]}`, "nothing of a refused request is kept")
	require.Equal(t, 404, s.requestStatements("GET", "?statementId="+someID, "").Code, "nothing can be asked back")
}

func TestXAPIVersions(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	about := s.request("GET", "/xapi/about", "")
	require.Equal(t, 200, about.Code)
	require.JSONEq(t, `{"version": ["1.0.3", "2.0.0"]}`, about.Body.String())
	for requested, answered := range map[string]string{"1.0": "1.0.3", "1.0.0": "1.0.3", "2.0": "2.0.0", "2.0.0": "2.0.0"} {
		w := s.requestStatements("POST", "", "[]", versionHeader, requested, "Authorization", "Bearer "+token)
		require.Equal(t, 200, w.Code)
		require.Equal(t, answered, w.Header().Get(versionHeader))
	}
}

func TestStatementsRequireToken(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	basic := func(user, password string) string {
		r := httptest.NewRequest("GET", "/", nil)
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	for authorization, want := range map[string]int{
		"": 401, "Bearer x": 401, "Basic x": 401, basic(token, ""): 401, basic("lms", "x"): 401,
		"Bearer " + token: 200, basic("lms", token): 200, basic("", token): 200,
	} {
		require.Equal(t, want, s.requestStatements("POST", "", statementJSON(someID, "E"), "Authorization", authorization).Code, authorization)
	}
	asked := s.requestStatements("POST", "", statementJSON(someID, "E")).Header()["Www-Authenticate"]
	require.Equal(t, []string{`Bearer realm="zhitu"`, `Basic realm="zhitu"`}, asked, "some clients send a password only after a challenge")
	elsewhere := s.request("POST", "/graphql", query, "Authorization", basic("lms", token))
	require.Equal(t, 401, elsewhere.Code, "only there")
	require.Equal(t, []string{`Bearer realm="zhitu"`}, elsewhere.Header()["Www-Authenticate"])
}

// unavailableEvidence is a store that cannot record evidence.
type unavailableEvidence struct{ store.Store }

func (unavailableEvidence) Record(context.Context, []store.Recording, store.Fold) ([]store.RecordingResult, error) {
	return nil, errors.Join(store.ErrUnavailable, errors.New("secret"))
}

func TestStatementsAreRetriedAfterStoreFailure(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	sound := s.store.Store
	s.store.Store = unavailableEvidence{sound}
	w := s.requestStatements("POST", "", statementJSON(someID, "E"))
	require.Equal(t, 503, w.Code)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), `"code":"UNAVAILABLE"`)
	require.NotContains(t, w.Body.String(), "secret")
	require.Contains(t, s.log.String(), "secret")
	s.store.Store = sound
	require.Equal(t, 200, s.requestStatements("POST", "", statementJSON(someID, "E")).Code)
}

// Those who test the connection learn whether it works, and what does not.
func TestXAPIConnectionTests(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{Token: token})
	with := func(headers ...string) []string { return append(headers, "Authorization", "Bearer "+token) }
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
		says         string
	}{
		"statements":                {"GET", "/xapi/statements?limit=1", with(versionHeader, "1.0.3"), 200, `{"more":"","statements":[]}`},
		"statements, with a slash":  {"GET", "/xapi/statements/", with(versionHeader, "1.0.3"), 200, `"statements":[]`},
		"without a token":           {"GET", "/xapi/statements", []string{versionHeader, "1.0.3"}, 401, ""},
		"without a version":         {"GET", "/xapi/statements", with(), 400, "send the header " + versionHeader},
		"a statement":               {"GET", "/xapi/statements?statementId=" + someID, with(versionHeader, "2.0.0"), 404, "gives no statement back"},
		"a voided statement":        {"GET", "/xapi/statements?voidedStatementId=" + someID, with(versionHeader, "2.0.0"), 404, "gives no statement back"},
		"about":                     {"GET", "/xapi/about", nil, 200, `"version":["1.0.3","2.0.0"]`},
		"about, with a slash":       {"GET", "/xapi/about/", nil, 200, `"version":["1.0.3","2.0.0"]`},
		"another method":            {"DELETE", "/xapi/statements", with(versionHeader, "1.0.3"), 405, "POST statements"},
		"the state of an activity":  {"GET", "/xapi/activities/state?stateId=x", with(versionHeader, "1.0.3"), 404, "zhitu takes statements alone"},
		"the address itself":        {"GET", "/xapi", nil, 404, "which adds /statements"},
		"the address, with a slash": {"POST", "/xapi/", with(versionHeader, "1.0.3"), 404, "which adds /statements"},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.request(c.method, c.path, "", c.headers...)
			require.Equal(t, c.status, w.Code, w.Body)
			require.Contains(t, w.Body.String(), c.says)
		})
	}
	head := s.request("HEAD", "/xapi/statements", "", with(versionHeader, "1.0.3")...)
	require.Equal(t, 200, head.Code)
	require.NotEmpty(t, head.Header().Get("X-Experience-API-Consistent-Through"))
	require.Equal(t, "GET, HEAD, POST, PUT", s.request("PATCH", "/xapi/statements", "", with(versionHeader, "1.0.3")...).Header().Get("Allow"))

	posted := s.request("POST", "/xapi/statements/", statementJSON(someID, "E"), with(versionHeader, "1.0.3")...)
	require.Equal(t, 200, posted.Code, posted.Body)
	put := s.request("PUT", "/xapi/statements/?statementId="+otherID, strings.Replace(statementJSON(otherID, "E"), "/K", "/L", 1), with(versionHeader, "1.0.3")...)
	require.Equal(t, 204, put.Code, put.Body)
}

func TestContradictionIsConflict(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	require.Equal(t, 200, s.requestStatements("POST", "", statementJSON(someID, "E")).Code)
	w := s.requestStatements("POST", "", "["+statementJSON(otherID, "E")+","+statementJSON(someID, "X")+"]")
	require.Equal(t, 409, w.Code)
	require.Contains(t, w.Body.String(), someID)
	listed := s.request("POST", "/graphql", `{"query":"{ employee(code: \"E\") { evidence { nodes { id } } } setAside { nodes { id } } }"}`).Body.String()
	require.Contains(t, listed, `"evidence":{"nodes":[{"id":"`+someID+`"}]}},"setAside":{"nodes":[]}`, "nothing of the request is taken")
}

func TestLenientServerTakesTheOtherStatements(t *testing.T) {
	survey := strings.Replace(statementJSON(otherID, "E"), `"success": true`, `"score": {"min": 0, "max": 0, "raw": 0}`, 1)
	batch := "[" + statementJSON(someID, "E") + "," + survey + "]"
	strict := newTestServerWithEmployee(t, server.Config{})
	require.Equal(t, 400, strict.requestStatements("POST", "", batch).Code)

	s := newTestServerWithEmployee(t, server.Config{LenientXAPI: true})
	for range 2 {
		w := s.requestStatements("POST", "", batch)
		require.Equal(t, 200, w.Code, w.Body)
		require.JSONEq(t, `["`+someID+`", "`+otherID+`"]`, w.Body.String())
	}
	listed := s.request("POST", "/graphql", `{"query":"{ employee(code: \"E\") { evidence { nodes { id } } } setAside { nodes { id reason } } }"}`).Body.String()
	require.Contains(t, listed, `"evidence":{"nodes":[{"id":"`+someID+`"}]}`)
	require.Contains(t, listed, `"setAside":{"nodes":[{"id":"malformed:`+otherID+`","reason":"result.score.min is 0, not below max, 0"}]}`)
	tried := s.request("POST", "/graphql", `{"query":"mutation { retrySetAside(input: {}) { done left } }"}`).Body.String()
	require.Contains(t, tried, `{"done":0,"left":1}`)

	require.Equal(t, 200, s.requestStatements("POST", "", statementJSON(otherID, "E")).Code, "its correction has the same id")
	require.Equal(t, 204, s.requestStatements("PUT", "?statementId="+thirdID, `{"verb": {}}`).Code)
	require.Equal(t, 400, s.requestStatements("POST", "", "{").Code)
}

func TestHomePagesThatNothingTrustsAreNamedOnce(t *testing.T) {
	s := newTestServerWithEmployee(t, server.Config{})
	for range 3 {
		require.Equal(t, 200, s.requestStatements("POST", "", strings.Replace(statementJSON(someID, "E"), "lms.example", "LMS.example", 1)).Code)
		require.Equal(t, 200, s.requestStatements("POST", "", strings.Replace(statementJSON(otherID, "E"), "lms.example", "partner.example", 1)).Code)
	}
	require.Equal(t, 1, strings.Count(s.log.String(), "row=https://lms.example|*")+strings.Count(s.log.String(), `"row":"https://lms.example|*"`))
	require.Equal(t, 2, strings.Count(s.log.String(), "the accounts of this home page are taken for codes of employees"))
}
