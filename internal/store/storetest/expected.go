package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var expectedTests = []test{
	{"a set is written where people are as it expects, present and absent", func(b harness) {
		stored := putExpected(b)
		edit := competency.People{
			OrgUnits:  []competency.OrgUnit{{Code: "A", Name: "甲二"}, {Code: "C", Name: "丙"}},
			Employees: []competency.Employee{{Code: "E1", Name: "新名"}, {Code: "E3", Name: "三"}},
			Mastery:   []competency.Assessment{{Employee: "E1", KnowledgePoint: "k1", Mastery: 0.9, AssessedAt: noon.Add(time.Hour)}, {Employee: "E2", KnowledgePoint: "k1", Mastery: 0.2, AssessedAt: noon}},
		}
		require.Equal(b, b.revision(), b.edit(competency.ChangeSet{At: noon, Put: records(competency.Catalog{}, edit), Expected: stored.Expect(edit)}))
		require.Equal(b, "新名", b.profile("E1").Employee.Name)
		require.Equal(b, "三", b.profile("E3").Employee.Name)
	}},
	{"whatever is not as a set expects is a conflict, and nothing is written", func(b harness) {
		stored := putExpected(b)
		edit := competency.People{
			OrgUnits:  []competency.OrgUnit{{Code: "B", Name: "乙二"}},
			Employees: []competency.Employee{{Code: "E1", Name: "新名"}},
			Mastery:   []competency.Assessment{{Employee: "E1", KnowledgePoint: "k1", Mastery: 0.9, AssessedAt: noon.Add(time.Hour)}},
		}
		for name, moved := range map[string]competency.ExpectedPeople{
			"the name of a department":    {Present: competency.People{OrgUnits: []competency.OrgUnit{{Code: "B", Name: "别名", Parent: "A"}}}},
			"the parent of a department":  {Present: competency.People{OrgUnits: []competency.OrgUnit{{Code: "B", Name: "乙"}}}},
			"a department that is absent": {Absent: competency.People{OrgUnits: []competency.OrgUnit{{Code: "A"}}}},
			"a department that is gone":   {Present: competency.People{OrgUnits: []competency.OrgUnit{{Code: "Z", Name: "丁"}}}},
			"the name of an employee":     {Present: competency.People{Employees: []competency.Employee{edited(stored.Employees[0], func(e *competency.Employee) { e.Name = "别名" })}}},
			"a department of an employee": {Present: competency.People{Employees: []competency.Employee{edited(stored.Employees[0], func(e *competency.Employee) { e.OrgUnit = "B" })}}},
			"a position":                  {Present: competency.People{Employees: []competency.Employee{edited(stored.Employees[0], func(e *competency.Employee) { e.Position = "q" })}}},
			"the order of targets":        {Present: competency.People{Employees: []competency.Employee{edited(stored.Employees[0], func(e *competency.Employee) { e.Targets = []string{"q", "p"} })}}},
			"modalities":                  {Present: competency.People{Employees: []competency.Employee{edited(stored.Employees[0], func(e *competency.Employee) { e.Modalities = nil })}}},
			"a manager":                   {Present: competency.People{Employees: []competency.Employee{edited(stored.Employees[0], func(e *competency.Employee) { e.Manager = "" })}}},
			"an employee who is absent":   {Absent: competency.People{Employees: []competency.Employee{{Code: "E2"}}}},
			"an employee who is gone":     {Present: competency.People{Employees: []competency.Employee{{Code: "E9", Name: "九"}}}},
			"a mastery":                   {Present: competency.People{Mastery: []competency.Assessment{{Employee: "E1", KnowledgePoint: "k1", Mastery: 0.500001, AssessedAt: noon}}}},
			"the time of a mastery":       {Present: competency.People{Mastery: []competency.Assessment{{Employee: "E1", KnowledgePoint: "k1", Mastery: 0.5, AssessedAt: noon.Add(time.Microsecond)}}}},
			"a mastery that is absent":    {Absent: competency.People{Mastery: []competency.Assessment{{Employee: "E1", KnowledgePoint: "k1"}}}},
			"a mastery that is gone":      {Present: competency.People{Mastery: []competency.Assessment{{Employee: "E2", KnowledgePoint: "k1", Mastery: 0.5, AssessedAt: noon}}}},
		} {
			before := b.readAll()
			_, err := b.store.Apply(b.Context(), b.revision(), store.Change{ChangeSet: competency.ChangeSet{
				At: noon, Put: records(competency.Catalog{Positions: []competency.Position{{Code: "new", Name: "新"}}}, edit), Expected: &moved,
			}})
			require.ErrorIs(b, err, store.ErrConflict, name)
			require.Equal(b, before, b.readAll(), name)
		}
	}},
	{"of several edits against the same people exactly one is made", func(b harness) {
		putExpected(b)
		for round := range 5 {
			stored := competency.People{Employees: []competency.Employee{b.profile("E1").Employee}}
			var all sync.WaitGroup
			var won atomic.Int64
			for w := range 8 {
				all.Go(func() {
					put := competency.People{Employees: []competency.Employee{{Code: "E1", Name: fmt.Sprintf("%d-%d", round, w)}}}
					_, err := b.store.Apply(b.boundedContext(), 1, store.Change{ChangeSet: competency.ChangeSet{At: noon, Put: records(competency.Catalog{}, put), Expected: stored.Expect(put)}})
					if err == nil {
						won.Add(1)
					} else {
						assert.ErrorIs(b, err, store.ErrConflict)
					}
				})
			}
			all.Wait()
			require.Equal(b, int64(1), won.Load())
		}
	}},
}

// putExpected stores people, and returns them as they are stored.
func putExpected(b harness) competency.People {
	p := competency.People{
		OrgUnits: []competency.OrgUnit{{Code: "A", Name: "甲"}, {Code: "B", Name: "乙", Parent: "A"}},
		Employees: []competency.Employee{
			{Code: "E1", Name: "一", OrgUnit: "A", Position: "p", Targets: []string{"p", "q"}, Modalities: []competency.Modality{competency.Video}, Manager: "E2"},
			{Code: "E2", Name: "二"},
		},
		Mastery: []competency.Assessment{{Employee: "E1", KnowledgePoint: "k1", Mastery: 0.5, AssessedAt: noon}},
	}
	b.put(records(competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "k1", Name: "点", Kind: competency.Knowledge, Nature: competency.Procedural}},
		Positions:       []competency.Position{{Code: "p", Name: "岗"}, {Code: "q", Name: "位"}},
	}, p))
	return p
}

func edited(e competency.Employee, edit func(*competency.Employee)) competency.Employee {
	edit(&e)
	return e
}
