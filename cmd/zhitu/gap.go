package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/service"
)

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

type foundation struct {
	pointRow
	Required float64  `json:"required"`
	Mastery  *float64 `json:"mastery"`
}

func (a *app) showGap(ctx context.Context, s *service.Service, at *time.Time) error {
	g, err := s.Analysis.GapAnalysis(ctx, a.cfg.Employee, a.cfg.Position, at, a.cfg.AssumeMastered)
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
