package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) readinessCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "readiness",
		Short: "Record how ready everyone is, or show what has been recorded",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{fault.New(fault.InvalidArgument, "say what to do: record or show", "请指定子命令：record 或 show")}
		},
	}
	cmd.AddCommand(a.recordReadinessCommand(), a.showReadinessCommand())
	return cmd
}

func (a *app) recordReadinessCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Record now how ready everyone is; a server does so once a month",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, func(s *service.Service) error {
				done, err := s.RecordMonth(cmd.Context())
				if err != nil {
					return err
				}
				if a.cfg.JSON {
					return a.printJSON(map[string]any{"ok": true, "at": done.At, "people": done.People})
				}
				a.println("recorded the readiness of %s at %s", "已记录 %s 名员工的达标情况，时刻为 %s", countPeople(done.People), done.At.Format(time.RFC3339))
				return nil
			})
		},
	}
	return accountFlags(cmd)
}

func (a *app) showReadinessCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show EMPLOYEE",
		Short: "Show how ready a person was, month by month",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				return a.showReadiness(cmd.Context(), s, args[0])
			})
		},
	}
	return accountFlags(cmd)
}

// showReadiness prints the history of a person, the latest month first.
func (a *app) showReadiness(ctx context.Context, s *service.Service, code string) error {
	e, err := s.People.Employee(ctx, code)
	if err != nil {
		return err
	}
	records := []people.ReadinessRecord{}
	for after := (*string)(nil); ; {
		list, err := e.CoverageHistory(ctx, nil, page.MaxSize, after)
		if err != nil {
			return err
		}
		for _, r := range list.Nodes {
			records = append(records, r.ReadinessRecord)
		}
		if !list.PageInfo.HasNextPage {
			break
		}
		after = list.PageInfo.EndCursor
	}
	if a.cfg.JSON {
		return a.printJSON(records)
	}
	t := a.newTable("month 月份", "position 岗位", "held 在任", "coverage 覆盖率", "ready 达标", "critical 关键项")
	for _, r := range records {
		lang := a.lang()
		t.addRow(r.At.Format("2006-01"), r.PositionCode, yesNo(r.Held).In(lang), formatPercent(&r.Coverage), yesNo(r.Ready).In(lang), yesNo(r.CriticalReady).In(lang))
	}
	t.print(a.out)
	return nil
}
