package answerlog

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// interner keeps one copy of each id. Ids repeat, and without it each would keep
// the whole file in memory.
type interner map[string]string

func (in interner) intern(s string) string {
	known, ok := in[s]
	if !ok {
		known = strings.Clone(s)
		in[known] = known
	}
	return known
}

// unquote trims a cell and removes the quotes that some programs put around every
// text.
func unquote(cell string) string {
	cell = competency.Trim(cell)
	if len(cell) >= 2 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		cell = competency.Trim(strings.ReplaceAll(cell[1:len(cell)-1], `""`, `"`))
	}
	return cell
}

// separators are those that public logs have, the usual one first.
var separators = []byte{'\t', ',', ';'}

// findSeparator returns the separator that divides a header into most cells.
func findSeparator(header string) byte {
	best := separators[0]
	for _, s := range separators {
		if countCells(header, s) > countCells(header, best) {
			best = s
		}
	}
	return best
}

// cutCell returns the first cell of a line and the rest. Quotation marks around a cell
// protect a comma within; beside tabs, which texts do not hold, they mean nothing.
func cutCell(line string, separator byte) (cell, rest string, more bool) {
	if separator != '\t' && strings.HasPrefix(line, `"`) {
		for at := 1; at < len(line); at++ {
			end := strings.IndexByte(line[at:], '"')
			if end < 0 {
				break
			}
			if at += end + 1; at < len(line) && line[at] == '"' { // a doubled one
				continue
			}
			if at == len(line) {
				return line, "", false
			}
			if line[at] == separator {
				return line[:at], line[at+1:], true
			}
			break
		}
	}
	return strings.Cut(line, string(separator))
}

func countCells(line string, separator byte) int {
	if separator == '\t' {
		return strings.Count(line, "\t") + 1
	}
	n := 0
	for more := true; more; n++ {
		_, line, more = cutCell(line, separator)
	}
	return n
}

func splitCells(line string, separator byte) []string {
	var cells []string
	for more := true; more; {
		var cell string
		cell, line, more = cutCell(line, separator)
		cells = append(cells, cell)
	}
	return cells
}

// bareName returns the letters of a name, whatever their case and what joins words.
func bareName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// parseCorrect reads 1 or 0, true or false in any case, or a share, of which one half and
// more is right.
func parseCorrect(cell string) (right, ok bool) {
	if strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false") {
		return strings.EqualFold(cell, "true"), true
	}
	x, err := strconv.ParseFloat(cell, 64)
	return x >= 0.5, err == nil && x >= 0 && x <= 1
}

// parseTime reads a number in any unit, or a date. An empty cell is 0, as in logs
// without times.
func parseTime(cell string) (float64, bool) {
	if cell == "" {
		return 0, true
	}
	if x, err := strconv.ParseFloat(cell, 64); err == nil {
		return x, math.Abs(x) <= 1e19 // nanoseconds of three centuries; this excludes NaN
	}
	t, wrong := competency.ParseTime(cell, time.UTC)
	return float64(t.UnixMilli()) / 1000, wrong == fault.Text{}
}

// parsePoints reads one id, or several that are joined as in public logs (~~) or
// as in our files.
func parsePoints(cell string) []string {
	parts := strings.FieldsFunc(strings.ReplaceAll(cell, "~~", ";"), func(r rune) bool { return r == ';' || r == '；' || r == '、' })
	var ids []string
	for _, part := range parts {
		if id := competency.Trim(part); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
	}
	return ids
}
