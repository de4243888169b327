package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import PATH...",
		Short: "Write catalog files into a store, all or nothing",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			do := func(s *service.Service) error { return a.runImport(cmd.Context(), s, paths, a.cfg.DryRun) }
			if a.cfg.DryRun && isMissingFile(a.cfg.Store) {
				return a.withMemoryService(cmd.Context(), do) // a dry run must not create the file
			}
			if a.cfg.DryRun {
				return a.withService(cmd.Context(), a.cfg.Store, openExisting, do)
			}
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, do)
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("dry-run", false, "check everything and write nothing")
	replaceFlag(cmd)
	linkSchemesFlag(cmd.Flags())
	cmd.Flags().Bool("json", false, "print the result for programs")
	readFlags(cmd.Flags())
	return cmd
}

// readFlags adds the flags that say how files are read.
func readFlags(flags *pflag.FlagSet) {
	flags.String("encoding", "", "encoding of files that are not UTF-8, such as gb18030, big5 or windows-1252 (default: found out)")
	timeZoneFlag(flags)
}

// readOptions says how files are read.
func (a *app) readOptions() (o exchange.Options, err error) {
	if o.Zone, err = a.zone(); err != nil {
		return o, err
	}
	o.ZoneAssumed, o.Replace = a.cfg.TimeZone == "", a.cfg.Replace
	o.Encoding, err = exchange.FindEncoding(a.cfg.Encoding)
	return o, err
}

// importResult is the JSON output of an import.
type importResult struct {
	OK       bool                  `json:"ok"`
	DryRun   bool                  `json:"dryRun"`
	Revision int64                 `json:"revision"`
	Records  []service.RecordCount `json:"records"`
	// Changes are the records of the catalog, departments and employees that changed, or
	// would: without the rows that have problems.
	Changes  []competency.RecordChange `json:"changes"`
	Problems []exchange.ProblemEntry   `json:"problems"`
	Warnings []exchange.ProblemEntry   `json:"warnings"`
	Notices  []exchange.ProblemEntry   `json:"notices"` // what was guessed, passed over or ignored
}

// runImport reads files and imports them, or prints all their problems.
func (a *app) runImport(ctx context.Context, s *service.Service, paths []string, dryRun bool) error {
	progress := a.newProgress()
	defer progress.finish()
	progress.startStage("reading the files", "读取文件")
	options, err := a.readOptions()
	if err != nil {
		return err
	}
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return err
	}
	options.Scale = snapshot.Graph().Catalog().Scale
	options.Known = exchange.Known{
		Catalog:   snapshot.Graph().Catalog(),
		Employees: func(texts []string) ([]competency.Employee, error) { return s.People.EmployeesCalled(ctx, texts) },
	}
	doc, err := options.Read(paths...)
	if err != nil {
		return err
	}
	// Files with problems are checked as well, so that one run finds all problems.
	dry := dryRun || len(doc.Problems) > 0
	files := service.FilesOf(doc)
	records := doc.Changes.Put.Catalog.Len() + doc.Changes.Put.People.Len() + files.Intake.Len()
	if dry {
		progress.startStage("checking %s", "校验 %s 条记录", countRecords(records))
	} else {
		progress.startStage("checking and writing %s", "校验并写入 %s 条记录", countRecords(records))
	}
	done, err := s.ImportFiles(ctx, files, dry)
	progress.finish()
	preview := func([]fault.Problem) ([]competency.RecordChange, error) {
		if !dryRun {
			return nil, nil
		}
		plan, err := s.PlanImport(ctx, doc, service.PlanOptions{})
		if err != nil {
			return nil, err
		}
		return plan.Changes, nil
	}
	if err = a.importError(doc, err, dryRun, preview); err != nil {
		return err
	}
	warnings := make([]exchange.LocatedProblem, len(done.Warnings))
	for i, w := range done.Warnings {
		warnings[i] = doc.Locate(w)
	}
	if a.cfg.JSON {
		return a.printJSON(importResult{
			OK: true, DryRun: dryRun, Revision: int64(done.Revision), Records: done.Records, Changes: orEmpty(done.Changes),
			Problems: []exchange.ProblemEntry{}, Warnings: a.problemEntries(warnings), Notices: a.problemEntries(doc.Notices),
		})
	}
	for _, t := range done.Records {
		if t.Changed == nil {
			a.println("%-17s %6d given", "%-17s 提供 %6d 条", t.Record, t.Given)
		} else {
			a.println("%-17s %6d given, %6d new or changed", "%-17s 提供 %6d 条，新增或变更 %6d 条", t.Record, t.Given, *t.Changed)
		}
	}
	a.printChanges(done.Changes)
	if len(warnings) > 0 {
		a.println("%s:", "%s 条警告：", fault.Count(len(warnings), "warning", "warnings"))
		if err := exchange.PrintProblems(a.out, a.lang(), warnings); err != nil {
			return err
		}
	}
	if err := a.printNotices(a.out, doc.Notices); err != nil {
		return err
	}
	if dryRun {
		a.println("no problems; nothing was written", "没有问题；未写入任何内容")
	} else {
		a.println("done: revision %d", "完成：版本 %d", done.Revision)
	}
	return nil
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// replaceFlag adds the setting replace to a command that reads files.
func replaceFlag(cmd *cobra.Command) {
	cmd.Flags().Bool("replace", false, "an empty cell of a given column empties its field; nothing is deleted")
}

// importError returns the error of an import. If the files caused it, it prints all
// their problems; for programs also what preview says the other rows would change.
func (a *app) importError(doc *exchange.Document, err error, dryRun bool, preview func([]fault.Problem) ([]competency.RecordChange, error)) error {
	found := fault.ProblemsOf(err)
	if err != nil && len(found) == 0 {
		return err
	}
	problems := doc.Report(found...)
	if len(problems) == 0 && err == nil {
		return nil
	}
	changes, err := preview(found)
	if err != nil {
		return err
	}
	return a.rejectFiles(problems, doc.Notices, changes, dryRun)
}

// rejectFiles prints the problems of files, and returns a reportedError.
func (a *app) rejectFiles(problems, notices []exchange.LocatedProblem, changes []competency.RecordChange, dryRun bool) error {
	summary := fault.T("%s; nothing was written", "共 %s 个问题；未写入任何内容", countProblems(len(problems)))
	if a.cfg.JSON {
		_ = a.printJSON(importResult{DryRun: dryRun, Problems: a.problemEntries(problems), Records: []service.RecordCount{}, Changes: orEmpty(changes), Warnings: []exchange.ProblemEntry{}, Notices: a.problemEntries(notices)})
	} else {
		w := a.err
		if dryRun { // the problems are what was asked for
			w = a.out
		}
		if err := exchange.PrintProblems(w, a.lang(), problems); err != nil {
			return err
		}
		if err := a.printNotices(w, notices); err != nil {
			return err
		}
		fmt.Fprintln(w, summary.In(a.lang()))
	}
	return reportedError{errors.New(summary.EN)}
}

// printNotices tells what was guessed, passed over or ignored while files were read.
func (a *app) printNotices(w io.Writer, notices []exchange.LocatedProblem) error {
	if len(notices) == 0 {
		return nil
	}
	fmt.Fprintln(w, fault.T("%s:", "%s 条提示：", fault.Count(len(notices), "notice", "notices")).In(a.lang()))
	return exchange.PrintProblems(w, a.lang(), notices)
}

func (a *app) problemEntries(located []exchange.LocatedProblem) []exchange.ProblemEntry {
	entries := make([]exchange.ProblemEntry, len(located))
	for i, l := range located {
		entries[i] = l.Entry(a.lang())
	}
	return entries
}
