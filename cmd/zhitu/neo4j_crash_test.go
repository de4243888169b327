package main

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// newOwnNeo4jShell is a shell over a server of its own, which may be killed; it holds the
// sample company.
func newOwnNeo4jShell(t *testing.T) (shell, *neo4jtest.Server) {
	t.Helper()
	db := neo4jtest.New(t, neo4jtest.Options{})
	sh := newShell(t, "ZHITU_STORE="+db.URI())
	sh.mustRun("import", seedFolder(t))
	return sh, db
}

// askedFor is an answer and how long it took.
func (s *serverProcess) askedFor(document string) (reply, time.Duration) {
	s.t.Helper()
	start := time.Now()
	r := s.graphQL(document, "Accept-Language", "zh-CN")
	return r, time.Since(start)
}

// A database that dies, or hangs, costs whoever asks about a person three seconds
// at most and after that nothing; when it is back, so is everything.
func TestServerSurvivesDatabaseOutage(t *testing.T) {
	sh, db := newOwnNeo4jShell(t)
	s := sh.serve()
	before, list := s.graphQL(personQuery), s.graphQL(catalogQuery)
	for _, ailment := range []struct {
		name       string
		fall, rise func() error
	}{
		{"it is killed", db.Kill, func() error { return db.Restart(context.WithoutCancel(t.Context())) }},
		{"it hangs", db.Freeze, db.Thaw},
	} {
		t.Run(ailment.name, func(t *testing.T) {
			require.Equal(t, before.text, s.graphQL(personQuery).text)
			require.NoError(t, ailment.fall())
			var group sync.WaitGroup
			for range 4 { // at once, so that what follows is soon enough
				group.Go(func() {
					start := time.Now()
					r, err := newAPIClient(s.url, patience).graphQL(personQuery)
					assert.NoError(t, err)
					assert.Equal(t, "UNAVAILABLE", r.errorCode(), r.text)
					assert.Less(t, time.Since(start), 3*time.Second)
				})
			}
			group.Wait()
			for range 5 {
				r, took := s.askedFor(personQuery)
				require.Equal(t, "UNAVAILABLE", r.errorCode(), r.text)
				require.Contains(t, r.Errors[0].Message, "暂时无法访问存储")
				require.NotContains(t, r.text, "127.0.0.1")
				require.Less(t, took, time.Second)
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
			require.Equal(t, before.text, s.graphQL(personQuery).text)
		})
	}
	require.Equal(t, 2, s.graphQL(editMutation).Extensions.Revision)
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	sh.mustRun("verify")
}

// acknowledgedWrites is what one client has tried and what it has been told was done, of one
// value that only it writes.
type acknowledgedWrites struct{ tried, done int }

// Whatever is killed, and whenever: what has been acknowledged is there.
func TestAcknowledgedWritesSurviveKills(t *testing.T) {
	sh, db := newOwnNeo4jShell(t)
	s := sh.startServer()
	address := strings.TrimPrefix(s.url, "http://")
	s.awaitStatus("/readyz", http.StatusOK)

	const clients = 4
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
					a.done = a.tried
				default:
					return
				}
			}
		})
	}
	for round := range 3 {
		time.Sleep(500*time.Millisecond + rand.N(time.Second))
		if round == 1 {
			require.NoError(t, db.Kill())
			time.Sleep(rand.N(300 * time.Millisecond))
			require.NoError(t, db.Restart(t.Context()))
		} else {
			require.NoError(t, s.cmd.Process.Kill())
			<-s.done
			s = sh.startServerAt(address)
		}
		s.awaitStatus("/readyz", http.StatusOK)
	}
	time.Sleep(300 * time.Millisecond)
	stop()
	group.Wait()
	require.NoError(t, s.cmd.Process.Kill())
	<-s.done

	sh.mustRun("verify")
	s = sh.serve()
	names := s.mustQuery(`{ positions(filter: {text: "POS-L"}) { nodes { code name } } }`)
	states := s.mustQuery(`{ employee(code: "E040") { states { knowledgePoint { code } mastery } } }`)
	for i, a := range accounts {
		stored := 0
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
		t.Logf("client %d: %d is stored, %d was acknowledged, %d were tried", i, stored, a.done, a.tried)
		require.Greater(t, a.done, 4)
		require.GreaterOrEqual(t, stored, a.done, "what was acknowledged is lost")
		require.LessOrEqual(t, stored, a.tried)
	}
	require.Positive(t, refusals.Load(), "nothing was in the way of any kill")
}

// An import whose database dies is there whole or not at all, and may be made
// again.
func TestImportSurvivesDatabaseKill(t *testing.T) {
	db := neo4jtest.New(t, neo4jtest.Options{})
	sh := newShell(t, "ZHITU_STORE="+db.URI())
	sh.writeManyRecords("many")
	sh.mustRun("verify") // prepares the schema
	importing := func(after time.Duration) (code int, stages string) {
		var said transcript
		cmd := sh.command("import", "many")
		cmd.Stderr = &said
		require.NoError(t, cmd.Start())
		_, found := said.await("checking and writing 24199 records")
		require.True(t, found)
		if after > 0 {
			time.Sleep(after)
			require.NoError(t, db.Kill())
		}
		_ = cmd.Wait()
		said.close()
		return cmd.ProcessState.ExitCode(), said.String()
	}
	const nothing, everything = "revision 0 is sound: 0 records of the catalog, 0 people\n", "revision 1 is sound: 15999 records of the catalog, 200 people\n"
	// It takes some three seconds.
	code, said := importing(200*time.Millisecond + rand.N(2*time.Second))
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
	code, said = importing(0)
	require.Equal(t, exitOK, code, said)
	require.Equal(t, everything, sh.mustRun("verify"))
}
