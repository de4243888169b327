package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/store"
)

func (a *app) auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Check and export the audit: who did what, and who read whose data",
	}
	cmd.AddCommand(a.auditVerifyCommand(), a.auditExportCommand())
	return cmd
}

func (a *app) auditVerifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that no entry of the audit was altered, removed or added",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withOpenAudit(cmd.Context(), func(log *audit.Log) error { return a.verifyAudit(cmd.Context(), log) })
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) auditExportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print the entries of the audit, as CSV",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, err := a.timeSetting("from", a.cfg.From)
			if err != nil {
				return err
			}
			to, err := a.timeSetting("to", a.cfg.To)
			if err != nil {
				return err
			}
			return a.withOpenAudit(cmd.Context(), func(log *audit.Log) error { return a.exportAudit(cmd.Context(), log, from, to) })
		},
	}
	storeFlag(cmd)
	flags := cmd.Flags()
	flags.String("from", "", "only entries from this time on, such as 2026-11-01")
	flags.String("to", "", "only entries before this time, such as 2026-12-01")
	timeZoneFlag(flags)
	flags.Bool("json", false, "print the entries as JSON, one a line")
	return cmd
}

// withOpenAudit runs an action on the audit of the store that the setting names.
func (a *app) withOpenAudit(ctx context.Context, do func(*audit.Log) error) error {
	return a.withStore(ctx, a.cfg.Store, openExisting, func(st store.Store) error {
		if a.audit == nil { // withAudit has warned why
			_, err := a.auditKey(a.cfg.Store)
			return err
		}
		return do(a.audit)
	})
}

// timeSetting reads a time; the zero time where the setting is empty.
func (a *app) timeSetting(key, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	zone, err := a.zone()
	if err != nil {
		return time.Time{}, err
	}
	at, wrong := competency.ParseTime(text, zone)
	if wrong != (fault.Text{}) {
		return at, a.invalidSetting(key, "%s", "%s", wrong)
	}
	return at, nil
}

// verifiedChain and auditFinding are the JSON forms of what verify tells.
type verifiedChain struct {
	ID      string `json:"id"`
	First   int64  `json:"first"`
	Last    int64  `json:"last"`
	Entries int    `json:"entries"`
	Ended   bool   `json:"ended"`
}

type auditFinding struct {
	Chain   string `json:"chain"`
	Number  int64  `json:"number,omitempty"`
	Message string `json:"message"`
}

func (a *app) verifyAudit(ctx context.Context, log *audit.Log) error {
	report, err := log.Verify(ctx)
	if err != nil {
		return err
	}
	entries, chains := 0, make([]verifiedChain, len(report.Chains))
	for i, c := range report.Chains {
		entries += c.Entries
		chains[i] = verifiedChain{c.ID, c.First, c.Last, c.Entries, c.Ended}
	}
	findings := make([]auditFinding, len(report.Findings))
	for i, f := range report.Findings {
		findings[i] = auditFinding{f.Chain, f.Number, f.Text.In(a.lang())}
	}
	sound := len(findings) == 0
	if a.cfg.JSON {
		err = a.printJSON(map[string]any{"ok": sound, "entries": entries, "chains": chains, "findings": findings})
	} else {
		a.printVerified(report.Chains, findings, entries)
	}
	if err == nil && !sound {
		err = reportedError{errors.New("the audit does not hold together")}
	}
	return err
}

func (a *app) printVerified(chains []audit.ChainReport, findings []auditFinding, entries int) {
	for _, c := range chains {
		state := fault.T("running, or killed", "运行中，或被强制终止")
		switch {
		case c.Shared:
			state = fault.T("of commands", "命令共用")
		case c.Ended:
			state = fault.T("ended", "已结束")
		}
		a.println("chain %s: entries %d to %d, %s", "链 %s：条目 %d 至 %d，%s", c.ID, c.First, c.Last, state)
	}
	for _, f := range findings {
		a.println("chain %s: %s", "链 %s：%s", f.Chain, f.Message)
	}
	if len(findings) == 0 {
		a.println("the audit is sound: %d entries in %d chains", "审计记录完好：共 %d 条记录，%d 条链", entries, len(chains))
	} else {
		a.println("the audit does not hold together in %d places: compare it with an export or a backup from before", "审计记录有 %d 处不一致：请与此前的导出或备份比对", len(findings))
	}
}

// exportedEntry is the JSON form of an entry; auditColumns are those of the CSV.
type exportedEntry struct {
	Chain      string   `json:"chain"`
	Number     int      `json:"number"`
	At         string   `json:"at"`
	Account    string   `json:"account"`
	Token      string   `json:"token,omitempty"`
	SystemUser string   `json:"systemUser,omitempty"`
	Action     string   `json:"action"`
	Verb       string   `json:"verb"`
	Subjects   []string `json:"subjects,omitempty"`
	Count      int      `json:"subjectCount,omitempty"`
	Filter     string   `json:"filter,omitempty"`
	Object     string   `json:"object,omitempty"`
	Outcome    string   `json:"outcome"`
	Revision   int      `json:"revision,omitempty"`
	Request    string   `json:"requestId,omitempty"`
	Address    string   `json:"address,omitempty"`
	MAC        string   `json:"mac"`
}

var auditColumns = []string{
	"chain", "number", "at", "account", "token", "system_user", "action", "verb", "subjects", "subject_count", "filter", "object", "outcome",
	"revision", "request_id", "address", "mac",
}

func exportedOf(e audit.Entry) exportedEntry {
	return exportedEntry{
		Chain: e.Chain, Number: e.Number, At: e.At.Format(time.RFC3339Nano), Account: e.Account, Token: optional.Value(e.Token), SystemUser: optional.Value(e.SystemUser),
		Action: e.Action, Verb: e.Verb, Subjects: e.Subjects, Count: e.SubjectCount, Filter: optional.Value(e.Filter), Object: optional.Value(e.Object),
		Outcome: e.Outcome, Revision: optional.Value(e.Revision), Request: optional.Value(e.RequestID), Address: optional.Value(e.Address), MAC: e.MAC,
	}
}

func (e exportedEntry) row() []string {
	return []string{
		e.Chain, strconv.Itoa(e.Number), e.At, e.Account, e.Token, e.SystemUser, e.Action, e.Verb, strings.Join(e.Subjects, ";"), numberOrEmpty(e.Count),
		e.Filter, e.Object, e.Outcome, numberOrEmpty(e.Revision), e.Request, e.Address, e.MAC,
	}
}

func numberOrEmpty(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// exportedSpan says which entries are exported, as they were asked for.
func (a *app) exportedSpan() string {
	span := ""
	for _, bound := range [][2]string{{"from", a.cfg.From}, {"to", a.cfg.To}} {
		if bound[1] != "" {
			span += bound[0] + " " + bound[1] + " "
		}
	}
	return span
}

// exportAudit prints entries by chain and number. That it was done is an entry too, which
// is written first.
func (a *app) exportAudit(ctx context.Context, log *audit.Log, from, to time.Time) error {
	audit.Note(ctx, audit.Event{Action: access.Audit, Verb: "export", Filter: strings.TrimSpace(a.exportedSpan())})
	table, lines := csv.NewWriter(a.out), json.NewEncoder(a.out)
	lines.SetEscapeHTML(false)
	write := func(e audit.Entry) error { return table.Write(exportedOf(e).row()) }
	if a.cfg.JSON {
		write = func(e audit.Entry) error { return lines.Encode(exportedOf(e)) }
	} else if err := table.Write(auditColumns); err != nil {
		return err
	}
	for e, err := range log.Export(ctx, from, to) {
		if err == nil {
			err = write(e)
		}
		if err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}
