package graph_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/graph/generated"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

func schema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

// contract is what clients rely on (docs/design.md, §5), word for word but for
// the types that it names and does not spell out.
const contract = `
type Query {
  node(id: ID!): Node                          version: String!
  position(code: String!): Position            positions(first: Int! = 50, after: String, filter: PositionFilter): PositionConnection!
  competency(code: String!): Competency
  knowledgePoint(code: String!): KnowledgePoint  knowledgePoints(first: Int! = 50, after: String, filter: KnowledgePointFilter): KnowledgePointConnection!
  employee(code: String!): Employee            employees(first: Int! = 50, after: String, filter: EmployeeFilter): EmployeeConnection!
  gapAnalysis(employee: String!, position: String!, at: Time, assumeMastered: [String!]): GapAnalysis
  learningPath(employee: String!, position: String!, options: PathOptions): LearningPath
  nextSteps(employee: String!, position: String!, first: Int! = 3, options: PathOptions): [LearningStep!]
}
type Subscription { learnerUpdated(employee: String!): LearnerUpdate! }
type LearnerUpdate { employee: Employee! states: [MasteryState!]! unassessed: [KnowledgePoint!]!
  nextSteps(position: String!, first: Int! = 3, options: PathOptions): [LearningStep!]! }
type GapAnalysis { revision: Int! employee: Employee! position: Position! coverage: Float! ready: Boolean! criticalReady: Boolean!
  gaps(unmetOnly: Boolean! = true): [RequirementGap!]!   foundations: [FoundationGap!]!   competencies: [CompetencyGap!]! }
type RequirementGap { knowledgePoint: KnowledgePoint! required: Float! mastery: Float current: Float shortfall: Float!
  weight: Float! critical: Boolean! status: RequirementStatus! }
type FoundationGap { knowledgePoint: KnowledgePoint! required: Float! mastery: Float neededFor: [KnowledgePoint!]! }
type CompetencyGap { competency: Competency! coverage: Float! unmet: Int! total: Int! }
type LearningPath { revision: Int! employee: Employee! position: Position! steps(first: Int): [LearningStep!]!
  totalMinutes: Int! withinBudget: Boolean! unreached: [RequirementGap!]! quality(atMinutes: Int): PathQuality
  choices: [PathChoice!]! routes(first: Int! = 3): [LearningPath!]! detour: Detour
  whatIf(position: String, options: PathOptions): LearningPath }
interface Learnable { code: String! }
type PathChoice { knowledgePoint: KnowledgePoint! clause: String! taken: Learnable! others: [Learnable!]! }
type Detour { choice: PathChoice! minutes: Int! adds: [KnowledgePoint!]! spares: [KnowledgePoint!]! }
type PathQuality { ratioToBound: Float! coverageAtBudget: Float! bestPossibleAtBudget: Float! }
type LearningStep { order: Int! kind: StepKind! knowledgePoint: KnowledgePoint! minutes: Int! cumulativeMinutes: Int!
  target: Float! mastery: Float resource: Resource waitsFor: [KnowledgePoint!]! unlocks: Int! reasons: [Reason!]! }
input PathOptions { at: Time  budgetMinutes: Int  objective: BudgetObjective  assumeMastered: [String!]  exclude: [String!]  locale: String }
scalar Time
interface Node { id: ID! }
enum RequirementStatus { UNASSESSED MET DECAYED BELOW }
enum StepKind { LEARN REVIEW }
enum BudgetObjective { COVERAGE CRITICAL }
enum KnowledgePointKind { KNOWLEDGE SKILL }
enum KnowledgePointNature { PROCEDURAL CREATIVE }
enum PrerequisiteStrength { HARD SOFT }
enum Modality { VIDEO DOCUMENT COURSE PRACTICE SIMULATION MENTORING }
type UserError { field: String message: String! code: ErrorCode! }
enum ErrorCode { INVALID_ARGUMENT NOT_FOUND CONFLICT CYCLE UNAUTHENTICATED PERMISSION_DENIED LIMIT_EXCEEDED UNAVAILABLE INTERNAL }
`

// named are the types that the contract leaves to be spelled out.
const named = `
type Position { code: String! } type Competency { code: String! } type KnowledgePoint { code: String! } type Employee { code: String! }
type MasteryState { mastery: Float! } type Resource { code: String! } type Reason { message: String! }
input PositionFilter { text: String } input KnowledgePointFilter { text: String } input EmployeeFilter { text: String }
type PositionConnection { totalCount: Int! } type KnowledgePointConnection { totalCount: Int! } type EmployeeConnection { totalCount: Int! }
`

func signature(f *ast.FieldDefinition) string {
	args := make([]string, len(f.Arguments))
	for i, a := range f.Arguments {
		args[i] = fmt.Sprintf("%s: %s = %s", a.Name, a.Type, a.DefaultValue)
	}
	return fmt.Sprintf("(%s): %s", strings.Join(args, ", "), f.Type)
}

func TestTheContractIsKept(t *testing.T) {
	have := schema()
	promised := gqlparser.MustLoadSchema(&ast.Source{Input: contract + named})
	for name, want := range promised.Types {
		if want.BuiltIn {
			continue
		}
		t.Run(name, func(t *testing.T) {
			def := have.Types[name]
			require.NotNil(t, def)
			require.Equal(t, want.Kind, def.Kind)
			for _, f := range want.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				require.NotNil(t, def.Fields.ForName(f.Name), f.Name)
				require.Equal(t, signature(f), signature(def.Fields.ForName(f.Name)), f.Name)
			}
			for _, v := range want.EnumValues {
				require.NotNil(t, def.EnumValues.ForName(v.Name), v.Name)
			}
		})
	}
	for _, f := range have.Mutation.Fields {
		t.Run(f.Name+" takes one input and returns a payload", func(t *testing.T) {
			require.Len(t, f.Arguments, 1)
			require.Equal(t, "input", f.Arguments[0].Name)
			require.True(t, f.Arguments[0].Type.NonNull)
			payload := have.Types[f.Type.Name()]
			require.Equal(t, "Int!", payload.Fields.ForName("revision").Type.String())
			require.Equal(t, "[UserError!]!", payload.Fields.ForName("userErrors").Type.String())
			if !ofEvidence(f.Name) { // which does not build on a revision
				require.Equal(t, "Int", have.Types[f.Arguments[0].Type.Name()].Fields.ForName("expectedRevision").Type.String())
			}
		})
	}
}

// ofEvidence reports whether a mutation is about evidence, or what may become such.
func ofEvidence(name string) bool {
	return strings.HasSuffix(name, "Evidence") || strings.HasSuffix(name, "SetAside") || name == "answerPlacement"
}

func TestEverythingInTheSchemaIsDescribed(t *testing.T) {
	var silent []string
	see := func(description string, path ...string) {
		if strings.TrimSpace(description) == "" {
			silent = append(silent, strings.Join(path, "."))
		}
	}
	s := schema()
	see(s.Description, "schema")
	for _, def := range s.Types {
		if def.BuiltIn {
			continue
		}
		see(def.Description, def.Name)
		for _, f := range def.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				see(f.Description, def.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if !strings.HasPrefix(f.Name, "__") {
					see(a.Description, def.Name, f.Name, a.Name)
				}
			}
		}
		for _, v := range def.EnumValues {
			see(v.Description, def.Name, v.Name)
		}
	}
	require.Empty(t, silent)
}

func TestEveryErrorCodeIsInTheSchema(t *testing.T) {
	var codes []string
	for _, v := range schema().Types["ErrorCode"].EnumValues {
		codes = append(codes, v.Name)
	}
	require.ElementsMatch(t, []string{
		string(fault.InvalidArgument), string(fault.NotFound), string(fault.Conflict), string(fault.Cycle), string(fault.Unauthenticated),
		string(fault.PermissionDenied), string(fault.LimitExceeded), string(fault.Unavailable), string(fault.Internal),
	}, codes)
}

// everything selects every field of a type that needs no argument, so many
// levels down.
func everything(s *ast.Schema, typeName string, levels int) string {
	def := s.Types[typeName]
	if def.IsLeafType() {
		return ""
	}
	var out []string
	for _, f := range def.Fields {
		switch inner := s.Types[f.Type.Name()]; {
		case strings.HasPrefix(f.Name, "__"):
		case inner.Kind == ast.Scalar || inner.Kind == ast.Enum:
			out = append(out, f.Name)
		case levels > 0:
			out = append(out, f.Name+" "+everything(s, inner.Name, levels-1))
		}
	}
	for _, t := range s.GetPossibleTypes(def) {
		if def.Kind == ast.Interface && levels > 0 {
			out = append(out, "... on "+t.Name+" { code }")
		}
	}
	sort.Strings(out)
	return "{ __typename " + strings.Join(out, " ") + " }"
}

// asked are the root fields with arguments that the seed can answer.
var asked = map[string]string{
	"node":            `(id: "UG9zaXRpb246UE9TLURB")`, // Position:POS-DA
	"version":         ``,
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
	"nextSteps":       `(employee: "E007", position: "POS-DA", first: 2)`,
	"insight":         `(filter: { position: "POS-DA", competency: "C-DATA", orgUnit: "ORG-IT" })`,
	"placementNext":   `(employee: "E007", position: "POS-DA")`,
}

// A budget is for coverage, unless another objective is asked for.
func TestTheObjectiveOfABudget(t *testing.T) {
	world := smallWorld(t)
	world.Put.Catalog = kgtest.New(t, small+"\nS: K*9 L!").Catalog
	a := newAPI(t, world, nil, graph.Config{})
	for options, want := range map[string]string{"": "K", ", objective: COVERAGE": "K", ", objective: CRITICAL": "L"} {
		require.JSONEq(t, `{ "nextSteps": [{ "knowledgePoint": { "code": "`+want+`" } }] }`,
			a.data(t, `{ nextSteps(employee: "E1", position: "S", options: { budgetMinutes: 30`+options+` }) { knowledgePoint { code } } }`))
	}
}

func TestEveryFieldAnswersOnTheSeed(t *testing.T) {
	a := newAPI(t, seedWorld(t), nil, graph.Config{})
	s := schema()
	for _, f := range s.Query.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			require.Contains(t, asked, f.Name, "a new root field needs an example here")
			got := a.data(t, "{ "+f.Name+asked[f.Name]+" "+everything(s, f.Type.Name(), 2)+" }")
			require.NotContains(t, got, f.Name+`":null`)
		})
	}
}
