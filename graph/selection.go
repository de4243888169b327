package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// selects reports whether the current field, or the items of its page, select a field
// (lookahead). The service can then read in one round trip what would take one for
// each item.
func selects(ctx context.Context, name string) bool {
	return containsField(graphql.GetFieldContext(ctx).Field.Selections, name)
}

func containsField(set ast.SelectionSet, name string) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			switch s.Name {
			case name:
				return true
			case "edges", "node", "nodes":
				if containsField(s.SelectionSet, name) {
					return true
				}
			}
		case *ast.InlineFragment:
			if containsField(s.SelectionSet, name) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && containsField(s.Definition.SelectionSet, name) {
				return true
			}
		}
	}
	return false
}
