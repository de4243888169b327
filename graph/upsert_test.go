package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/competency"
)

func TestUpsertEmptiesFields(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for _, c := range []struct{ name, query, want string }{
		{
			"what is absent stays", `mutation { upsertEmployee(input: { code: "E1" }) { created employee { manager { code } position { code } targets { code } } userErrors { message } } }`,
			`{"upsertEmployee":{"created":false,"employee":{"manager":{"code":"E2"},"position":{"code":"P"},"targets":[{"code":"Q"}]},"userErrors":[]}}`,
		},
		{
			"null, an empty text and an empty list",
			`mutation { upsertEmployee(input: { code: "E1", manager: null, position: "", targets: [], modalities: [] }) { employee { manager { code } position { code } targets { code } modalities orgUnit { code } } } }`,
			`{"upsertEmployee":{"employee":{"manager":null,"position":null,"targets":[],"modalities":[],"orgUnit":{"code":"DEV"}}}}`,
		},
		{
			"a position is taken off", `mutation { assignPosition(input: { employee: "E1", position: null }) { employee { position { code } } } }`,
			`{"assignPosition":{"employee":{"position":null}}}`,
		},
		{
			"a department moves to the top", `mutation { upsertOrgUnit(input: { code: "DEV", parent: null }) { created orgUnit { name parent { code } } } }`,
			`{"upsertOrgUnit":{"created":false,"orgUnit":{"name":"研发部","parent":null}}}`,
		},
		{
			"a field with a default goes back to it", `mutation { addPrerequisite(input: { prerequisite: "B", dependent: "D", strength: null }) { created dependent { ... on KnowledgePoint { prerequisites { strength } } } userErrors { message } } }`,
			`{"addPrerequisite":{"created":false,"dependent":{"prerequisites":[{"strength":"HARD"},{"strength":"HARD"},{"strength":"HARD"}]},"userErrors":[]}}`,
		},
		{
			"a required field refuses that", `mutation { upsertKnowledgePoint(input: { code: "A", name: "" }) { knowledgePoint { code } userErrors { field code } } }`,
			`{"upsertKnowledgePoint":{"knowledgePoint":null,"userErrors":[{"field":"name","code":"INVALID_ARGUMENT"}]}}`,
		},
		{
			"a point", `mutation { upsertKnowledgePoint(input: { code: "A", minutes: null, competency: null, kind: null }) { knowledgePoint { minutes competency { code } kind } } }`,
			`{"upsertKnowledgePoint":{"knowledgePoint":{"minutes":null,"competency":null,"kind":"KNOWLEDGE"}}}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) { require.JSONEq(t, c.want, a.query(t, c.query)) })
	}
}

// A variable without a value is as if its field were not there.
func TestUnsetVariableLeavesField(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const edit = `mutation ($input: UpsertEmployeeInput!, $manager: String) {
		whole: upsertEmployee(input: $input) { employee { manager { code } } }
		field: upsertEmployee(input: { code: "E1", manager: $manager }) { employee { manager { code } } } }`
	got := a.execute(t, edit, map[string]any{"input": map[string]any{"code": "E1"}})
	require.JSONEq(t, `{"whole":{"employee":{"manager":{"code":"E2"}}},"field":{"employee":{"manager":{"code":"E2"}}}}`, string(got.Data))
	got = a.execute(t, edit, map[string]any{"input": map[string]any{"code": "E1"}, "manager": nil})
	require.JSONEq(t, `{"whole":{"employee":{"manager":{"code":"E2"}}},"field":{"employee":{"manager":null}}}`, string(got.Data))
}

func TestUpsertSaysWhatIsNew(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for mutation, input := range map[string]string{
		"upsertPosition":       `code: "NEW", name: "新"`,
		"upsertCompetency":     `code: "NEW-C", name: "新"`,
		"upsertKnowledgePoint": `code: "NEW-K", name: "新"`,
		"upsertResource":       `code: "NEW", title: "新"`,
		"upsertOrgUnit":        `code: "NEW", name: "新"`,
		"upsertEmployee":       `code: "NEW", name: "新"`,
		"addPrerequisite":      `prerequisite: "A", dependent: "D", clause: "new"`,
	} {
		run := func(mode string) string {
			return a.query(t, `mutation { `+mutation+`(input: { `+input+mode+` }) { created userErrors { field code } } }`)
		}
		require.JSONEq(t, `{"`+mutation+`":{"created":true,"userErrors":[]}}`, run(`, mode: CREATE`))
		require.JSONEq(t, `{"`+mutation+`":{"created":false,"userErrors":[]}}`, run(``))
		require.JSONEq(t, `{"`+mutation+`":{"created":false,"userErrors":[{"field":"code","code":"CONFLICT"}]}}`, run(`, mode: CREATE`), mutation)
	}
}

func TestLevelsAnswerTheScale(t *testing.T) {
	t.Parallel()
	world := smallWorld(t)
	const ask = `{ levels { label labelEn digit level } }`
	require.Contains(t, newAPI(t, world, nil, graph.Config{}).query(t, ask), `{"label":"掌握","labelEn":"apply","digit":3,"level":0.7}`)
	world.Put.Scale = competency.Scale{{Label: "高级", Level: 0.9}, {Label: "初级", Level: 0.4}}
	require.JSONEq(t, `{"levels":[{"label":"初级","labelEn":null,"digit":null,"level":0.4},{"label":"高级","labelEn":null,"digit":null,"level":0.9}]}`,
		newAPI(t, world, nil, graph.Config{}).query(t, ask))
}

// A new code that looks like another one of its type is told by every upsert, and written.
func TestUpsertsTellLookAlikes(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const unit = `dept-１`
	a.query(t, `mutation { upsertOrgUnit(input: { code: "`+unit+`", name: "一部" }) { revision } upsertResource(input: { code: "R9", title: "t" }) { revision } }`)
	for mutation, notice := range map[string]string{
		`upsertPosition(input: { code: "p", name: "x" })`:                        `"p" looks like "P", and is another code: if both mean the same record, write it one way`,
		`upsertCompetency(input: { code: "b", name: "x" })`:                      `"b" looks like "B"`, // of a point: they share their codes
		`upsertKnowledgePoint(input: { code: "ｃ", name: "x" })`:                  `"ｃ" looks like "C"`,
		`upsertResource(input: { code: "r9", title: "x" })`:                      `"r9" looks like "R9"`,
		`upsertOrgUnit(input: { code: "DEPT-1", name: "x" })`:                    `"DEPT-1" looks like "` + unit + `"`,
		`upsertEmployee(input: { code: "e1", name: "x" })`:                       `"e1" looks like "E1"`,
		`upsertPosition(input: { code: "PP", name: "x" })`:                       "",
		`upsertPosition(input: { code: "P", name: "y" })`:                        "", // no new one
		`addPrerequisite(input: { prerequisite: "A", dependent: "C2" })`:         "",
		`setRequirements(input: { position: "P", requirements: [] })`:            "",
		`setMastery(input: { employee: "E1", knowledgePoint: "A", mastery: 1 })`: "",
	} {
		got := a.query(t, `mutation { it: `+mutation+` { notices userErrors { message } } }`)
		require.Contains(t, got, `"userErrors":[]`, mutation)
		if notice == "" {
			require.Contains(t, got, `"notices":[]`, mutation)
			continue
		}
		require.Contains(t, got, `"notices":["`+strings.ReplaceAll(notice, `"`, `\"`), mutation)
	}
	require.Contains(t, a.execute(t, `mutation { it: upsertEmployee(input: { code: "e2", name: "x" }) { notices } }`, nil, "Accept-Language", "zh").body, "看起来相同，但是不同的编码")
}
