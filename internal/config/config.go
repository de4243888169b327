// Package config loads the settings of a command. Precedence: flags, environment,
// zhitu.yaml, defaults.
//
// Every error names the place of the value: the flag, the variable, or the file with
// its line.
package config

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// File is the name of the settings file, in the working directory.
const File = "zhitu.yaml"

// Config holds every setting of every command. The tag setting gives its name; min and
// max are the least and greatest value, oneof lists the values that there are.
type Config struct {
	origins map[string]fault.Text // where a setting was given, by its name

	Store  string        `setting:"store"`                               // where the data are
	Lang   string        `setting:"lang"`                                // of messages; empty for that of the terminal
	JSON   bool          `setting:"json"`                                // print for programs
	Listen string        `setting:"listen"`                              // address of the server
	Token  string        `setting:"token"`                               // bearer token that the server requires; never a flag, since ps shows flags
	Demo   bool          `setting:"demo"`                                // start with the sample company
	Query  time.Duration `setting:"query-timeout" min:"100ms" max:"10m"` // of one request

	LogLevel       string   `setting:"log-level" oneof:"debug,info,warn,error"` // the least level that is logged
	TrustedProxies []string `setting:"trusted-proxies"`                         // addresses whose X-Forwarded-For and -Proto count
	PublicURL      string   `setting:"public-url"`                              // by which people know the server
	BasePath       string   `setting:"base-path"`                               // before all paths of the server
	AllowedOrigins []string `setting:"allowed-origins"`                         // of pages that may use the API
	FrameAncestors []string `setting:"frame-ancestors"`                         // of pages that may show ours in a frame
	TLSCert        string   `setting:"tls-cert"`                                // files of the certificate
	TLSKey         string   `setting:"tls-key"`
	// Identity provider; like the token, its secret is never a flag.
	OIDCIssuer         string   `setting:"oidc-issuer"`
	OIDCClientID       string   `setting:"oidc-client-id"`
	OIDCClientSecret   string   `setting:"oidc-client-secret"`
	OIDCScopes         []string `setting:"oidc-scopes"`          // besides openid
	OIDCEmployeeClaim  string   `setting:"oidc-employee-claim"`  // claim with the code of the employee
	OIDCRolesClaim     string   `setting:"oidc-roles-claim"`     // claim with roles
	OIDCRoleMap        []string `setting:"oidc-role-map"`        // what its values stand for
	OIDCCreateAccounts bool     `setting:"oidc-create-accounts"` // at the first sign-in
	OIDCAudience       string   `setting:"oidc-audience"`        // of access tokens of services

	Migrate bool `setting:"migrate"` // let commands that only read upgrade the schema of a store

	TimeZone string `setting:"time-zone"` // of times that name none, an IANA name; empty for that of the machine

	XAPIMap       string `setting:"xapi-map"`       // file that maps identifiers in statements
	XAPIExtension string `setting:"xapi-extension"` // of statements that names knowledge points
	XAPILenient   bool   `setting:"xapi-lenient"`   // set malformed statements aside

	ImportSize    int           `setting:"import-size" min:"1" max:"1024"`     // MiB of the files of an upload
	ImportTimeout time.Duration `setting:"import-timeout" min:"10s" max:"24h"` // of an import by upload

	LinkSchemes []string `setting:"link-schemes"` // of links besides http and https

	MasteryParameters string `setting:"mastery-parameters"` // file with the difficulties of items

	WorkforceAtStart bool `setting:"workforce-at-start"`                      // read everyone into memory at the start
	WorkforceMemory  int  `setting:"workforce-memory" min:"16" max:"1048576"` // MiB that this may take

	AuditKey       string `setting:"audit-key"`                             // secret of the audit; like the token, never a flag
	AuditRetention int    `setting:"audit-retention" min:"180" max:"36500"` // days that its entries are kept

	EvidenceRetention int    `setting:"evidence-retention" min:"0" max:"36500"` // days that evidence is kept; 0 for ever
	Before            string `setting:"before"`                                 // evidence to drop

	// Connection to Neo4j; like the token, these are never flags.
	Neo4jUser     string        `setting:"neo4j-user"`
	Neo4jPassword string        `setting:"neo4j-password"`
	Neo4jDatabase string        `setting:"neo4j-database"`
	Neo4jCAFile   string        `setting:"neo4j-ca-file"`
	Neo4jPoolSize int           `setting:"neo4j-pool-size" min:"1" max:"10000"`
	Neo4jTimeout  time.Duration `setting:"neo4j-timeout" min:"100ms" max:"5m"`

	Admin    bool     `setting:"admin"` // of accounts and tokens
	Grants   []string `setting:"grant"`
	Name     string   `setting:"name"`
	Scopes   []string `setting:"scope"`
	OrgUnits []string `setting:"org-units"`
	Days     int      `setting:"days"`

	Yes      bool   `setting:"yes"`      // erase, drop or prune without a question
	DryRun   bool   `setting:"dry-run"`  // check an import, write nothing
	Replace  bool   `setting:"replace"`  // empty cells of an import empty their fields
	Prune    bool   `setting:"prune"`    // an import deletes what its tables do not give
	Out      string `setting:"out"`      // file of a plan
	Renew    bool   `setting:"renew"`    // make a plan again whose records have changed
	Encoding string `setting:"encoding"` // of catalog files; empty to find it out

	Tables []string `setting:"tables"` // of a template

	Employee       string   `setting:"employee"`
	Position       string   `setting:"position"`
	At             string   `setting:"at"`
	AssumeMastered []string `setting:"assume-mastered"`
	Exclude        []string `setting:"exclude"`
	Budget         int      `setting:"budget-minutes"` // negative for none
	Objective      string   `setting:"objective"`      // of the budget
	Locale         string   `setting:"locale"`
	All            bool     `setting:"all"`

	Competency string `setting:"competency"` // of insight
	OrgUnit    string `setting:"org-unit"`
	First      int    `setting:"first"` // rows of a table
	MinPeople  int    `setting:"min-people"`

	Line         string `setting:"line"` // of a group of people
	IncumbentsOf string `setting:"incumbents-of"`
	CSV          bool   `setting:"csv"`
	Tier         int    `setting:"tier"`   // of a heat map
	People       bool   `setting:"people"` // a row for each
	Holders      int    `setting:"holders"`
	Pool         string `setting:"pool"`
	MaxMinutes   int    `setting:"max-minutes"` // negative for none

	Learners int      `setting:"learners"` // of a simulation
	Slip     float64  `setting:"slip"`
	Guess    float64  `setting:"guess"`
	Share    []string `setting:"share"` // of the questions
	Seed     uint64   `setting:"seed"`

	From string `setting:"from"` // stores of a copy
	To   string `setting:"to"`

	Mark   string `setting:"mark"` // files of a workbook with and without its marks
	Unmark string `setting:"unmark"`

	Train         string `setting:"train"` // logs of an evaluation
	Predictions   string `setting:"predictions"`
	Interpretable bool   `setting:"interpretable"`
}

// setting describes a field of Config.
type setting struct {
	name     string
	field    int // its index in Config
	min, max string
	oneOf    []string
}

// settings are all settings, with or without a flag in a command, in the order of
// Config.
var settings = func() (list []setting) {
	fields := reflect.TypeFor[Config]()
	for i := range fields.NumField() {
		tag := fields.Field(i).Tag
		name := tag.Get("setting")
		if name == "" {
			continue
		}
		s := setting{name: name, field: i, min: tag.Get("min"), max: tag.Get("max")}
		if values := tag.Get("oneof"); values != "" {
			s.oneOf = strings.Split(values, ",")
		}
		list = append(list, s)
	}
	return list
}()

var settingNames = func() (names []string) {
	for _, s := range settings {
		names = append(names, s.name)
	}
	return names
}()

// Keys returns the names of all settings.
func Keys() []string { return slices.Clone(settingNames) }

const variablePrefix = "ZHITU_"

// Variable returns the environment variable of a setting, such as ZHITU_DRY_RUN.
func Variable(key string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}

// Origin names the place where a setting was given: a flag, a variable, or a line of
// the settings file. It is the flag where the setting has its default.
func (c Config) Origin(key string) fault.Text {
	if origin, ok := c.origins[key]; ok {
		return origin
	}
	return fault.T("--"+key, "--"+key)
}

// Given reports whether a setting was given anywhere, so that it is no default.
func (c Config) Given(key string) bool {
	_, ok := c.origins[key]
	return ok
}
