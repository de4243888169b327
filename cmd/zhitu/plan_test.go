package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// jsonField returns a text at the top of an object.
func jsonField(t *testing.T, text, name string) string {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &fields), text)
	value, _ := fields[name].(string)
	return value
}

// newPlanShell returns a shell whose store has two points, an edge and a person.
func newPlanShell(t *testing.T) shell {
	sh := newShell(t)
	sh.writeFile("base/knowledge_points.csv", "code,name,minutes\nK1,甲,30\nK2,乙,\nK3,丙,\n")
	sh.writeFile("base/prerequisites.csv", "prerequisite,dependent,clause\nK1,K2,a\n")
	sh.writeFile("base/employees.csv", "code,name\nE1,王\n")
	sh.writeFile("base/mastery.csv", "employee,knowledge_point,mastery,assessed_at\nE1,K1,0.5,2024-01-01T00:00:00Z\n")
	sh.mustRun("import", "base")
	sh.writeFile("given/knowledge_points.csv", "code,name,minutes\nK1,甲甲,45\nK2,,\nK9,新点,5\n")
	sh.writeFile("given/prerequisites.csv", "prerequisite,dependent,clause\nK1,K2,(清空)\n")
	sh.writeFile("given/employees.csv", "code,name\nE1,王五\n")
	sh.writeFile("given/mastery.csv", "employee,knowledge_point,mastery,assessed_at\nE1,K1,0.75,2025-01-01T00:00:00Z\n")
	return sh
}

func TestPlanAndApply(t *testing.T) {
	t.Parallel()
	sh := newPlanShell(t)
	plan := sh.run("plan", "given", "--prune", "--yes=false")
	require.Equal(t, exitUsage, plan.code, "plan asks for no confirmation")
	plan = sh.run("plan", "given", "--prune", "--out", "plan.json")
	require.Equal(t, exitChanges, plan.code)
	require.Equal(t, `knowledge_points       3 given,      3 new or changed
prerequisites          1 given,      1 new or changed
employees              1 given,      1 new or changed
mastery                1 given,      1 new or changed
knowledge_points: 1 new, 1 changed, 1 deleted
  changed  K1: name 甲 → 甲甲; minutes 30 → 45
  deleted  K3: name 丙; kind KNOWLEDGE; nature PROCEDURAL
  new      K9: name 新点; kind KNOWLEDGE; nature PROCEDURAL; minutes 5
prerequisites: 0 new, 1 changed, 0 deleted
  changed  K1 → K2 [a]: clause a → –
employees: 0 new, 1 changed, 0 deleted
  changed  E1: name 王 → 王五
mastery: 0 new, 1 changed, 0 deleted
  changed  E1 / K1: mastery 0.5 → 0.75; assessed_at 2024-01-01T00:00:00Z → 2025-01-01T00:00:00Z
so many records are deleted that --yes is needed
no problems; nothing was written
the plan is in plan.json; zhitu apply does it
`, plan.out)
	require.Equal(t, sh.mustRunCode(exitChanges, "plan", "given", "--prune", "--lang", "zh-CN"), `knowledge_points  提供      3 条，新增或变更      3 条
prerequisites     提供      1 条，新增或变更      1 条
employees         提供      1 条，新增或变更      1 条
mastery           提供      1 条，新增或变更      1 条
knowledge_points：新增 1，变更 1，删除 1
  变更  K1：name 甲 → 甲甲; minutes 30 → 45
  删除  K3: name 丙; kind KNOWLEDGE; nature PROCEDURAL
  新增  K9: name 新点; kind KNOWLEDGE; nature PROCEDURAL; minutes 5
prerequisites：新增 0，变更 1，删除 0
  变更  K1 → K2 [a]：clause a → –
employees：新增 0，变更 1，删除 0
  变更  E1：name 王 → 王五
mastery：新增 0，变更 1，删除 0
  变更  E1 / K1：mastery 0.5 → 0.75; assessed_at 2024-01-01T00:00:00Z → 2025-01-01T00:00:00Z
删除的记录较多，执行时需要 --yes
没有问题；未写入任何内容
`)
	before := sh.exportAll()
	unconfirmed := sh.run("apply", "plan.json")
	require.Equal(t, exitInvalid, unconfirmed.code)
	require.Contains(t, unconfirmed.err, "1 record would be deleted: look at the plan, and confirm it (--yes)")
	requireSame(t, before, sh.exportAll())

	require.Contains(t, sh.mustRun("apply", "plan.json", "--yes"), "knowledge_points: 1 new, 1 changed, 1 deleted\n")
	after := sh.exportAll()
	require.Equal(t, "the records are as the plan wants them already\ndone: revision 2\n", sh.mustRun("apply", "plan.json", "--yes"))
	requireSame(t, after, sh.exportAll())
	require.Contains(t, sh.mustRun("plan", "given", "--prune"), "no problems; nothing was written\n")
	sh.mustRun("verify")
}

// The import with the same flags does what the plan says.
func TestImportDoesWhatThePlanSays(t *testing.T) {
	t.Parallel()
	applied, imported := newPlanShell(t), newPlanShell(t)
	applied.mustRunCode(exitChanges, "plan", "given", "--prune", "--out", "plan.json")
	applied.mustRun("apply", "plan.json", "--yes")
	refused := imported.run("import", "given", "--prune")
	require.Equal(t, exitInvalid, refused.code)
	require.Contains(t, refused.err, "confirm it (--yes)")
	imported.mustRun("import", "given", "--prune", "--yes")
	requireSame(t, applied.exportAll(), imported.exportAll())
}

func TestApplyTellsWhatHasMoved(t *testing.T) {
	t.Parallel()
	sh := newPlanShell(t)
	sh.mustRunCode(exitChanges, "plan", "given", "--out", "plan.json")
	sh.writeFile("other/knowledge_points.csv", "code,name,minutes\nK1,甲,31\nK9,别人的点,\n")
	sh.writeFile("other/employees.csv", "code,name\nE1,王二\n")
	sh.writeFile("other/mastery.csv", "employee,knowledge_point,mastery,assessed_at\nE1,K1,0.6,2024-06-01T00:00:00Z\n")
	sh.mustRun("import", "other")
	before := sh.exportAll()
	moved := sh.run("apply", "plan.json")
	require.Equal(t, exitInvalid, moved.code)
	require.Equal(t, `  knowledge_points K1: minutes is 31, and was 30 in the plan
  knowledge_points K9: code is K9, and was – in the plan
  knowledge_points K9: name is 别人的点, and was – in the plan
  knowledge_points K9: kind is KNOWLEDGE, and was – in the plan
  knowledge_points K9: nature is PROCEDURAL, and was – in the plan
  employees E1: name is 王二, and was 王 in the plan
  mastery E1 / K1: mastery is 0.6, and was 0.5 in the plan
  mastery E1 / K1: assessed_at is 2024-06-01T00:00:00Z, and was 2024-01-01T00:00:00Z in the plan
make the plan again, or let --renew do it
4 records have changed since the plan was made: nothing was written
`, moved.out)
	requireSame(t, before, sh.exportAll())
	require.Contains(t, sh.mustRunCode(exitInvalid, "apply", "plan.json", "--json"), `"planned": 0.5`)

	require.Contains(t, sh.run("apply", "plan.json", "--renew").out, "the plan in plan.json was made again: look at it, and apply it\n")
	sh.mustRun("apply", "plan.json")
	require.Contains(t, sh.mustRun("plan", "given"), "no problems; nothing was written\n")
}

func TestApplyRefusesForeignAndAlteredPlans(t *testing.T) {
	t.Parallel()
	sh := newPlanShell(t)
	sh.mustRunCode(exitChanges, "plan", "given", "--out", "plan.json")
	text, err := os.ReadFile(filepath.Join(sh.dir, "plan.json"))
	require.NoError(t, err)
	sh.mustRun("copy", "--from", "sqlite:zhitu.db", "--to", "sqlite:copy.db")
	for _, c := range []struct{ name, text, store, want string }{
		{"altered", strings.Replace(string(text), "甲甲", "改了", 1), "zhitu.db", "the plan was altered since it was made"},
		{"of another store", string(text), "copy.db", "the plan is of another store"},
		{"of another version", strings.Replace(string(text), `"format": 1`, `"format": 2`, 1), "zhitu.db", "the plan was written by another version"},
		{"no plan", `{"a": 1}`, "zhitu.db", "this is not a plan"},
		{"no JSON", "x", "zhitu.db", "this is not a plan"},
		{"with a field more", strings.Replace(string(text), `"format": 1`, `"format": 1, "more": 1`, 1), "zhitu.db", "this is not a plan"},
	} {
		sh.writeFile("wrong.json", c.text)
		refused := sh.run("apply", "wrong.json", "--store", "sqlite:"+c.store)
		require.Equal(t, exitInvalid, refused.code, c.name)
		require.Contains(t, refused.err, c.want, c.name)
	}
	sh.mustRunCode(exitChanges, "plan", "given", "--out", "copy.json", "--store", "sqlite:copy.db")
	sh.mustRun("apply", "copy.json", "--store", "sqlite:copy.db")
}

func TestPlanOfRefusedFiles(t *testing.T) {
	t.Parallel()
	sh := newPlanShell(t)
	sh.writeFile("pruned/knowledge_points.csv", "code,name,minutes\nK2,乙,7\nK3,丙,-1\n")
	refused := sh.run("plan", "pruned", "--prune", "--out", "plan.json")
	require.Equal(t, exitInvalid, refused.code)
	require.Contains(t, refused.out, "  changed  K2: minutes – → 7\n", "the plan is printed all the same")
	require.Contains(t, refused.out, "knowledge_points K1: \"K1\" cannot be deleted while employees refer to it: E1\n")
	require.Contains(t, refused.out, "knowledge_points.csv, row 3, column minutes: ")
	require.NoFileExists(t, filepath.Join(sh.dir, "plan.json"))

	sh.writeFile("empty/positions.csv", "code,name\n")
	require.Contains(t, sh.mustRunCode(exitInvalid, "check", "empty", "--prune"), "positions.csv: ")
	sh.mustRun("check", "empty")
}

// A plan belongs to a store: one that is kept creates it, and any other does not.
func TestPlanOfAStoreThatIsNotThere(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("given/positions.csv", "code,name\nP1,岗\n")
	sh.mustRunCode(exitChanges, "plan", "given")
	require.NoFileExists(t, filepath.Join(sh.dir, "zhitu.db"))
	sh.mustRunCode(exitChanges, "plan", "given", "--out", "plan.json")
	require.FileExists(t, filepath.Join(sh.dir, "zhitu.db"))
	sh.mustRun("apply", "plan.json")
	require.Contains(t, sh.exportAll()["positions.csv"], "P1,岗")
}

// Atomicity: a plan whose application is killed at any time is done or not, and may be
// applied again.
func TestKilledApplyIsAtomic(t *testing.T) {
	t.Parallel()
	const moments = 8
	sh := newShell(t)
	var points, edges, people strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&points, "K%04d,点\n", i)
		fmt.Fprintf(&edges, "K%04d,K%04d\n", i, i+1)
		fmt.Fprintf(&people, "E%04d,人\n", i)
	}
	sh.writeFile("many/knowledge_points.csv", "code,name\n"+points.String()+"K3000,点\n")
	sh.writeFile("many/prerequisites.csv", "prerequisite,dependent\n"+edges.String())
	sh.writeFile("many/employees.csv", "code,name\n"+people.String())
	sh.writeFile("first/positions.csv", "code,name\nP1,岗\n")
	sh.mustRun("import", "first")
	sh.mustRunCode(exitChanges, "plan", "many", "--out", "plan.json")
	before := sh.exportAll()
	// apply applies the plan to a copy with the same identity. Unless after is negative, it
	// is killed that long after its start.
	apply := func(name string, after time.Duration) (time.Duration, error) {
		file, err := os.ReadFile(filepath.Join(sh.dir, "zhitu.db"))
		require.NoError(t, err)
		sh.writeFile(name, string(file))
		cmd := sh.withSQLite(name).command("apply", "plan.json")
		start := time.Now()
		require.NoError(t, cmd.Start())
		if after >= 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		err = cmd.Wait()
		return time.Since(start), err
	}
	whole, err := apply("whole.db", -1)
	require.NoError(t, err)
	after := sh.withSQLite("whole.db").exportAll()
	for i := range moments {
		name := fmt.Sprintf("killed%d.db", i)
		_, err := apply(name, whole*time.Duration(i+1)/moments)
		var exit *exec.ExitError
		if err != nil {
			require.ErrorAs(t, err, &exit)
		}
		killed := sh.withSQLite(name)
		left := killed.exportAll()
		if !maps.Equal(left, before) {
			requireSame(t, after, left)
		}
		killed.mustRun("apply", "plan.json")
		requireSame(t, after, killed.exportAll())
		killed.mustRun("verify")
	}
}

// mustRunCode runs a command that must end with an exit code, and returns its output.
func (sh shell) mustRunCode(code int, args ...string) string {
	sh.t.Helper()
	r := sh.run(args...)
	require.Equal(sh.t, code, r.code, "%v\n%s%s", args, r.out, r.err)
	return r.out
}
