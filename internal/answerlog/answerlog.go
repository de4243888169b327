// Package answerlog reads logs of answers to questions, and keeps what they teach
// about the questions.
//
// A log is a table of values separated by tabs or commas that [Read] turns into answers for
// package predict. [WriteParameters] and [ReadParameters] keep the difficulty of
// items in a file. No file of this package is a catalog file.
package answerlog

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery/predict"
)

// columns are those of a log, with the names that public logs use for the like.
var columns = []struct {
	name     string
	required bool
	aliases  []string
}{
	{"user_id", true, []string{"studentid", "anonstudentid", "userid", "learnerid", "uuid", "uid", "student", "user", "learner"}},
	{"item_id", true, []string{"problemid", "questionid", "itemid", "upid", "contentid", "taskid", "exerciseid", "stepname", "problemname", "exercise", "problem", "question", "item"}},
	{"timestamp", false, nil},
	{"correct", true, []string{"iscorrect", "answeredcorrectly", "correctfirstattempt", "correctness", "useranswer", "outcome", "score"}},
	{"skill_id", true, []string{"skill", "skillname", "skills", "skillid", "kc", "kcdefault", "knowledgecomponent", "conceptid", "concept", "tags", "topicid", "topic", "ucid", "exercise", "problemtype"}},
}

const (
	columnUser = iota
	columnItem
	columnTime
	columnCorrect
	columnSkill
)

// Read reads a log of answers: a header, then a row of cells for each answer, separated
// by tabs, commas or semicolons as in the header. A fraction in correct counts as right
// from one half. The file may be compressed by gzip. Columns are found by name;
// others are ignored. A row is an answer or has at least one problem; rows[i] is
// the row of answer i in the file. An error is returned only where the file cannot
// be read at all. It costs O(bytes).
func Read(path string) (answers []predict.Answer, rows []int, problems []exchange.LocatedProblem, err error) {
	text, complete, err := exchange.ReadText(path)
	if err != nil {
		return nil, nil, nil, err
	}
	name := filepath.Base(path)
	if !complete {
		wrong := fault.T("the log is larger than %d MB: divide it", "日志超过 %d MB：请分成几份", exchange.MaxTextSize>>20)
		return nil, nil, []exchange.LocatedProblem{{Location: exchange.Location{File: name}, Code: fault.LimitExceeded, Text: wrong}}, nil
	}
	answers, rows, problems = parse(name, text)
	return answers, rows, problems, nil
}

func parse(name, text string) (answers []predict.Answer, rows []int, problems []exchange.LocatedProblem) {
	refuse := func(row, column int, wrong fault.Text) {
		spot := exchange.Location{File: name, Row: row}
		if column >= 0 {
			spot.Column = columns[column].name
		}
		problems = append(problems, exchange.LocatedProblem{Location: spot, Code: fault.InvalidArgument, Text: wrong})
	}
	header, text, _ := strings.Cut(text, "\n")
	separator := findSeparator(header)
	columnAt, width := parseHeader(header, separator, refuse)
	if columnAt == nil {
		return nil, nil, problems
	}
	ids := interner{}
	points := map[string][]string{}
	number := 1
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if competency.Trim(line) == "" {
			continue
		}
		if n := countCells(line, separator); n != width {
			refuse(number, -1, fault.T("the row has %d cells and the header %d: separate the cells as in the header",
				"该行有 %d 个单元格而表头有 %d 个：请与表头一样分隔", n, width))
			continue
		}
		before := len(problems)
		a := predict.Answer{}
		for i, rest, more := 0, line, true; more; i++ {
			var cell string
			cell, rest, more = cutCell(rest, separator)
			column := slices.Index(columnAt, i)
			if column < 0 {
				continue
			}
			cell = unquote(cell)
			switch column {
			case columnUser, columnItem:
				if cell == "" {
					refuse(number, column, fault.T("the cell is empty: give an id", "单元格为空：请填写编号"))
				} else if column == columnUser {
					a.Learner = ids.intern(cell)
				} else {
					a.Item = ids.intern(cell)
				}
			case columnTime:
				var ok bool
				if a.At, ok = parseTime(cell); !ok {
					refuse(number, column, fault.T("%s is not a time: give a number, such as seconds, or one such as 2026-11-20T08:00:00Z",
						"%s 不是时间：请填写数字（如秒数）或如 2026-11-20T08:00:00Z 的时间", competency.Quote(cell)))
				}
			case columnCorrect:
				var ok bool
				if a.Correct, ok = parseCorrect(cell); !ok {
					refuse(number, column, fault.T("%s is no result: give 1 for right and 0 for wrong; a share between them counts as right from 0.5",
						"%s 不是作答结果：1 为对，0 为错；介于两者之间时，不低于 0.5 算对", competency.Quote(cell)))
				}
			case columnSkill:
				parsed, ok := points[cell]
				if !ok {
					parsed = parsePoints(cell)
					points[strings.Clone(cell)] = parsed
				}
				a.Points = parsed
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

// parseHeader returns the place of each column among the cells, -1 for one that
// is absent, and the number of cells. It returns no places where the header has a
// problem.
func parseHeader(header string, separator byte, refuse func(row, column int, wrong fault.Text)) (columnAt []int, width int) {
	columnAt = slices.Repeat([]int{-1}, len(columns))
	cells := splitCells(strings.TrimRight(header, "\r"), separator)
	valid := true
	for i, cell := range cells {
		for c, column := range columns {
			if !strings.EqualFold(unquote(cell), column.name) {
				continue
			}
			if columnAt[c] >= 0 {
				refuse(1, c, fault.T("the column stands twice in the header: remove one of the two", "表头中此列重复：请删除其一"))
				valid = false
			}
			columnAt[c] = i
		}
	}
	for c, column := range columns {
		if columnAt[c] < 0 && column.required {
			refuse(1, c, fault.T("the column is missing: add it%s", "缺少此列：请补上%s", lookAlike(cells, columnAt, c)))
			valid = false
		}
	}
	if !valid {
		return nil, 0
	}
	return columnAt, len(cells)
}

// lookAlike ends a message with the column that another log would have for a missing one.
func lookAlike(cells []string, columnAt []int, column int) fault.Text {
	for _, alias := range columns[column].aliases {
		for i, cell := range cells {
			if name := unquote(cell); len(name) < 60 && !slices.Contains(columnAt, i) && bareName(name) == alias {
				if alias == "useranswer" { // EdNet
					return fault.T("; %s is what was answered: compare it with the right answers, and write 1 or 0", "；%s 是所作的回答：请与正确答案比较后写成 1 或 0", competency.Quote(name))
				}
				return fault.T("; %s looks like it: name that column %s", "；%s 看起来就是它：请将该列命名为 %s", competency.Quote(name), columns[column].name)
			}
		}
	}
	return fault.Text{}
}

// sortProblems sorts problems by row and column, and drops repetitions.
func sortProblems(problems []exchange.LocatedProblem) []exchange.LocatedProblem {
	place := func(p exchange.LocatedProblem) int {
		for c := range columns {
			if columns[c].name == p.Column {
				return c
			}
		}
		return -1
	}
	slices.SortStableFunc(problems, func(a, b exchange.LocatedProblem) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(place(a), place(b)))
	})
	return slices.CompactFunc(problems, func(a, b exchange.LocatedProblem) bool { return a.Location == b.Location && a.Text == b.Text })
}
