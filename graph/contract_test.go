package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/graph/generated"
	"github.com/zhitu/zhitu/internal/fault"
)

func schema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

// contract is what clients rely on (docs/design.md, GraphQL), in the text of that page.
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
type Subscription { learnerUpdated(employee: String!, current: Boolean! = false): LearnerUpdate! }
type LearnerUpdate { employee: Employee! states: [MasteryState!]! unassessed: [KnowledgePoint!]!
  nextSteps(position: String!, first: Int! = 3, options: PathOptions): [LearningStep!] }
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

// contractTypes declares the types that the contract names only.
const contractTypes = `
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

func TestSchemaKeepsContract(t *testing.T) {
	actual := schema()
	promised := gqlparser.MustLoadSchema(&ast.Source{Input: contract + contractTypes})
	for name, want := range promised.Types {
		if want.BuiltIn {
			continue
		}
		t.Run(name, func(t *testing.T) {
			def := actual.Types[name]
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
	for _, f := range actual.Mutation.Fields {
		t.Run(f.Name+" takes one input and returns a payload", func(t *testing.T) {
			payload := actual.Types[f.Type.Name()]
			require.Equal(t, "[UserError!]!", payload.Fields.ForName("userErrors").Type.String())
			if f.Name == "signOutEverywhere" || f.Name == "recordReadiness" { // there is nothing to say
				return
			}
			require.Len(t, f.Arguments, 1)
			require.Equal(t, "input", f.Arguments[0].Name)
			require.True(t, f.Arguments[0].Type.NonNull)
			if isAccountMutation(f) || isImportMutation(f) { // these are no part of the catalog; a plan carries its own revision
				return
			}
			require.Equal(t, "Int!", payload.Fields.ForName("revision").Type.String())
			if !isEvidenceMutation(f.Name) { // evidence has no revision
				require.Equal(t, "Int", actual.Types[f.Arguments[0].Type.Name()].Fields.ForName("expectedRevision").Type.String())
			}
		})
	}
}

// isEvidenceMutation reports whether a mutation is about evidence, or about statements
// that may become evidence.
func isEvidenceMutation(name string) bool {
	return strings.HasSuffix(name, "Evidence") || strings.HasSuffix(name, "SetAside") || name == "answerPlacement" || name == "deleteMastery"
}

// isAccountMutation reports whether a mutation is about accounts, sessions or tokens, or
// about the rights of people over their data.
func isAccountMutation(f *ast.FieldDefinition) bool {
	file := f.Position.Src.Name
	return strings.HasSuffix(file, "account.graphqls") || strings.HasSuffix(file, "privacy.graphqls")
}

// isImportMutation reports whether a mutation is about a job that imports.
func isImportMutation(f *ast.FieldDefinition) bool {
	return strings.HasSuffix(f.Position.Src.Name, "import.graphqls")
}

func TestSchemaIsDescribed(t *testing.T) {
	var undescribed []string
	check := func(description string, path ...string) {
		if strings.TrimSpace(description) == "" {
			undescribed = append(undescribed, strings.Join(path, "."))
		}
	}
	s := schema()
	check(s.Description, "schema")
	for _, def := range s.Types {
		if def.BuiltIn {
			continue
		}
		check(def.Description, def.Name)
		for _, f := range def.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				check(f.Description, def.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if !strings.HasPrefix(f.Name, "__") {
					check(a.Description, def.Name, f.Name, a.Name)
				}
			}
		}
		for _, v := range def.EnumValues {
			check(v.Description, def.Name, v.Name)
		}
	}
	require.Empty(t, undescribed)
}

func TestErrorCodesAreInSchema(t *testing.T) {
	var codes []string
	for _, v := range schema().Types["ErrorCode"].EnumValues {
		codes = append(codes, v.Name)
	}
	require.ElementsMatch(t, []string{
		string(fault.InvalidArgument), string(fault.NotFound), string(fault.Conflict), string(fault.Cycle), string(fault.Unauthenticated),
		string(fault.PermissionDenied), string(fault.LimitExceeded), string(fault.Unavailable), string(fault.Internal),
	}, codes)
}
