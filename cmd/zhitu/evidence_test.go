package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// evidenceInput returns one piece of evidence as an input of GraphQL.
func evidenceInput(id, employee, point string, score float64, day int) string {
	return fmt.Sprintf(`{ id: %q, employee: %q, knowledgePoints: [%q], kind: %s, score: %g, at: "2026-11-%02dT08:00:00Z", item: "题-%d", source: "考试系统" }`,
		id, employee, point, []string{"EXAM", "PRACTICE", "SELF_ASSESSMENT"}[day%3], score, day, day)
}

func recordMutation(list ...string) string {
	return `mutation { recordEvidence(input: { evidence: [` + strings.Join(list, " ") + `] }) { results { id outcome } userErrors { code message } } }`
}

// Order-independent and idempotent: evidence sent to two stores in different orders, in
// parts and twice, gives the same answers. copy brings all of it to the other store.
func testEvidenceOnBothStores(t *testing.T) {
	b := newStorePair(t, seedFolder(t))
	var all []string
	points := []string{"K-SQL-JOIN", "K-SQL-AGG", "K-BI-DASH"}
	for i := range 40 {
		all = append(all, evidenceInput(fmt.Sprintf("证据-%02d", i), []string{"E007", "E012"}[i%2], points[i%3], float64(i%5)/4, 1+i*7%20))
	}
	for i, s := range b.served {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		for range 2 {
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for part := 0; part < len(all); part += 8 {
				s.mustQuery(recordMutation(all[part : part+8]...))
			}
		}
		s.mustQuery(`mutation { retractEvidence(input: { ids: ["证据-03", "证据-10"] }) { results { outcome } } }`)
	}
	what := `{ employee(code: "E007") {
		evidence(first: 30) { nodes { id kind score item at source retracted knowledgePoints { code } } pageInfo { hasNextPage endCursor } }
		states { knowledgePoint { code } mastery confidence evidenceCount stabilityDays assessedAt due(level: 0.3) current(at: "` + questionTime + `")
			effects(first: 3) { before after text evidence { id } } } }
		gapAnalysis(employee: "E007", position: "POS-DA", at: "` + questionTime + `") { coverage gaps { knowledgePoint { code } status mastery current } } }`
	before := b.mustGraphQL(what)
	require.Contains(t, before.text, `"retracted":true`)
	require.Contains(t, before.text, "练习（2026-11")
	require.Contains(t, b.graphQL(recordMutation(evidenceInput("证据-01", "E007", "K-SQL-JOIN", 1, 3), evidenceInput("新", "E999", "K-SQL-JOIN", 1, 3))).text, `"code":"CONFLICT"`)

	for _, s := range b.served {
		s.terminate()
		require.Equal(t, exitOK, s.awaitExit())
	}
	b.served = [2]*serverProcess{}
	require.Contains(t, b.run("replay"), "states of 40 people: 0 of them")
	sh := b.shells[1]
	sh.mustRun("copy", "--from", sh.storeURI(), "--to", "sqlite:copy.db")
	sh.mustRun("copy", "--from", "sqlite:copy.db", "--to", "sqlite:again.db")
	sh.mustRun("copy", "--from", "sqlite:again.db", "--to", sh.storeURI())
	sh.mustRun("verify")
	require.Contains(t, sh.withSQLite("again.db").mustRun("replay"), "0 of them")

	// An export brings all of it, too.
	sh.mustRun("export", "whole")
	imported := sh.withSQLite("imported.db")
	imported.mustRun("import", "whole")
	requireSame(t, sh.readFolder("whole"), imported.exportAll())
	require.Contains(t, imported.mustRun("replay"), "0 of them")
	require.Equal(t, before.text, imported.serve().graphQL(what, "Accept-Language", "zh-CN").text)
	require.Regexp(t, `evidence +\d+ given, +0 new or changed`, sh.mustRun("import", "whole"))
	b.serve()
	require.Equal(t, before.text, b.mustGraphQL(what).text)
}

// Durability: acknowledged evidence is stored exactly once, whatever is killed in
// between. The states are those that follow from the stored evidence in any order.
func TestAcknowledgedEvidenceSurvivesKills(t *testing.T) {
	t.Parallel()
	program := func(sh shell, s *serverProcess) *serverProcess {
		require.NoError(t, s.cmd.Process.Kill())
		<-s.done
		return sh.startServerAt(strings.TrimPrefix(s.url, "http://"))
	}
	t.Run("SQLite", func(t *testing.T) {
		requireNoEvidenceLost(t, newSeededShell(t), newRandom(t), program, program)
	})
	t.Run("Neo4j", func(t *testing.T) {
		random := newRandom(t)
		sh, db := newOwnNeo4jShell(t)
		database := func(_ shell, s *serverProcess) *serverProcess {
			require.NoError(t, db.Kill())
			time.Sleep(upTo(random, 300*time.Millisecond))
			require.NoError(t, db.Restart(t.Context()))
			return s
		}
		kills := []func(shell, *serverProcess) *serverProcess{database, program}
		random.Shuffle(len(kills), func(i, j int) { kills[i], kills[j] = kills[j], kills[i] })
		requireNoEvidenceLost(t, sh, random, kills...)
	})
}

// requireNoEvidenceLost lets writers send evidence during one kill and restart after the
// other, and then compares what is stored with what was acknowledged.
func requireNoEvidenceLost(t *testing.T, sh shell, random *rand.Rand, kills ...func(shell, *serverProcess) *serverProcess) {
	s := sh.startServer()
	s.awaitStatus("/readyz", http.StatusOK)
	in := evidenceLoad{sent: map[string]string{}, acknowledged: map[string]bool{}}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for i := range 6 {
		writer := rand.New(rand.NewPCG(random.Uint64(), uint64(i)))
		writers.Go(func() { in.sendUntilDone(ctx, t, newAPIClient(s.url, 5*time.Second), writer) })
	}
	awaitMore := func() { // a dozen requests
		before := in.acknowledgedCount()
		require.Eventually(t, func() bool { return t.Failed() || in.acknowledgedCount() > before+300 }, patience, time.Millisecond)
	}
	for _, kill := range kills {
		awaitMore()
		time.Sleep(upTo(random, 200*time.Millisecond))
		s = kill(sh, s)
		s.awaitStatus("/readyz", http.StatusOK)
	}
	awaitMore()
	stop()
	writers.Wait()

	there := map[string]int{}
	for e := range learnerCount {
		for after := "null"; after != ""; {
			page := s.mustQuery(fmt.Sprintf(`{ employee(code: %q) { evidence(first: 200, after: %s) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
				learnerCode(e), after))["employee"].(map[string]any)["evidence"].(map[string]any)
			for _, node := range page["nodes"].([]any) {
				if id := node.(map[string]any)["id"].(string); strings.HasPrefix(id, "v") { // and not of the sample company
					there[id]++
				}
			}
			info := page["pageInfo"].(map[string]any)
			if after = ""; info["hasNextPage"] == true {
				after = fmt.Sprintf("%q", info["endCursor"])
			}
		}
	}
	t.Logf("%d pieces are there, %d were acknowledged, %d were sent, %d requests were in the way", len(there), len(in.acknowledged), len(in.sent), in.failedRequests)
	require.Positive(t, in.failedRequests, "nothing was in the way of any kill")
	require.NotEmpty(t, there)
	var all []string
	for id, times := range there {
		require.Equal(t, 1, times, id)
		require.Contains(t, in.sent, id)
		all = append(all, in.sent[id])
	}
	for id := range in.acknowledged {
		require.Positive(t, there[id], "%s was acknowledged and is lost", id)
	}

	// The same evidence, sent in another order to a store without kills.
	other := newSeededShell(t).serve()
	for part := range slices.Chunk(all, 100) { // a map has no order
		require.NotContains(t, other.graphQL(recordMutation(part...)).text, "message")
	}
	const states = `{ employees(first: 100) { nodes { code states { knowledgePoint { code } mastery confidence evidenceCount stabilityDays assessedAt } } } }`
	require.Equal(t, other.mustQuery(states), s.mustQuery(states))
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	require.Contains(t, sh.mustRun("verify", "--json"), `"rebuilt": []`)
	require.Contains(t, sh.mustRun("replay"), "0 of them")
}

// learnerCount is the number of people that the evidence is about.
const learnerCount = 12

func learnerCode(n int) string { return fmt.Sprintf("E%03d", 1+n%learnerCount) }

// evidenceLoad holds what its writers have sent, and what was acknowledged.
type evidenceLoad struct {
	mu             sync.Mutex
	sent           map[string]string // inputs by id
	acknowledged   map[string]bool
	failedRequests int // without an answer, or UNAVAILABLE
}

func (in *evidenceLoad) acknowledgedCount() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.acknowledged)
}

// sendUntilDone sends requests of 1 to 50 pieces. It retries until they are acknowledged, or
// gives up; sometimes it sends acknowledged ones again.
func (in *evidenceLoad) sendUntilDone(ctx context.Context, t *testing.T, c *apiClient, r *rand.Rand) {
	for ctx.Err() == nil {
		list := in.newEvidence(1+r.IntN(50), r)
		for more := true; more && ctx.Err() == nil; {
			answer, err := c.graphQL(recordMutation(list...))
			if err == nil && len(answer.Errors) == 0 {
				if !assert.Empty(t, answer.userErrorCode("recordEvidence"), answer.text) {
					return
				}
				in.addAcknowledged(answer)
				more = r.IntN(10) == 0
				continue
			}
			if err == nil && !assert.Equal(t, "UNAVAILABLE", answer.errorCode(), answer.text) {
				return
			}
			in.mu.Lock()
			in.failedRequests++
			in.mu.Unlock()
			more = r.IntN(20) > 0
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// newEvidence returns new pieces of evidence, each on a random point at a random time.
func (in *evidenceLoad) newEvidence(n int, r *rand.Rand) (list []string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for range n {
		id := fmt.Sprint("v", len(in.sent))
		in.sent[id] = evidenceInput(id, learnerCode(r.IntN(learnerCount)), []string{"K-SQL-JOIN", "K-SQL-AGG", "K-BI-DASH"}[r.IntN(3)], float64(r.IntN(5))/4, 1+r.IntN(20))
		list = append(list, in.sent[id])
	}
	return list
}

// addAcknowledged records what an answer acknowledges.
func (in *evidenceLoad) addAcknowledged(answer reply) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, item := range answer.Data["recordEvidence"].(map[string]any)["results"].([]any) {
		if result := item.(map[string]any); result["outcome"] == "RECORDED" || result["outcome"] == "DUPLICATE" {
			in.acknowledged[result["id"].(string)] = true
		}
	}
}
