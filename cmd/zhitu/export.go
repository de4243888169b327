package main

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export DIR|FILE.xlsx",
		Short: "Write everything in a store to a folder of CSV files, or to a workbook",
		Long: `Write everything in a store to a folder of CSV files, or to a workbook.
A path that ends in .xlsx is a workbook. It has a sheet for each table, named in the language of --lang, and headers in both languages; the
folder is the same in every language. Importing either gives the same store. Accounts are left out of both.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				return a.export(cmd.Context(), s, args[0])
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

// isWorkbookName reports whether a path is that of a workbook to write.
func isWorkbookName(path string) bool { return strings.EqualFold(filepath.Ext(path), ".xlsx") }

func (a *app) export(ctx context.Context, s *service.Service, path string) error {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return err
	}
	catalog, revision := snapshot.Graph().Catalog(), snapshot.Revision()
	units, unreadable, err := s.People.ReadOrgUnits(ctx)
	if err != nil {
		return err
	}
	progress, known := a.newProgress(), exported{unreadable: unreadable}
	defer progress.finish()
	progress.startStage("writing %s of the catalog, and people", "写出 %s 条目录记录及人员", countRecords(catalog.Len()))
	everything := exchange.Export{
		Catalog: *catalog, OrgUnits: units, People: known.people(s.People.Dossiers(ctx)), Unmapped: known.unmapped(s.People.AllUnmapped(ctx)),
		Events: s.People.AllEvents(ctx),
	}
	target, ending := "folder", ".jsonl"
	if isWorkbookName(path) {
		target, ending = "workbook", ""
		err = exchange.WriteWorkbook(path, a.lang(), everything)
	} else {
		err = exchange.WriteFolder(path, everything)
	}
	progress.finish()
	if err != nil {
		return err
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{
			"ok": true, "revision": revision, target: path, "records": catalog.Len(), "people": known.People, "evidence": known.Evidence,
			"states": known.States, "unmapped": known.Unmapped, "unreadable": a.storedProblems(known.unreadable),
		})
	}
	a.println("exported %s of the catalog (revision %d), %s and %s to %s", "已导出目录 %s 条记录（版本 %d）、%s 名员工和 %s 条证据到 %s",
		countRecords(catalog.Len()), revision, countPeople(known.People), countEvidence(known.Evidence), path)
	if known.States > 0 {
		a.println("states%[2]s has mastery states that do not follow from the evidence: %[1]d", "states%[2]s 中有 %[1]d 条不由证据得出的掌握状态", known.States, ending)
	}
	if known.Unmapped > 0 {
		a.println("unmapped%[2]s has statements that could not be mapped: %[1]d", "unmapped%[2]s 中有 %[1]d 条无法映射的语句", known.Unmapped, ending)
	}
	a.println("accounts and their rights are left out", "未导出账号及其权限")
	if len(known.unreadable) > 0 {
		fmt.Fprintln(a.err, fault.T("what was edited by other means and cannot be read is left out:", "以下内容经其他途径编辑而无法读取，未导出：").In(a.lang()))
		for _, p := range known.unreadable {
			fmt.Fprintln(a.err, p.Message().In(a.lang()))
		}
	}
	return nil
}

// exported counts what an export writes of people.
type exported struct {
	People, Evidence, States, Unmapped int

	unreadable []fault.Problem // edited by other means
}

func (n *exported) people(all iter.Seq2[people.Dossier, error]) iter.Seq2[exchange.Person, error] {
	return func(yield func(exchange.Person, error) bool) {
		for d, err := range all {
			if err == nil {
				n.People, n.Evidence, n.States = n.People+1, n.Evidence+len(d.Evidence), n.States+len(d.States)
				n.unreadable = append(n.unreadable, d.Problems...)
			}
			if !yield(exchange.Person{Employee: d.Employee, Mastery: d.Entered, Evidence: d.Evidence, States: d.States, Dropped: d.Dropped}, err) {
				return
			}
		}
	}
}

func (n *exported) unmapped(all iter.Seq2[people.UnmappedStatement, error]) iter.Seq2[exchange.Unmapped, error] {
	return func(yield func(exchange.Unmapped, error) bool) {
		for u, err := range all {
			if err == nil {
				n.Unmapped++
			}
			if !yield(exchange.Unmapped{ID: u.ID, ReceivedAt: u.ReceivedAt, Reason: u.Why, Statement: u.Statement, SentBy: u.SentBy}, err) {
				return
			}
		}
	}
}
