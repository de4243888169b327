package exchange

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
)

// The columns of a log of answers, by the names that public logs use.
var answerColumns = []struct {
	name       string
	obligatory bool
}{{"user_id", true}, {"item_id", true}, {"timestamp", false}, {"correct", true}, {"skill_id", true}}

const (
	answerUser = iota
	answerItem
	answerTime
	answerCorrect
	answerSkill
)

// ReadAnswers reads a log of answers, tab-separated or that compressed by gzip:
// a header, then a row for each answer. Columns are found by name; others are
// left out of account. A row is an answer or has at least one problem, so
// rows[i] is the row of answer i in the file. An error is returned only where
// the file cannot be read at all.
func ReadAnswers(path string) (answers []mastery.Answer, rows []int, problems []LocatedProblem, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, readError(path, err)
	}
	defer file.Close()
	data, err := inflated(file)
	if err != nil {
		return nil, nil, nil, readError(path, err)
	}
	name := filepath.Base(path)
	if len(data) > maxFileBytes {
		wrong := fault.T("the log is larger than %d MB: divide it", "日志超过 %d MB：请分成几份", maxFileBytes>>20)
		return nil, nil, []LocatedProblem{{Location: Location{File: name}, Code: fault.LimitExceeded, Text: wrong}}, nil
	}
	answers, rows, problems = parseAnswers(name, string(data))
	return answers, rows, problems, nil
}

// inflated reads a file that may be compressed, a little more than we take.
func inflated(file io.Reader) ([]byte, error) {
	limit := func(r io.Reader) io.Reader { return io.LimitReader(r, maxFileBytes+1) }
	data, err := io.ReadAll(limit(file))
	if err != nil || !bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		return data, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(limit(unpacked))
}

func parseAnswers(name, data string) (answers []mastery.Answer, rows []int, problems []LocatedProblem) {
	refuse := func(row, column int, text fault.Text) {
		spot := Location{File: name, Row: row, columnIndex: column}
		if column >= 0 {
			spot.Column = answerColumns[column].name
		}
		problems = append(problems, LocatedProblem{Location: spot, Code: fault.InvalidArgument, Text: text})
	}
	data, _ = decodeBOM(data)
	header, data, _ := strings.Cut(data, "\n")
	place, width := answerHeader(header, refuse)
	if place == nil {
		return nil, nil, problems
	}
	interned := map[string]string{} // ids come again and again; the file need not stay in memory for them
	intern := func(s string) string {
		known, ok := interned[s]
		if !ok {
			known = strings.Clone(s)
			interned[known] = known
		}
		return known
	}
	points := map[string][]string{}
	number := 1
	for line := range strings.Lines(data) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if competency.Trim(line) == "" {
			continue
		}
		if n := strings.Count(line, "\t") + 1; n != width {
			refuse(number, -1, fault.T("the row has %d cells and the header %d: separate the cells by tabs, as in the header",
				"该行有 %d 个单元格而表头有 %d 个：请与表头一样用制表符分隔", n, width))
			continue
		}
		before := len(problems)
		a := mastery.Answer{}
		for at, rest, more := 0, line, true; more; at++ {
			var cell string
			cell, rest, more = strings.Cut(rest, "\t")
			column := slices.Index(place, at)
			if column < 0 {
				continue
			}
			cell = unquoted(cell)
			switch column {
			case answerUser, answerItem:
				if cell == "" {
					refuse(number, column, fault.T("the cell is empty: give an id", "单元格为空：请填写编号"))
				} else if column == answerUser {
					a.Learner = intern(cell)
				} else {
					a.Item = intern(cell)
				}
			case answerTime:
				var ok bool
				if a.At, ok = answeredAt(cell); !ok {
					refuse(number, column, fault.T("%s is not a time: give a number, such as seconds, or one such as 2026-11-20T08:00:00Z",
						"%s 不是时间：请填写数字（如秒数）或如 2026-11-20T08:00:00Z 的时间", competency.Quote(cell)))
				}
			case answerCorrect:
				var ok bool
				if a.Correct, ok = answeredRight(cell); !ok {
					refuse(number, column, fault.T("%s is neither 1, right, nor 0, wrong",
						"%s 既不是 1（对）也不是 0（错）", competency.Quote(cell)))
				}
			case answerSkill:
				known, ok := points[cell]
				if !ok {
					known = skills(cell)
					points[strings.Clone(cell)] = known
				}
				a.Points = known
			}
		}
		if len(problems) == before {
			answers, rows = append(answers, a), append(rows, number)
		}
	}
	if len(answers) == 0 && len(problems) == 0 {
		refuse(0, -1, fault.T("the log has no answers", "日志中没有作答记录"))
	}
	return answers, rows, sortProblems(problems)
}

// answerHeader returns the place of each column among the cells, -1 for one that
// is absent, and the number of cells; no places where one is missing.
func answerHeader(header string, refuse func(row, column int, text fault.Text)) (place []int, width int) {
	place = slices.Repeat([]int{-1}, len(answerColumns))
	cells := strings.Split(strings.TrimRight(header, "\r"), "\t")
	sound := true
	for i, cell := range cells {
		for c, column := range answerColumns {
			if !strings.EqualFold(unquoted(cell), column.name) {
				continue
			}
			if place[c] >= 0 {
				refuse(1, c, fault.T("the column stands twice in the header: remove one of the two", "表头中此列重复：请删除其一"))
				sound = false
			}
			place[c] = i
		}
	}
	for c, column := range answerColumns {
		if place[c] < 0 && column.obligatory {
			refuse(1, c, fault.T("the column is missing: add it, separated by tabs", "缺少此列：请补上，以制表符分隔"))
			sound = false
		}
	}
	if !sound {
		return nil, 0
	}
	return place, len(cells)
}

// unquoted is what a cell says, without the quotes that some programs put around
// every text.
func unquoted(cell string) string {
	cell = competency.Trim(cell)
	if len(cell) >= 2 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		cell = competency.Trim(strings.ReplaceAll(cell[1:len(cell)-1], `""`, `"`))
	}
	return cell
}

// answeredRight reads 1 or 0, or the words that programs write for them.
func answeredRight(cell string) (right, ok bool) {
	if strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false") {
		return strings.EqualFold(cell, "true"), true
	}
	x, err := strconv.ParseFloat(cell, 64)
	return x == 1, err == nil && (x == 0 || x == 1)
}

// answeredAt reads a time in any unit; nothing is 0, as everywhere in logs that
// have no times.
func answeredAt(cell string) (float64, bool) {
	if cell == "" {
		return 0, true
	}
	if x, err := strconv.ParseFloat(cell, 64); err == nil {
		return x, math.Abs(x) <= 1e19 // nanoseconds of three centuries; more is no time, nor is NaN
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, cell); err == nil {
			return float64(t.UnixMilli()) / 1000, true
		}
	}
	return 0, false
}

// skills are the points of an answer: one id, or several as public logs join
// them (~~) or as our files do.
func skills(cell string) []string {
	parts := strings.FieldsFunc(strings.ReplaceAll(cell, "~~", ";"), func(r rune) bool { return r == ';' || r == '；' || r == '、' })
	var ids []string
	for _, part := range parts {
		if id := competency.Trim(part); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
	}
	return ids
}
