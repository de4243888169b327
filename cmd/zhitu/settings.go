package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/fault"
)

// loadSettings loads the settings of a command, and tells what is suspicious in them.
func (a *app) loadSettings(cmd *cobra.Command) (err error) {
	var notices []fault.Text
	if a.cfg, notices, err = config.Load(cmd.Flags(), a.environ, ""); err != nil {
		return usageError{err}
	}
	if !fault.Supported(a.cfg.Lang) && a.cfg.Lang != "" {
		lang := a.cfg.Lang
		a.cfg.Lang = ""
		return a.invalidSetting("lang", "there are no messages in %s: give en or zh-CN", "没有 %s 语言的消息：请填写 en 或 zh-CN", competency.Quote(lang))
	}
	if cmd.Name() == serveName {
		a.log = a.newLogger()
	}
	for _, text := range notices {
		a.warn(text)
	}
	return nil
}

// givenLang returns the language that is asked for, for what is wrong with a command line
// before its flags are known; "" where none of ours is.
func (a *app) givenLang(args []string) string {
	settings, _, _ := config.Load(pflag.NewFlagSet("", pflag.ContinueOnError), a.environ, "")
	lang := settings.Lang
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			lang = value
		} else if arg == "--lang" && i+1 < len(args) {
			lang = args[i+1]
		}
	}
	if !fault.Supported(lang) {
		return ""
	}
	return lang
}

func linkSchemesFlag(flags *pflag.FlagSet) {
	flags.StringSlice("link-schemes", nil, "schemes of links to learning resources besides http and https, such as dingtalk")
}

// env returns a variable of the environment, "" where there is none.
func (a *app) env(name string) string {
	i := slices.IndexFunc(a.environ, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	if i < 0 {
		return ""
	}
	return a.environ[i][len(name)+1:]
}

// warn tells whoever operates the program what is no error: in the log of a server,
// else beside the output.
func (a *app) warn(text fault.Text) {
	if a.log != nil {
		a.log.Warn(text.In(a.lang()))
		return
	}
	fmt.Fprintln(a.err, "zhitu:", text.In(a.lang()))
}

// inform is warn for what is as it should be.
func (a *app) inform(text fault.Text) {
	if a.log != nil {
		a.log.Info(text.In(a.lang()))
		return
	}
	fmt.Fprintln(a.err, "zhitu:", text.In(a.lang()))
}

// invalidSetting is the error of a setting that cannot be used. It names the place where
// the setting was given.
func (a *app) invalidSetting(key, en, zh string, args ...any) error {
	return usageError{fault.New(fault.InvalidArgument, "%s: %s", "%s：%s", a.cfg.Origin(key), fault.T(en, zh, args...))}
}
