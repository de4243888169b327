package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
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
				return withMemoryService(cmd.Context(), do) // a dry run must not create the file
			}
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, do)
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("dry-run", false, "check everything and write nothing")
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
	o.ZoneAssumed = a.cfg.TimeZone == ""
	o.Encoding, err = exchange.FindEncoding(a.cfg.Encoding)
	return o, err
}

// importResult is the JSON output of an import.
type importResult struct {
	OK       bool                    `json:"ok"`
	DryRun   bool                    `json:"dryRun"`
	Revision int64                   `json:"revision"`
	Records  []service.Tally         `json:"records"`
	Problems []exchange.ProblemEntry `json:"problems"`
	Warnings []exchange.ProblemEntry `json:"warnings"`
	Notices  []exchange.ProblemEntry `json:"notices"` // what was guessed, passed over or ignored
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
	doc, err := options.Read(paths...)
	if err != nil {
		return err
	}
	// Files with problems are checked as well, so that one run finds all problems.
	dry := dryRun || len(doc.Problems) > 0
	files := filesOf(doc)
	records := doc.Changes.Put.Catalog.Len() + doc.Changes.Put.People.Len() + files.Intake.Len()
	if dry {
		progress.startStage("checking %d records", "校验 %d 条记录", records)
	} else {
		progress.startStage("checking and writing %d records", "校验并写入 %d 条记录", records)
	}
	done, err := s.ImportFiles(ctx, files, dry)
	progress.finish()
	if err = a.importError(doc, err, dryRun); err != nil {
		return err
	}
	warnings := make([]exchange.LocatedProblem, len(done.Warnings))
	for i, w := range done.Warnings {
		warnings[i] = doc.Locate(w)
	}
	if a.cfg.JSON {
		return a.printJSON(importResult{
			OK: true, DryRun: dryRun, Revision: int64(done.Revision), Records: done.Records,
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
	if len(warnings) > 0 {
		a.println("%d warnings:", "%d 条警告：", len(warnings))
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

// filesOf returns what the files hold together.
func filesOf(doc *exchange.Document) service.Files {
	files := service.Files{Changes: doc.Changes, Intake: people.Intake{Evidence: doc.Evidence, States: doc.States}}
	files.Changes.AsStored = doc.AsExported
	for _, u := range doc.Unmapped {
		files.Unmapped = append(files.Unmapped, people.UnmappedStatement{ID: u.ID, ReceivedAt: u.ReceivedAt, Why: u.Reason, Statement: u.Statement})
	}
	return files
}

// importError returns the error of an import. If the files caused it, it prints all
// their problems.
func (a *app) importError(doc *exchange.Document, err error, dryRun bool) error {
	found := fault.ProblemsOf(err)
	if err != nil && len(found) == 0 {
		return err
	}
	if problems := doc.Report(found...); len(problems) > 0 || err != nil {
		return a.rejectFiles(problems, doc.Notices, dryRun)
	}
	return nil
}

// rejectFiles prints the problems of files, and returns a reportedError.
func (a *app) rejectFiles(problems, notices []exchange.LocatedProblem, dryRun bool) error {
	summary := fault.T("%d problems; nothing was written", "共 %d 个问题；未写入任何内容", len(problems))
	if a.cfg.JSON {
		_ = a.printJSON(importResult{
			DryRun: dryRun, Problems: a.problemEntries(problems), Records: []service.Tally{}, Warnings: []exchange.ProblemEntry{}, Notices: a.problemEntries(notices),
		})
	} else {
		if err := exchange.PrintProblems(a.err, a.lang(), problems); err != nil {
			return err
		}
		if err := a.printNotices(a.err, notices); err != nil {
			return err
		}
		_, _ = a.err.Write([]byte(summary.In(a.lang()) + "\n"))
	}
	return reportedError{errors.New(summary.EN)}
}

// printNotices tells what was guessed, passed over or ignored while files were read.
func (a *app) printNotices(w io.Writer, notices []exchange.LocatedProblem) error {
	if len(notices) == 0 {
		return nil
	}
	fmt.Fprintln(w, fault.T("%d notices:", "%d 条提示：", len(notices)).In(a.lang()))
	return exchange.PrintProblems(w, a.lang(), notices)
}

func (a *app) problemEntries(located []exchange.LocatedProblem) []exchange.ProblemEntry {
	entries := make([]exchange.ProblemEntry, len(located))
	for i, l := range located {
		entries[i] = l.Entry(a.lang())
	}
	return entries
}
