package exchange

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Template is a workbook for experts to fill in. It has a sheet for each table, with what
// is known already: catalog, departments and people. Sheets of mastery and evidence are
// empty, because their rows are events and not records.
type Template struct {
	Catalog   competency.Catalog
	OrgUnits  []competency.OrgUnit
	Employees []competency.Employee
	// Tables are the names of the tables that it has, in either language; all of them
	// where there are none. Lists to choose from are there whatever the tables.
	Tables []string
}

// WriteTemplate writes a template as a workbook in a language: sheets and the words of
// their cells; headers and the guide are in both languages. References are written as code
// and name, which import reads as the code. The same content gives the same bytes.
func WriteTemplate(to io.Writer, lang fault.Lang, t Template) error {
	return t.write(to, lang, "")
}

// WriteTemplateFile is WriteTemplate to a file. The file must not exist, unless it is an
// earlier template or export that nobody has saved since.
func WriteTemplateFile(path string, lang fault.Lang, t Template) error {
	if _, err := t.schemas(); err != nil {
		return err
	}
	return replaceWorkbook(path, func(to io.Writer, scratch string) error { return t.write(to, lang, scratch) })
}

// NamesPeople reports whether a sheet of the template is about people or refers to them, so
// that it needs Employees.
func (t Template) NamesPeople() bool {
	chosen, err := t.schemas()
	return err == nil && slices.ContainsFunc(chosen, func(s schema) bool {
		en, _ := s.names()
		return en == competency.Employees || slices.ContainsFunc(s.headings(), func(h heading) bool { return slices.Contains(h.references, competency.Employees) })
	})
}

// schemas returns the tables of the template, in their order.
func (t Template) schemas() ([]schema, error) {
	if len(t.Tables) == 0 {
		return schemas, nil
	}
	var chosen []string
	for _, name := range t.Tables {
		s, known := schemaNamed(name)
		if !known {
			return nil, fault.New(fault.InvalidArgument, "there is no table %s%s; the tables are %s", "没有名为 %s 的数据表%s；数据表有 %s",
				competency.Quote(name), suggest(name, tableNames()), strings.Join(tableNames(), ", "))
		}
		en, _ := s.names()
		chosen = append(chosen, en)
	}
	return slices.DeleteFunc(slices.Clone(schemas), func(s schema) bool { en, _ := s.names(); return !slices.Contains(chosen, en) }), nil
}

func (t Template) write(to io.Writer, lang fault.Lang, scratch string) error {
	chosen, err := t.schemas()
	if err != nil {
		return err
	}
	b, err := newWorkbookFile(lang, scratch)
	if err != nil {
		return err
	}
	b.lists.addCatalog(t.Catalog)
	for _, u := range t.OrgUnits {
		b.lists.add(competency.OrgUnits, u.Code, u.Name)
	}
	for _, e := range t.Employees {
		b.lists.add(competency.Employees, e.Code, e.Name)
	}
	target := &templateTarget{workbookFile: b}
	for _, s := range chosen {
		name, _ := s.names()
		target.tables = append(target.tables, name)
	}
	export := Export{Catalog: t.Catalog, OrgUnits: t.OrgUnits, People: func(yield func(Person, error) bool) {
		for _, e := range t.Employees {
			if !yield(Person{Employee: e}, nil) {
				return
			}
		}
	}}
	return b.pack(to, emptyWorkbook, errors.Join(b.writeGuide(templateIntroduction, chosen), export.writeTo(target)))
}

// templateTarget writes the tables of a template, with names beside the codes of what their
// cells refer to.
type templateTarget struct {
	*workbookFile
	tables []string
}

func (t *templateTarget) openTable(s schema) (rowWriter, error) {
	if name, _ := s.names(); !slices.Contains(t.tables, name) {
		return noRows{}, nil
	}
	rows, err := t.openSheet(s, forExperts(s.headings()))
	return labelledRows{rows, forExperts(s.headings()), &t.lists}, err
}

// forExperts leaves out the columns, the last ones, that exports alone have.
func forExperts(all []heading) []heading {
	return slices.DeleteFunc(slices.Clone(all), func(h heading) bool { return h.isInternal })
}

// labelledRows puts names beside codes.
type labelledRows struct {
	*sheetWriter
	headings []heading
	lists    *choiceLists
}

func (w labelledRows) write(cells []string) error {
	for i, h := range w.headings {
		cells[i] = w.lists.labelled(h, cells[i])
	}
	return w.sheetWriter.write(cells[:len(w.headings)])
}

// noRows is for a table that is not asked for.
type noRows struct{}

func (noRows) write([]string) error { return nil }
func (noRows) close() error         { return nil }
