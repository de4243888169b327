package exchange

import (
	"strings"
	"unicode"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// layout says where the labels of a matrix stand.
type layout struct {
	across, down *edge
	header       int // the index of the row that names the records across
	headerNumber int // its number
	lead         int // the column that names the records down
}

// label returns a cell as it names a record.
func (m *matrixReader) label(row, column int) string {
	return m.grid.label(row, column).text
}

// findLayout finds header and lead column, whichever way round the matrix is. It reports
// what is missing, unless the file has been refused.
func (m *matrixReader) findLayout(isRefused bool) bool {
	var best layout
	found := false
	for _, least := range []int{2, 1} { // a single record across is one if others stand down
		for _, l := range []layout{{across: m.about, down: m.holders}, {across: m.holders, down: m.about}} {
			if l.header = m.findHeader(l.across, least); l.header < 0 {
				continue
			}
			l.header = m.preferHeader(l.header, l.across)
			leads := false
			l.lead, leads = m.findLead(l)
			switch {
			case leads && (!found || l.header < best.header):
				best, found = l, true
			case best.across == nil && least == 2:
				best = l
			}
		}
		if best.across != nil {
			break
		}
	}
	if best.across == nil {
		if !isRefused {
			m.d.Problems = append(m.d.Problems, LocatedProblem{
				Location: Location{File: m.file, Sheet: m.sheet}, Code: fault.InvalidArgument,
				Text: fault.T("none of the first %d rows names two records of one kind, %s or %s: give their codes or names in one row; they have to be in the files or in the store",
					"前 %d 行中没有任何一行含有两个同类记录（%s或%s）：请在同一行中填写其编码或名称；所指记录须在文件或数据库中", maxHeaderRow, m.about.noun, m.holders.noun),
			})
		}
		return false
	}
	m.layout = best
	m.headerNumber = m.grid.number(m.header)
	for _, column := range m.grid.columns(m.header) {
		m.headings[column] = displayHeading(m.label(m.header, column))
	}
	for row := range m.header {
		if columns := m.grid.columns(row); len(columns) > 0 {
			m.notice(row, columns[0], fault.T("the header is row %d: what stands above it was passed over, such as %s", "表头是第 %d 行：其上内容已略过，如 %s",
				m.headerNumber, competency.Quote(m.label(row, columns[0]))))
			break
		}
	}
	return true
}

// topRows are those among which the header is.
func (m *matrixReader) topRows() int {
	n := 0
	for n < m.grid.rows() && m.grid.number(n) <= maxHeaderRow {
		n++
	}
	return n
}

// findHeader returns the index of the first of the top rows with cells that name so many
// different records, one or two, -1 for none.
func (m *matrixReader) findHeader(across *edge, least int) int {
	for i := range m.topRows() {
		if m.isHeader(i, across, least, func(meaning) bool { return true }) {
			return i
		}
	}
	return -1
}

// isHeader reports whether the cells of a row name so many different records that count, one
// or two.
func (m *matrixReader) isHeader(row int, across *edge, least int, counts func(meaning) bool) bool {
	first := ""
	for _, column := range m.grid.columns(row) {
		label := m.label(row, column)
		named := across.find(label)
		if !named.isNamed || !counts(named) {
			continue
		}
		key := named.code
		if key == "" { // a name of several
			key = label
		}
		if least == 1 || first != "" && first != key {
			return true
		}
		first = key
	}
	return false
}

// Rows of names or groups beside the header are near it.
const maxBeside = 3

// preferHeader returns the row of codes where a header of names stands above it, and the
// row of points where competencies group them above.
func (m *matrixReader) preferHeader(header int, across *edge) int {
	isCode := func(n meaning) bool { return n.byCode }
	isPoint := func(n meaning) bool { return n.code != "" && !n.isGroup }
	for i := header + 1; i < m.grid.rows() && i <= header+maxBeside; i++ {
		if !m.isHeader(header, across, 2, isPoint) && m.isHeader(i, across, 2, isPoint) ||
			!m.isHeader(header, across, 2, isCode) && m.isHeader(i, across, 2, isCode) && m.agree(header, i, across) {
			return i
		}
	}
	return header
}

// agree reports whether two rows name the same record in one column.
func (m *matrixReader) agree(a, b int, across *edge) bool {
	for _, column := range m.grid.columns(a) {
		codes, _ := across.known.Find(m.label(a, column))
		if len(codes) == 0 {
			continue
		}
		code := across.find(m.label(b, column)).code
		for _, c := range codes {
			if c == code {
				return true
			}
		}
	}
	return false
}

// findLead returns the column that names the records down: the first that does so by codes,
// else by names; one of points rather than of the competencies that group them. Where none
// names any, it is the one whose heading says so, or the first.
func (m *matrixReader) findLead(l layout) (lead int, leads bool) {
	left, others := m.labelColumns(l.header, l.across)
	best := -1
	rank := 0
	for _, columns := range [][]int{left, others} {
		for _, column := range columns {
			if r := m.leadRank(l.header, column, l.down); r > rank {
				best, rank = column, r
			}
		}
		if best >= 0 {
			return best, true
		}
	}
	headings := newHeadingIndex(employees.headings())
	for _, column := range left {
		if i := headings.find(m.label(l.header, column)); i >= 0 && headings.headings[i].isKey {
			return column, false
		}
	}
	if len(left) > 0 {
		return left[0], false
	}
	return 0, false
}

// leadRank says how well a column names the records down; 0 for not at all.
func (m *matrixReader) leadRank(header, column int, down *edge) (rank int) {
	for row := header + 1; row < m.grid.rows() && rank < 4; row++ {
		n := down.find(m.label(row, column))
		switch {
		case !n.isNamed:
		case n.isGroup && n.byCode:
			rank = max(rank, 2)
		case n.isGroup:
			rank = max(rank, 1)
		case n.byCode:
			rank = 4
		default:
			rank = max(rank, 3)
		}
	}
	return rank
}

// maxLabelColumns is more than there are columns of labels beside a matrix.
const maxLabelColumns = 20

// labelColumns returns the columns whose cell in the header names no record across, but for
// those that number rows or hold remarks: left of the first that does, and the others.
func (m *matrixReader) labelColumns(header int, across *edge) (left, others []int) {
	passed := false
	next := 0 // the first column that has not been seen
	add := func(column int) {
		list := &left
		if passed {
			list = &others
		}
		if len(*list) < maxLabelColumns {
			*list = append(*list, column)
		}
	}
	for _, column := range m.grid.columns(header) {
		for ; next < column && next < maxLabelColumns; next++ { // without a heading
			add(next)
		}
		next = column + 1
		label := m.label(header, column)
		switch {
		case across.find(label).isNamed:
			passed = true
		case !isRemarkColumn(label):
			add(column)
		}
	}
	return left, others
}

// collectLabels adds the texts that may be labels of people: the top rows, and the columns
// beside a header that names points.
func (m *matrixReader) collectLabels(texts map[string]bool) {
	add := func(row, column int) {
		label := m.label(row, column)
		if _, says := markOf(label); label == "" || says || len(label) > maxHeading {
			return
		}
		texts[label] = true
		if at := strings.IndexFunc(label, unicode.IsSpace); at > 0 {
			texts[label[:at]] = true
		}
	}
	for row := range m.topRows() {
		for _, column := range m.grid.columns(row) {
			add(row, column)
		}
	}
	header := m.findHeader(m.about, 2)
	if header < 0 {
		header = m.findHeader(m.about, 1)
	}
	if header < 0 {
		return
	}
	header = m.preferHeader(header, m.about)
	columns, others := m.labelColumns(header, m.about)
	if len(columns) == 0 {
		columns = others
	}
	for row := header + 1; row < m.grid.rows(); row++ {
		for _, column := range columns {
			add(row, column)
		}
	}
}
