package xapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

const someID = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"

// statementJSON returns a statement in which parts, given as name, JSON, …, replace the
// default ones; "" removes one.
func statementJSON(parts ...string) string {
	all := map[string]json.RawMessage{
		"id":        json.RawMessage(`"` + someID + `"`),
		"actor":     json.RawMessage(`{"account": {"homePage": "https://lms.example", "name": "E1"}}`),
		"verb":      json.RawMessage(`{"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered"}}`),
		"object":    json.RawMessage(`{"id": "https://lms.example/items/K1"}`),
		"result":    json.RawMessage(`{"score": {"scaled": 0.75}, "success": true}`),
		"timestamp": json.RawMessage(`"2026-11-20T08:00:00.123456Z"`),
	}
	for i := 0; i < len(parts); i += 2 {
		if parts[i+1] == "" {
			delete(all, parts[i])
		} else {
			all[parts[i]] = json.RawMessage(parts[i+1])
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func verbJSON(name string) string {
	return `{"id": "http://adlnet.gov/expapi/verbs/` + name + `"}`
}

func TestParseAcceptsValidStatements(t *testing.T) {
	account := `{"account": {"homePage": "https://lms.example", "name": "E1"}}`
	for name, body := range map[string]string{
		"the least":        statementJSON("id", "", "timestamp", "", "result", ""),
		"a mbox":           statementJSON("actor", `{"objectType": "Agent", "name": "王芳", "mbox": "mailto:wang@example.com"}`),
		"a hash":           statementJSON("actor", `{"mbox_sha1sum": "`+strings.Repeat("aF09", 10)+`"}`),
		"an openid":        statementJSON("actor", `{"openid": "https://wang.example/"}`),
		"a group":          statementJSON("actor", `{"objectType": "Group", "mbox": "mailto:team@example.com", "member": [`+account+`]}`),
		"a nameless group": statementJSON("actor", `{"objectType": "Group", "member": [`+account+`, `+account+`]}`),
		"everything": statementJSON(
			"version", `"1.0.3"`, "stored", `"2026-11-20T08:00:01+08:00"`, "authority", account,
			"object", `{"objectType": "Activity", "id": "https://lms.example/q", "definition": {"name": {"zh-CN": "题"}, "description": {}, "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
				"moreInfo": "https://x.example", "interactionType": "choice", "correctResponsesPattern": ["a"], "choices": [{"id": "a", "description": {"en": "A"}}],
				"extensions": {"https://x.example/e": null}}}`,
			"result", `{"score": {"scaled": -1, "raw": 0, "min": 0, "max": 10}, "success": false, "completion": true, "response": "a", "duration": "PT4H35M59.14S", "extensions": {"x:y": {"z": [null]}}}`,
			"context", `{"registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7", "instructor": `+account+`, "team": {"objectType": "Group", "mbox": "mailto:t@example.com"},
				"contextActivities": {"parent": {"id": "https://x.example/1"}, "grouping": [{"objectType": "Activity", "id": "https://x.example/2"}], "category": [], "other": []},
				"revision": "1", "platform": "p", "language": "zh-CN", "statement": {"objectType": "StatementRef", "id": "`+someID+`"}, "extensions": {},
				"contextAgents": [{"objectType": "contextAgent", "agent": `+account+`}], "contextGroups": []}`,
			"attachments", `[{"usageType": "x:y", "display": {"en": "x"}, "contentType": "text/plain", "length": 1, "sha2": "00"}]`,
		),
		"an agent for an object": statementJSON("object", `{"objectType": "Agent", "mbox": "mailto:a@example.com"}`),
		"a reference":            statementJSON("object", `{"objectType": "StatementRef", "id": "`+someID+`"}`),
		"a statement within":     statementJSON("object", `{"objectType": "SubStatement", "actor": `+account+`, "verb": `+verbJSON("passed")+`, "object": {"id": "x:y"}}`),
		"a voiding":              statementJSON("verb", verbJSON("voided"), "object", `{"objectType": "StatementRef", "id": "`+someID+`"}`, "result", ""),
		"version 2":              statementJSON("version", `"2.0.0"`),
	} {
		t.Run(name, func(t *testing.T) {
			list, array, err := xapi.Parse([]byte(" " + body + "\n"))
			require.NoError(t, err)
			require.False(t, array)
			require.Len(t, list, 1)
			require.JSONEq(t, body, string(list[0].Body))

			list, array, err = xapi.Parse([]byte("[" + body + "]"))
			require.NoError(t, err)
			require.True(t, array)
			require.Len(t, list, 1)
		})
	}
	list, _, err := xapi.Parse([]byte("[]"))
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestParseRefusesInvalidStatements(t *testing.T) {
	for body, want := range map[string]string{
		"":                                "the body is not JSON",
		"{":                               "the body is not JSON",
		statementJSON() + statementJSON(): "the body is not JSON",
		"\xff":                            "the body is not in UTF-8",
		"null":                            "statement is not an object",
		`[1]`:                             "statement 1: statement is not an object",
		statementJSON("id", `"1"`):        "id is not a UUID",
		statementJSON("id", `null`):       "id is not a UUID",
		statementJSON("actor", ""):        "actor is missing",
		statementJSON("verb", ""):         "verb is missing",
		statementJSON("object", ""):       "object is missing",
		statementJSON("reslut", `{}`):     "reslut is no property of xAPI",
		statementJSON("actor", `{}`):      "actor has 0 of mbox, mbox_sha1sum, openid and account: give exactly one",
		statementJSON("actor", `{"mbox": "mailto:a@x.example", "openid": "https://a.example"}`):                                "actor has 2 of mbox",
		statementJSON("actor", `{"mbox": "a@x.example"}`):                                                                      "actor.mbox is not an address such as mailto:",
		statementJSON("actor", `{"account": {"name": "E1"}}`):                                                                  "actor.account.homePage is missing",
		statementJSON("actor", `{"objectType": "Person", "mbox": "mailto:a@x.example"}`):                                       "actor.objectType is none of Agent, Group",
		statementJSON("actor", `{"mbox": "mailto:a@x.example", "member": []}`):                                                 "actor.member is no property",
		statementJSON("actor", `{"objectType": "Group"}`):                                                                      "actor has 0 of",
		statementJSON("actor", `{"objectType": "Group", "member": [{"objectType": "Group", "member": []}]}`):                   "actor.member.objectType is none of Agent",
		statementJSON("verb", `{"id": "passed"}`):                                                                              "verb.id is not an IRI",
		statementJSON("verb", `{"id": "x:y", "display": {"en": 1}}`):                                                           "verb.display.en is not a text",
		statementJSON("object", `{"id": "no scheme"}`):                                                                         "object.id is not an IRI",
		statementJSON("object", `{"objectType": "Thing", "id": "x:y"}`):                                                        "object.objectType is none of",
		statementJSON("result", `{"score": 1}`):                                                                                "result.score is not an object",
		statementJSON("result", `{"score": {"scaled": "1"}}`):                                                                  "result.score.scaled is not a number",
		statementJSON("result", `{"score": {"scaled": 1.01}}`):                                                                 "result.score.scaled is 1.01, not between -1 and 1",
		statementJSON("result", `{"score": {"raw": 11, "min": 0, "max": 10}}`):                                                 "result.score.raw is 11, not between min and max",
		statementJSON("result", `{"score": {"min": 5, "max": 5}}`):                                                             "result.score.min is 5, not below max",
		statementJSON("result", `{"success": "true"}`):                                                                         "result.success is not true or false",
		statementJSON("result", `{"completion": null}`):                                                                        "result.completion is not true or false",
		statementJSON("result", `{"duration": "90"}`):                                                                          "result.duration is not a duration",
		statementJSON("result", `{"extensions": {"points": 1}}`):                                                               "result.extensions.points is not an IRI",
		statementJSON("timestamp", `"yesterday"`):                                                                              "timestamp is not a time",
		statementJSON("version", `"0.9"`):                                                                                      "version is not 1.0.x or 2.0.x",
		statementJSON("context", `{"contextActivities": {"parents": []}}`):                                                     "context.contextActivities.parents is no property",
		statementJSON("context", `{"registration": "1"}`):                                                                      "context.registration is not a UUID",
		statementJSON("verb", verbJSON("voided")):                                                                              "object of a voiding statement must be a StatementRef",
		"[" + statementJSON() + "," + statementJSON("id", `"`+strings.ToUpper(someID)+`"`) + "]":                               "statement 2: it has the same id " + someID + " as statement 1",
		"[" + statementJSON() + "," + statementJSON("id", "", "verb", "") + "]":                                                "statement 2: verb is missing",
		statementJSON("object", `{"objectType": "SubStatement", "actor": {}, "verb": {"id": "x:y"}, "object": {"id": "x:y"}}`): "object.actor has 0 of",
		statementJSON("result", `{"score": {"raw": 1e999}}`):                                                                   "the body is not JSON",
	} {
		_, _, err := xapi.Parse([]byte(body))
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), body)
		require.Contains(t, err.Error(), want, body)
	}
}

func TestParseLimitsStatementSize(t *testing.T) {
	long := func(n int) string { return statementJSON("result", `{"response": "`+strings.Repeat("x", n)+`"}`) }
	_, _, err := xapi.Parse([]byte("[" + long(250<<10) + "]"))
	require.NoError(t, err)
	_, _, err = xapi.Parse([]byte("[" + statementJSON("id", "") + "," + long(256<<10) + "]"))
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	require.ErrorContains(t, err, "statement 2: the statement is larger than 262144 bytes")
}

func mustParse(t testing.TB, body string) xapi.Statement {
	t.Helper()
	list, _, err := xapi.Parse([]byte(body))
	require.NoError(t, err)
	require.Len(t, list, 1)
	return list[0]
}

func TestStatementID(t *testing.T) {
	require.Equal(t, someID, mustParse(t, statementJSON("id", `"`+strings.ToUpper(someID)+`"`)).ID)
	require.Empty(t, mustParse(t, statementJSON("id", "", "timestamp", "")).ID, "two that are alike may be two events")
	made := mustParse(t, statementJSON("id", "")).ID
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, made)
	require.Equal(t, made, mustParse(t, strings.ReplaceAll(statementJSON("id", ""), ",", " ,\n")).ID)
	require.NotEqual(t, made, mustParse(t, statementJSON("id", "", "timestamp", `"2026-11-20T08:00:01Z"`)).ID)

	st := mustParse(t, statementJSON())
	require.NoError(t, st.AssignID(strings.ToUpper(someID)))
	require.ErrorContains(t, st.AssignID("00000000-0000-4000-8000-000000000000"), "another id")
	require.ErrorContains(t, st.AssignID(""), "statementId is not a UUID")
	st = mustParse(t, statementJSON("id", ""))
	require.NoError(t, st.AssignID(someID))
	require.Equal(t, someID, st.ID)
}

func TestVoids(t *testing.T) {
	_, ok := mustParse(t, statementJSON()).Voids()
	require.False(t, ok)
	id, ok := mustParse(t, statementJSON("verb", verbJSON("voided"), "object", `{"objectType": "StatementRef", "id": "`+strings.ToUpper(someID)+`"}`)).Voids()
	require.True(t, ok)
	require.Equal(t, someID, id)
}

// known knows the codes of these tests.
var known = xapi.Known{
	Point:      func(code string) bool { return code == "K1" || code == "K2" || code == "题/3" },
	Competency: func(code string) bool { return code == "C1" },
	Employees: func(text string) (found []string) {
		for _, code := range []string{"E007", "Wang.Fang", "E9", "e9"} {
			if strings.EqualFold(code, text) {
				found = append(found, code)
			}
		}
		return found
	},
}

var mapping = xapi.NewMapping([]xapi.Rule{
	{Identifier: "mailto:Wang.Fang@Example.com", Employee: "E7"},
	{Identifier: "https://lms.example|42", Employee: "E42"},
	{Identifier: "43", Employee: "E43"},
	{Identifier: strings.Repeat("ab12", 10), Employee: "E5"},
	{Identifier: "https://wang.example/", Employee: "E6"},
	{Identifier: "https://lms.example/quiz?id=9", KnowledgePoints: []string{"K1", "K2"}, Kind: competency.Defence, Difficulty: new(0.4)},
	{Identifier: "item-7", KnowledgePoints: []string{"K2"}},
	{Identifier: "https://lms.example/verbs/sat", Kind: competency.Exam},
	{Identifier: "https://publisher.example/au/1", KnowledgePoints: []string{"K1"}},
}, "")

func TestEvidence(t *testing.T) {
	when := time.Date(2026, 11, 20, 8, 0, 0, 123456000, time.UTC)
	usual := competency.Evidence{
		ID: someID, Employee: "E1", KnowledgePoints: []string{"K1"}, Kind: competency.PracticeAnswer, Score: 0.75,
		Item: "https://lms.example/items/K1", At: when, Source: "xAPI",
	}
	extension := `"extensions": {"` + xapi.PointsExtension + `": `
	type change = func(e *competency.Evidence)
	scored := func(kind competency.EvidenceKind, score float64) change {
		return func(e *competency.Evidence) { e.Kind, e.Score = kind, score }
	}
	of := func(employee string) change { return func(e *competency.Evidence) { e.Employee = employee } }
	about := func(item string, points ...string) change {
		return func(e *competency.Evidence) { e.Item, e.KnowledgePoints = item, points }
	}
	same := func(*competency.Evidence) {}
	account := func(home, name string) string {
		return fmt.Sprintf(`{"account": {"homePage": %q, "name": %q}}`, home, name)
	}
	for name, c := range map[string]struct {
		parts []string
		want  change
	}{
		"as usual":                  {nil, same},
		"a negative score":          {[]string{"result", `{"score": {"scaled": -0.5}}`}, scored(competency.PracticeAnswer, 0)},
		"raw in its range":          {[]string{"result", `{"score": {"raw": 15, "min": 10, "max": 20}}`}, scored(competency.PracticeAnswer, 0.5)},
		"raw out of a maximum":      {[]string{"result", `{"score": {"raw": 15, "max": 20}, "success": false}`}, scored(competency.PracticeAnswer, 0.75)},
		"raw alone, but a success":  {[]string{"result", `{"score": {"raw": 15}, "success": true}`}, scored(competency.PracticeAnswer, 1)},
		"success":                   {[]string{"result", `{"success": true}`}, scored(competency.PracticeAnswer, 1)},
		"no success":                {[]string{"result", `{"success": false, "completion": true}`}, scored(competency.PracticeAnswer, 0)},
		"passed":                    {[]string{"verb", verbJSON("passed"), "result", ""}, scored(competency.Exam, 1)},
		"passed with a score":       {[]string{"verb", verbJSON("passed")}, scored(competency.Exam, 0.75)},
		"failed":                    {[]string{"verb", verbJSON("failed"), "result", `{"completion": true}`}, scored(competency.Exam, 0)},
		"failed half-way":           {[]string{"verb", verbJSON("failed"), "result", `{"completion": false}`}, scored(competency.Exam, 0)},
		"mastered":                  {[]string{"verb", verbJSON("mastered"), "result", ""}, scored(competency.Exam, 1)},
		"scored":                    {[]string{"verb", verbJSON("scored")}, scored(competency.Exam, 0.75)},
		"completed":                 {[]string{"verb", verbJSON("completed"), "result", `{"completion": true}`}, scored(competency.CourseCompletion, 1)},
		"completed, without result": {[]string{"verb", verbJSON("completed"), "result", ""}, scored(competency.CourseCompletion, 1)},
		"a badge":                   {[]string{"verb", `{"id": "http://id.tincanapi.com/verb/earned"}`, "result", ""}, scored(competency.Certificate, 1)},
		"an unknown verb, a score":  {[]string{"verb", `{"id": "https://x.example/did"}`}, same},
		"an unknown verb, complete": {[]string{"verb", `{"id": "https://x.example/did"}`, "result", `{"completion": true}`}, scored(competency.CourseCompletion, 1)},
		"a verb of the mapping":     {[]string{"verb", `{"id": "https://lms.example/verbs/sat"}`}, scored(competency.Exam, 0.75)},

		"how long":            {[]string{"result", `{"score": {"scaled": 0.75}, "duration": "P1DT1H1M1.5S"}`}, func(e *competency.Evidence) { e.Duration = 25*time.Hour + time.Minute + 1500*time.Millisecond }},
		"in weeks":            {[]string{"result", `{"score": {"scaled": 0.75}, "duration": "P2W"}`}, func(e *competency.Evidence) { e.Duration = 14 * 24 * time.Hour }},
		"too long to be true": {[]string{"result", `{"score": {"scaled": 0.75}, "duration": "P3Y"}`}, same},
		"no time":             {[]string{"timestamp", ""}, func(e *competency.Evidence) { e.At = time.Time{} }},
		"a time elsewhere":    {[]string{"timestamp", `"2026-11-20T16:00:00.123456+0800"`}, same},
		"a platform":          {[]string{"context", `{"platform": "学习平台"}`}, func(e *competency.Evidence) { e.Source = "学习平台" }},

		"an account of this home":    {[]string{"actor", account("https://lms.example", "42")}, of("E42")},
		"an account of another home": {[]string{"actor", account("https://other.example", "42")}, of("42")},
		"an account of any home":     {[]string{"actor", account("https://other.example", "43")}, of("E43")},
		"an address that is mapped":  {[]string{"actor", `{"mbox": "mailto:wang.fang@EXAMPLE.com"}`}, of("E7")},
		"an address like a code":     {[]string{"actor", `{"mbox": "mailto:E1@example.com"}`}, of("E1")},
		"a hash that is mapped":      {[]string{"actor", `{"mbox_sha1sum": "` + strings.Repeat("AB12", 10) + `"}`}, of("E5")},
		"an openid that is mapped":   {[]string{"actor", `{"openid": "https://wang.example/"}`}, of("E6")},
		"a group of one":             {[]string{"actor", `{"objectType": "Group", "member": [` + account("https://lms.example", "42") + `]}`}, of("E42")},

		"a code after #":        {[]string{"object", `{"id": "https://lms.example/course#K2"}`}, about("https://lms.example/course#K2", "K2")},
		"a code, encoded":       {[]string{"object", `{"id": "https://lms.example/a/%E9%A2%98%2F3/"}`}, about("https://lms.example/a/%E9%A2%98%2F3/", "题/3")},
		"a code in a URN":       {[]string{"object", `{"id": "urn:lms:K2"}`}, about("urn:lms:K2", "K2")},
		"a code before a query": {[]string{"object", `{"id": "https://lms.example/K2?attempt=1"}`}, about("https://lms.example/K2?attempt=1", "K2")},
		"an activity of the map": {[]string{"object", `{"id": "https://lms.example/quiz?id=9"}`, "verb", `{"id": "https://lms.example/verbs/sat"}`}, func(e *competency.Evidence) {
			e.Item, e.KnowledgePoints, e.Kind, e.Difficulty = "https://lms.example/quiz?id=9", []string{"K1", "K2"}, competency.Defence, new(0.4)
		}},
		"an item of the map":           {[]string{"object", `{"id": "https://lms.example/items/item-7"}`}, about("https://lms.example/items/item-7", "K2")},
		"the extension of the item":    {[]string{"object", `{"id": "https://lms.example/items/item-7", "definition": {` + extension + `"K1; K9"}}}`}, about("https://lms.example/items/item-7", "K1", "K9")},
		"the extension in the context": {[]string{"context", `{` + extension + `["K1", "K2"]}}`}, about("https://lms.example/items/K1", "K1", "K2")},
		"the extension in the result":  {[]string{"result", `{"score": {"scaled": 0.75}, ` + extension + `"K2"}}`}, about("https://lms.example/items/K1", "K2")},
		"an empty extension":           {[]string{"context", `{` + extension + `[]}}`}, same},
		"a launch of cmi5": {[]string{"object", `{"id": "https://lms.example/au/e3f1"}`, "context", `{"contextActivities": {
			"category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}], "grouping": {"id": "https://publisher.example/au/1"}}}`}, about("https://lms.example/au/e3f1", "K1")},
	} {
		t.Run(name, func(t *testing.T) {
			want := usual
			c.want(&want)
			got, hasResult, problem := mustParse(t, statementJSON(c.parts...)).Evidence(mapping, known)
			require.Equal(t, fault.Text{}, problem)
			require.True(t, hasResult)
			require.Len(t, got.StatementHash, 64)
			got.StatementHash = ""
			require.Equal(t, want, got)
		})
	}
}

func TestStatementsWithoutResultGiveNoEvidence(t *testing.T) {
	for name, parts := range map[string][]string{
		"launched":           {"verb", verbJSON("launched"), "result", ""},
		"initialized":        {"verb", verbJSON("initialized"), "result", `{"duration": "PT1S"}`},
		"answered what":      {"result", `{"response": "a", "completion": true}`},
		"not completed":      {"verb", verbJSON("completed"), "result", `{"completion": false}`},
		"not complete":       {"verb", verbJSON("experienced"), "result", `{"completion": false}`},
		"by a stranger":      {"actor", `{"openid": "https://nobody.example"}`, "verb", verbJSON("launched"), "result", ""},
		"on what is unknown": {"object", `{"id": "x:y"}`, "verb", verbJSON("launched"), "result", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, hasResult, _ := mustParse(t, statementJSON(parts...)).Evidence(mapping, known)
			require.False(t, hasResult)
		})
	}
}

func TestUnmappedStatementsSayWhy(t *testing.T) {
	believed := xapi.NewMapping([]xapi.Rule{{Identifier: "@corp.example"}}, "https://corp.example/points")
	for name, c := range map[string]struct {
		mapping xapi.Mapping
		parts   []string
		want    string
	}{
		"points out of nothing":  {mapping, []string{"result", `{"score": {"raw": 15}}`}, "nothing tells how much it is out of"},
		"a group":                {mapping, []string{"actor", `{"objectType": "Group", "mbox": "mailto:E1@example.com"}`}, "the actor is a group"},
		"an unknown hash":        {mapping, []string{"actor", `{"mbox_sha1sum": "` + strings.Repeat("0", 40) + `"}`}, "nothing says which employee"},
		"a domain not to trust":  {believed, []string{"actor", `{"mbox": "mailto:E1@example.com"}`}, "nothing says which employee the actor is"},
		"an unknown activity":    {mapping, []string{"object", `{"id": "https://lms.example/course"}`}, `nothing says which knowledge points "https://lms.example/course" is about`},
		"the extension it names": {xapi.NewMapping(nil, "https://corp.example/points"), []string{"object", `{"id": "x:y"}`}, "send the extension https://corp.example/points"},
		"an odd extension":       {mapping, []string{"context", `{"extensions": {"` + xapi.PointsExtension + `": {"code": "K1"}}}`}, "is neither a code nor an array"},
		"an odd list":            {mapping, []string{"context", `{"extensions": {"` + xapi.PointsExtension + `": ["K1", 2]}}`}, "is neither a code nor an array"},
		"a person for an object": {mapping, []string{"object", `{"objectType": "Agent", "mbox": "mailto:a@example.com"}`}, "the object is no activity"},
		"what is only grouped":   {mapping, []string{"object", `{"id": "x:y"}`, "context", `{"contextActivities": {"grouping": [{"id": "https://publisher.example/au/1"}]}}`}, "nothing says which knowledge points"},
		"a person's own number":  {mapping, []string{"object", `{"id": "https://lms.example/items/43"}`}, "nothing says which knowledge points"},
	} {
		t.Run(name, func(t *testing.T) {
			_, hasResult, problem := mustParse(t, statementJSON(c.parts...)).Evidence(c.mapping, known)
			require.True(t, hasResult)
			require.Contains(t, problem.EN, c.want)
			require.NotEmpty(t, problem.ZH)
		})
	}
	got, _, problem := mustParse(t, statementJSON("actor", `{"mbox": "mailto:E1@CORP.example"}`)).Evidence(believed, known)
	require.Equal(t, fault.Text{}, problem)
	require.Equal(t, "E1", got.Employee)
}

// No input makes Parse panic, and all evidence passes the usual checks.
func FuzzParse(f *testing.F) {
	f.Add([]byte(statementJSON()))
	f.Add([]byte("[" + statementJSON("id", "") + "," + statementJSON("verb", verbJSON("passed")) + "]"))
	f.Add([]byte(statementJSON("context", `{"contextActivities": {"grouping": {"id": "x:y"}, "category": []}, "extensions": {"`+xapi.PointsExtension+`": "K1"}}`)))
	f.Add([]byte(statementJSON("actor", `{"objectType": "Group", "member": []}`)))
	f.Add([]byte(statementJSON("result", `{"score": {"raw": -1, "max": 0}, "duration": "P0,5Y"}`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, _, err := xapi.Parse(body)
		if err != nil {
			require.Contains(t, []fault.Code{fault.InvalidArgument, fault.LimitExceeded}, fault.CodeOf(err))
			require.Empty(t, list)
		}
		for _, st := range list {
			e, hasResult, problem := st.Evidence(mapping, known)
			if !hasResult || problem != (fault.Text{}) {
				continue
			}
			require.True(t, e.Score >= 0 && e.Score <= 1, "%v", e.Score)
			require.True(t, e.Duration >= 0 && e.Duration <= competency.MaxDuration, "%v", e.Duration)
			require.NotEmpty(t, e.KnowledgePoints)
			require.NotEmpty(t, e.Source)
			again, _, err := xapi.Parse(st.Body)
			require.NoError(t, err)
			require.Equal(t, st.ID, again[0].ID)
		}
	})
}
