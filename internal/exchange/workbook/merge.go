package workbook

// addMerge keeps a merged range. One of a single cell is none.
func (r *sheetReader) addMerge() error {
	cells, ok := parseRange(r.s.attr("ref"))
	if !ok || cells.Last.Column >= MaxColumns || cells.Last.Row > MaxRows {
		return errSyntax
	}
	if cells.First == cells.Last {
		return nil
	}
	if len(r.sheet.Merges) == MaxMerges {
		return refuse("the sheet has more than %d merged ranges: take the merges away", "工作表的合并单元格超过 %d 处：请取消合并", MaxMerges)
	}
	r.sheet.Merges = append(r.sheet.Merges, cells)
	return nil
}
