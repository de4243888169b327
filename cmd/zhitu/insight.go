package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) insight() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "insight",
		Short: "Show where people fail, and which prerequisites their evidence contradicts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.cfg.First < 0 || a.cfg.First > page.MaxSize {
				return misuse{fmt.Errorf("--first is from 0 to %d", page.MaxSize)}
			}
			if a.cfg.MinPeople < 1 {
				return misuse{fmt.Errorf("--min-people is at least 1")}
			}
			return a.withService(cmd.Context(), a.cfg.Store, reads, func(s *service.Service) error {
				return a.showInsight(catalog.BeginRequest(cmd.Context(), a.lang()), s)
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().String("position", "", "points that this position requires or rests on")
	cmd.Flags().String("competency", "", "points in this competency")
	cmd.Flags().String("org-unit", "", "people of this department and of those below it")
	cmd.Flags().Int("first", 20, "how many rows of each table")
	cmd.Flags().Int("min-people", 5, "how many people must tell about a prerequisite")
	cmd.Flags().Bool("json", false, "print the answer for programs")
	return cmd
}

type insightAnswer struct {
	Revision             int          `json:"revision"`
	People               int          `json:"people"`
	EvidenceCount        int          `json:"evidenceCount"`
	Points               []failedRow  `json:"points"`
	SuspectPrerequisites []suspectRow `json:"suspectPrerequisites"`
}

type failedRow struct {
	pointRow
	People           int      `json:"people"`
	EvidenceCount    int      `json:"evidenceCount"`
	ErrorRate        float64  `json:"errorRate"`
	FirstAttemptRate float64  `json:"firstAttemptRate"`
	CorrectionRate   *float64 `json:"correctionRate"`
	Growth           *float64 `json:"growth"`
	MeanMastery      float64  `json:"meanMastery"`
}

type suspectRow struct {
	Prerequisites []edgeRow `json:"prerequisites"`
	People        int       `json:"people"`
	Contradicting int       `json:"contradicting"`
	Share         float64   `json:"share"`
	LowerBound    float64   `json:"lowerBound"`
	Expected      float64   `json:"expected"`
	Contradiction float64   `json:"contradiction"`
}

type edgeRow struct {
	Prerequisite string  `json:"prerequisite"`
	Dependent    string  `json:"dependent"`
	Clause       *string `json:"clause"`
}

// codeOf is the code of a point or a competency.
func codeOf(l catalog.Learnable) string { return l.Code() }

func (a *app) showInsight(ctx context.Context, s *service.Service) error {
	given := func(code string) *string {
		if code == "" {
			return nil
		}
		return &code
	}
	i, err := s.Analysis.Insight(ctx, &analysis.InsightFilter{
		Position: given(a.cfg.Position), Competency: given(a.cfg.Competency), OrgUnit: given(a.cfg.OrgUnit),
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
		Points: []failedRow{}, SuspectPrerequisites: []suspectRow{},
	}
	for _, p := range points {
		answer.Points = append(answer.Points, failedRow{
			a.pointRow(p.KnowledgePoint()), p.People, p.EvidenceCount, p.ErrorRate, p.FirstAttemptRate, p.CorrectionRate, p.Growth, p.MeanMastery,
		})
	}
	for _, p := range suspects {
		row := suspectRow{
			People: p.People, Contradicting: p.Contradicting, Share: p.Share, LowerBound: p.LowerBound,
			Expected: p.Expected, Contradiction: p.Contradiction(),
		}
		for _, edge := range p.Prerequisites() {
			row.Prerequisites = append(row.Prerequisites, edgeRow{codeOf(edge.Prerequisite()), codeOf(edge.Dependent()), edge.Clause()})
		}
		answer.SuspectPrerequisites = append(answer.SuspectPrerequisites, row)
	}
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	a.say("%d people, %d pieces of evidence", "%d 人，%d 条证据", answer.People, answer.EvidenceCount)
	a.printInsight(answer)
	return nil
}

func (a *app) printInsight(answer insightAnswer) {
	if len(answer.Points) > 0 {
		a.say("the most failed points:", "错误率最高的知识点：")
		t := a.table("point 知识点", "name 名称", "people 人数", "evidence 证据", "errors 错误率", "first-try 首次通过", "corrected 矫正率", "growth 增长", "mastery 掌握度")
		for _, p := range answer.Points {
			t.row(p.Point, p.shown, strconv.Itoa(p.People), strconv.Itoa(p.EvidenceCount), percent(&p.ErrorRate), percent(&p.FirstAttemptRate),
				percent(p.CorrectionRate), percent(p.Growth), percent(&p.MeanMastery))
		}
		t.print(a.out)
	}
	if len(answer.SuspectPrerequisites) > 0 {
		a.say("prerequisites that the evidence contradicts:", "与证据相矛盾的先导关系：")
		t := a.table("prerequisite 先导", "dependent 后继", "people 人数", "contradict 矛盾", "share 占比", "at-least 下限", "expected 期望", "contradiction 矛盾度")
		for _, s := range answer.SuspectPrerequisites {
			var before []string
			for _, edge := range s.Prerequisites {
				before = append(before, edge.Prerequisite)
			}
			t.row(strings.Join(before, " | "), s.Prerequisites[0].Dependent, strconv.Itoa(s.People), strconv.Itoa(s.Contradicting),
				percent(&s.Share), percent(&s.LowerBound), percent(&s.Expected), strconv.FormatFloat(s.Contradiction, 'f', 2, 64))
		}
		t.print(a.out)
	}
}
