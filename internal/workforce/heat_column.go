package workforce

import "github.com/zhitu/zhitu/internal/kg"

// cellTally is what one person reaches of what is required in a column.
type cellTally struct {
	reached, assessed float64 // weight × fulfilment; weight of which something is known
	met               int32
}

// cellTotal is what one position requires in a column; weights are added by code of the point.
type cellTotal struct {
	weight   float64
	required int32
}

// heatWorker fills columns one after the other. Its tables are empty between them.
type heatWorker struct {
	*heatMaker
	tallies    []cellTally  // by row
	totals     []cellTotal  // by position
	byPosition []fulfilment // what each requires of one point
}

func (m *heatMaker) newWorker() *heatWorker {
	n := len(m.positions)
	return &heatWorker{m, make([]cellTally, len(m.rows)), make([]cellTotal, n), make([]fulfilment, n)}
}

// fill computes the cells of one column. Sums run over its points by code for each person,
// as in gap.Report.Groups, and then over people by code.
func (m *heatWorker) fill(out *HeatMap, column int, demands []demand) {
	for ofPoint := range chunks(demands, func(d demand) kg.Node { return d.Point }) {
		for _, d := range ofPoint {
			m.byPosition[d.position] = fulfilmentOf(d.Requirement)
			m.totals[d.position].weight += d.Weight
			m.totals[d.position].required++
		}
		for _, list := range m.Postings(ofPoint[0].Point, m.group.Members) {
			m.read(list)
		}
		for _, d := range ofPoint {
			m.byPosition[d.position] = fulfilment{}
		}
	}
	total, groups := GroupCell{}, make([]GroupCell, len(m.units)+1) // the last is for those in no row of departments
	for i := range m.rows {
		r, t := &m.rows[i], &m.tallies[i]
		of := &m.totals[r.position]
		if of.required == 0 {
			continue
		}
		cell := Cell{Unmet: int(of.required - t.met), Required: int(of.required), Unassessed: 1}
		if t.assessed > 0 {
			cell.Coverage, cell.Unassessed = t.reached/of.weight, (of.weight-t.assessed)/of.weight
			*t = cellTally{}
		}
		if out.People != nil {
			out.People[i].Cells[column] = cell
		}
		groups[r.unit].add(cell, r.hidden)
		total.add(cell, r.hidden)
	}
	for i := range m.units {
		out.Units[i].Cells[column] = groups[i].means()
	}
	out.Total[column] = total.means()
	for _, d := range demands {
		m.totals[d.position] = cellTotal{}
	}
}

// read adds the states of one point to the tallies of those whose position requires it.
func (m *heatWorker) read(list Postings) {
	masteries, currents := list.Mastery[:len(list.People)], list.Current[:len(list.People)]
	for i, p := range list.People {
		position := m.of[p-m.low]
		if position == unassigned {
			continue
		}
		f := &m.byPosition[position]
		if f.level == 0 {
			continue
		}
		t := &m.tallies[m.rowOf[p-m.low]]
		t.assessed += f.weight
		if f.met(masteries[i], currents[i]) {
			t.met++
			t.reached += f.weight
		} else {
			t.reached += float64(f.weight * min(1, currents[i]/f.level))
		}
	}
}

// fulfilment is how far a state fulfils a requirement, as in gap.Gap.Fulfilment.
type fulfilment struct {
	level, weight float64
	threshold
}

func fulfilmentOf(r kg.Requirement) fulfilment {
	return fulfilment{r.Level, r.Weight, thresholdOf(r.Level)}
}

// add adds a cell to sums.
func (c *GroupCell) add(cell Cell, hidden bool) {
	c.People++
	if hidden {
		c.Hidden++
	}
	c.Coverage += cell.Coverage
	c.Unmet += float64(cell.Unmet)
	c.Required += float64(cell.Required)
	c.Unassessed += cell.Unassessed
}

// means turns sums into means.
func (c GroupCell) means() GroupCell {
	if n := float64(c.People); n > 0 {
		c.Coverage, c.Unmet, c.Required, c.Unassessed = c.Coverage/n, c.Unmet/n, c.Required/n, c.Unassessed/n
	}
	return c
}
