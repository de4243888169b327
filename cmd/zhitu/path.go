package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) pathCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "path --employee E --position P",
		Short: "Show what to learn for a position, in which order",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.askQuestion(cmd.Context(), a.showPath) },
	}
	storeFlag(cmd)
	questionFlags(cmd.Flags())
	cmd.Flags().Int("budget-minutes", -1, "limit of the total minutes (negative: none)")
	cmd.Flags().String("objective", "coverage", "what to use the budget for: coverage, or critical (critical requirements first)")
	cmd.Flags().StringSlice("exclude", nil, "codes to leave out, with everything that cannot be learned without them")
	cmd.Flags().String("locale", "", "preferred language of the resources, such as zh-CN")
	return cmd
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

func (a *app) stepRow(ctx context.Context, s analysis.LearningStep) (stepRow, error) {
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
	options := &analysis.PathOptions{
		At: at, AssumeMastered: a.cfg.AssumeMastered, Exclude: a.cfg.Exclude,
		Objective: plan.Objective(strings.ToUpper(a.cfg.Objective)),
	}
	if a.cfg.Budget >= 0 {
		options.BudgetMinutes = &a.cfg.Budget
	}
	if a.cfg.Locale != "" {
		options.Locale = &a.cfg.Locale
	}
	p, err := s.Analysis.LearningPath(ctx, a.cfg.Employee, a.cfg.Position, options)
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
	a.println("%s → %s: %s, %s", "%s → %s：%s 步，%s 分钟", p.Employee().Name(), p.Position().NameIn(a.lang()), fault.Count(len(steps), "step", "steps"), fault.Count(answer.TotalMinutes, "minute", "minutes"))
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
	left := fault.Count(len(answer.Unreached), "unmet requirement", "unmet requirements")
	switch {
	case len(answer.Unreached) == 0:
	case answer.WithinBudget:
		a.println("out of reach without what is excluded: %s", "另有 %s 项未达要求因排除的内容而无法达成", left)
	case len(a.cfg.Exclude) > 0:
		a.println("beyond the budget, or out of reach without what is excluded: %s", "另有 %s 项未达要求超出预算，或因排除的内容而无法达成", left)
	default:
		a.println("beyond the budget: %s", "另有 %s 项未达要求超出预算", left)
	}
	return nil
}
