package graph

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// What gqlparser says of the values of variables. Only the path of such an error names
// the variable, and clients show the message.
const (
	missingValue  = "must be defined"
	forbiddenNull = "cannot be null"
	unknownField  = "unknown field"
)

// createOperation reads a request into an operation. Where variables are missing it
// names all of them.
func createOperation(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op, errs := exec.CreateOperationContext(ctx, params)
	if len(errs) == 0 {
		return op, checkVariableTypes(op, params.Variables)
	}
	if len(errs) != 1 || errs[0].Message != missingValue || len(errs[0].Path) != 2 || !isVariable(errs[0].Path) {
		return op, errs
	}
	var missing []string
	for _, v := range op.Operation.VariableDefinitions {
		if _, given := params.Variables[v.Variable]; !given && v.Type.NonNull && v.DefaultValue == nil {
			missing = append(missing, "$"+competency.Truncate(v.Variable, competency.MaxQuoted))
		}
	}
	const most = 20
	if len(missing) > most {
		missing = append(missing[:most], "…")
	}
	err := newError(fault.InvalidArgument, "give a value in variables for %s", "请在 variables 中给出 %s 的值", strings.Join(missing, ", "))
	err.Path = errs[0].Path
	return op, gqlerror.List{err}
}

func isVariable(path ast.Path) bool {
	return len(path) >= 2 && path[0] == ast.PathName("variable")
}

// variableText says what is wrong with the value of a variable, and names it with the
// place in it.
func variableText(err *gqlerror.Error) fault.Text {
	place := variablePlace(err.Path)
	switch err.Message {
	case missingValue:
		return fault.T("%s is missing: it is required", "缺少 %s：此项必填", place)
	case forbiddenNull:
		return fault.T("%s must not be null", "%s 不能为 null", place)
	case unknownField:
		return fault.T("there is no field %s", "没有字段 %s", place)
	}
	if match := wrongEnum.FindStringSubmatch(err.Message); match != nil && schemaTypes()[match[2]] != nil {
		var names []string
		for _, value := range schemaTypes()[match[2]].EnumValues {
			names = append(names, value.Name)
		}
		return fault.T("%s: %s is none of %s", "%s：%s 不是以下任何一个：%s", place, competency.Quote(match[1]), strings.Join(names, ", "))
	}
	if match := wrongKind.FindStringSubmatch(err.Message); match != nil && typeForms[match[1]] != (fault.Text{}) {
		return fault.T("%s: this is no %s: give %s", "%s：这不是 %s：请填写%s", place, match[1], typeForms[match[1]])
	}
	return fault.T("%s: %s", "%s：%s", place, truncate(err.Message))
}

// What gqlparser says of values that are not of their types. It calls a number a string,
// because the decoder keeps its digits.
var (
	wrongEnum = regexp.MustCompile(`^(?s:(.*)) is not a valid (\w+)$`)
	wrongKind = regexp.MustCompile(`^cannot use \S+ as (\w+)$`)
)

// typeForms say how values of the scalar types are written.
var typeForms = map[string]fault.Text{
	"Int":     fault.T("a whole number", "整数"),
	"Float":   fault.T("a number", "数"),
	"Boolean": fault.T("true or false, without quotation marks", " true 或 false，不加引号"),
	"String":  fault.T("a text in quotation marks", "加引号的文本"),
	"ID":      fault.T("an id in quotation marks", "加引号的 id"),
}

// variablePlace writes a path as $input.evidence.0.at.
func variablePlace(path ast.Path) string {
	var place strings.Builder
	for i, part := range path[1:] {
		text := competency.Truncate(fmt.Sprint(part), competency.MaxQuoted)
		if i == 0 {
			place.WriteString("$" + text)
			continue
		}
		place.WriteString("." + text)
	}
	return truncate(place.String())
}
