package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/config"
)

// loadConfig loads settings from a file, an environment and the arguments of a command
// with flags for a few of them.
func loadConfig(t *testing.T, file string, env map[string]string, args ...string) (config.Config, error) {
	t.Helper()
	dir := t.TempDir()
	if file != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, config.File), []byte(file), 0o600))
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	flags.String("store", "sqlite:default.db", "")
	flags.Bool("demo", false, "")
	flags.Int("budget-minutes", -1, "")
	flags.Duration("query-timeout", 10*time.Second, "")
	flags.StringSlice("assume-mastered", nil, "")
	require.NoError(t, flags.Parse(args))
	return config.Load(flags, func(name string) string { return env[name] }, dir)
}

func TestPrecedenceOfSettings(t *testing.T) {
	const file = "store: sqlite:file.db\nbudget-minutes: 30\n"
	env := map[string]string{"ZHITU_STORE": "sqlite:env.db", "ZHITU_BUDGET_MINUTES": "60"}
	for name, c := range map[string]struct {
		file   string
		env    map[string]string
		args   []string
		store  string
		budget int
	}{
		"nothing is given":                     {"", nil, nil, "sqlite:default.db", -1},
		"a file":                               {file, nil, nil, "sqlite:file.db", 30},
		"the environment":                      {"", env, nil, "sqlite:env.db", 60},
		"a file and the environment":           {file, env, nil, "sqlite:env.db", 60},
		"all three":                            {file, env, []string{"--store=memory:", "--budget-minutes=90"}, "memory:", 90},
		"a flag that repeats its default":      {file, env, []string{"--budget-minutes=-1"}, "sqlite:env.db", -1},
		"an empty variable is as if not there": {file, map[string]string{"ZHITU_STORE": ""}, nil, "sqlite:file.db", 30},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := loadConfig(t, c.file, c.env, c.args...)
			require.NoError(t, err)
			require.Equal(t, c.store, got.Store)
			require.Equal(t, c.budget, got.Budget)
		})
	}
}

func TestEverySettingHasAnEnvironmentVariable(t *testing.T) {
	got, err := loadConfig(t, "", map[string]string{
		"ZHITU_STORE": "memory:", "ZHITU_LANG": "zh-CN", "ZHITU_JSON": "true", "ZHITU_LISTEN": ":80", "ZHITU_TOKEN": "t", "ZHITU_DEMO": "1",
		"ZHITU_QUERY_TIMEOUT": "3s", "ZHITU_DRY_RUN": "true", "ZHITU_EMPLOYEE": "E", "ZHITU_POSITION": "P", "ZHITU_AT": "2026-11-20",
		"ZHITU_ASSUME_MASTERED": "A,B", "ZHITU_BUDGET_MINUTES": "7", "ZHITU_OBJECTIVE": "critical", "ZHITU_LOCALE": "en", "ZHITU_ALL": "true", "ZHITU_FROM": "f", "ZHITU_TO": "t",
		"ZHITU_NEO4J_USER": "u", "ZHITU_NEO4J_PASSWORD": "p", "ZHITU_NEO4J_DATABASE": "d", "ZHITU_NEO4J_CA_FILE": "c", "ZHITU_NEO4J_POOL_SIZE": "9",
		"ZHITU_NEO4J_TIMEOUT": "1s", "ZHITU_TRAIN": "t.tsv", "ZHITU_PREDICTIONS": "p.tsv", "ZHITU_INTERPRETABLE": "true",
		"ZHITU_XAPI_MAP": "m.csv", "ZHITU_XAPI_EXTENSION": "x:y", "ZHITU_XAPI_LENIENT": "true", "ZHITU_MASTERY_PARAMETERS": "p.json",
	})
	require.NoError(t, err)
	require.Equal(t, config.Config{
		Store: "memory:", Lang: "zh-CN", JSON: true, Listen: ":80", Token: "t", Demo: true, Query: 3 * time.Second, DryRun: true,
		Employee: "E", Position: "P", At: "2026-11-20", AssumeMastered: []string{"A", "B"}, Budget: 7, Objective: "critical",
		Locale: "en", All: true, From: "f", To: "t",
		Neo4jUser: "u", Neo4jPassword: "p", Neo4jDatabase: "d", Neo4jCAFile: "c", Neo4jPoolSize: 9, Neo4jTimeout: time.Second,
		Train: "t.tsv", Predictions: "p.tsv", Interpretable: true, XAPIMap: "m.csv", XAPIExtension: "x:y", XAPILenient: true, MasteryParameters: "p.json",
	}, got)
	require.Len(t, config.Keys(), reflect.TypeFor[config.Config]().NumField())
}

func TestTokenComesFromEnvironmentOrFile(t *testing.T) {
	got, err := loadConfig(t, "token: from-file\n", nil)
	require.NoError(t, err)
	require.Equal(t, "from-file", got.Token)
	got, err = loadConfig(t, "token: from-file\n", map[string]string{"ZHITU_TOKEN": "from-env"})
	require.NoError(t, err)
	require.Equal(t, "from-env", got.Token)
}

func TestLoadReportsInvalidSettings(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"an unknown setting that is like one": {"stroe: sqlite:x.db\n", []string{config.File, `"stroe"`, "did you mean store?"}},
		"two of them, both at once":           {"stroe: sqlite:x.db\nqery-timeout: 3s\n", []string{`"stroe"`, `"qery-timeout"`, "did you mean query-timeout?"}},
		"an unknown setting like no other":    {"neighbourhood: x\n", []string{`"neighbourhood"`}},
		"a setting within another":            {"store:\n  file: x\n", []string{`"store.file"`}},
		"a list where one value belongs":      {"store: [a, b]\n", []string{"wrong kind", "store"}},
		"a text where a number belongs":       {"budget-minutes: many\n", []string{"wrong kind", "budget-minutes"}},
		"a text where yes or no belongs":      {"demo: perhaps\n", []string{"wrong kind", "demo"}},
		"a number that is no time":            {"query-timeout: soon\n", []string{"wrong kind", "query-timeout"}},
		"what is no YAML":                     {"store: [\n", []string{config.File}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig(t, c.file, nil)
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
	_, err := loadConfig(t, "", map[string]string{"ZHITU_BUDGET_MINUTES": "many"})
	require.ErrorContains(t, err, "budget-minutes")
}

func TestSettingNamesIgnoreCase(t *testing.T) {
	got, err := loadConfig(t, "Store: 'memory:'\nDRY-RUN: true\n", nil)
	require.NoError(t, err)
	require.Equal(t, "memory:", got.Store)
	require.True(t, got.DryRun)
}
