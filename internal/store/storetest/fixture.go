package storetest

import (
	"fmt"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// noon is the time of every change that does not care.
var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// records joins a catalog and people.
func records(c competency.Catalog, p competency.People) competency.Records {
	return competency.Records{Catalog: c, People: p}
}

// sampleCatalog is a small catalog with every field of every record in use, complete as
// a resolved one is, and sorted.
func sampleCatalog() competency.Catalog {
	return competency.Catalog{
		Competencies: []competency.Competency{
			{Code: "safety", Name: "安全", NameEN: "Safety", Parent: "work", Description: "先安全，后生产"},
			{Code: "work", Name: "作业"},
		},
		KnowledgePoints: []competency.KnowledgePoint{
			{
				Code: "crane", Name: "吊装", NameEN: "Crane", Competency: "work", Kind: competency.Skill, Nature: competency.Creative,
				Minutes: new(90), Difficulty: new(3.5), Tags: []string{"重物", "heavy", "重物"}, Description: "two\nlines",
			},
			{Code: "helmet", Name: "安全帽", Competency: "safety", Kind: competency.Knowledge, Nature: competency.Procedural, Minutes: new(0), Difficulty: new(0.0)},
			{Code: "signal", Name: "手势", Kind: competency.Knowledge, Nature: competency.Procedural},
		},
		Prerequisites: []competency.Prerequisite{
			{Dependent: "crane", Prerequisite: "helmet", Strength: competency.Hard, Clause: "乙", Level: new(0.1 + 0.2)},
			{Dependent: "crane", Prerequisite: "helmet", Strength: competency.Hard, Clause: "甲", Level: new(0.85), Reason: "头"},
			{Dependent: "crane", Prerequisite: "signal", Strength: competency.Soft, Level: new(0.7)},
			{Dependent: "signal", Prerequisite: "safety", Strength: competency.Hard, Level: new(0.7)},
		},
		Related: []competency.Related{{A: "crane", B: "signal"}, {A: "helmet", B: "signal"}},
		Positions: []competency.Position{
			{Code: "fitter", Name: "钳工"},
			{Code: "rigger", Name: "起重工", NameEN: "Rigger", Family: "操作", Grade: "P3", Description: "吊"},
		},
		Requirements: []competency.Requirement{
			{Position: "fitter", Target: "helmet", Level: new(0.5), Weight: new(1.0), Critical: new(false)},
			{Position: "rigger", Target: "crane", Level: new(0.85), Weight: new(2.5), Critical: new(true)},
			{Position: "rigger", Target: "safety", Level: new(0.7), Weight: new(1.0), Critical: new(false)},
		},
		Resources: []competency.Resource{
			{
				Code: "film", Title: "吊装入门", URL: "https://example.com/?a=1&b=<2>", Modality: competency.Video, Minutes: new(12),
				Language: "zh-CN", Teaches: []string{"signal", "crane", "helmet"},
			},
			{Code: "leaflet", Title: "Leaflet"},
		},
		Scale: competency.Scale{
			{Label: "★★", Level: 1},
			{Label: "会", LabelEN: "Able", Digit: new(2), Level: 0.1 + 0.2},
		},
	}
}

// samplePeople are people for the plant, with every field in use, and sorted.
func samplePeople() competency.People {
	return competency.People{
		OrgUnits: []competency.OrgUnit{{Code: "company", Name: "公司"}, {Code: "team", Name: "一班", Parent: "yard"}, {Code: "yard", Name: "堆场", Parent: "company"}},
		Employees: []competency.Employee{
			{Code: "chief", Name: "王芳", OrgUnit: "yard", Position: "rigger"},
			{
				Code: "li", Name: "李雷", OrgUnit: "team", Position: "fitter", Targets: []string{"rigger", "fitter"},
				Modalities: []competency.Modality{competency.Simulation, competency.Video}, Manager: "chief",
			},
			{Code: "temp", Name: "Temp"},
		},
		Mastery: []competency.Assessment{
			{Employee: "chief", KnowledgePoint: "crane", Mastery: 0.95, AssessedAt: noon.AddDate(-1, 0, 0)},
			{Employee: "li", KnowledgePoint: "crane", Mastery: 0.1 + 0.2, AssessedAt: noon},
			{Employee: "li", KnowledgePoint: "helmet", Mastery: 0, AssessedAt: noon.Add(time.Microsecond)},
			{Employee: "li", KnowledgePoint: "signal", Mastery: 1, AssessedAt: noon.AddDate(0, -1, 0)},
		},
	}
}

// person is one employee and nothing else.
func person(e competency.Employee) competency.Records {
	return competency.Records{People: competency.People{Employees: []competency.Employee{e}}}
}

// SampleCatalog returns a resolved catalog of n points in n/50 competencies, in which
// each point but the first few has four prerequisites.
func SampleCatalog(n int) competency.ChangeSet {
	var cs competency.ChangeSet
	point := func(i int) string { return fmt.Sprintf("kp-%06d", i) }
	for i := range max(1, n/50) {
		cs.Put.Competencies = append(cs.Put.Competencies, competency.Competency{Code: fmt.Sprintf("c-%05d", i), Name: "能力项"})
	}
	for i := range n {
		cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{
			Code: point(i), Name: fmt.Sprintf("知识点 %d", i), Competency: cs.Put.Competencies[i/50%len(cs.Put.Competencies)].Code, Minutes: new(30),
		})
		for j := range min(4, i) {
			cs.Put.Prerequisites = append(cs.Put.Prerequisites, competency.Prerequisite{
				Prerequisite: point((i*7919 + j*104729) % i), Dependent: point(i), Clause: fmt.Sprint(j),
			})
		}
	}
	return competency.Catalog{}.Resolve(cs)
}
