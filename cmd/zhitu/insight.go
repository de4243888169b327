package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) insightCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "insight",
		Short: "Show where people fail, and which prerequisites their evidence contradicts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.cfg.First < 0 || a.cfg.First > page.MaxSize {
				return a.invalidSetting("first", "give a number from 0 to %d", "请填写 0 到 %d 的整数", page.MaxSize)
			}
			if a.cfg.MinPeople < 1 {
				return a.invalidSetting("min-people", "give a number of at least 1", "请填写不小于 1 的整数")
			}
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				return a.askAndSuggest(cmd.Context(), s, func(ctx context.Context) error { return a.showInsight(ctx, s) })
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().String("position", "", "only points that this position requires or builds on")
	cmd.Flags().String("competency", "", "only points in this competency")
	cmd.Flags().String("org-unit", "", "only people of this department and those below it")
	cmd.Flags().Int("first", 20, "number of rows of each table")
	cmd.Flags().Int("min-people", 5, "least number of people with evidence on a prerequisite")
	cmd.Flags().Bool("json", false, "print the answer for programs")
	return cmd
}

type insightAnswer struct {
	Revision             int                      `json:"revision"`
	People               int                      `json:"people"`
	EvidenceCount        int                      `json:"evidenceCount"`
	Points               []failedPointRow         `json:"points"`
	SuspectPrerequisites []suspectPrerequisiteRow `json:"suspectPrerequisites"`
}

type failedPointRow struct {
	pointRow
	People           int      `json:"people"`
	EvidenceCount    int      `json:"evidenceCount"`
	ErrorRate        float64  `json:"errorRate"`
	FirstAttemptRate float64  `json:"firstAttemptRate"`
	CorrectionRate   *float64 `json:"correctionRate"`
	Growth           *float64 `json:"growth"`
	MeanMastery      float64  `json:"meanMastery"`
}

type suspectPrerequisiteRow struct {
	Prerequisites []prerequisiteRow `json:"prerequisites"`
	People        int               `json:"people"`
	Contradicting int               `json:"contradicting"`
	Share         float64           `json:"share"`
	LowerBound    float64           `json:"lowerBound"`
	Expected      float64           `json:"expected"`
	Contradiction float64           `json:"contradiction"`
}

type prerequisiteRow struct {
	Prerequisite string  `json:"prerequisite"`
	Dependent    string  `json:"dependent"`
	Clause       *string `json:"clause"`
}

// learnableCode returns the code of a point or a competency.
func learnableCode(l catalog.Learnable) string { return l.Code() }

func (a *app) showInsight(ctx context.Context, s *service.Service) error {
	optional := func(code string) *string {
		if code == "" {
			return nil
		}
		return &code
	}
	i, err := s.Analysis.Insight(ctx, &analysis.InsightFilter{
		Position: optional(a.cfg.Position), Competency: optional(a.cfg.Competency), OrgUnit: optional(a.cfg.OrgUnit),
	})
	if err != nil {
		return err
	}
	points, err := i.Points(ctx, a.cfg.First)
	if err != nil {
		return err
	}
	suspects, err := i.SuspectPrerequisites(ctx, a.cfg.First, a.cfg.MinPeople)
	if err != nil {
		return err
	}
	answer := insightAnswer{
		Revision: i.Revision(), People: i.People(), EvidenceCount: i.EvidenceCount(),
		Points: []failedPointRow{}, SuspectPrerequisites: []suspectPrerequisiteRow{},
	}
	for _, p := range points {
		answer.Points = append(answer.Points, failedPointRow{
			a.pointRow(p.KnowledgePoint()), p.People, p.EvidenceCount, p.ErrorRate, p.FirstAttemptRate, p.CorrectionRate, p.Growth, p.MeanMastery,
		})
	}
	for _, p := range suspects {
		row := suspectPrerequisiteRow{
			People: p.People, Contradicting: p.Contradicting, Share: p.Share, LowerBound: p.LowerBound,
			Expected: p.Expected, Contradiction: p.Contradiction(),
		}
		for _, edge := range p.Prerequisites() {
			row.Prerequisites = append(row.Prerequisites, prerequisiteRow{learnableCode(edge.Prerequisite()), learnableCode(edge.Dependent()), edge.Clause()})
		}
		answer.SuspectPrerequisites = append(answer.SuspectPrerequisites, row)
	}
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	a.println("%s, %s", "%s 人，%s 条证据", fault.Count(answer.People, "person", "people"), countEvidence(answer.EvidenceCount))
	a.printInsight(answer)
	return nil
}

func (a *app) printInsight(answer insightAnswer) {
	if len(answer.Points) > 0 {
		a.println("the most failed points:", "错误率最高的知识点：")
		t := a.newTable("point 知识点", "name 名称", "people 人数", "evidence 证据", "errors 错误率", "first-try 首次通过", "corrected 矫正率", "growth 增长", "mastery 掌握度")
		for _, p := range answer.Points {
			t.addRow(p.Point, p.displayName, strconv.Itoa(p.People), strconv.Itoa(p.EvidenceCount), formatPercent(&p.ErrorRate), formatPercent(&p.FirstAttemptRate),
				formatPercent(p.CorrectionRate), formatPercent(p.Growth), formatPercent(&p.MeanMastery))
		}
		t.print(a.out)
	}
	if len(answer.SuspectPrerequisites) > 0 {
		a.println("prerequisites that the evidence contradicts:", "与证据相矛盾的先导关系：")
		t := a.newTable("prerequisite 先导", "dependent 后继", "people 人数", "contradict 矛盾", "share 占比", "at-least 下限", "expected 期望", "contradiction 矛盾度")
		for _, s := range answer.SuspectPrerequisites {
			var before []string
			for _, edge := range s.Prerequisites {
				before = append(before, edge.Prerequisite)
			}
			t.addRow(strings.Join(before, " | "), s.Prerequisites[0].Dependent, strconv.Itoa(s.People), strconv.Itoa(s.Contradicting),
				formatPercent(&s.Share), formatPercent(&s.LowerBound), formatPercent(&s.Expected), strconv.FormatFloat(s.Contradiction, 'f', 2, 64))
		}
		t.print(a.out)
	}
}
