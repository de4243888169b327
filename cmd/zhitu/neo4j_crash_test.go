package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

// newOwnNeo4jShell returns a shell over a server of its own, which may be killed. The
// store holds the sample company.
func newOwnNeo4jShell(t *testing.T) (shell, *neo4jtest.Server) {
	t.Helper()
	db := neo4jtest.New(t, neo4jtest.Options{})
	sh := newShell(t, "ZHITU_STORE="+db.URI())
	sh.mustRun("import", seedFolder(t))
	return sh, db
}

// Circuit breaker: while the database is down or hangs, questions about a person fail
// without waiting for the time limit of a request. They succeed again when it is back.
func TestServerSurvivesDatabaseOutage(t *testing.T) {
	t.Parallel()
	sh, db := newOwnNeo4jShell(t)
	s := sh.serve("--query-timeout", "10m") // so that only the timeout of the store ends a request
	before, list := s.graphQL(personQuery), s.graphQL(catalogQuery)
	for _, ailment := range []struct {
		name       string
		fall, rise func() error
	}{
		{"it is killed", db.Kill, func() error { return db.Restart(context.WithoutCancel(t.Context())) }},
		{"it hangs", db.Freeze, db.Thaw},
	} {
		t.Run(ailment.name, func(t *testing.T) {
			require.NoError(t, ailment.fall())
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					r, err := newAPIClient(s.url, patience).graphQL(personQuery)
					assert.NoError(t, err)
					assert.Equal(t, "UNAVAILABLE", r.errorCode(), r.text)
				})
			}
			group.Wait()
			for range 5 {
				r := s.graphQL(personQuery, "Accept-Language", "zh-CN")
				require.Equal(t, "UNAVAILABLE", r.errorCode(), r.text)
				require.Contains(t, r.Errors[0].Message, "暂时无法访问存储")
				require.NotContains(t, r.text, "127.0.0.1")
			}
			// The catalog is in memory; to write takes the database.
			require.Equal(t, list.text, s.graphQL(catalogQuery).text)
			require.Equal(t, "UNAVAILABLE", s.graphQL(editMutation).errorCode())
			status, _ := s.get("/livez")
			require.Equal(t, http.StatusOK, status)
			status, _ = s.get("/readyz")
			require.Equal(t, http.StatusServiceUnavailable, status)

			require.NoError(t, ailment.rise())
			require.Equal(t, "ok\n", s.awaitStatus("/readyz", http.StatusOK))
			// A database that has just started may be slow at first.
			require.Eventually(t, func() bool { return s.graphQL(personQuery).text == before.text }, patience, 100*time.Millisecond)
		})
	}
	require.Equal(t, 2, s.graphQL(editMutation).Extensions.Revision)
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	sh.mustRun("verify")
}

// acknowledgedWrites counts the writes of one client to a value that only it writes.
type acknowledgedWrites struct {
	tried int
	done  atomic.Int64 // the last one that was acknowledged
}

// Durability: acknowledged writes survive a kill of the program or the database at any
// time.
func TestAcknowledgedWritesSurviveKills(t *testing.T) {
	t.Parallel()
	sh, db := newOwnNeo4jShell(t)
	s := sh.startServer()
	address := strings.TrimPrefix(s.url, "http://")
	s.awaitStatus("/readyz", http.StatusOK)

	const clients = 4
	random := newRandom(t)
	var accounts [clients]acknowledgedWrites
	var refusals atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for i := range accounts {
		group.Go(func() {
			c, a := newAPIClient("http://"+address, 5*time.Second), &accounts[i]
			for ctx.Err() == nil {
				a.tried++
				document, name := fmt.Sprintf(`mutation { upsertPosition(input: {code: "POS-L%d", name: "%d"}) { userErrors { code message } } }`, i, a.tried), "upsertPosition"
				if i%2 == 1 {
					document = fmt.Sprintf(`mutation { setMastery(input: {employee: "E04%d", knowledgePoint: "K-DATA-UNIT", mastery: %v, assessedAt: %q}) { userErrors { code message } } }`,
						i%2-1, float64(a.tried)/1e6, time.Date(2026, 11, 20, 0, 0, 0, 1000*a.tried, time.UTC).Format(time.RFC3339Nano))
					document, name = strings.ReplaceAll(document, "K-DATA-UNIT", []string{"", "K-DATA-UNIT", "", "K-DATA-DATE"}[i]), "setMastery"
				}
				r, err := c.graphQL(document)
				switch {
				case err != nil || len(r.Errors) > 0:
					refusals.Add(1)
					time.Sleep(20 * time.Millisecond)
				case assert.Empty(t, r.userErrorCode(name), r.text):
					a.done.Store(int64(a.tried))
				default:
					return
				}
			}
		})
	}
	awaitMore := func() { // of every client
		for i := range accounts {
			before := accounts[i].done.Load()
			require.Eventually(t, func() bool { return t.Failed() || accounts[i].done.Load() > before+1 }, patience, time.Millisecond)
		}
	}
	kills := []string{"the program", "the database"}
	random.Shuffle(len(kills), func(i, j int) { kills[i], kills[j] = kills[j], kills[i] })
	for _, killed := range kills {
		awaitMore()
		time.Sleep(upTo(random, 500*time.Millisecond))
		if killed == "the database" {
			require.NoError(t, db.Kill())
			time.Sleep(upTo(random, 300*time.Millisecond))
			require.NoError(t, db.Restart(t.Context()))
		} else {
			require.NoError(t, s.cmd.Process.Kill())
			<-s.done
			s = sh.startServerAt(address)
		}
		s.awaitStatus("/readyz", http.StatusOK)
	}
	awaitMore()
	stop()
	group.Wait()
	require.NoError(t, s.cmd.Process.Kill())
	<-s.done

	sh.mustRun("verify")
	s = sh.serve()
	names := s.mustQuery(`{ positions(filter: {text: "POS-L"}) { nodes { code name } } }`)
	states := s.mustQuery(`{ employee(code: "E040") { states { knowledgePoint { code } mastery } } }`)
	for i := range accounts {
		a, stored := &accounts[i], 0
		for _, node := range names["positions"].(map[string]any)["nodes"].([]any) {
			if n := node.(map[string]any); n["code"] == fmt.Sprintf("POS-L%d", i) {
				_, err := fmt.Sscan(n["name"].(string), &stored)
				require.NoError(t, err)
			}
		}
		for _, item := range states["employee"].(map[string]any)["states"].([]any) {
			st := item.(map[string]any)
			if i%2 == 1 && st["knowledgePoint"].(map[string]any)["code"] == []string{"", "K-DATA-UNIT", "", "K-DATA-DATE"}[i] {
				stored = int(st["mastery"].(float64)*1e6 + 0.5)
			}
		}
		t.Logf("client %d: %d is stored, %d was acknowledged, %d were tried", i, stored, a.done.Load(), a.tried)
		require.GreaterOrEqual(t, stored, int(a.done.Load()), "what was acknowledged is lost")
		require.LessOrEqual(t, stored, a.tried)
	}
	require.Positive(t, refusals.Load(), "nothing was in the way of any kill")
}

// Atomicity: an import whose database is killed is complete or absent, and can be
// repeated.
func TestImportSurvivesDatabaseKill(t *testing.T) {
	t.Parallel()
	db := neo4jtest.New(t, neo4jtest.Options{})
	sh := newShell(t, "ZHITU_STORE="+db.URI())
	sh.writeManyRecords("many")
	sh.mustRun("verify") // prepares the schema
	random := newRandom(t)
	runImport := func(killAfter time.Duration) (code int, stages string) {
		var said transcript
		cmd := sh.command("import", "many")
		cmd.Stderr = &said
		require.NoError(t, cmd.Start())
		_, found := said.await("checking and writing 24199 records")
		require.True(t, found)
		if killAfter > 0 {
			time.Sleep(killAfter)
			require.NoError(t, db.Kill())
		}
		_ = cmd.Wait()
		said.close()
		return cmd.ProcessState.ExitCode(), said.String()
	}
	const nothing, everything = "revision 0 is sound: 0 records of the catalog, 0 people\n", "revision 1 is sound: 15999 records of the catalog, 200 people\n"
	// The import takes some three seconds.
	code, said := runImport(200*time.Millisecond + upTo(random, 2*time.Second))
	t.Log(said)
	require.NoError(t, db.Restart(t.Context()))
	left := sh.mustRun("verify")
	if code == exitOK {
		require.Equal(t, everything, left)
	} else {
		require.Equal(t, exitUnavailable, code, said)
		require.NotContains(t, said, "panic")
		require.Contains(t, []string{nothing, everything}, left)
	}
	code, said = runImport(0)
	require.Equal(t, exitOK, code, said)
	require.Equal(t, everything, sh.mustRun("verify"))
}
