package storetest

import (
	"maps"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// model is the contract in its shortest form: a store in a few maps, which is
// copied for every change.
type model struct {
	catalog   competency.Catalog
	revision  store.Revision
	units     map[string]competency.OrgUnit
	employees map[string]competency.Employee
	states    map[[2]string]competency.Assessment
}

// apply returns the model with a resolved set applied, and whether it is one
// that a store accepts.
func (m model) apply(cs competency.ChangeSet) (model, bool) {
	m.catalog = m.catalog.Apply(cs)
	if cs.EditsCatalog() {
		m.revision++
	}
	m.units, m.employees, m.states = maps.Clone(m.units), maps.Clone(m.employees), maps.Clone(m.states)
	for _, a := range cs.Delete.Mastery {
		delete(m.states, [2]string{a.Employee, a.KnowledgePoint})
	}
	for _, e := range cs.Delete.Employees {
		delete(m.employees, e.Code)
		maps.DeleteFunc(m.states, func(key [2]string, _ competency.Assessment) bool { return key[0] == e.Code })
	}
	for _, u := range cs.Delete.OrgUnits {
		delete(m.units, u.Code)
	}
	for _, u := range cs.Put.OrgUnits {
		m.units[u.Code] = u.CompletedFrom(m.units[u.Code])
	}
	for _, e := range cs.Put.Employees {
		m.employees[e.Code] = e.CompletedFrom(m.employees[e.Code])
	}
	for _, a := range cs.Put.Mastery {
		m.assess(a, cs.At)
	}
	return m, !m.dangles()
}

func (m model) assess(a competency.Assessment, at time.Time) {
	key := [2]string{a.Employee, a.KnowledgePoint}
	stored, known := m.states[key]
	if a.AssessedAt.IsZero() {
		if known && stored.Mastery == a.Mastery {
			return
		}
		a.AssessedAt = at
	}
	a.AssessedAt = a.AssessedAt.UTC().Truncate(time.Microsecond)
	if same := stored.Mastery == a.Mastery && stored.AssessedAt.Equal(a.AssessedAt); !known || !same && !a.AssessedAt.Before(stored.AssessedAt) {
		m.states[key] = a
	}
}

// dangles reports whether something refers to nothing, or has no name.
func (m model) dangles() bool {
	competencies, points, positions := map[string]bool{"": true}, map[string]bool{}, map[string]bool{"": true}
	for _, c := range m.catalog.Competencies {
		competencies[c.Code] = true
	}
	for _, k := range m.catalog.KnowledgePoints {
		points[k.Code] = true
	}
	for _, p := range m.catalog.Positions {
		positions[p.Code] = true
	}
	either := func(code string) bool { return competencies[code] || points[code] }
	refers := true
	for _, c := range m.catalog.Competencies {
		refers = refers && competencies[c.Parent]
	}
	for _, k := range m.catalog.KnowledgePoints {
		refers = refers && competencies[k.Competency]
	}
	for _, e := range m.catalog.Prerequisites {
		refers = refers && either(e.Prerequisite) && either(e.Dependent)
	}
	for _, r := range m.catalog.Related {
		refers = refers && points[r.A] && points[r.B]
	}
	for _, r := range m.catalog.Requirements {
		refers = refers && positions[r.Position] && either(r.Target)
	}
	for _, r := range m.catalog.Resources {
		for _, code := range r.Teaches {
			refers = refers && points[code]
		}
	}
	unit := func(code string) bool { _, ok := m.units[code]; return ok || code == "" }
	employee := func(code string) bool { _, ok := m.employees[code]; return ok || code == "" }
	for _, u := range m.units {
		refers = refers && unit(u.Parent) && u.Name != ""
	}
	for _, e := range m.employees {
		refers = refers && unit(e.OrgUnit) && positions[e.Position] && employee(e.Manager) && e.Name != ""
		for _, code := range e.Targets {
			refers = refers && positions[code]
		}
	}
	for _, a := range m.states {
		refers = refers && employee(a.Employee) && points[a.KnowledgePoint]
	}
	return !refers
}

// profiles are what a store must show of the people.
func (m model) profiles() (list []store.Profile) {
	for _, code := range slices.Sorted(maps.Keys(m.employees)) {
		e := m.employees[code]
		p := store.Profile{Employee: e, Revision: m.revision}
		seen := map[string]bool{}
		for u, ok := m.units[e.OrgUnit]; ok && !seen[u.Code]; u, ok = m.units[u.Parent] {
			seen[u.Code] = true
			p.Units = append(p.Units, u)
		}
		if boss, ok := m.employees[e.Manager]; ok {
			p.Manager = &boss
		}
		for _, k := range m.catalog.KnowledgePoints {
			if a, ok := m.states[[2]string{code, k.Code}]; ok {
				p.States = append(p.States, a)
			}
		}
		list = append(list, p)
	}
	return list
}

func (m model) people() competency.People {
	return competency.People{OrgUnits: m.orgUnits(), Employees: slices.Collect(maps.Values(m.employees))}
}

func (m model) orgUnits() (list []competency.OrgUnit) {
	for _, code := range slices.Sorted(maps.Keys(m.units)) {
		list = append(list, m.units[code])
	}
	return list
}
