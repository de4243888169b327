package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// selects reports whether the current field, or the items of its page, select one of some fields
// (lookahead). The service can then read in one round trip what would take one for
// each item.
func selects(ctx context.Context, names ...string) bool {
	return containsField(graphql.GetFieldContext(ctx).Field.Selections, names)
}

func containsField(set ast.SelectionSet, names []string) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			isPage := s.Name == "edges" || s.Name == "node" || s.Name == "nodes"
			if slices.Contains(names, s.Name) || isPage && containsField(s.SelectionSet, names) {
				return true
			}
		case *ast.InlineFragment:
			if containsField(s.SelectionSet, names) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && containsField(s.Definition.SelectionSet, names) {
				return true
			}
		}
	}
	return false
}
