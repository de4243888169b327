package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// A map of nobody is of the class CATALOG; whose mastery it shows is asked for as in a gap
// analysis (see TestEveryFieldIsAnsweredAsItsClassSays).
func TestMapsOfNobodyAreForWhoReadsTheCatalog(t *testing.T) {
	c := readWorkedCompany(t, "company-1")
	a := newWorkedAPI(t, c)
	for _, v := range c.viewers {
		as := &api{Handler: actAs(a, v.Viewer), handler: a.handler}
		for _, field := range []string{`positionMap(position: "P")`, `neighbourhood(code: "A")`} {
			r := as.execute(t, "{ "+field+" { nodes { status mastery } employee { code } } }", nil)
			outcome, _ := outcomeOf(t, r, nil, strings.SplitN(field, "(", 2)[0])
			require.Equal(t, v.expect(t, "CATALOG", ""), outcome, "%s: %s: %s", v.name, field, r.body)
			require.NotContains(t, r.body, `"status":"`)
		}
	}
}

// wholeMap asks for all that a page draws.
const wholeMap = `query Map($position: String!, $employee: String) { positionMap(position: $position, employee: $employee) {
	revision layers rows omitted position { code name nameEn } employee { code name }
	lanes { competency { code name nameEn } row rows }
	nodes { knowledgePoint { code name nameEn kind } layer row required critical status mastery current need next }
	edges { from to strength clause level rows } } }`

// A page gets a map of 2,000 points in one request, within the limits on documents.
func TestLargestMapInOneRequest(t *testing.T) {
	const points = 2_400
	var world, edges strings.Builder
	world.WriteString("G {")
	for p := range points {
		fmt.Fprintf(&world, " K%04d", p)
		if p > 40 {
			fmt.Fprintf(&edges, "K%04d <- K%04d K%04d K%04d\n", p, p/2, p/2-1-p%7, p/2-9-p%11)
		}
	}
	world.WriteString(" }\n" + edges.String() + "P: G\n@ K0000=0.9 K0001=0.4")
	a := newAPI(t, servicetest.World(t, world.String()), nil, graph.Config{})
	for _, employee := range []any{nil, "E1"} {
		r := a.execute(t, wholeMap, map[string]any{"position": "P", "employee": employee})
		require.Empty(t, r.Errors)
		var got struct {
			PositionMap struct {
				Omitted int
				Nodes   []struct{ Layer, Row int }
				Edges   []struct {
					From, To int
					Rows     []int
				}
			}
		}
		require.NoError(t, json.Unmarshal(r.Data, &got))
		require.Len(t, got.PositionMap.Nodes, 2_000)
		require.Equal(t, points-2_000, got.PositionMap.Omitted)
		require.Greater(t, len(got.PositionMap.Edges), 5_000)
		for _, e := range got.PositionMap.Edges {
			require.Len(t, e.Rows, got.PositionMap.Nodes[e.To].Layer-got.PositionMap.Nodes[e.From].Layer-1)
		}
	}
}
