package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) planCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan PATH...",
		Short: "Show what an import would change, record by record, and keep it for apply",
		Long: "Show what an import would change, record by record, and keep it for apply.\n\n" +
			"Exit codes: 0 nothing would change, 1 the files were refused, 4 something would change.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			do := func(s *service.Service) error { return a.planFiles(cmd.Context(), s, paths) }
			if a.cfg.Out != "" { // a plan belongs to a store
				return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, do)
			}
			return a.withPlanned(cmd.Context(), do)
		},
	}
	storeFlag(cmd)
	cmd.Flags().String("out", "", "write the plan to this file, for apply")
	planFlags(cmd.Flags())
	linkSchemesFlag(cmd.Flags())
	cmd.Flags().Bool("json", false, "print the result for programs")
	readFlags(cmd.Flags())
	return cmd
}

// withPlanned runs an action that writes nothing on the store; on an empty one where there
// is none yet, which is not created.
func (a *app) withPlanned(ctx context.Context, do func(*service.Service) error) error {
	if isMissingFile(a.cfg.Store) {
		return a.withMemoryService(ctx, do)
	}
	return a.withService(ctx, a.cfg.Store, openExisting, do)
}

// planFiles prints a plan, and writes it to a file where one is wanted.
func (a *app) planFiles(ctx context.Context, s *service.Service, paths []string) error {
	plan, err := a.runPlan(ctx, s, paths, planOutput)
	if err != nil {
		return err
	}
	if a.cfg.Out != "" {
		if err := writePlan(a.cfg.Out, plan); err != nil {
			return err
		}
		if !a.cfg.JSON {
			a.println("the plan is in %s; zhitu apply does it", "计划已写入 %s；用 zhitu apply 执行", a.cfg.Out)
		}
	}
	if plan.Empty() {
		return nil
	}
	return exitError(exitChanges)
}

// writePlan writes a plan to a file that only its owner reads, in place of what was there.
func writePlan(file string, plan *governance.Plan) error {
	text, err := json.MarshalIndent(plan, "", " ")
	if err != nil {
		return err
	}
	_, err = replaceFile(file, 0o600, cannotWritePlan, func(out io.Writer) (bool, error) {
		if _, err := out.Write(append(text, '\n')); err != nil {
			return false, cannotWritePlan(err, file)
		}
		return true, nil
	})
	return err
}

func cannotWritePlan(err error, path string) error {
	return fault.Wrap(err, fault.InvalidArgument, "%s cannot be written: check the path and its permissions", "无法写入 %s：请检查路径和权限", path)
}

// planResult is the JSON output of a plan.
type planResult struct {
	OK       bool                      `json:"ok"`
	DryRun   bool                      `json:"dryRun,omitempty"` // of an import
	Store    string                    `json:"store"`
	Revision int64                     `json:"revision"`
	At       string                    `json:"at"`
	Confirm  bool                      `json:"confirm"` // so much is deleted that apply wants --yes
	Changes  []competency.RecordChange `json:"changes"`
	Problems []exchange.ProblemEntry   `json:"problems"`
	Warnings []exchange.ProblemEntry   `json:"warnings"`
	Notices  []exchange.ProblemEntry   `json:"notices"`
	Records  []service.RecordCount     `json:"records"`
	Marked   *markedWorkbook           `json:"marked,omitempty"`
}

// outputKind says for what a plan is printed.
type outputKind int

const (
	planOutput   outputKind = iota // of plan
	dryRunOutput                   // of an import that writes nothing
	checkOutput                    // of check: where there are problems they alone are printed
)

// runPlan reads files and prints what they would change. A reportedError says that they
// have problems.
func (a *app) runPlan(ctx context.Context, s *service.Service, paths []string, kind outputKind) (*governance.Plan, error) {
	progress := a.newProgress()
	defer progress.finish()
	progress.startStage("reading the files", "读取文件")
	doc, err := a.readFiles(ctx, s, paths)
	if err != nil {
		return nil, err
	}
	progress.startStage("checking %s", "校验 %s 条记录", countRecords(recordsIn(service.FilesOf(doc))))
	var each []exchange.LocatedProblem
	plan, err := s.PlanImport(ctx, doc, service.PlanOptions{Keep: a.cfg.Out != "", EachProblem: func(list []exchange.LocatedProblem) { each = list }})
	if err != nil {
		return nil, err
	}
	progress.finish()
	var notMarked error
	if len(each) > 0 {
		notMarked = a.markProblems(ctx, each)
	}
	if err := a.printPlan(plan, kind); err != nil {
		return nil, err
	}
	if notMarked != nil {
		a.reportNotMarked(notMarked)
	}
	if n := len(plan.Problems); n > 0 {
		return nil, reportedError{errors.New("the files have problems")}
	}
	return plan, nil
}

func (a *app) printPlan(p *governance.Plan, kind outputKind) error {
	if a.cfg.JSON {
		return a.printJSON(planResult{
			OK: len(p.Problems) == 0, DryRun: kind != planOutput, Store: p.Store, Revision: p.Revision, At: p.At.Format(timeFormat), Confirm: p.Confirm, Changes: p.Changes,
			Problems: a.planEntries(p.Problems), Warnings: a.planEntries(p.Warnings), Notices: a.planEntries(p.Notices), Records: p.Records, Marked: a.marked,
		})
	}
	if kind == checkOutput && len(p.Problems) > 0 {
		if err := a.printPlanProblems(p); err != nil {
			return err
		}
		if err := a.printNotices(a.out, a.located(p.Notices)); err != nil {
			return err
		}
		a.printRefusal(p)
		return nil
	}
	a.printRecordCounts(p.Records)
	a.printChanges(p.Changes)
	if p.Confirm {
		a.println("so many records are deleted that --yes is needed", "删除的记录较多，执行时需要 --yes")
	}
	for _, found := range []struct {
		noun, zh string
		list     []governance.Problem
	}{{"warning", "条警告：", p.Warnings}, {"notice", "条提示：", p.Notices}} {
		if err := a.printRemarks(a.out, found.noun, found.zh, a.located(found.list)); err != nil {
			return err
		}
	}
	if len(p.Problems) > 0 { // they are what was asked for
		if err := a.printPlanProblems(p); err != nil {
			return err
		}
		a.printRefusal(p)
		return nil
	}
	a.println("no problems; nothing was written", "没有问题；未写入任何内容")
	return nil
}

func (a *app) printPlanProblems(p *governance.Plan) error {
	return exchange.PrintProblems(a.out, a.lang(), a.located(p.Problems))
}

func (a *app) printRefusal(p *governance.Plan) {
	if a.marked != nil {
		a.println("%s; %s with marks on %s", "共 %s 个问题；已写入 %s（标记 %s 个单元格）", countProblems(len(p.Problems)), a.marked.File, fault.Count(a.marked.Cells, "cell", "cells"))
		return
	}
	a.println("%s; nothing was written", "共 %s 个问题；未写入任何内容", countProblems(len(p.Problems)))
}

const timeFormat = "2006-01-02T15:04:05.999999Z07:00"

// located returns what a plan tells of files in the form of the other commands, in the
// language of messages.
func (a *app) located(list []governance.Problem) []exchange.LocatedProblem {
	located := make([]exchange.LocatedProblem, len(list))
	for i, p := range list {
		located[i] = exchange.LocatedProblem{
			Location: exchange.Location{File: p.File, Sheet: p.Sheet, Row: p.Row, Column: p.Column, Cell: p.Cell},
			Table:    p.Table, Key: p.Key, Code: p.Code, Text: fault.Text(p.Message),
		}
	}
	return located
}

// planEntries returns what a plan tells of files for programs.
func (a *app) planEntries(list []governance.Problem) []exchange.ProblemEntry {
	entries := a.problemEntries(a.located(list))
	for i, p := range list {
		entries[i].Rows, entries[i].More = p.Rows, p.More
	}
	return entries
}
