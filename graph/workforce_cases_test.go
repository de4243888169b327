package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/exchange"
)

// workedWorkforce is where the worked companies of workforce are.
const workedWorkforce = "../internal/workforce/testdata/cases"

// workforceAPI serves a worked company of workforce.
func workforceAPI(t testing.TB, folder string, trips *roundTrips) *api {
	doc, err := exchange.Read(folder)
	require.NoError(t, err)
	require.Empty(t, doc.Problems)
	doc.Changes.AsStored = true // some masteries are of the future
	if trips == nil {
		trips = &roundTrips{}
	}
	return newAPI(t, doc.Changes, trips.observe, graph.Config{})
}

// companyAnswers asks for every answer to a measure, and compares it with the worked one.
type companyAnswers struct {
	*api
	t       *testing.T
	answers map[string]json.RawMessage
}

func (c companyAnswers) check(measure, separator string, ask func(key ...string) any) {
	var want map[string]any
	require.NoError(c.t, json.Unmarshal(c.answers[measure], &want))
	require.NotEmpty(c.t, want)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		data, err := json.Marshal(ask(strings.Split(key, separator)...))
		require.NoError(c.t, err)
		var got any
		require.NoError(c.t, json.Unmarshal(data, &got))
		requireSameFigures(c.t, want[key], got, measure+" "+key)
	}
}

// requireSameFigures compares decoded JSON. Numbers may differ by what rounding to nine decimals
// leaves.
func requireSameFigures(t *testing.T, want, got any, where string) {
	switch want := want.(type) {
	case float64:
		require.IsType(t, want, got, where)
		require.InDelta(t, want, got, 0.6e-9, where)
	case []any:
		require.IsType(t, want, got, where)
		require.Len(t, got, len(want), where)
		for i := range want {
			requireSameFigures(t, want[i], got.([]any)[i], fmt.Sprintf("%s[%d]", where, i))
		}
	case map[string]any:
		require.IsType(t, want, got, where)
		require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got.(map[string]any))), where)
		for key := range want {
			requireSameFigures(t, want[key], got.(map[string]any)[key], where+"."+key)
		}
	default:
		require.Equal(t, want, got, where)
	}
}

// answer decodes the data of a question without errors.
func (c companyAnswers) answer(query string) (data map[string]any) {
	require.NoError(c.t, json.Unmarshal([]byte(c.query(c.t, query)), &data))
	return data
}

// group writes U, which is * for the firm, as an argument.
func group(u string) string {
	if u == "*" {
		return ""
	}
	return fmt.Sprintf(", group: { orgUnit: %q }", u)
}

const workedAt = `at: "2026-11-20T00:00:00Z"`

// Every worked answer is that of the API.
func TestWorkedAnswersOfWorkforce(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(workedWorkforce, "*", "answers.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			c := companyAnswers{workforceAPI(t, filepath.Dir(file), nil), t, nil}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &c.answers))
			c.check("heat", "|", c.heat)
			c.check("distribution", "|", c.distribution)
			c.check("candidates", "|", c.candidates)
			c.check("positions", "|", c.positions)
			c.check("distance", ">", c.distance)
			c.check("holders", "|", c.holders)
			c.check("risks", "|", c.risks)
			c.check("bus", "|", c.busFactor)
			c.check("unblocking", "|", c.unblocking)
			c.checkTraining()
		})
	}
}

func (c companyAnswers) heat(key ...string) any {
	position := ""
	if key[1] != "-" {
		position = fmt.Sprintf("position: %q, ", key[1])
	}
	data := c.answer(`{ teamGaps(` + position + workedAt + group(key[0]) + `) { at without leftOut columns { competency { code } }
		people { employee { code } cells { coverage unmet required unassessed } }
		units { orgUnit { code } cells { people coverage unmet required unassessed withheld } }
		total { people coverage unmet required unassessed withheld } } }`)["teamGaps"].(map[string]any)
	var columns []string
	for _, column := range data["columns"].([]any) {
		code := "elsewhere"
		if competency, ok := column.(map[string]any)["competency"].(map[string]any); ok {
			code = competency["code"].(string)
		}
		columns = append(columns, code)
	}
	cells := func(list any, fields ...string) map[string]any {
		row := map[string]any{}
		for i, cell := range list.([]any) {
			if cell, ok := cell.(map[string]any); ok {
				row[columns[i]] = pick(cell, fields...)
			}
		}
		return row
	}
	people, units := []any{}, []any{}
	for _, row := range data["people"].([]any) {
		row := row.(map[string]any)
		people = append(people, []any{row["employee"].(map[string]any)["code"], cells(row["cells"], "coverage", "unmet", "required", "unassessed")})
	}
	for _, row := range data["units"].([]any) {
		row, code := row.(map[string]any), any("itself")
		if unit, ok := row["orgUnit"].(map[string]any); ok {
			code = unit["code"]
		}
		units = append(units, []any{code, cells(row["cells"], "people", "coverage", "unmet", "required", "unassessed")})
	}
	return map[string]any{
		"people": people, "units": units, "without": data["without"],
		"total": cells(data["total"], "people", "coverage", "unmet", "required", "unassessed"),
	}
}

func pick(object map[string]any, fields ...string) (values []any) {
	for _, f := range fields {
		values = append(values, object[f])
	}
	return values
}

func (c companyAnswers) distribution(key ...string) any {
	d := c.answer(fmt.Sprintf(`{ coverageDistribution(position: %q, %s%s) { people quantiles { share coverage } bins { from to people } ready criticalReady unassessed } }`,
		key[1], workedAt, group(key[0])))["coverageDistribution"].(map[string]any)
	var quantiles, bins any = slices.Repeat([]any{nil}, 7), []any{}
	if list, ok := d["quantiles"].([]any); ok {
		quantiles = each(list, "coverage")
	}
	if list, ok := d["bins"].([]any); ok {
		bins = each(list, "people")
	}
	return []any{d["people"], quantiles, bins, d["ready"], d["criticalReady"], d["unassessed"]}
}

func each(list []any, field string) []any {
	values := make([]any, len(list))
	for i, x := range list {
		values[i] = x.(map[string]any)[field]
	}
	return values
}

const readinessFields = `{ position { code } held class ready criticalReady coverage minutes unassessed }`

func (c companyAnswers) candidates(key ...string) any {
	list := []any{}
	for after := ""; ; { // pages of three
		page := c.answer(fmt.Sprintf(`{ candidates(position: %q, first: 3, %s%s%s) { others totalCount pageInfo { endCursor hasNextPage } nodes { employee { code } readiness %s } } }`,
			key[1], workedAt, group(key[0]), after, readinessFields))["candidates"].(map[string]any)
		for _, node := range page["nodes"].([]any) {
			node := node.(map[string]any)
			list = append(list, append([]any{node["employee"].(map[string]any)["code"]},
				pick(node["readiness"].(map[string]any), "held", "class", "ready", "criticalReady", "coverage", "minutes", "unassessed")...))
		}
		info := page["pageInfo"].(map[string]any)
		if info["hasNextPage"] == false {
			require.Equal(c.t, float64(len(list)), page["totalCount"])
			return list
		}
		after = fmt.Sprintf(", after: %q", info["endCursor"])
	}
}

func (c companyAnswers) positions(key ...string) any {
	list := []any{}
	nodes := c.answer(fmt.Sprintf(`{ positionsFor(employee: %q, first: 200, %s) { nodes %s } }`, key[0], workedAt, readinessFields))["positionsFor"].(map[string]any)["nodes"].([]any)
	for _, r := range nodes {
		r := r.(map[string]any)
		list = append(list, append([]any{r["position"].(map[string]any)["code"]}, pick(r, "held", "class", "ready", "criticalReady", "coverage", "minutes", "unassessed")...))
	}
	return list
}

func (c companyAnswers) distance(key ...string) any {
	d := c.answer(fmt.Sprintf(`{ positionDistance(from: %q, to: %q) { minutes similarity } }`, key[0], key[1]))["positionDistance"].(map[string]any)
	return pick(d, "minutes", "similarity")
}

func (c companyAnswers) holders(key ...string) any {
	list := []any{}
	nodes := c.answer(`{ holders(first: 200, ` + workedAt + group(key[0]) + `) { nodes { knowledgePoint { code } level class count people(first: 200) { totalCount nodes { code } } } } }`)["holders"].(map[string]any)["nodes"].([]any)
	for _, h := range nodes {
		h := h.(map[string]any)
		people := h["people"].(map[string]any)
		require.Equal(c.t, h["count"], people["totalCount"])
		list = append(list, []any{h["knowledgePoint"].(map[string]any)["code"], h["level"], each(people["nodes"].([]any), "code"), h["class"]})
	}
	return list
}

func (c companyAnswers) risks(key ...string) any {
	list := []any{}
	nodes := c.answer(`{ risks(first: 200, ` + workedAt + group(key[0]) + `) { nodes { knowledgePoint { code } level class affected people { totalCount } affectedPeople { totalCount } } } }`)["risks"].(map[string]any)["nodes"].([]any)
	for _, r := range nodes {
		r := r.(map[string]any)
		require.Equal(c.t, r["affected"], r["affectedPeople"].(map[string]any)["totalCount"])
		require.Equal(c.t, r["class"] == "SINGLE", r["people"].(map[string]any)["totalCount"] == 1.0)
		list = append(list, []any{r["knowledgePoint"].(map[string]any)["code"], r["level"], r["class"], r["affected"]})
	}
	return list
}

func (c companyAnswers) busFactor(key ...string) any {
	return c.answer(fmt.Sprintf(`{ coverageDistribution(position: %q, %s%s) { busFactor } }`, key[1], workedAt, group(key[0])))["coverageDistribution"].(map[string]any)["busFactor"]
}

func (c companyAnswers) unblocking(key ...string) any {
	list := []any{}
	points := c.answer(`{ unblocking(first: 10, ` + workedAt + group(key[0]) + `) { points { knowledgePoint { code } value minutes size people { nodes { code } } } } }`)["unblocking"].(map[string]any)["points"].([]any)
	for _, u := range points {
		u := u.(map[string]any)
		list = append(list, []any{u["knowledgePoint"].(map[string]any)["code"], u["value"], u["minutes"], each(u["people"].(map[string]any)["nodes"].([]any), "code")})
	}
	return list
}

// The method is free, but what a training set comes to is bounded.
func (c companyAnswers) checkTraining() {
	var want map[string][]any
	require.NoError(c.t, json.Unmarshal(c.answers["training"], &want))
	for key, w := range want {
		parts := strings.Split(key, "|")
		pool := map[string]string{"HOLDERS": "INCUMBENTS", "ALL": "ALL"}[parts[2]]
		s := c.answer(fmt.Sprintf(`{ trainingSet(position: %q, pool: %s, %s%s) { minutes bound feasible missing { count } plans { minutes employee { code } goals { code } } } }`,
			parts[1], pool, workedAt, group(parts[0])))["trainingSet"].(map[string]any)
		require.Equal(c.t, w[2], s["feasible"], key)
		require.GreaterOrEqual(c.t, s["minutes"], w[1], key)
		require.LessOrEqual(c.t, s["bound"], w[0], key)
		sum := 0.0
		for _, p := range s["plans"].([]any) {
			sum += p.(map[string]any)["minutes"].(float64)
		}
		require.Equal(c.t, s["minutes"], sum, key)
		require.Empty(c.t, s["missing"], key)
	}
}
