package graph

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/zhitu/zhitu/internal/fault"
)

// The limits of one request. GraphiQL's own introspection stays well below.
const (
	maxTokens     = 10_000  // of the document
	maxDepth      = 20      // of nested fields
	maxSelections = 1_000   // fields, spreads, arguments and directives, with every fragment spread out
	maxRepeats    = 20      // of one field in one place
	maxComplexity = 200_000 // fields of the answer, roughly; see complexity.go
	maxProblems   = 20      // of a document that are told
	maxErrors     = 1_000   // of an answer that are told
	maxKept       = 8 << 10 // bytes of a document that is kept, parsed, for the next time
)

// documents keeps parsed documents, but for large ones: a thousand of those would
// take a gigabyte.
type documents struct {
	graphql.Cache[*ast.QueryDocument]
}

func (d documents) Add(ctx context.Context, query string, doc *ast.QueryDocument) {
	if len(query) <= maxKept {
		d.Cache.Add(ctx, query, doc)
	}
}

// plainRules are the rules of validation without the search for what a misspelt
// name might have meant, which costs its length times all names of the schema.
func plainRules() *rules.Rules {
	all := rules.NewDefaultRules()
	for _, plain := range []validator.Rule{
		rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRuleWithoutSuggestions, rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.ScalarLeafsRuleWithoutSuggestions,
	} {
		all.RemoveRule(strings.TrimSuffix(plain.Name, "WithoutSuggestions"))
		all.AddRule(plain.Name, plain.RuleFunc)
	}
	return all
}

// shape refuses documents that are too large, too deep or too wide, before
// anything else looks at them. Validation compares all fields of one name in one
// place with each other and walks into every spread anew, of each operation and
// each fragment, spread or not; gqlgen's own complexity walk follows every spread
// anew, which is exponential in fragments that double, and leaves out
// introspection. Here each fragment is measured once.
type shape struct {
	known graphql.Cache[*ast.QueryDocument]
}

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
			return tooMuch("the document has more than %d tokens: ask for less at once", "查询文档超过 %d 个词法单元：请分次查询", maxTokens)
		}
		return nil // gqlgen parses it again and says where it is wrong
	}
	return newMeasure(doc).check(doc)
}

func tooMuch(en, zh string, limit int) *gqlerror.Error {
	return refusal(fault.LimitExceeded, en, zh, limit)
}

// extent is how deep and how wide a selection is, and how much of the schema it
// introspects.
type extent struct{ depth, selections, introspected int }

// endless is the extent of a fragment that spreads itself, which validation
// would refuse, and the most that sums are let grow to.
const endless = math.MaxInt32

func (e extent) and(other extent) extent {
	return extent{
		max(e.depth, other.depth), min(endless, e.selections+other.selections), min(endless, e.introspected+other.introspected),
	}
}

// introspects says how many items the lists of introspection have, roughly. No
// field of ours has one of these names.
var introspects = map[string]int{
	"types": 100, "fields": 10, "args": 3, "inputFields": 5, "enumValues": 5, "possibleTypes": 5, "interfaces": 2, "directives": 5,
}

type measure struct {
	fragments map[string]ast.SelectionSet
	known     map[string]extent
}

func newMeasure(doc *ast.QueryDocument) measure {
	m := measure{map[string]ast.SelectionSet{}, map[string]extent{}}
	for _, f := range slices.Backward(doc.Fragments) { // of two with one name, validation follows the first
		m.fragments[f.Name] = f.SelectionSet
	}
	return m
}

func (m measure) check(doc *ast.QueryDocument) *gqlerror.Error {
	var total extent
	var sets []ast.SelectionSet
	for _, op := range doc.Operations {
		total, sets = total.and(m.of(op.SelectionSet)), append(sets, op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		total, sets = total.and(m.of(f.SelectionSet)), append(sets, f.SelectionSet)
	}
	switch {
	case total.depth > maxDepth:
		return tooMuch("fields are nested deeper than %d: ask for less at once", "字段嵌套超过 %d 层：请减少嵌套", maxDepth)
	case total.selections > maxSelections:
		return tooMuch("the document selects more than %d fields: ask for less at once", "查询的字段超过 %d 个：请分次查询", maxSelections)
	case total.introspected > maxComplexity:
		return tooMuch("the query asks for too much at once: its complexity is above %d", "一次查询的内容过多：复杂度超过 %d", maxComplexity)
	}
	for _, set := range sets {
		if m.crowded(set) {
			return tooMuch("one field is selected more than %d times in one place", "同一处重复选择同一字段超过 %d 次", maxRepeats)
		}
	}
	return nil
}

func (m measure) of(set ast.SelectionSet) (e extent) {
	for _, selection := range set {
		var inner extent
		own := extent{selections: 1, introspected: 1}
		switch s := selection.(type) {
		case *ast.Field:
			inner = m.of(s.SelectionSet)
			inner.depth++
			inner.introspected *= max(1, introspects[s.Name])
			own.selections += len(s.Arguments) + len(s.Directives)
		case *ast.InlineFragment:
			inner = m.of(s.SelectionSet)
			own.selections += len(s.Directives)
		case *ast.FragmentSpread:
			inner = m.fragment(s.Name)
			own.selections += len(s.Directives)
		}
		e = e.and(own).and(inner)
	}
	return e
}

func (m measure) fragment(name string) extent {
	if e, ok := m.known[name]; ok {
		return e
	}
	m.known[name] = extent{endless, endless, endless} // until it is known, so that a ring ends
	m.known[name] = m.of(m.fragments[name])
	return m.known[name]
}

// crowded reports whether a field is selected too often in one place, where sets
// come together in the answer. It follows every spread, which is safe once the
// whole is known to be small.
func (m measure) crowded(sets ...ast.SelectionSet) bool {
	selected := map[string][]ast.SelectionSet{}
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				selected[s.Alias] = append(selected[s.Alias], s.SelectionSet)
			case *ast.InlineFragment:
				collect(s.SelectionSet)
			case *ast.FragmentSpread:
				collect(m.fragments[s.Name])
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, inner := range selected {
		if len(inner) > maxRepeats || m.crowded(inner...) {
			return true
		}
	}
	return false
}
