package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplaceAndClearThroughFiles(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("base/competencies.csv", "code,name,parent\nC1,一,\nC2,二,C1\n")
	sh.writeFile("base/knowledge_points.csv", "code,name,competency,minutes,tags\nK1,甲,C2,45,x;y\nK2,乙,C2,20,\n")
	sh.writeFile("base/prerequisites.csv", "prerequisite,dependent,strength\nK1,K2,SOFT\n")
	sh.writeFile("base/org_units.csv", "code,name,parent\nU1,部,\nU2,组,U1\n")
	sh.writeFile("base/employees.csv", "code,name,org_unit,manager\nE1,王,U1,\nE2,李,U2,E1\n")
	sh.mustRun("import", "base")

	sh.writeFile("clear/knowledge_points.csv", "code,name,minutes,competency\nK1,,(清空),\n")
	sh.writeFile("clear/employees.csv", "code,name,manager\nE2,李,（清空）\n")
	out := sh.mustRun("import", "clear")
	require.Contains(t, out, "knowledge_points: 0 new, 1 changed, 0 deleted\n  changed  K1: minutes 45 → –\n")
	require.Contains(t, out, "employees: 0 new, 1 changed, 0 deleted\n  changed  E2: manager E1 → –\n")

	sh.writeFile("replace/knowledge_points.csv", "code,name,tags\nK1,甲,\n")
	sh.writeFile("replace/prerequisites.csv", "prerequisite,dependent,strength\nK1,K2,\n")
	sh.writeFile("replace/org_units.csv", "code,name,parent\nU2,组,\n")
	require.NotContains(t, sh.mustRun("import", "replace"), "  changed ", "without the flag an empty cell says nothing")
	out = sh.mustRun("import", "replace", "--replace")
	require.Contains(t, out, "knowledge_points: 0 new, 1 changed, 0 deleted\n  changed  K1: tags x;y → –\n"+
		"prerequisites: 0 new, 1 changed, 0 deleted\n  changed  K1 → K2: strength SOFT → HARD\n"+
		"org_units: 0 new, 1 changed, 0 deleted\n  changed  U2: parent U1 → –\n")
	require.Contains(t, out, "1 warning:\nprerequisites.csv, row 2, column strength: K1 → K2 becomes HARD, because its cell is empty")

	sh.writeFile("required/knowledge_points.csv", "code,name\nK1,\nK2,丙\n")
	refused := sh.run("import", "required", "--replace", "--dry-run", "--json")
	require.Equal(t, exitInvalid, refused.code)
	require.Contains(t, refused.out, "name cannot be emptied")
	require.Contains(t, refused.out, `"key": "K2"`, "what the other rows would change is told all the same")
	require.NotContains(t, refused.out, `"key": "K1"`)
}

// An export of edges of one pair in several clauses comes back as it was.
func TestEdgesOfOnePairComeBack(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("base/knowledge_points.csv", "code,name\nK1,甲\nK2,乙\nK3,丙\n")
	sh.writeFile("base/prerequisites.csv", "prerequisite,dependent,clause\nK1,K3,\nK1,K3,a\nK2,K3,a\n")
	sh.mustRun("import", "base")
	before := sh.exportAll()
	sh.mustRun("export", "out")
	require.Contains(t, sh.mustRun("import", "out"), "done: revision 1\n")
	sh.mustRun("import", "out", "--replace")
	requireSame(t, before, sh.exportAll())

	ambiguous := sh.run("import", "base")
	require.Equal(t, exitInvalid, ambiguous.code)
	require.Contains(t, ambiguous.err, `prerequisites.csv, row 2, column clause: K1 → K3 has several edges: name the clause of the one that is meant, one of (clear), "a"`)
}

func TestScaleOfTheStoreReadsLaterFiles(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("scale/levels.csv", "label,label_en,digit,level\n跟随,Follow,1,0.2\n协助,Assist,2,0.4\n应用,Apply,3,0.6\n使能,Enable,5,0.9\n")
	sh.writeFile("scale/knowledge_points.csv", "code,name\nK1,甲\nK2,乙\n")
	sh.mustRun("import", "scale")
	sh.writeFile("later/positions.csv", "code,name\nP1,岗\n")
	sh.writeFile("later/requirements.csv", "position,target,level\nP1,K1,5\nP1,K2,assist\n")
	require.Contains(t, sh.run("check", "later").out, "assist", "without a store the default scale counts")
	sh.mustRun("check", "later", "--store", "sqlite:zhitu.db")
	sh.mustRun("import", "later")
	sh.mustRun("export", "out")
	require.Contains(t, sh.readFolder("out")["requirements.csv"], "P1,K1,0.9,1,no\nP1,K2,0.4,1,no\n")
	require.Contains(t, sh.readFolder("out")["levels.csv"], "使能,Enable,5,0.9\n")
	require.Contains(t, sh.mustRun("import", "out"), "done: revision 2\n")
	sh.mustRun("verify")

	// A new scale is taken whole, and what is stored keeps its number.
	sh.writeFile("new/levels.csv", "label,level\nA,0.5\nB,1.0\n")
	sh.mustRun("import", "new")
	sh.mustRun("copy", "--from", "sqlite:zhitu.db", "--to", "sqlite:copy.db")
	sh.mustRun("export", "out2", "--store", "sqlite:copy.db")
	require.Equal(t, "\ufefflabel,label_en,digit,level\nA,,,0.5\nB,,,1.0\n", sh.readFolder("out2")["levels.csv"])
	require.Contains(t, sh.readFolder("out2")["requirements.csv"], "P1,K1,0.9,1,no\n")
}

func TestImportShowsTheFirstChanges(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	var rows strings.Builder
	for i := range maxChangesShown + 1 {
		fmt.Fprintf(&rows, "K%02d,x\n", i)
	}
	sh.writeFile("many/knowledge_points.csv", "code,name\n"+rows.String())
	out := sh.mustRun("import", "many")
	require.Contains(t, out, "  new      K19: name x; kind KNOWLEDGE; nature PROCEDURAL\n  … and 1 more record; --json lists all\n")
	require.NotContains(t, out, "K20")
}
