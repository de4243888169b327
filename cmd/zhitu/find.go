package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
)

// foundRow is a row of an answer to zhitu people, positions or points.
type foundRow struct {
	Code string `json:"code"`
	Name string `json:"name"`

	Position *string  `json:"position,omitempty"`
	OrgUnit  *string  `json:"orgUnit,omitempty"`
	Family   *string  `json:"family,omitempty"`
	Grade    *string  `json:"grade,omitempty"`
	Group    *string  `json:"competency,omitempty"`
	Tags     []string `json:"tags,omitempty"`

	cells []string // of the table
}

// found is an answer to zhitu people, positions or points.
type found struct {
	Total int        `json:"total"`
	Rows  []foundRow `json:"rows"`
}

func (a *app) peopleCommand() *cobra.Command {
	cmd := a.findCommand("people [WORDS]", "Find people by words in their codes and names", a.findPeople, "code 工号", "name 姓名", "position 岗位", "department 部门")
	cmd.Flags().String("org-unit", "", "only people of this department and those below it")
	cmd.Flags().String("position", "", "only people who hold this position")
	return cmd
}

func (a *app) positionsCommand() *cobra.Command {
	return a.findCommand("positions [WORDS]", "Find positions by words in their codes, names and descriptions", a.findPositions, "code 编码", "name 名称", "family 序列", "grade 职级")
}

func (a *app) pointsCommand() *cobra.Command {
	cmd := a.findCommand("points [WORDS]", "Find knowledge points by words in their codes, names, tags and descriptions", a.findPoints, "code 编码", "name 名称", "competency 能力项", "tags 标签")
	cmd.Flags().String("competency", "", "only points in this competency")
	return cmd
}

// findCommand is a command that lists what a search finds.
func (a *app) findCommand(use, short string, find func(context.Context, *service.Service, *string) (found, error), headings ...string) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short,
		RunE: func(cmd *cobra.Command, words []string) error {
			if a.cfg.First < 1 || a.cfg.First > page.MaxSize {
				return a.invalidSetting("first", "give a number from 1 to %d", "请填写 1 到 %d 的整数", page.MaxSize)
			}
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				text := strings.Join(words, " ")
				answer, err := find(catalog.BeginRequest(cmd.Context(), a.lang()), s, &text)
				if err != nil {
					return err
				}
				return a.printFound(answer, headings)
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Int("first", 20, "number of rows of each table")
	cmd.Flags().Bool("json", false, "print the answer for programs")
	return cmd
}

func (a *app) printFound(answer found, headings []string) error {
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	if answer.Total == 0 {
		a.println("nothing found: try fewer words, a part of one, or pinyin", "没有找到：请减少词语、只输入一部分，或使用拼音")
		return nil
	}
	t := a.newTable(headings...)
	for _, row := range answer.Rows {
		t.addRow(append([]string{row.Code, row.Name}, row.cells...)...)
	}
	t.print(a.out)
	if more := answer.Total - len(answer.Rows); more > 0 {
		a.println("and %d more: add words, or give --first", "还有 %d 条：请增加词语，或用 --first 指定条数", more)
	}
	return nil
}

func (a *app) findPeople(ctx context.Context, s *service.Service, text *string) (found, error) {
	list, err := s.People.Employees(ctx, a.cfg.First, nil, &people.EmployeeFilter{Text: text, OrgUnit: &a.cfg.OrgUnit, Position: &a.cfg.Position}, false)
	if err != nil {
		return found{}, err
	}
	answer := found{Total: list.TotalCount, Rows: []foundRow{}}
	for _, e := range list.Nodes {
		row := foundRow{Code: e.Code(), Name: e.Name(), cells: make([]string, 2)}
		// What was broken by hand is verify's to tell.
		if held, err := e.Position(); err == nil && held != nil {
			row.Position, row.cells[0] = new(held.Code()), held.NameIn(a.lang())
		}
		if unit, err := e.OrgUnit(ctx); err == nil && unit != nil {
			row.OrgUnit, row.cells[1] = new(unit.Code()), unit.Name()
		}
		answer.Rows = append(answer.Rows, row)
	}
	return answer, nil
}

func (a *app) findPositions(ctx context.Context, s *service.Service, text *string) (found, error) {
	list, err := s.Catalog.Positions(ctx, a.cfg.First, nil, &catalog.PositionFilter{Text: text})
	if err != nil {
		return found{}, err
	}
	answer := found{Total: list.TotalCount, Rows: []foundRow{}}
	for _, p := range list.Nodes {
		answer.Rows = append(answer.Rows, foundRow{
			Code: p.Code(), Name: p.NameIn(a.lang()), Family: p.Family(), Grade: p.Grade(), cells: []string{valueOf(p.Family()), valueOf(p.Grade())},
		})
	}
	return answer, nil
}

func (a *app) findPoints(ctx context.Context, s *service.Service, text *string) (found, error) {
	filter := &catalog.KnowledgePointFilter{Text: text}
	if a.cfg.Competency != "" {
		filter.Competency = &a.cfg.Competency
	}
	list, err := s.Catalog.KnowledgePoints(ctx, a.cfg.First, nil, filter)
	if err != nil {
		return found{}, err
	}
	answer := found{Total: list.TotalCount, Rows: []foundRow{}}
	for _, k := range list.Nodes {
		row := foundRow{Code: k.Code(), Name: k.NameIn(a.lang()), Tags: k.Tags(), cells: []string{"", strings.Join(k.Tags(), "; ")}}
		if group := k.Competency(); group != nil {
			row.Group, row.cells[0] = new(group.Code()), group.Name()
		}
		answer.Rows = append(answer.Rows, row)
	}
	return answer, nil
}

func valueOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
