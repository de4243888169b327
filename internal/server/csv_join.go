package server

import (
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// findPage returns the rows that a form names in an answer. Those of several lists follow each
// other. With a key they are joined (a full outer join): a row is then a list of the first part
// that is there, and the part of each list, null where it has none. Lists that are joined have
// no further pages.
func (f csvForm) findPage(data any) (csvPage, error) {
	paths := strings.Split(f.rows, ",")
	if len(paths) == 1 {
		return findRows(data, f.rows)
	}
	var all csvPage
	places := map[string]int{} // of rows, by key
	for i, path := range paths {
		page, err := findRows(data, path)
		if err == nil && page.next != "" {
			err = fault.New(fault.InvalidArgument, "a list that has pages is downloaded alone: %s", "分页的列表只能单独下载：%s", competency.Quote(path))
		}
		if err != nil {
			return csvPage{}, err
		}
		if f.key == "" {
			all.rows = append(all.rows, page.rows...)
			continue
		}
		for _, part := range page.rows {
			key := csvColumn{Path: f.key}.cell(part)
			place, known := places[key]
			if !known {
				place, places[key] = len(all.rows), len(all.rows)
				row := make([]any, 1+len(paths))
				row[0] = part
				all.rows = append(all.rows, row)
			}
			row := all.rows[place].([]any)
			if row[1+i] != nil {
				return csvPage{}, fault.New(fault.InvalidArgument, "key does not tell the rows of %s apart", "key 不能区分 %s 的各行", competency.Quote(path))
			}
			row[1+i] = part
		}
	}
	return all, nil
}
