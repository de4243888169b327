package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

func (a *app) trainCommand() *cobra.Command {
	cmd := a.groupCommand(&cobra.Command{
		Use: "train POSITION", Short: "Show the least training after which enough people meet each critical requirement of a position",
	}, true, a.askTraining)
	flags := cmd.Flags()
	flags.Int("holders", 2, "how many people shall meet each of them, from 1 to 100")
	flags.String("pool", "incumbents", "who may be trained: incumbents of the position, or all of the group")
	flags.Int("max-minutes", -1, "limit of the minutes of each person (negative: none)")
	return cmd
}

type trainingAnswer struct {
	moment
	Position string         `json:"position"`
	Minutes  int            `json:"minutes"`
	Bound    *int           `json:"bound"`
	Feasible bool           `json:"feasible"`
	Plans    []trainingPlan `json:"plans"`
	Missing  []missingRow   `json:"missing"`

	displayName string // of the position
	holders     int
}

type trainingPlan struct {
	employeeRow
	Minutes int        `json:"minutes"`
	Goals   []string   `json:"goals"`
	points  []pointRow // of the goals
}

// missingRow is a point that then still lacks holders.
type missingRow struct {
	pointRow
	Count int `json:"count"`
}

func (a *app) askTraining(ctx context.Context, q groupQuestion) (groupAnswer, error) {
	pool := analysis.TrainingPool(strings.ToUpper(a.cfg.Pool))
	if pool != analysis.PoolIncumbents && pool != analysis.PoolAll {
		return nil, a.invalidSetting("pool", "%s is none of incumbents, all", "%s 不在 incumbents、all 之中", competency.Quote(a.cfg.Pool))
	}
	var most *int
	if a.cfg.MaxMinutes >= 0 {
		most = &a.cfg.MaxMinutes
	}
	t, err := q.Analysis.TrainingSet(ctx, a.cfg.Position, q.group, a.cfg.Holders, pool, most, q.at)
	if err != nil {
		return nil, err
	}
	answer := &trainingAnswer{
		moment: moment{t.At(), t.Revision()}, Position: t.Position.Code(), Minutes: t.Minutes(), Bound: t.Bound(), Feasible: t.Feasible(),
		Plans: []trainingPlan{}, Missing: []missingRow{}, displayName: t.Position.NameIn(a.lang()), holders: a.cfg.Holders,
	}
	plans, err := t.Plans(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range plans {
		goals, err := p.Goals(ctx)
		if err != nil {
			return nil, err
		}
		plan := trainingPlan{employeeRow: employeeRowOf(p.Employee), Minutes: p.Minutes()}
		for _, k := range goals {
			plan.Goals, plan.points = append(plan.Goals, k.Code()), append(plan.points, a.pointRow(k))
		}
		answer.Plans = append(answer.Plans, plan)
	}
	missing, err := t.Missing(ctx)
	for _, m := range missing {
		answer.Missing = append(answer.Missing, missingRow{a.pointRow(m.KnowledgePoint), m.Count})
	}
	return answer, err
}

func (t *trainingAnswer) print(a *app) {
	a.println("%s, %s: %s for %s", "%s，%s：共 %s 分钟，%s 人", t.displayName, a.asOf(t.moment), fault.Count(t.Minutes, "minute", "minutes"), countPeople(len(t.Plans)))
	if len(t.Plans) > 0 {
		plans := a.newTable("employee 工号", "name 姓名", "min 分钟", "goals 培训目标")
		for _, p := range t.Plans {
			names := make([]string, len(p.points))
			for i, k := range p.points {
				names[i] = k.displayName
			}
			plans.addRow(p.Employee, p.Name, strconv.Itoa(p.Minutes), strings.Join(names, fault.T("; ", "；").In(a.lang())))
		}
		plans.print(a.out)
	}
	for _, note := range t.quality() {
		a.println("%s", "%s", note)
	}
	if len(t.Missing) > 0 {
		missing := a.newTable("point 知识点", "name 名称", "missing 缺少人数")
		for _, m := range t.Missing {
			missing.addRow(m.Point, m.displayName, strconv.Itoa(m.Count))
		}
		missing.print(a.out)
	}
}

func (t *trainingAnswer) notes() []fault.Text {
	notes := t.quality()
	for _, m := range t.Missing {
		notes = append(notes, fault.T(fmt.Sprintf("%s: %d missing", m.Point, m.Count), fmt.Sprintf("%s：缺 %d 人", m.Point, m.Count)))
	}
	return notes
}

// quality says how near the training comes to what was asked for.
func (t *trainingAnswer) quality() (notes []fault.Text) {
	if t.Bound != nil && len(t.Plans) > 0 {
		notes = append(notes, fault.T("no training that does the same takes fewer than %s", "达到同样效果的培训不少于 %s 分钟", fault.Count(*t.Bound, "minute", "minutes")))
	}
	if !t.Feasible {
		notes = append(notes, fault.T("not every critical requirement is then met by %s", "培训后仍有关键要求达标人数不足 %s 人", countPeople(t.holders)))
	}
	return notes
}

// csvRows returns a row for each goal.
func (t *trainingAnswer) csvRows() [][]string {
	rows := [][]string{{"employee", "name", "minutes", "knowledge_point", "knowledge_point_name"}}
	for _, p := range t.Plans {
		for _, k := range p.points {
			rows = append(rows, []string{p.Employee, p.Name, strconv.Itoa(p.Minutes), k.Point, k.Name})
		}
	}
	return rows
}
