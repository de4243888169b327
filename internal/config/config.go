// Package config loads the settings of a command. Precedence: flags, environment,
// zhitu.yaml, defaults.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/zhitu/zhitu/internal/competency"
)

// File is the name of the settings file, in the working directory.
const File = "zhitu.yaml"

// Config holds every setting of every command.
type Config struct {
	Store  string        `mapstructure:"store"`  // where the data are
	Lang   string        `mapstructure:"lang"`   // of messages; empty for that of the terminal
	JSON   bool          `mapstructure:"json"`   // print for programs
	Listen string        `mapstructure:"listen"` // address of the server
	Token  string        `mapstructure:"token"`  // bearer token that the server requires; never a flag, since ps shows flags
	Demo   bool          `mapstructure:"demo"`   // start with the sample company
	Query  time.Duration `mapstructure:"query-timeout"`

	XAPIMap       string `mapstructure:"xapi-map"`       // file that maps identifiers in statements
	XAPIExtension string `mapstructure:"xapi-extension"` // of statements that names knowledge points

	MasteryParameters string `mapstructure:"mastery-parameters"` // file with the difficulties of items

	// Connection to Neo4j; like the token, these are never flags.
	Neo4jUser     string        `mapstructure:"neo4j-user"`
	Neo4jPassword string        `mapstructure:"neo4j-password"`
	Neo4jDatabase string        `mapstructure:"neo4j-database"`
	Neo4jCAFile   string        `mapstructure:"neo4j-ca-file"`
	Neo4jPoolSize int           `mapstructure:"neo4j-pool-size"`
	Neo4jTimeout  time.Duration `mapstructure:"neo4j-timeout"`

	DryRun  bool `mapstructure:"dry-run"` // check an import, write nothing
	Replace bool `mapstructure:"replace"` // empty cells of an import empty their fields

	Employee       string   `mapstructure:"employee"`
	Position       string   `mapstructure:"position"`
	At             string   `mapstructure:"at"`
	AssumeMastered []string `mapstructure:"assume-mastered"`
	Exclude        []string `mapstructure:"exclude"`
	Budget         int      `mapstructure:"budget-minutes"` // negative for none
	Objective      string   `mapstructure:"objective"`      // of the budget
	Locale         string   `mapstructure:"locale"`
	All            bool     `mapstructure:"all"`

	Competency string `mapstructure:"competency"` // of insight
	OrgUnit    string `mapstructure:"org-unit"`
	First      int    `mapstructure:"first"` // rows of a table
	MinPeople  int    `mapstructure:"min-people"`

	Learners int      `mapstructure:"learners"` // of a simulation
	Slip     float64  `mapstructure:"slip"`
	Guess    float64  `mapstructure:"guess"`
	Share    []string `mapstructure:"share"` // of the questions
	Seed     uint64   `mapstructure:"seed"`

	From string `mapstructure:"from"` // stores of a copy
	To   string `mapstructure:"to"`

	Train         string `mapstructure:"train"` // logs of an evaluation
	Predictions   string `mapstructure:"predictions"`
	Interpretable bool   `mapstructure:"interpretable"`
}

// settingNames are all settings, with or without a flag in a command.
var settingNames = []string{
	"store", "lang", "json", "listen", "token", "demo", "query-timeout", "dry-run", "replace", "xapi-map", "xapi-extension", "mastery-parameters",
	"neo4j-user", "neo4j-password", "neo4j-database", "neo4j-ca-file", "neo4j-pool-size", "neo4j-timeout",
	"employee", "position", "at", "assume-mastered", "exclude", "budget-minutes", "objective", "locale", "all",
	"competency", "org-unit", "first", "min-people",
	"learners", "slip", "guess", "share", "seed", "train", "predictions", "interpretable", "from", "to",
}

// Keys returns the names of all settings.
func Keys() []string { return slices.Clone(settingNames) }

// Variable returns the environment variable of a setting, such as ZHITU_DRY_RUN.
func Variable(key string) string {
	return "ZHITU_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}

// Load loads the settings of a command from its flags, the environment, and the
// settings file in dir, if there is one.
func Load(flags *pflag.FlagSet, env func(string) string, dir string) (Config, error) {
	var c Config
	v := viper.New()
	path := filepath.Join(dir, File)
	v.SetConfigFile(path)
	if err := v.ReadInConfig(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	var unknown []error
	for _, key := range v.AllKeys() {
		if !slices.Contains(settingNames, key) {
			hint := ""
			if near := competency.Nearest(key, settingNames); near != "" {
				hint = fmt.Sprintf("; did you mean %s?", near)
			}
			unknown = append(unknown, fmt.Errorf("%s: there is no setting %q%s", path, key, hint))
		}
	}
	if err := errors.Join(unknown...); err != nil {
		return c, err
	}
	given := map[string]any{}
	for _, key := range settingNames {
		if value := env(Variable(key)); value != "" {
			given[key] = value
		}
	}
	if err := v.MergeConfigMap(given); err != nil {
		return c, err
	}
	if err := v.BindPFlags(flags); err != nil {
		return c, err
	}
	if err := v.Unmarshal(&c); err != nil {
		return c, fmt.Errorf("a setting has a value of the wrong kind: %w", err)
	}
	return c, nil
}
