package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Old evidence is counted first, and dropped where that is said. The states stay, by every
// question and by a replay.
func TestEvidenceDrop(t *testing.T) {
	sh := newSeededShell(t)
	gap := sh.mustRun("gap", "--employee", "E007", "--position", "POS-DA", "--at", "2026-11-20", "--json")
	for args, want := range map[string]string{
		"":                        "give --before",
		"--before 2026-13-01":     "2026-13-01",
		"--before 2199-01-01":     "at least; give a time before",
		"--before 2024-01-01 all": "all",
	} {
		r := sh.run(append([]string{"evidence", "drop"}, strings.Fields(args)...)...)
		require.NotEqual(t, exitOK, r.code, args)
		require.Contains(t, r.err, want)
	}
	before := sh.mustRun("evidence", "drop", "--before", "2026-08-01")
	require.Contains(t, before, "nothing was dropped: ")
	require.Contains(t, before, "add --yes")
	require.Contains(t, sh.mustRun("evidence", "drop", "--before", "2026-08-01", "--lang", "zh-CN"), "确认请加 --yes")

	var counted, dropped struct {
		Dropped          bool
		People, Evidence int
	}
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("evidence", "drop", "--before", "2026-08-01", "--json")), &counted))
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("evidence", "drop", "--before", "2026-08-01", "--json", "--yes")), &dropped))
	require.Positive(t, dropped.Evidence)
	require.True(t, dropped.Dropped)
	counted.Dropped = true
	require.Equal(t, counted, dropped)
	require.Contains(t, sh.mustRun("evidence", "drop", "--before", "2026-08-01", "--yes"), "dropped 0 pieces of evidence of 0 people")
	require.Contains(t, sh.mustRun("replay"), ": 0 of them changed")
	require.Equal(t, gap, sh.mustRun("gap", "--employee", "E007", "--position", "POS-DA", "--at", "2026-11-20", "--json"))
	sh.mustRun("verify")
	sh.requireSoundAudit()
	said := false
	for _, e := range sh.auditLines() {
		said = said || e.Action == "RETRACT" && e.Verb == "drop"
	}
	require.True(t, said, "the audit says whose evidence was dropped")
}

func TestServeRefusesAShortRetention(t *testing.T) {
	sh := newSeededShell(t)
	for lang, want := range map[string]string{"en": "--evidence-retention: evidence cannot be dropped after 29 days: give at least 30", "zh-CN": "证据不能在 29 天后清除"} {
		r := sh.run("serve", "--evidence-retention", "29", "--lang", lang)
		require.Equal(t, exitUsage, r.code)
		require.Contains(t, r.err, want)
	}
}
