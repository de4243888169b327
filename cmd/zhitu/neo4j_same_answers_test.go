package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// storePair runs the program on SQLite and on Neo4j.
type storePair struct {
	t      *testing.T
	shells [2]shell
	served [2]*serverProcess
}

// newStorePair imports a folder into both stores and serves them.
func newStorePair(t *testing.T, folder string) storePair {
	t.Helper()
	b := storePair{t: t, shells: [2]shell{newShell(t, "ZHITU_STORE=sqlite:zhitu.db"), newNeo4jShell(t)}}
	require.Contains(t, b.run("import", folder), "done: revision 1\n")
	b.serve()
	return b
}

func (b *storePair) serve() {
	b.t.Helper()
	for i, sh := range b.shells {
		if b.served[i] != nil {
			b.served[i].terminate()
			require.Equal(b.t, exitOK, b.served[i].awaitExit())
		}
		b.served[i] = sh.serve()
	}
}

// run runs a command on both, which must print the same, and returns the output.
func (b *storePair) run(args ...string) string {
	b.t.Helper()
	first, second := b.shells[0].run(args...), b.shells[1].run(args...)
	require.Equal(b.t, exitOK, first.code, "%v\n%s", args, first.err)
	first.err = strings.ReplaceAll(first.err, b.shells[0].storeURI(), b.shells[1].storeURI()) // the progress
	require.Equal(b.t, first, second, args)
	return first.out
}

// graphQL sends a document to both, whose answers must have the same bytes.
func (b *storePair) graphQL(document string) reply {
	b.t.Helper()
	first := b.served[0].graphQL(document, "Accept-Language", "zh-CN")
	second := b.served[1].graphQL(document, "Accept-Language", "zh-CN")
	require.Equal(b.t, first.status, second.status, document)
	require.Equal(b.t, first.text, second.text, document)
	return first
}

// mustGraphQL sends a document that must be answered without an error.
func (b *storePair) mustGraphQL(document string) reply {
	b.t.Helper()
	r := b.graphQL(document)
	require.Empty(b.t, r.Errors, "%s\n%s", document, r.text)
	return r
}

// requireSameExports compares everything in both stores.
func (b *storePair) requireSameExports() {
	b.t.Helper()
	requireSame(b.t, b.shells[0].exportAll(), b.shells[1].exportAll())
}

// fieldsByList has all fields of every type, with links in both directions.
var fieldsByList = map[string]string{
	"knowledgePoints": `id code name nameEn kind nature minutes difficulty tags description depth competency { id code }
		prerequisites(inherited: true) { prerequisite { id code __typename } dependent { code } strength clause level reason }
		dependents { dependent { id code __typename } strength clause level reason }
		related { id code } resources { id code } requiredBy { position { id code } target { code } level weight critical }`,
	"competencies": `id code name nameEn description parent { id code } children { code } knowledgePoints { code } pointCount
		prerequisites { prerequisite { code } clause level } dependents { dependent { code } clause level } requiredBy { position { code } level }`,
	"positions": `id code name nameEn family grade description requirements { target { id code } level weight critical }
		requiredPoints { knowledgePoint { code } level weight critical }`,
	"resources": `id code title url modality minutes language teaches { id code }`,
	"employees": `id code name orgUnit { id code parent { code } } position { id code } targets { code } modalities manager { id code name }
		states { knowledgePoint { code } mastery assessedAt current(at: "` + questionTime + `") }`,
	"orgUnits": `id code name parent { id code }`,
}

// listPages reads a list page by page, and returns its nodes.
func (b *storePair) listPages(list, filter string, first int) (nodes []map[string]any) {
	b.t.Helper()
	for after := ""; ; {
		arguments := fmt.Sprintf("first: %d", first)
		if after != "" {
			arguments += fmt.Sprintf(", after: %q", after)
		}
		if filter != "" {
			arguments += ", filter: " + filter
		}
		r := b.mustGraphQL(fmt.Sprintf(`{ %s(%s) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { %s } } } }`,
			list, arguments, fieldsByList[list]))
		page := r.Data[list].(map[string]any)
		for _, edge := range page["edges"].([]any) {
			nodes = append(nodes, edge.(map[string]any)["node"].(map[string]any))
		}
		info := page["pageInfo"].(map[string]any)
		if info["hasNextPage"] != true {
			require.EqualValues(b.t, page["totalCount"], len(nodes), "%s %s", list, filter)
			return nodes
		}
		after = info["endCursor"].(string)
	}
}

// compareEverything reads every list, every node by its id, and the gap of every
// employee to every position.
func (b *storePair) compareEverything() {
	b.t.Helper()
	var employees, positions []string
	for list := range fieldsByList {
		var ask strings.Builder
		for i, node := range b.listPages(list, "", 80) {
			if i%7 == 0 {
				fmt.Fprintf(&ask, "n%d: node(id: %q) { id __typename }\n", i, node["id"])
			}
			switch list {
			case "employees":
				employees = append(employees, node["code"].(string))
			case "positions":
				positions = append(positions, node["code"].(string))
			}
		}
		require.NotContains(b.t, b.mustGraphQL("{"+ask.String()+"}").text, "null")
	}
	require.NotEmpty(b.t, positions)
	for i := 0; i < len(employees); i += 1 + len(employees)/6 { // a whole path takes its time under the race detector
		e := employees[i]
		var ask strings.Builder
		for j, p := range positions {
			about := fmt.Sprintf("employee: %q, position: %q", e, p)
			at := fmt.Sprintf("at: %q", questionTime)
			fmt.Fprintf(&ask, "g%d: gapAnalysis(%s, %s) { revision coverage ready criticalReady gaps(unmetOnly: false) { status current } }\n", j, about, at)
			if (i+j)%len(positions) == 0 {
				fmt.Fprintf(&ask, `h: gapAnalysis(%s, %s) { gaps { knowledgePoint { id code } required mastery current shortfall weight critical status }
					foundations { knowledgePoint { code } required mastery neededFor { code } } competencies { competency { code } coverage unmet total } }
					p: learningPath(%s, options: {%s}) { revision totalMinutes withinBudget unreached { knowledgePoint { code } }
					steps { order kind minutes cumulativeMinutes target mastery knowledgePoint { id code } resource { id code title } waitsFor { code } unlocks reasons { kind message chain { code } } } }
					q: learningPath(%s, options: {%s, budgetMinutes: 90, locale: "en"}) { totalMinutes withinBudget unreached { knowledgePoint { code } status } steps { knowledgePoint { code } minutes resource { code } } }
					s: nextSteps(%s, first: 5, options: {%s, budgetMinutes: 240, locale: "zh-CN"}) { order kind minutes knowledgePoint { code } reasons { message } }
				`, about, at, about, at, about, at, about, at)
			}
		}
		b.mustGraphQL("{" + ask.String() + "}")
	}
}

func testSameAnswersForSampleCompany(t *testing.T) {
	b := newStorePair(t, seedFolder(t))
	b.requireSameExports()
	b.compareEverything()

	// Idempotent: importing the same content changes nothing, not even the revision.
	before := b.shells[1].exportAll()
	require.Contains(t, b.run("import", seedFolder(t)), "done: revision 1\n")
	requireSame(t, before, b.shells[1].exportAll())

	for _, filter := range []string{`{text: "数据"}`, `{text: "SQL", kind: SKILL}`, `{competency: "C-DATA", nature: CREATIVE}`, `{tag: "班组"}`, `{text: "没有"}`} {
		b.listPages("knowledgePoints", filter, 9)
	}
	require.NotEmpty(t, b.listPages("knowledgePoints", `{text: "数据"}`, 9))
	for _, filter := range []string{`{text: "序列"}`, `{parent: ""}`, `{parent: "C-DATA"}`, `{text: "数据"}`} {
		b.listPages("competencies", filter, 4)
	}
	for _, filter := range []string{`{text: "专家"}`, `{family: "数据序列"}`, `{family: "技术序列", grade: "P5"}`} {
		b.listPages("positions", filter, 2)
	}
	for _, filter := range []string{`{text: "数据"}`, `{language: "zh-CN", modality: VIDEO}`} {
		b.listPages("resources", filter, 5)
	}
	for _, filter := range []string{`{text: "e01"}`, `{text: "海"}`, `{orgUnit: "ORG-MF"}`, `{position: "POS-OM"}`, `{target: "POS-DD"}`, `{manager: "E001", text: "罗"}`} {
		require.NotEmpty(t, b.listPages("employees", filter, 3), filter)
	}

	for _, command := range []string{"gap", "path"} {
		for _, more := range [][]string{{"--json"}, {"--lang", "zh-CN"}, {"--assume-mastered", "C-DATA,K-SQL-JOIN"}} {
			b.run(append([]string{command, "--employee", "E007", "--position", "POS-DA", "--at", questionTime}, more...)...)
		}
	}
	b.run("path", "--employee", "E007", "--position", "POS-DA", "--at", questionTime, "--json", "--budget-minutes", "200", "--locale", "zh-CN")
	for _, ask := range []string{
		`{ employee(code: "E999") { name } position(code: "POS-DA") { name } }`, // one error each: they have no order
		`{ gapAnalysis(employee: "E999", position: "POS-DA") { coverage } }`,
		`{ gapAnalysis(employee: "E007", position: "POS-D") { coverage } }`,
		`{ learningPath(employee: "E007", position: "POS-DA", options: {assumeMastered: ["K-NONE"]}) { totalMinutes } }`,
		`{ node(id: "no id") { id } }`,
		`{ knowledgePoint(code: "K-SQL-JION") { name } }`,
		`{ employees(first: 500) { totalCount } }`,
		`{ employees(after: "no cursor") { totalCount } }`,
	} {
		require.NotEmpty(t, b.graphQL(ask).Errors, ask)
	}
}

// A random world has combinations that the sample company lacks.
func testSameAnswersForRandomWorld(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "random")
	writeWorld(t, folder, 300, 12)
	b := newStorePair(t, folder)
	b.requireSameExports()
	require.Contains(t, b.run("import", folder), "done: revision 1\n")
	b.compareEverything()
	b.run("path", "--employee", "员工03", "--position", "P01", "--at", questionTime, "--json")
	b.run("gap", "--employee", "员工05", "--position", "P00", "--at", questionTime, "--json", "--all")
	b.run("verify")
}

// writeWorld writes a folder with a random catalog and people.
func writeWorld(t *testing.T, folder string, points, people int) {
	t.Helper()
	shape := kgtest.RichShape(points)
	shape.Positions, shape.Required = 4, 15
	w := kgtest.RandomWorld(7, shape)
	units := []competency.OrgUnit{{Code: "部门0", Name: "总部"}, {Code: "部门1", Name: "车间", Parent: "部门0"}, {Code: "部门2", Name: "班组", Parent: "部门1"}}
	require.NoError(t, exchange.WriteFolder(folder, exchange.Export{
		Catalog: w.Catalog, OrgUnits: units,
		People: func(yield func(exchange.Person, error) bool) {
			for i := range people {
				p := exchange.Person{Employee: competency.Employee{
					Code: fmt.Sprintf("员工%02d", i), Name: fmt.Sprintf("张%d", i), OrgUnit: units[i%3].Code, Position: w.Positions[i%3].Code,
					Targets: []string{w.Positions[3].Code, w.Positions[i%2].Code}, Modalities: []competency.Modality{competency.Practice, competency.Video},
				}}
				if i > 0 {
					p.Employee.Manager = fmt.Sprintf("员工%02d", (i-1)/2)
				}
				for j, a := range w.Mastery {
					if j%people <= i {
						a.Employee, a.AssessedAt = p.Employee.Code, a.AssessedAt.Add(-time.Duration(j)*time.Microsecond)
						p.Mastery = append(p.Mastery, a)
					}
				}
				if !yield(p, nil) {
					return
				}
			}
		},
	}))
}

// payloadFields are the fields of every mutation payload.
const payloadFields = `revision userErrors { field message code }`

func testSameEditsOnBothStores(t *testing.T) {
	b := newStorePair(t, seedFolder(t))
	for _, edit := range mutationCases {
		r := b.graphQL("mutation { " + strings.ReplaceAll(edit.mutation, "…", payloadFields) + " }")
		require.Equal(t, 200, r.status, r.text)
		require.Empty(t, r.Errors, "%s\n%s", edit.mutation, r.text)
		if edit.refused == "" {
			require.NotContains(t, r.text, `"code":"CONFLICT"`, edit.mutation)
			require.Contains(t, r.text, `"userErrors":[]`, edit.mutation)
		} else {
			require.Contains(t, r.text, `"code":"`+edit.refused+`"`, edit.mutation)
			require.Regexp(t, `\p{Han}`, r.text)
		}
		if edit.revision > 0 {
			require.Equal(t, edit.revision, r.Extensions.Revision, edit.mutation)
		}
	}
	b.compareEverything()
	b.requireSameExports()
	b.run("verify")

	// A server that applied every edit answers as one that loads everything.
	ask := `{ knowledgePoints(first: 60) { nodes { ` + fieldsByList["knowledgePoints"] + ` } } positions { nodes { ` + fieldsByList["positions"] + ` } } }`
	before := b.mustGraphQL(ask).text
	b.serve()
	require.Equal(t, before, b.mustGraphQL(ask).text)
}

// mutationCases are mutations that succeed or are refused, in order. The sign … stands
// for payloadFields.
var mutationCases = []struct {
	mutation string
	refused  string
	revision int // of the catalog after it, where that is of interest
}{
	{`upsertKnowledgePoint(input: {code: "K-新", name: "新知识点", competency: "C-DATA", minutes: 40, difficulty: 0.25, tags: ["甲", "乙"], kind: SKILL}) { knowledgePoint { id name tags depth } … }`, "", 2},
	{`upsertKnowledgePoint(input: {code: "K-新", nameEn: "New", tags: ["丙"]}) { knowledgePoint { name nameEn minutes difficulty tags } … }`, "", 3},
	{`upsertKnowledgePoint(input: {code: "K-新", nameEn: "New"}) { knowledgePoint { nameEn } … }`, "", 3},
	{`upsertKnowledgePoint(input: {code: "K-新", competency: "C-DATA-LIT"}) { knowledgePoint { competency { code parent { code } } } … }`, "", 4},
	{`upsertKnowledgePoint(input: {code: "K-无名"}) { knowledgePoint { id } … }`, "INVALID_ARGUMENT", 4},
	{`upsertKnowledgePoint(input: {code: "C-DATA", name: "重名"}) { knowledgePoint { id } … }`, "INVALID_ARGUMENT", 4},
	{`upsertKnowledgePoint(input: {code: "K-X", name: "x", competency: "C-DATB"}) { knowledgePoint { id } … }`, "NOT_FOUND", 4},
	{`addPrerequisite(input: {prerequisite: "K-DATA-FIELD", dependent: "K-新", clause: "甲组", level: 0.55, reason: "先\"看懂\"\n再填"}) { dependent { code ... on KnowledgePoint { depth prerequisites { prerequisite { code } clause level reason } } } … }`, "", 5},
	{`addPrerequisite(input: {prerequisite: "K-DATA-UNIT", dependent: "K-新", clause: "甲组"}) { dependent { code } … }`, "", 6},
	{`addPrerequisite(input: {prerequisite: "K-DATA-UNIT", dependent: "K-新", strength: SOFT}) { dependent { ... on KnowledgePoint { prerequisites { strength clause } } } … }`, "", 7},
	{`addPrerequisite(input: {prerequisite: "K-DATA-UNIT", dependent: "K-新", clause: "甲组", level: 0.9}) { dependent { ... on KnowledgePoint { prerequisites { level } } } … }`, "", 8},
	{`addPrerequisite(input: {prerequisite: "K-新", dependent: "K-DATA-FIELD"}) { dependent { code } … }`, "CYCLE", 8},
	{`addPrerequisite(input: {prerequisite: "K-新", dependent: "C-DATA"}) { dependent { code } … }`, "CYCLE", 8},
	{`addPrerequisite(input: {prerequisite: "K-没有", dependent: "K-新", level: 7}) { dependent { code } … }`, "NOT_FOUND", 8},
	{`removePrerequisite(input: {prerequisite: "K-DATA-UNIT", dependent: "K-新", clause: "甲组"}) { dependent { ... on KnowledgePoint { prerequisites { clause } } } … }`, "", 9},
	{`removePrerequisite(input: {prerequisite: "K-DATA-UNIT", dependent: "K-新", clause: "甲组"}) { dependent { code } … }`, "NOT_FOUND", 9},
	{`addRelated(input: {a: "K-新", b: "K-DATA-DATE"}) { knowledgePoint { related { code } } … }`, "", 10},
	{`addRelated(input: {a: "K-DATA-DATE", b: "K-新"}) { knowledgePoint { related { code } } … }`, "", 10},
	{`addRelated(input: {a: "K-新", b: "K-新"}) { knowledgePoint { code } … }`, "INVALID_ARGUMENT", 10},
	{`removeRelated(input: {a: "K-DATA-DATE", b: "K-新"}) { knowledgePoint { related { code } } … }`, "", 11},
	{`upsertPosition(input: {code: "POS-新", name: "新岗位", family: "数据序列", grade: "P1"}) { position { id name family } … }`, "", 12},
	{`setRequirements(input: {position: "POS-新", requirements: [{target: "K-新", level: 0.85, weight: 2, critical: true}, {target: "C-DATA-LIT"}]}) { position { requirements { target { code } level weight critical } requiredPoints { knowledgePoint { code } weight } } … }`, "", 13},
	{`setRequirements(input: {position: "POS-新", requirements: [{target: "K-新", level: 0.5}]}) { position { requirements { target { code } level weight critical } } … }`, "", 14},
	{`setRequirements(input: {position: "POS-新", requirements: [{target: "K-新", level: 7}, {target: "K-没有"}]}) { position { code } … }`, "INVALID_ARGUMENT", 14},
	{`upsertResource(input: {code: "R-新", title: "新资源", modality: VIDEO, minutes: 12, language: "zh-CN", url: "https://a.example/视频", teaches: ["K-新", "K-DATA-UNIT", "K-DATA-DATE"]}) { resource { id teaches { code } } … }`, "", 15},
	{`upsertResource(input: {code: "R-新", teaches: ["K-DATA-DATE", "K-新"]}) { resource { title teaches { code } } … }`, "", 16},
	{`upsertResource(input: {code: "R-又", title: "又", teaches: ["K-没有"]}) { resource { id } … }`, "NOT_FOUND", 16},
	{`upsertCompetency(input: {code: "C-新", name: "新能力", parent: "C-DATA"}) { competency { id parent { code } children { code } } … }`, "", 17},
	{`upsertCompetency(input: {code: "C-DATA", parent: "C-新"}) { competency { id } … }`, "CYCLE", 17},
	{`deleteCompetency(input: {code: "C-DATA"}) { deletedCode … }`, "CONFLICT", 17},
	{`deleteCompetency(input: {code: "C-新"}) { deletedCode … }`, "", 18},
	// A deleted competency's code may be reused for a point.
	{`upsertKnowledgePoint(input: {code: "C-新", name: "曾是能力"}) { knowledgePoint { id __typename } … }`, "", 19},
	{`deleteKnowledgePoint(input: {code: "K-新"}) { deletedCode … }`, "CONFLICT", 19},
	{`deleteKnowledgePoint(input: {code: "K-DATA-FIELD"}) { deletedCode … }`, "CONFLICT", 19},
	{`deleteResource(input: {code: "R-新"}) { deletedCode … } again: deleteResource(input: {code: "R-新"}) { deletedCode … }`, "NOT_FOUND", 20},
	{`deletePosition(input: {code: "POS-DA"}) { deletedCode … }`, "CONFLICT", 20},
	{`upsertPosition(input: {code: "POS-新", grade: "P2", expectedRevision: 19}) { position { grade } … }`, "CONFLICT", 20},
	{`upsertPosition(input: {code: "POS-新", grade: "P2", expectedRevision: 20}) { position { grade } … }`, "", 21},
	{`upsertOrgUnit(input: {code: "ORG-新", name: "新部门", parent: "ORG-MF"}) { orgUnit { id parent { code } } … }`, "", 21},
	{`upsertOrgUnit(input: {code: "ORG-MF", parent: "ORG-新"}) { orgUnit { id } … }`, "CYCLE", 21},
	{`upsertOrgUnit(input: {code: "ORG-无名"}) { orgUnit { id } … }`, "INVALID_ARGUMENT", 21},
	{`upsertEmployee(input: {code: "E900", name: "新人", orgUnit: "ORG-新", position: "POS-新", targets: ["POS-DA", "POS-OM"], modalities: [PRACTICE, VIDEO], manager: "E001"}) { employee { ` + fieldsByList["employees"] + ` } … }`, "", 21},
	{`upsertEmployee(input: {code: "E900", targets: ["POS-OM", "POS-DA"], manager: "E002"}) { employee { ` + fieldsByList["employees"] + ` } … }`, "", 21},
	{`upsertEmployee(input: {code: "E901", name: "某人", manager: "E999", orgUnit: "ORG-X", position: "POS-X"}) { employee { id } … }`, "NOT_FOUND", 21},
	{`upsertEmployee(input: {code: "E902"}) { employee { id } … }`, "INVALID_ARGUMENT", 21},
	{`assignPosition(input: {employee: "E900", position: "POS-DA"}) { employee { position { code } targets { code } } … }`, "", 21},
	{`setMastery(input: {employee: "E900", knowledgePoint: "K-新", mastery: 0.6, assessedAt: "2026-11-01T08:00:00.123456789+08:00"}) { employee { states { knowledgePoint { code } mastery assessedAt } } … }`, "", 21},
	{`setMastery(input: {employee: "E900", knowledgePoint: "K-新", mastery: 0.9, assessedAt: "2026-10-01T08:00:00Z"}) { employee { states { mastery assessedAt } } … }`, "", 21},
	{`setMastery(input: {employee: "E900", knowledgePoint: "K-新", mastery: 2}) { employee { id } … }`, "INVALID_ARGUMENT", 21},
	{`setMastery(input: {employee: "E900", knowledgePoint: "C-DATA", mastery: 0.5}) { employee { id } … }`, "NOT_FOUND", 21},
	{`deletePosition(input: {code: "POS-新"}) { deletedCode … }`, "", 22},
	{`deleteKnowledgePoint(input: {code: "K-新"}) { deletedCode … }`, "CONFLICT", 22},
	{`deleteOrgUnit(input: {code: "ORG-新"}) { deletedCode … }`, "CONFLICT", 22},
	{`deleteEmployee(input: {code: "E001"}) { deletedCode … }`, "", 22},
	{`deleteEmployee(input: {code: "E900"}) { deletedCode … } b: deleteOrgUnit(input: {code: "ORG-新"}) { deletedCode … } c: deleteKnowledgePoint(input: {code: "K-新"}) { deletedCode … }`, "", 23},
}

func testSameJSONErrorsOnBothStores(t *testing.T) {
	sqlite, neo := newSeededShell(t, "ZHITU_STORE=sqlite:zhitu.db"), newSeededNeo4jShell(t)
	neo.writeFile("bad/requirements.csv", "position,target,level\nPOS-DA,K-SQL-JION,0.7\n")
	sqlite.writeFile("bad/requirements.csv", "position,target,level\nPOS-DA,K-SQL-JION,0.7\n")
	for _, args := range [][]string{
		{"gap", "--employee", "E999", "--position", "POS-DA", "--json"},
		{"import", "bad", "--json", "--lang", "zh-CN"},
		{"check", "bad", "--store", ""},
		{"import", "bad", "--dry-run"},
	} {
		require.Equal(t, sqlite.run(args...), neo.run(args...), args)
	}
	require.True(t, json.Valid([]byte(neo.run("gap", "--employee", "E999", "--position", "POS-DA", "--json").out)))
}
