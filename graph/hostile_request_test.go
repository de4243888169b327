package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
)

// repeat joins n copies of a pattern, in which # is the number of the copy.
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

// nested puts n pairs of brackets around inner.
func nested(n int, open, inner, closed string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(closed, n)
}

// queryBody is the body of a request with a query alone.
func queryBody(query string) []byte {
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

// hostileRequests are bodies of requests that cost more than they are worth.
func hostileRequests() map[string][]byte {
	point := func(inner string) string { return `{ knowledgePoint(code: "A") ` + inner + ` }` }
	return map[string][]byte{
		"2,000 aliases":                                queryBody("{" + repeat(2000, `a#: knowledgePoint(code: "A") { code }`, " ") + "}"),
		"20,000 __typename":                            queryBody("{" + strings.Repeat("__typename ", 20_000) + "}"),
		"3,000 __typename":                             queryBody("{" + strings.Repeat("__typename ", 3_000) + "}"),
		"26 doubling fragments":                        queryBody(point("{ ...f0 }") + fragments(26, "KnowledgePoint", "...f# ...f#", "code")),
		"26 doubling fragments of fields":              queryBody(point("{ ...f0 }") + fragments(26, "KnowledgePoint", "related { ...f# } a: related { ...f# }", "code")),
		"26 doubling fragments that end in nothing":    queryBody(point("{ ...f0 }") + fragments(26, "KnowledgePoint", "...f# ...f#", "...nothing")),
		"26 doubling fragments of the introspection":   queryBody("{ __schema { types { ...f0 } } }" + fragments(26, "__Type", "...f# ...f#", "...nothing")),
		"26 doubling fragments that are defined again": queryBody("{ __schema { types { ...f0 } } }" + fragments(26, "__Type", "...f# ...f#", "...nothing") + repeat(26, "fragment f# on __Type { name }", " ")),
		"26 doubling fragments that are never spread":  queryBody("{ __typename }" + fragments(26, "KnowledgePoint", "...f# ...f#", "code")),
		"a chain of 1,400 fragments":                   queryBody(point("{ ...f0 }") + fragments(1400, "KnowledgePoint", "...f#", "code")),
		"900 fragments in a chain":                     queryBody(point("{ ...f0 }") + fragments(900, "KnowledgePoint", "...f#", "code")),
		"1,600 fragments that are never spread":        queryBody("{ __typename }" + repeat(1600, "fragment f# on KnowledgePoint { code }", " ")),
		"an unused fragment of 9,000 fields":           queryBody("{ __typename } fragment f on KnowledgePoint {" + strings.Repeat("code ", 9000) + "}"),
		"an unused fragment of 900 equal fields":       queryBody("{ __typename } fragment f on KnowledgePoint {" + strings.Repeat("related { related { code } } ", 900) + "}"),
		"900 equal fields":                             queryBody(point("{" + strings.Repeat("related { code } ", 450) + "}")),
		"900 different fields of one name":             queryBody(point("{" + repeat(450, `a: related { code } a: dependents { level }`, " ") + "}")),
		"fields whose fields conflict":                 queryBody(point("{" + strings.Repeat("related { a: code a: name } ", 300) + "}")),
		"50,000 directives":                            queryBody(point("{ code " + strings.Repeat("@include(if: true) ", 50_000) + "}")),
		"1,600 directives":                             queryBody(point("{ code " + strings.Repeat("@skip(if: false) ", 1_600) + "}")),
		"4,000 unknown directives":                     queryBody(point("{ code " + repeat(4_000, "@d#", " ") + "}")),
		"3,000 unknown arguments":                      queryBody(point("{ code(" + repeat(3_000, "a#: 1", " ") + ") }")),
		"fields nested 3,000 deep":                     queryBody(point(nested(3000, "{ related ", "{ code }", "}"))),
		"inline fragments nested 3,000 deep":           queryBody(point("{" + nested(3000, "... {", "code", "}") + "}")),
		"lists nested 4,900 deep":                      queryBody(`{ knowledgePoint(code: ` + nested(4900, "[", "", "]") + `) { code } }`),
		"objects nested 2,400 deep":                    queryBody(`{ positions(filter: ` + nested(2400, "{ a: ", "1", "}") + `) { totalCount } }`),
		"unclosed brackets":                            queryBody(`{ knowledgePoint(code: ` + strings.Repeat("[", 500_000)),
		"unclosed braces":                              queryBody(strings.Repeat("{a", 400_000)),
		"an object of 3,000 unknown fields":            queryBody(`{ positions(filter: {` + repeat(3000, "a#: 1", " ") + `}) { totalCount } }`),
		"cyclic fragments":                             queryBody(point("{ ...a }") + "fragment a on KnowledgePoint { ...b } fragment b on KnowledgePoint { ...a }"),
		"30 fragments that all spread each other":      queryBody(point("{ ...f0 }") + strings.ReplaceAll(repeat(30, "fragment f# on KnowledgePoint {@}", " "), "@", repeat(30, " ...f#", ""))),
		"60 fragments that spread all that follow":     queryBody(point("{ ...f0 }") + spreadFollowing(60)),
		"a string of a million characters":             queryBody(`{ knowledgePoint(code: "` + strings.Repeat("知", 330_000) + `") { code } }`),
		"a block string of 500,000 lines":              queryBody(`{ knowledgePoint(code: """` + strings.Repeat("\n", 500_000) + `""") { code } }`),
		"an argument's name of a million characters":   queryBody("{ position(" + strings.Repeat("c", 1_000_000) + ": 1) { code } }"),
		"a type's name of a million characters":        queryBody("query q($v: " + strings.Repeat("P", 1_000_000) + ") { __typename }"),
		"a fragment on a million characters":           queryBody("{ ...f } fragment f on " + strings.Repeat("P", 1_000_000) + " { code }"),
		"a spread of a million characters":             queryBody("{ ..." + strings.Repeat("P", 1_000_000) + " }"),
		"a directive of a million characters":          queryBody("{ __typename @" + strings.Repeat("P", 1_000_000) + " }"),
		"a variable of a million characters":           queryBody("{ position(code: $" + strings.Repeat("P", 1_000_000) + ") { code } }"),
		"an input field of a million characters":       queryBody("{ positions(filter: {" + strings.Repeat("t", 1_000_000) + ": 1}) { totalCount } }"),
		"an enum value of a million characters":        queryBody("{ resources(filter: {modality: " + strings.Repeat("V", 1_000_000) + "}) { totalCount } }"),
		"a field of a type of a million characters":    queryBody("{ position(code: \"P\") { " + strings.Repeat("n", 1_000_000) + " } }"),
		"100 arguments of ten thousand characters":     queryBody("{ position(" + repeat(100, strings.Repeat("c", 10_000)+"#: 1", " ") + ") { code } }"),
		"400 input fields of two thousand characters":  queryBody("{ positions(filter: {" + repeat(400, strings.Repeat("c", 2_000)+"#: 1", " ") + "}) { totalCount } }"),
		"400 fragments on two thousand characters":     queryBody("{ __typename } " + repeat(400, "fragment f# on "+strings.Repeat("c", 2_000)+" { code }", " ")),
		"a name of a million characters":               queryBody("{" + strings.Repeat("a", 1_000_000) + "}"),
		"80,000 escapes":                               queryBody(`{ knowledgePoint(code: "` + strings.Repeat(`\u77e5`, 80_000) + `") { code } }`),
		"300,000 comments":                             queryBody("{" + strings.Repeat("#\n", 300_000) + "__typename}"),
		"a million commas":                             queryBody("{" + strings.Repeat(",", 1_000_000) + "__typename x}"),
		"a body above a mebibyte":                      queryBody("{ __typename }" + strings.Repeat(" ", 1<<20)),
		"1,500 operations":                             queryBody(repeat(1500, "query q# { __typename }", " ")),
		"400 operations that spread one large":         queryBody(repeat(400, "query q# { ...f }", " ") + " fragment f on Query {" + repeat(900, `a#: __typename`, " ") + "}"),
		"1,900 variables":                              queryBody("query q(" + repeat(1900, "$v#: Int", " ") + ") { __typename }"),
		"2,400 variables of one name":                  queryBody("query q(" + strings.Repeat("$v: Int ", 2_400) + ") { __typename }"),
		"200 uses of 700 variables":                    queryBody("query q(" + repeat(700, "$v#: String!", " ") + ") {" + repeat(200, "a#: knowledgePoint(code: $v#) { code }", " ") + "}"),
		"variables nested 9,000 deep":                  []byte(`{"query":"query q($f: PositionFilter) { positions(filter: $f) { totalCount } }","variables":{"f":` + nested(9000, `{"text":`, "1", "}") + `}}`),
		"variables nested 100,000 deep":                []byte(`{"query":"query q($f: PositionFilter) { positions(filter: $f) { totalCount } }","variables":{"f":` + nested(100_000, "[", "", "]") + `}}`),
		"a list of 9,000 lists as a string":            []byte(`{"query":"query q($c: String!) { position(code: $c) { code } }","variables":{"c":` + nested(9000, "[", "", "]") + `}}`),
		"70,000 variables that are undeclared":         []byte(`{"query":"query q($f: Int!) { positions(first: $f) { totalCount } }","variables":{` + repeat(70_000, `"v#":1`, ",") + `}}`),
		"one variable a hundred thousand times":        []byte(`{"query":"query q($f: Int!) { positions(first: $f) { totalCount } }","variables":{` + strings.Repeat(`"f":1,`, 100_000) + `"f":999}}`),
		"an input of 70,000 unknown fields":            []byte(`{"query":"query q($f: PositionFilter) { positions(filter: $f) { totalCount } }","variables":{"f":{` + repeat(70_000, `"v#":1`, ",") + `}}}`),
		"a product of lists":                           queryBody(`{ competency(code: "C") { knowledgePoints(recursive: true) { requiredBy { position { requiredPoints { knowledgePoint { requiredBy { position { requiredPoints { knowledgePoint { code } } } } } } } } } } }`),
		"a product of lists that overflows an int":     queryBody(`{ competencies(first: 200) { nodes ` + nested(8, "{ knowledgePoints(recursive: true) { competency ", "{"+repeat(300, "a#: code", " ")+"}", "} }") + ` } }`),
		"assumed mastery of 80,000 unknown codes":      []byte(`{"query":"query q($a: [String!]) { gapAnalysis(employee: \"E1\", position: \"P\", assumeMastered: $a) { ready } }","variables":{"a":[` + repeat(80_000, `"u#"`, ",") + `]}}`),
		"managers of managers":                         queryBody(`{ employees(first: 200) { nodes ` + nested(12, "{ manager ", "{ states { mastery } }", "}") + ` } }`),
		"many introspections":                          queryBody("{" + repeat(45, "a#: __schema { types { fields { args { type { ofType { ofType { name } } } } type { ofType { name } } } } }", " ") + "}"),
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

func TestHostileRequestsAreRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	harmless := []fault.Code{fault.LimitExceeded, fault.InvalidArgument, fault.NotFound}
	for name, body := range hostileRequests() {
		t.Run(name, func(t *testing.T) {
			got := a.post(t, body)
			require.NotEmpty(t, got.Errors)
			require.Subset(t, harmless, got.codes())
			require.Less(t, len(got.body), 20_000)
		})
	}
}

func BenchmarkHostileRequests(b *testing.B) {
	a := newAPI(b, smallWorld(b), nil, graph.Config{})
	for name, body := range hostileRequests() {
		b.Run(name, func(b *testing.B) {
			var got response
			for b.Loop() {
				got = a.post(b, body)
			}
			b.Logf("%v %.150s", got.codes()[:min(3, len(got.Errors))], got.body)
		})
	}
}
