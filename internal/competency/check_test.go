package competency

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/zhitu/zhitu/internal/fault"
)

// summaries returns each problem as its place, code and English text.
func summaries(problems []fault.Problem) []string {
	list := []string{}
	for _, p := range problems {
		s := fmt.Sprintf("%s[%d].%s %s: %s", p.Record, p.Index, p.Field, p.Code, p.Text.EN)
		if p.Other.Record != "" {
			s += fmt.Sprintf(" (%s[%d].%s)", p.Other.Record, p.Other.Index, p.Other.Field)
		}
		list = append(list, s)
	}
	return list
}

func TestCheck(t *testing.T) {
	point := func(k KnowledgePoint) ChangeSet { return putCatalog(Catalog{KnowledgePoints: []KnowledgePoint{k}}) }
	edge := func(e Prerequisite) ChangeSet { return putCatalog(Catalog{Prerequisites: []Prerequisite{e}}) }
	requirement := func(r Requirement) ChangeSet { return putCatalog(Catalog{Requirements: []Requirement{r}}) }
	assessed := func(a Assessment) ChangeSet { return putPeople(People{Mastery: []Assessment{a}}) }
	cases := []struct {
		sentence string
		changes  ChangeSet
		want     []string // each a part of one problem, in order
	}{
		{"no change has no problem", ChangeSet{}, nil},
		{"a stored record needs no name", point(KnowledgePoint{Code: "K1", Minutes: new(5)}), nil},
		{"a new one does", point(KnowledgePoint{Code: "N"}), []string{"knowledge_points[0].name INVALID_ARGUMENT: a new record needs a name"}},
		{
			"so do a competency, a position and a resource",
			putCatalog(Catalog{Competencies: []Competency{{Code: "X"}}, Positions: []Position{{Code: "X"}}, Resources: []Resource{{Code: "X"}}}),
			[]string{"competencies[0].name", "positions[0].name", "resources[0].title INVALID_ARGUMENT: a new record needs a title"},
		},
		{
			"and one that is replaced whole",
			ChangeSet{
				Put:    Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K1"}}, Positions: []Position{{Code: "P"}}, Resources: []Resource{{Code: "R"}}}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K1"}}, Positions: []Position{{Code: "P"}}, Resources: []Resource{{Code: "R"}}}},
			},
			[]string{"knowledge_points[0].name", "positions[0].name", "resources[0].title"},
		},
		{
			"malformed codes are refused wherever a record gives one",
			ChangeSet{Put: Records{
				Catalog{Competencies: []Competency{{Code: "", Name: "x"}}, Positions: []Position{{Code: "a b", Name: "x"}}, Resources: []Resource{{Code: "a;b", Title: "x"}}},
				People{OrgUnits: []OrgUnit{{Code: "\n"}}, Employees: []Employee{{Code: strings.Repeat("e", MaxCode+1)}}},
			}},
			[]string{`competencies[0].code INVALID_ARGUMENT: "" is not a code`, "positions[0].code", "resources[0].code", "org_units[0].code", "employees[0].code"},
		},
		{
			"a code twice names both places",
			putCatalog(Catalog{Positions: []Position{{Code: "X", Name: "x"}, {Code: "Y", Name: "y"}, {Code: "X", Name: "z"}}}),
			[]string{`positions[2].code INVALID_ARGUMENT: "X" is given twice: keep one of the two (positions[0].code)`},
		},
		{
			"points and competencies share their codes within a set",
			putCatalog(Catalog{Competencies: []Competency{{Code: "X", Name: "x"}}, KnowledgePoints: []KnowledgePoint{{Code: "X", Name: "x"}}}),
			[]string{"knowledge_points[0].code INVALID_ARGUMENT: \"X\" is given twice: keep one of the two (competencies[0].code)"},
		},
		{
			"and with what is stored",
			putCatalog(Catalog{Competencies: []Competency{{Code: "K1", Name: "x"}}, KnowledgePoints: []KnowledgePoint{{Code: "C", Name: "x"}}}),
			[]string{"competencies[0].code INVALID_ARGUMENT: \"K1\" is already the code of a knowledge point", "knowledge_points[0].code INVALID_ARGUMENT: \"C\" is already the code of a competency"},
		},
		{
			"a point may become a competency in one set",
			ChangeSet{
				Put:    Records{Catalog: Catalog{Competencies: []Competency{{Code: "K3", Name: "x"}}}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K3"}}, Related: []Related{{A: "K1", B: "K3"}}}},
			},
			nil,
		},
		{"references may be stored or come along, in any order", putCatalog(Catalog{
			KnowledgePoints: []KnowledgePoint{{Code: "N", Name: "n", Competency: "E"}},
			Competencies:    []Competency{{Code: "E", Name: "e", Parent: "C"}},
			Prerequisites:   []Prerequisite{{Prerequisite: "N", Dependent: "K1"}, {Prerequisite: "E", Dependent: "K3"}},
		}), nil},
		{
			"a reference to nothing suggests what is near",
			putCatalog(Catalog{KnowledgePoints: []KnowledgePoint{{Code: "GROUND", Name: "g"}}, Prerequisites: []Prerequisite{{Prerequisite: "GROND", Dependent: "什么"}}}),
			[]string{`prerequisites[0].prerequisite NOT_FOUND: there is no knowledge point or competency "GROND"; did you mean GROUND?`, `prerequisites[0].dependent NOT_FOUND: there is no knowledge point or competency "什么": correct`},
		},
		{
			"a reference of the wrong type is told with its type",
			putCatalog(Catalog{
				Competencies: []Competency{{Code: "X", Name: "x", Parent: "K1"}}, Related: []Related{{A: "C", B: "K1"}},
				Resources: []Resource{{Code: "R", Teaches: []string{"C"}}}, Requirements: []Requirement{{Position: "K1", Target: "P"}},
			}),
			[]string{"competencies[0].parent NOT_FOUND", "related[0].a NOT_FOUND", "requirements[0].position NOT_FOUND", "requirements[0].target NOT_FOUND", "resources[0].teaches NOT_FOUND"},
		},
		{"levels are above 0 and at most 1", edge(Prerequisite{Prerequisite: "K1", Dependent: "K3", Level: new(0.0)}), []string{"prerequisites[0].level INVALID_ARGUMENT: level 0 is not above 0"}},
		{"a level of 1 is one", requirement(Requirement{Position: "P", Target: "C", Level: new(1.0)}), nil},
		{"a level of 1.5 is none", requirement(Requirement{Position: "P", Target: "C", Level: new(1.5)}), []string{"requirements[0].level"}},
		{"not-a-number is no level", requirement(Requirement{Position: "P", Target: "C", Level: new(math.NaN())}), []string{"requirements[0].level"}},
		{"a weight is above 0", requirement(Requirement{Position: "P", Target: "C", Weight: new(0.0)}), []string{"requirements[0].weight INVALID_ARGUMENT: weight 0 is not above 0"}},
		{"a weight is finite", requirement(Requirement{Position: "P", Target: "C", Weight: new(math.Inf(1))}), []string{"requirements[0].weight"}},
		{"minutes are 1 at least", point(KnowledgePoint{Code: "K1", Minutes: new(0)}), []string{"knowledge_points[0].minutes"}},
		{"and a year at most", putCatalog(Catalog{Resources: []Resource{{Code: "R", Minutes: new(MaxMinutes + 1)}}}), []string{"resources[0].minutes"}},
		{"difficulty is not negative", point(KnowledgePoint{Code: "K1", Difficulty: new(-1.0)}), []string{"knowledge_points[0].difficulty"}},
		{
			"enumerations have the values that they list",
			putCatalog(Catalog{
				KnowledgePoints: []KnowledgePoint{{Code: "K1", Kind: "skill", Nature: "x"}},
				Prerequisites:   []Prerequisite{{Prerequisite: "K1", Dependent: "K3", Strength: "MEDIUM"}},
				Resources:       []Resource{{Code: "R", Modality: "AUDIO"}},
			}),
			[]string{"knowledge_points[0].kind", "knowledge_points[0].nature", `prerequisites[0].strength INVALID_ARGUMENT: "MEDIUM" is none of HARD 硬, SOFT 软`, "resources[0].modality"},
		},
		{"tags are such that a list of them can be written", point(KnowledgePoint{Code: "K1", Tags: []string{"a b", "a;b", "", " c"}}), []string{
			`knowledge_points[0].tags INVALID_ARGUMENT: "a;b" is not a tag`, `knowledge_points[0].tags INVALID_ARGUMENT: "" is`, `knowledge_points[0].tags INVALID_ARGUMENT: " c" is`,
		}},
		{"and none is the word that empties a list", point(KnowledgePoint{Code: "K1", Tags: []string{"（清空）", "清空", "(CLEAR)"}}), []string{
			`knowledge_points[0].tags INVALID_ARGUMENT: "（清空）" is the word by which a file empties a list`, `knowledge_points[0].tags INVALID_ARGUMENT: "(CLEAR)" is`,
		}},
		{"texts have a limit in characters, not bytes", point(KnowledgePoint{Code: "K1", Description: strings.Repeat("知", MaxText)}), nil},
		{"which holds", point(KnowledgePoint{Code: "K1", Description: strings.Repeat("知", MaxText+1)}), []string{"knowledge_points[0].description INVALID_ARGUMENT: the text has more than 32767"}},
		{"texts are UTF-8 without NUL", putCatalog(Catalog{Positions: []Position{{Code: "P", Family: "\xff", Grade: "a\x00"}}}), []string{"positions[0].family INVALID_ARGUMENT: the text is not valid", "positions[0].grade INVALID_ARGUMENT: the text has a NUL"}},
		{"nothing is its own prerequisite", edge(Prerequisite{Prerequisite: "K1", Dependent: "K1"}), []string{"prerequisites[0].dependent CYCLE"}},
		{"nothing is related to itself", putCatalog(Catalog{Related: []Related{{A: "K1", B: "K1"}}}), []string{"related[0].b"}},
		{"a SOFT edge has no clause", edge(Prerequisite{Prerequisite: "K2", Dependent: "K3", Strength: Soft, Clause: "a"}), []string{"prerequisites[0].clause INVALID_ARGUMENT: HARD and SOFT do not mix"}},
		{"nor does a HARD one that turns SOFT", edge(Prerequisite{Prerequisite: "K1", Dependent: "K2", Strength: Soft, Clause: "a"}), []string{"prerequisites[0].clause"}},
		{"one edge in two clauses is no duplicate", putCatalog(Catalog{Prerequisites: []Prerequisite{{Prerequisite: "K1", Dependent: "K3", Clause: "a"}, {Prerequisite: "K1", Dependent: "K3", Clause: "b"}}}), nil},
		{
			"edges, pairs, requirements and assessments are given once",
			ChangeSet{Put: Records{
				Catalog{
					Prerequisites: []Prerequisite{{Prerequisite: "K1", Dependent: "K3"}, {Prerequisite: "K1", Dependent: "K3", Strength: Soft}},
					Related:       []Related{{A: "K1", B: "K2"}, {A: "K2", B: "K1"}},
					Requirements:  []Requirement{{Position: "P", Target: "K1"}, {Position: "P", Target: "K1"}},
				},
				People{Mastery: []Assessment{{Employee: "E", KnowledgePoint: "K1"}, {Employee: "E", KnowledgePoint: "K1"}}},
			}},
			[]string{
				"(prerequisites[0].prerequisite)", "(related[0].a)", "(requirements[0].target)", "(mastery[0].knowledge_point)",
			},
		},
		{
			"so are the items of a list",
			ChangeSet{Put: Records{
				Catalog{Resources: []Resource{{Code: "R", Teaches: []string{"K1", "K2", "K1"}}}},
				People{Employees: []Employee{{Code: "E", Targets: []string{"P", "P"}}}},
			}},
			[]string{`resources[0].teaches INVALID_ARGUMENT: "K1" is given twice`, `employees[0].targets INVALID_ARGUMENT: "P" is given twice`},
		},
		{"a mastery lies between 0 and 1", assessed(Assessment{Employee: "E", KnowledgePoint: "K1", Mastery: 2}), []string{"mastery[0].mastery INVALID_ARGUMENT: mastery 2 is not between"}},
		{"both ends included", putPeople(People{Mastery: []Assessment{{Employee: "E", KnowledgePoint: "K1"}, {Employee: "E", KnowledgePoint: "K2", Mastery: 1}}}), nil},
		{"a mastery is of a point", assessed(Assessment{Employee: "E", KnowledgePoint: "C"}), []string{"mastery[0].knowledge_point NOT_FOUND"}},
		{"an assessment has a year that can be", assessed(Assessment{Employee: "E", KnowledgePoint: "K1", AssessedAt: time.Date(206, 1, 1, 0, 0, 0, 0, time.UTC)}), []string{"mastery[0].assessed_at"}},
		{
			"people hold and target positions, and are not above themselves",
			putPeople(People{
				OrgUnits:  []OrgUnit{{Code: "U", Name: "\xff", Parent: "U"}},
				Employees: []Employee{{Code: "E", Position: "Q", Targets: []string{"K1"}, Modalities: []Modality{"AUDIO"}, Manager: "E"}},
			}),
			[]string{"org_units[0].name", "org_units[0].parent CYCLE", "employees[0].position NOT_FOUND", "employees[0].targets NOT_FOUND", "employees[0].modalities", "employees[0].manager CYCLE"},
		},
		{
			"what is referred to is not deleted, and the references are named",
			deleteCatalog(Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K1"}}}),
			[]string{`knowledge_points[0].code CONFLICT: knowledge point "K1" cannot be deleted while it is referred to: K1 → K2, K1 → K3, K1 – K3, R`},
		},
		{
			"a competency with contents is referred to by them",
			deleteCatalog(Catalog{Competencies: []Competency{{Code: "C"}, {Code: "D"}}}),
			[]string{`competencies[1].code CONFLICT: competency "D" cannot be deleted while it is referred to: K2`},
		},
		{"a position goes with its requirements", deleteCatalog(Catalog{Positions: []Position{{Code: "P"}}}), nil},
		{
			"a reference that the same set removes is none",
			ChangeSet{
				Put:    Records{Catalog: Catalog{Resources: []Resource{{Code: "R", Teaches: []string{"K2"}}}}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K3"}}, Related: []Related{{A: "K3", B: "K1"}}}},
			},
			nil,
		},
		{
			"a new reference to what goes is refused on both sides",
			ChangeSet{
				Put:    Records{Catalog: Catalog{Requirements: []Requirement{{Position: "P", Target: "K3"}}}},
				Delete: Records{Catalog: Catalog{KnowledgePoints: []KnowledgePoint{{Code: "K3"}}, Related: []Related{{A: "K1", B: "K3"}}}},
			},
			[]string{"requirements[0].target NOT_FOUND", "knowledge_points[0].code CONFLICT"},
		},
		{
			"what is not there cannot be deleted",
			deleteCatalog(Catalog{
				Competencies: []Competency{{Code: "K1"}}, KnowledgePoints: []KnowledgePoint{{Code: "C"}}, Positions: []Position{{Code: "Q"}},
				Resources: []Resource{{Code: "Q"}}, Prerequisites: []Prerequisite{{Prerequisite: "K1", Dependent: "K2"}}, Related: []Related{{A: "K1", B: "K2"}},
				Requirements: []Requirement{{Position: "P", Target: "K1"}},
			}),
			[]string{
				"competencies[0].code NOT_FOUND", "knowledge_points[0].code NOT_FOUND", "positions[0].code NOT_FOUND", "resources[0].code NOT_FOUND",
				"prerequisites[0].prerequisite NOT_FOUND", "related[0].a NOT_FOUND", "requirements[0].target NOT_FOUND",
			},
		},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			problems := storedCatalog.Check(c.changes)
			got := summaries(problems)
			if !assert.Len(t, got, len(c.want), "%q", got) {
				return
			}
			for i, want := range c.want {
				assert.Contains(t, got[i], want)
			}
			for _, p := range problems {
				assert.NotEmpty(t, p.Text.ZH)
				assert.NotContains(t, p.Text.EN+p.Text.ZH, "%!", "a format and its arguments")
				assert.Less(t, len(p.Text.EN), 400, "no message grows with its input")
			}
		})
	}
}
