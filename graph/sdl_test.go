package graph

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/graph/generated"
)

func TestSDLIsTheWholeSchema(t *testing.T) {
	served := generated.NewExecutableSchema(generated.Config{}).Schema()
	read, err := gqlparser.LoadSchema(&ast.Source{Input: SDL()})
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(served.Description), strings.TrimSpace(read.Description))
	require.Len(t, read.Types, len(served.Types))
	for name, want := range served.Types {
		got := read.Types[name]
		require.Equal(t, want.Kind, got.Kind, name)
		require.Equal(t, strings.TrimSpace(want.Description), strings.TrimSpace(got.Description), name)
		require.Len(t, got.EnumValues, len(want.EnumValues), name)
		for _, field := range want.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			found := got.Fields.ForName(field.Name)
			require.NotNil(t, found, name+"."+field.Name)
			require.Equal(t, field.Type.String(), found.Type.String(), name+"."+field.Name)
			require.Len(t, found.Arguments, len(field.Arguments), name+"."+field.Name)
			require.Equal(t, strings.TrimSpace(field.Description), strings.TrimSpace(found.Description), name+"."+field.Name)
		}
	}
}

func TestFieldsWithIOAreOfTheSchema(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	for object, fields := range fieldsWithIO {
		require.NotNil(t, schema.Types[object], object)
		for _, field := range fields {
			require.NotNil(t, schema.Types[object].Fields.ForName(field), object+"."+field)
		}
	}
}
