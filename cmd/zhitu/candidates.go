package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

func (a *app) candidatesCommand() *cobra.Command {
	return firstFlag(a.groupCommand(&cobra.Command{
		Use: "candidates POSITION", Short: "Show who could take a position, the nearest first",
	}, true, a.askCandidates))
}

type candidatesAnswer struct {
	moment
	Position   string         `json:"position"`
	Candidates []candidateRow `json:"candidates"`
	Total      int            `json:"totalCount"`
	Others     int            `json:"others"`

	displayName string // of the position
}

type candidateRow struct {
	employeeRow
	Held          bool    `json:"held"`
	Class         string  `json:"class"`
	Ready         bool    `json:"ready"`
	CriticalReady bool    `json:"criticalReady"`
	Coverage      float64 `json:"coverage"`
	Minutes       int     `json:"minutes"`
	Unassessed    float64 `json:"unassessed"`
}

func (a *app) askCandidates(ctx context.Context, q groupQuestion) (groupAnswer, error) {
	if err := a.checkFirst(); err != nil {
		return nil, err
	}
	answer := &candidatesAnswer{Candidates: []candidateRow{}}
	list, total, err := firstRows(a.cfg.First, func(first int, after *string) (page.Page[analysis.Candidate], error) {
		c, err := q.Analysis.Candidates(ctx, a.cfg.Position, q.group, first, after, q.at)
		if err != nil {
			return page.Page[analysis.Candidate]{}, err
		}
		answer.moment, answer.Others = moment{c.At(), c.Revision()}, c.Others
		return c.Page, nil
	})
	if err != nil {
		return nil, err
	}
	p, err := q.Catalog.Position(ctx, a.cfg.Position)
	if err != nil {
		return nil, err
	}
	answer.Position, answer.displayName, answer.Total = p.Code(), p.NameIn(a.lang()), total
	for _, c := range list {
		r := c.Readiness
		answer.Candidates = append(answer.Candidates, candidateRow{
			employeeRowOf(c.Employee), r.Held, string(r.Class), r.Ready, r.CriticalReady, r.Coverage, r.Minutes, r.Unassessed,
		})
	}
	return answer, nil
}

func (c *candidatesAnswer) print(a *app) {
	a.println("%s, %s", "%s，%s", c.displayName, a.asOf(c.moment))
	if len(c.Candidates) > 0 {
		t := a.newTable("employee 工号", "name 姓名", "held 现任", "class 就绪程度", "critical 关键项", "coverage 覆盖率", "min 分钟", "unassessed 未评估")
		for _, r := range c.Candidates {
			t.addRow(r.Employee, r.Name, yesNo(r.Held).In(a.lang()), a.localizedWord(r.Class), yesNo(r.CriticalReady).In(a.lang()), formatPercent(&r.Coverage),
				strconv.Itoa(r.Minutes), formatPercent(&r.Unassessed))
		}
		t.print(a.out)
	}
	a.printMore(len(c.Candidates), c.Total)
	for _, note := range c.notes() {
		a.println("%s", "%s", note)
	}
}

func (c *candidatesAnswer) notes() (notes []fault.Text) {
	if c.Others > 0 {
		notes = append(notes, fault.T("not looked at more closely, because of less coverage: %s", "另有 %s 人因覆盖率较低而未进一步比较", countPeople(c.Others)))
	}
	return notes
}

func (c *candidatesAnswer) csvRows() [][]string {
	rows := [][]string{{"employee", "name", "held", "class", "ready", "critical_ready", "coverage", "minutes", "unassessed"}}
	for _, r := range c.Candidates {
		rows = append(rows, []string{
			r.Employee, r.Name, csvYesNo(r.Held), r.Class, csvYesNo(r.Ready), csvYesNo(r.CriticalReady), csvNumber(&r.Coverage), csvNumber(&r.Minutes), csvNumber(&r.Unassessed),
		})
	}
	return rows
}
