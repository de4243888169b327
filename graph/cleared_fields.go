package graph

import (
	"context"
	"strings"
	"unicode"

	"github.com/99designs/gqlgen/graphql"

	"github.com/zhitu/zhitu/internal/competency"
)

// clearedFields returns the fields that the input of a mutation empties: those that it
// gives as null, as an empty text or as an empty list. What it does not name, or names
// by a variable without a value, is not among them.
func clearedFields(ctx context.Context) (cleared competency.FieldSet) {
	input := graphql.GetFieldContext(ctx).Field.Arguments.ForName("input")
	if input == nil {
		return 0
	}
	value, err := input.Value.Value(graphql.GetOperationContext(ctx).Variables)
	if err != nil {
		return 0 // the input itself has been refused
	}
	fields, _ := value.(map[string]any)
	for name, v := range fields {
		if isEmptyValue(v) {
			cleared |= competency.FieldNamed(snakeCase(name))
		}
	}
	return cleared
}

func isEmptyValue(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return competency.Trim(v) == ""
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// snakeCase turns the name of an input field into that of a column.
func snakeCase(name string) string {
	var out strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
