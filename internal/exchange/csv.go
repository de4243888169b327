package exchange

import (
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// Row is one row of a table: its number as a spreadsheet shows it, and its cells.
type Row struct {
	Number int
	Cells  []string
}

func (r Row) isBlank() bool {
	for _, c := range r.Cells {
		if competency.Trim(c) != "" {
			return false
		}
	}
	return true
}

// splitRows divides CSV (RFC 4180, any line ends) into rows. It keeps blank rows,
// so that rows are numbered as in a spreadsheet. If a quotation mark has no
// partner, unpairedRow is its row, and only the rows before it are returned.
//
// It works on bytes before they are decoded: in UTF-8 and GB18030 no byte of a
// longer character looks like a comma, a quotation mark or a line end.
// encoding/csv does not fit: it skips blank rows, changes line ends within cells,
// and needs the whole file decoded first.
func splitRows(data string) (rows []Row, unpairedRow int) {
	width := 0
	for number := 1; data != ""; number++ {
		row := Row{Number: number, Cells: make([]string, 0, width)}
		for hasNext := true; hasNext; {
			var cell string
			var ok bool
			if cell, data, ok = nextCell(data); !ok {
				return rows, number
			}
			row.Cells = append(row.Cells, cell)
			hasNext = strings.HasPrefix(data, ",")
			if hasNext {
				data = data[1:]
			}
		}
		if rest, ok := strings.CutPrefix(data, "\r\n"); ok {
			data = rest
		} else if data != "" {
			data = data[1:] // a lone \n or \r
		}
		rows = append(rows, row)
		width = len(row.Cells)
	}
	return rows, 0
}

// nextCell returns the first cell of data, and the rest, which is empty or
// starts with the delimiter of the cell. ok is false if a quotation mark has no
// partner.
func nextCell(data string) (cell, rest string, ok bool) {
	if !strings.HasPrefix(data, `"`) {
		end := strings.IndexAny(data, ",\"\r\n")
		if end < 0 {
			return data, "", true
		}
		return data[:end], data[end:], data[end] != '"'
	}
	data = data[1:]
	// Most quoted cells contain no quotation mark and need no copy.
	var inner strings.Builder
	for {
		end := strings.IndexByte(data, '"')
		if end < 0 {
			return "", "", false
		}
		part, after := data[:end], data[end+1:]
		if strings.HasPrefix(after, `"`) {
			inner.WriteString(data[:end+1])
			data = after[1:]
			continue
		}
		if inner.Len() > 0 {
			inner.WriteString(part)
			part = inner.String()
		}
		return part, after, after == "" || strings.IndexByte(",\r\n", after[0]) >= 0
	}
}
