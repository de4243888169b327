package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
)

func (a *app) teamCommand() *cobra.Command {
	cmd := a.groupCommand(&cobra.Command{
		Use: "team", Short: "Show where the people of a group are thin, competency by competency",
	}, false, a.askTeam)
	flags := cmd.Flags()
	flags.String("position", "", "measure everyone against this position, not against the one that each holds")
	flags.Int("tier", 1, "tier of the tree of competencies that makes the columns; the roots are tier 0")
	flags.Bool("people", false, "a row for each person, not for each department")
	return cmd
}

type teamAnswer struct {
	moment
	Columns []teamColumn `json:"columns"`
	People  []teamPerson `json:"people,omitempty"`
	Units   []teamUnit   `json:"units,omitempty"`
	Total   []teamMean   `json:"total"`
	Without *int         `json:"without"`

	against string // name of the position, empty for each their own
}

type teamColumn struct {
	Competency  *string `json:"competency"` // nil for required points in no other column
	Name        *string `json:"name,omitempty"`
	displayName string
}

type teamPerson struct {
	employeeRow
	Cells []*workforceCell `json:"cells"` // nil where nothing is required
}

// teamUnit is a department; its code is nil for the people directly in the group.
type teamUnit struct {
	OrgUnit *string    `json:"orgUnit"`
	Name    *string    `json:"name,omitempty"`
	Cells   []teamMean `json:"cells"`
}

type workforceCell struct {
	Coverage   float64 `json:"coverage"`
	Unmet      int     `json:"unmet"`
	Required   int     `json:"required"`
	Unassessed float64 `json:"unassessed"`
}

type teamMean struct {
	People     *int     `json:"people"`
	Coverage   *float64 `json:"coverage"`
	Unmet      *float64 `json:"unmet"`
	Required   *float64 `json:"required"`
	Unassessed *float64 `json:"unassessed"`
}

func (a *app) askTeam(ctx context.Context, q groupQuestion) (groupAnswer, error) {
	m, err := q.Analysis.TeamGaps(ctx, q.group, optional.Of(a.cfg.Position), a.cfg.Tier, q.at, a.cfg.People)
	if err != nil {
		return nil, err
	}
	answer := &teamAnswer{moment: moment{m.At(), m.Revision()}, Columns: []teamColumn{}, Without: m.Without()}
	if a.cfg.Position != "" {
		p, err := q.Catalog.Position(ctx, a.cfg.Position)
		if err != nil {
			return nil, err
		}
		answer.against = p.NameIn(a.lang())
	}
	columns, err := m.Columns(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		column := teamColumn{displayName: fault.T("elsewhere", "其他").In(a.lang())}
		if competency := c.Competency(); competency != nil {
			column = teamColumn{new(competency.Code()), new(competency.Name()), competency.NameIn(a.lang())}
		}
		answer.Columns = append(answer.Columns, column)
	}
	total, err := m.Total(ctx)
	if err != nil {
		return nil, err
	}
	answer.Total = teamMeans(total)
	if a.cfg.People {
		return answer, answer.addPeople(ctx, m)
	}
	return answer, answer.addUnits(ctx, m)
}

func (t *teamAnswer) addPeople(ctx context.Context, m *analysis.TeamGaps) error {
	rows, err := m.People(ctx)
	for _, row := range rows {
		cells, err := row.Cells(ctx)
		if err != nil {
			return err
		}
		person := teamPerson{employeeRowOf(row.Employee), make([]*workforceCell, len(cells))}
		for i, c := range cells {
			if c != nil {
				person.Cells[i] = &workforceCell{c.Coverage, c.Unmet, c.Required, c.Unassessed}
			}
		}
		t.People = append(t.People, person)
	}
	return err
}

func (t *teamAnswer) addUnits(ctx context.Context, m *analysis.TeamGaps) error {
	rows, err := m.Units(ctx)
	for _, row := range rows {
		cells, err := row.Cells(ctx)
		if err != nil {
			return err
		}
		unit := teamUnit{Cells: teamMeans(cells)}
		if row.OrgUnit != nil {
			unit.OrgUnit, unit.Name = new(row.OrgUnit.Code()), new(row.OrgUnit.Name())
		}
		t.Units = append(t.Units, unit)
	}
	return err
}

func teamMeans(cells []analysis.TeamGapsGroupCell) []teamMean {
	means := make([]teamMean, len(cells))
	for i, c := range cells {
		means[i] = teamMean{c.People(), c.Coverage(), c.Unmet(), c.Required(), c.Unassessed()}
	}
	return means
}

// print prints the row of the whole group upright, because names of competencies are long, and
// then the coverage of each row by the numbers of the columns.
func (t *teamAnswer) print(a *app) {
	measured := fault.T("each against the position held", "各按所任岗位衡量")
	if t.against != "" {
		measured = fault.T("against "+t.against, "按岗位 "+t.against+" 衡量")
	}
	a.println("%s, %s", "%s，%s", measured, a.asOf(t.moment))
	if len(t.Columns) == 0 {
		a.println("nothing is required of these people", "这些人没有岗位要求")
	} else {
		t.printCells(a)
	}
	for _, note := range t.notes() {
		a.println("%s", "%s", note)
	}
}

func (t *teamAnswer) printCells(a *app) {
	heading := []string{"", ""}
	total := a.newTable("#", "competency 能力项", "name 名称", "people 人数", "coverage 覆盖率", "unmet 未达", "required 要求", "unassessed 未评估")
	for i, c := range t.Columns {
		number, m := strconv.Itoa(i+1), t.Total[i]
		heading = append(heading, number)
		total.addRow(number, valueOf(c.Competency), c.displayName, countOf(m.People), formatPercent(m.Coverage), formatMean(m.Unmet), formatMean(m.Required), formatPercent(m.Unassessed))
	}
	total.print(a.out)
	rows := &table{}
	rows.addRow(heading...)
	for _, p := range t.People {
		cells := []string{p.Employee, p.Name}
		for _, c := range p.Cells {
			if c == nil {
				cells = append(cells, formatPercent(nil))
			} else {
				cells = append(cells, formatPercent(&c.Coverage))
			}
		}
		rows.addRow(cells...)
	}
	for _, u := range t.Units {
		cells := []string{valueOf(u.OrgUnit), valueOf(u.Name)}
		if u.OrgUnit == nil {
			cells[1] = fault.T("itself", "直属").In(a.lang())
		}
		for _, c := range u.Cells {
			cells = append(cells, formatPercent(c.Coverage))
		}
		rows.addRow(cells...)
	}
	if len(rows.rows) > 1 {
		a.println("coverage by the numbers above:", "覆盖率（列号见上表）：")
		rows.print(a.out)
	}
}

// formatMean formats a mean number of things.
func formatMean(x *float64) string {
	if x == nil {
		return "–"
	}
	return strconv.FormatFloat(*x, 'f', 1, 64)
}

func (t *teamAnswer) notes() (notes []fault.Text) {
	if n := optional.Value(t.Without); n > 0 {
		notes = append(notes, fault.T("left out, because they hold no position that requires anything: %s", "另有 %s 人未计入：未任岗位，或所任岗位没有要求", countPeople(n)))
	}
	return notes
}

// csvRows returns a row for each cell.
func (t *teamAnswer) csvRows() [][]string {
	rows := [][]string{{"row", "code", "name", "competency", "competency_name", "people", "coverage", "unmet", "required", "unassessed"}}
	column := func(i int) []string { return []string{valueOf(t.Columns[i].Competency), valueOf(t.Columns[i].Name)} }
	means := func(list []teamMean, row ...string) {
		for i, m := range list {
			cells := append(append([]string{}, row...), column(i)...)
			rows = append(rows, append(cells, csvNumber(m.People), csvNumber(m.Coverage), csvNumber(m.Unmet), csvNumber(m.Required), csvNumber(m.Unassessed)))
		}
	}
	for _, p := range t.People {
		for i, c := range p.Cells {
			if c != nil {
				cells := append([]string{"person", p.Employee, p.Name}, column(i)...)
				rows = append(rows, append(cells, "1", csvNumber(&c.Coverage), csvNumber(&c.Unmet), csvNumber(&c.Required), csvNumber(&c.Unassessed)))
			}
		}
	}
	for _, u := range t.Units {
		kind := "unit"
		if u.OrgUnit == nil {
			kind = "itself"
		}
		means(u.Cells, kind, valueOf(u.OrgUnit), valueOf(u.Name))
	}
	means(t.Total, "total", "", "")
	return rows
}
