package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// auditLines returns the entries of the audit of a store that are not about the audit.
func (sh shell) auditLines() (list []exportedEntry) {
	sh.t.Helper()
	for line := range strings.Lines(sh.mustRun("audit", "export", "--json")) {
		var e exportedEntry
		require.NoError(sh.t, json.Unmarshal([]byte(line), &e))
		if e.Action != "AUDIT" {
			list = append(list, e)
		}
	}
	return list
}

func (sh shell) requireSoundAudit() {
	sh.t.Helper()
	r := sh.run("audit", "verify")
	require.Equal(sh.t, exitOK, r.code, r.out+r.err)
}

func TestCommandsAreAudited(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.mustRun("import", seedFolder(t))
	sh.mustRun("gap", "--employee", "E007", "--position", "POS-DA")
	info, err := os.Stat(filepath.Join(sh.dir, "zhitu.db"+keySuffix))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	list := sh.auditLines()
	last := list[len(list)-1]
	require.Equal(t, []string{"E007"}, last.Subjects)
	require.Equal(t, "LEARNER", last.Action)
	require.Equal(t, "system", last.Account)
	require.NotEmpty(t, last.SystemUser)
	require.NotEmpty(t, last.Request)

	csv := sh.mustRun("audit", "export", "--to", "2020-01-01")
	require.Equal(t, strings.Join(auditColumns, ",")+"\n", csv)
	require.Equal(t, exitUsage, sh.run("audit", "export", "--from", "yesterday").code)
}

func TestVerifySaysWhereTheAuditWasAltered(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "ZHITU_AUDIT_KEY="+testAuditKey)
	sh.mustRun("import", seedFolder(t))
	sh.mustRun("gap", "--employee", "E007", "--position", "POS-DA")
	sh.requireSoundAudit()
	require.NoFileExists(t, filepath.Join(sh.dir, "zhitu.db"+keySuffix), "the setting is the key")
	db, err := sql.Open("sqlite", filepath.Join(sh.dir, "zhitu.db"))
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `UPDATE journal_entries SET account = 'somebody' WHERE number = 2`)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	r := sh.run("audit", "verify")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.out, "entry 2 was altered")
	r = sh.run("audit", "verify", "--lang", "zh-CN")
	require.Contains(t, r.out, "条目 2 被改动")
	r = sh.run("audit", "verify", "--json")
	require.Equal(t, exitInvalid, r.code)
	var report struct {
		OK       bool
		Findings []auditFinding
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &report))
	require.False(t, report.OK)
	require.Len(t, report.Findings, 1)
	require.EqualValues(t, 2, report.Findings[0].Number)
}

func TestAuditKeySettingIsChecked(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t, "ZHITU_AUDIT_KEY=short")
	r := sh.run("gap", "--employee", "E007", "--position", "POS-DA")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "ZHITU_AUDIT_KEY: the audit key has 5 characters and needs 32")
}

// A command that reads answers where the audit cannot be written; one that writes does not.
func TestReadingCommandsAnswerWithoutAudit(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	require.NoError(t, os.Remove(filepath.Join(sh.dir, "zhitu.db"+keySuffix)))
	require.NoError(t, os.Mkdir(filepath.Join(sh.dir, "zhitu.db"+keySuffix), 0o700)) // no key can be read or made
	r := sh.run("gap", "--employee", "E007", "--position", "POS-DA")
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.out, "K-ANA-INSIGHT")
	require.Equal(t, 1, strings.Count(r.err, "this command is not in the audit"), r.err)
	r = sh.run("import", seedFolder(t))
	require.Equal(t, exitUnavailable, r.code)
	require.Contains(t, r.err, "the audit key")
}

func TestNeo4jNeedsAnAuditKey(t *testing.T) {
	t.Parallel()
	a := &app{stdio: stdio{os.Stdout, os.Stderr}}
	_, err := a.auditKey("bolt://127.0.0.1:7687")
	require.ErrorContains(t, err, "ZHITU_AUDIT_KEY")
}

// toldReads counts the readings of one person that clients were told of.
type toldReads struct {
	mu    sync.Mutex
	count map[string]int
}

// What has been told is in the audit, whenever the program is killed; the chains stay whole.
func TestToldReadsAreAuditedThroughKills(t *testing.T) {
	t.Parallel()
	testToldReadsAreAudited(t, newSeededShell(t))
}

func testToldReadsAreAuditedOnNeo4j(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	testToldReadsAreAudited(t, sh)
	sh.cypher("MATCH (e:AuditEntry {number: 2}) WHERE e.chain ENDS WITH '-shared' SET e.outcome = 'NOT_FOUND'")
	r := sh.run("audit", "verify")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.out, "entry 2 was altered")
	sh.cypher("MATCH (:AuditEntry {number: 1})-[r:CONCERNS]->() DELETE r")
	sh.cypher("MATCH (e:AuditEntry {number: 3}) SET e.at = 7")
	r = sh.run("audit", "verify")
	require.Contains(t, r.out, "entry 3 was altered")
}

// testToldReadsAreAudited has clients of two servers read, one of which is killed again and
// again.
func testToldReadsAreAudited(t *testing.T, sh shell) {
	random := newRandom(t)
	told := toldReads{count: map[string]int{}}
	before := map[string]int{}
	for _, e := range sh.auditLines() {
		for _, code := range e.Subjects {
			before[code]++
		}
	}
	s, other := sh.startServer(), sh.serve()
	address := strings.TrimPrefix(s.url, "http://")
	s.awaitStatus("/readyz", http.StatusOK)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			c := newAPIClient("http://"+address, 5*time.Second)
			if i == 3 {
				c = newAPIClient(other.url, 5*time.Second)
			}
			for n := 0; ctx.Err() == nil; n++ {
				code := fmt.Sprintf("E%03d", 1+(i*7+n)%20)
				r, err := c.graphQL(`{ employee(code: "` + code + `") { states { mastery } } }`)
				if err == nil && len(r.Errors) == 0 {
					told.mu.Lock()
					told.count[code]++
					told.mu.Unlock()
				} else {
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
	total := func() (n int) {
		told.mu.Lock()
		defer told.mu.Unlock()
		for _, c := range told.count {
			n += c
		}
		return n
	}
	for range 3 {
		had := total()
		require.Eventually(t, func() bool { return t.Failed() || total() > had+20 }, patience, time.Millisecond)
		time.Sleep(upTo(random, 200*time.Millisecond))
		require.NoError(t, s.cmd.Process.Kill())
		<-s.done
		s = sh.startServerAt(address)
		s.awaitStatus("/readyz", http.StatusOK)
	}
	stop()
	group.Wait()
	require.NoError(t, s.cmd.Process.Kill())
	<-s.done
	other.terminate()
	require.Equal(t, exitOK, other.awaitExit())
	written := map[string]int{}
	for _, e := range sh.auditLines() {
		for _, code := range e.Subjects {
			written[code]++
		}
	}
	for code, n := range told.count {
		assert.GreaterOrEqual(t, written[code]-before[code], n, code)
	}
	sh.requireSoundAudit()
}
