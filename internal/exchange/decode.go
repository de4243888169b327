package exchange

import (
	"slices"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Decode turns tables, whatever their file format, into a document. Tables with the
// same name are merged. problems are those that the reader of the format has found.
func Decode(o Options, tables []Table, problems []LocatedProblem) *Document {
	d := &Document{
		options:    o,
		Problems:   problems,
		origins:    map[string][]origin{},
		incomplete: map[string]bool{},
		reported:   map[cellRef]bool{},
	}
	rows := records{Records: &d.Changes.Put}
	// A scale that the files bring reads their levels.
	isScale := func(t Table) int {
		if t.Name == competency.Levels {
			return 0
		}
		return 1
	}
	tables = slices.Clone(tables)
	slices.SortStableFunc(tables, func(a, b Table) int { return isScale(a) - isScale(b) })
	var matrices []Table
	for _, t := range tables {
		if matrixNamed(t.Name) != nil {
			matrices = append(matrices, t)
			continue
		}
		s, known := schemaOf(t.Name)
		if t.Incomplete {
			d.incomplete[t.Name] = true
		}
		d.Problems, d.Notices = append(d.Problems, t.Problems...), append(d.Notices, t.Notices...)
		if known && len(t.Header.Cells) > 0 {
			d.decodeTable(s, t, &rows)
		}
	}
	d.decodeMatrices(matrices, &rows)
	d.decodeEvidence(rows.evidence)
	d.refuseEmptyTables(tables)
	// A pair has no direction, and Normalize orders its ends: remember how it was
	// written.
	for i, r := range d.Changes.Put.Related {
		d.origins[competency.RelatedPairs][i].swapped = competency.NormalizeCode(r.B) < competency.NormalizeCode(r.A)
	}
	d.Changes.Normalize()
	d.noticeLookAlikes()
	if slices.ContainsFunc(tables, func(t Table) bool { return !t.asExported }) {
		d.noticeCommas()
	}
	d.Problems, d.Notices = sortProblems(d.Problems), mergeEqual(sortProblems(d.Notices))
	return d
}

// refuseEmptyTables reports tables of the catalog without any record, where what is not
// given is deleted: whether all of it is meant is not clear.
func (d *Document) refuseEmptyTables(tables []Table) {
	if !d.options.Prune {
		return
	}
	for _, t := range tables {
		if slices.Contains(competency.PrunedTables, t.Name) && len(d.origins[t.Name]) == 0 && len(t.Problems) == 0 && !t.Incomplete {
			d.Problems = append(d.Problems, LocatedProblem{
				Location: Location{File: t.File, Sheet: t.Sheet}, Code: fault.InvalidArgument,
				Text: fault.T("the table has no record, and --prune deletes what a table does not have: give at least one record, or leave the table out",
					"该表没有任何记录，而 --prune 会删除表中没有的记录：请至少提供一条记录，或不提供该表"),
			})
		}
	}
}

// addProblem reports a problem in the table that is being decoded.
func (d *Document) addProblem(row int, field string, text fault.Text) {
	cell := cellRef{len(d.sources) - 1, row, field}
	d.reported[cell] = true
	d.Problems = append(d.Problems, LocatedProblem{Location: d.locationOf(cell), Code: fault.InvalidArgument, Text: text})
}

// decodeTable appends the records of one table, with a problem for each cell that
// cannot be read.
func (d *Document) decodeTable(s schema, t Table, to *records) {
	headings := s.headings()
	columns, width := d.decodeHeader(headings, t)
	before := len(d.Problems)
	t.cleanCells(headings, columns)
	readers := d.numberReaders(headings, columns, t)
	for _, row := range t.Rows {
		if row.isBlank() {
			continue
		}
		record := s.appendRecord(to)
		d.origins[t.Name] = append(d.origins[t.Name], origin{source: len(d.sources) - 1, row: row.Number})
		complete := t.place != nil || d.checkWidth(row, width)
		for i, h := range headings {
			// In a row with too few or too many cells, values may stand in the wrong
			// column. Take only its keys, so that references to the record resolve.
			if columns[i] < 0 || !complete && (!h.isKey || columns[i] >= len(row.Cells)) {
				continue
			}
			written := ""
			if columns[i] < len(row.Cells) {
				written = competency.Trim(row.Cells[columns[i]])
			}
			cell := unescapeFormula(written)
			problem, refused := t.refused[cellKey{row.Number, columns[i]}]
			switch {
			case refused:
				d.reported[cellRef{len(d.sources) - 1, row.Number, h.en}] = true
				if written == unknownCell {
					d.incomplete[t.Name] = d.incomplete[t.Name] || h.isKey
				} else if h.isKey && h.content == codes {
					record.set(i, cell)
				}
			case !complete && h.numbers != 0:
			case !complete:
				record.set(i, cell)
			case cell == "" && h.isKey:
				problem = fault.T("the cell is empty: every row needs a value here", "单元格为空：每行都必须填写此列")
			case cell == "":
				if d.options.Replace && !h.isPersonal && record.clear != nil {
					record.clear(competency.FieldNamed(h.en))
					d.noteEmptied(t.Name, h, len(to.Prerequisites)-1)
				}
			case competency.IsClearMark(written):
				problem = record.clearCell(h)
			case findJunk(h.content, written) != noProblem:
				problem = findJunk(h.content, written)
			case len(cell) > competency.MaxText && utf8.RuneCountInString(cell) > competency.MaxText:
				problem = fault.T("the cell has more than %d characters: shorten it", "单元格超过 %d 个字符：请缩短", competency.MaxText)
			case h.numbers != 0:
				var x *float64
				if x, problem = readers[i].read(cell); x != nil {
					record.setNumber(i, *x)
				}
			default:
				if h.isTime {
					cell, problem = d.readTime(row.Number, h, cell)
				}
				if problem == noProblem {
					problem = record.set(i, cell)
				}
			}
			if problem != noProblem {
				d.addProblem(row.Number, h.en, problem)
			}
		}
	}
	if t.Name == competency.Levels && len(d.Problems) > before {
		d.incomplete[t.Name] = true
	}
}

// checkWidth reports whether a row has as many cells as the header. Empty cells
// beyond the header do not count.
func (d *Document) checkWidth(row Row, width int) bool {
	cells := row.Cells
	for len(cells) > width && competency.Trim(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == width {
		return true
	}
	d.addProblem(row.Number, "", fault.T(
		"the row has %d cells and the header %d: add or remove separators, and put a cell that has one inside in quotation marks",
		"该行有 %d 个单元格，表头有 %d 个：请增减分隔符，并为含分隔符的单元格加上引号", len(cells), width))
	return false
}
