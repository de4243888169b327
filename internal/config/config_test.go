package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/fault"
)

// loadConfig loads settings from a file, an environment and the arguments of a command
// with flags for a few of them.
func loadConfig(t *testing.T, file string, env map[string]string, args ...string) (config.Config, error) {
	t.Helper()
	c, _, err := loadWithNotices(t, file, env, args...)
	return c, err
}

func loadWithNotices(t *testing.T, file string, env map[string]string, args ...string) (config.Config, []fault.Text, error) {
	t.Helper()
	dir := t.TempDir()
	if file != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, config.File), []byte(file), 0o600))
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	flags.String("store", "sqlite:default.db", "")
	flags.Bool("demo", false, "")
	flags.Int("budget-minutes", -1, "")
	flags.String("query-timeout", "10s", "")
	flags.StringSlice("assume-mastered", nil, "")
	require.NoError(t, flags.Parse(args))
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	t.Chdir(dir)
	return config.Load(flags, environ, "")
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
		"ZHITU_NEO4J_TIMEOUT": "1s", "ZHITU_MARK": "m.xlsx", "ZHITU_UNMARK": "u.xlsx", "ZHITU_TRAIN": "t.tsv", "ZHITU_PREDICTIONS": "p.tsv", "ZHITU_INTERPRETABLE": "true",
		"ZHITU_XAPI_MAP": "m.csv", "ZHITU_XAPI_EXTENSION": "x:y", "ZHITU_XAPI_LENIENT": "true", "ZHITU_MASTERY_PARAMETERS": "p.json",
		"ZHITU_LOG_LEVEL": "debug", "ZHITU_TRUSTED_PROXIES": "10.0.0.1, 10.1.0.0/16", "ZHITU_MIGRATE": "yes",
		"ZHITU_PUBLIC_URL": "https://a.example", "ZHITU_BASE_PATH": "/b", "ZHITU_ALLOWED_ORIGINS": "https://c.example,https://d.example", "ZHITU_FRAME_ANCESTORS": "self",
		"ZHITU_TLS_CERT": "c.pem", "ZHITU_TLS_KEY": "k.pem",
		"ZHITU_AUDIT_KEY": "k", "ZHITU_AUDIT_RETENTION": "200", "ZHITU_EVIDENCE_RETENTION": "400",
		"ZHITU_OIDC_ISSUER": "https://id", "ZHITU_OIDC_CLIENT_ID": "c", "ZHITU_OIDC_CLIENT_SECRET": "s", "ZHITU_OIDC_SCOPES": "profile,email",
		"ZHITU_OIDC_EMPLOYEE_CLAIM": "e", "ZHITU_OIDC_ROLES_CLAIM": "r", "ZHITU_OIDC_ROLE_MAP": "a=HR,b=TRAINER:X", "ZHITU_OIDC_CREATE_ACCOUNTS": "true", "ZHITU_OIDC_AUDIENCE": "a",
	})
	require.NoError(t, err)
	want := config.Config{
		Store: "memory:", Lang: "zh-CN", JSON: true, Listen: ":80", Token: "t", Demo: true, Query: 3 * time.Second, DryRun: true,
		Employee: "E", Position: "P", At: "2026-11-20", AssumeMastered: []string{"A", "B"}, Budget: 7, Objective: "critical",
		Locale: "en", All: true, From: "f", To: "t",
		Neo4jUser: "u", Neo4jPassword: "p", Neo4jDatabase: "d", Neo4jCAFile: "c", Neo4jPoolSize: 9, Neo4jTimeout: time.Second,
		Mark: "m.xlsx", Unmark: "u.xlsx", Train: "t.tsv", Predictions: "p.tsv", Interpretable: true, XAPIMap: "m.csv", XAPIExtension: "x:y", XAPILenient: true, MasteryParameters: "p.json",
		LogLevel: "debug", TrustedProxies: []string{"10.0.0.1", "10.1.0.0/16"}, Migrate: true,
		PublicURL: "https://a.example", BasePath: "/b", AllowedOrigins: []string{"https://c.example", "https://d.example"}, FrameAncestors: []string{"self"},
		TLSCert: "c.pem", TLSKey: "k.pem",
		AuditKey: "k", AuditRetention: 200, EvidenceRetention: 400,
		OIDCIssuer: "https://id", OIDCClientID: "c", OIDCClientSecret: "s", OIDCScopes: []string{"profile", "email"},
		OIDCEmployeeClaim: "e", OIDCRolesClaim: "r", OIDCRoleMap: []string{"a=HR", "b=TRAINER:X"}, OIDCCreateAccounts: true, OIDCAudience: "a",
	}
	require.Equal(t, config.Variable("token"), got.Origin("token").EN)
	fields := reflect.TypeFor[config.Config]()
	for i := range fields.NumField() {
		if fields.Field(i).IsExported() {
			require.Equal(t, reflect.ValueOf(want).Field(i).Interface(), reflect.ValueOf(got).Field(i).Interface(), fields.Field(i).Name)
			require.NotEmpty(t, fields.Field(i).Tag.Get("setting"), fields.Field(i).Name)
		}
	}
}

func TestTokenComesFromEnvironmentOrFile(t *testing.T) {
	got, err := loadConfig(t, "token: from-file\n", nil)
	require.NoError(t, err)
	require.Equal(t, "from-file", got.Token)
	got, err = loadConfig(t, "token: from-file\n", map[string]string{"ZHITU_TOKEN": "from-env"})
	require.NoError(t, err)
	require.Equal(t, "from-env", got.Token)
}

// Every message names the place of the value, and what to write instead.
func TestInvalidSettingsNameTheirPlace(t *testing.T) {
	for name, c := range map[string]struct {
		file   string
		env    map[string]string
		args   []string
		en, zh string
	}{
		"an unknown setting that is like one": {file: "\nstroe: sqlite:x.db\n", en: `zhitu.yaml line 2: there is no setting "stroe"; did you mean store?`, zh: `zhitu.yaml 第 2 行：没有设置 "stroe"；您是指 store 吗？`},
		"an unknown setting like no other":    {file: "neighbourhood: x\n", en: `zhitu.yaml line 1: there is no setting "neighbourhood"`, zh: `没有设置 "neighbourhood"`},
		"a setting within another":            {file: "store:\n  file: x\n", en: "zhitu.yaml line 1: store takes a value, and this is a group of settings", zh: "而此处是一组设置"},
		"a setting twice":                     {file: "json: true\njson: false\n", en: "zhitu.yaml line 2: json stands here a second time", zh: "json 重复出现"},
		"a list where one value belongs":      {file: "store: [a, b]\n", en: "zhitu.yaml line 1: store: takes one value, not a list", zh: "不能是列表"},
		"a text where a number belongs":       {file: "budget-minutes: many\n", en: `zhitu.yaml line 1: budget-minutes: "many" is not a whole number`, zh: `"many" 不是整数`},
		"a text where yes or no belongs":      {file: "demo: perhaps\n", en: `zhitu.yaml line 1: demo: "perhaps" is neither true nor false`, zh: "不是 true 或 false"},
		"what is no YAML":                     {file: "store: [\n", en: "zhitu.yaml: it is not valid YAML", zh: "zhitu.yaml：不是有效的 YAML"},
		"a list of settings":                  {file: "- store\n", en: "zhitu.yaml line 1: write each setting as name: value", zh: "名称: 值"},

		// Ten nanoseconds were meant by nobody.
		"a duration without a unit, in the file":    {file: "query-timeout: 10\n", en: `zhitu.yaml line 1: query-timeout: "10" has no unit: write 10s for seconds`, zh: `zhitu.yaml 第 1 行：query-timeout："10" 没有单位：若为秒请写 10s`},
		"a duration without a unit, in a variable":  {env: map[string]string{"ZHITU_NEO4J_TIMEOUT": "2.5"}, en: `ZHITU_NEO4J_TIMEOUT: "2.5" has no unit: write 2.5s for seconds`, zh: `ZHITU_NEO4J_TIMEOUT："2.5" 没有单位：若为秒请写 2.5s`},
		"a duration without a unit, in a flag":      {args: []string{"--query-timeout", "10"}, en: `--query-timeout: "10" has no unit: write 10s`, zh: `--query-timeout："10" 没有单位`},
		"a duration that is none":                   {file: "query-timeout: soon\n", en: `"soon" is not a duration such as 500ms, 10s or 2m`, zh: `"soon" 不是时长`},
		"a duration that is too short":              {file: "query-timeout: 10ns\n", en: "zhitu.yaml line 1: query-timeout: 10ns is not from 100ms to 10m", zh: "10ns 不在 100ms 至 10m 之间"},
		"a duration that is too long":               {args: []string{"--query-timeout", "24h"}, en: "--query-timeout: 24h0m0s is not from 100ms to 10m", zh: "不在 100ms 至 10m 之间"},
		"a negative duration":                       {env: map[string]string{"ZHITU_QUERY_TIMEOUT": "-3s"}, en: "ZHITU_QUERY_TIMEOUT: -3s is not from 100ms to 10m", zh: "不在 100ms 至 10m 之间"},
		"a number that is out of range":             {file: "neo4j-pool-size: 0\n", en: "neo4j-pool-size: 0 is not from 1 to 10000", zh: "0 不在 1 至 10000 之间"},
		"a value that is none of those there are":   {env: map[string]string{"ZHITU_LOG_LEVEL": "warning"}, en: `ZHITU_LOG_LEVEL: "warning" is none of debug, info, warn, error`, zh: `"warning" 不是 debug, info, warn, error 之一`},
		"a text where a number belongs, a variable": {env: map[string]string{"ZHITU_BUDGET_MINUTES": "many"}, en: `ZHITU_BUDGET_MINUTES: "many" is not a whole number`, zh: `"many" 不是整数`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig(t, c.file, c.env, c.args...)
			var wrong *fault.Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, fault.InvalidArgument, wrong.Code)
			require.Contains(t, wrong.Text.EN, c.en)
			require.Contains(t, wrong.Text.ZH, c.zh)
		})
	}
}

func TestAllInvalidSettingsAreReportedAtOnce(t *testing.T) {
	got, err := loadConfig(t, "stroe: sqlite:x.db\nquery-timeout: 3\nlang: zh-CN\n", map[string]string{"ZHITU_DEMO": "perhaps"})
	require.Len(t, fault.ProblemsOf(err), 3)
	require.Equal(t, "zh-CN", got.Lang, "for the language of the messages")
}

func TestDefaultsHaveNoBounds(t *testing.T) {
	got, err := loadConfig(t, "query-timeout:\n# nothing\n", nil)
	require.NoError(t, err)
	require.Equal(t, 10*time.Second, got.Query)
	require.Zero(t, got.Neo4jPoolSize)
	require.Equal(t, "--query-timeout", got.Origin("query-timeout").EN)
}

func TestUnknownVariablesAreReported(t *testing.T) {
	_, notices, err := loadWithNotices(t, "", map[string]string{
		"ZHITU_QUERY_TIMOUT": "3s", "ZHITU_NEIGHBOURHOOD": "x", "ZHITU_STORE": "memory:", "HOME": "/", "ZHITUNG": "x",
		// Kubernetes sets these beside a service named zhitu.
		"ZHITU_SERVICE_HOST": "10.0.0.1", "ZHITU_SERVICE_PORT": "8080", "ZHITU_PORT": "tcp://10.0.0.1:8080", "ZHITU_PORT_8080_TCP": "x", "ZHITU_WEB_SERVICE_PORT_HTTP": "80",
	})
	require.NoError(t, err)
	require.Len(t, notices, 2)
	require.Equal(t, `there is no setting for the variable "ZHITU_NEIGHBOURHOOD": it is passed over`, notices[0].EN)
	require.Equal(t, `没有与变量 "ZHITU_QUERY_TIMOUT" 对应的设置：已忽略；您是指 ZHITU_QUERY_TIMEOUT 吗？`, notices[1].ZH)
}

func TestReadableSecretsAreReported(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permissions of others")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, config.File)
	noticesOf := func(content string, mode os.FileMode) []fault.Text {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		require.NoError(t, os.Chmod(file, mode))
		_, notices, err := config.Load(pflag.NewFlagSet("", pflag.ContinueOnError), nil, dir)
		require.NoError(t, err)
		return notices
	}
	require.Empty(t, noticesOf("token: correct-horse\n", 0o600))
	require.Empty(t, noticesOf("lang: en\n", 0o644))
	shown := noticesOf("token: correct-horse\nneo4j-password: x\n", 0o640)
	require.Len(t, shown, 2)
	require.Contains(t, shown[0].EN, "holds token, and others on this machine may read it: chmod 600")
	require.NotContains(t, shown[0].EN, "horse")
}

func TestWeakTokens(t *testing.T) {
	for token, en := range map[string]string{
		"":                           "has 0 characters, and takes at least 16",
		"x7Gf2kQ9":                   "has 8 characters",
		"aaaaaaaaaaaaaaaaaaaa":       "repeats a few characters",
		"abcdefgh12345abcdefgh12345": "repeats a few characters",
		"changeme-changeme1":         "common words",
		"MySecretToken2026!":         "common words",
		"password12345678":           "common words",
		"1234567890123456":           "common words or a sequence",
		"abcdefghijklmnop":           "common words or a sequence",
		"correct-horse-battery":      "",
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08": "",
		"tHiS-is-x7Gf2kQ9-zhitu": "",
	} {
		got := config.WeakToken(token)
		if en == "" {
			require.Empty(t, got.EN, token)
			continue
		}
		require.Contains(t, got.EN, en, token)
		require.NotEmpty(t, got.ZH)
	}
}

func TestSettingNamesIgnoreCase(t *testing.T) {
	got, err := loadConfig(t, "Store: 'memory:'\nDRY-RUN: true\n", nil)
	require.NoError(t, err)
	require.Equal(t, "memory:", got.Store)
	require.True(t, got.DryRun)
}
