package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
)

// shells are those for which there is a completion script.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print a script that completes commands, flags and codes in bash, zsh, fish or powershell",
		ValidArgs: shells,
		Args:      cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return usageError{fault.New(fault.InvalidArgument, "the shell is one of %s", "命令行环境须为以下之一：%s", strings.Join(shells, ", "))}
		},
	}
}

// completedFlags says what completes the flags of that name, in whichever command.
func (a *app) completedFlags() map[string]cobra.CompletionFunc {
	fixed := func(values ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	points := a.completeCodes(completePoints)
	return map[string]cobra.CompletionFunc{
		"lang":            fixed("en", "zh-CN"),
		"objective":       fixed("coverage\tfulfil as much as possible", "critical\tcritical requirements first"),
		"log-level":       fixed("debug", "info", "warn", "error"),
		"encoding":        fixed("gb18030", "big5", "windows-1252", "utf-8", "utf-16"),
		"grant":           fixed("MANAGER", "TRAINER", "EXPERT", "HR", "AUDITOR", "ADMIN"),
		"scope":           fixed(access.Scopes(^access.Scopes(0)).Names()...),
		"employee":        a.completeCodes(completeEmployees),
		"position":        a.completeCodes(completePositions),
		"competency":      a.completeCodes(completeCompetencies),
		"org-unit":        a.completeCodes(completeOrgUnits),
		"line":            a.completeCodes(completeEmployees),
		"incumbents-of":   a.completeCodes(completePositions),
		"pool":            fixed("incumbents", "all"),
		"assume-mastered": points,
		"exclude":         points,
	}
}

// registerCompletions makes the shell complete the flags of commands and their subcommands.
func registerCompletions(commands []*cobra.Command, completed map[string]cobra.CompletionFunc) {
	for _, cmd := range commands {
		for name, complete := range completed {
			if cmd.Flags().Lookup(name) != nil {
				_ = cmd.RegisterFlagCompletionFunc(name, complete) // it fails for unknown flags alone
			}
		}
		registerCompletions(cmd.Commands(), completed)
	}
}

// codeName is a code that completes a flag, with the name that the shell shows beside it.
type codeName struct{ code, name string }

// completeCodes completes a flag by codes of the store; by nothing where that cannot be
// read, since a shell has no place for errors.
func (a *app) completeCodes(list func(ctx context.Context, s *service.Service, prefix string) ([]codeName, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if a.loadSettings(cmd) != nil || a.cfg.Store == "" {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		before, prefix := "", typed // of a list, the last item is completed
		if i := strings.LastIndex(typed, ","); i >= 0 {
			before, prefix = typed[:i+1], typed[i+1:]
		}
		var completions []cobra.Completion
		_ = a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
			found, err := list(catalog.BeginRequest(cmd.Context(), a.lang()), s, prefix)
			for _, c := range found {
				if strings.HasPrefix(strings.ToLower(c.code), strings.ToLower(prefix)) {
					completions = append(completions, cobra.CompletionWithDesc(before+c.code, c.name))
				}
			}
			return err
		})
		return completions, cobra.ShellCompDirectiveNoFileComp
	}
}

func completeEmployees(ctx context.Context, s *service.Service, prefix string) (list []codeName, err error) {
	found, err := s.People.Employees(ctx, page.MaxSize, nil, &people.EmployeeFilter{Text: &prefix}, false)
	for _, e := range found.Nodes {
		list = append(list, codeName{e.Code(), e.Name()})
	}
	return list, err
}

func completePositions(_ context.Context, s *service.Service, _ string) (list []codeName, err error) {
	for _, p := range s.Catalog.Current().Graph().Catalog().Positions {
		list = append(list, codeName{p.Code, p.Name})
	}
	return list, nil
}

func completeCompetencies(_ context.Context, s *service.Service, _ string) (list []codeName, err error) {
	for _, c := range s.Catalog.Current().Graph().Catalog().Competencies {
		list = append(list, codeName{c.Code, c.Name})
	}
	return list, nil
}

func completePoints(ctx context.Context, s *service.Service, prefix string) (list []codeName, err error) {
	found, err := s.Catalog.KnowledgePoints(ctx, page.MaxSize, nil, &catalog.KnowledgePointFilter{Text: &prefix})
	for _, k := range found.Nodes {
		list = append(list, codeName{k.Code(), k.Name()})
	}
	return list, err
}

func completeOrgUnits(ctx context.Context, s *service.Service, _ string) (list []codeName, err error) {
	units, err := s.People.AllOrgUnits(ctx)
	for _, u := range units {
		list = append(list, codeName{u.Code, u.Name})
	}
	return list, err
}
