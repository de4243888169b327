// Package archtest holds the architecture as a test: which package may import
// which, and which module is known to which package alone. A new package, a new
// module or a new arrow between packages is a decision, and is written down here.
package archtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	root   = "../.."
	module = "github.com/zhitu/zhitu/"
)

// ours says for each package which others of ours it may import. Arrows point one way:
// cmd → server → graph → service → governance → analysis → people → catalog → engines → kg → store,
// competency → fault. Only catalog, people, governance, account, audit, the stores and cmd import store: nothing
// above them can pass by a permission. Only cmd chooses a store.
var ours = map[string][]string{
	"internal/fault":             {},
	"internal/competency":        {"internal/fault"},
	"internal/search":            {},
	"internal/layout":            {},
	"internal/kg":                {"internal/competency", "internal/fault"},
	"internal/mastery":           {"internal/competency", "internal/fault", "internal/kg"},
	"internal/gap":               {"internal/competency", "internal/kg", "internal/mastery"},
	"internal/plan":              {"internal/competency", "internal/gap", "internal/kg", "internal/mastery"},
	"internal/placement":         {"internal/competency", "internal/kg", "internal/mastery"},
	"internal/workforce":         {"internal/competency", "internal/fault", "internal/gap", "internal/kg", "internal/mastery", "internal/plan"},
	"internal/insight":           {"internal/competency", "internal/kg", "internal/mastery"},
	"internal/store":             {"internal/competency", "internal/fault"},
	"internal/store/sqlitestore": {"internal/competency", "internal/fault", "internal/search", "internal/store"},
	"internal/store/neo4jstore":  {"internal/competency", "internal/fault", "internal/search", "internal/store"},
	"internal/xapi":              {"internal/competency", "internal/fault"},
	"internal/exchange/marking":  {"internal/competency", "internal/fault"},
	"internal/exchange":          {"internal/competency", "internal/exchange/marking", "internal/exchange/workbook", "internal/fault", "internal/xapi"},
	"internal/exchange/workbook": {"internal/fault"},
	"internal/access":            {"internal/competency", "internal/fault"},
	"internal/account":           {"internal/access", "internal/audit", "internal/competency", "internal/fault", "internal/page", "internal/store"},
	"internal/audit":             {"internal/access", "internal/competency", "internal/fault", "internal/optional", "internal/page", "internal/store"},
	"internal/openid":            {"internal/access", "internal/account", "internal/competency", "internal/fault"},
	"internal/optional":          {},
	"internal/page":              {"internal/fault"},
	"internal/catalog":           {"internal/access", "internal/audit", "internal/competency", "internal/fault", "internal/kg", "internal/optional", "internal/page", "internal/search", "internal/store"},
	"internal/people":            {"internal/access", "internal/audit", "internal/catalog", "internal/competency", "internal/fault", "internal/mastery", "internal/optional", "internal/page", "internal/search", "internal/store", "internal/workforce"},
	"internal/governance":        {"internal/catalog", "internal/competency", "internal/fault", "internal/people", "internal/store"},
	"internal/analysis":          {"internal/access", "internal/catalog", "internal/competency", "internal/fault", "internal/gap", "internal/insight", "internal/kg", "internal/layout", "internal/mastery", "internal/optional", "internal/page", "internal/people", "internal/placement", "internal/plan", "internal/workforce"},
	"internal/service":           {"internal/access", "internal/account", "internal/analysis", "internal/audit", "internal/catalog", "internal/competency", "internal/exchange", "internal/fault", "internal/governance", "internal/kg", "internal/optional", "internal/page", "internal/people", "internal/spreadsheet", "internal/xapi"},
	"internal/importing":         {"internal/access", "internal/audit", "internal/catalog", "internal/competency", "internal/exchange", "internal/exchange/marking", "internal/fault", "internal/governance", "internal/page", "internal/people", "internal/service"},
	"internal/spreadsheet":       {},
	"internal/config":            {"internal/competency", "internal/fault"},
	"internal/tracing":           {"internal/fault"},
	"internal/web":               {},
	"internal/web/gen":           {},
	"internal/server":            {"graph", "internal/access", "internal/account", "internal/audit", "internal/catalog", "internal/competency", "internal/fault", "internal/importing", "internal/openid", "internal/optional", "internal/service", "internal/spreadsheet", "internal/tracing", "internal/web", "internal/xapi"},
	"graph":                      {"graph/generated", "graph/model", "graph/scalar", "internal/access", "internal/account", "internal/analysis", "internal/audit", "internal/catalog", "internal/competency", "internal/fault", "internal/importing", "internal/page", "internal/people", "internal/service"},
	"graph/generated":            {"graph/list", "graph/model", "graph/scalar", "internal/access", "internal/account", "internal/analysis", "internal/audit", "internal/catalog", "internal/competency", "internal/fault", "internal/gap", "internal/governance", "internal/importing", "internal/page", "internal/people", "internal/plan", "internal/service", "internal/workforce"},
	"graph/list":                 {},
	"graph/scalar":               {"internal/competency", "internal/fault", "internal/importing", "internal/service"},
	"graph/model":                {},
	"graph/gen":                  {},
	"seed":                       {},
	"cmd/zhitu": {
		"graph", "internal/access", "internal/account", "internal/analysis", "internal/answerlog", "internal/audit", "internal/catalog", "internal/competency",
		"internal/config", "internal/exchange", "internal/exchange/marking", "internal/fault", "internal/governance", "internal/importing", "internal/kg", "internal/mastery", "internal/mastery/predict", "internal/openid", "internal/optional", "internal/page",
		"internal/people", "internal/placement", "internal/placement/simulate", "internal/plan", "internal/server", "internal/service", "internal/store",
		"internal/store/neo4jstore", "internal/store/sqlitestore", "internal/tracing", "internal/xapi", "seed",
	},

	// What only zhitu mastery and zhitu placement need.
	"internal/mastery/predict":    {"internal/mastery"},
	"internal/placement/simulate": {"internal/kg", "internal/placement"},
	"internal/answerlog":          {"internal/competency", "internal/exchange", "internal/fault", "internal/mastery", "internal/mastery/predict"},

	// What tests are made with; see onlyInTests.
	"internal/kg/kgtest":           {"internal/competency", "internal/kg", "internal/mastery"},
	"internal/store/storetest":     {"internal/competency", "internal/fault", "internal/search", "internal/store"},
	"internal/archtest":            {},
	"internal/openid/openidtest":   {},
	"internal/openid/keycloaktest": {"internal/store/neo4jstore/neo4jtest"},
	"internal/service/servicetest": {
		"internal/access", "internal/account", "internal/analysis", "internal/answerlog", "internal/audit", "internal/catalog", "internal/competency", "internal/fault", "internal/governance", "internal/kg/kgtest", "internal/mastery",
		"internal/people", "internal/service", "internal/store", "internal/store/sqlitestore", "internal/xapi",
	},

	"internal/store/neo4jstore/neo4jtest":       {},
	"internal/store/neo4jstore/neo4jtest/neo4j": {"internal/store/neo4jstore/neo4jtest"},
}

// onlyInTests must not get into the program.
var onlyInTests = []string{"internal/kg/kgtest", "internal/openid/openidtest", "internal/openid/keycloaktest", "internal/store/storetest", "internal/service/servicetest", "internal/store/neo4jstore/neo4jtest"}

// testsOf says what the test files of a package may import besides.
var testsOf = map[string][]string{
	"internal/competency":        {"internal/kg/kgtest"},
	"internal/kg":                {"internal/kg/kgtest"},
	"internal/kg/kgtest":         {"internal/fault"},
	"internal/mastery":           {"internal/kg/kgtest"},
	"internal/gap":               {"internal/kg/kgtest"},
	"internal/workforce":         {"internal/exchange", "internal/kg/kgtest"}, // worked companies are catalog files
	"internal/insight":           {"internal/kg/kgtest"},
	"internal/plan":              {"internal/exchange", "internal/kg/kgtest"},             // worked cases are catalog files
	"internal/placement":         {"internal/gap", "internal/kg/kgtest", "internal/plan"}, // what is pending
	"internal/store":             {"internal/store/sqlitestore"},                          // something to observe
	"internal/store/sqlitestore": {"internal/kg/kgtest", "internal/store/storetest"},
	"internal/store/neo4jstore": { // the guide's queries run on the sample company, with its evidence
		"internal/exchange", "internal/people", "internal/service", "internal/service/servicetest", "internal/store/neo4jstore/neo4jtest", "internal/store/storetest", "seed",
	},
	// From the catalog up, tests run on the embedded store, through the layers above.
	"internal/account":    {"internal/store/sqlitestore"},
	"internal/catalog":    {"internal/people", "internal/service", "internal/service/servicetest"},
	"internal/audit":      {"internal/store/sqlitestore"},
	"internal/governance": {"internal/store/sqlitestore"},
	"internal/openid":     {"internal/openid/openidtest"},
	"internal/people":     {"internal/kg/kgtest", "internal/service", "internal/service/servicetest", "internal/store/storetest"},
	"internal/analysis":   {"internal/exchange", "internal/kg/kgtest", "internal/service", "internal/service/servicetest", "internal/store", "internal/store/sqlitestore", "seed"},
	"internal/importing":  {"internal/access", "internal/service/servicetest", "internal/store"},
	"internal/service":    {"internal/access", "internal/exchange", "internal/kg/kgtest", "internal/service/servicetest", "internal/store", "internal/store/storetest", "seed"},
	"internal/server":     {"internal/access", "internal/account", "internal/competency", "internal/exchange", "internal/openid", "internal/openid/openidtest", "internal/service/servicetest", "internal/store", "internal/store/sqlitestore", "internal/store/storetest", "seed"},
	"graph":               {"internal/access", "internal/exchange", "internal/governance", "internal/kg", "internal/kg/kgtest", "internal/service/servicetest", "internal/store", "internal/store/sqlitestore", "internal/web", "seed"},
	"cmd/zhitu": { // benchmarks compare stores with the engines
		"internal/kg/kgtest", "internal/openid/keycloaktest", "internal/service/servicetest", "internal/store/neo4jstore/neo4jtest",
		"internal/web", "internal/workforce",
	},
	"seed": {"internal/competency", "internal/exchange", "internal/gap", "internal/kg", "internal/kg/kgtest", "internal/mastery", "internal/plan"},

	"internal/mastery/predict":    {"internal/competency"},
	"internal/placement/simulate": {"internal/kg/kgtest"},
}

// theirs says which packages of ours may import a module: its types appear
// nowhere else, so that it can be replaced in one place.
var theirs = map[string][]string{
	"github.com/99designs/gqlgen":         {"graph", "graph/generated", "graph/list", "graph/scalar"},
	"github.com/vektah/gqlparser/v2":      {"graph", "graph/generated"},
	"github.com/coder/websocket":          {"graph"},
	"github.com/spf13/viper":              {"internal/config"},
	"go.yaml.in/yaml/v3":                  {"internal/config"},
	"github.com/spf13/pflag":              {"internal/config", "cmd/zhitu"},
	"github.com/spf13/cobra":              {"cmd/zhitu"},
	"github.com/schollz/progressbar/v3":   {"cmd/zhitu"},
	"github.com/rivo/uniseg":              {"cmd/zhitu"},
	"golang.org/x/term":                   {"cmd/zhitu"},
	"golang.org/x/text":                   {"internal/fault", "internal/competency", "internal/exchange", "internal/exchange/workbook", "internal/search", "internal/account"},
	"golang.org/x/crypto":                 {"internal/account"},
	"golang.org/x/oauth2":                 {"internal/openid"},
	"github.com/coreos/go-oidc/v3":        {"internal/openid"},
	"github.com/go-jose/go-jose/v4":       {"internal/openid/openidtest"},
	"github.com/mozillazg/go-pinyin":      {"internal/search"},
	"github.com/agnivade/levenshtein":     {"internal/competency"},
	"github.com/prometheus/client_golang": {"internal/server"},
	"github.com/klauspost/compress":       {"internal/server"},
	"github.com/andybalholm/brotli":       {"internal/web"},
	"github.com/rs/cors":                  {"internal/server"},
	"go.opentelemetry.io/otel":            {"internal/tracing"},
	"modernc.org/sqlite":                  {"internal/store/sqlitestore"},
	"github.com/neo4j/neo4j-go-driver/v5": {"internal/store/neo4jstore"},
	"github.com/sony/gobreaker/v2":        {"internal/store/neo4jstore"},
	"github.com/xuri/excelize/v2":         {"internal/exchange"},
	"github.com/stretchr/testify":         onlyInTests,
	"pgregory.net/rapid":                  onlyInTests,
}

// testsOfTheirs says in the tests of which packages a module may be imported
// besides; "*" is any.
var testsOfTheirs = map[string][]string{
	"github.com/stretchr/testify":   {"*"},
	"pgregory.net/rapid":            {"*"},
	"golang.org/x/text":             {"cmd/zhitu"}, // files in other encodings
	"github.com/go-jose/go-jose/v4": {"internal/openid", "internal/server"},
	"gonum.org/v1/gonum":            {"internal/plan"},                // what the engine is measured against
	"github.com/coder/websocket":    {"cmd/zhitu", "internal/server"}, // clients
	"github.com/chromedp/chromedp":  {"cmd/zhitu"},
	"github.com/chromedp/cdproto":   {"cmd/zhitu"},

	"github.com/neo4j/neo4j-go-driver/v5":   {"cmd/zhitu", "internal/store/neo4jstore/neo4jtest"}, // people with Cypher
	"github.com/rs/zerolog":                 {"internal/store/neo4jstore"},                        // toxiproxy asks for a logger
	"github.com/Shopify/toxiproxy/v2":       {"cmd/zhitu", "internal/store/neo4jstore"},
	"github.com/compose-spec/compose-go/v2": {"cmd/zhitu"},
}

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "vendor") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		pkg := rel[:max(0, strings.LastIndexByte(rel, '/'))]
		seen[pkg] = true
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if refusal := judge(pkg, imported, strings.HasSuffix(name, "_test.go")); refusal != "" {
				t.Errorf("%s:%d: %s", rel, files.Position(spec.Pos()).Line, refusal)
			}
		}
		return nil
	}))
	for pkg := range ours {
		require.True(t, seen[pkg], "there is no package %s any more: take it out of the tables of internal/archtest", pkg)
	}
}

// judge returns why a package must not import something, and what to do; "" for
// what it may.
func judge(pkg, imported string, inTest bool) string {
	own, isOurs := strings.CutPrefix(imported, module)
	allowed, known := ours[pkg]
	switch {
	case !known:
		return fmt.Sprintf("package %s is new: say in ours of internal/archtest what it may import", pkg)
	case !isOurs && !strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
		return "" // the standard library
	case isOurs && (slices.Contains(allowed, own) || inTest && (own == pkg || slices.Contains(testsOf[pkg], own))):
		return ""
	case isOurs && inTest:
		return fmt.Sprintf("tests of %s must not import %s: test it where it is, or add it to testsOf of internal/archtest", pkg, own)
	case isOurs:
		return fmt.Sprintf("%s must not import %s: dependencies point one way (docs/design.md, Architecture); hand over what is needed as a parameter, or move it to a package that both may import", pkg, own)
	}
	for _, table := range []map[string][]string{theirs, testsOfTheirs} {
		for theirModule := range table {
			if imported != theirModule && !strings.HasPrefix(imported, theirModule+"/") {
				continue
			}
			if slices.Contains(theirs[theirModule], pkg) ||
				inTest && (slices.Contains(testsOfTheirs[theirModule], pkg) || slices.Contains(testsOfTheirs[theirModule], "*")) {
				return ""
			}
			return fmt.Sprintf("%s must not import %s: its types stay in %s; use what that offers, or extend it", pkg, imported, strings.Join(slices.Concat(theirs[theirModule], testsOfTheirs[theirModule]), ", "))
		}
	}
	return fmt.Sprintf("%s is of a new module: say in theirs of internal/archtest which package adapts it", imported)
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		inTest        bool
		refused       string
	}{
		{"internal/gap", "strings", false, ""},
		{"internal/gap", module + "internal/kg", false, ""},
		{"internal/gap", module + "internal/store", false, "internal/gap must not import internal/store: "},
		{"internal/gap", module + "internal/gap", true, ""},
		{"internal/gap", module + "internal/kg/kgtest", true, ""},
		{"internal/gap", module + "internal/kg/kgtest", false, "internal/gap must not import internal/kg/kgtest: "},
		{"internal/gap", module + "internal/exchange", true, "tests of internal/gap must not import internal/exchange: "},
		{"internal/gap", "github.com/stretchr/testify/require", true, ""},
		{"internal/gap", "github.com/stretchr/testify/require", false, "internal/gap must not import github.com/stretchr/testify/require: "},
		{"internal/service", "github.com/99designs/gqlgen/graphql", false, "its types stay in graph, graph/generated"},
		{"internal/gap", "example.com/new", false, "example.com/new is of a new module: "},
		{"internal/new", "strings", false, "package internal/new is new: "},
	} {
		got := judge(c.pkg, c.imported, c.inTest)
		if c.refused == "" {
			require.Empty(t, got)
		} else {
			require.Contains(t, got, c.refused)
		}
	}
}
