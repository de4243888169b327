package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/exchange/marking"
	"github.com/zhitu/zhitu/internal/fault"
)

// markedWorkbook is what programs are told of a workbook with marks.
type markedWorkbook struct {
	File   string `json:"file"`
	Cells  int    `json:"cells"`  // that are marked
	Listed int    `json:"listed"` // problems in the sheet of problems
}

// checkMarkFlags refuses what --mark and --unmark cannot do.
func (a *app) checkMarkFlags(paths []string) error {
	if a.cfg.Mark == "" && a.cfg.Unmark == "" {
		return nil
	}
	if a.cfg.Mark != "" && a.cfg.Unmark != "" {
		return usageError{fault.New(fault.InvalidArgument, "give --mark or --unmark, not both", "--mark 与 --unmark 只能选一个")}
	}
	target := a.cfg.Mark + a.cfg.Unmark
	info, err := os.Stat(paths[0])
	text := slices.Contains([]string{".csv", ".tsv", ".txt", ".jsonl"}, strings.ToLower(filepath.Ext(paths[0])))
	if len(paths) > 1 || text || err == nil && info.IsDir() {
		return usageError{fault.New(fault.InvalidArgument, "--mark and --unmark are for one workbook: give one .xlsx file", "--mark 和 --unmark 用于单个工作簿：请只给出一个 .xlsx 文件")}
	}
	if there, statErr := os.Stat(target); err == nil && statErr == nil && os.SameFile(info, there) {
		return usageError{fault.New(fault.InvalidArgument, "the workbook is not overwritten: name another file than %s", "不会覆盖原工作簿：请指定 %s 以外的文件", competency.Quote(target))}
	}
	return nil
}

// markProblems writes the workbook that is checked with its problems, if --mark asks for it.
func (a *app) markProblems(ctx context.Context, problems []exchange.LocatedProblem) error {
	if a.toMark == "" {
		return nil
	}
	var done marking.Summary
	_, err := writeWorkbook(a.toMark, a.cfg.Mark, func(in io.ReaderAt, size int64, out io.Writer) (_ bool, err error) {
		done, err = exchange.MarkWorkbook(ctx, in, size, out, problems, a.lang())
		return true, err
	})
	if err == nil {
		a.marked = &markedWorkbook{File: a.cfg.Mark, Cells: done.Cells, Listed: done.Listed}
	}
	return err
}

// unmarkWorkbook writes a workbook without its marks.
func (a *app) unmarkWorkbook(ctx context.Context, path string) error {
	found, err := writeWorkbook(path, a.cfg.Unmark, func(in io.ReaderAt, size int64, out io.Writer) (bool, error) {
		return exchange.UnmarkWorkbook(ctx, in, size, out)
	})
	switch {
	case err != nil:
		return err
	case a.cfg.JSON:
		return a.printJSON(map[string]any{"ok": true, "file": a.cfg.Unmark, "written": found})
	case found:
		a.println("the workbook without its marks is %s", "去除标记的工作簿：%s", a.cfg.Unmark)
	default:
		a.println("%s has no marks; nothing was written", "%s 中没有标记；未写入任何内容", path)
	}
	return nil
}

// writeWorkbook writes a file that is made of another, all or nothing: not where do fails
// or returns false.
func writeWorkbook(from, to string, do func(in io.ReaderAt, size int64, out io.Writer) (bool, error)) (written bool, err error) {
	in, err := os.Open(from)
	if err != nil {
		return false, fault.Wrap(err, fault.InvalidArgument, "%s cannot be read: check the path and its permissions", "无法读取 %s：请检查路径和权限", from)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return false, err
	}
	return replaceFile(to, info.Mode().Perm(), cannotWriteWorkbook, func(out io.Writer) (bool, error) { return do(in, info.Size(), out) })
}

func cannotWriteWorkbook(err error, path string) error {
	return fault.Wrap(err, fault.InvalidArgument, "%s cannot be written: check the path and its permissions, and close it in Excel", "无法写入 %s：请检查路径和权限，并在 Excel 中关闭该文件", path)
}

// reportNotMarked says why the workbook was not marked. Its problems are printed all the same.
func (a *app) reportNotMarked(err error) {
	text := fault.T("the workbook was not marked: %s", "工作簿未标记：%s", err.Error())
	var known *fault.Error
	if errors.As(err, &known) {
		text = fault.T("the workbook was not marked: %s", "工作簿未标记：%s", known.Text)
	}
	fmt.Fprintln(a.err, text.In(a.lang()))
}
