package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestExportImportRoundTrip(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.mustRun("export", "first")
	sh.mustRun("import", "first", "--store", "sqlite:second.db")
	sh.mustRun("export", "second", "--store", "sqlite:second.db")
	first := sh.readFolder("first")
	require.Equal(t, 12, len(first))
	requireSame(t, first, sh.readFolder("second"))

	// Idempotent: importing the same content changes nothing, not even the revision.
	require.Contains(t, sh.mustRun("import", "first"), "done: revision 1\n")
	requireSame(t, first, sh.exportAll())

	sh.mustRun("copy", "--from", "sqlite:zhitu.db", "--to", "sqlite:third.db")
	sh.mustRun("export", "third", "--store", "sqlite:third.db")
	requireSame(t, first, sh.readFolder("third"))
}

// An export that nobody has edited is accepted as it is, even where a newer rule refuses
// such data; verify lists them.
func TestUneditedExportIsAccepted(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.mustRun("export", "old")
	const row = "X-1,E001,K-SQL-JOIN,EXAM,1,,,2090-01-01T00:00:00Z,,,,,,,,,,\n"
	edited := sh.readFile("old/evidence.csv") + row
	sh.writeFile("old/evidence.csv", edited)
	r := sh.run("import", "old", "--store", "sqlite:new.db")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, "column at: the time 2090-01-01T00:00:00Z is in the future")

	// As a version would have exported it that took it in.
	manifest := strings.Split(sh.readFile("old/.zhitu-export"), "\n")
	for i, line := range manifest {
		if strings.HasSuffix(line, "  evidence.csv") {
			manifest[i] = fmt.Sprintf("%x  evidence.csv", sha256.Sum256([]byte(edited)))
		}
	}
	sh.writeFile("old/.zhitu-export", strings.Join(manifest, "\n"))
	sh.mustRun("import", "old", "--store", "sqlite:new.db")
	kept := sh.withSQLite("new.db")
	require.Contains(t, kept.mustRun("verify"), "evidence X-1: the time 2090-01-01T00:00:00Z is in the future")
	require.Contains(t, kept.mustRun("verify", "--json"), `"field": "at"`)
	kept.mustRun("copy", "--from", "sqlite:new.db", "--to", "sqlite:copy.db")
	require.Contains(t, kept.exportAll()["evidence.csv"], "2090")
}

func TestRunningServerSeesImport(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	s := sh.serve()
	ask := fmt.Sprintf(`{ gapAnalysis(employee: "E031", position: "POS-OP", at: %q) { revision ready foundations { knowledgePoint { code } } gaps { knowledgePoint { code } status } } }`, questionTime)
	require.Equal(t, map[string]any{"gapAnalysis": map[string]any{
		"revision": 1.0, "ready": true, "foundations": []any{}, "gaps": []any{},
	}}, s.mustQuery(ask))

	sh.writeFile("more/knowledge_points.csv", "code,name\nK-AGV,调度 AGV\n")
	sh.writeFile("more/岗位要求.csv", "岗位,对象,等级\nPOS-OP,K-AGV,熟练\n")
	require.Contains(t, sh.mustRun("import", "more"), "done: revision 2\n")
	require.Equal(t, map[string]any{"gapAnalysis": map[string]any{
		"revision": 2.0, "ready": false, "foundations": []any{},
		"gaps": []any{map[string]any{"knowledgePoint": map[string]any{"code": "K-AGV"}, "status": "UNASSESSED"}},
	}}, s.mustQuery(ask))

	// Assessments of people are visible at once as well, and do not raise the revision.
	sh.writeFile("results/mastery.csv", "employee,knowledge_point,mastery,assessed_at\nE031,K-AGV,95%,2026-11-19\n")
	require.Contains(t, sh.mustRun("import", "results"), "done: revision 2\n")
	require.Equal(t, true, s.mustQuery(ask)["gapAnalysis"].(map[string]any)["ready"])
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	before := sh.exportAll()
	sh.writeFile("more/knowledge_points.csv", "code,name\nK-AGV,调度 AGV\n")
	for _, out := range []string{
		sh.mustRun("import", "more", "--dry-run"),
		sh.mustRun("check", "more", "--store", "sqlite:zhitu.db"),
		sh.mustRun("check", "more"),
	} {
		require.Contains(t, out, "knowledge_points       1 given,      1 new or changed\n")
		require.Contains(t, out, "no problems; nothing was written\n")
	}
	requireSame(t, before, sh.exportAll())

	empty := newShell(t)
	empty.writeFile("more/knowledge_points.csv", "code,name\nK-AGV,调度 AGV\n")
	empty.mustRun("import", "more", "--dry-run")
	_, err := os.Stat(filepath.Join(empty.dir, "zhitu.db"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// writeManyRecords writes a catalog with people, of more than 24,000 records.
func (sh shell) writeManyRecords(folder string) {
	const points, people = 8000, 200
	var k, p, e, m strings.Builder
	k.WriteString("code,name\n")
	p.WriteString("prerequisite,dependent\n")
	e.WriteString("code,name\n")
	m.WriteString("employee,knowledge_point,mastery,assessed_at\n")
	for i := range points {
		fmt.Fprintf(&k, "N-%05d,知识点 %d\n", i, i)
		if i > 0 {
			fmt.Fprintf(&p, "N-%05d,N-%05d\n", i/2, i)
		}
		fmt.Fprintf(&m, "P-%03d,N-%05d,0.8,2026-11-01\n", i%people, i)
	}
	for i := range people {
		fmt.Fprintf(&e, "P-%03d,员工 %d\n", i, i)
	}
	for name, text := range map[string]string{"knowledge_points": k.String(), "prerequisites": p.String(), "employees": e.String(), "mastery": m.String()} {
		sh.writeFile(folder+"/"+name+".csv", text)
	}
}

// Atomicity: an import that is killed at any time is complete or absent, and the store
// is valid for the next one.
func TestKilledImportIsAtomic(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.writeManyRecords("many")
	before := sh.exportAll()
	data, err := os.ReadFile(filepath.Join(sh.dir, "zhitu.db"))
	require.NoError(t, err)

	// importInto imports into a fresh copy. Unless after is negative, it is killed that
	// long after it began to check and write. It returns how long that took.
	importInto := func(name string, after time.Duration) (time.Duration, *os.ProcessState) {
		sh.writeFile(name, string(data))
		var stages transcript
		cmd := sh.command("import", "many", "--store", "sqlite:"+name)
		cmd.Stderr = &stages
		require.NoError(t, cmd.Start())
		_, found := stages.await("checking and writing 24199 records")
		require.True(t, found)
		start := time.Now()
		if after >= 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		_ = cmd.Wait()
		return time.Since(start), cmd.ProcessState
	}
	whole, state := importInto("whole.db", -1)
	require.True(t, state.Success())
	after := sh.withSQLite("whole.db").exportAll()
	require.False(t, maps.Equal(before, after))

	const moments = 3
	random := newRandom(t)
	for i := range moments {
		name := fmt.Sprintf("killed%d.db", i)
		moment := whole * time.Duration(i) / moments
		moment += upTo(random, whole/moments)
		_, state := importInto(name, moment)
		left := sh.withSQLite(name).exportAll()
		t.Logf("killed after %v of %v (%v): the import is there: %t", moment, whole, state, maps.Equal(left, after))
		if !maps.Equal(left, after) {
			require.True(t, maps.Equal(left, before), "half of the import is there")
		}
	}
	killed := sh.withSQLite(fmt.Sprintf("killed%d.db", moments/2))
	killed.mustRun("import", "many")
	requireSame(t, after, killed.exportAll())
	killed.mustRun("verify")
}

// withSQLite returns the same shell with another store.
func (sh shell) withSQLite(file string) shell {
	sh.env = append(sh.env[:len(sh.env):len(sh.env)], "ZHITU_STORE=sqlite:"+file)
	return sh
}

func TestImportJSON(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.writeFile("good/positions.csv", "code,name,family\nPOS-OP,一线操作员,操作序列\nPOS-X,新岗位,\n")
	sh.writeFile("bad/requirements.csv", "position,target,level\nPOS-DA,K-SQL-JION,0.7\n")

	dry := sh.mustRun("import", "good", "--dry-run", "--json")
	require.JSONEq(t, `{"ok": true, "dryRun": true, "store": "", "at": "`+jsonField(t, dry, "at")+`", "confirm": false, "revision": 1, "problems": [], "warnings": [], "notices": [],
		"changes": [{"kind": "CREATE", "table": "positions", "key": "POS-X", "fields": {"code": [null, "POS-X"], "name": [null, "新岗位"]}}],
		"records": [{"record": "positions", "given": 2, "changed": 1}]}`, dry)
	require.JSONEq(t, `{"ok": true, "dryRun": false, "revision": 2, "problems": [], "warnings": [], "notices": [],
		"changes": [{"kind": "CREATE", "table": "positions", "key": "POS-X", "fields": {"code": [null, "POS-X"], "name": [null, "新岗位"]}}],
		"records": [{"record": "positions", "given": 2, "changed": 1}]}`, sh.mustRun("import", "good", "--json"))

	refused := sh.run("import", "bad", "--json")
	require.Equal(t, exitInvalid, refused.code)
	require.JSONEq(t, `{"ok": false, "dryRun": false, "revision": 0, "records": [], "changes": [], "warnings": [], "notices": [], "problems": [{
		"file": "requirements.csv", "row": 2, "column": "target", "code": "NOT_FOUND",
		"message": "there is no knowledge point or competency \"K-SQL-JION\"; did you mean K-SQL-JOIN?"}]}`, refused.out)
	require.Empty(t, refused.err)

	for _, args := range [][]string{{"verify"}, {"export", "out"}, {"copy", "--from", "sqlite:zhitu.db", "--to", "sqlite:copy.db"}} {
		var answer struct {
			OK       bool
			Revision int
		}
		require.NoError(t, json.Unmarshal([]byte(sh.mustRun(append(args, "--json")...)), &answer))
		require.True(t, answer.OK)
		require.Positive(t, answer.Revision)
	}
}

// A matrix names people and points of the store, by codes and names.
func TestImportMatrix(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.writeFile("技能矩阵.csv", "姓名,班组,K-SQL-JOIN,K-SQL-SELECT\nE001,一班,●,/\n顾明岚,二班,◑,75%\n")
	require.Contains(t, sh.mustRun("import", "技能矩阵.csv"), "mastery                3 given")
	require.Contains(t, sh.mustRun("check", "技能矩阵.csv", "--store", "sqlite:zhitu.db"), "no problems")
	sh.mustRun("export", "out")
	require.Contains(t, sh.readFile("out/mastery.csv"), "E002,K-SQL-JOIN,0.5,")

	sh.writeFile("技能矩阵.csv", "工号,K-SQL-JOIN,K-SQL-SELCT\nE001,●,◕\nE0O2,●,\n")
	r := sh.run("import", "技能矩阵.csv")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, `技能矩阵.csv, row 1, column K-SQL-SELCT: there is no knowledge point or competency "K-SQL-SELCT"; did you mean K-SQL-SELECT?`)
	require.Contains(t, r.err, `技能矩阵.csv, row 3, column 工号: there is no employee "E0O2"`)
}
