package graph_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
)

// Classes of fields that are no action of their own.
const (
	byID     = "BY_ID"    // judged by what it finds
	envelope = "ENVELOPE" // follows its parent; what it holds has classes of its own
)

// fieldClasses reads which class each field of the schema has, by Type.field.
func fieldClasses(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("schema/access.tsv")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	require.Equal(t, "field\tclass", lines[0])
	require.True(t, slices.IsSorted(lines[1:]), "sort schema/access.tsv by field")
	classes := map[string]string{}
	for _, line := range lines[1:] {
		field, class, _ := strings.Cut(line, "\t")
		require.NotContains(t, classes, field, "it has two classes")
		classes[field] = class
	}
	return classes
}

// objectFields calls do for every field of every object of the schema.
func objectFields(s *ast.Schema, do func(object *ast.Definition, f *ast.FieldDefinition)) {
	for _, def := range s.Types {
		if def.Kind != ast.Object || def.BuiltIn {
			continue
		}
		for _, f := range def.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				do(def, f)
			}
		}
	}
}

// A new field is a decision about who may see it: write its class into
// schema/access.tsv.
func TestEveryFieldHasAClass(t *testing.T) {
	var listed, declared []string
	known := map[string]bool{byID: true, envelope: true}
	for a := range access.Actions() {
		known[a.String()] = true
	}
	for field, class := range fieldClasses(t) {
		listed = append(listed, field)
		require.True(t, known[class], "%s: %q is no class", field, class)
	}
	objectFields(schema(), func(object *ast.Definition, f *ast.FieldDefinition) {
		declared = append(declared, object.Name+"."+f.Name)
	})
	slices.Sort(listed)
	slices.Sort(declared)
	require.Equal(t, declared, listed, "the fields of the schema, and those of schema/access.tsv")
}

func TestClassesOfRootFields(t *testing.T) {
	classes := fieldClasses(t)
	for _, f := range schema().Query.Fields {
		class, ok := graph.RootClass(f.Name)
		switch want := classes["Query."+f.Name]; {
		case strings.HasPrefix(f.Name, "__"):
		case want == byID:
			require.False(t, ok, f.Name)
		default:
			require.True(t, ok, f.Name)
			require.Equal(t, want, class.String(), f.Name)
		}
	}
	_, ok := graph.RootClass("nothing")
	require.False(t, ok)
}
