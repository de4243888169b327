package exchange

import (
	"errors"
	"iter"

	"github.com/zhitu/zhitu/internal/competency"
)

// Export is what WriteFolder and WriteWorkbook write. Catalog and OrgUnits are sorted,
// and People are ordered by code with their records ordered by point and time. The
// streams are read once, and may be nil. Accounts are no part of it.
type Export struct {
	Catalog  competency.Catalog
	OrgUnits []competency.OrgUnit
	People   iter.Seq2[Person, error]
	Unmapped iter.Seq2[Unmapped, error]
	Events   iter.Seq2[competency.Event, error]

	maxBytes int // of one file or sheet; 0 for what is read back
	maxRows  int // of one sheet; 0 for what a spreadsheet takes
}

// Person is an employee with all that is known of them.
type Person struct {
	Employee competency.Employee
	Mastery  []competency.Assessment // as it was entered
	Evidence []competency.Evidence
	States   []competency.Assessment // those that do not follow from mastery and evidence
	Dropped  competency.DroppedEvidence
}

// exportTarget is what an export is written to, whatever its format.
type exportTarget interface {
	openTable(s schema) (rowWriter, error)
	// openLines opens what stands for a file of JSON lines. It is there once it has a line.
	openLines(file string) lineWriter
}

// rowWriter writes the rows of one table. It keeps no cells.
type rowWriter interface {
	write(cells []string) error
	close() error
}

// lineWriter writes the lines that stand for records without a table.
type lineWriter interface {
	write(line any) error
	close() error
}

// writeTo writes everything, in the order of the schemas.
func (e Export) writeTo(to exportTarget) error {
	return errors.Join(
		writeTable(to, competencies, e.Catalog.Competencies),
		writeTable(to, knowledgePoints, e.Catalog.KnowledgePoints),
		writeTable(to, prerequisites, nameEdges(e.Catalog.Prerequisites)),
		writeTable(to, relatedPairs, e.Catalog.Related),
		writeTable(to, positions, e.Catalog.Positions),
		writeTable(to, requirements, e.Catalog.Requirements),
		writeTable(to, resources, e.Catalog.Resources),
		writeTable(to, levels, e.Catalog.Scale),
		writeTable(to, orgUnits, e.OrgUnits),
		writePeople(to, e.People),
		writeLines(to, unmappedFile, e.Unmapped, lineOfUnmapped),
		writeLines(to, eventsFile, e.Events, lineOfEvent),
	)
}

// tableWriter writes the records of one table.
type tableWriter[R any] struct {
	table table[R]
	out   rowWriter
	cells []string
}

func newTableWriter[R any](to exportTarget, t table[R]) (*tableWriter[R], error) {
	out, err := to.openTable(t)
	return &tableWriter[R]{t, out, make([]string, len(t.columns))}, err
}

func (w *tableWriter[R]) write(r *R) error {
	for i, c := range w.table.columns {
		w.cells[i] = c.format(r)
	}
	return w.out.write(w.cells)
}

func (w *tableWriter[R]) close() error { return w.out.close() }

func writeTable[R any](to exportTarget, t table[R], all []R) error {
	w, err := newTableWriter(to, t)
	if err != nil {
		return err
	}
	for i := range all {
		if err = w.write(&all[i]); err != nil {
			break
		}
	}
	return errors.Join(err, w.close())
}

// writePeople writes the tables of employees, and of what is known of them, in one pass.
func writePeople(to exportTarget, people iter.Seq2[Person, error]) (err error) {
	employeesTable, err := newTableWriter(to, employees)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, employeesTable.close()) }()
	masteryTable, err := newTableWriter(to, masteryStates)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, masteryTable.close()) }()
	evidenceTable, err := newTableWriter(to, evidence)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, evidenceTable.close()) }()
	states := to.openLines(statesFile)
	defer func() { err = errors.Join(err, states.close()) }()
	dropped := to.openLines(droppedFile)
	defer func() { err = errors.Join(err, dropped.close()) }()
	if people == nil {
		return nil
	}
	for p, err := range people {
		if err != nil {
			return err
		}
		if err := employeesTable.write(&p.Employee); err != nil {
			return err
		}
		for i := range p.Mastery {
			if err := masteryTable.write(&p.Mastery[i]); err != nil {
				return err
			}
		}
		for i := range p.Evidence {
			if err := evidenceTable.write(new(evidenceRowOf(p.Evidence[i]))); err != nil {
				return err
			}
		}
		for _, s := range p.States {
			if err := states.write(lineOfState(s)); err != nil {
				return err
			}
		}
		if len(p.Dropped.Tombstones) > 0 || p.Dropped.Checkpoint != "" {
			if err := dropped.write(lineOfDropped(p.Dropped)); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeLines writes what stands for a file of JSON lines, unless there is nothing for it.
func writeLines[T any](to exportTarget, file string, list iter.Seq2[T, error], lineOf func(T) any) (err error) {
	lines := to.openLines(file)
	defer func() { err = errors.Join(err, lines.close()) }()
	if list == nil {
		return nil
	}
	for v, err := range list {
		if err != nil {
			return err
		}
		if err := lines.write(lineOf(v)); err != nil {
			return err
		}
	}
	return nil
}
