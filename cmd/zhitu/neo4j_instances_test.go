package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// apiClient calls the API from any goroutine: it never ends the test, but returns
// errors.
type apiClient struct {
	url  string
	http http.Client
}

func newAPIClient(url string, patience time.Duration) *apiClient {
	return &apiClient{url, http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: false}}}
}

func (c *apiClient) graphQL(document string) (r reply, err error) {
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		return r, err
	}
	w, err := c.http.Post(c.url+"/graphql", "application/json", strings.NewReader(string(body)))
	if err != nil {
		return r, err
	}
	defer w.Body.Close()
	data, err := io.ReadAll(w.Body)
	if err != nil {
		return r, err
	}
	r.status, r.text = w.StatusCode, string(data)
	return r, json.Unmarshal(data, &r)
}

// userErrorCode returns the code of the first userError of a mutation, "" for success.
func (r reply) userErrorCode(mutation string) string {
	payload, _ := r.Data[mutation].(map[string]any)
	list, _ := payload["userErrors"].([]any)
	if len(list) == 0 {
		return ""
	}
	return list[0].(map[string]any)["code"].(string)
}

// markMutation returns an edit that writes one number to many places: to level and
// weight of several requirements. So a mixed read is detected.
func markMutation(n int, expected string) string {
	level, weight := float64(n)/1000, n
	var list strings.Builder
	for _, target := range []string{"K-DATA-FIELD", "K-DATA-UNIT", "K-SQL-JOIN", "K-SQL-GROUP", "C-DATA-CLEAN"} {
		fmt.Fprintf(&list, "{target: %q, level: %v, weight: %d}", target, level, weight)
	}
	return fmt.Sprintf(`mutation { setRequirements(input: {position: "POS-MARK", requirements: [%s]%s}) { revision userErrors { message code } } }`, &list, expected)
}

// commonMark returns the mark of an answer, and an error if it mixes several.
func commonMark(values ...float64) (int, error) {
	for _, v := range values {
		if math.Abs(v-values[0]) > 1e-9 {
			return 0, fmt.Errorf("the answer mixes %v", values)
		}
	}
	if len(values) == 0 {
		return 0, fmt.Errorf("nothing is marked")
	}
	return int(math.Round(values[0])), nil
}

// catalogMark asks for the catalog, in two parts that must agree.
func catalogMark(c *apiClient) (mark, revision int, err error) {
	r, err := c.graphQL(`{ a: position(code: "POS-MARK") { requirements { level weight } } b: position(code: "POS-MARK") { requirements { level } } }`)
	if err != nil || len(r.Errors) > 0 {
		return 0, 0, errors.Join(err, errors.New(r.text))
	}
	var values []float64
	for _, name := range []string{"a", "b"} {
		for _, item := range r.Data[name].(map[string]any)["requirements"].([]any) {
			q := item.(map[string]any)
			values = append(values, q["level"].(float64)*1000)
			if w, ok := q["weight"].(float64); ok {
				values = append(values, w)
			}
		}
	}
	mark, err = commonMark(values...)
	return mark, r.Extensions.Revision, err
}

// personMark asks about a person; the answer must include every acknowledged edit.
func personMark(c *apiClient) (mark, revision int, err error) {
	r, err := c.graphQL(`{ gapAnalysis(employee: "E040", position: "POS-MARK") { revision gaps(unmetOnly: false) { required } position { requirements { level } } } }`)
	if err != nil || len(r.Errors) > 0 {
		return 0, 0, errors.Join(err, errors.New(r.text))
	}
	var values []float64
	g := r.Data["gapAnalysis"].(map[string]any)
	for _, item := range g["gaps"].([]any) {
		values = append(values, item.(map[string]any)["required"].(float64)*1000)
	}
	for _, item := range g["position"].(map[string]any)["requirements"].([]any) {
		values = append(values, item.(map[string]any)["level"].(float64)*1000)
	}
	if got := int(g["revision"].(float64)); got != r.Extensions.Revision {
		return 0, 0, fmt.Errorf("an answer of revision %d has a part of %d", r.Extensions.Revision, got)
	}
	mark, err = commonMark(values...)
	return mark, r.Extensions.Revision, err
}

// revisionLog records which mark was written and seen at each revision.
type revisionLog struct {
	mu   sync.Mutex
	made map[int]int // mark by revision
	seen map[int]int
}

func (l *revisionLog) record(book map[int]int, revision, mark int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if other, known := book[revision]; known && other != mark {
		return fmt.Errorf("revision %d is of %d and of %d", revision, other, mark)
	}
	book[revision] = mark
	return nil
}

// newestRevision returns the highest acknowledged revision.
func (l *revisionLog) newestRevision() (newest int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for revision := range l.made {
		newest = max(newest, revision)
	}
	return newest
}

// Consistency over several servers: every answer is of one revision, revisions never go
// back, and questions about a person include every edit acknowledged before.
func testSeveralServersOverOneNeo4j(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	sh.writeFile("mark/positions.csv", "code,name\nPOS-MARK,标记\n")
	sh.writeFile("mark/requirements.csv", "position,target,level,weight\nPOS-MARK,K-DATA-FIELD,0.001,1\n")
	sh.mustRun("import", "mark")
	instances := []*serverProcess{sh.serve(), sh.serve(), sh.serve()}
	l := &revisionLog{made: map[int]int{2: 1}, seen: map[int]int{}}

	stop := make(chan struct{})
	var readers, writers sync.WaitGroup
	for i := range instances {
		for person, read := range map[bool]func(*apiClient) (int, int, error){false: catalogMark, true: personMark} {
			readers.Go(func() {
				c, last := newAPIClient(instances[i].url, patience), 0
				for done := false; !done; {
					select {
					case <-stop:
						done = true // one more read after the last write
					case <-time.After(5 * time.Millisecond):
					}
					before := l.newestRevision()
					mark, revision, err := read(c)
					if err == nil && revision < last {
						err = fmt.Errorf("revision %d after %d", revision, last)
					}
					if err == nil && person && revision < before {
						err = fmt.Errorf("a question about a person is answered from revision %d, and %d has been acknowledged", revision, before)
					}
					if err == nil {
						err = l.record(l.seen, revision, mark)
					}
					if !assert.NoError(t, err) {
						return
					}
					last = revision
				}
			})
		}
	}
	const each = 12
	for i, s := range instances {
		writers.Go(func() {
			c := newAPIClient(s.url, patience)
			for n := range each {
				mark, expected := 100*(i+1)+n, ""
				if n%2 == 1 {
					expected = fmt.Sprintf(", expectedRevision: %d", l.newestRevision())
				}
				r, err := c.graphQL(markMutation(mark, expected))
				if !assert.NoError(t, err) || !assert.Empty(t, r.Errors, r.text) {
					return
				}
				switch code := r.userErrorCode("setRequirements"); {
				case code == "":
					assert.NoError(t, l.record(l.made, r.Extensions.Revision, mark))
				case code == "CONFLICT" && expected != "":
					// Another writer was first.
				default:
					assert.Fail(t, "it was refused", r.text)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	if t.Failed() {
		return
	}
	for revision, mark := range l.seen {
		require.Equal(t, l.made[revision], mark, "revision %d", revision)
	}
	require.Greater(t, len(l.made), each, "writers without an expected revision always get through")
	require.Greater(t, len(l.seen), 5)
	newest := l.newestRevision()
	require.Equal(t, 1+len(l.made), newest, "each edit makes one revision")
	for _, s := range instances {
		require.Eventually(t, func() bool { // by polling, as this is not about a person
			mark, revision, err := catalogMark(newAPIClient(s.url, patience))
			return err == nil && revision == newest && mark == l.made[newest]
		}, patience, 20*time.Millisecond)
	}
	sh.mustRun("verify")
}

// Optimistic concurrency: of several writers that expect the same revision, through
// different servers, exactly one succeeds.
func testExpectedRevisionHasOneWinner(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	instances := []*serverProcess{sh.serve(), sh.serve()}
	for round := range 8 {
		at := 1 + round
		won := make(chan string, 4)
		var group sync.WaitGroup
		for i := range cap(won) {
			group.Go(func() {
				name := fmt.Sprintf("第%d轮第%d个", round, i)
				r, err := newAPIClient(instances[i%2].url, patience).graphQL(fmt.Sprintf(
					`mutation { upsertPosition(input: {code: "POS-RACE", name: %q, expectedRevision: %d}) { revision userErrors { code } } }`, name, at))
				switch code := r.userErrorCode("upsertPosition"); {
				case !assert.NoError(t, err) || !assert.Empty(t, r.Errors, r.text):
				case code == "":
					assert.Equal(t, at+1, r.Extensions.Revision)
					won <- name
				default:
					assert.Equal(t, "CONFLICT", code, r.text)
				}
			})
		}
		group.Wait()
		require.Len(t, won, 1, "round %d", round)
		winner := <-won
		for _, s := range instances {
			// The question about a person makes the server read the newest revision.
			r := s.graphQL(`{ gapAnalysis(employee: "E007", position: "POS-RACE") { revision position { name } } }`)
			require.Equal(t, at+1, r.Extensions.Revision)
			require.Contains(t, r.text, winner)
		}
	}
}

// Writers without an expected revision all succeed, and no edit is lost.
func testConcurrentWritersLoseNothing(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	instances := []*serverProcess{sh.serve(), sh.serve(), sh.serve()}
	const each = 10
	var group sync.WaitGroup
	for i, s := range instances {
		group.Go(func() {
			c := newAPIClient(s.url, patience)
			for n := range each {
				r, err := c.graphQL(fmt.Sprintf(`mutation {
					upsertResource(input: {code: "R-%d-%d", title: "资源", teaches: ["K-DATA-UNIT"]}) { revision userErrors { code message } }
					setMastery(input: {employee: "E040", knowledgePoint: "K-DATA-UNIT", mastery: 0.%d%d, assessedAt: "2026-11-2%d%s"}) { userErrors { code message } } }`,
					i, n, n, i, i, "T00:00:00Z"))
				if !assert.NoError(t, err) || !assert.Empty(t, r.Errors, r.text) || !assert.NotContains(t, r.text, `"code"`) {
					return
				}
			}
		})
	}
	group.Wait()
	person := instances[0].graphQL(`{ employee(code: "E040") { states { knowledgePoint { code } mastery assessedAt } } }`)
	r := instances[0].graphQL(`{ resources(first: 200, filter: {text: "R-"}) { nodes { code } } }`)
	require.Equal(t, 1+len(instances)*each, r.Extensions.Revision)
	for i := range instances {
		for n := range each {
			require.Contains(t, r.text, fmt.Sprintf(`"R-%d-%d"`, i, n))
		}
	}
	// Of the assessments, the latest in time wins, whatever the order of arrival.
	require.Contains(t, person.text, fmt.Sprintf(`"mastery":0.%d2,"assessedAt":"2026-11-22T00:00:00Z"`, each-1))
	sh.mustRun("verify")
}
