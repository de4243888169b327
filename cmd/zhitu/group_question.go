package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
)

// groupQuestion is a question about many people. What a command adds to it is in the settings.
type groupQuestion struct {
	*service.Service
	group *analysis.WorkforceGroup
	at    *time.Time // nil for the start of the current hour
}

// groupAnswer is what a command prints: itself as JSON, a table for people, or CSV.
type groupAnswer interface {
	print(a *app)
	// csvRows returns the heading and the rows.
	csvRows() [][]string
	// notes are what CSV has no place for. They go to stderr.
	notes() []fault.Text
}

// groupCommand makes a command that asks about many people. Where position is true, its argument
// is the code of one.
func (a *app) groupCommand(cmd *cobra.Command, position bool, ask func(context.Context, groupQuestion) (groupAnswer, error)) *cobra.Command {
	cmd.Args = cobra.NoArgs
	if position {
		complete := a.completeCodes(completePositions)
		cmd.Args = cobra.ExactArgs(1)
		cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return complete(cmd, args, typed)
		}
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if position {
			a.cfg.Position = args[0]
		}
		return a.askGroup(cmd.Context(), ask)
	}
	storeFlag(cmd)
	flags := cmd.Flags()
	flags.String("org-unit", "", "only people of this department and those below it")
	flags.String("line", "", "only people who report to this employee, at any depth")
	flags.String("incumbents-of", "", "only people who hold this position")
	flags.String("at", "", "answer as of this time, such as 2026-11-20 or 2026-11-20T08:00:00Z (default: the start of the hour)")
	timeZoneFlag(flags)
	flags.Bool("json", false, "print the answer for programs")
	flags.Bool("csv", false, "print the rows as CSV, for spreadsheets")
	return cmd
}

// slowAnswer is from when on it is told how long an answer took.
const slowAnswer = time.Second

func (a *app) askGroup(ctx context.Context, ask func(context.Context, groupQuestion) (groupAnswer, error)) error {
	q, err := a.groupQuestion()
	if err != nil {
		return err
	}
	return a.withService(ctx, a.cfg.Store, openExisting, func(s *service.Service) error {
		q.Service = s
		var answer groupAnswer
		start := time.Now()
		progress := a.newProgress()
		defer progress.finish()
		if !a.cfg.CSV {
			progress.startStage("reading what everyone masters", "读取全员的掌握情况")
		}
		err := a.askAndSuggest(ctx, s, func(ctx context.Context) (err error) {
			answer, err = ask(ctx, q)
			return err
		})
		progress.finish()
		if err != nil {
			return err
		}
		if took := time.Since(start); took >= slowAnswer {
			a.inform(fault.T("this took %s s; a running server keeps what everyone masters in memory", "耗时 %s 秒；运行中的服务会将全员的掌握情况保存在内存中", strconv.FormatFloat(took.Seconds(), 'f', 1, 64)))
		}
		return a.printGroupAnswer(answer)
	})
}

// groupQuestion reads the settings that all of these questions have.
func (a *app) groupQuestion() (q groupQuestion, err error) {
	given := 0
	for _, code := range []string{a.cfg.OrgUnit, a.cfg.Line, a.cfg.IncumbentsOf} {
		if code != "" {
			given++
		}
	}
	if given > 1 {
		return q, usageError{fault.New(fault.InvalidArgument, "give one of --org-unit, --line and --incumbents-of", "--org-unit、--line 和 --incumbents-of 只能填写其一")}
	}
	if a.cfg.JSON && a.cfg.CSV {
		return q, usageError{fault.New(fault.InvalidArgument, "give one of --json and --csv", "--json 和 --csv 只能填写其一")}
	}
	q.group = &analysis.WorkforceGroup{OrgUnit: optional.Of(a.cfg.OrgUnit), Line: optional.Of(a.cfg.Line), IncumbentsOf: optional.Of(a.cfg.IncumbentsOf)}
	at, err := a.timeSetting("at", a.cfg.At)
	q.at = optional.Of(at)
	return q, err
}

func (a *app) printGroupAnswer(answer groupAnswer) error {
	switch {
	case a.cfg.JSON:
		return a.printJSON(answer)
	case a.cfg.CSV:
		for _, note := range answer.notes() {
			a.inform(note)
		}
		return writeSpreadsheet(a.out, answer.csvRows())
	}
	answer.print(a)
	return nil
}

// writeSpreadsheet writes CSV that spreadsheets read as UTF-8, and in which no text is a formula.
func writeSpreadsheet(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = exchange.EscapeFormula(cell)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// moment is the common part of answers.
type moment struct {
	At       time.Time `json:"at"`
	Revision int       `json:"revision"`
}

// asOf says of which time an answer is.
func (a *app) asOf(m moment) fault.Text {
	zone, err := a.zone()
	if err != nil { // the time was read in it
		zone = time.UTC
	}
	at := m.At.In(zone).Format("2006-01-02 15:04 -07:00")
	return fault.T("as of "+at, "截至 "+at)
}

// employeeRow identifies the person of a row.
type employeeRow struct {
	Employee string `json:"employee"`
	Name     string `json:"name"`
}

func employeeRowOf(e people.Employee) employeeRow { return employeeRow{e.Code(), e.Name()} }

// maxGroupRows bounds --first.
const maxGroupRows = 10_000

// firstFlag adds how many rows there shall be.
func firstFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().Int("first", 20, "number of rows of each table")
	return cmd
}

func (a *app) checkFirst() error {
	if a.cfg.First < 1 || a.cfg.First > maxGroupRows {
		return a.invalidSetting("first", "give a number from 1 to %d", "请填写 1 到 %d 的整数", maxGroupRows)
	}
	return nil
}

// firstRows reads pages until there are as many rows as are asked for.
func firstRows[T any](first int, read func(first int, after *string) (page.Page[T], error)) (rows []T, total int, err error) {
	var after *string
	for len(rows) < first {
		p, err := read(min(page.MaxSize, first-len(rows)), after)
		if err != nil {
			return nil, 0, err
		}
		rows, total, after = append(rows, p.Nodes...), p.TotalCount, p.PageInfo.EndCursor
		if !p.PageInfo.HasNextPage {
			break
		}
	}
	return rows, total, nil
}

// printMore says how many rows are not shown.
func (a *app) printMore(shown, total int) {
	if total > shown {
		a.println("and %d more: give --first", "还有 %d 条：可用 --first 指定条数", total-shown)
	}
}

// Cells of CSV: numbers in full, and empty where there is none.
func csvNumber[N int | float64](x *N) string {
	if x == nil {
		return ""
	}
	return fmt.Sprint(*x)
}

func csvYesNo(yes bool) string { return strconv.FormatBool(yes) }

// countOf formats a number that may be withheld.
func countOf(n *int) string {
	if n == nil {
		return "–"
	}
	return strconv.Itoa(*n)
}
