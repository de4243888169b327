package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// evidenceRow is a piece of evidence as a row gives it. Its result is a score, of a
// maximum or not, or whether the answer was correct.
type evidenceRow struct {
	competency.Evidence
	score, max *float64
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
		textColumn("employee", "员工", func(r *evidenceRow) *string { return &r.Employee }).key().refersTo(competency.Employees),
		codeListColumn("knowledge_points", "知识点", func(r *evidenceRow) *[]string { return &r.KnowledgePoints }).key().refersTo(competency.KnowledgePoints),
		enumColumn("kind", "类型", competency.EvidenceKinds, func(r *evidenceRow) *competency.EvidenceKind { return &r.Kind }).key(),
		scoreColumn("score", "得分", func(r *evidenceRow) **float64 { return &r.score }),
		numberColumn("max", "满分", func(r *evidenceRow) **float64 { return &r.max }),
		boolColumn("correct", "正确", func(r *evidenceRow) **bool { return &r.correct }),
		timeColumn("at", "时间", func(r *evidenceRow) *time.Time { return &r.At }),
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
	for i, r := range rows {
		o := d.origins[competency.EvidenceRecords][i]
		report := func(field string, text fault.Text) {
			cell := cellRef{o.source, o.row, field}
			if !d.reported[cell] && !d.reported[cellRef{o.source, o.row, ""}] {
				d.reported[cell] = true
				d.Problems = append(d.Problems, LocatedProblem{Location: d.locationOf(cell), Code: fault.InvalidArgument, Text: text})
			}
		}
		if r.ID == "" && r.At.IsZero() {
			report("at", fault.T("evidence without an id needs a time, so that it is recognized when it is imported again: give one of the two",
				"没有编号的证据须有时间，再次导入时才能识别：请填写编号或时间"))
		}
		if r.ID == "" {
			r.ID = r.hash()
		}
		r.setResult(report)
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

// setResult finds the score in [0,1].
func (r *evidenceRow) setResult(report func(field string, text fault.Text)) {
	switch {
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
	points := slices.Clone(r.KnowledgePoints)
	for i := range points {
		points[i] = competency.NormalizeCode(points[i])
	}
	slices.Sort(points)
	var text strings.Builder
	add := func(field string, value any) { fmt.Fprintf(&text, "%s=%q\n", field, fmt.Sprint(value)) }
	add("employee", competency.NormalizeCode(r.Employee))
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
