package graph_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
)

func TestInputErrorsAreLocalized(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const edit = `(input: { %s }) { revision userErrors { field message code } } }`
	for name, c := range map[string]struct {
		query  string
		code   fault.Code
		en, zh string
	}{
		"a page that is too large":     {`{ positions(first: 201) { totalCount } }`, fault.InvalidArgument, "between 0 and 200, not 201", "0 与 200 之间"},
		"a foreign cursor":             {`{ positions(after: "x") { totalCount } }`, fault.InvalidArgument, "not a cursor", "不是本接口的游标"},
		"a foreign id":                 {`{ node(id: "x") { id } }`, fault.InvalidArgument, "not an id", "不是本接口的 id"},
		"an id of an unknown type":     {`{ node(id: "TG9nOjE") { id } }`, fault.InvalidArgument, "not one of this API", "不属于本接口"},
		"a negative budget":            {`{ learningPath(employee: "E1", position: "P", options: { budgetMinutes: -1 }) { totalMinutes } }`, fault.InvalidArgument, "at least 0", "不得小于 0"},
		"an unknown exclusion":         {`{ learningPath(employee: "E1", position: "P") { whatIf(options: { exclude: ["X"] }) { totalMinutes } } }`, fault.InvalidArgument, "exclude names what does not exist: X", "exclude 中的编码不存在：X"},
		"an unknown assumption":        {`{ gapAnalysis(employee: "E1", position: "P", assumeMastered: ["A", "X"]) { ready } }`, fault.InvalidArgument, "does not exist: X", "不存在：X"},
		"a malformed time":             {`{ gapAnalysis(employee: "E1", position: "P", at: "tomorrow") { ready } }`, fault.InvalidArgument, "\"tomorrow\" is not a time: write it as", "\"tomorrow\" 不是时间：请写成"},
		"an unknown position":          {`{ position(code: "X") { name } }`, fault.NotFound, `no position "X"`, "不存在岗位"},
		"an unknown competency":        {`{ competency(code: "A") { name } }`, fault.NotFound, `no competency "A"`, "不存在能力项"},
		"an unknown point":             {`{ knowledgePoint(code: "C") { name } }`, fault.NotFound, `no knowledge point "C"`, "不存在知识点"},
		"an unknown resource":          {`{ resource(code: "X") { title } }`, fault.NotFound, `no resource "X"`, "不存在学习资源"},
		"an unknown employee":          {`{ nextSteps(employee: "X", position: "P") { order } }`, fault.NotFound, `no employee "X"`, "不存在员工"},
		"an unknown department":        {`{ orgUnit(code: "X") { name } }`, fault.NotFound, `no department "X"`, "不存在部门"},
		"an unknown container":         {`{ knowledgePoints(filter: { competency: "A" }) { totalCount } }`, fault.NotFound, `no competency "A"`, "不存在能力项"},
		"too deep":                     {`{ competency(code: "C") ` + nested(20, "{ parent ", "{ code }", "}") + ` }`, fault.LimitExceeded, "deeper than 20", "超过 20 层"},
		"a deferred fragment":          {`{ position(code: "P") { ... @defer { name } } }`, fault.InvalidArgument, `Unknown directive "@defer".`, "未知指令 \"@defer\"。"},
		"a misplaced directive":        {`{ position(code: "P") { name @deprecated } }`, fault.InvalidArgument, `Directive "@deprecated" may not be used on FIELD.`, "指令 \"@deprecated\" 不能用于 FIELD。"},
		"a cycle":                      {`mutation { addPrerequisite` + fmt.Sprintf(edit, `prerequisite: "D", dependent: "A"`), fault.Cycle, "A", "A"},
		"an old revision":              {`mutation { upsertPosition` + fmt.Sprintf(edit, `code: "P", name: "x", expectedRevision: 0`), fault.Conflict, "has changed since", "已变更"},
		"a deletion of what is used":   {`mutation { deleteKnowledgePoint` + fmt.Sprintf(edit, `code: "B"`), fault.Conflict, "cannot be deleted", "不能删除"},
		"an edit of an unknown record": {`mutation { setRequirements` + fmt.Sprintf(edit, `position: "X", requirements: []`), fault.NotFound, `no position`, "不存在岗位"},
	} {
		t.Run(name, func(t *testing.T) {
			for language, want := range map[string]string{"en-GB": c.en, "zh;q=0.9, en;q=0.1": c.zh} {
				got := a.execute(t, c.query, nil, "Accept-Language", language)
				if len(got.Errors) > 0 {
					require.Equal(t, []fault.Code{c.code}, got.codes())
					require.Contains(t, got.Errors[0].Message, want)
				} else {
					require.Contains(t, got.body, `"code":"`+string(c.code)+`"`)
					require.Contains(t, got.body, `"message":"`)
					require.Contains(t, got.body, want)
				}
			}
		})
	}
	require.Empty(t, a.log.String(), "an input error is not logged")
}

func TestVariablesOfWrongType(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const query = `query q($at: Time, $first: Int! = 1, $kind: KnowledgePointKind) {
		gapAnalysis(employee: "E1", position: "P", at: $at) { ready } knowledgePoints(first: $first, filter: { kind: $kind }) { totalCount } }`
	for name, variables := range map[string]map[string]any{
		"a malformed time": {"at": "x"}, "a list as a time": {"at": []int{1}}, "a text as a number": {"first": "many"},
		"a fraction as an integer": {"first": 1.5}, "an unknown enum value": {"kind": "HOBBY"}, "null for a required variable": {"first": nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := a.execute(t, query, variables)
			require.Equal(t, []fault.Code{fault.InvalidArgument}, got.codes())
			require.NotContains(t, got.body, "int64")
			require.NotContains(t, got.body, "interface")
		})
	}
	require.Empty(t, a.execute(t, query, map[string]any{"at": "2026-11-20T08:00:00+08:00", "kind": "SKILL", "first": 3}).Errors)
}
