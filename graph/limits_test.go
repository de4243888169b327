package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/web"
)

// repeat writes a pattern with the numbers from 0, joined.
func repeat(n int, pattern, join string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(join)
		}
		b.WriteString(strings.ReplaceAll(pattern, "#", fmt.Sprint(i)))
	}
	return b.String()
}

func nested(n int, open, inner, closed string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(closed, n)
}

func request(query string) []byte {
	body, _ := json.Marshal(map[string]string{"query": query})
	return body
}

// fragments makes n fragments on a type; each has a body in which # is the number
// of the next, and the last one has a leaf.
func fragments(n int, on, body, leaf string) string {
	var b strings.Builder
	for i := range n {
		text := leaf
		if i+1 < n {
			text = strings.ReplaceAll(body, "#", fmt.Sprint(i+1))
		}
		fmt.Fprintf(&b, "fragment f%d on %s { %s }\n", i, on, text)
	}
	return b.String()
}

// hostile are requests that cost more than they are worth.
func hostile() map[string][]byte {
	point := func(inner string) string { return `{ knowledgePoint(code: "A") ` + inner + ` }` }
	return map[string][]byte{
		"2,000 aliases":                                request("{" + repeat(2000, `a#: knowledgePoint(code: "A") { code }`, " ") + "}"),
		"20,000 __typename":                            request("{" + strings.Repeat("__typename ", 20_000) + "}"),
		"3,000 __typename":                             request("{" + strings.Repeat("__typename ", 3_000) + "}"),
		"26 doubling fragments":                        request(point("{ ...f0 }") + fragments(26, "KnowledgePoint", "...f# ...f#", "code")),
		"26 doubling fragments of fields":              request(point("{ ...f0 }") + fragments(26, "KnowledgePoint", "related { ...f# } a: related { ...f# }", "code")),
		"26 doubling fragments that end in nothing":    request(point("{ ...f0 }") + fragments(26, "KnowledgePoint", "...f# ...f#", "...nothing")),
		"26 doubling fragments of the introspection":   request("{ __schema { types { ...f0 } } }" + fragments(26, "__Type", "...f# ...f#", "...nothing")),
		"26 doubling fragments that are defined again": request("{ __schema { types { ...f0 } } }" + fragments(26, "__Type", "...f# ...f#", "...nothing") + repeat(26, "fragment f# on __Type { name }", " ")),
		"26 doubling fragments that nobody spreads":    request("{ __typename }" + fragments(26, "KnowledgePoint", "...f# ...f#", "code")),
		"a chain of 1,400 fragments":                   request(point("{ ...f0 }") + fragments(1400, "KnowledgePoint", "...f#", "code")),
		"900 fragments in a chain":                     request(point("{ ...f0 }") + fragments(900, "KnowledgePoint", "...f#", "code")),
		"1,600 fragments that nobody spreads":          request("{ __typename }" + repeat(1600, "fragment f# on KnowledgePoint { code }", " ")),
		"an unused fragment of 9,000 fields":           request("{ __typename } fragment f on KnowledgePoint {" + strings.Repeat("code ", 9000) + "}"),
		"an unused fragment of 900 equal fields":       request("{ __typename } fragment f on KnowledgePoint {" + strings.Repeat("related { related { code } } ", 900) + "}"),
		"900 equal fields":                             request(point("{" + strings.Repeat("related { code } ", 450) + "}")),
		"900 different fields of one name":             request(point("{" + repeat(450, `a: related { code } a: dependents { level }`, " ") + "}")),
		"fields whose fields conflict":                 request(point("{" + strings.Repeat("related { a: code a: name } ", 300) + "}")),
		"50,000 directives":                            request(point("{ code " + strings.Repeat("@include(if: true) ", 50_000) + "}")),
		"1,600 directives":                             request(point("{ code " + strings.Repeat("@skip(if: false) ", 1_600) + "}")),
		"4,000 unknown directives":                     request(point("{ code " + repeat(4_000, "@d#", " ") + "}")),
		"3,000 unknown arguments":                      request(point("{ code(" + repeat(3_000, "a#: 1", " ") + ") }")),
		"fields nested 3,000 deep":                     request(point(nested(3000, "{ related ", "{ code }", "}"))),
		"inline fragments nested 3,000 deep":           request(point("{" + nested(3000, "... {", "code", "}") + "}")),
		"lists nested 4,900 deep":                      request(`{ knowledgePoint(code: ` + nested(4900, "[", "", "]") + `) { code } }`),
		"objects nested 2,400 deep":                    request(`{ positions(filter: ` + nested(2400, "{ a: ", "1", "}") + `) { totalCount } }`),
		"unclosed brackets":                            request(`{ knowledgePoint(code: ` + strings.Repeat("[", 500_000)),
		"unclosed braces":                              request(strings.Repeat("{a", 400_000)),
		"an object of 3,000 unknown fields":            request(`{ positions(filter: {` + repeat(3000, "a#: 1", " ") + `}) { totalCount } }`),
		"cyclic fragments":                             request(point("{ ...a }") + "fragment a on KnowledgePoint { ...b } fragment b on KnowledgePoint { ...a }"),
		"30 fragments that all spread each other":      request(point("{ ...f0 }") + strings.ReplaceAll(repeat(30, "fragment f# on KnowledgePoint {@}", " "), "@", repeat(30, " ...f#", ""))),
		"60 fragments that spread all that follow":     request(point("{ ...f0 }") + spreadFollowing(60)),
		"a string of a million characters":             request(`{ knowledgePoint(code: "` + strings.Repeat("知", 330_000) + `") { code } }`),
		"a block string of 500,000 lines":              request(`{ knowledgePoint(code: """` + strings.Repeat("\n", 500_000) + `""") { code } }`),
		"an argument's name of a million characters":   request("{ position(" + strings.Repeat("c", 1_000_000) + ": 1) { code } }"),
		"a type's name of a million characters":        request("query q($v: " + strings.Repeat("P", 1_000_000) + ") { __typename }"),
		"a fragment on a million characters":           request("{ ...f } fragment f on " + strings.Repeat("P", 1_000_000) + " { code }"),
		"a spread of a million characters":             request("{ ..." + strings.Repeat("P", 1_000_000) + " }"),
		"a directive of a million characters":          request("{ __typename @" + strings.Repeat("P", 1_000_000) + " }"),
		"a variable of a million characters":           request("{ position(code: $" + strings.Repeat("P", 1_000_000) + ") { code } }"),
		"an input field of a million characters":       request("{ positions(filter: {" + strings.Repeat("t", 1_000_000) + ": 1}) { totalCount } }"),
		"an enum value of a million characters":        request("{ resources(filter: {modality: " + strings.Repeat("V", 1_000_000) + "}) { totalCount } }"),
		"a field of a type of a million characters":    request("{ position(code: \"P\") { " + strings.Repeat("n", 1_000_000) + " } }"),
		"100 arguments of ten thousand characters":     request("{ position(" + repeat(100, strings.Repeat("c", 10_000)+"#: 1", " ") + ") { code } }"),
		"400 input fields of two thousand characters":  request("{ positions(filter: {" + repeat(400, strings.Repeat("c", 2_000)+"#: 1", " ") + "}) { totalCount } }"),
		"400 fragments on two thousand characters":     request("{ __typename } " + repeat(400, "fragment f# on "+strings.Repeat("c", 2_000)+" { code }", " ")),
		"a name of a million characters":               request("{" + strings.Repeat("a", 1_000_000) + "}"),
		"80,000 escapes":                               request(`{ knowledgePoint(code: "` + strings.Repeat(`\u77e5`, 80_000) + `") { code } }`),
		"300,000 comments":                             request("{" + strings.Repeat("#\n", 300_000) + "__typename}"),
		"a million commas":                             request("{" + strings.Repeat(",", 1_000_000) + "__typename x}"),
		"a body above a mebibyte":                      request("{ __typename }" + strings.Repeat(" ", 1<<20)),
		"1,500 operations":                             request(repeat(1500, "query q# { __typename }", " ")),
		"400 operations that spread one large":         request(repeat(400, "query q# { ...f }", " ") + " fragment f on Query {" + repeat(900, `a#: __typename`, " ") + "}"),
		"1,900 variables":                              request("query q(" + repeat(1900, "$v#: Int", " ") + ") { __typename }"),
		"2,400 variables of one name":                  request("query q(" + strings.Repeat("$v: Int ", 2_400) + ") { __typename }"),
		"200 uses of 700 variables":                    request("query q(" + repeat(700, "$v#: String!", " ") + ") {" + repeat(200, "a#: knowledgePoint(code: $v#) { code }", " ") + "}"),
		"variables nested 9,000 deep":                  []byte(`{"query":"query q($f: PositionFilter) { positions(filter: $f) { totalCount } }","variables":{"f":` + nested(9000, `{"text":`, "1", "}") + `}}`),
		"variables nested 100,000 deep":                []byte(`{"query":"query q($f: PositionFilter) { positions(filter: $f) { totalCount } }","variables":{"f":` + nested(100_000, "[", "", "]") + `}}`),
		"a list of 9,000 lists as a string":            []byte(`{"query":"query q($c: String!) { position(code: $c) { code } }","variables":{"c":` + nested(9000, "[", "", "]") + `}}`),
		"70,000 variables that nobody declared":        []byte(`{"query":"query q($f: Int!) { positions(first: $f) { totalCount } }","variables":{` + repeat(70_000, `"v#":1`, ",") + `}}`),
		"one variable a hundred thousand times":        []byte(`{"query":"query q($f: Int!) { positions(first: $f) { totalCount } }","variables":{` + strings.Repeat(`"f":1,`, 100_000) + `"f":999}}`),
		"an input of 70,000 unknown fields":            []byte(`{"query":"query q($f: PositionFilter) { positions(filter: $f) { totalCount } }","variables":{"f":{` + repeat(70_000, `"v#":1`, ",") + `}}}`),
		"a product of lists":                           request(`{ competency(code: "C") { knowledgePoints(recursive: true) { requiredBy { position { requiredPoints { knowledgePoint { requiredBy { position { requiredPoints { knowledgePoint { code } } } } } } } } } } }`),
		"a product of lists that overflows an int":     request(`{ competencies(first: 200) { nodes ` + nested(8, "{ knowledgePoints(recursive: true) { competency ", "{"+repeat(300, "a#: code", " ")+"}", "} }") + ` } }`),
		"assumed mastery of 80,000 unknown codes":      []byte(`{"query":"query q($a: [String!]) { gapAnalysis(employee: \"E1\", position: \"P\", assumeMastered: $a) { ready } }","variables":{"a":[` + repeat(80_000, `"u#"`, ",") + `]}}`),
		"managers of managers":                         request(`{ employees(first: 200) { nodes ` + nested(12, "{ manager ", "{ states { mastery } }", "}") + ` } }`),
		"many introspections":                          request("{" + repeat(45, "a#: __schema { types { fields { args { type { ofType { ofType { name } } } } type { ofType { name } } } } }", " ") + "}"),
	}
}

// spreadFollowing makes n fragments that each spread all that follow.
func spreadFollowing(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "fragment f%d on KnowledgePoint { code", i)
		for j := i + 1; j < n; j++ {
			fmt.Fprintf(&b, " ...f%d", j)
		}
		b.WriteString(" }\n")
	}
	return b.String()
}

func TestHostileRequestsAreRefusedInFewWords(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	harmless := []fault.Code{fault.LimitExceeded, fault.InvalidArgument, fault.NotFound}
	for name, body := range hostile() {
		t.Run(name, func(t *testing.T) {
			got := a.post(t, body)
			require.NotEmpty(t, got.Errors)
			require.Subset(t, harmless, got.codes())
			require.Less(t, len(got.raw), 20_000)
		})
	}
}

func TestOrdinaryDocumentsStayBelowTheLimits(t *testing.T) {
	a := newAPI(t, seedWorld(t), nil, graph.Config{})
	introspection, err := os.ReadFile("testdata/introspection.graphql")
	require.NoError(t, err)
	t.Run("the introspection of GraphiQL", func(t *testing.T) {
		require.Contains(t, a.data(t, string(introspection)), `"LearningStep"`)
	})
	for _, tab := range web.Tabs() {
		t.Run("the tab "+tab.Name+" answers on the seed", func(t *testing.T) {
			if strings.Contains(tab.Query, "\nsubscription ") {
				got := a.ask(t, tab.Query, nil, "Accept", "application/json")
				require.Contains(t, got.raw, "send the header Accept: text/event-stream", "all but the transport is as it must be")
				return
			}
			got := a.data(t, tab.Query)
			require.NotContains(t, got, `"field"`, "no user errors")
			require.NotContains(t, got, `null}`, "no root field is null")
		})
	}
	t.Run("twenty people and positions side by side", func(t *testing.T) {
		a.data(t, "{"+repeat(20, `g#: gapAnalysis(employee: "E007", position: "POS-DA") { coverage gaps { status } }`, " ")+"}")
	})
	t.Run("one field as often as fragments of components select it", func(t *testing.T) {
		a.data(t, `{ position(code: "POS-DA") {`+repeat(20, "...f#", " ")+"} }"+repeat(20, "fragment f# on Position { code }", " "))
	})
	t.Run("names of our fields are none of those that introspection counts", func(t *testing.T) {
		for _, def := range schema().Types {
			for _, f := range def.Fields {
				if !def.BuiltIn {
					require.NotContains(t, []string{"types", "fields", "args", "inputFields", "enumValues", "possibleTypes", "interfaces", "directives"}, f.Name)
				}
			}
		}
	})
}

func TestUnknownNamesGetNoSuggestions(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for _, query := range []string{"{ positon(code: 1) { code } }", `{ position(code: "P") { nam } }`, `{ position(cod: "P") { name } }`} {
		got := a.ask(t, query, nil)
		require.Subset(t, []fault.Code{fault.InvalidArgument}, got.codes(), query)
		require.NotContains(t, got.raw, "Did you mean")
	}
}

func BenchmarkHostile(b *testing.B) {
	a := newAPI(b, smallWorld(b), nil, graph.Config{})
	for name, body := range hostile() {
		b.Run(name, func(b *testing.B) {
			var got answer
			for b.Loop() {
				got = a.post(b, body)
			}
			b.Logf("%v %.150s", got.codes()[:min(3, len(got.Errors))], got.raw)
		})
	}
}
