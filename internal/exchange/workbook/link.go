package workbook

import (
	"context"
	"slices"
)

// link is a hyperlink of a sheet: a relation, and a place behind its target.
type link struct {
	cells        Range
	id, location string
}

func (r *sheetReader) addLink() error {
	id := r.s.relation()
	if id == "" {
		return nil // to a place in the workbook
	}
	cells, ok := parseRange(r.s.attr("ref"))
	if !ok {
		return errSyntax
	}
	if len(r.links) == MaxLinks {
		return refuse("the sheet has more than %d hyperlinks: take those away that are not needed", "工作表的超链接超过 %d 个：请删除不需要的", MaxLinks)
	}
	r.links = append(r.links, link{cells: cells, id: id, location: string(r.s.attr("location"))})
	return nil
}

// resolveLinks gives the cells of a sheet the addresses of their links. A link of a whole
// range counts for each cell of it with content, up to MaxLinks in all.
func (b *Book) resolveLinks(ctx context.Context, part string, links []link, sheet *Sheet) error {
	if len(links) == 0 {
		return nil
	}
	relations, err := b.parts.relations(ctx, part)
	if err != nil {
		return err
	}
	sheet.Links = map[Ref]string{}
	visited := 0
	for _, l := range links {
		r := relations[l.id]
		if !r.external || r.target == "" || !isText([]byte(r.target)) || !isText([]byte(l.location)) {
			continue
		}
		address := r.target
		if l.location != "" {
			address += "#" + l.location
		}
		for _, cell := range sheet.within(l.cells, MaxLinks-visited) {
			sheet.Links[cell] = address
			visited++
		}
	}
	return nil
}

// within returns the first cells with content in a range, at most so many.
func (s *Sheet) within(cells Range, most int) (found []Ref) {
	i, _ := slices.BinarySearchFunc(s.Rows, cells.First.Row, func(row Row, number int) int { return row.Number - number })
	for _, row := range s.Rows[i:] {
		if row.Number > cells.Last.Row {
			return found
		}
		for _, cell := range row.Cells {
			if ref := (Ref{Column: cell.Column, Row: row.Number}); cells.Contains(ref) {
				if len(found) == most {
					return found
				}
				found = append(found, ref)
			}
		}
	}
	return found
}
