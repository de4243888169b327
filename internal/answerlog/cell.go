package answerlog

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
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

// parseCorrect reads 1 or 0, or true or false in any case.
func parseCorrect(cell string) (right, ok bool) {
	if strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false") {
		return strings.EqualFold(cell, "true"), true
	}
	x, err := strconv.ParseFloat(cell, 64)
	return x == 1, err == nil && (x == 0 || x == 1)
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
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, cell); err == nil {
			return float64(t.UnixMilli()) / 1000, true
		}
	}
	return 0, false
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
