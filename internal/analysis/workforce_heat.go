package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// maxHeatRows is how many rows of people a heat map may have.
const maxHeatRows = 1000

// TeamGaps is a heat map: how the people of a group stand, competency by competency.
type TeamGaps struct {
	*groupAnswer
	heat    *workforce.HeatMap
	tree    func(unit string) *people.OrgUnit
	rows    []TeamGapsPerson
	refusal error // of the rows of people
}

// TeamGaps measures the people of a group against a position, or each against their own. Rows
// of people are made where they are asked for.
func (a *Analysis) TeamGaps(ctx context.Context, r *WorkforceGroup, position *string, tier int, at *time.Time, rows bool) (*TeamGaps, error) {
	if tier < 0 {
		return nil, fault.New(fault.InvalidArgument, "tier must be at least 0, not %d", "tier 不得小于 0，而不是 %d", tier)
	}
	m := &TeamGaps{}
	var err error
	m.groupAnswer, err = a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		p, err := resolvePosition(answer.snapshot, position)
		if err != nil {
			return err
		}
		m.refusal = answer.group.Naming
		if n := answer.group.Members.Len(); m.refusal == nil && n > maxHeatRows {
			m.refusal = fault.New(fault.LimitExceeded, "a heat map by people has %d rows at most, and this group %d people: ask for a smaller one, or by units", "按人员展示的热力图最多 %d 行，而此人群有 %d 人：请缩小范围，或按部门查看", maxHeatRows, n)
		}
		m.heat = v.HeatMap(answer.group.Group, p, tier, rows && m.refusal == nil)
		m.heat.Withhold(v, answer.group.Group, answer.group.Unread, p, tier)
		tree := v.Tree()
		m.tree = func(unit string) *people.OrgUnit { return people.OrgUnitIn(tree, unit) }
		m.addRows(answer, v)
		return nil
	})
	return m, err
}

func (m *TeamGaps) addRows(answer *groupAnswer, v *workforce.View) {
	list := make([]workforce.Person, len(m.heat.People))
	for i, row := range m.heat.People {
		list[i] = row.Person
	}
	m.rows = make([]TeamGapsPerson, len(list))
	for i, e := range answer.members(v, list) {
		m.rows[i] = TeamGapsPerson{e, m.heat.People[i].Cells}
	}
}

// Columns returns the columns, in tree order.
func (m *TeamGaps) Columns(ctx context.Context) ([]TeamGapsColumn, error) {
	columns := make([]TeamGapsColumn, len(m.heat.Columns))
	for i, c := range m.heat.Columns {
		columns[i] = TeamGapsColumn{m.snapshot, c}
	}
	return catalog.ChargeItems(ctx, columns)
}

// People returns the rows of people, by code.
func (m *TeamGaps) People(ctx context.Context) ([]TeamGapsPerson, error) {
	if m.refusal != nil {
		return nil, m.refusal
	}
	people.NoteMembers(ctx, employeesOf(m.rows, func(p TeamGapsPerson) people.Employee { return p.Employee }), "teamGaps")
	return catalog.ChargeItems(ctx, m.rows)
}

func employeesOf[T any](list []T, employee func(T) people.Employee) []people.Employee {
	employees := make([]people.Employee, len(list))
	for i, x := range list {
		employees[i] = employee(x)
	}
	return employees
}

// Units returns the rows of departments.
func (m *TeamGaps) Units(ctx context.Context) ([]TeamGapsUnit, error) {
	units := make([]TeamGapsUnit, len(m.heat.Units))
	for i, u := range m.heat.Units {
		units[i] = TeamGapsUnit{m.tree(u.Code), u.Cells}
	}
	return catalog.ChargeItems(ctx, units)
}

// Total returns the row of the whole group.
func (m *TeamGaps) Total(ctx context.Context) ([]TeamGapsGroupCell, error) {
	return groupCells(ctx, m.heat.Total)
}

// Without returns how many people are left out, nil where that is withheld.
func (m *TeamGaps) Without() *int {
	if m.heat.WithoutWithheld {
		return nil
	}
	return &m.heat.Without
}

// TeamGapsColumn is a column of a heat map.
type TeamGapsColumn struct {
	snapshot *catalog.Snapshot
	node     kg.Node
}

// Competency returns the competency, nil for required points in no other column.
func (c TeamGapsColumn) Competency() *catalog.Competency {
	if c.node == kg.None {
		return nil
	}
	return new(c.snapshot.Competency(c.node))
}

// TeamGapsPerson is the row of a person.
type TeamGapsPerson struct {
	Employee people.Employee
	cells    []workforce.Cell
}

// Cells returns the cells by column, nil where nothing is required.
func (p TeamGapsPerson) Cells(ctx context.Context) ([]*workforce.Cell, error) {
	cells := make([]*workforce.Cell, len(p.cells))
	for i := range p.cells {
		if p.cells[i].Required > 0 {
			cells[i] = &p.cells[i]
		}
	}
	return catalog.ChargeItems(ctx, cells)
}

// TeamGapsUnit is the row of a department, which is nil for the people directly in the group.
type TeamGapsUnit struct {
	OrgUnit *people.OrgUnit
	cells   []workforce.GroupCell
}

// Cells returns the cells by column.
func (u TeamGapsUnit) Cells(ctx context.Context) ([]TeamGapsGroupCell, error) {
	return groupCells(ctx, u.cells)
}

// TeamGapsGroupCell holds the means over the people who have a cell.
type TeamGapsGroupCell struct{ cell workforce.GroupCell }

func groupCells(ctx context.Context, list []workforce.GroupCell) ([]TeamGapsGroupCell, error) {
	cells := make([]TeamGapsGroupCell, len(list))
	for i, c := range list {
		cells[i] = TeamGapsGroupCell{c}
	}
	return catalog.ChargeItems(ctx, cells)
}

// People returns how many have a cell, nil where that is withheld.
func (c TeamGapsGroupCell) People() *int {
	if c.cell.Withheld {
		return nil
	}
	return &c.cell.People
}

func (c TeamGapsGroupCell) mean(x float64) *float64 {
	if c.cell.Withheld || c.cell.People == 0 {
		return nil
	}
	return &x
}

// Coverage returns the mean coverage.
func (c TeamGapsGroupCell) Coverage() *float64 { return c.mean(c.cell.Coverage) }

// Unmet returns the mean number of requirements that are not met.
func (c TeamGapsGroupCell) Unmet() *float64 { return c.mean(c.cell.Unmet) }

// Required returns the mean number of requirements.
func (c TeamGapsGroupCell) Required() *float64 { return c.mean(c.cell.Required) }

// Unassessed returns the mean share of the weight of which nothing is known.
func (c TeamGapsGroupCell) Unassessed() *float64 { return c.mean(c.cell.Unassessed) }

// Withheld reports whether the cell is withheld.
func (c TeamGapsGroupCell) Withheld() bool { return c.cell.Withheld }
