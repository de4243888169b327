package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestErase(t *testing.T) {
	sh := newSeededShell(t)
	eraseOne(t, sh)
	for _, suffix := range []string{"", "-wal"} {
		data, _ := os.ReadFile(filepath.Join(sh.dir, "zhitu.db"+suffix)) // the log may be gone
		require.NotContains(t, string(data), "陈晓雨")
	}
}

func testEraseOnNeo4j(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	eraseOne(t, sh)
	for _, line := range sh.dump() {
		require.NotContains(t, line, "陈晓雨")
		if !strings.Contains(line, `"kind":"erasure"`) { // the note of the last look has the code for 15 minutes
			require.NotContains(t, line, "E007")
		}
	}
}

// eraseOne erases E007, where nobody else could say the second yes.
func eraseOne(t *testing.T, sh shell) {
	r := sh.run("erase", "E007")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "--yes")
	require.Contains(t, sh.mustRun("people", "陈晓雨"), "E007", "nothing was erased")
	require.Equal(t, "erased \"E007\"\n", sh.mustRun("erase", "E007", "--yes"))
	require.NotContains(t, sh.run("people", "陈晓雨").out, "E007")
	r = sh.run("erase", "E007", "--yes")
	require.Equal(t, exitInvalid, r.code, r.err)
	require.Contains(t, r.err, "there is no employee")
	require.Contains(t, sh.mustRun("verify"), "39 people")
	sh.requireSoundAudit()
	erased := false
	for _, e := range sh.auditLines() {
		require.NotContains(t, e.Subjects, "E007")
		erased = erased || e.Action == "ERASE" && e.Verb == "erase" && strings.HasPrefix(e.Subjects[0], "#")
	}
	require.True(t, erased)
}

// Where an account could say the second yes, the command line waits for it.
func TestEraseWaitsForHR(t *testing.T) {
	sh := newSeededShell(t)
	sh.mustRun("account", "invite", "hr", "--employee", "E009", "--grant", "HR")
	var answer struct {
		Done    bool
		Pending []pendingRow
	}
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("erase", "E007", "--yes", "--json")), &answer))
	require.False(t, answer.Done)
	require.Equal(t, "ERASE", answer.Pending[0].Kind)
	require.Equal(t, "E007", *answer.Pending[0].Employee)
	require.Contains(t, sh.mustRun("people", "陈晓雨"), "E007")
	r := sh.run("account", "approve", answer.Pending[0].ID)
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, "an account can decide this")
	r = sh.run("erase", "E009", "--yes", "--lang", "zh-CN")
	require.Contains(t, r.err, "全公司最后一个 HR")
}
