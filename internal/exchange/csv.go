package exchange

import (
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Row is one row of a table: its number as a spreadsheet shows it, and its cells. In a
// table with places (see Table.place) the number is any that ascends.
type Row struct {
	Number int
	Cells  []string
}

func (r Row) isBlank() bool { return r.firstContent() < 0 }

// firstContent returns the index of the first cell with content, -1 for none.
func (r Row) firstContent() int {
	for i, c := range r.Cells {
		if competency.Trim(c) != "" {
			return i
		}
	}
	return -1
}

// separators are those that programs put between cells, the usual one first.
var separators = []byte{',', ';', '\t'}

// cutSeparatorLine removes a first line such as sep=; that tells a spreadsheet the
// separator, 0 where there is none. A spreadsheet does not count the line as a row.
func cutSeparatorLine(data string) (rest string, separator byte, problem fault.Text) {
	end := strings.IndexAny(data, "\r\n")
	if end < 0 {
		end = len(data)
	}
	line := strings.Trim(data[:end], `" `)
	if end > 100 || len(line) < len("sep=") || !strings.EqualFold(line[:len("sep=")], "sep=") {
		return data, 0, noProblem
	}
	if rest = data[end:]; strings.HasPrefix(rest, "\r\n") {
		rest = rest[2:]
	} else if rest != "" {
		rest = rest[1:]
	}
	for _, s := range separators {
		// A spreadsheet that saved the line as a row has put more separators behind it.
		if named := line[len("sep="):]; named != "" && named[0] == s && strings.Trim(named, `,;" `+"\t") == "" {
			return rest, s, noProblem
		}
	}
	if strings.Trim(line[len("sep="):], `"`) == "" { // a tab that was trimmed away, or nothing: the header tells
		return rest, 0, noProblem
	}
	return data, 0, fault.T("the line %s names a separator that is not read: use a comma, a semicolon or a tab",
		"%s 指定的分隔符不受支持：请使用逗号、分号或制表符", competency.Quote(line))
}

// findSeparator returns the separator with which one of the first rows is most like a
// header; where none is, the one that divides the first row into most cells.
func findSeparator(data string, names headingIndex) byte {
	best, bestNames, bestCells := separators[0], 1, 1
	for _, s := range separators {
		rows, _ := splitRows(data, s, maxHeaderRow)
		if len(rows) == 0 {
			continue
		}
		found, cells := 0, len(rows[0].Cells)
		for _, r := range rows {
			if found = max(found, names.count(r)); len(names.headings) == 0 { // a matrix, perhaps below a title
				cells = max(cells, len(r.Cells))
			}
		}
		if found > bestNames || bestNames == 1 && found <= 1 && cells > bestCells {
			best, bestNames, bestCells = s, max(found, 1), cells
		}
	}
	return best
}

// splitRows divides CSV (RFC 4180, any line ends, another separator) into rows, at most
// so many where most is not 0. It keeps blank rows, so that rows are numbered as in a
// spreadsheet. If a quotation mark has no partner, unpairedRow is its row, and only the
// rows before it are returned.
//
// It works on bytes before they are decoded: in UTF-8 and GB18030 no byte of a
// longer character looks like a separator, a quotation mark or a line end.
// encoding/csv does not fit: it skips blank rows, changes line ends within cells,
// and needs the whole file decoded first.
func splitRows(data string, separator byte, most int) (rows []Row, unpairedRow int) {
	width := 0
	delimiters := string(separator) + "\"\r\n"
	for number := 1; data != "" && (most == 0 || number <= most); number++ {
		row := Row{Number: number, Cells: make([]string, 0, width)}
		data = strings.TrimPrefix(data, utf8BOM) // files that were glued together bring their own
		for hasNext := true; hasNext; {
			var cell string
			var ok bool
			if cell, data, ok = nextCell(data, delimiters); !ok {
				return rows, number
			}
			row.Cells = append(row.Cells, cell)
			if hasNext = data != "" && data[0] == separator; hasNext {
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

// nextCell returns the first cell of data, and the rest, which is empty or starts with
// the delimiter of the cell. ok is false if a quotation mark has no partner.
func nextCell(data, delimiters string) (cell, rest string, ok bool) {
	if strings.HasPrefix(data, `="`) { // ="00123" is how programs keep leading zeros
		if _, rest, ok = quotedCell(data[1:], delimiters); ok {
			return data[:len(data)-len(rest)], rest, true
		}
		return "", "", false
	}
	if spaces := len(data) - len(strings.TrimLeft(data, " ")); spaces > 0 && strings.HasPrefix(data[spaces:], `"`) {
		data = data[spaces:]
	}
	if strings.HasPrefix(data, `"`) {
		return quotedCell(data, delimiters)
	}
	end := strings.IndexAny(data, delimiters)
	if end < 0 {
		return data, "", true
	}
	return data[:end], data[end:], data[end] != '"'
}

// quotedCell is nextCell for a cell in quotation marks.
func quotedCell(data, delimiters string) (cell, rest string, ok bool) {
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
		after = strings.TrimLeft(after, " ")
		return part, after, after == "" || after[0] != '"' && strings.IndexByte(delimiters, after[0]) >= 0
	}
}
