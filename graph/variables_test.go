package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
)

// Clients show the message of an error, and seldom its path.
func TestErrorsOfVariablesNameThem(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const gap = `query($e: String!, $p: String!, $at: Time) { gapAnalysis(employee: $e, position: $p, at: $at) { ready } }`
	const path = `query($o: PathOptions!) { learningPath(employee: "E1", position: "P", options: $o) { totalMinutes } }`
	const record = `mutation($i: RecordEvidenceInput!) { recordEvidence(input: $i) { revision } }`
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		en, zh    string
	}{
		"all that are missing":    {gap, nil, "give a value in variables for $e, $p", "请在 variables 中给出 $e, $p 的值"},
		"the one that is missing": {gap, map[string]any{"e": "E1"}, "give a value in variables for $p", "给出 $p 的值"},
		"null":                    {gap, map[string]any{"e": nil, "p": "P"}, "$e must not be null", "$e 不能为 null"},
		"another type":            {gap, map[string]any{"e": true, "p": "P"}, "$e: ", "$e："},
		"a number for a text":     {gap, map[string]any{"e": 1001, "p": "P"}, "$e: a number is no String: write it in quotation marks", "$e：数字不是 String：请加上引号"},
		"deep inside": {
			record,
			map[string]any{"i": map[string]any{"evidence": []any{map[string]any{"id": "a", "employee": "E1", "knowledgePoints": []any{"A", 7}, "kind": "EXAM", "score": 1}}}},
			"$i.evidence.0.knowledgePoints.1: a number is no String", "数字不是 String",
		},
		"a text for a number": {
			record,
			map[string]any{"i": map[string]any{"evidence": []any{map[string]any{"id": "a", "employee": "E1", "knowledgePoints": []any{"A"}, "kind": "EXAM", "score": "1"}}}},
			"$i.evidence.0.score: a text is no Float: write the number without quotation marks", "文本不是 Float",
		},
		"an unknown value": {
			record,
			map[string]any{"i": map[string]any{"evidence": []any{map[string]any{"id": "a", "employee": "E1", "knowledgePoints": []any{"A"}, "kind": "TEST", "score": 1}}}},
			`$i.evidence.0.kind: "TEST" is none of EXAM, `, `$i.evidence.0.kind："TEST" 不是以下任何一个：EXAM, `,
		},
		"a fraction for a whole number": {
			record,
			map[string]any{"i": map[string]any{"evidence": []any{map[string]any{"id": "a", "employee": "E1", "knowledgePoints": []any{"A"}, "kind": "EXAM", "score": 1, "attempts": 1.5}}}},
			"$i.evidence.0.attempts: this is no Int: give a whole number", "这不是 Int：请填写整数",
		},
		"a text for true": {
			record,
			map[string]any{"i": map[string]any{"evidence": []any{map[string]any{"id": "a", "employee": "E1", "knowledgePoints": []any{"A"}, "kind": "EXAM", "correct": "true"}}}},
			"$i.evidence.0.correct: this is no Boolean: give true or false", "请填写 true 或 false，不加引号",
		},
		"an unknown field": {path, map[string]any{"o": map[string]any{"bugdet": 1}}, "there is no field $o.bugdet", "没有字段 $o.bugdet"},
		"a missing field": {
			record,
			map[string]any{"i": map[string]any{"evidence": []any{map[string]any{"id": "a"}}}},
			"$i.evidence.0.employee is missing: it is required", "缺少 $i.evidence.0.employee",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := a.execute(t, c.query, c.variables)
			require.Equal(t, []fault.Code{fault.InvalidArgument}, got.codes())
			require.Contains(t, got.Errors[0].Message, c.en)
			require.Contains(t, a.execute(t, c.query, c.variables, "Accept-Language", "zh-CN").Errors[0].Message, c.zh)
		})
	}
}

// Whoever writes a name where a code belongs is told the code, in whatever is asked.
func TestNamesInPlaceOfCodesAreExplained(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const told = `there is no employee \"陈晓雨\"; did you mean E1 (陈晓雨)?`
	for _, query := range []string{
		`{ employee(code: "陈晓雨") { name } }`,
		`{ gapAnalysis(employee: "陈晓雨", position: "P") { ready } }`,
		`{ placementNext(employee: " 陈晓雨 ", position: "P") { asked } }`,
		`mutation { assignPosition(input: { employee: "陈晓雨", position: "P" }) { userErrors { message } } }`,
		`mutation { deleteMastery(input: { employee: "陈晓雨", knowledgePoint: "A" }) { userErrors { message } } }`,
		`mutation { recordEvidence(input: { evidence: [{ id: "a", employee: "陈晓雨", knowledgePoints: ["A"], kind: EXAM, score: 1 }] }) { userErrors { message } } }`,
	} {
		require.Contains(t, strings.ReplaceAll(a.execute(t, query, nil).body, `\" 陈晓雨 \"`, `\"陈晓雨\"`), told, query)
	}
	require.Contains(t, a.execute(t, `{ employee(code: "陈晓雨") { name } }`, nil, "Accept-Language", "zh-CN").body, `是否应为 E1 (陈晓雨)？`)
	a.query(t, `mutation { upsertPosition(input: { code: "P", name: "数据 分析师", nameEn: "Data Analyst" }) { revision } }`)
	for _, name := range []string{"数据 分析师", "data analyst"} {
		require.Contains(t, a.execute(t, `{ gapAnalysis(employee: "E1", position: "`+name+`") { ready } }`, nil).body, `\"; did you mean P (数据 分析师)?"`)
	}
	a.query(t, `mutation { upsertKnowledgePoint(input: { code: "A", name: "识图" }) { revision } }`)
	require.Contains(t, a.execute(t, `{ knowledgePoint(code: "识图") { code } }`, nil).body, `there is no knowledge point \"识图\"; did you mean A (识图)?`)
	require.NotContains(t, a.execute(t, `{ employee(code: "陈晓") { name } }`, nil).body, "did you mean")
}

// A wrong time or a number out of range is the fault of one piece. A value of another
// type is that of whoever wrote the request.
func TestWrongTimeRefusesItsPieceAlone(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const record = `mutation($e: [EvidenceInput!]!) { recordEvidence(input: { evidence: $e }) { results { id outcome } userErrors { field message code } } }`
	piece := func(id string, at any, score any) map[string]any {
		return map[string]any{"id": id, "employee": "E1", "knowledgePoints": []string{"A"}, "kind": "EXAM", "at": at, "score": score}
	}
	got := a.execute(t, record, map[string]any{"e": []any{
		piece("good", "2026-11-19 08:00", 1), piece("wrong", "yesterday", 1), piece("high", "2026-11-19", 1.5), piece("none", nil, 0.5),
	}}, "Accept-Language", "zh-CN")
	require.Empty(t, got.Errors)
	require.Contains(t, string(got.Data), `{"id":"good","outcome":"RECORDED"},{"id":"wrong","outcome":"REFUSED"},{"id":"high","outcome":"REFUSED"},{"id":"none","outcome":"RECORDED"}`)
	require.Contains(t, string(got.Data), `{"field":"evidence.1.at","message":"\"yesterday\" 不是时间`)
	require.Contains(t, string(got.Data), `{"field":"evidence.2.score"`)

	for _, wrong := range []map[string]any{piece("x", 20261120, 1), piece("x", "2026-11-19", true)} {
		got = a.execute(t, record, map[string]any{"e": []any{piece("y", nil, 1), wrong}})
		require.Equal(t, []fault.Code{fault.InvalidArgument}, got.codes())
		require.NotContains(t, string(got.Data), "RECORDED", "nothing of it was taken")
	}

	answer := a.execute(t, `mutation { answerPlacement(input: { employee: "E1", position: "P", knowledgePoint: "B", correct: true, at: "soon" }) { placement { asked } userErrors { field } } }`, nil)
	require.Empty(t, answer.Errors)
	require.Contains(t, string(answer.Data), `"userErrors":[{"field":"at"}]`)
	answer = a.execute(t, `mutation {
		wrong: setMastery(input: { employee: "E1", knowledgePoint: "A", mastery: 0.5, assessedAt: "soon" }) { userErrors { field code } }
		right: upsertPosition(input: { code: "P", name: "p" }) { userErrors { field } }
	}`, nil)
	require.Empty(t, answer.Errors)
	require.JSONEq(t, `{"wrong":{"userErrors":[{"field":"assessedAt","code":"INVALID_ARGUMENT"}]},"right":{"userErrors":[]}}`, string(answer.Data))
}

// Relay takes out of its store what a mutation names by deletedId.
func TestDeletedIDIsTheGlobalID(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	a.query(t, `mutation {
		upsertPosition(input: { code: "X", name: "x" }) { revision }
		upsertCompetency(input: { code: "XC", name: "x" }) { revision }
		upsertKnowledgePoint(input: { code: "X", name: "x" }) { revision }
		upsertResource(input: { code: "X", title: "x" }) { revision }
		upsertOrgUnit(input: { code: "X", name: "x" }) { revision }
		upsertEmployee(input: { code: "X", name: "x" }) { revision }
	}`)
	for _, c := range []struct{ query, mutation, code string }{
		{"position", "deletePosition", "X"},
		{"competency", "deleteCompetency", "XC"},
		{"knowledgePoint", "deleteKnowledgePoint", "X"},
		{"resource", "deleteResource", "X"},
		{"orgUnit", "deleteOrgUnit", "X"},
		{"employee", "deleteEmployee", "X"},
	} {
		id := a.query(t, `{ of: `+c.query+`(code: "`+c.code+`") { id } }`)
		gone := a.query(t, `mutation { it: `+c.mutation+`(input: { code: "`+c.code+`" }) { id: deletedId } }`)
		require.Equal(t, id[len(`{"of":`):], gone[len(`{"it":`):], c.mutation)
		require.Equal(t, `{"it":{"deletedId":null}}`, a.query(t, `mutation { it: `+c.mutation+`(input: { code: "`+c.code+`" }) { deletedId } }`), "a second time")
	}
}
