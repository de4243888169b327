package main

import (
	"context"
	"time"

	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

// questionFlags adds the flags of questions about one person and one position.
func questionFlags(flags *pflag.FlagSet) {
	flags.String("employee", "", "code of the employee")
	flags.String("position", "", "code of the position")
	flags.String("at", "", "answer as of this time, such as 2026-11-20 or 2026-11-20T08:00:00Z (default: now)")
	timeZoneFlag(flags)
	flags.StringSlice("assume-mastered", nil, "codes that count as mastered in this question")
	flags.Bool("json", false, "print the answer for programs")
}

// askQuestion checks the common flags of questions, and runs one on the store.
func (a *app) askQuestion(ctx context.Context, ask func(context.Context, *service.Service, *time.Time) error) error {
	if a.cfg.Employee == "" || a.cfg.Position == "" {
		return usageError{fault.New(fault.InvalidArgument, "give --employee and --position: find their codes with zhitu people and zhitu positions",
			"请填写 --employee 和 --position：可用 zhitu people 和 zhitu positions 查找编码")}
	}
	var at *time.Time
	if a.cfg.At != "" {
		zone, err := a.zone()
		if err != nil {
			return err
		}
		t, wrong := competency.ParseTime(a.cfg.At, zone)
		if wrong != (fault.Text{}) {
			return a.invalidSetting("at", "%s", "%s", wrong)
		}
		at = &t
	}
	return a.withService(ctx, a.cfg.Store, openExisting, func(s *service.Service) error {
		return a.askAndSuggest(ctx, s, func(ctx context.Context) error { return ask(ctx, s, at) })
	})
}

// pointRow identifies the point of a row. Tables in English show its English name, if
// it has one.
type pointRow struct {
	Point       string `json:"knowledgePoint"`
	Name        string `json:"name"`
	displayName string
}

func (a *app) pointRow(k catalog.KnowledgePoint) pointRow {
	return pointRow{k.Code(), k.Name(), k.NameIn(a.lang())}
}

type gapRow struct {
	pointRow
	Required float64  `json:"required"`
	Mastery  *float64 `json:"mastery"`
	Current  *float64 `json:"current"`
	Weight   float64  `json:"weight"`
	Critical bool     `json:"critical"`
	Status   string   `json:"status"`
}

func (a *app) gapRow(g analysis.RequirementGap) gapRow {
	return gapRow{
		a.pointRow(g.KnowledgePoint()), g.Required(), g.Mastery(), g.Current(),
		g.Weight(), g.Critical(), string(g.Status()),
	}
}

// chineseWords are the Chinese terms of the schema for values of an answer.
var chineseWords = map[string]string{
	"MET": "达标", "DECAYED": "衰减", "BELOW": "未达", "UNASSESSED": "未评估",
	"LEARN": "学习", "REVIEW": "复习",
	"READY": "就绪", "NEAR": "接近", "FAR": "较远", "LATER": "远期",
	"NONE": "无人", "SINGLE": "单点",
}

// localizedWord returns a status or kind of step in the language of messages.
func (a *app) localizedWord(value string) string {
	return fault.T(value, chineseWords[value]).In(a.lang())
}

func countRecords(n int) fault.Text { return fault.Count(n, "record", "records") }

func countPeople(n int) fault.Text { return fault.Count(n, "person", "people") }

func countEvidence(n int) fault.Text {
	return fault.Count(n, "piece of evidence", "pieces of evidence")
}

func countProblems(n int) fault.Text { return fault.Count(n, "problem", "problems") }

func yesNo(yes bool) fault.Text {
	if yes {
		return fault.T("yes", "是")
	}
	return fault.T("no", "否")
}

func criticalMark(critical bool) string {
	if critical {
		return "!"
	}
	return ""
}

func formatPercent(x *float64) string {
	if x == nil {
		return "–"
	}
	return competency.FormatPercent(*x)
}
