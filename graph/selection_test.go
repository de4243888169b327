package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/graph"
)

// sampleArguments are arguments for which each root field has an answer on the seed.
var sampleArguments = map[string]string{
	"node":            `(id: "UG9zaXRpb246UE9TLURB")`, // Position:POS-DA
	"position":        `(code: "POS-DA")`,
	"positions":       `(first: 2)`,
	"competency":      `(code: "C-DATA-SQL")`,
	"competencies":    `(first: 2)`,
	"knowledgePoint":  `(code: "K-SQL-JOIN")`,
	"knowledgePoints": `(first: 2)`,
	"resource":        `(code: "R-DATA-101")`,
	"resources":       `(first: 2)`,
	"employee":        `(code: "E007")`,
	"employees":       `(first: 2)`,
	"orgUnit":         `(code: "ORG-IT")`,
	"orgUnits":        `(first: 2)`,
	"gapAnalysis":     `(employee: "E007", position: "POS-DA")`,
	"learningPath":    `(employee: "E007", position: "POS-DA", options: { budgetMinutes: 600, objective: CRITICAL })`,
	"setAside":        `(first: 2)`,
	"auditLog":        `(first: 2)`,
	"myAuditLog":      `(first: 2)`,
	"nextSteps":       `(employee: "E007", position: "POS-DA", first: 2)`,
	"insight":         `(filter: { position: "POS-DA", competency: "C-DATA", orgUnit: "ORG-IT" })`,
	"placementNext":   `(employee: "E007", position: "POS-DA")`,
	"version":         ``,
	"teamGaps":        `(group: { orgUnit: "ORG-IT" })`,
	"holders":         `(first: 2)`,
	"risks":           `(first: 2)`,
	"unblocking":      `(first: 2)`,
	"candidates":      `(first: 2, position: "POS-DA", group: { line: "E001" })`,
	"positionsFor":    `(first: 2, employee: "E007")`,
	"trainingSet":     `(position: "POS-DA")`,
	"reviewsDue":      `(first: 2, from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z", group: { incumbentsOf: "POS-DA" })`,
	"levels":          ``,
	"me":              ``,
	"search":          `(text: "数据", first: 2)`,
	"competencyTree":  ``,
	"accounts":        `(first: 2)`,
	"tokens":          ``,
	"sessions":        ``,
	"objections":      ``,
	"importJobs":      ``,
	"importLimits":    ``,

	"positionMap":          `(employee: "E007", position: "POS-DA")`,
	"neighbourhood":        `(employee: "E007", code: "C-DATA-SQL")`,
	"pendingApprovals":     ``,
	"positionDistance":     `(from: "POS-DA", to: "POS-SE")`,
	"coverageDistribution": `(position: "POS-DA")`,
}

// selectAll selects every field of a type that needs no argument, to a depth of nested
// objects. A list with an argument first is asked for one item.
func selectAll(s *ast.Schema, typeName string, depth int) string {
	def := s.Types[typeName]
	fields := []string{"__typename"}
	for _, f := range def.Fields {
		if inner, ok := selectField(s, f, depth); ok {
			fields = append(fields, inner)
		}
	}
	for _, t := range s.GetPossibleTypes(def) {
		if def.Kind == ast.Interface && depth > 0 {
			fields = append(fields, "... on "+t.Name+" "+selectAll(s, t.Name, depth-1))
		}
	}
	slices.Sort(fields)
	return "{ " + strings.Join(fields, " ") + " }"
}

// selectField selects a field with all below it, where it needs no argument.
func selectField(s *ast.Schema, f *ast.FieldDefinition, depth int) (text string, ok bool) {
	inner := s.Types[f.Type.Name()]
	switch {
	case strings.HasPrefix(f.Name, "__") || slices.ContainsFunc(f.Arguments, required):
		return "", false
	case inner.Kind == ast.Scalar || inner.Kind == ast.Enum:
		return f.Name, true
	case depth == 0:
		return "", false
	case f.Arguments.ForName("first") != nil:
		return fmt.Sprintf("%s(first: 1) %s", f.Name, selectAll(s, inner.Name, depth-1)), true
	default:
		return f.Name + " " + selectAll(s, inner.Name, depth-1), true
	}
}

func required(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

func TestEveryFieldAnswersOnSeed(t *testing.T) {
	t.Parallel()
	a := newAPI(t, seedWorld(t), nil, graph.Config{Version: "v1.2.3"})
	s := schema()
	for _, f := range s.Query.Fields {
		if strings.HasPrefix(f.Name, "__") || f.Name == "account" || f.Name == "exportMe" || f.Name == "importJob" { // see TestAccountsByTheAPI, TestExportMeTellsEverythingOfOneself and TestUpload
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			require.Contains(t, sampleArguments, f.Name, "a new root field needs an example here")
			selection := ""
			if inner := s.Types[f.Type.Name()]; inner.Kind != ast.Scalar {
				selection = selectAll(s, inner.Name, 2)
			}
			got := a.query(t, "{ "+f.Name+sampleArguments[f.Name]+" "+selection+" }")
			require.NotContains(t, got, f.Name+`":null`)
		})
	}
}
