package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

func (a *app) risksCommand() *cobra.Command {
	return firstFlag(a.groupCommand(&cobra.Command{
		Use: "risks", Short: "Show critical requirements that nobody or one person of a group meets",
	}, false, a.askRisks))
}

type risksAnswer struct {
	moment
	Risks []riskRow `json:"risks"`
	Total int       `json:"totalCount"`
}

type riskRow struct {
	pointRow
	Level    float64      `json:"level"`
	Class    string       `json:"class"`
	Affected *int         `json:"affected"`
	Holder   *employeeRow `json:"holder"` // the only one; nil where nobody is
}

func (a *app) askRisks(ctx context.Context, q groupQuestion) (groupAnswer, error) {
	if err := a.checkFirst(); err != nil {
		return nil, err
	}
	answer := &risksAnswer{Risks: []riskRow{}}
	list, total, err := firstRows(a.cfg.First, func(first int, after *string) (page.Page[analysis.Risk], error) {
		c, err := q.Analysis.Risks(ctx, q.group, first, after, q.at)
		if err != nil {
			return page.Page[analysis.Risk]{}, err
		}
		answer.moment = moment{c.At(), c.Revision()}
		return c.Page, nil
	})
	if err != nil {
		return nil, err
	}
	answer.Total = total
	for _, r := range list {
		row := riskRow{a.pointRow(r.KnowledgePoint()), r.Level(), string(r.Class()), r.Affected(), nil}
		holders, err := r.People(ctx, 1, nil)
		if err != nil {
			return nil, err
		}
		if len(holders.Nodes) > 0 {
			row.Holder = new(employeeRowOf(holders.Nodes[0]))
		}
		answer.Risks = append(answer.Risks, row)
	}
	return answer, nil
}

func (r *risksAnswer) print(a *app) {
	if len(r.Risks) == 0 {
		a.println("%s: no critical requirement of their positions is met by fewer than two people", "%s：所任岗位的关键要求均有两人及以上达标", a.asOf(r.moment))
		return
	}
	a.println("%s: %s that nobody or one person meets", "%s：%s 项关键要求无人或仅一人达标", a.asOf(r.moment), fault.Count(r.Total, "critical requirement", "critical requirements"))
	t := a.newTable("class 程度", "point 知识点", "name 名称", "level 要求", "affected 涉及人数", "holder 唯一达标者")
	for _, x := range r.Risks {
		holder := ""
		if x.Holder != nil {
			holder = x.Holder.Employee + " " + x.Holder.Name
		}
		t.addRow(a.localizedWord(x.Class), x.Point, x.displayName, formatPercent(&x.Level), countOf(x.Affected), holder)
	}
	t.print(a.out)
	a.printMore(len(r.Risks), r.Total)
}

func (r *risksAnswer) notes() []fault.Text { return nil }

func (r *risksAnswer) csvRows() [][]string {
	rows := [][]string{{"class", "knowledge_point", "name", "level", "affected", "holder", "holder_name"}}
	for _, x := range r.Risks {
		holder := employeeRow{}
		if x.Holder != nil {
			holder = *x.Holder
		}
		rows = append(rows, []string{x.Class, x.Point, x.Name, csvNumber(&x.Level), csvNumber(x.Affected), holder.Employee, holder.Name})
	}
	return rows
}
