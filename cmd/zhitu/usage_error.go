package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// markUsageErrors makes commands and their subcommands return a usageError for
// invalid flags and arguments.
func markUsageErrors(commands []*cobra.Command) {
	for _, cmd := range commands {
		cmd.SetFlagErrorFunc(flagError)
		if args := cmd.Args; args != nil {
			cmd.Args = func(cmd *cobra.Command, given []string) error {
				if err := args(cmd, given); err != nil {
					if unknown := commandError(cmd, err); unknown != err {
						return usageError{unknown}
					}
					return usageError{fault.Wrap(err, fault.InvalidArgument, "these arguments do not fit; the form is: %s", "参数不符，格式为：%s", cmd.UseLine())}
				}
				return nil
			}
		}
		markUsageErrors(cmd.Commands())
	}
}

// flagError says in both languages what is wrong with the flags of a command.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var valueless *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	text := fault.T("%s", "选项有误：%s", err.Error())
	switch {
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		text = suggestWord(fault.T("there is no flag %s", "没有选项 %s", dashed(unknown.GetSpecifiedName())), "--", unknown.GetSpecifiedName(), names)
	case errors.As(err, &valueless):
		text = fault.T("the flag %s needs a value", "选项 %s 需要一个值", dashed(valueless.GetSpecifiedName()))
	case errors.As(err, &invalid):
		text = fault.T("--%s: %s is not a value of the kind %s", "--%s：%s 不是 %s 类型的值", invalid.GetFlag().Name, competency.Quote(invalid.GetValue()), invalid.GetFlag().Value.Type())
	}
	return usageError{&fault.Error{Code: fault.InvalidArgument, Text: text, Cause: err}}
}

func dashed(flag string) string {
	if len(flag) == 1 {
		return "-" + flag
	}
	return "--" + flag
}

var unknownCommand = regexp.MustCompile(`^unknown command ("(?:[^"\\]|\\.)*") for "([^"]*)"`)

// commandError says in both languages that a command has no such command below it; any
// other error stays.
func commandError(parent *cobra.Command, err error) error {
	match := unknownCommand.FindStringSubmatch(err.Error())
	if match == nil {
		return err
	}
	var word string
	if _, scan := fmt.Sscanf(match[1], "%q", &word); scan != nil {
		return err
	}
	var names []string
	for _, cmd := range parent.Commands() {
		names = append(names, cmd.Name())
	}
	return &fault.Error{Code: fault.InvalidArgument, Text: suggestWord(fault.T("there is no command %s", "没有命令 %s", competency.Quote(word)), "", word, names), Cause: err}
}

// suggestWord adds the nearest of some names to a message, if one is near.
func suggestWord(text fault.Text, prefix, word string, names []string) fault.Text {
	near := competency.Nearest(strings.TrimLeft(word, "-"), names)
	if near == "" {
		return text
	}
	return fault.T("%s; did you mean %s?", "%s；是否应为 %s？", text, prefix+near)
}
