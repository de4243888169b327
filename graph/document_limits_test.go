package graph_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/web"
)

func TestOrdinaryDocumentsAreBelowLimits(t *testing.T) {
	t.Parallel()
	a := newAPI(t, seedWorld(t), nil, graph.Config{})
	introspection, err := os.ReadFile("testdata/introspection.graphql")
	require.NoError(t, err)
	t.Run("the introspection of GraphiQL", func(t *testing.T) {
		got := a.query(t, string(introspection))
		require.Contains(t, got, `"LearningStep"`)
		require.NotContains(t, got, `"defer"`, "no directive that is refused")
	})
	examples := strings.NewReplacer("EMPLOYEE", "E007", "POSITION", "POS-DA", "POINT", "K-DATA-SCAN")
	for _, tab := range web.Tabs() {
		t.Run("the tab "+tab.Name+" answers on the seed", func(t *testing.T) {
			query := examples.Replace(tab.Query)
			if strings.Contains(query, "\nsubscription ") {
				got := a.execute(t, query, nil, "Accept", "application/json")
				require.Contains(t, got.body, "send the header Accept: text/event-stream", "only the transport is refused")
				return
			}
			if strings.Contains(query, "\nmutation ") {
				before := a.query(t, "{ positions { totalCount nodes { code requirements { level } } } }")
				require.Equal(t, 2, strings.Count(a.query(t, query), `{"position":null`), "both mutations are refused as they stand")
				require.Equal(t, before, a.query(t, "{ positions { totalCount nodes { code requirements { level } } } }"))
				query = strings.NewReplacer(`code: ""`, `code: "POS-NEW"`, `position: ""`, `position: "POS-NEW"`, `name: ""`, `name: "新岗位"`).Replace(query)
			}
			got := a.query(t, query)
			require.NotContains(t, got, `"field"`, "no user errors")
			require.NotContains(t, got, `null}`, "no root field is null")
		})
	}
	t.Run("twenty people and positions side by side", func(t *testing.T) {
		a.query(t, "{"+repeat(20, `g#: gapAnalysis(employee: "E007", position: "POS-DA") { coverage gaps { status } }`, " ")+"}")
	})
	t.Run("one field in twenty fragments of components", func(t *testing.T) {
		a.query(t, `{ position(code: "POS-DA") {`+repeat(20, "...f#", " ")+"} }"+repeat(20, "fragment f# on Position { code }", " "))
	})
	t.Run("our fields have other names than the lists of introspection", func(t *testing.T) {
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
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for _, query := range []string{"{ positon(code: 1) { code } }", `{ position(code: "P") { nam } }`, `{ position(cod: "P") { name } }`} {
		got := a.execute(t, query, nil)
		require.Subset(t, []fault.Code{fault.InvalidArgument}, got.codes(), query)
		require.NotContains(t, got.body, "Did you mean")
	}
}
