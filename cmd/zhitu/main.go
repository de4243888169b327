// Zhitu 知图 tells what a person still lacks for a position and what to learn
// next. This command serves it, moves catalogs in and out, and asks single
// questions.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, stdio{os.Stdout, os.Stderr}))
}

// Exit codes, by whose fault it is.
const (
	exitDone        = 0
	exitRefused     = 1 // the input's
	exitMisuse      = 2 // the command line's
	exitUnavailable = 3 // the store's
)

type stdio struct{ out, err io.Writer }

// app is one run of the program.
type app struct {
	stdio
	env func(string) string
	cfg config.Config
}

// misuse is an error of the command line.
type misuse struct{ error }

// reported is an error that has been shown in full already.
type reported struct{ error }

func run(ctx context.Context, args []string, env func(string) string, io stdio) int {
	out := &sink{Writer: io.out}
	io.out = out
	a := &app{stdio: io, env: env}
	root := &cobra.Command{
		Use:           "zhitu",
		Version:       buildInfo().Version,
		Short:         "Zhitu 知图: the gap between a person and a position, and the path that closes it",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			if a.cfg, err = config.Load(cmd.Flags(), env, "."); err != nil {
				return misuse{err}
			}
			return nil
		},
	}
	root.SetVersionTemplate(versionLine())
	root.PersistentFlags().String("lang", "", "language of messages, en or zh-CN (default: of the terminal)")
	root.AddCommand(a.serve(), a.imports(), a.check(), a.export(), a.gap(), a.path(), a.insight(), a.copies(), a.verify(), a.replay(), a.mastery(), a.placement(), a.version())
	tellMisuse(root.Commands())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misuse{err} })
	root.SetArgs(args)
	root.SetOut(io.out)
	root.SetErr(io.err)

	// Whoever runs a command on the machine of the store may do everything.
	cmd, err := root.ExecuteContextC(access.WithViewer(ctx, access.System()))
	if err == nil && out.err != nil {
		err = fmt.Errorf("the output is not complete: %w", out.err)
	}
	return a.finish(cmd, err)
}

// tellMisuse marks the errors that commands, and those under them, find in their
// flags and arguments.
func tellMisuse(commands []*cobra.Command) {
	for _, cmd := range commands {
		cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misuse{err} })
		if args := cmd.Args; args != nil {
			cmd.Args = func(cmd *cobra.Command, given []string) error {
				if err := args(cmd, given); err != nil {
					return misuse{err}
				}
				return nil
			}
		}
		tellMisuse(cmd.Commands())
	}
}

// sink remembers that something could not be written, such as to a full disk: an
// answer that is cut off must not pass for a whole one.
type sink struct {
	io.Writer
	err error
}

func (s *sink) Write(p []byte) (n int, err error) {
	if n, err = s.Writer.Write(p); err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// finish shows an error and returns the exit code.
func (a *app) finish(cmd *cobra.Command, err error) int {
	var wrong misuse
	var shown reported
	var known *fault.Error
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &shown):
		return exitRefused
	case errors.As(err, &known):
		if a.cfg.JSON {
			_ = a.printJSON(map[string]any{"error": map[string]any{"code": known.Code, "message": known.Text.In(a.lang())}})
		} else {
			fmt.Fprintln(a.err, "zhitu:", known.Text.In(a.lang()))
			if known.Cause != nil && known.Code != fault.InvalidArgument { // what the input did wrong is said already
				fmt.Fprintln(a.err, "zhitu:", known.Cause)
			}
		}
		if known.Code == fault.Unavailable {
			return exitUnavailable
		}
		return exitRefused
	case errors.As(err, &wrong), cmd == nil || !cmd.HasParent(): // cobra's own: an unknown command
		fmt.Fprintf(a.err, "zhitu: %v\n", err)
		fmt.Fprintf(a.err, "%s\n", fault.T("run %q for help", "帮助请运行 %q", cmd.CommandPath()+" --help").In(a.lang()))
		return exitMisuse
	default:
		fmt.Fprintf(a.err, "zhitu: %v\n", err)
		return exitRefused
	}
}

// lang is the language of messages: as told, else that of the terminal.
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

func (a *app) say(en, zh string, args ...any) {
	fmt.Fprintln(a.out, fault.T(en, zh, args...).In(a.lang()))
}
