package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/fault"
)

// examples has one for each command, by its name below zhitu. They work on the sample
// company, where there is one.
var examples = map[string]string{
	"":                   "zhitu serve --demo",
	"serve":              "zhitu serve --store sqlite:zhitu.db --listen 127.0.0.1:8080",
	"import":             "zhitu import seed --store sqlite:zhitu.db",
	"plan":               "zhitu plan seed --out plan.json --store sqlite:zhitu.db",
	"apply":              "zhitu apply plan.json --store sqlite:zhitu.db",
	"check":              "zhitu check positions.csv requirements.csv --store sqlite:zhitu.db",
	"export":             "zhitu export backup.xlsx --store sqlite:zhitu.db",
	"template":           "zhitu template catalog.xlsx --store sqlite:zhitu.db --tables knowledge_points,prerequisites",
	"gap":                "zhitu gap --employee E007 --position POS-DA --at 2026-11-20",
	"path":               "zhitu path --employee E007 --position POS-DA --budget-minutes 600",
	"people":             "zhitu people 陈 晓 --org-unit HQ",
	"positions":          "zhitu positions analyst",
	"points":             "zhitu points SQL 查询",
	"insight":            "zhitu insight --position POS-DA --first 10",
	"team":               "zhitu team --org-unit ORG-IT --people",
	"candidates":         "zhitu candidates POS-DA --org-unit ORG-IT",
	"risks":              "zhitu risks --org-unit ORG-IT --csv > risks.csv",
	"train":              "zhitu train POS-DA --holders 2 --pool all --max-minutes 600",
	"copy":               "zhitu copy --from sqlite:zhitu.db --to bolt://127.0.0.1:7687",
	"verify":             "zhitu verify --store bolt://127.0.0.1:7687",
	"audit":              "zhitu audit verify",
	"audit verify":       "zhitu audit verify --store sqlite:zhitu.db",
	"audit export":       "zhitu audit export --from 2026-11-01 --to 2026-12-01 > audit.csv",
	"evidence":           "zhitu evidence drop --before 2024-01-01",
	"evidence drop":      "zhitu evidence drop --before 2024-01-01 --yes --store sqlite:zhitu.db",
	"replay":             "zhitu replay --store sqlite:zhitu.db",
	"readiness":          "zhitu readiness show E007",
	"readiness record":   "zhitu readiness record --store sqlite:zhitu.db",
	"readiness show":     "zhitu readiness show E007 --json",
	"mastery":            "zhitu mastery evaluate answers.tsv",
	"mastery evaluate":   "zhitu mastery evaluate answers.tsv --json",
	"mastery fit":        "zhitu mastery fit answers.tsv parameters.json",
	"placement":          "zhitu placement simulate seed --position POS-DA",
	"placement simulate": "zhitu placement simulate seed --position POS-DA --learners 500",
	"account":            "zhitu account invite --admin",
	"account invite":     "zhitu account invite chen.xiaoyu --employee E007 --grant TRAINER:ORG-DM --store sqlite:zhitu.db",
	"account list":       "zhitu account list --json",
	"account grant":      "zhitu account grant chen.xiaoyu HR:ORG-DM",
	"account revoke":     "zhitu account revoke chen.xiaoyu HR:ORG-DM",
	"account disable":    "zhitu account disable chen.xiaoyu",
	"account enable":     "zhitu account enable chen.xiaoyu",
	"account join":       "zhitu account join chen.xiaoyu 1f0c2b5e-7a86-4f1d-9a6e-3f0d8f6d2c11",
	"account link":       "zhitu account link chen.xiaoyu E007",
	"account unlink":     "zhitu account unlink chen.xiaoyu",
	"account approve":    "zhitu account approve",
	"account refuse":     "zhitu account refuse 6k2v4q3n5r7t2w8x",
	"erase":              "zhitu erase E007 --yes",
	"token":              "zhitu token list",
	"token create":       "zhitu token create lms --scope evidence:write --days 90",
	"token list":         "zhitu token list lms",
	"token revoke":       "zhitu token revoke aaaabbbbccccdddd",
	"schema":             "zhitu schema > schema.graphql",
	"version":            "zhitu version --json",
	"completion":         "source <(zhitu completion bash)",
	"help":               "zhitu help path",
}

// localizeHelp gives each command its example, and makes the help of all of them be in the
// language of messages.
func (a *app) localizeHelp(root *cobra.Command) {
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		a.cfg, _, _ = config.Load(cmd.Flags(), a.environ, "") // what is wrong with other settings is of no matter here
		if !fault.Supported(a.cfg.Lang) {
			a.cfg.Lang = ""
		}
		cmd.InitDefaultHelpFlag()
		cmd.InitDefaultVersionFlag()
		addExamples(root)
		text := helpText(cmd)
		if a.lang() == fault.Chinese {
			translateCommands(root)
			text = defaultValue.ReplaceAllString(chineseTemplate.Replace(helpText(cmd)), "（默认 $1）")
		}
		fmt.Fprint(cmd.OutOrStdout(), text)
	})
}

// helpText is what cobra prints as the help of a command.
func helpText(cmd *cobra.Command) string {
	var out bytes.Buffer
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	fmt.Fprintf(&out, "%s\n\n%s", strings.TrimSpace(about), cmd.UsageString())
	return out.String()
}

func addExamples(cmd *cobra.Command) {
	cmd.Example = "  " + examples[strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")]
	for _, sub := range cmd.Commands() {
		addExamples(sub)
	}
}

// translateCommands puts the texts of a command, of its flags and of its subcommands into
// Chinese.
func translateCommands(cmd *cobra.Command) {
	cmd.Short, cmd.Long = translate(cmd.Short), translate(cmd.Long)
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { f.Usage = translate(f.Usage) })
	}
	for _, sub := range cmd.Commands() {
		translateCommands(sub)
	}
}

// translate returns the Chinese of a text of the help; a text without one stays.
func translate(text string) string {
	if strings.HasPrefix(text, "help for ") {
		return "显示此命令的帮助"
	}
	key := text
	if first, _, long := strings.Cut(text, "\n"); long {
		key = first + "\n"
	}
	if chinese, ok := chineseHelp[key]; ok {
		return chinese
	}
	return text
}

// defaultValue is the default that a line on a flag ends with.
var defaultValue = regexp.MustCompile(`(?m) \(default (.*)\)$`)

// chineseTemplate replaces the words of cobra's template.
var chineseTemplate = strings.NewReplacer(
	"Usage:\n", "用法：\n", "Examples:\n", "示例：\n", "Available Commands:\n", "命令：\n", "\nFlags:\n", "\n选项：\n", "Global Flags:\n", "通用选项：\n",
	" [flags]\n", " [选项]\n", " [command]\n", " [命令]\n", `Use "`, `运行 "`, ` [command] --help" for more information about a command.`, ` [命令] --help" 查看某个命令的帮助。`,
)
