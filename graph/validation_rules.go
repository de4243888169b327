package graph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/zhitu/zhitu/internal/fault"
)

// newValidationRules returns the rules of the specification. Rules that suggest names
// do not: a search takes the length of the misspelt name times all names of the schema.
func newValidationRules() *rules.Rules {
	all := rules.NewDefaultRules()
	for _, rule := range []validator.Rule{
		rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRuleWithoutSuggestions, rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.ScalarLeafsRuleWithoutSuggestions,
	} {
		all.RemoveRule(strings.TrimSuffix(rule.Name, "WithoutSuggestions"))
		all.AddRule(rule.Name, rule.RuleFunc)
	}
	all.ReplaceRule(rules.KnownDirectivesRule.Name, checkDirectives)
	return all
}

// checkDirectives is the rule KnownDirectives with messages in both languages. Clients
// know @defer from other servers, and this one refuses it here.
func checkDirectives(events *validator.Events, addError validator.AddErrFunc) {
	type place struct{ line, column int }
	reported := map[place]bool{} // fragments are walked once for each spread
	events.OnDirective(func(_ *validator.Walker, d *ast.Directive) {
		var problem *fault.Error
		switch {
		case d.Definition == nil:
			problem = fault.New(fault.InvalidArgument, `Unknown directive "@%s".`, `未知指令 "@%s"。`, truncate(d.Name))
		case !slices.Contains(d.Definition.Locations, d.Location):
			problem = fault.New(fault.InvalidArgument, `Directive "@%s" may not be used on %s.`, `指令 "@%s" 不能用于 %s。`, d.Name, d.Location)
		}
		at := place{d.Position.Line, d.Position.Column}
		if problem == nil || reported[at] {
			return
		}
		reported[at] = true
		addError(core.At(d.Position), func(err *gqlerror.Error) { err.Err, err.Message = problem, problem.Text.EN })
	})
}
