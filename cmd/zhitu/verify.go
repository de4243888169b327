package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

func (a *app) verify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check the data in a store against the rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), a.cfg.Store, reads, func(st store.Store) error {
				return a.verified(cmd.Context(), st)
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) verified(ctx context.Context, st store.Store) error {
	rebuilt, err := a.rebuilt(ctx, st)
	if err != nil {
		return err
	}
	c, err := a.inspected(ctx, a.cfg.Store, st)
	if err != nil {
		return err
	}
	r := c.Records
	if a.cfg.JSON {
		return a.printJSON(map[string]any{
			"ok": true, "revision": c.Revision, "records": r.Catalog.Len(), "people": len(r.Employees), "rebuilt": a.findings(rebuilt),
		})
	}
	a.say("revision %d is sound: %d records of the catalog, %d people", "版本 %d 完好：目录 %d 条记录，%d 名员工", c.Revision, r.Catalog.Len(), len(r.Employees))
	return nil
}

// rebuilt mends the copies that a store keeps for quick answers, and tells of each
// that differed from what it is a copy of: edits by hand may do that, and no rule is
// broken by it.
func (a *app) rebuilt(ctx context.Context, st store.Store) ([]fault.Problem, error) {
	copies, ok := st.(store.Rebuilder)
	if !ok {
		return nil, nil
	}
	found, err := copies.Rebuild(ctx)
	for _, p := range found {
		fmt.Fprintln(a.err, p.Told().In(a.lang()))
	}
	return found, err
}

// inspected reads everything in a store, or shows every problem that it has.
func (a *app) inspected(ctx context.Context, name string, st store.Store) (*service.Contents, error) {
	progress := a.progress()
	defer progress.done()
	progress.stage("reading and checking %s", "读取并校验 %s", name)
	c, err := service.Inspect(ctx, catalog.NewArchive(st), people.NewArchive(st))
	progress.done()
	if err != nil || len(c.Problems) == 0 {
		return c, err
	}
	summary := fault.T("%d problems in %s: mend them there, and verify again", "%[2]s 中共有 %[1]d 个问题：请在原处修复后再次校验", len(c.Problems), name)
	if a.cfg.JSON {
		_ = a.printJSON(map[string]any{"ok": false, "revision": c.Revision, "problems": a.findings(c.Problems)})
	} else {
		for _, p := range c.Problems {
			fmt.Fprintln(a.err, p.Told().In(a.lang()))
		}
		fmt.Fprintln(a.err, summary.In(a.lang()))
	}
	return nil, reported{errors.New(summary.EN)}
}

// finding is a problem for programs.
type finding struct {
	Record  string     `json:"record,omitempty"`
	Key     string     `json:"key,omitempty"`
	Field   string     `json:"field,omitempty"`
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

func (a *app) findings(list []fault.Problem) []finding {
	out := make([]finding, len(list))
	for i, p := range list {
		out[i] = finding{p.Record, p.Key, p.Field, p.Code, p.Text.In(a.lang())}
	}
	return out
}
