package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What goes to Neo4j and back is the same to the last byte.
func TestCopiesToNeo4jAndBack(t *testing.T) {
	sh := overNeo4j(t)
	sh.write("zhitu.db", plantedFile(t))
	// One more edit, so that revisions differ.
	sh.ok("import", odd(sh), "--store", "sqlite:zhitu.db")
	sh.ok("export", "first", "--store", "sqlite:zhitu.db")

	out := sh.ok("copy", "--from", "sqlite:zhitu.db", "--to", sh.store())
	require.Regexp(t, `^\d+ records are in bolt://\S+, at revision 1; all were compared and are the same\n$`, out)
	out = sh.ok("copy", "--from", sh.store(), "--to", "sqlite:back.db", "--lang", "zh-CN")
	require.Regexp(t, `逐条比对全部一致\n$`, out)
	requireSame(t, sh.folder("first"), sh.exported())
	requireSame(t, sh.folder("first"), sh.at("back.db").exported())

	// Once more: there is nothing to write, and all is compared again.
	var again struct {
		OK       bool
		Revision int
		Records  []struct{ Given, Changed int }
	}
	require.NoError(t, json.Unmarshal([]byte(sh.ok("copy", "--from", "sqlite:back.db", "--to", sh.store(), "--json")), &again))
	require.True(t, again.OK)
	require.Equal(t, 1, again.Revision)
	require.NotEmpty(t, again.Records)
	for _, r := range again.Records {
		require.Zero(t, r.Changed)
	}
	sh.ok("verify")
}

// plantedFile is a file that holds the sample company.
func plantedFile(t *testing.T) string {
	t.Helper()
	sh := seeded(t)
	return sh.file("zhitu.db")
}

// odd are records with whatever a text may hold.
func odd(sh shell) (folder string) {
	sh.write("odd/knowledge_points.csv", "code,name,description,tags,minutes,difficulty\n"+
		"K-𠮷,\"引号\"\"与\n换行\",=1+2,甲；乙,1,0.1\nK-é,e\u0301,\u00a0x\u200b,,,1e-7\nK-￿,最后,尾,,,123456.789\n")
	sh.write("odd/prerequisites.csv", "prerequisite,dependent,strength,clause,level,reason\nK-𠮷,K-é,HARD,组 一,0.1234567890123,'因为'\nK-￿,K-é,HARD,组 一,,\nK-𠮷,K-é,SOFT,,,\n")
	sh.write("odd/employees.csv", "code,name,org_unit,position,targets,modalities,manager\n𠮷01,吉𠮷,ORG-MF,POS-OM,POS-DD;POS-DA,VIDEO;PRACTICE,E001\n")
	sh.write("odd/mastery.csv", "employee,knowledge_point,mastery,assessed_at\n𠮷01,K-𠮷,0.3333333333333333,2026-11-19T23:59:59.999999+08:00\n𠮷01,K-é,1,1970-01-01T00:00:00.000001Z\n")
	return "odd"
}

// Where the other store has held something newer, that stays, and is told.
func TestACopyTellsWhatDiffers(t *testing.T) {
	sh := seededNeo4j(t)
	sh.write("zhitu.db", plantedFile(t))
	sh.write("newer/mastery.csv", "employee,knowledge_point,mastery,assessed_at\nE001,K-ANA-COMP,0.99,2026-11-19T08:00:00Z\n")
	sh.write("newer/positions.csv", "code,name,description\nPOS-NEW,新岗位,只在这里\n") // more is no difference
	sh.write("newer/employees.csv", "code,name,manager\nE001,沈立恒,E002\n")
	sh.ok("import", "newer")
	before := sh.exported()

	for _, lang := range []string{"en", "zh-CN"} {
		r := sh.run("copy", "--from", "sqlite:zhitu.db", "--to", sh.store(), "--lang", lang)
		require.Equal(t, exitRefused, r.code)
		require.Empty(t, r.out)
		require.Contains(t, r.err, map[string]string{"en": "2 records were in " + sh.store() + " before and differ", "zh-CN": "有 2 条记录在 " + sh.store() + " 中原已存在"}[lang])
		require.Contains(t, r.err, "\n  employees E001\n  mastery E001 → K-ANA-COMP\n")
	}
	r := sh.run("copy", "--from", "sqlite:zhitu.db", "--to", sh.store(), "--json")
	require.Equal(t, exitRefused, r.code)
	require.JSONEq(t, `{"ok": false, "differing": ["employees E001", "mastery E001 → K-ANA-COMP"]}`, r.out)
	requireSame(t, before, sh.exported())
}

// Nothing is copied of data that break the rules.
func TestACopyOfBrokenDataTellsAllThatIsWrong(t *testing.T) {
	sh := seededNeo4j(t)
	for _, s := range spoilt {
		sh.cypher(s.cypher)
	}
	r := sh.run("copy", "--from", sh.store(), "--to", "sqlite:copy.db")
	require.Equal(t, exitRefused, r.code)
	require.Empty(t, r.out)
	for _, s := range spoilt {
		require.Contains(t, r.err, s.en, s.cypher)
	}
	require.Contains(t, r.err, "mend them there, and verify again")
	require.False(t, strings.Contains(r.err, "panic"))
	require.NoFileExists(t, sh.dir+"/copy.db")
}
