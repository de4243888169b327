package exchange

import (
	"maps"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Known is what a store holds that a matrix may name. The records of the files count too.
type Known struct {
	Catalog *competency.Catalog // nil for none
	// Employees returns those, with code and name alone, whose code or name is one of some
	// texts. nil where there are none.
	Employees func(texts []string) ([]competency.Employee, error)
}

// edge is the records that may stand at one edge of a matrix.
type edge struct {
	noun      fault.Text
	known     *competency.Referents
	isGroup   func(code string) bool // competencies, beside points
	suggester competency.Suggester
	// isOpen says that others may be known: what names none is left to later checks, which
	// know all whom the account may name.
	isOpen bool
	parent map[string]string // the competency of a point, or of a competency
	byName map[string]string // codes by name, made where one is looked for
}

// meaning is what a label says.
type meaning struct {
	code    string // "" where no record, or none for sure, is named
	isNamed bool   // at least one record is
	byCode  bool
	isGroup bool
}

// find returns which record a label names.
func (e *edge) find(label string) (m meaning) {
	if label == "" {
		return m
	}
	codes, byCode := e.known.Find(label)
	m.isNamed, m.byCode = len(codes) > 0, byCode
	if len(codes) == 1 {
		m.code = codes[0]
		m.isGroup = e.isGroup(m.code)
	}
	return m
}

// unknown says what is wrong with a label that names no record, with the nearest.
func (e *edge) unknown(label, record string) fault.Text {
	if competency.MayBeName(label) && !e.find(label).isNamed && strings.IndexFunc(label, isListSeparator) < 0 {
		if near := e.suggester.Suggest(label, e.namesOf); near != "" {
			return competency.DidYouMean(fault.T("there is no %s %s", "不存在%s %s", e.noun, competency.Quote(label)), []string{competency.Named(e.byName[near], near)})
		}
	}
	return e.suggester.Unknown(fault.Place{Record: record}, e.noun, label, func() *competency.Referents { return e.known })
}

// namesOf returns all names.
func (e *edge) namesOf() []string {
	if e.byName == nil {
		e.byName = map[string]string{}
		for _, code := range e.known.Codes() {
			for _, name := range e.known.Names(code) {
				if name != "" {
					e.byName[name] = code
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(e.byName))
}

// matrixEdges returns the records that the matrices may name, by their type: of the store
// and of the files. Points and competencies are those of "".
func (d *Document) matrixEdges(tables []Table) (map[string]*edge, error) {
	put := d.Changes.Put
	given := competency.ChangeSet{Put: competency.Records{
		Catalog: competency.Catalog{
			Competencies: slices.Clone(put.Competencies), KnowledgePoints: slices.Clone(put.KnowledgePoints), Positions: slices.Clone(put.Positions),
		},
		People: competency.People{Employees: slices.Clone(put.Employees)},
	}}
	for i := range given.Put.KnowledgePoints {
		given.Put.KnowledgePoints[i].Tags = nil // Normalize works in place
	}
	for i := range given.Put.Employees {
		given.Put.Employees[i].Targets = nil
	}
	given.Normalize()
	base := d.options.Known.Catalog
	if base == nil {
		base = &competency.Catalog{}
	}
	base.ReadReferences(&given)

	none := func(string) bool { return false }
	about := &edge{noun: fault.T("knowledge point or competency", "知识点或能力项"), known: base.Referents("", &given), parent: map[string]string{}}
	positions := &edge{noun: fault.T("position", "岗位"), known: base.Referents(competency.Positions, &given), isGroup: none}
	people := &edge{noun: fault.T("employee", "员工"), known: &competency.Referents{}, isGroup: none, isOpen: true}
	groups := map[string]bool{}
	for _, c := range []*competency.Catalog{base, &given.Put.Catalog} {
		for _, r := range c.Competencies {
			if groups[r.Code] = true; r.Parent != "" || r.Clear.Has(competency.FieldNamed("parent")) {
				about.parent[r.Code] = r.Parent
			}
		}
		for _, r := range c.KnowledgePoints {
			if r.Competency != "" || r.Clear.Has(competency.FieldNamed("competency")) {
				about.parent[r.Code] = r.Competency
			}
		}
	}
	about.isGroup = func(code string) bool { return groups[code] }
	if err := d.knowEmployees(tables, about, people, given.Put.Employees); err != nil {
		return nil, err
	}
	return map[string]*edge{"": about, competency.Positions: positions, competency.Employees: people}, nil
}

// knowEmployees adds the people of the files, and those of the store whom the matrices may
// name: in one question, for the cells that may be labels.
func (d *Document) knowEmployees(tables []Table, about, people *edge, given []competency.Employee) error {
	texts := map[string]bool{}
	for i := range tables {
		if kind := matrixNamed(tables[i].Name); kind.holder == competency.Employees {
			m := &matrixReader{d: d, kind: kind, grid: tables[i].matrixGrid(), about: about}
			m.collectLabels(texts)
		}
	}
	if d.options.Known.Employees != nil && len(texts) > 0 {
		found, err := d.options.Known.Employees(slices.Sorted(maps.Keys(texts)))
		if err != nil {
			return err
		}
		for _, e := range found {
			people.known.Add(e.Code, e.Name)
		}
	}
	for _, e := range given {
		people.known.Add(e.Code, e.Name)
	}
	return nil
}
