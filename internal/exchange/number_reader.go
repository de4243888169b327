package exchange

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// numberReader reads the cells of one column of levels, ratings or weights.
type numberReader struct {
	kind   numberKind
	scale  competency.Scale
	labels map[string]float64
	digits map[string]float64
	silent bool // the scale could not be read: that a label is unknown only follows from it
	extent extent
	// The first rows in which the column has a cell of a form; 0 for none. In a matrix they
	// are the numbers of its cells.
	zero, one, above, digit, number, percent, plain int

	sample string // the first digit of the scale
}

// extent is what is read together, in the words of messages.
type extent struct {
	whole, every fault.Text             // the column, in every row
	place        func(n int) fault.Text // row 3
}

var wholeColumn = extent{
	fault.T("the column", "此列"), fault.T("in every row", "整列"),
	func(row int) fault.Text { return fault.T("row %d", "第 %d 行", row) },
}

func newNumberReader(kind numberKind, scale competency.Scale, silent bool) *numberReader {
	r := &numberReader{kind: kind, scale: scale, labels: map[string]float64{}, digits: map[string]float64{}, silent: silent, extent: wholeColumn}
	if kind != asLevel && kind != asRating {
		return r
	}
	for _, l := range scale {
		isLevel := l.Level > 0 && l.Level <= 1 // else it has a problem of its own
		r.silent = r.silent || !isLevel
		for _, label := range []string{l.Label, l.LabelEN} {
			if label != "" && isLevel {
				r.labels[competency.FoldLabel(label)] = l.Level
			}
		}
		if l.Digit != nil && isLevel {
			r.digits[strconv.Itoa(*l.Digit)] = l.Level
		}
	}
	return r
}

// isDigits reports whether a cell is a bare whole number.
func isDigits(cell string) bool { return cell != "" && strings.Trim(cell, "0123456789") == "" }

// survey notes the form of a cell, before any is read.
func (r *numberReader) survey(cell string, row int) {
	note := func(first *int) {
		if *first == 0 {
			*first = row
		}
	}
	cell = competency.FoldLabel(cell)
	if _, isNumber := competency.ParseShare(cell); !isNumber {
		return
	}
	if strings.HasSuffix(cell, "%") {
		note(&r.percent)
	} else {
		note(&r.plain)
	}
	if digit := strings.TrimLeft(cell, "0"); r.digits[digit] > 0 && (r.kind == asLevel || digit != "1") {
		if note(&r.digit); r.sample == "" {
			r.sample = digit
		}
	}
	switch {
	case !isDigits(cell):
		note(&r.number)
	case strings.Trim(cell, "0") == "":
		note(&r.zero)
	case strings.TrimLeft(cell, "0") == "1":
		note(&r.one)
	default:
		note(&r.above)
	}
}

// mixture says what is wrong with the column as a whole, and where.
func (r *numberReader) mixture() (row int, problem fault.Text) {
	switch {
	case r.digit > 0 && r.number > 0:
		return max(r.digit, r.number), fault.T(
			"%s has bare digits (%s) and numbers (%s), but a spreadsheet writes 1.0 as 1: use labels or digits %[4]s, or a percent sign or decimal point %[4]s",
			"%s既有单独的数字（%s），又有小数或百分数（%s），而电子表格会把 1.0 写成 1：请%[4]s使用标签或单独的数字，或%[4]s带百分号或小数点",
			r.extent.whole, r.extent.place(r.digit), r.extent.place(r.number), r.extent.every)
	case r.kind == asRating && r.one > 0 && r.zero+r.above+r.number == 0:
		return r.one, fault.T(
			"the only digit in %s is 1, which may be 100%% or the first level of a scale: write 100%%, or a label such as %s",
			"%s唯一的数字是 1，可能是 100%%，也可能是等级 1：请写成 100%% 或等级名称（如 %s）", r.extent.whole, firstLabel(r.scale))
	case r.kind == asWeight && r.percent > 0 && r.plain > 0:
		return max(r.percent, r.plain), fault.T(
			"the column has percentages (%s) and numbers (%s): use one of the two in every row",
			"此列既有百分数（%s），又有普通数字（%s）：请整列使用同一种写法", r.extent.place(r.percent), r.extent.place(r.plain))
	}
	return 0, noProblem
}

// reading says how the bare numbers of the column are read where they might mean something
// else, and the row of the first one. Declared says that the files bring the scale, so that
// its digits are no guess.
func (r *numberReader) reading(declared bool) (row int, notice fault.Text) {
	switch {
	case r.digit > 0 && !declared:
		return r.digit, fault.T(
			"the bare numbers of %s are read as levels of the scale: %s is %s (%s); if they are shares, write 0.7 or 70%% %s; if they are of another scale, declare it in a file levels.csv",
			"%s单独的数字按等级序号读取：%s 即 %s（%s）；若为比例，请%s写成 0.7 或 70%% 的形式；若属于其他等级，请用文件 等级.csv 声明",
			r.extent.whole, r.sample, r.labelOf(r.digits[r.sample]), formatShare(r.digits[r.sample]), r.extent.every)
	case r.kind == asRating && r.one > 0 && r.above+r.number == 0:
		return r.one, fault.T(
			"%s has 0 and 1 alone, which are read as not mastered and wholly mastered: if 1 is a level of the scale, write its label, such as %s",
			"%s只有 0 和 1，按“未掌握”和“完全掌握”读取：若 1 是等级序号，请改写为等级名称，如 %s", r.extent.whole, firstLabel(r.scale))
	}
	return 0, noProblem
}

// labelOf returns the label of a level, in both languages where it has one in each.
func (r *numberReader) labelOf(level float64) fault.Text {
	for _, l := range r.scale {
		if l.Level == level {
			label := competency.Truncate(l.Label, competency.MaxQuoted)
			return fault.Text{EN: competency.Truncate(cmp.Or(l.LabelEN, label), competency.MaxQuoted), ZH: label}
		}
	}
	return fault.Text{}
}

// firstLabel is an example of a label.
func firstLabel(scale competency.Scale) string {
	for _, l := range scale {
		return l.Label
	}
	return "—"
}

// read reads a cell that is not empty. It returns nil where what is wrong has been said
// of the scale.
func (r *numberReader) read(cell string) (*float64, fault.Text) {
	folded := competency.FoldLabel(cell)
	if r.kind == asWeight {
		if x, ok := competency.ParseShare(strings.TrimSpace(strings.TrimSuffix(folded, "%"))); ok {
			return &x, noProblem // weights are relative: 30% is 30
		}
		return nil, fault.T("%s is not a weight: give a number such as 1 or 2.5, or a percentage in every row", "%s 不是权重：请填写如 1 或 2.5 的数，或整列使用百分数", competency.Quote(cell))
	}
	if level, ok := r.labels[folded]; ok {
		return &level, noProblem
	}
	if x, ok := competency.ParseShare(folded); ok && (!isDigits(folded) || !r.readsDigits()) {
		return &x, noProblem
	}
	digit := strings.TrimLeft(folded, "0")
	if level, ok := r.digits[digit]; ok && isDigits(folded) {
		return &level, noProblem
	}
	if r.kind == asRating && isDigits(folded) && digit == "" {
		return new(0.0), noProblem // not mastered at all
	}
	if r.silent {
		return nil, noProblem
	}
	return nil, r.explain(cell, folded)
}

// readsDigits reports whether a bare digit is one of the scale.
func (r *numberReader) readsDigits() bool {
	return r.kind == asLevel || r.kind == asRating && r.above > 0
}

// explain says what a cell should be that is no level.
func (r *numberReader) explain(cell, folded string) fault.Text {
	if r.isRange(folded) {
		return fault.T("%s is a range: give the one level that is meant", "%s 是一个范围：请只填写一个等级", competency.Quote(cell))
	}
	what := fault.T("a level", "等级")
	if r.kind == asRating {
		what = fault.T("a mastery", "掌握度")
	}
	var labels []string
	for _, l := range r.scale {
		labels = append(labels, l.Label)
		if l.LabelEN != "" {
			labels = append(labels, l.LabelEN)
		}
	}
	return fault.T(
		"%s is not %s: give a label of the scale (%s)%s, or a number such as 0.7 or 70%%; a file levels.csv with the columns label and level declares other labels%s",
		"%s 不是%s：请填写等级名称（%s）%s，或带小数点、百分号的数（如 0.7、70%%）；其他名称可用文件 等级.csv 声明（列：名称、数值）%s",
		competency.Quote(cell), what, listLabels(r.scale), r.listDigits(), suggest(cell, labels))
}

// isRange reports whether a cell gives two levels, such as 3-4 or 了解~掌握.
func (r *numberReader) isRange(folded string) bool {
	for _, sign := range []string{"-", "–", "—", "~", "〜", "至", "到"} {
		from, to, found := strings.Cut(folded, sign)
		if from, to = competency.Trim(from), competency.Trim(to); !found {
			continue
		}
		_, label := r.labels[from]
		_, label2 := r.labels[to]
		_, number := competency.ParseShare(from)
		_, number2 := competency.ParseShare(to)
		if label && label2 || number && number2 {
			return true
		}
	}
	return false
}

// listLabels lists the labels of a scale for a message, not too many of them.
func listLabels(scale competency.Scale) string {
	const most, length = 7, 20
	var names []string
	for _, l := range scale[:min(most, len(scale))] {
		name := competency.Truncate(l.Label, length)
		if l.LabelEN != "" {
			name += " " + competency.Truncate(l.LabelEN, length)
		}
		names = append(names, name)
	}
	if len(scale) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// listDigits names the lowest and highest digit of the scale, if it has any.
func (r *numberReader) listDigits() fault.Text {
	var digits []int
	for _, l := range r.scale {
		if l.Digit != nil {
			digits = append(digits, *l.Digit)
		}
	}
	if len(digits) == 0 {
		return noProblem
	}
	return fault.T(", a digit from %d to %d", "、序号 %d 至 %d", slices.Min(digits), slices.Max(digits))
}
