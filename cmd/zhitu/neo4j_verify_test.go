package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// brokenRules are manual edits that break one rule each, with a part of the message in
// both languages.
var brokenRules = []struct{ cypher, en, zh string }{
	{"MATCH (a:Learnable {code: 'K-DATA-FORM'}), (b:Learnable {code: 'K-DATA-FIELD'}) CREATE (a)-[:PREREQUISITE_OF {strength: 'HARD'}]->(b)", "prerequisites and containment close a cycle: ", "先导关系与包含关系形成环："},
	{"MATCH (:Position {code: 'POS-DA'})-[r:REQUIRES]->({code: 'K-DATA-SENSE'}) SET r.level = 7", "requirements POS-DA → K-DATA-SENSE: ", "requirements POS-DA → K-DATA-SENSE："},
	{"MATCH (:Position {code: 'POS-DA'})-[r:REQUIRES]->({code: 'K-DATA-PIVOT'}) SET r.level = 'high'", `requirements POS-DA – K-DATA-PIVOT: level is high, which is not a number`, `requirements POS-DA – K-DATA-PIVOT：level 为 high，不是数`},
	{"MATCH (:Employee {code: 'E001'})-[m:MASTERS]->({code: 'K-ANA-COMP'}) SET m.mastery = 2", "mastery E001 → K-ANA-COMP: ", "mastery E001 → K-ANA-COMP："},
	{"MATCH (:Employee {code: 'E001'})-[m:MASTERS]->({code: 'K-COM-BRIEF'}) REMOVE m.mastery", "mastery E001 – K-COM-BRIEF: there is no mastery", "mastery E001 – K-COM-BRIEF：缺少 mastery"},
	{"MATCH (:Employee {code: 'E001'})-[m:MASTERS]->({code: 'K-COM-CROSS'}) SET m.assessedAt = '2026'", "mastery E001 – K-COM-CROSS: assessedAt is 2026, which is not a time", "assessedAt 为 2026，不是时间"},
	{"CREATE (:KnowledgePoint:Learnable {code: 'K-NAMELESS'})", "knowledge_points K-NAMELESS: ", "knowledge_points K-NAMELESS："},
	{"CREATE (:KnowledgePoint {code: 'K-UNLABELLED', name: '无标签'})", "K-UNLABELLED: the label Learnable is missing", "K-UNLABELLED：缺少标签 Learnable"},
	{"CREATE (:Position {name: '无编码'})", "positions ?: there is no code", "positions ?：缺少 code"},
	{"CREATE (:Employee {name: '无工号'})", "employees ?: there is no code", "employees ?：缺少 code"},
	{"CREATE (:Employee {code: 'E-NAMELESS'})", "employees E-NAMELESS: ", "employees E-NAMELESS："},
	{"CREATE (:OrgUnit {code: 'ORG-NAMELESS'})", "org_units ORG-NAMELESS: ", "org_units ORG-NAMELESS："},
	{"MATCH (:Learnable {code: 'K-DATA-UNIT'})-[r:PREREQUISITE_OF]->({code: 'K-DATA-FORM'}) SET r.strength = 'WEAK'", "prerequisites K-DATA-UNIT → K-DATA-FORM: ", "prerequisites K-DATA-UNIT → K-DATA-FORM："},
	{"MATCH (a:OrgUnit {code: 'ORG-LC'}), (b:OrgUnit {code: 'ORG-MF'}) CREATE (a)-[:PART_OF]->(b)", "departments form a ring: ", "部门形成环："},
	{"MATCH (e:Employee {code: 'E002'}), (p:Position {code: 'POS-DA'}) CREATE (e)-[:HOLDS]->(p)", "employees E002: there are 2 of position", "employees E002：有 2 个 position"},
	{"MATCH (k:KnowledgePoint {code: 'K-DATA-UNIT'}), (c:Competency {code: 'C-DATA-ACQ'}) CREATE (c)-[:CONTAINS]->(k)", "knowledge_points K-DATA-UNIT: there are 2 of competency", "knowledge_points K-DATA-UNIT：有 2 个 competency"},
	{"MATCH (k:KnowledgePoint {code: 'K-DATA-DATE'}) SET k.minutes = 2.5", "minutes is 2.5, which is not a whole number", "minutes 为 2.5，不是整数"},
	{"MATCH (k:KnowledgePoint {code: 'K-DATA-SCAN'}) SET k.minutes = -5", "knowledge_points K-DATA-SCAN: ", "knowledge_points K-DATA-SCAN："},
	{"MATCH (k:KnowledgePoint {code: 'K-DATA-TYPE'}) SET k.kind = 'TALENT'", "knowledge_points K-DATA-TYPE: ", "knowledge_points K-DATA-TYPE："},
	{"MATCH (k:KnowledgePoint {code: 'K-DATA-FIX'}) SET k.tags = '甲'", "tags is 甲, which is not a list", "tags 为 甲，不是文本列表"},
	{"MATCH (r:Resource {code: 'R-DATA-101'}) SET r.title = 5", "title is 5, which is not a text", "title 为 5，不是文本"},
	{"MATCH (c:Competency {code: 'C-DATA-CLEAN'}) SET c.code = 'C DATA'", "competencies C DATA: ", "competencies C DATA："},
	{"MATCH (r:Resource {code: 'R-DATA-ENTRY'}), (c:Competency {code: 'C-DATA-ACQ'}) CREATE (r)-[:TEACHES {place: 9}]->(c)", "resources R-DATA-ENTRY: ", "resources R-DATA-ENTRY："},
	{"MATCH (a:Learnable {code: 'K-SQL-GROUP'}), (b:Learnable {code: 'K-DATA-PIVOT'}) CREATE (a)-[:RELATED_TO]->(b)", "related K-DATA-PIVOT – K-SQL-GROUP: ", "related K-DATA-PIVOT – K-SQL-GROUP："},
	{"MATCH (e:Employee {code: 'E003'}), (p:OrgUnit {code: 'ORG-MF'}) CREATE (e)-[:TARGETS {place: 0}]->(p)", "employees E003: ", "employees E003："},
}

func testVerifyFindsManualDamage(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	require.Regexp(t, `^revision 1 is sound: \d+ records of the catalog, 40 people\n$`, sh.mustRun("verify"))
	require.Regexp(t, `^版本 1 完好：`, sh.mustRun("verify", "--lang", "zh-CN"))

	for _, s := range brokenRules {
		sh.cypher(s.cypher)
	}
	require.Contains(t, sh.run("verify").out, rebuiltEN, "it rebuilds copies")
	before := sh.dump() // and changes nothing else
	for _, lang := range []string{"en", "zh-CN"} {
		r := sh.run("verify", "--lang", lang)
		require.Equal(t, exitInvalid, r.code)
		for _, s := range brokenRules {
			want := s.en
			if lang == "zh-CN" {
				want = s.zh
			}
			if !strings.Contains(r.out, want) {
				t.Errorf("%s: nothing says %q\nof %s", lang, want, s.cypher)
			}
		}
		if t.Failed() {
			t.Log(r.out)
		}
	}
	r := sh.run("verify", "--json")
	require.Equal(t, exitInvalid, r.code)
	var answer struct {
		OK       bool
		Revision int
		Problems []struct{ Record, Key, Field, Code, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &answer))
	require.False(t, answer.OK)
	require.GreaterOrEqual(t, len(answer.Problems), len(brokenRules))
	for _, p := range answer.Problems {
		require.NotEmpty(t, p.Code)
		require.NotEmpty(t, p.Message)
	}
	for _, s := range brokenRules {
		found := false
		for _, p := range answer.Problems {
			found = found || strings.Contains(fmt.Sprintf("%s %s: %s", p.Record, p.Key, p.Message), s.en) || strings.Contains(p.Message, s.en)
		}
		if !found {
			t.Errorf("no problem for programs says %q", s.en)
		}
	}
	requireSameDump(t, before, sh.dump())
}

const rebuiltEN, rebuiltZH = "employees E001: the packed copy of the states is not what the relationships MASTERS say: it has been rebuilt",
	"employees E001：掌握状态的打包副本与 MASTERS 关系不一致：已按关系重建"

// A manual change of a mastery breaks no rule. Questions use it after verify has rebuilt
// the copies.
func testVerifyRebuildsCopies(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s := sh.serve()
	const ask = `{ employee(code: "E001") { states { knowledgePoint { code } mastery } } }`
	before := s.graphQL(ask)
	for i, lang := range []string{"en", "zh-CN"} {
		sh.cypher(fmt.Sprintf("MATCH (:Employee {code: 'E001'})-[m:MASTERS]->() SET m.mastery = 0.0%d", i+1))
		require.Equal(t, before.text, s.graphQL(ask).text)
		r := sh.run("verify", "--lang", lang)
		require.Equal(t, exitOK, r.code, r.err)
		require.Contains(t, r.out, []string{rebuiltEN, rebuiltZH}[i])
		require.Equal(t, 1, strings.Count(r.out, "employees "))
		after := s.graphQL(ask)
		require.Contains(t, after.text, fmt.Sprintf(`"mastery":0.0%d`, i+1))
		require.NotEqual(t, before.text, after.text)
		before = after
		require.NotContains(t, sh.run("verify", "--lang", lang).out, "employees ")
	}
	sh.cypher("MATCH (:Employee {code: 'E001'})-[m:MASTERS]->() SET m.mastery = 0.03")
	r := sh.run("verify", "--json")
	require.Equal(t, exitOK, r.code, r.err)
	var answer struct {
		OK      bool
		Rebuilt []struct{ Record, Key, Field, Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &answer))
	require.True(t, answer.OK)
	require.Len(t, answer.Rebuilt, 1)
	require.Equal(t, "E001 packedStates", answer.Rebuilt[0].Key+" "+answer.Rebuilt[0].Field)
	require.Contains(t, sh.mustRun("verify", "--json"), `"rebuilt": []`)
}

// Each broken rule is also found if it is the only one.
func testVerifyFindsEachBrokenRule(t *testing.T) {
	sh := newNeo4jShell(t)
	for i, s := range brokenRules {
		if i%6 != 0 && !strings.HasPrefix(s.cypher, "CREATE") { // each takes a second
			continue
		}
		sh.cypher("MATCH (n) DETACH DELETE n")
		sh.mustRun("import", seedFolder(t))
		sh.cypher(s.cypher)
		r := sh.run("verify")
		if r.code != exitInvalid || !strings.Contains(r.out, s.en) {
			t.Errorf("exit %d without %q after %s\n%s", r.code, s.en, s.cypher, r.out)
		}
	}
}

// requireSameDump compares two dumps without printing all of them.
func requireSameDump(t *testing.T, before, after []string) {
	t.Helper()
	require.Equal(t, len(before), len(after))
	for i := range before {
		require.Equal(t, before[i], after[i])
	}
}
