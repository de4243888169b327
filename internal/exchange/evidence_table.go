package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// evidenceRow is a piece of evidence as a row gives it. Its result is a score, of a
// maximum or not, or whether the answer was correct.
type evidenceRow struct {
	competency.Evidence
	score, max *float64
	percent    *float64 // the score where it has a percent sign, so that it is of the maximum
	label      string   // the score as a word, which the scale may know
	correct    *bool
	attempts   *int
	seconds    *float64
	retracted  *bool
	filled     []string
}

// filledFields are the names of what was filled in.
var filledFields = []struct {
	name  string
	field competency.FilledFields
}{{"at", competency.FilledAt}, {"source", competency.FilledSource}}

// evidence is the table of observed results. Its records are no part of a change set:
// see Document.Evidence.
var evidence = table[evidenceRow]{
	competency.EvidenceRecords, "证据", func(r *records) *[]evidenceRow { return &r.evidence },
	[]column[evidenceRow]{
		textColumn("id", "编号", func(r *evidenceRow) *string { return &r.ID }),
		textColumn("employee", "员工", func(r *evidenceRow) *string { return &r.Employee }).key().refersTo(competency.Employees).hintedBy("工号", "姓名", "学号", "人员", "学员", "username", "user id", "employee id", "learner"),
		codeListColumn("knowledge_points", "知识点", func(r *evidenceRow) *[]string { return &r.KnowledgePoints }).key().refersTo(competency.KnowledgePoints).hintedBy("课程", "科目", "考试科目", "技能", "course", "subject", "skill"),
		evidenceKindColumn("kind", "类型").key(),
		resultColumn("score", "得分").hintedBy("成绩", "分数", "总分", "评分", "考试成绩", "grade", "mark", "points"),
		maximumColumn("max", "满分").hintedBy("总分值", "满分值", "maximum", "out of", "max score"),
		correctColumn("correct", "正确").hintedBy("是否正确", "是否通过", "是否合格", "passed", "success"),
		timeColumn("at", "时间", func(r *evidenceRow) *time.Time { return &r.At }).hintedBy("日期", "考试时间", "考试日期", "完成时间", "完成日期", "评定日期", "发证日期", "取证日期", "date", "time", "completed on", "issued on"),
		textColumn("source", "来源", func(r *evidenceRow) *string { return &r.Source }),
		textColumn("item", "题目", func(r *evidenceRow) *string { return &r.Item }),
		integerColumn("attempts", "次数", func(r *evidenceRow) **int { return &r.attempts }),
		numberColumn("duration_seconds", "用时", func(r *evidenceRow) **float64 { return &r.seconds }),
		scoreColumn("difficulty", "难度", func(r *evidenceRow) **float64 { return &r.Difficulty }),
		boolColumn("retracted", "撤回", func(r *evidenceRow) **bool { return &r.retracted }),
		// What follows is for exports: so that the same evidence is still known when it comes again.
		listColumn("filled", "补填", func(r *evidenceRow) *[]string { return &r.filled }).internal(),
		textColumn("statement_hash", "语句校验", func(r *evidenceRow) *string { return &r.StatementHash }).internal(),
		textColumn("recorded_by", "记录账号", func(r *evidenceRow) *string { return &r.RecordedBy }).internal(),
	},
}

// Words that people have for the kinds of evidence, beside the two names of each.
var evidenceKindWords = map[competency.EvidenceKind]string{
	competency.Exam:             "考核 测试 测验 笔试 机考 理论考试 实操考试",
	competency.PracticeAnswer:   "练习题 练习答题 PRACTICE_ANSWER",
	competency.CourseCompletion: "完成课程 课程结业 结业 完课 COURSE_COMPLETED",
	competency.SupervisorRating: "评定 上级评定 上级评分 主管评价 主管评定 主管评分 领导评价",
	competency.PeerRating:       "同事评分 同事互评 互评 同行评价",
	competency.Defence:          "论文答辩 现场答辩 DEFENSE",
	competency.Certificate:      "资格证 资格证书 证照 持证 取证 CERTIFICATION",
	competency.SelfAssessment:   "自我评价 自我评估 自我评定 SELF_RATING",
}

// evidenceKindColumn reads the kinds by all their words, in any case and width, whatever
// stands between the parts of an English one.
func evidenceKindColumn(en, zh string) column[evidenceRow] {
	words := map[string]competency.EvidenceKind{}
	for _, kind := range competency.EvidenceKinds {
		words[headingKey(string(kind.Value))] = kind.Value
		for word := range strings.FieldsSeq(evidenceKindWords[kind.Value]) {
			words[headingKey(word)] = kind.Value
		}
	}
	c := enumColumn(en, zh, competency.EvidenceKinds, func(r *evidenceRow) *competency.EvidenceKind { return &r.Kind })
	parse := c.parse
	c.parse = func(r *evidenceRow, cell string) fault.Text {
		if len(cell) <= maxHeading {
			if kind, known := words[headingKey(cell)]; known {
				r.Kind = kind
				return noProblem
			}
		}
		return parse(r, cell)
	}
	return c
}

// resultColumn is a score: a number, with 分 behind it or not, a percentage, or a word, which
// may be a label of the scale.
func resultColumn(en, zh string) column[evidenceRow] {
	c := scoreColumn(en, zh, func(r *evidenceRow) **float64 { return &r.score })
	c.parse = func(r *evidenceRow, cell string) fault.Text {
		number := cutMarks(cell)
		x, ok := competency.ParseShare(number)
		if !ok {
			r.label = cell
			return noProblem
		}
		r.score = &x
		if percent, has := strings.CutSuffix(number, "%"); has {
			if x, ok := competency.ParseShare(competency.Trim(percent)); ok {
				r.percent = &x
			}
		}
		return noProblem
	}
	return c
}

// cutMarks removes the unit 分 behind a number.
func cutMarks(cell string) string {
	return competency.Trim(strings.TrimSuffix(toHalfWidth(cell), "分"))
}

func maximumColumn(en, zh string) column[evidenceRow] {
	c := numberColumn(en, zh, func(r *evidenceRow) **float64 { return &r.max })
	parse := c.parse
	c.parse = func(r *evidenceRow, cell string) fault.Text {
		if number := cutMarks(cell); number != "" {
			cell = number
		}
		return parse(r, cell)
	}
	return c
}

// correctColumn is yes or no, in the words of results too.
func correctColumn(en, zh string) column[evidenceRow] {
	c := boolColumn(en, zh, func(r *evidenceRow) **bool { return &r.correct })
	words := map[string]bool{}
	for _, word := range strings.Fields("对 正确 √ ✓ ✔ 通过 合格 pass passed correct right") {
		words[word] = true
	}
	for _, word := range strings.Fields("错 错误 不正确 × ✗ ✘ 未通过 不通过 不合格 fail failed incorrect wrong") {
		words[word] = false
	}
	parse := c.parse
	c.parse = func(r *evidenceRow, cell string) fault.Text {
		if b, known := words[strings.ToLower(toHalfWidth(cell))]; known {
			r.correct = &b
			return noProblem
		}
		return parse(r, cell)
	}
	return c
}

// scoreColumn is a number or a percentage.
func scoreColumn[R any](en, zh string, field func(*R) **float64) column[R] {
	c := numberColumn(en, zh, field)
	c.parse = func(r *R, cell string) fault.Text {
		x, ok := competency.ParseShare(toHalfWidth(cell))
		if !ok {
			return fault.T("%s is not a number: give one such as 0.85, or 85%%", "%s 不是数：请填写如 0.85 或 85%% 的数", competency.Quote(cell))
		}
		*field(r) = &x
		return noProblem
	}
	return c
}

// evidenceRowOf returns the row that reads back as the same evidence.
func evidenceRowOf(e competency.Evidence) evidenceRow {
	r := evidenceRow{Evidence: e, score: &e.Score}
	if e.Attempts != 0 {
		r.attempts = &e.Attempts
	}
	if e.Duration != 0 {
		r.seconds = new(e.Duration.Seconds())
	}
	if e.Retracted {
		r.retracted = &e.Retracted
	}
	for _, f := range filledFields {
		if e.Filled&f.field != 0 {
			r.filled = append(r.filled, f.name)
		}
	}
	return r
}

// decodeEvidence makes evidence of the rows, with a problem for each that does not say
// how it went, or cannot be told from others.
func (d *Document) decodeEvidence(rows []evidenceRow) {
	reader := newNumberReader(asRating, d.scale(), d.incomplete[competency.Levels])
	for i, r := range rows {
		o := d.origins[competency.EvidenceRecords][i]
		report := func(field string, text fault.Text) {
			cell := cellRef{o.source, o.row, field}
			if !d.reported[cell] && !d.reported[cellRef{o.source, o.row, ""}] {
				d.reported[cell] = true
				d.Problems = append(d.Problems, LocatedProblem{Location: d.locationOf(cell), Code: fault.InvalidArgument, Text: text})
			}
		}
		isRated := r.readLabel(reader, report)
		if r.ID == "" && r.At.IsZero() {
			report("at", fault.T("evidence without an id needs a time, so that it is recognized when it is imported again: give one of the two",
				"没有编号的证据须有时间，再次导入时才能识别：请填写编号或时间"))
		}
		if r.ID == "" {
			r.ID = r.hash()
		}
		if isRated {
			r.setResult(report)
		}
		r.setDuration()
		if r.attempts != nil {
			r.Attempts = *r.attempts
		}
		r.Retracted = r.retracted != nil && *r.retracted
		for _, f := range filledFields {
			if slices.Contains(r.filled, f.name) {
				r.Filled |= f.field
			}
		}
		d.Evidence = append(d.Evidence, r.Evidence)
	}
	competency.NormalizeEvidence(d.Evidence)
}

// readLabel reads a score that is a label of the scale, and a percentage of a maximum. It is
// false where the score can be neither.
func (r *evidenceRow) readLabel(scale *numberReader, report func(field string, text fault.Text)) bool {
	if r.percent != nil && r.max != nil {
		r.score = new(*r.percent * *r.max / 100)
	}
	if r.label == "" {
		return true
	}
	if level, known := scale.labels[competency.FoldLabel(r.label)]; known && r.max == nil {
		r.score = &level
		return true
	} else if !known && scale.silent {
		return false
	}
	report("score", fault.T("%s is not a score: give a number such as 0.85 or 85%%, a number with its maximum, or a label of the scale (%s)",
		"%s 不是得分：请填写如 0.85 或 85%% 的数、数与满分，或等级名称（%s）", competency.Quote(r.label), listLabels(scale.scale)))
	return false
}

// Kinds of evidence that say that something was reached by being there, without a score.
func needsNoScore(kind competency.EvidenceKind) bool {
	return kind == competency.Certificate || kind == competency.CourseCompletion
}

// setResult finds the score in [0,1].
func (r *evidenceRow) setResult(report func(field string, text fault.Text)) {
	switch {
	case r.score == nil && r.correct == nil && r.max == nil && needsNoScore(r.Kind):
		r.Score = 1
	case (r.score == nil) == (r.correct == nil):
		report("score", fault.T("give either a score or correct", "得分与正确须填写其中一个"))
	case r.correct != nil && r.max != nil:
		report("max", fault.T("a maximum belongs to a score: empty this cell, or give the score instead of correct", "满分须与得分一起填写：请清空此格，或改填得分"))
	case r.correct != nil:
		r.Score = 0
		if *r.correct {
			r.Score = 1
		}
	case r.max == nil && (*r.score < 0 || *r.score > 1):
		report("score", fault.T("score %v is not between 0 and 1: give the maximum in the column max, or a number such as 0.85 or 85%%",
			"得分 %v 不在 0 与 1 之间：请在“满分”列填写满分，或填写如 0.85 或 85%% 的数", *r.score))
	case r.max == nil:
		r.Score = *r.score
	case *r.max <= 0:
		report("max", fault.T("the maximum %v is not above 0", "满分 %v 不大于 0", *r.max))
	case *r.score < 0 || *r.score > *r.max:
		report("score", fault.T("score %v is not between 0 and the maximum of %v", "得分 %v 不在 0 与满分 %v 之间", *r.score, *r.max))
	default:
		r.Score = *r.score / *r.max
	}
}

// setDuration turns seconds into the precision of stores. What is longer than any
// duration may be is left to the check of its range.
func (r *evidenceRow) setDuration() {
	if r.seconds != nil {
		limit := 2 * competency.MaxDuration.Seconds()
		r.Duration = time.Duration(math.Round(max(-limit, min(limit, *r.seconds))*1e6)) * time.Microsecond
	}
}

// hash is the id of evidence that has none: of all its given fields but whether it is
// taken back, so that a row that is marked later takes back what it brought before.
func (r evidenceRow) hash() string {
	var points []string
	for _, point := range r.KnowledgePoints {
		for part := range strings.SplitSeq(point, "，") { // as a list in a cell may be divided
			if part = codeOf(part); part != "" {
				points = append(points, part)
			}
		}
	}
	slices.Sort(points)
	var text strings.Builder
	add := func(field string, value any) { fmt.Fprintf(&text, "%s=%q\n", field, fmt.Sprint(value)) }
	add("employee", codeOf(r.Employee))
	add("knowledge_points", strings.Join(slices.Compact(points), ";"))
	add("kind", r.Kind)
	for _, given := range []struct {
		field string
		value *float64
	}{{"score", r.score}, {"max", r.max}, {"duration_seconds", r.seconds}, {"difficulty", r.Difficulty}} {
		if given.value != nil {
			add(given.field, *given.value)
		}
	}
	if r.correct != nil {
		add("correct", *r.correct)
	}
	if r.attempts != nil {
		add("attempts", *r.attempts)
	}
	add("at", r.At.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
	if r.Source != "" {
		add("source", r.Source)
	}
	if r.Item != "" {
		add("item", competency.NormalizeCode(r.Item))
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:16])
}

// codeOf returns the code of a reference, which may have the name of its record behind it: no
// code has white space.
func codeOf(reference string) string {
	reference = competency.Trim(reference)
	if at := strings.IndexFunc(reference, unicode.IsSpace); at >= 0 {
		reference = reference[:at]
	}
	return competency.NormalizeCode(reference)
}
