package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNormalize(t *testing.T) {
	const open, closed = "Cafe\u0301", "Caf\u00e9"
	set := func(code, first, second string) Records {
		return Records{
			Catalog: Catalog{
				Competencies:    []Competency{{Code: code, Parent: code}},
				KnowledgePoints: []KnowledgePoint{{Code: code, Competency: code}},
				Prerequisites:   []Prerequisite{{Prerequisite: code, Dependent: code, Clause: code}},
				Related:         []Related{{A: first, B: second}},
				Positions:       []Position{{Code: code}},
				Requirements:    []Requirement{{Position: code, Target: code}},
				Resources:       []Resource{{Code: code, Teaches: []string{code}}},
			},
			People: People{
				OrgUnits:  []OrgUnit{{Code: code, Parent: code}},
				Employees: []Employee{{Code: code, OrgUnit: code, Position: code, Targets: []string{code}, Manager: code}},
				Mastery:   []Assessment{{Employee: code, KnowledgePoint: code}},
			},
		}
	}
	got := ChangeSet{Put: set(open, "z", open), Delete: set(open, "z", open)}
	got.Normalize()
	want := set(closed, closed, "z")
	require.Equal(t, ChangeSet{Put: want, Delete: want}, got)
	got.Normalize()
	require.Equal(t, want, got.Put, "twice is once")
}

func TestNormalizeTrimsTexts(t *testing.T) {
	set := func(text string) Records {
		return Records{
			Catalog: Catalog{
				Competencies:    []Competency{{Name: text, NameEN: text, Description: text}},
				KnowledgePoints: []KnowledgePoint{{Name: text, NameEN: text, Description: text, Tags: []string{text}}},
				Prerequisites:   []Prerequisite{{Clause: text, Reason: text}},
				Positions:       []Position{{Name: text, NameEN: text, Family: text, Grade: text, Description: text}},
				Resources:       []Resource{{Title: text, URL: text, Language: text}},
			},
			People: People{OrgUnits: []OrgUnit{{Name: text}}, Employees: []Employee{{Name: text}}},
		}
	}
	got := ChangeSet{Put: set("\ufeff\u3000\u00a0 知 图\t\r\n")}
	got.Normalize()
	require.Equal(t, set("知 图"), got.Put)
}
