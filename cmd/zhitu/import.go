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
			if !a.cfg.DryRun {
				return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, func(s *service.Service) error { return a.runImport(cmd.Context(), s, paths) })
			}
			return a.withPlanned(cmd.Context(), func(s *service.Service) error {
				_, err := a.runPlan(cmd.Context(), s, paths, dryRunOutput)
				return err
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("dry-run", false, "check everything, print what would change, and write nothing")
	planFlags(cmd.Flags())
	cmd.Flags().Bool("yes", false, "delete as much as --prune says without a further question")
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
	o.ZoneAssumed, o.Replace, o.Prune = a.cfg.TimeZone == "", a.cfg.Replace, a.cfg.Prune
	o.Encoding, err = exchange.FindEncoding(a.cfg.Encoding)
	return o, err
}

// importResult is the JSON output of an import.
type importResult struct {
	OK       bool                  `json:"ok"`
	DryRun   bool                  `json:"dryRun"`
	Revision int64                 `json:"revision"`
	Records  []service.RecordCount `json:"records"`
	// Changes are the records that changed.
	Changes  []competency.RecordChange `json:"changes"`
	Problems []exchange.ProblemEntry   `json:"problems"`
	Warnings []exchange.ProblemEntry   `json:"warnings"`
	Notices  []exchange.ProblemEntry   `json:"notices"` // what was guessed, passed over or ignored
}

// readFiles reads catalog files against what a service holds.
func (a *app) readFiles(ctx context.Context, s *service.Service, paths []string) (*exchange.Document, error) {
	options, err := a.readOptions()
	if err != nil {
		return nil, err
	}
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	options.Scale = snapshot.Graph().Catalog().Scale
	options.Known = exchange.Known{
		Catalog:   snapshot.Graph().Catalog(),
		Employees: func(texts []string) ([]competency.Employee, error) { return s.People.EmployeesCalled(ctx, texts) },
	}
	return options.Read(paths...)
}

// runImport reads files and imports them, or prints all their problems.
func (a *app) runImport(ctx context.Context, s *service.Service, paths []string) error {
	progress := a.newProgress()
	defer progress.finish()
	progress.startStage("reading the files", "读取文件")
	doc, err := a.readFiles(ctx, s, paths)
	if err != nil {
		return err
	}
	// Files with problems are checked as well, so that one run finds all problems.
	dry := len(doc.Problems) > 0
	files := service.FilesOf(doc)
	files.Confirmed = a.cfg.Yes
	if dry {
		progress.startStage("checking %s", "校验 %s 条记录", countRecords(recordsIn(files)))
	} else {
		progress.startStage("checking and writing %s", "校验并写入 %s 条记录", countRecords(recordsIn(files)))
	}
	done, err := s.ImportFiles(ctx, files, dry)
	progress.finish()
	if err = a.importError(doc, err); err != nil {
		return err
	}
	warnings := doc.LocateAll(done.Warnings)
	if a.cfg.JSON {
		return a.printJSON(importResult{
			OK: true, Revision: int64(done.Revision), Records: done.Records, Changes: orEmpty(done.Changes),
			Problems: []exchange.ProblemEntry{}, Warnings: a.problemEntries(warnings), Notices: a.problemEntries(doc.Notices),
		})
	}
	a.printRecordCounts(done.Records)
	a.printChanges(done.Changes)
	if err := a.printRemarks(a.out, "warning", "条警告：", warnings); err != nil {
		return err
	}
	if err := a.printNotices(a.out, doc.Notices); err != nil {
		return err
	}
	a.println("done: revision %d", "完成：版本 %d", done.Revision)
	return nil
}

func recordsIn(files service.Files) int {
	return files.Changes.Put.Catalog.Len() + files.Changes.Put.People.Len() + files.Intake.Len()
}

// printRecordCounts prints how many records were given, and how many changed.
func (a *app) printRecordCounts(counts []service.RecordCount) {
	for _, t := range counts {
		if t.Changed == nil {
			a.println("%-17s %6d given", "%-17s 提供 %6d 条", t.Record, t.Given)
		} else {
			a.println("%-17s %6d given, %6d new or changed", "%-17s 提供 %6d 条，新增或变更 %6d 条", t.Record, t.Given, *t.Changed)
		}
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// planFlags adds the flags that say what files do to what is stored.
func planFlags(flags *pflag.FlagSet) {
	flags.Bool("replace", false, "an empty cell of a given column empties its field; nothing is deleted")
	flags.Bool("prune", false, "delete the records of a given catalog table that the files do not have")
}

// importError returns the error of an import. If the files caused it, it prints all
// their problems.
func (a *app) importError(doc *exchange.Document, err error) error {
	found := fault.ProblemsOf(err)
	if err != nil && len(found) == 0 {
		return err
	}
	problems := doc.Report(found...)
	if len(problems) == 0 && err == nil {
		return nil
	}
	return a.rejectFiles(problems, doc.Notices)
}

// rejectFiles prints the problems of files, and returns a reportedError.
func (a *app) rejectFiles(problems, notices []exchange.LocatedProblem) error {
	summary := fault.T("%s; nothing was written", "共 %s 个问题；未写入任何内容", countProblems(len(problems)))
	if a.cfg.JSON {
		_ = a.printJSON(importResult{Problems: a.problemEntries(problems), Records: []service.RecordCount{}, Changes: []competency.RecordChange{}, Warnings: []exchange.ProblemEntry{}, Notices: a.problemEntries(notices)})
	} else {
		if err := exchange.PrintProblems(a.err, a.lang(), problems); err != nil {
			return err
		}
		if err := a.printNotices(a.err, notices); err != nil {
			return err
		}
		fmt.Fprintln(a.err, summary.In(a.lang()))
	}
	return reportedError{errors.New(summary.EN)}
}

// printNotices tells what was guessed, passed over or ignored while files were read.
func (a *app) printNotices(w io.Writer, notices []exchange.LocatedProblem) error {
	return a.printRemarks(w, "notice", "条提示：", notices)
}

// printRemarks prints what was found in files under a heading, such as "3 warnings:".
func (a *app) printRemarks(w io.Writer, noun, zh string, found []exchange.LocatedProblem) error {
	if len(found) == 0 {
		return nil
	}
	fmt.Fprintln(w, fault.T("%s:", "%s "+zh, fault.Count(len(found), noun, noun+"s")).In(a.lang()))
	return exchange.PrintProblems(w, a.lang(), found)
}

func (a *app) problemEntries(located []exchange.LocatedProblem) []exchange.ProblemEntry {
	entries := make([]exchange.ProblemEntry, len(located))
	for i, l := range located {
		entries[i] = l.Entry(a.lang())
	}
	return entries
}
