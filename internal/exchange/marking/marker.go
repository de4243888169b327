package marking

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// marker writes problems into one workbook.
type marker struct {
	*book
	problems []Problem
	lang     fault.Lang

	places []place // of the problems, with row 0 where there is none
	cells  int     // marked so far
	red    int     // number of the differential style, once there is one
	hasRed bool
}

func (m *marker) mark() error {
	m.places = make([]place, len(m.problems))
	bySheet := map[string][]int{}
	for i, p := range m.problems {
		bySheet[p.Sheet] = append(bySheet[p.Sheet], i)
	}
	for i := range m.sheets {
		if s := m.sheet(m.sheets[i].name); s == &m.sheets[i] && len(bySheet[s.name]) > 0 {
			if err := m.markSheet(s, bySheet[s.name]); err != nil {
				return damaged(s.part.name, err)
			}
		}
	}
	if err := m.addContentType("", privateExtension, privateType); err != nil {
		return err
	}
	return m.addSheet(m.freeSheetName(), m.problemSheet())
}

// freeSheetName returns the name of the sheet of problems, with a number where it is taken.
func (m *marker) freeSheetName() string {
	name := sheetName
	for n := 2; slices.ContainsFunc(m.sheets, func(s bookSheet) bool { return strings.EqualFold(s.name, name) }); n++ {
		name = sheetName + " (" + itoa(n) + ")"
	}
	return name
}

// markSheet marks the cells of one sheet; the problems are given by their indices.
func (m *marker) markSheet(s *bookSheet, problems []int) error {
	rows := map[int]bool{}
	for _, i := range problems {
		if p := m.problems[i]; p.Cell == "" && p.Row > 0 {
			rows[p.Row] = true
		}
	}
	content, err := m.open(s.part, maxSheet)
	if err != nil {
		return err
	}
	frame, err := readFrame(content, rows)
	_ = content.Close()
	if err != nil {
		return err
	}
	all, err := parse(frame.frame)
	if err != nil {
		return err
	}
	if _, err = all.root("worksheet"); err != nil {
		return err
	}
	notes := m.locate(frame, all, problems)
	if len(notes) == 0 {
		return nil
	}
	values, err := m.valuesOf(s.part, notes)
	if err != nil {
		return err
	}
	if err = m.needRed(); err != nil {
		return err
	}
	var e edits
	m.addConditions(frame.frame, all, &e, notes, values)
	if err = m.comment(s, frame.frame, all, &e, notes); err != nil {
		return err
	}
	m.change(s.part, frame.after, frame.content(e.apply(frame.frame)))
	return nil
}

// locate finds the cells of problems, and returns one note for each cell.
func (m *marker) locate(frame *sheetFrame, all elements, problems []int) []note {
	for _, i := range problems {
		if p := m.problems[i]; p.Cell != "" {
			if at, ok := parsePlace(p.Cell); ok {
				m.places[i] = at
			}
		} else if p.Row > 0 && p.Row <= maxRows {
			m.places[i] = place{column: frame.first[p.Row], row: p.Row}
		}
	}
	m.moveToMerged(frame.frame, all, problems)
	var notes []note
	index := map[place]int{}
	for _, i := range problems {
		at, text := m.places[i], m.problems[i].Text
		n, known := index[at]
		switch {
		case at.row == 0:
		case known:
			if len(notes[n].text) < maxNote && !slices.Contains(strings.Split(notes[n].text, "\n"), text) {
				notes[n].text += "\n" + text
			}
		case m.cells < maxCells:
			m.cells++
			index[at] = len(notes)
			notes = append(notes, note{at, text})
		}
	}
	return notes
}

// moveToMerged moves places within a merged range to its first cell, the one that is seen.
func (m *marker) moveToMerged(data []byte, all elements, problems []int) {
	byRow := slices.Clone(problems)
	slices.SortStableFunc(byRow, func(a, b int) int { return m.places[a].row - m.places[b].row })
	list, _ := all.child(0, "mergeCells")
	if list < 0 {
		return
	}
	moved := map[int]place{}
	for _, merge := range all.children(list, "mergeCell") {
		a, ok := parseArea(value(tagOf(data, merge), "ref"))
		if !ok {
			continue
		}
		from, _ := slices.BinarySearchFunc(byRow, a.first.row, func(i, row int) int { return m.places[i].row - row })
		for _, i := range byRow[from:] {
			if m.places[i].row > a.last.row {
				break
			}
			if a.holds(m.places[i]) {
				moved[i] = a.first
			}
		}
	}
	for i, at := range moved {
		m.places[i] = at
	}
}

// valuesOf reads what the cells of notes hold. Shared strings are resolved.
func (m *marker) valuesOf(one *part, notes []note) (map[place]cellValue, error) {
	wanted := map[place]bool{}
	for _, n := range notes {
		wanted[n.at] = true
	}
	content, err := m.open(one, maxSheet)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	values, err := readValues(content, wanted)
	if err != nil {
		return nil, err
	}
	shared := map[int]bool{}
	for _, v := range values {
		if v.kind == "s" {
			shared[number(strings.TrimSpace(v.text))] = true
		}
	}
	if len(shared) == 0 || m.sharedStrings == nil {
		return values, nil
	}
	table, err := m.open(m.sharedStrings, maxSheet)
	if err != nil {
		return nil, damaged(m.sharedStrings.name, err)
	}
	defer table.Close()
	texts, err := readSharedStrings(table, shared)
	if err != nil {
		return nil, damaged(m.sharedStrings.name, err)
	}
	for at, v := range values {
		if v.kind == "s" {
			v.text = texts[number(strings.TrimSpace(v.text))]
			v.isEmpty = v.text == ""
			values[at] = v
		}
	}
	return values, nil
}

// comment adds the comments of a sheet and their drawing.
func (m *marker) comment(s *bookSheet, frame []byte, all elements, e *edits, notes []note) error {
	related, err := m.relations(s.part.name)
	if err != nil {
		return err
	}
	var comments *part
	if r, ok := relationOf(related, "comments"); ok {
		comments = m.find(r.target)
	}
	if comments == nil {
		comments = m.add(m.free(m.pathFor("comments%d.xml")), emptyComments(m.sheetSpace))
		if err = m.relate(s.part, "comments", comments, commentsType); err != nil {
			return err
		}
	}
	var fresh []note
	err = m.edit(comments, func(data []byte, all elements, e *edits) (err error) {
		fresh, err = addComments(data, all, e, notes)
		return err
	})
	if err != nil || len(fresh) == 0 {
		return err
	}
	var drawing *part
	if _, legacy := all.child(0, "legacyDrawing"); legacy.name != "" {
		id := value(tagOf(frame, legacy), "id")
		for _, r := range related {
			if r.id == id {
				drawing = m.find(r.target)
			}
		}
		if drawing == nil {
			return errDamaged
		}
	} else {
		drawing = m.add(m.free(m.pathFor("drawings/vmlDrawing%d.vml")), emptyDrawing())
		if err = m.addContentType("", "vml", drawingType); err != nil {
			return err
		}
		id, err := m.addRelation(s.part.name, m.relationBase, "vmlDrawing", drawing.name)
		if err != nil {
			return err
		}
		e.insert(placeFor(all, "legacyDrawing"), `<`+all[0].qualified("legacyDrawing")+` xmlns:r="`+m.relationBase+`" r:id="`+id+`"/>`)
	}
	return m.edit(drawing, func(data []byte, all elements, e *edits) error { return addShapes(data, all, e, fresh) })
}

// relate adds a relation of a sheet to a new part.
func (m *marker) relate(from *part, kind string, to *part, contentType string) error {
	if err := m.addContentType(to.name, "", contentType); err != nil {
		return err
	}
	_, err := m.addRelation(from.name, m.relationBase, kind, to.name)
	return err
}
