package workforce_test

import (
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/workforce"
)

// naive answers as the design has it: person by person, from gap.Analyze and from records.
type naive struct {
	*company
	view *workforce.View // for numbers of people alone
	at   time.Time
}

// people returns the records of some people, by code.
func (n naive) people(s workforce.Set) (records []workforce.Record) {
	for _, r := range n.records {
		if s.Has(n.number(r)) {
			records = append(records, r)
		}
	}
	slices.SortFunc(records, func(a, b workforce.Record) int { return strings.Compare(a.Employee.Code, b.Employee.Code) })
	return records
}

func (n naive) codes(records []workforce.Record) []string {
	codes := make([]string, len(records))
	for i, r := range records {
		codes[i] = r.Employee.Code
	}
	return codes
}

func (n naive) number(r workforce.Record) workforce.Person {
	p, _ := n.view.Find(r.Employee.Code)
	return p
}

// against returns the position that a person is measured against, and false for none.
func (n naive) against(r workforce.Record, position kg.Position) (kg.Position, bool) {
	if position != workforce.OwnPosition {
		return position, true
	}
	p, ok := n.graph.FindPosition(r.Employee.Position)
	return p, ok && len(n.graph.Requirements(p)) > 0
}

func (n naive) report(r workforce.Record, position kg.Position) *gap.Report {
	return gap.Analyze(n.graph, n.statesOf(r), position, n.at)
}

// path returns the competencies above a point, from the root.
func (n naive) path(point kg.Node) (path []string) {
	catalog := n.graph.Catalog()
	k := slices.IndexFunc(catalog.KnowledgePoints, func(k competency.KnowledgePoint) bool { return k.Code == n.graph.Code(point) })
	for code := catalog.KnowledgePoints[k].Competency; code != ""; {
		path = append([]string{code}, path...)
		c := slices.IndexFunc(catalog.Competencies, func(c competency.Competency) bool { return c.Code == code })
		code = catalog.Competencies[c].Parent
	}
	return path
}

// heatMap computes a heat map cell by cell.
func (n naive) heatMap(g workforce.Group, position kg.Position, tier int) *workforce.HeatMap {
	out := &workforce.HeatMap{People: []workforce.HeatPerson{}, Units: n.unitRows(g)}
	type place struct {
		path []string
		node kg.Node
	}
	var columns []place
	columnOf := func(point kg.Node) place {
		path := n.path(point)
		if tier >= len(path) {
			return place{[]string{"\U0010FFFF"}, kg.None} // the last of all
		}
		node, _ := n.graph.Find(path[tier])
		return place{path[:tier+1], node}
	}
	people := n.people(g.Members)
	if position != workforce.OwnPosition {
		for _, r := range n.graph.Requirements(position) {
			columns = append(columns, columnOf(r.Point))
		}
	}
	for _, r := range people {
		if p, ok := n.against(r, position); ok {
			for _, r := range n.graph.Requirements(p) {
				columns = append(columns, columnOf(r.Point))
			}
		}
	}
	slices.SortFunc(columns, func(a, b place) int { return slices.Compare(a.path, b.path) })
	for _, c := range slices.CompactFunc(columns, func(a, b place) bool { return a.node == b.node }) {
		out.Columns = append(out.Columns, c.node)
	}
	out.Total = make([]workforce.GroupCell, len(out.Columns))
	for i := range out.Units {
		out.Units[i].Cells = make([]workforce.GroupCell, len(out.Columns))
	}
	for _, r := range people {
		hidden := g.Hidden.Has(n.number(r))
		p, ok := n.against(r, position)
		if !ok {
			out.Without++
			if hidden {
				out.HiddenWithout++
			}
			continue
		}
		report := n.report(r, p)
		row := workforce.HeatPerson{Person: n.number(r), Cells: []workforce.Cell{}}
		for i, column := range out.Columns {
			cell := n.cell(report, func(point kg.Node) bool { return columnOf(point).node == column })
			row.Cells = append(row.Cells, cell)
			if cell.Required == 0 {
				continue
			}
			sum(&out.Total[i], cell, hidden)
			for u := range out.Units {
				if n.rowOf(r.Employee.OrgUnit, g) == out.Units[u].Code {
					sum(&out.Units[u].Cells[i], cell, hidden)
				}
			}
		}
		out.People = append(out.People, row)
	}
	divide(out.Total)
	for _, u := range out.Units {
		divide(u.Cells)
	}
	return out
}

// unitRows returns the departments right below a group, and itself.
func (n naive) unitRows(g workforce.Group) (rows []workforce.HeatUnit) {
	if g.Kind != workforce.WholeFirm && g.Kind != workforce.Department {
		return nil
	}
	for _, u := range n.units {
		parent := u.Parent
		if !slices.ContainsFunc(n.units, func(u competency.OrgUnit) bool { return u.Code == parent }) {
			parent = ""
		}
		if parent == g.Code {
			rows = append(rows, workforce.HeatUnit{Code: u.Code})
		}
	}
	slices.SortFunc(rows, func(a, b workforce.HeatUnit) int { return strings.Compare(a.Code, b.Code) })
	if slices.ContainsFunc(n.people(g.Members), func(r workforce.Record) bool { return n.rowOf(r.Employee.OrgUnit, g) == "" }) {
		rows = append(rows, workforce.HeatUnit{})
	}
	return rows
}

// rowOf walks up from a department to the row that counts its people: the department right
// below the group, or none where they are directly in it. Departments may be on a cycle.
func (n naive) rowOf(unit string, g workforce.Group) (row string) {
	for range len(n.units) + 1 {
		i := slices.IndexFunc(n.units, func(u competency.OrgUnit) bool { return u.Code == unit })
		if i < 0 || g.Kind == workforce.Department && unit == g.Code {
			return row
		}
		row, unit = unit, n.units[i].Parent
	}
	return ""
}

// cell adds up the gaps of some points by code.
func (n naive) cell(report *gap.Report, contains func(kg.Node) bool) (cell workforce.Cell) {
	gaps := slices.Clone(report.Gaps)
	slices.SortFunc(gaps, func(a, b gap.Gap) int { return strings.Compare(n.graph.Code(a.Point), n.graph.Code(b.Point)) })
	var reached, unknown, total float64
	for _, x := range gaps {
		if !contains(x.Point) {
			continue
		}
		cell.Required++
		if x.Status != gap.Met {
			cell.Unmet++
		}
		if x.Status == gap.Unassessed {
			unknown += x.Weight
		}
		reached += x.Weight * x.Fulfilment()
		total += x.Weight
	}
	if cell.Required > 0 {
		cell.Coverage, cell.Unassessed = reached/total, unknown/total
	}
	return cell
}

func sum(c *workforce.GroupCell, cell workforce.Cell, hidden bool) {
	c.People++
	if hidden {
		c.Hidden++
	}
	c.Coverage, c.Unassessed = c.Coverage+cell.Coverage, c.Unassessed+cell.Unassessed
	c.Unmet, c.Required = c.Unmet+float64(cell.Unmet), c.Required+float64(cell.Required)
}

func divide(cells []workforce.GroupCell) {
	for i := range cells {
		if n := float64(cells[i].People); n > 0 {
			cells[i].Coverage, cells[i].Unassessed = cells[i].Coverage/n, cells[i].Unassessed/n
			cells[i].Unmet, cells[i].Required = cells[i].Unmet/n, cells[i].Required/n
		}
	}
}

// distribution measures one person after the other.
func (n naive) distribution(g workforce.Group, position kg.Position) *workforce.Distribution {
	d := &workforce.Distribution{}
	var coverages []float64
	for _, r := range n.people(g.Members) {
		report := n.report(r, position)
		coverages = append(coverages, report.Coverage)
		d.Unassessed += n.cell(report, func(kg.Node) bool { return true }).Unassessed
		bin := 0
		for i := range d.Bins {
			if workforce.Round(report.Coverage) >= workforce.Round(float64(i)/20) {
				bin = i
			}
		}
		d.People++
		d.Bins[bin]++
		if g.Hidden.Has(n.number(r)) {
			d.Hidden++
			d.HiddenBins[bin]++
		}
		if report.Ready {
			d.Ready++
		}
		if report.CriticalReady {
			d.CriticalReady++
		}
	}
	for _, r := range n.graph.Requirements(position) {
		d.HasCritical = d.HasCritical || r.Critical
	}
	if d.People == 0 {
		return d
	}
	d.Unassessed /= float64(d.People)
	slices.Sort(coverages)
	for i, hundredths := range []int{0, 10, 25, 50, 75, 90, 100} {
		k := 1
		for k*100 < d.People*hundredths {
			k++
		}
		d.Quantiles[i] = coverages[k-1]
	}
	return d
}

// holdings counts the holders of what positions held in a group require.
func (n naive) holdings(g workforce.Group) (holdings []workforce.Holding) {
	for _, r := range n.people(g.Members) {
		if p, ok := n.against(r, workforce.OwnPosition); ok {
			for _, r := range n.graph.Requirements(p) {
				holdings = append(holdings, workforce.Holding{Point: r.Point, Level: r.Level})
			}
		}
	}
	slices.SortFunc(holdings, func(a, b workforce.Holding) int {
		return cmpOr(strings.Compare(n.graph.Code(a.Point), n.graph.Code(b.Point)), a.Level-b.Level)
	})
	holdings = slices.Compact(holdings)
	for i := range holdings {
		h := &holdings[i]
		for _, r := range n.holders(g, h.Point, h.Level) {
			h.Holders++
			if g.Hidden.Has(n.number(r)) {
				h.HiddenHolders++
			}
		}
		switch h.Holders {
		case 0:
			h.Class = workforce.NoHolder
		case 1:
			h.Class = workforce.SingleHolder
		case 2:
			h.Class = workforce.ThinHolders
		default:
			h.Class = workforce.EnoughHolders
		}
	}
	return holdings
}

func cmpOr(byCode int, byLevel float64) int {
	switch {
	case byCode != 0 || byLevel == 0:
		return byCode
	case byLevel < 0:
		return -1
	}
	return 1
}

func (n naive) holders(g workforce.Group, point kg.Node, level float64) (holders []workforce.Record) {
	for _, r := range n.people(g.Members) {
		if slices.ContainsFunc(n.statesOf(r), func(s mastery.State) bool { return s.Point == point && s.Meets(level, n.at) }) {
			holders = append(holders, r)
		}
	}
	return holders
}

// affected returns the people whose position has a point critical at a level.
func (n naive) affected(g workforce.Group, point kg.Node, level float64) (affected []workforce.Record) {
	for _, r := range n.people(g.Members) {
		if p, ok := n.against(r, workforce.OwnPosition); ok {
			if slices.ContainsFunc(n.graph.Requirements(p), func(r kg.Requirement) bool { return r.Point == point && r.Critical && r.Level == level }) {
				affected = append(affected, r)
			}
		}
	}
	return affected
}

// risks returns the risks among the holdings of a group.
func (n naive) risks(g workforce.Group) (risks []workforce.Risk) {
	for _, h := range n.holdings(g) {
		risk := workforce.Risk{Holding: h}
		for _, r := range n.affected(g, h.Point, h.Level) {
			risk.Affected++
			if g.Hidden.Has(n.number(r)) {
				risk.HiddenAffected++
			}
		}
		if h.Holders <= 1 && risk.Affected > 0 {
			risks = append(risks, risk)
		}
	}
	slices.SortStableFunc(risks, func(a, b workforce.Risk) int {
		if a.Class != b.Class {
			return strings.Compare(string(a.Class), string(b.Class)) // NONE before SINGLE
		}
		return b.Affected - a.Affected
	})
	return risks
}
