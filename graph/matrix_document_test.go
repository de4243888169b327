package graph_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/internal/fault"
)

// step is a field on the way from a root to a field that is asked for.
type step struct {
	object string // that has the field
	field  *ast.FieldDefinition
	on     string // the type of the fragment around what follows, empty for none
}

func (s step) name() string { return s.object + "." + s.field.Name }

// shortestWays returns the shortest way from some roots to each object type (breadth-first
// search). It never goes through node, which is judged by what it finds.
func shortestWays(s *ast.Schema, roots ...string) map[string][]step {
	ways := map[string][]step{}
	for _, root := range roots {
		ways[root] = nil
	}
	for queue := slices.Clone(roots); len(queue) > 0; queue = queue[1:] {
		for _, f := range s.Types[queue[0]].Fields {
			def := s.Types[f.Type.Name()]
			if strings.HasPrefix(f.Name, "__") || f.Name == "node" && queue[0] == "Query" || !def.IsCompositeType() {
				continue
			}
			for _, o := range s.GetPossibleTypes(def) {
				if _, found := ways[o.Name]; found {
					continue
				}
				next := step{object: queue[0], field: f}
				if def.Kind != ast.Object {
					next.on = o.Name
				}
				ways[o.Name] = append(slices.Clone(ways[queue[0]]), next)
				queue = append(queue, o.Name)
			}
		}
	}
	// Only another route than the first has a detour.
	path := s.Types["LearningPath"].Fields
	ways["Detour"] = append(slices.Clone(ways["LearningPath"]), step{object: "LearningPath", field: path.ForName("routes")}, step{object: "LearningPath", field: path.ForName("detour")})
	return ways
}

// given are the values of arguments: of one field, else of any with that name. An employee
// stands for the subject.
var given = map[string]string{
	"LearningPath.routes.first": "3",
	"Query.employee.code":       "$employee", "employee": "$employee", "position": `"P"`, "Query.position.code": `"P"`, "Query.competency.code": `"C2"`,
	"Query.search.text": `"e"`, "Query.knowledgePoint.code": `"D"`, "Query.resource.code": `"R"`, "Query.orgUnit.code": `"D1"`, "Query.node.id": "$id", "current": "true",
	"Query.positionDistance.from": `"P"`, "Query.positionDistance.to": `"Q"`, "Query.reviewsDue.from": `"2020-01-01T00:00:00Z"`, "Query.reviewsDue.until": `"2030-01-01T00:00:00Z"`,
	"Query.teamGaps.group": askedGroup, "Query.coverageDistribution.group": askedGroup, "Query.candidates.group": askedGroup,
	"Query.holders.group": askedGroup, "Query.risks.group": askedGroup, "Query.trainingSet.group": askedGroup, "Query.unblocking.group": askedGroup,
	"Query.reviewsDue.group": askedGroup, "Position.candidates.group": askedGroup, "Position.coverage.group": askedGroup, "KnowledgePoint.holders.group": askedGroup,
	"Query.positionMap.employee": "$employee", "Query.neighbourhood.employee": "$employee", "Query.neighbourhood.code": `"C2"`,
	"Query.importJob.number":     "1", // see putImport
	"GapAnalysis.gaps.unmetOnly": "false", "LearningPath.quality.atMinutes": "30", "LearningPath.whatIf.position": `"Q"`,
}

// askedUnit is the department that questions about groups are about.
const (
	askedUnit  = "D1"
	askedGroup = `{ orgUnit: "D1" }`
)

// call writes a field with its arguments.
func (s step) call(employee string) string {
	var args []string
	for _, a := range s.field.Arguments {
		value, own := given[s.name()+"."+a.Name]
		found := own
		if !found {
			value, found = given[a.Name]
		}
		if own || found && (a.Type.NonNull || s.object != "Query") || a.Type.NonNull && a.DefaultValue == nil {
			args = append(args, a.Name+": "+strings.ReplaceAll(value, "$employee", quote(employee)))
		}
	}
	if len(args) == 0 {
		return s.field.Name
	}
	return s.field.Name + "(" + strings.Join(args, ", ") + ")"
}

// document asks for fields of the object at the end of a way.
func document(s *ast.Schema, way []step, fields []step, employee string) string {
	var text strings.Builder
	for _, f := range fields {
		text.WriteString(f.call(employee))
		if s.Types[f.field.Type.Name()].IsCompositeType() {
			text.WriteString(" { __typename }")
		}
		text.WriteString(" ")
	}
	out := text.String()
	for i := len(way) - 1; i >= 0; i-- {
		if way[i].on != "" {
			out = "... on " + way[i].on + " { " + out + "}"
		}
		out = way[i].call(employee) + " { " + out + " } "
	}
	return "{ " + out + "}"
}

// outcomeOf returns what became of a field of the object at the end of a way: allow, denied,
// not_found or another code, and whether it was reached at all.
func outcomeOf(t testing.TB, r response, way []step, field string) (outcome string, reached bool) {
	path := []string{}
	for _, s := range way {
		path = append(path, s.field.Name)
	}
	path = append(path, field)
	var value any
	if len(r.Data) > 0 {
		require.NoError(t, json.Unmarshal(r.Data, &value), r.body)
	}
	for i, name := range path {
		for list, isList := value.([]any); isList; list, isList = value.([]any) {
			if len(list) == 0 {
				return "allow", false
			}
			value = list[len(list)-1]
		}
		object, _ := value.(map[string]any)
		value = object[name]
		if value == nil {
			return refusalAt(r, path[:i+1]), i == len(path)-1
		}
	}
	return "allow", true
}

// refusalAt returns why there is nothing at a path: the error of it, or of something below
// or above that left it empty.
func refusalAt(r response, path []string) string {
	for _, e := range r.Errors {
		var at []string
		for _, p := range e.Path {
			if name, ok := p.(string); ok {
				at = append(at, name)
			}
		}
		if n := min(len(at), len(path)); !slices.Equal(at[:n], path[:n]) {
			continue
		}
		switch e.Extensions.Code {
		case fault.PermissionDenied:
			return "denied"
		case fault.NotFound:
			return "not_found"
		}
		return string(e.Extensions.Code)
	}
	return "allow" // null is the answer
}
