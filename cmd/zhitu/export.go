package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write everything in a store to a folder of CSV files",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				return a.exportFolder(cmd.Context(), s, args[0])
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) exportFolder(ctx context.Context, s *service.Service, dir string) error {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return err
	}
	catalog, revision := snapshot.Graph().Catalog(), snapshot.Revision()
	units, err := s.People.AllOrgUnits(ctx)
	if err != nil {
		return err
	}
	progress, people := a.newProgress(), 0
	var unreadable []fault.Problem // of people, edited by other means
	defer progress.finish()
	progress.startStage("writing %s of the catalog, and people", "写出 %s 条目录记录及人员", countRecords(catalog.Len()))
	err = exchange.WriteFolder(dir, exchange.Export{
		Catalog: *catalog, OrgUnits: units,
		People: func(yield func(exchange.Person, error) bool) {
			for p, err := range s.People.Profiles(ctx) {
				if found := fault.ProblemsOf(err); len(found) > 0 {
					unreadable = append(unreadable, found...)
					continue
				}
				people++
				unreadable = append(unreadable, p.OwnProblems()...)
				if !yield(exchange.Person{Employee: p.Employee, States: p.States}, err) {
					return
				}
			}
		},
	})
	progress.finish()
	if err != nil {
		return err
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"ok": true, "revision": revision, "folder": dir, "records": catalog.Len(), "people": people, "unreadable": a.storedProblems(unreadable)})
	}
	a.println("exported %s of the catalog (revision %d) and %s to %s", "已导出目录 %s 条记录（版本 %d）和 %s 名员工到 %s", countRecords(catalog.Len()), revision, countPeople(people), dir)
	if len(unreadable) > 0 {
		fmt.Fprintln(a.err, fault.T("what was edited by other means and cannot be read is left out:", "以下内容经其他途径编辑而无法读取，未导出：").In(a.lang()))
		for _, p := range unreadable {
			fmt.Fprintln(a.err, p.Message().In(a.lang()))
		}
	}
	return nil
}
