package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	personQuery  = `{ gapAnalysis(employee: "E007", position: "POS-DA", at: "` + questionTime + `") { revision coverage gaps { knowledgePoint { code } status } foundations { knowledgePoint { code } } } }`
	catalogQuery = `{ positions { nodes { code name requirements { target { code } level } } } }`
	editMutation = `mutation { upsertPosition(input: {code: "POS-HAND", name: "新岗位"}) { revision userErrors { message code } } }`

	createCycleCypher = `MATCH (a:Learnable {code: 'K-DATA-FORM'}), (b:Learnable {code: 'K-DATA-FIELD'}) CREATE (a)-[:PREREQUISITE_OF {strength: 'HARD', reason: 'by hand'}]->(b)`
	removeCycleCypher = `MATCH ()-[r:PREREQUISITE_OF {reason: 'by hand'}]->() DELETE r`
)

// After a manual edit that breaks a rule, the server keeps answering from the last valid
// revision and reports what is wrong. It continues by itself after the correction.
func testServerSurvivesInvalidManualEdit(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s := sh.serve()
	person, catalog := s.graphQL(personQuery), s.graphQL(catalogQuery)
	require.Equal(t, 1, person.Extensions.Revision)

	sh.cypher(createCycleCypher)
	require.Contains(t, s.awaitStatus("/readyz", 503), "edited by other means")
	for range 3 {
		for document, before := range map[string]reply{personQuery: person, catalogQuery: catalog} {
			require.Equal(t, before.text, s.graphQL(document).text)
		}
		for lang, want := range map[string]string{"en": "edited by other means", "zh-CN": "由其他途径编辑"} {
			refused := s.graphQL(editMutation, "Accept-Language", lang)
			require.Equal(t, "UNAVAILABLE", refused.errorCode(), refused.text)
			require.Contains(t, refused.Errors[0].Message, want)
		}
		status, _ := s.get("/livez")
		require.Equal(t, 200, status)
		status, _ = s.get("/readyz")
		require.Equal(t, 503, status)
	}
	require.Contains(t, s.log.String(), "close a cycle", "the log says what is wrong")

	// A second server refuses to start, and reports all problems.
	sh.cypher("CREATE (:KnowledgePoint:Learnable {code: 'K-NAMELESS'})")
	for lang, wants := range map[string][]string{
		"en": {"close a cycle: ", "a new record needs a name"}, "zh-CN": {"形成环：", "新记录必须填写 name"},
	} {
		refused := sh.run("serve", "--listen", "127.0.0.1:0", "--lang", lang)
		require.Equal(t, exitInvalid, refused.code, refused.err)
		for _, want := range wants {
			assert.Contains(t, refused.err, want, "serve does not say all that is wrong")
		}
	}
	sh.cypher("MATCH (k {code: 'K-NAMELESS'}) DETACH DELETE k")

	sh.cypher(removeCycleCypher)
	require.Equal(t, "ok\n", s.awaitStatus("/readyz", 200))
	after := s.graphQL(personQuery)
	require.Greater(t, after.Extensions.Revision, 1)
	require.Equal(t, person.Data["gapAnalysis"].(map[string]any)["gaps"], after.Data["gapAnalysis"].(map[string]any)["gaps"])
	made := s.graphQL(editMutation)
	require.Equal(t, after.Extensions.Revision+1, made.Extensions.Revision, made.text)
	require.Contains(t, made.text, `"userErrors":[]`)
	sh.mustRun("verify")
	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
}

// Correcting a value in place changes no count of records: the server notices that as
// well, only later.
func testServerNoticesCorrectedValue(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s := sh.serve()
	sh.cypher("CREATE (:Position {code: 'POS-NAMELESS'})")
	s.awaitStatus("/readyz", 503)
	sh.cypher("MATCH (p:Position {code: 'POS-NAMELESS'}) SET p.name = '有名'")
	require.Eventually(t, func() bool {
		status, _ := s.get("/readyz")
		return status == 200
	}, patience, 100*time.Millisecond)
	require.Equal(t, map[string]any{"position": map[string]any{"name": "有名"}}, s.mustQuery(`{ position(code: "POS-NAMELESS") { name } }`))
}

// A valid manual edit becomes visible on every server soon, as a new revision.
func testManualEditBecomesVisible(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s, other := sh.serve(), sh.serve()
	const ask = `{ knowledgePoint(code: "K-DATA-UNIT") { prerequisites { prerequisite { code } strength level reason } } }`
	require.Equal(t, 1, s.graphQL(ask).Extensions.Revision)
	sh.cypher("MATCH (a:Learnable {code: 'K-DATA-FIELD'}), (b:Learnable {code: 'K-DATA-UNIT'}) CREATE (a)-[:PREREQUISITE_OF {strength: 'SOFT', reason: '手工'}]->(b)")
	for _, s := range []*serverProcess{s, other} {
		var r reply
		require.Eventually(t, func() bool {
			r = s.graphQL(ask)
			return r.Extensions.Revision == 2
		}, patience, 20*time.Millisecond)
		require.Equal(t, map[string]any{"knowledgePoint": map[string]any{"prerequisites": []any{
			map[string]any{"prerequisite": map[string]any{"code": "K-DATA-FIELD"}, "strength": "SOFT", "level": 0.7, "reason": "手工"},
		}}}, r.Data)
	}
	// Servers that are asked about people only see it as well.
	sh.cypher("MATCH (p:Position {code: 'POS-DA'}), (k:Learnable {code: 'K-DATA-UNIT'}) CREATE (p)-[:REQUIRES {level: 0.95, critical: true}]->(k)")
	for _, s := range []*serverProcess{s, other} {
		require.Eventually(t, func() bool { return s.graphQL(personQuery).Extensions.Revision == 3 }, patience, 20*time.Millisecond)
		status, _ := s.get("/readyz")
		require.Equal(t, 200, status)
	}
	// The next edit continues from there.
	require.Equal(t, map[string]any{"upsertPosition": map[string]any{"revision": 4.0, "userErrors": []any{}}}, s.mustQuery(positionMutation))
	require.Equal(t, 4, other.graphQL(personQuery).Extensions.Revision)
	sh.mustRun("verify")
}

// A second position that was given by hand is that person's problem alone: everybody is
// listed and exported, and verify names the person.
func testSecondPositionByHandBreaksOnePerson(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s := sh.serve()
	sh.cypher("MATCH (e:Employee {code: 'E007'}), (p:Position {code: 'POS-OM'}), (u:OrgUnit) WITH e, p, head(collect(u)) AS u CREATE (e)-[:HOLDS]->(p), (:OrgUnit {code: 'U-HAND', name: 'n'})<-[:MEMBER_OF]-(e)")
	list := s.graphQL(`{ employees(first: 200) { totalCount nodes { code name position { code } orgUnit { code } manager { code position { code } } targets { code } states { mastery } } } }`)
	people := list.Data["employees"].(map[string]any)
	require.Len(t, people["nodes"], int(people["totalCount"].(float64)), list.text)
	broken := 0
	for _, node := range people["nodes"].([]any) {
		e := node.(map[string]any)
		if e["code"] == "E007" {
			broken++
			require.Nil(t, e["position"])
			require.Nil(t, e["orgUnit"])
			require.NotEmpty(t, e["name"])
			require.NotEmpty(t, e["states"])
		}
	}
	require.Equal(t, 1, broken)
	require.GreaterOrEqual(t, len(list.Errors), 2)
	for _, e := range list.Errors {
		require.Contains(t, e.Message, "E007")
		require.Equal(t, "UNAVAILABLE", e.Extensions.Code)
	}
	require.Equal(t, "UNAVAILABLE", s.graphQL(personQuery).errorCode())
	require.Empty(t, s.graphQL(`{ employee(code: "E008") { name position { code } } }`).Errors)

	out := sh.run("export", t.TempDir())
	require.Equal(t, exitOK, out.code, out.err)
	require.Contains(t, out.err, "E007")
	verified := sh.run("verify")
	require.Equal(t, exitInvalid, verified.code)
	require.Contains(t, verified.out+verified.err, "employees E007: there are 2 of position")
}

// A mastery that was broken by hand refuses that person's evidence alone, and shows where
// their states are asked for.
func testBrokenMasteryBreaksOnePerson(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s := sh.serve()
	const before = `mutation { recordEvidence(input: { evidence: [
		{ id: "g1", employee: "E006", knowledgePoints: ["K-DATA-FORM"], kind: EXAM, score: 1 },
		{ id: "g2", employee: "E007", knowledgePoints: ["K-DATA-FORM"], kind: EXAM, score: 1 },
		{ id: "g3", employee: "E008", knowledgePoints: ["K-DATA-FORM"], kind: EXAM, score: 1 }
	] }) { results { outcome } } }`
	require.Equal(t, 3, strings.Count(s.graphQL(before).text, "RECORDED"))
	sh.cypher("MATCH (e:Employee {code: 'E007'})-[m:MASTERS]->() SET m.mastery = 'good' REMOVE e.packedStates")
	const record = `mutation { recordEvidence(input: { evidence: [
		{ id: "h1", employee: "E006", knowledgePoints: ["K-DATA-FORM"], kind: EXAM, score: 1 },
		{ id: "h2", employee: "E007", knowledgePoints: ["K-DATA-FORM"], kind: EXAM, score: 1 },
		{ id: "h3", employee: "E008", knowledgePoints: ["K-DATA-FORM"], kind: EXAM, score: 1 }
	] }) { results { outcome } userErrors { field code message } } }`
	made := s.graphQL(record)
	require.Contains(t, made.text, `"results":[{"outcome":"RECORDED"},{"outcome":"REFUSED"},{"outcome":"RECORDED"}]`)
	require.Contains(t, made.text, `"field":"evidence.1.employee","code":"UNAVAILABLE"`)
	require.Contains(t, made.text, "mastery E007 – ")
	require.Contains(t, s.graphQL(record).text, `"results":[{"outcome":"DUPLICATE"},{"outcome":"REFUSED"},{"outcome":"DUPLICATE"}]`)

	list := s.graphQL(`{ employees(first: 200) { nodes { code name states { mastery } } } }`)
	require.Len(t, list.Errors, 1, list.text)
	require.Equal(t, "UNAVAILABLE", list.Errors[0].Extensions.Code)
	for _, node := range list.Data["employees"].(map[string]any)["nodes"].([]any) {
		e := node.(map[string]any)
		require.Equal(t, e["code"] == "E007", e["states"] == nil, e["code"])
	}
	require.Equal(t, "UNAVAILABLE", s.graphQL(`{ employee(code: "E007") { states { mastery } } }`).errorCode())

	// A file with evidence of the broken person among that of others is recorded but for theirs.
	sh.writeFile("more/evidence.csv", "id,employee,knowledge_points,kind,score,at\nf1,E006,K-DATA-FORM,EXAM,1.0,2026-11-20T08:00:00Z\nf2,E007,K-DATA-FORM,EXAM,1.0,2026-11-20T08:00:00Z\nf3,E008,K-DATA-FORM,EXAM,1.0,2026-11-20T08:00:00Z\n")
	imported := sh.run("import", "more")
	require.Equal(t, exitUnavailable, imported.code, imported.err)
	require.Contains(t, imported.err, "the evidence of 1 person was not recorded; all other evidence is; the first: what is stored was edited by other means")
	require.Contains(t, s.graphQL(`mutation { retractEvidence(input: { ids: ["g1", "g2", "g3"] }) { results { outcome } } }`).text, `[{"outcome":"RETRACTED"},{"outcome":"REFUSED"},{"outcome":"RETRACTED"}]`)
	verified := sh.run("verify")
	require.Equal(t, exitInvalid, verified.code)
	require.Contains(t, verified.out, "mastery E007 – ")
}

// A department with two departments above has none, and everything else is as it was.
func testSecondParentBreaksOneDepartment(t *testing.T) {
	sh := newSeededNeo4jShell(t)
	s := sh.serve()
	const ask = `{ orgUnits { totalCount nodes { code name parent { code } } } }`
	before := s.graphQL(ask)
	require.Empty(t, before.Errors)
	sh.cypher("MATCH (u:OrgUnit {code: 'ORG-MF'}) CREATE (u)-[:PART_OF]->(:OrgUnit {code: 'ORG-HAND', name: '手工'}), (u)-[:PART_OF]->(:OrgUnit {code: 'ORG-TOO', name: '手工'})")
	list := s.graphQL(ask)
	require.Equal(t, before.Data["orgUnits"].(map[string]any)["totalCount"].(float64)+2, list.Data["orgUnits"].(map[string]any)["totalCount"], list.text)
	require.Len(t, list.Errors, 1, list.text)
	require.Contains(t, list.Errors[0].Message, "org_units ORG-MF: there are ")
	require.Contains(t, list.text, `{"code":"ORG-MF","name":`)
	require.Empty(t, s.graphQL(`mutation { upsertEmployee(input: { code: "E-HAND", name: "新人", orgUnit: "ORG-MF" }) { userErrors { message } } }`).Errors)
	out := sh.run("export", t.TempDir())
	require.Equal(t, exitOK, out.code, out.err)
	require.Contains(t, out.err, "org_units ORG-MF: there are ")
	verified := sh.run("verify")
	require.Equal(t, exitInvalid, verified.code)
	require.Contains(t, verified.out, "org_units ORG-MF: there are ")
}
