package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/service"
)

// questionFlags are the flags of questions about one person and one position.
func questionFlags(flags *pflag.FlagSet) {
	flags.String("employee", "", "code of the employee")
	flags.String("position", "", "code of the position")
	flags.String("at", "", "ask as of this moment, such as 2026-11-20T08:00:00Z (default: now)")
	flags.StringSlice("assume-mastered", nil, "codes that count as mastered in this question")
	flags.Bool("json", false, "print the answer for programs")
}

func (a *app) gapCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gap --employee E --position P",
		Short: "Show what is missing between a person and a position",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.askQuestion(cmd.Context(), a.showGap) },
	}
	storeFlag(cmd)
	questionFlags(cmd.Flags())
	cmd.Flags().Bool("all", false, "show the requirements that are met too")
	return cmd
}

func (a *app) pathCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "path --employee E --position P",
		Short: "Show what to learn for a position, in which order",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.askQuestion(cmd.Context(), a.showPath) },
	}
	storeFlag(cmd)
	questionFlags(cmd.Flags())
	cmd.Flags().Int("budget-minutes", -1, "at most so many minutes (negative: no limit)")
	cmd.Flags().String("objective", "coverage", "what the steps within them are chosen for: coverage, or critical requirements first")
	cmd.Flags().StringSlice("exclude", nil, "codes that get no step, nor does what cannot be learned without them")
	cmd.Flags().String("locale", "", "preferred language of the resources, such as zh-CN")
	return cmd
}

// askQuestion checks what questions have in common and asks.
func (a *app) askQuestion(ctx context.Context, ask func(context.Context, *service.Service, *time.Time) error) error {
	if a.cfg.Employee == "" || a.cfg.Position == "" {
		return usageError{fmt.Errorf("give --employee and --position")}
	}
	var at *time.Time
	if a.cfg.At != "" {
		t, err := time.Parse(time.RFC3339, a.cfg.At)
		if err != nil {
			return usageError{fmt.Errorf("--at %q is not a time such as 2026-11-20T08:00:00Z", a.cfg.At)}
		}
		at = &t
	}
	return a.withService(ctx, a.cfg.Store, openExisting, func(s *service.Service) error {
		return ask(service.Begin(ctx, a.lang()), s, at)
	})
}

type gapAnswer struct {
	Revision      int          `json:"revision"`
	Employee      string       `json:"employee"`
	Position      string       `json:"position"`
	Coverage      float64      `json:"coverage"`
	Ready         bool         `json:"ready"`
	CriticalReady bool         `json:"criticalReady"`
	Gaps          []gapRow     `json:"gaps"`
	Foundations   []foundation `json:"foundations"`
}

// pointRow is the point of a row. Tables show it by the English name in English,
// where it has one.
type pointRow struct {
	Point       string `json:"knowledgePoint"`
	Name        string `json:"name"`
	displayName string
}

func (a *app) pointRow(k service.KnowledgePoint) pointRow {
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

type foundation struct {
	pointRow
	Required float64  `json:"required"`
	Mastery  *float64 `json:"mastery"`
}

func (a *app) gapRow(g service.RequirementGap) gapRow {
	return gapRow{
		a.pointRow(g.KnowledgePoint()), g.Required(), g.Mastery(), g.Current(),
		g.Weight(), g.Critical(), string(g.Status()),
	}
}

func (a *app) showGap(ctx context.Context, s *service.Service, at *time.Time) error {
	g, err := s.GapAnalysis(ctx, a.cfg.Employee, a.cfg.Position, at, a.cfg.AssumeMastered)
	if err != nil {
		return err
	}
	answer := gapAnswer{
		Revision: g.Revision(), Employee: g.Employee().Code(), Position: g.Position().Code(), Coverage: g.Coverage(),
		Ready: g.Ready(), CriticalReady: g.CriticalReady(), Gaps: []gapRow{}, Foundations: []foundation{},
	}
	gaps, err := g.Gaps(ctx, !a.cfg.All)
	if err != nil {
		return err
	}
	for _, r := range gaps {
		answer.Gaps = append(answer.Gaps, a.gapRow(r))
	}
	foundations, err := g.Foundations(ctx)
	if err != nil {
		return err
	}
	for _, f := range foundations {
		answer.Foundations = append(answer.Foundations, foundation{a.pointRow(f.KnowledgePoint()), f.Required(), f.Mastery()})
	}
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	a.println("%s → %s: coverage %s, ready: %s, critical ready: %s", "%s → %s：覆盖率 %s，达标：%s，关键项达标：%s",
		g.Employee().Name(), g.Position().NameIn(a.lang()), formatPercent(&answer.Coverage), yesNo(answer.Ready), yesNo(answer.CriticalReady))
	if len(answer.Gaps) > 0 {
		t := a.newTable("!", "point 知识点", "name 名称", "required 要求", "current 当前", "status 状态")
		for _, r := range answer.Gaps {
			t.addRow(criticalMark(r.Critical), r.Point, r.displayName, formatPercent(&r.Required), formatPercent(r.Current), a.localizedWord(r.Status))
		}
		t.print(a.out)
	}
	if len(answer.Foundations) > 0 {
		a.println("foundations, to be learned first though not required themselves:", "基础（岗位未直接要求，但须先学）：")
		t := a.newTable("point 知识点", "name 名称", "needed 需达到", "mastery 掌握度")
		for _, f := range answer.Foundations {
			t.addRow(f.Point, f.displayName, formatPercent(&f.Required), formatPercent(f.Mastery))
		}
		t.print(a.out)
	}
	return nil
}

type pathAnswer struct {
	Revision     int       `json:"revision"`
	Employee     string    `json:"employee"`
	Position     string    `json:"position"`
	TotalMinutes int       `json:"totalMinutes"`
	WithinBudget bool      `json:"withinBudget"`
	Steps        []stepRow `json:"steps"`
	Unreached    []gapRow  `json:"unreached"`
}

type stepRow struct {
	Order int    `json:"order"`
	Kind  string `json:"kind"`
	pointRow
	Minutes    int      `json:"minutes"`
	Cumulative int      `json:"cumulativeMinutes"`
	Target     float64  `json:"target"`
	Mastery    *float64 `json:"mastery"`
	Resource   *string  `json:"resource"`
	Title      *string  `json:"title"`
	WaitsFor   []string `json:"waitsFor"`
	Unlocks    int      `json:"unlocks"`
	Why        string   `json:"why"`
}

func (a *app) stepRow(ctx context.Context, s service.LearningStep) (stepRow, error) {
	reasons, err := s.Reasons(ctx)
	if err != nil {
		return stepRow{}, err
	}
	waitsFor, err := s.WaitsFor(ctx)
	row := stepRow{
		Order: s.Order(), Kind: string(s.Kind()), pointRow: a.pointRow(s.KnowledgePoint()), Minutes: s.Minutes(),
		Cumulative: s.CumulativeMinutes(), Target: s.Target(), Mastery: s.Mastery(), WaitsFor: []string{}, Unlocks: s.Unlocks(),
		Why: reasons[0].Message,
	}
	for _, w := range waitsFor {
		row.WaitsFor = append(row.WaitsFor, w.Code())
	}
	if r := s.Resource(); r != nil {
		row.Resource, row.Title = new(r.Code()), new(r.Title())
	}
	return row, err
}

func (a *app) showPath(ctx context.Context, s *service.Service, at *time.Time) error {
	options := &service.PathOptions{
		At: at, AssumeMastered: a.cfg.AssumeMastered, Exclude: a.cfg.Exclude,
		Objective: plan.Objective(strings.ToUpper(a.cfg.Objective)),
	}
	if a.cfg.Budget >= 0 {
		options.BudgetMinutes = &a.cfg.Budget
	}
	if a.cfg.Locale != "" {
		options.Locale = &a.cfg.Locale
	}
	p, err := s.LearningPath(ctx, a.cfg.Employee, a.cfg.Position, options)
	if err != nil {
		return err
	}
	steps, err := p.Steps(ctx, nil)
	if err != nil {
		return err
	}
	answer := pathAnswer{
		Revision: p.Revision(), Employee: p.Employee().Code(), Position: p.Position().Code(),
		TotalMinutes: p.TotalMinutes(), WithinBudget: p.WithinBudget(), Steps: []stepRow{}, Unreached: []gapRow{},
	}
	for _, st := range steps {
		row, err := a.stepRow(ctx, st)
		if err != nil {
			return err
		}
		answer.Steps = append(answer.Steps, row)
	}
	for _, r := range p.Unreached() {
		answer.Unreached = append(answer.Unreached, a.gapRow(r))
	}
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	a.println("%s → %s: %d steps, %d minutes", "%s → %s：%d 步，%d 分钟", p.Employee().Name(), p.Position().NameIn(a.lang()), len(steps), answer.TotalMinutes)
	if len(answer.Steps) > 0 {
		t := a.newTable("#", "kind 类型", "point 知识点", "name 名称", "min 分钟", "total 累计", "resource 资源", "why 理由")
		for _, st := range answer.Steps {
			title := ""
			if st.Title != nil {
				title = *st.Title
			}
			t.addRow(strconv.Itoa(st.Order), a.localizedWord(st.Kind), st.Point, st.displayName, strconv.Itoa(st.Minutes), strconv.Itoa(st.Cumulative), title, st.Why)
		}
		t.print(a.out)
	}
	switch {
	case len(answer.Unreached) == 0:
	case answer.WithinBudget:
		a.println("%d unmet requirements cannot be reached without what is excluded", "另有 %d 项未达要求因排除的内容而无法达成", len(answer.Unreached))
	case len(a.cfg.Exclude) > 0:
		a.println("%d unmet requirements do not fit the budget, or cannot be reached without what is excluded",
			"另有 %d 项未达要求超出预算，或因排除的内容而无法达成", len(answer.Unreached))
	default:
		a.println("%d unmet requirements do not fit the budget", "另有 %d 项未达要求超出预算", len(answer.Unreached))
	}
	return nil
}

// chineseWords are the words of an answer as the schema describes them.
var chineseWords = map[string]string{
	"MET": "达标", "DECAYED": "衰减", "BELOW": "未达", "UNASSESSED": "未评估",
	"LEARN": "学习", "REVIEW": "复习",
}

// localizedWord is a status or a kind of step as people read it.
func (a *app) localizedWord(value string) string {
	return fault.T(value, chineseWords[value]).In(a.lang())
}

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
	return competency.Percent(*x)
}

// newTable makes an empty table; a heading is "english 中文".
func (a *app) newTable(headings ...string) *table {
	t := &table{}
	for i, h := range headings {
		headings[i] = pickLanguage(h, a.lang() == fault.Chinese)
	}
	t.addRow(headings...)
	return t
}
