package graph

import (
	"context"
	"math"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/zhitu/zhitu/internal/fault"
)

// The limits of one request. GraphiQL's own introspection stays well below.
const (
	maxTokens     = 10_000  // of the document
	maxDepth      = 20      // of nested fields
	maxFields     = 1_000   // with every fragment spread out
	maxComplexity = 200_000 // fields of the answer, roughly; see complexity.go
)

// shape refuses documents that are too large, too deep or too wide, before
// anything else looks at them: validation takes quadratic time in the width,
// and gqlgen's own complexity walk follows every spread anew, which is
// exponential in fragments that double. Here each fragment is measured once.
type shape struct{ known graphql.Cache[*ast.QueryDocument] }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = shape{}

func (shape) ExtensionName() string                   { return "Shape" }
func (shape) Validate(graphql.ExecutableSchema) error { return nil }

func (s shape) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if _, ok := s.known.Get(ctx, request.Query); ok { // it has passed before
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: request.Query}, maxTokens)
	if err != nil {
		if strings.Contains(err.Error(), "token limit") {
			return refuse(ctx, "the document has more than %d tokens: ask for less at once", "查询文档超过 %d 个词法单元：请分次查询", maxTokens)
		}
		return nil // gqlgen parses it again and says where it is wrong
	}
	m := measure{doc: doc, fragments: map[string]extent{}}
	for _, op := range doc.Operations {
		switch e := m.of(op.SelectionSet); {
		case e.depth > maxDepth:
			return refuse(ctx, "fields are nested deeper than %d: ask for less at once", "字段嵌套超过 %d 层：请减少嵌套", maxDepth)
		case e.fields > maxFields:
			return refuse(ctx, "the document selects more than %d fields: ask for less at once", "查询的字段超过 %d 个：请分次查询", maxFields)
		}
	}
	return nil
}

func refuse(ctx context.Context, en, zh string, limit int) *gqlerror.Error {
	return gqlerror.Wrap(fault.New(fault.LimitExceeded, en, zh, limit))
}

// extent is how deep and how wide a selection is.
type extent struct{ depth, fields int }

type measure struct {
	doc       *ast.QueryDocument
	fragments map[string]extent
}

// endless is the extent of a fragment that spreads itself, which validation
// would refuse, and the most that sums are let grow to.
const endless = math.MaxInt32

func (m measure) of(set ast.SelectionSet) (e extent) {
	for _, selection := range set {
		var inner extent
		switch s := selection.(type) {
		case *ast.Field:
			inner = m.of(s.SelectionSet)
			inner.depth++
			inner.fields++
		case *ast.InlineFragment:
			inner = m.of(s.SelectionSet)
		case *ast.FragmentSpread:
			inner = m.fragment(s.Name)
		}
		e.depth = min(endless, max(e.depth, inner.depth))
		e.fields = min(endless, e.fields+inner.fields)
	}
	return e
}

func (m measure) fragment(name string) extent {
	if e, ok := m.fragments[name]; ok {
		return e
	}
	m.fragments[name] = extent{endless, endless} // until it is known, so that a ring ends
	e := extent{}
	if def := m.doc.Fragments.ForName(name); def != nil {
		e = m.of(def.SelectionSet)
	}
	m.fragments[name] = e
	return e
}
