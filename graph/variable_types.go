package graph

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/graph/generated"
	"github.com/zhitu/zhitu/internal/fault"
)

var schemaTypes = sync.OnceValue(func() map[string]*ast.Definition {
	return generated.NewExecutableSchema(generated.Config{}).Schema().Types
})

// checkVariableTypes refuses numbers in place of texts, and texts in place of numbers, in the
// values of variables (input coercion of the specification). gqlparser takes them: a code
// such as 007 would silently have become 7 before it was sent.
func checkVariableTypes(op *graphql.OperationContext, values map[string]any) gqlerror.List {
	for _, v := range op.Operation.VariableDefinitions {
		if err := checkType(ast.Path{ast.PathName("variable"), ast.PathName(v.Variable)}, v.Type, values[v.Variable]); err != nil {
			return gqlerror.List{err}
		}
	}
	return nil
}

func checkType(path ast.Path, typ *ast.Type, value any) *gqlerror.Error {
	if typ.Elem != nil {
		list, ok := value.([]any)
		if !ok { // one item stands for a list of it
			return checkType(path, typ.Elem, value)
		}
		for i, item := range list {
			if err := checkType(append(path[:len(path):len(path)], ast.PathIndex(i)), typ.Elem, item); err != nil {
				return err
			}
		}
		return nil
	}
	switch value := value.(type) {
	case map[string]any:
		for _, field := range schemaTypes()[typ.NamedType].Fields {
			if err := checkType(append(path[:len(path):len(path)], ast.PathName(field.Name)), field.Type, value[field.Name]); err != nil {
				return err
			}
		}
	case json.Number:
		if typ.NamedType == "String" || typ.NamedType == "ID" && strings.Trim(string(value), "-0123456789") != "" {
			return wrongType(path, "a number is no %s: write it in quotation marks", "数字不是 %s：请加上引号", typ.NamedType)
		}
	case string:
		if typ.NamedType == "Int" || typ.NamedType == "Float" {
			return wrongType(path, "a text is no %s: write the number without quotation marks", "文本不是 %s：请去掉数字的引号", typ.NamedType)
		}
	}
	return nil
}

func wrongType(path ast.Path, en, zh, typ string) *gqlerror.Error {
	err := newError(fault.InvalidArgument, "%s: %s", "%s：%s", variablePlace(path), fault.T(en, zh, typ))
	err.Path = path
	return err
}
