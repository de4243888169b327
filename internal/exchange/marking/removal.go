package marking

import "strings"

// removeMarks removes marks element by element, and returns false where there are none.
// Somebody's edits since the marking stay. The differential style stays too, unused.
func (b *book) removeMarks() (bool, error) {
	found := false
	for i := len(b.sheets) - 1; i >= 0; i-- {
		s := b.sheets[i]
		if s.part == nil || !s.isTable {
			continue
		}
		ours, err := b.isOurs(s)
		if err == nil && ours {
			found = true
			err = b.removeSheet(i)
		} else if err == nil {
			var removed bool
			removed, err = b.cleanSheet(s)
			found = found || removed
		}
		if err != nil {
			return false, damaged(s.part.name, err)
		}
	}
	one := b.find(contentTypes)
	if one == nil || !found {
		return found, nil
	}
	return found, b.edit(one, func(data []byte, all elements, e *edits) error {
		for _, el := range all {
			if el.name == "Default" && strings.EqualFold(value(tagOf(data, el), "Extension"), privateExtension) {
				e.remove(el)
			}
		}
		return nil
	})
}

// isOurs says whether a sheet is the sheet of problems.
func (b *book) isOurs(s bookSheet) (bool, error) {
	if !strings.HasPrefix(s.name, sheetName) {
		return false, nil
	}
	m := marker{book: b}
	first := place{column: 0, row: 1}
	values, err := m.valuesOf(s.part, []note{{at: first}})
	return err == nil && IsProblemSheet(s.name, values[first].text), err
}

// cleanSheet removes our conditional formats and comments from a sheet.
func (b *book) cleanSheet(s bookSheet) (bool, error) {
	content, err := b.open(s.part, maxSheet)
	if err != nil {
		return false, err
	}
	frame, err := readFrame(content, nil)
	_ = content.Close()
	if err != nil {
		return false, err
	}
	all, err := parse(frame.frame)
	if err != nil {
		return false, err
	}
	var e edits
	removeConditions(frame.frame, all, &e)
	commented, err := b.cleanComments(s, frame.frame, all, &e)
	if err != nil {
		return false, err
	}
	if len(e) > 0 {
		b.change(s.part, frame.after, frame.content(e.apply(frame.frame)))
	}
	return len(e) > 0 || commented, nil
}

// cleanComments removes our comments from a sheet. A part that is left empty goes.
func (b *book) cleanComments(s bookSheet, frame []byte, sheet elements, sheetEdits *edits) (bool, error) {
	related, err := b.relations(s.part.name)
	if err != nil {
		return false, err
	}
	r, _ := relationOf(related, "comments")
	comments := b.find(r.target)
	if comments == nil {
		return false, nil
	}
	var removed map[place]bool
	left, changed := 0, false
	err = b.edit(comments, func(data []byte, all elements, e *edits) (err error) {
		removed, left, err = removeComments(data, all, e)
		changed = len(*e) > 0
		return err
	})
	if err != nil || len(removed) == 0 {
		return changed, err
	}
	if left == 0 {
		if err = b.removeRelated(s.part, comments); err != nil {
			return false, err
		}
	}
	i, legacy := sheet.child(0, "legacyDrawing")
	if i < 0 {
		return true, nil
	}
	id := value(tagOf(frame, legacy), "id")
	for _, r := range related {
		drawing := b.find(r.target)
		if r.id != id || drawing == nil {
			continue
		}
		shapes := 0
		err = b.edit(drawing, func(data []byte, all elements, e *edits) error {
			shapes = removeShapes(data, all, e, removed)
			return nil
		})
		if err == nil && shapes == 0 {
			sheetEdits.remove(legacy)
			err = b.removeRelated(s.part, drawing)
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// removeRelated removes a part that only a sheet relates to.
func (b *book) removeRelated(from, one *part) error {
	b.remove(one)
	if err := b.removeRelations(from.name, one.name); err != nil {
		return err
	}
	return b.removeContentType(one.name)
}
