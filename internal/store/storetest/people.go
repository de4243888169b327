package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var peopleTests = []test{
	{"a profile has the person, the units above, the manager, the states and the revision", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		chief, li, states := samplePeople().Employees[0], samplePeople().Employees[1], samplePeople().Mastery
		company, team, yard := samplePeople().OrgUnits[0], samplePeople().OrgUnits[1], samplePeople().OrgUnits[2]
		require.Equal(b, store.Profile{
			Employee: li, Units: []competency.OrgUnit{team, yard, company}, Manager: &chief, States: states[1:], Revision: 1,
			Lines:        store.Lines{Units: []string{"team", "yard", "company"}, Managers: []string{"chief"}},
			ManagerLines: store.Lines{Units: []string{"yard", "company"}, ReportUnits: []string{"company", "team", "yard"}},
		}, b.profile("li"))
		require.Equal(b, store.Profile{
			Employee: chief, Units: []competency.OrgUnit{yard, company}, States: states[:1], Revision: 1,
			Lines: store.Lines{Units: []string{"yard", "company"}, ReportUnits: []string{"company", "team", "yard"}},
		}, b.profile("chief"))
		require.Equal(b, samplePeople().OrgUnits, b.units())
	}},
	{"who has no unit, manager, position or state has none", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		p := b.profile("temp")
		require.Equal(b, competency.Employee{Code: "temp", Name: "Temp"}, p.Employee)
		require.Empty(b, p.Units)
		require.Nil(b, p.Manager)
		require.Empty(b, p.States)
	}},
	{"a code is compared exactly", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		for _, code := range []string{"", "LI", "li ", "l", "%", "nobody"} {
			_, err := b.store.Profile(b.Context(), code)
			require.ErrorIs(b, err, store.ErrNotFound, code)
		}
	}},
	{"an empty field of an employee leaves what is stored, a given one replaces it", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		want := samplePeople().Employees[1]
		b.put(person(competency.Employee{Code: "li"}))
		require.Equal(b, want, b.profile("li").Employee)
		for _, c := range []struct {
			given  competency.Employee
			change func(e *competency.Employee)
		}{
			{competency.Employee{Name: "李明"}, func(e *competency.Employee) { e.Name = "李明" }},
			{competency.Employee{OrgUnit: "yard"}, func(e *competency.Employee) { e.OrgUnit = "yard" }},
			{competency.Employee{Position: "rigger"}, func(e *competency.Employee) { e.Position = "rigger" }},
			{competency.Employee{Targets: []string{"fitter"}}, func(e *competency.Employee) { e.Targets = []string{"fitter"} }},
			{competency.Employee{Targets: []string{}, Modalities: []competency.Modality{}}, func(*competency.Employee) {}},
			{
				competency.Employee{Modalities: []competency.Modality{competency.Course, competency.Practice, competency.Document}},
				func(e *competency.Employee) {
					e.Modalities = []competency.Modality{competency.Course, competency.Practice, competency.Document}
				},
			},
			{competency.Employee{Manager: "temp"}, func(e *competency.Employee) { e.Manager = "temp" }},
		} {
			c.given.Code = "li"
			c.change(&want)
			b.put(person(c.given))
			require.Equal(b, want, b.profile("li").Employee)
		}
	}},
	{"an empty field of a unit leaves what is stored, a given one replaces it", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		for _, c := range []struct{ given, want competency.OrgUnit }{
			{competency.OrgUnit{Code: "team"}, competency.OrgUnit{Code: "team", Name: "一班", Parent: "yard"}},
			{competency.OrgUnit{Code: "team", Name: "二班"}, competency.OrgUnit{Code: "team", Name: "二班", Parent: "yard"}},
			{competency.OrgUnit{Code: "team", Parent: "company"}, competency.OrgUnit{Code: "team", Name: "二班", Parent: "company"}},
		} {
			b.put(records(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{c.given}}))
			require.Equal(b, c.want, b.units()[1])
		}
		require.Len(b, b.profile("li").Units, 2)
	}},
	{"a field that an edit clears becomes empty, the others stay", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		want := samplePeople().Employees[1]
		for _, c := range []struct {
			clear  competency.FieldSet
			change func(e *competency.Employee)
		}{
			{competency.FieldManager, func(e *competency.Employee) { e.Manager = "" }},
			{competency.FieldPosition, func(e *competency.Employee) { e.Position = "" }},
			{competency.FieldTargets, func(e *competency.Employee) { e.Targets = nil }},
			{competency.FieldModalities, func(e *competency.Employee) { e.Modalities = nil }},
			{competency.FieldOrgUnit, func(e *competency.Employee) { e.OrgUnit = "" }},
		} {
			c.change(&want)
			b.put(person(competency.Employee{Code: "li", Clear: c.clear}))
			require.Equal(b, want, b.profile("li").Employee)
		}
		b.put(records(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "team", Clear: competency.FieldParent}}}))
		require.Equal(b, competency.OrgUnit{Code: "team", Name: samplePeople().OrgUnits[1].Name}, b.units()[1])
	}},
	{"a new record may clear what it does not have, and what an edit gives counts though it clears", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		all := competency.FieldOrgUnit | competency.FieldPosition | competency.FieldTargets | competency.FieldModalities | competency.FieldManager
		b.put(person(competency.Employee{Code: "new", Name: "New", Clear: all}))
		require.Equal(b, competency.Employee{Code: "new", Name: "New"}, b.profile("new").Employee)
		b.put(person(competency.Employee{Code: "new", Manager: "li", Targets: []string{"rigger"}, Clear: all}))
		require.Equal(b, competency.Employee{Code: "new", Name: "New", Manager: "li", Targets: []string{"rigger"}}, b.profile("new").Employee)
	}},
	{"a name cannot be cleared", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		for _, put := range []competency.Records{
			person(competency.Employee{Code: "li", Clear: competency.FieldName}),
			records(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "team", Clear: competency.FieldName}}}),
		} {
			_, err := b.store.Apply(b.Context(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: put}})
			require.ErrorIs(b, err, store.ErrReference)
		}
		require.Equal(b, samplePeople().Employees[1], b.profile("li").Employee)
		require.Equal(b, samplePeople().OrgUnits, b.units())
	}},
	{"a new name is found by search and the old one no more", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.put(person(competency.Employee{Code: "li", Name: "韩梅梅"}))
		b.put(person(competency.Employee{Code: "li", Manager: "temp"}))
		require.Equal(b, []string{"li"}, codesOf(b.employees(store.EmployeeQuery{Text: "梅梅"}).Profiles))
		require.Empty(b, b.employees(store.EmployeeQuery{Text: "李雷"}).Profiles)
	}},
	{"deleting an employee deletes the states and targets, and nobody else's", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "li"})})
		require.Equal(b, []string{"chief", "temp"}, codesOf(b.profiles()))
		require.Equal(b, samplePeople().Mastery[:1], b.profile("chief").States)
		require.Empty(b, b.employees(store.EmployeeQuery{Target: "rigger"}).Profiles)
		require.Empty(b, b.employees(store.EmployeeQuery{KnowledgePoint: "signal"}).Profiles)

		// Nothing of the former person clings to a new one of the same code.
		b.put(person(competency.Employee{Code: "li", Name: "李明"}))
		require.Equal(b, store.Profile{Employee: competency.Employee{Code: "li", Name: "李明"}, Revision: 1}, b.profile("li"))
	}},
	{"an employee may be deleted together with the manager of whoever reports to them", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		released := person(competency.Employee{Code: "li", Clear: competency.FieldManager})
		b.edit(competency.ChangeSet{Put: released, Delete: person(competency.Employee{Code: "chief"})})
		require.Equal(b, []string{"li", "temp"}, codesOf(b.profiles()))
		require.Nil(b, b.profile("li").Manager)
	}},
	{"an employee who is deleted and put again in one set is a new one", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		again := person(competency.Employee{Code: "chief", Name: "王芳"})
		again.Mastery = []competency.Assessment{{Employee: "chief", KnowledgePoint: "helmet", Mastery: 0.5, AssessedAt: noon.AddDate(-5, 0, 0)}}
		b.edit(competency.ChangeSet{Put: again, Delete: person(competency.Employee{Code: "chief"})})
		require.Equal(b, store.Profile{Employee: again.Employees[0], States: again.Mastery, Revision: 1}, withoutLines(b.profile("chief")))
		require.Equal(b, "chief", b.profile("li").Manager.Code)
	}},
	{"a unit that is deleted and put again in one set keeps its members", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.edit(competency.ChangeSet{
			Put:    records(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "yard", Name: "港口"}}}),
			Delete: records(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "yard"}}}),
		})
		require.Equal(b, []competency.OrgUnit{samplePeople().OrgUnits[1], {Code: "yard", Name: "港口"}}, b.profile("li").Units)
	}},
	{"one state is deleted alone, and then says nothing against an older one", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.edit(competency.ChangeSet{Delete: records(competency.Catalog{}, competency.People{Mastery: samplePeople().Mastery[1:2]})})
		require.Equal(b, samplePeople().Mastery[2:], b.profile("li").States)

		old := competency.Assessment{Employee: "li", KnowledgePoint: "crane", Mastery: 0.2, AssessedAt: noon.AddDate(-9, 0, 0)}
		b.put(records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{old}}))
		require.Equal(b, old, b.profile("li").States[0])
	}},
	{"units that stand in a ring end a chain after each was named once", func(b harness) {
		b.put(records(competency.Catalog{}, competency.People{
			OrgUnits:  []competency.OrgUnit{{Code: "a", Name: "a", Parent: "b"}, {Code: "b", Name: "b", Parent: "c"}, {Code: "c", Name: "c", Parent: "b"}},
			Employees: []competency.Employee{{Code: "e", Name: "e", OrgUnit: "a"}},
		}))
		require.Equal(b, []string{"a", "b", "c"}, names(b.profile("e").Units, func(u competency.OrgUnit) string { return u.Code }))
	}},
	{"a long chain of units comes whole", func(b harness) {
		var p competency.People
		above := ""
		for _, code := range inOrder {
			p.OrgUnits = append(p.OrgUnits, competency.OrgUnit{Code: code, Name: "n", Parent: above})
			above = code
		}
		p.Employees = []competency.Employee{{Code: "e", Name: "e", OrgUnit: above}}
		b.put(records(competency.Catalog{}, p))
		require.Len(b, b.profile("e").Units, len(inOrder))
		require.Equal(b, p.OrgUnits[0], b.profile("e").Units[len(inOrder)-1])
	}},
}
