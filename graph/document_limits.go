package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/zhitu/zhitu/internal/fault"
)

// The limits of one request. The introspection query of GraphiQL stays well below.
const (
	maxTokens           = 10_000  // of the document
	maxDepth            = 20      // of nested fields
	maxSelections       = 1_000   // fields, spreads, arguments and directives, with all fragments expanded
	maxFieldRepetitions = 20      // of one field in one selection set
	maxComplexity       = 200_000 // fields of the response, roughly; see complexity.go
	maxDocumentErrors   = 20      // reported for one document
	maxResponseErrors   = 1_000   // reported in one response
)

// documentLimits refuses documents that are too large, too deep or too wide. It runs
// before validation and before the complexity walk of gqlgen, because both can take
// exponential time. Validation compares all fields of one name in a selection set
// with each other, and follows every spread of every operation and fragment. The
// complexity walk follows every spread as well, and omits introspection.
type documentLimits struct {
	accepted graphql.Cache[*ast.QueryDocument] // documents that have passed
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = documentLimits{}

func (documentLimits) ExtensionName() string                   { return "DocumentLimits" }
func (documentLimits) Validate(graphql.ExecutableSchema) error { return nil }

func (l documentLimits) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if _, ok := l.accepted.Get(ctx, request.Query); ok {
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: request.Query}, maxTokens)
	if err != nil {
		if strings.Contains(err.Error(), "token limit") {
			return limitExceeded("the document has more than %d tokens: ask for less at once", "查询文档超过 %d 个词法单元：请分次查询", maxTokens)
		}
		return nil // gqlgen parses it again and reports the syntax error
	}
	return checkLimits(doc)
}

func checkLimits(doc *ast.QueryDocument) *gqlerror.Error {
	costs := newCostAnalysis(doc)
	total := costs.ofDocument(doc)
	switch {
	case total.depth > maxDepth:
		return limitExceeded("fields are nested deeper than %d: ask for less at once", "字段嵌套超过 %d 层：请减少嵌套", maxDepth)
	case total.selections > maxSelections:
		return limitExceeded("the document selects more than %d fields: ask for less at once", "查询的字段超过 %d 个：请分次查询", maxSelections)
	case total.introspection > maxComplexity:
		return limitExceeded("the query asks for too much at once: its complexity is above %d", "一次查询的内容过多：复杂度超过 %d", maxComplexity)
	case costs.hasRepetitions(doc):
		return limitExceeded("one field is selected more than %d times in one place", "同一处重复选择同一字段超过 %d 次", maxFieldRepetitions)
	}
	return nil
}

func limitExceeded(en, zh string, limit int) *gqlerror.Error {
	return newError(fault.LimitExceeded, en, zh, limit)
}
