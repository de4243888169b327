package graph

import (
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/zhitu/zhitu/graph/generated"
)

// SDL returns the schema in the schema definition language, with all descriptions, as
// tools that generate code want it.
var SDL = sync.OnceValue(func() string {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	var out strings.Builder
	// The formatter leaves out a root definition whose types have the usual names, and so
	// its description, which introduces the API.
	out.WriteString("\"\"\"\n" + schema.Description + "\n\"\"\"\nschema {\n  query: Query\n  mutation: Mutation\n  subscription: Subscription\n}\n")
	formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchema(schema)
	return out.String()
})
