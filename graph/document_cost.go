package graph

import (
	"math"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// documentCost is the size of a selection set with all fragments expanded.
type documentCost struct {
	depth         int // of nested fields
	selections    int // see maxSelections
	introspection int // items of the schema that the response holds, roughly
}

// unboundedCost is the cost of a fragment that spreads itself, which validation
// refuses later. Sums stop here, so that they cannot overflow.
const unboundedCost = math.MaxInt32

func (c documentCost) plus(other documentCost) documentCost {
	return documentCost{
		depth:         max(c.depth, other.depth),
		selections:    min(unboundedCost, c.selections+other.selections),
		introspection: min(unboundedCost, c.introspection+other.introspection),
	}
}

// introspectionSizes are typical lengths of the lists of introspection. No field of
// our schema has one of these names.
var introspectionSizes = map[string]int{
	"types": 100, "fields": 10, "args": 3, "inputFields": 5, "enumValues": 5, "possibleTypes": 5, "interfaces": 2, "directives": 5,
}

// costAnalysis computes costs in linear time (memoization): each fragment is
// analyzed once, however often it is spread.
type costAnalysis struct {
	fragments map[string]ast.SelectionSet
	costs     map[string]documentCost // by fragment
}

func newCostAnalysis(doc *ast.QueryDocument) costAnalysis {
	a := costAnalysis{map[string]ast.SelectionSet{}, map[string]documentCost{}}
	for _, f := range slices.Backward(doc.Fragments) { // validation follows the first of two with one name
		a.fragments[f.Name] = f.SelectionSet
	}
	return a
}

// ofDocument returns the cost of all operations and fragments, used or not.
func (a costAnalysis) ofDocument(doc *ast.QueryDocument) (total documentCost) {
	for _, set := range selectionSets(doc) {
		total = total.plus(a.of(set))
	}
	return total
}

func selectionSets(doc *ast.QueryDocument) (sets []ast.SelectionSet) {
	for _, op := range doc.Operations {
		sets = append(sets, op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		sets = append(sets, f.SelectionSet)
	}
	return sets
}

func (a costAnalysis) of(set ast.SelectionSet) (total documentCost) {
	for _, selection := range set {
		var inner documentCost
		own := documentCost{selections: 1, introspection: 1}
		switch s := selection.(type) {
		case *ast.Field:
			inner = a.of(s.SelectionSet)
			inner.depth++
			inner.introspection *= max(1, introspectionSizes[s.Name])
			own.selections += len(s.Arguments) + len(s.Directives)
		case *ast.InlineFragment:
			inner = a.of(s.SelectionSet)
			own.selections += len(s.Directives)
		case *ast.FragmentSpread:
			inner = a.ofFragment(s.Name)
			own.selections += len(s.Directives)
		}
		total = total.plus(own).plus(inner)
	}
	return total
}

func (a costAnalysis) ofFragment(name string) documentCost {
	if cost, ok := a.costs[name]; ok {
		return cost
	}
	a.costs[name] = documentCost{unboundedCost, unboundedCost, unboundedCost} // what a cycle comes back to
	a.costs[name] = a.of(a.fragments[name])
	return a.costs[name]
}

// hasRepetitions reports whether a field is selected too often in one place of the
// response. It follows every spread, so the cost of the document must be known to be
// small.
func (a costAnalysis) hasRepetitions(doc *ast.QueryDocument) bool {
	return slices.ContainsFunc(selectionSets(doc), func(set ast.SelectionSet) bool { return a.repeatsField(set) })
}

// repeatsField is hasRepetitions for selection sets that are merged in the response.
func (a costAnalysis) repeatsField(sets ...ast.SelectionSet) bool {
	selections := map[string][]ast.SelectionSet{} // by response key
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				selections[s.Alias] = append(selections[s.Alias], s.SelectionSet)
			case *ast.InlineFragment:
				collect(s.SelectionSet)
			case *ast.FragmentSpread:
				collect(a.fragments[s.Name])
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, inner := range selections {
		if len(inner) > maxFieldRepetitions || a.repeatsField(inner...) {
			return true
		}
	}
	return false
}
