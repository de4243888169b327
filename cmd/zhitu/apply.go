package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) applyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Do what a plan says, if what it is about is still as it was",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fault.Wrap(err, fault.InvalidArgument, "%s cannot be read: check the path and its permissions", "无法读取 %s：请检查路径和权限", args[0])
			}
			plan, err := governance.ReadPlan(text)
			if err != nil {
				return err
			}
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				return a.applyPlan(cmd.Context(), s, args[0], plan)
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("yes", false, "delete as much as the plan says without a further question")
	cmd.Flags().Bool("renew", false, "where records have changed since, write the plan against what is stored now to its file")
	linkSchemesFlag(cmd.Flags())
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

// applyResult is the JSON output of apply.
type applyResult struct {
	OK       bool                  `json:"ok"`
	Done     bool                  `json:"done"` // the plan was applied before
	Revision int64                 `json:"revision"`
	Records  []service.RecordCount `json:"records"`
	Moved    []service.MovedRecord `json:"moved"`
	Renewed  bool                  `json:"renewed"`
}

// applyPlan does what the plan of a file says, or prints what has moved since.
func (a *app) applyPlan(ctx context.Context, s *service.Service, file string, plan *governance.Plan) error {
	done, err := s.ApplyPlan(ctx, plan, service.ApplyOptions{Confirmed: a.cfg.Yes})
	if done == nil {
		return err
	}
	if len(done.Moved) > 0 {
		return a.refuseMoved(file, done, err)
	}
	if a.cfg.JSON {
		return a.printJSON(applyResult{OK: true, Done: done.Done, Revision: int64(done.Revision), Records: done.Records, Moved: []service.MovedRecord{}})
	}
	if done.Done {
		a.println("the records are as the plan wants them already", "记录已与计划一致")
	} else {
		a.printChangeCounts(plan.Changes)
	}
	a.println("done: revision %d", "完成：版本 %d", done.Revision)
	return nil
}

// refuseMoved prints which records are not as a plan took them to be, and renews the plan
// where that is wanted.
func (a *app) refuseMoved(file string, done *service.Applied, refusal error) error {
	if a.cfg.Renew {
		if err := writePlan(file, done.Renewed); err != nil {
			return err
		}
	}
	if a.cfg.JSON {
		_ = a.printJSON(applyResult{Moved: done.Moved, Records: []service.RecordCount{}, Renewed: a.cfg.Renew})
		return reportedError{refusal}
	}
	for _, m := range done.Moved[:min(maxChangesShown, len(done.Moved))] {
		key := competency.Truncate(m.Key, 2*competency.MaxQuoted)
		if m.Gone {
			a.println("  %s %s: not stored any more", "  %s %s：已不存在", m.Table, key)
		}
		for _, f := range m.Fields {
			a.println("  %s %s: %s is %s, and was %s in the plan", "  %s %s：%s 现为 %s，计划中原为 %s", m.Table, key, f.Field, formatValue(f.Now), formatValue(f.Planned))
		}
	}
	if more := len(done.Moved) - maxChangesShown; more > 0 {
		a.println("  … and %s; --json lists all", "  ……另有 %s 条；--json 可列出全部", fault.Count(more, "more record", "more records"))
	}
	if a.cfg.Renew {
		a.println("the plan in %s was made again: look at it, and apply it", "已重新生成 %s 中的计划：请查看后再执行", file)
	} else {
		a.println("make the plan again, or let --renew do it", "请重新生成计划，或使用 --renew")
	}
	var refused *fault.Error
	if errors.As(refusal, &refused) {
		a.println("%s", "%s", refused.Text)
	}
	return reportedError{refusal}
}
