package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

func (a *app) verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check the data in a store against the rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), a.cfg.Store, openExisting, func(st store.Store) error {
				return a.verifyStore(cmd.Context(), st)
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) verifyStore(ctx context.Context, st store.Store) error {
	rebuilt, err := a.rebuildCopies(ctx, st)
	if err != nil {
		return err
	}
	c, err := a.inspectStore(ctx, a.cfg.Store, st, a.out)
	if err != nil {
		return err
	}
	r := c.Records
	if a.cfg.JSON {
		return a.printJSON(map[string]any{
			"ok": true, "revision": c.Revision, "records": r.Catalog.Len(), "people": len(r.Employees), "rebuilt": a.storedProblems(rebuilt), "kept": a.storedProblems(c.Kept),
			"notices": a.storedProblems(c.Notices),
		})
	}
	if len(c.Kept) > 0 {
		a.println("kept as they are, though rules that are newer would refuse them today: %s", "%s 条记录不符合后来增加的规则；它们保持原样，但现在新提交会被拒绝：", countRecords(len(c.Kept)))
		for _, p := range c.Kept {
			a.println("  %s", "  %s", p.Message())
		}
	}
	for _, p := range c.Notices {
		a.println("%s", "%s", p.Message())
	}
	a.println("revision %d is sound: %s of the catalog, %s", "版本 %d 完好：目录 %s 条记录，%s 名员工", c.Revision, countRecords(r.Catalog.Len()), countPeople(len(r.Employees)))
	return nil
}

// rebuildCopies rebuilds the derived copies that a store keeps for fast reads, and
// prints which of them differed from their source. Manual edits may cause that, and
// no rule is broken by it.
func (a *app) rebuildCopies(ctx context.Context, st store.Store) ([]fault.Problem, error) {
	copies, ok := st.(store.Rebuilder)
	if !ok {
		return nil, nil
	}
	found, err := copies.Rebuild(ctx)
	for _, p := range found {
		if !a.cfg.JSON {
			fmt.Fprintln(a.out, p.Message().In(a.lang()))
		}
	}
	return found, err
}

// inspectStore reads everything in a store, or prints all its problems to w: they are the
// result of verify, and the reason why another command fails.
func (a *app) inspectStore(ctx context.Context, name string, st store.Store, w io.Writer) (*service.StoreContents, error) {
	progress := a.newProgress()
	defer progress.finish()
	progress.startStage("reading and checking %s", "读取并校验 %s", name)
	c, err := service.Inspect(ctx, a.archivesOf(st))
	progress.finish()
	if err != nil || len(c.Problems) == 0 {
		return c, err
	}
	summary := fault.T("%s in %s: fix what is wrong there, and verify again", "%[2]s 中共有 %[1]s 个问题：请在原处修复后再次校验", countProblems(len(c.Problems)), name)
	if a.cfg.JSON {
		_ = a.printJSON(map[string]any{"ok": false, "revision": c.Revision, "problems": a.storedProblems(c.Problems)})
	} else {
		for _, p := range c.Problems {
			fmt.Fprintln(w, p.Message().In(a.lang()))
		}
		fmt.Fprintln(w, summary.In(a.lang()))
	}
	return nil, reportedError{errors.New(summary.EN)}
}

// storedProblem is the JSON form of a problem in a store.
type storedProblem struct {
	Record  string     `json:"record,omitempty"`
	Key     string     `json:"key,omitempty"`
	Field   string     `json:"field,omitempty"`
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

func (a *app) storedProblems(list []fault.Problem) []storedProblem {
	out := make([]storedProblem, len(list))
	for i, p := range list {
		out[i] = storedProblem{p.Record, p.Key, p.Field, p.Code, p.Text.In(a.lang())}
	}
	return out
}
