package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proof is one piece of evidence as an input of GraphQL.
func proof(id, employee, point string, score float64, day int) string {
	return fmt.Sprintf(`{ id: %q, employee: %q, knowledgePoints: [%q], kind: %s, score: %g, at: "2026-11-%02dT08:00:00Z", item: "题-%d", source: "考试系统" }`,
		id, employee, point, []string{"EXAM", "PRACTICE", "SELF_ASSESSMENT"}[day%3], score, day, day)
}

func recording(list ...string) string {
	return `mutation { recordEvidence(input: { evidence: [` + strings.Join(list, " ") + `] }) { results { id outcome } userErrors { message } } }`
}

// Evidence that comes to two stores in two orders, in parts and twice, leads to the
// same answers; and everything of it is copied from one store to the other.
func TestEvidenceIsTheSameOnBothStores(t *testing.T) {
	b := bothWith(t, seedFolder(t))
	var all []string
	points := []string{"K-SQL-JOIN", "K-SQL-AGG", "K-BI-DASH"}
	for i := range 40 {
		all = append(all, proof(fmt.Sprintf("证据-%02d", i), []string{"E007", "E012"}[i%2], points[i%3], float64(i%5)/4, 1+i*7%20))
	}
	for i, s := range b.served {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		for range 2 {
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for part := 0; part < len(all); part += 8 {
				s.query(recording(all[part : part+8]...))
			}
		}
		s.query(`mutation { retractEvidence(input: { ids: ["证据-03", "证据-10"] }) { results { outcome } } }`)
	}
	what := `{ employee(code: "E007") {
		evidence(first: 30) { nodes { id kind score item at source retracted knowledgePoints { code } } pageInfo { hasNextPage endCursor } }
		states { knowledgePoint { code } mastery confidence evidenceCount stabilityDays assessedAt due(level: 0.3) current(at: "` + anniversary + `")
			effects(first: 3) { before after text evidence { id } } } }
		gapAnalysis(employee: "E007", position: "POS-DA", at: "` + anniversary + `") { coverage gaps { knowledgePoint { code } status mastery current } } }`
	before := b.answer(what)
	require.Contains(t, before.text, `"retracted":true`)
	require.Contains(t, before.text, "练习（2026-11")
	require.Contains(t, b.ask(recording(proof("证据-01", "E007", "K-SQL-JOIN", 1, 3), proof("新", "E999", "K-SQL-JOIN", 1, 3))).text, `"outcome":"DUPLICATE"`)

	for _, s := range b.served {
		s.terminate()
		require.Equal(t, exitDone, s.exit())
	}
	b.served = [2]*served{}
	require.Contains(t, b.run("replay"), "40 people has been folded anew: 0 of them")
	sh := b.shells[1]
	sh.ok("copy", "--from", sh.store(), "--to", "sqlite:copy.db")
	sh.ok("copy", "--from", "sqlite:copy.db", "--to", "sqlite:again.db")
	sh.ok("copy", "--from", "sqlite:again.db", "--to", sh.store())
	sh.ok("verify")
	require.Contains(t, sh.at("again.db").ok("replay"), "0 of them")
	b.serve()
	require.Equal(t, before.text, b.answer(what).text)
}

// What has been acknowledged before a kill is there, once, and the states are those
// that follow from it.
func TestAKillLosesNoEvidence(t *testing.T) {
	sh := seeded(t)
	var acknowledged sync.Map
	var sent atomic.Int64
	for range 3 {
		s := sh.serve()
		var writers sync.WaitGroup
		var enough atomic.Int64
		for range 8 {
			writers.Go(func() {
				for {
					var list []string
					for range 5 {
						n := sent.Add(1)
						list = append(list, proof(fmt.Sprint("v", n), fmt.Sprintf("E%03d", 1+n%4), "K-SQL-JOIN", float64(n%3)/2, int(1+n%25)))
					}
					body, err := json.Marshal(map[string]string{"query": recording(list...)})
					if err != nil {
						panic(err)
					}
					w, err := http.Post(s.url+"/graphql", "application/json", strings.NewReader(string(body)))
					if err != nil {
						return // killed
					}
					var answer struct {
						Data struct {
							RecordEvidence struct {
								Results []struct{ ID, Outcome string }
							}
						}
					}
					err = json.NewDecoder(w.Body).Decode(&answer)
					w.Body.Close()
					if err != nil {
						return
					}
					for _, r := range answer.Data.RecordEvidence.Results {
						if r.Outcome == "RECORDED" {
							acknowledged.Store(r.ID, true)
							enough.Add(1)
						}
					}
				}
			})
		}
		require.Eventually(t, func() bool { return enough.Load() > 300 }, time.Minute, time.Millisecond)
		require.NoError(t, s.cmd.Process.Kill())
		writers.Wait()
		s.exit()
	}
	s := sh.serve()
	there := map[string]int{}
	for e := 1; e <= 4; e++ {
		for after := "null"; after != ""; {
			page := s.query(fmt.Sprintf(`{ employee(code: "E%03d") { evidence(first: 200, after: %s) { nodes { id } pageInfo { hasNextPage endCursor } } } }`, e, after))["employee"].(map[string]any)["evidence"].(map[string]any)
			for _, node := range page["nodes"].([]any) {
				there[node.(map[string]any)["id"].(string)]++
			}
			info := page["pageInfo"].(map[string]any)
			if after = ""; info["hasNextPage"] == true {
				after = fmt.Sprintf("%q", info["endCursor"])
			}
		}
	}
	acknowledged.Range(func(id, _ any) bool {
		require.Equal(t, 1, there[id.(string)], id)
		return true
	})
	for id, times := range there {
		require.Equal(t, 1, times, id)
	}
	s.terminate()
	require.Equal(t, exitDone, s.exit())
	require.Contains(t, sh.ok("replay"), "0 of them")
}
