// Zhitu 知图 computes what a person still lacks for a position and what to learn
// next. This command serves the API, imports and exports catalogs, and answers
// single questions.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), stdio{os.Stdout, os.Stderr}))
}

// Exit codes, by the cause of the failure.
const (
	exitOK          = 0
	exitInvalid     = 1 // the input
	exitUsage       = 2 // the command line
	exitUnavailable = 3 // the store
	exitChanges     = 4 // none: a plan has changes
)

type stdio struct{ out, err io.Writer }

// app is one run of the program.
type app struct {
	stdio
	environ []string // KEY=VALUE
	cfg     config.Config
	log     *slog.Logger // nil but in serve

	toMark string          // the workbook that check marks, "" for none
	marked *markedWorkbook // what it has written

	audit       *audit.Log   // of the store that a command has open
	commitAudit func() error // writes what the command has noted; nil where it has no store open
}

// usageError is an error of the command line.
type usageError struct{ error }

// exitError is an exit code that is no failure.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// reportedError is an error that has already been printed in full.
type reportedError struct{ error }

func run(ctx context.Context, args, environ []string, io stdio) int {
	a := &app{environ: environ}
	out := &errorWriter{Writer: io.out, before: func() error {
		if a.commitAudit == nil {
			return nil
		}
		return a.commitAudit()
	}}
	io.out = out
	a.stdio = io
	a.cfg.Lang = a.givenLang(args)
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetOut(io.out)
	root.SetErr(io.err)

	// Whoever runs a command on the machine of the store may do everything.
	cmd, err := root.ExecuteContextC(access.WithViewer(ctx, access.System()))
	if err == nil && out.err != nil {
		err = fmt.Errorf("the output is not complete: %w", out.err)
	}
	return a.reportError(cmd, err)
}

// rootCommand returns zhitu with all commands.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "zhitu",
		Version:       buildInfo().Version,
		Short:         "Zhitu 知图: the gap between a person and a position, and the path that closes it",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			beginAudit(cmd)
			return a.loadSettings(cmd)
		},
	}
	root.SetVersionTemplate(versionLine())
	root.PersistentFlags().String("lang", "", "language of messages, en or zh-CN (default: of the terminal)")
	root.AddCommand(a.serveCommand(), a.importCommand(), a.planCommand(), a.applyCommand(), a.checkCommand(), a.exportCommand(), a.templateCommand(), a.gapCommand(), a.pathCommand(), a.peopleCommand(), a.positionsCommand(), a.pointsCommand(), a.completionCommand(), a.insightCommand(), a.teamCommand(), a.candidatesCommand(), a.risksCommand(), a.trainCommand(), a.copyCommand(), a.verifyCommand(), a.auditCommand(), a.evidenceCommand(), a.replayCommand(), a.readinessCommand(), a.masteryCommand(), a.placementCommand(), a.accountCommand(), a.tokenCommand(), a.eraseCommand(), a.schemaCommand(), a.versionCommand())
	registerCompletions(root.Commands(), a.completedFlags())
	_ = root.RegisterFlagCompletionFunc("lang", a.completedFlags()["lang"])
	a.localizeHelp(root)
	markUsageErrors(root.Commands())
	root.InitDefaultHelpFlag() // now, or cobra takes what follows it for its value
	root.InitDefaultVersionFlag()
	root.SetFlagErrorFunc(flagError)
	return root
}

// errorWriter remembers the first write error, such as of a full disk. An answer that
// is cut off must not end with exit code 0. Nothing is written where before fails.
type errorWriter struct {
	io.Writer
	before func() error
	err    error
}

func (s *errorWriter) Write(p []byte) (n int, err error) {
	if err = s.before(); err == nil {
		n, err = s.Writer.Write(p)
	}
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// reportError prints an error, if any, and returns the exit code.
func (a *app) reportError(cmd *cobra.Command, err error) int {
	var usage usageError
	var reported reportedError
	var known *fault.Error
	var exit exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return int(exit)
	case errors.As(err, &reported):
		return exitInvalid
	case errors.As(err, &usage):
		return a.reportMisuse(cmd, usage.error)
	case errors.As(err, &known):
		if a.cfg.JSON {
			_ = a.printJSON(map[string]any{"error": map[string]any{"code": known.Code, "message": known.Text.In(a.lang())}})
		} else {
			fmt.Fprintln(a.err, "zhitu:", known.Text.In(a.lang()))
			if known.Cause != nil && known.Code != fault.InvalidArgument { // the text says already what is wrong
				fmt.Fprintln(a.err, "zhitu:", known.Cause)
			}
		}
		if known.Code == fault.Unavailable {
			return exitUnavailable
		}
		return exitInvalid
	case cmd == nil || !cmd.HasParent(): // from cobra: an unknown command
		return a.reportMisuse(cmd, commandError(cmd, err))
	default:
		fmt.Fprintf(a.err, "zhitu: %v\n", err)
		return exitInvalid
	}
}

// reportMisuse prints what is wrong with the command line or the settings.
func (a *app) reportMisuse(cmd *cobra.Command, err error) int {
	var known *fault.Error
	switch {
	case !errors.As(err, &known):
		fmt.Fprintf(a.err, "zhitu: %v\n", err)
	case len(known.Problems) > 0:
		for _, p := range known.Problems {
			fmt.Fprintln(a.err, "zhitu:", p.Text.In(a.lang()))
		}
	default:
		fmt.Fprintln(a.err, "zhitu:", known.Text.In(a.lang()))
	}
	fmt.Fprintf(a.err, "%s\n", fault.T("run %q for help", "帮助请运行 %q", cmd.CommandPath()+" --help").In(a.lang()))
	return exitUsage
}

// lang returns the language of messages: the setting, else that of the terminal.
func (a *app) lang() fault.Lang {
	if a.cfg.Lang != "" {
		return fault.ParseLang(a.cfg.Lang)
	}
	return fault.FromEnvironment(a.env)
}

func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// println prints a line in the language of messages.
func (a *app) println(en, zh string, args ...any) {
	fmt.Fprintln(a.out, fault.T(en, zh, args...).In(a.lang()))
}
