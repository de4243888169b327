package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// A copy to Neo4j and back is identical to the last byte.
func testCopyToNeo4jAndBack(t *testing.T) {
	sh := newNeo4jShell(t)
	sh.writeFile("zhitu.db", seededDatabaseContent(t))
	// One more import, so that revisions differ.
	sh.mustRun("import", writeUnusualRecords(sh), "--store", "sqlite:zhitu.db")
	sh.mustRun("export", "first", "--store", "sqlite:zhitu.db")

	out := sh.mustRun("copy", "--from", "sqlite:zhitu.db", "--to", sh.storeURI())
	require.Regexp(t, `^copied \d+ records to bolt://\S+, at revision 2; all were compared and are the same\n$`, out)
	out = sh.mustRun("copy", "--from", sh.storeURI(), "--to", "sqlite:back.db", "--lang", "zh-CN")
	require.Regexp(t, `逐条比对全部一致\n$`, out)
	requireSame(t, sh.readFolder("first"), sh.exportAll())
	requireSame(t, sh.readFolder("first"), sh.withSQLite("back.db").exportAll())
	require.Len(t, publications(t, sh.dir+"/zhitu.db"), 2)
	require.Equal(t, publications(t, sh.dir+"/zhitu.db"), publications(t, sh.dir+"/back.db"))

	// Idempotent: a second copy writes nothing, and compares everything again.
	var again struct {
		OK       bool
		Revision int
		Records  []struct{ Given, Changed int }
	}
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("copy", "--from", "sqlite:back.db", "--to", sh.storeURI(), "--json")), &again))
	require.True(t, again.OK)
	require.Equal(t, 2, again.Revision, "as in the first store")
	require.NotEmpty(t, again.Records)
	for _, r := range again.Records {
		require.Zero(t, r.Changed)
	}
	sh.mustRun("verify")
}

// publications returns the history of a SQLite store, each with its records and its
// inverse.
func publications(t *testing.T, file string) (list []store.Publication) {
	t.Helper()
	st, err := sqlitestore.Open(t.Context(), file)
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	for p, err := range st.History(t.Context(), store.HistoryQuery{}) {
		require.NoError(t, err)
		require.True(t, p.Complete && p.Changes != nil && p.Inverse != nil)
		list = append(list, p)
	}
	return list
}

// seededDatabaseContent returns the content of a store with the sample company.
func seededDatabaseContent(t *testing.T) string {
	t.Helper()
	sh := newSeededShell(t)
	return sh.readFile("zhitu.db")
}

// writeUnusualRecords writes records with unusual texts, numbers and times.
func writeUnusualRecords(sh shell) (folder string) {
	sh.writeFile("odd/knowledge_points.csv", "code,name,description,tags,minutes,difficulty\n"+
		"K-𠮷,\"引号\"\"与\n换行\",'=1+2,甲；乙,1,0.1\nK-é,e\u0301,\u00a0x\u200b,,,1e-7\nK-￿,最后,尾,,,123456.789\n")
	sh.writeFile("odd/prerequisites.csv", "prerequisite,dependent,strength,clause,level,reason\nK-𠮷,K-é,HARD,组 一,0.1234567890123,'因为'\nK-￿,K-é,HARD,组 一,,\nK-𠮷,K-é,SOFT,,,\n")
	sh.writeFile("odd/employees.csv", "code,name,org_unit,position,targets,modalities,manager\n𠮷01,吉𠮷,ORG-MF,POS-OM,POS-DD;POS-DA,VIDEO;PRACTICE,E001\n")
	sh.writeFile("odd/mastery.csv", "employee,knowledge_point,mastery,assessed_at\n𠮷01,K-𠮷,0.3333333333333333,2026-11-19T23:59:59.999999+08:00\n𠮷01,K-é,1,1970-01-01T00:00:00.000001Z\n")
	return "odd"
}

// Newer records of the target store stay, and are reported.
func testCopyReportsDifferences(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	sh.writeFile("zhitu.db", seededDatabaseContent(t))
	sh.writeFile("newer/mastery.csv", "employee,knowledge_point,mastery,assessed_at\nE001,K-ANA-COMP,0.99,2026-11-19T08:00:00Z\n")
	sh.writeFile("newer/positions.csv", "code,name,description\nPOS-NEW,新岗位,只在这里\n") // additional records are no difference
	sh.writeFile("newer/employees.csv", "code,name,targets\nE001,沈立恒,POS-OM\n")
	sh.mustRun("import", "newer")
	before := sh.exportAll()

	for _, lang := range []string{"en", "zh-CN"} {
		r := sh.run("copy", "--from", "sqlite:zhitu.db", "--to", sh.storeURI(), "--lang", lang)
		require.Equal(t, exitInvalid, r.code)
		require.Empty(t, r.out)
		require.Contains(t, r.err, map[string]string{"en": sh.storeURI() + " keeps newer assessments, and what the other leaves empty; so this differs there from what was copied (2 records):", "zh-CN": "有 2 条记录在 " + sh.storeURI() + " 中原已存在"}[lang])
		require.Contains(t, r.err, "\n  employees E001\n  mastery E001 → K-ANA-COMP\n")
	}
	r := sh.run("copy", "--from", "sqlite:zhitu.db", "--to", sh.storeURI(), "--json")
	require.Equal(t, exitInvalid, r.code)
	require.JSONEq(t, `{"ok": false, "differing": ["employees E001", "mastery E001 → K-ANA-COMP"]}`, r.out)
	requireSame(t, before, sh.exportAll())
}

// Data that break the rules are not copied.
func testCopyRefusesInvalidData(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	for _, s := range brokenRules {
		sh.cypher(s.cypher)
	}
	r := sh.run("copy", "--from", sh.storeURI(), "--to", "sqlite:copy.db")
	require.Equal(t, exitInvalid, r.code)
	require.Empty(t, r.out)
	for _, s := range brokenRules {
		require.Contains(t, r.err, s.en, s.cypher)
	}
	require.Contains(t, r.err, "fix what is wrong there, and verify again")
	require.False(t, strings.Contains(r.err, "panic"))
	require.NoFileExists(t, sh.dir+"/copy.db")
}
