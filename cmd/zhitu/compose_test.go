package main

import (
	"go/version"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/server"
)

// Two of the three secrets of these tests. Letters and digits, as .env.example asks for.
const (
	composeToken    = "TokenOfTheTest"
	composePassword = "PasswordOfTheTest"
)

// readTopLevelFile reads a file of the repository's top folder.
func readTopLevelFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", name))
	require.NoError(t, err)
	return string(data)
}

// filledEnvFile returns .env.example with values filled in, as by an operator.
func filledEnvFile(t *testing.T, values map[string]string) string {
	t.Helper()
	text := readTopLevelFile(t, ".env.example")
	for name, value := range values {
		line := regexp.MustCompile(`(?m)^#?` + name + `=.*$`)
		require.Regexp(t, line, text)
		text = line.ReplaceAllLiteralString(text, name+"="+value)
	}
	return text
}

func composeSecrets() map[string]string {
	return map[string]string{"ZHITU_TOKEN": composeToken, "ZHITU_AUDIT_KEY": testAuditKey, "ZHITU_NEO4J_PASSWORD": composePassword}
}

// loadCompose reads compose.yaml as docker compose does, with an .env.
func loadCompose(t *testing.T, env string) (*types.Project, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), ".env")
	require.NoError(t, os.WriteFile(path, []byte(env), 0o600))
	options, err := cli.NewProjectOptions([]string{filepath.Join("..", "..", "compose.yaml")},
		cli.WithEnvFiles(path), cli.WithDotEnv, cli.WithResolvedPaths(true))
	require.NoError(t, err)
	return options.LoadProject(t.Context())
}

// nonEmptyEnv returns the environment of a service without empty variables.
func nonEmptyEnv(s types.ServiceConfig) map[string]string {
	env := map[string]string{}
	for name, value := range s.Environment {
		if value != nil && *value != "" {
			env[name] = *value
		}
	}
	return env
}

func TestComposeWaitsForHealthyNeo4j(t *testing.T) {
	t.Parallel()
	project, err := loadCompose(t, filledEnvFile(t, composeSecrets()))
	require.NoError(t, err)
	require.Equal(t, []string{"neo4j", "zhitu"}, slices.Sorted(maps.Keys(project.Services)))
	zhitu, neo4j := project.Services["zhitu"], project.Services["neo4j"]

	// Pinned to the version and the edition that the store is tested with.
	require.Regexp(t, `^neo4j:\d+\.\d+\.\d+-community$`, neo4j.Image)
	require.Empty(t, zhitu.Image)
	require.NotNil(t, zhitu.Build)
	require.FileExists(t, filepath.Join(zhitu.Build.Context, zhitu.Build.Dockerfile))

	require.NotNil(t, neo4j.HealthCheck)
	require.False(t, neo4j.HealthCheck.Disable)
	require.Equal(t, "CMD", neo4j.HealthCheck.Test[0])
	require.Equal(t, types.ServiceConditionHealthy, zhitu.DependsOn["neo4j"].Condition)

	mounted := map[string]string{}
	for _, v := range neo4j.Volumes {
		require.Equal(t, types.VolumeTypeVolume, v.Type)
		require.Contains(t, project.Volumes, v.Source, "an anonymous volume is lost when the container is recreated")
		mounted[v.Target] = v.Source
	}
	require.Contains(t, mounted, "/data")

	require.Empty(t, neo4j.Ports)
	require.NotEmpty(t, zhitu.Ports)
	for _, p := range zhitu.Ports {
		require.Equal(t, "127.0.0.1", p.HostIP)
	}
	require.True(t, zhitu.ReadOnly)
	require.Equal(t, []string{"ALL"}, zhitu.CapDrop)
	for name, s := range project.Services {
		require.Equal(t, types.RestartPolicyUnlessStopped, s.Restart, name)
		require.Contains(t, s.SecurityOpt, "no-new-privileges:true", name)
		require.NotNil(t, s.StopGracePeriod, name)
	}
	require.Greater(t, time.Duration(*zhitu.StopGracePeriod), shutdownGrace, "Docker kills it before it has drained its requests")
}

// The program reads the environment of the container, on top of that of the image: it
// listens to other machines, requires the token, and uses the store.
func TestComposeEnvironment(t *testing.T) {
	t.Parallel()
	values := composeSecrets()
	values["ZHITU_QUERY_TIMEOUT"] = "7s"
	values["NEO4J_HEAP"] = "3g"
	project, err := loadCompose(t, filledEnvFile(t, values))
	require.NoError(t, err)
	zhitu, neo4j := nonEmptyEnv(project.Services["zhitu"]), nonEmptyEnv(project.Services["neo4j"])

	env := maps.Clone(zhitu)
	for _, line := range regexp.MustCompile(`(?m)^ENV (\w+)=(\S+)$`).FindAllStringSubmatch(readTopLevelFile(t, "Dockerfile"), -1) {
		env[line[1]] = line[2]
	}
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	c, notices, err := config.Load(pflag.NewFlagSet("", pflag.ContinueOnError), environ, t.TempDir())
	require.NoError(t, err)
	require.Empty(t, notices)
	require.Equal(t, "bolt://neo4j:7687", c.Store)
	require.Equal(t, composeToken, c.Token)
	require.Equal(t, "7s", c.Query.String())
	require.False(t, server.IsLoopback(c.Listen))
	require.Equal(t, ":8080", c.Listen)
	require.EqualValues(t, 8080, project.Services["zhitu"].Ports[0].Target)

	require.Equal(t, composePassword, zhitu["ZHITU_NEO4J_PASSWORD"])
	require.Equal(t, "neo4j/"+composePassword, neo4j["NEO4J_AUTH"])
	require.Equal(t, "3g", neo4j["NEO4J_server_memory_heap_max__size"])
	// Neo4j reads every other NEO4J_ variable as a setting, and refuses unknown ones.
	for name := range neo4j {
		require.Regexp(t, `^NEO4J_(AUTH|server_|dbms_|db_)`, name)
	}
}

func TestComposeRequiresSecrets(t *testing.T) {
	t.Parallel()
	_, err := loadCompose(t, readTopLevelFile(t, ".env.example")) // copied and not filled in
	require.ErrorContains(t, err, "set it in .env")
	for name := range composeSecrets() {
		values := composeSecrets()
		delete(values, name)
		_, err := loadCompose(t, filledEnvFile(t, values))
		require.ErrorContains(t, err, name)
		require.ErrorContains(t, err, "set it in .env")
	}
}

// One file holds the secrets, and neither Git nor the image includes it.
func TestComposeFilesContainNoSecrets(t *testing.T) {
	t.Parallel()
	example, file := readTopLevelFile(t, ".env.example"), readTopLevelFile(t, "compose.yaml")
	for name := range composeSecrets() {
		require.Contains(t, example, "\n"+name+"=\n")
	}
	for _, line := range strings.Split(file, "\n") {
		if regexp.MustCompile(`^\s*\w*(TOKEN|PASSWORD|AUTH)\w*:`).MatchString(line) {
			require.Regexp(t, `: (neo4j/)?\$\{ZHITU_\w+:\?set it in \.env\}$`, line)
		}
	}
	require.Contains(t, strings.Split(readTopLevelFile(t, ".gitignore"), "\n"), "/.env")
	require.Contains(t, strings.Split(readTopLevelFile(t, ".dockerignore"), "\n"), "**/.env")
}

// Files for operators must not mention a setting that was renamed.
func TestOperatorFilesNameKnownSettings(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, key := range config.Keys() {
		known[config.Variable(key)] = true
	}
	for _, name := range []string{"compose.yaml", ".env.example", "Dockerfile", "docs/operations.md"} {
		for _, variable := range regexp.MustCompile(`ZHITU_[A-Z0-9_]+`).FindAllString(readTopLevelFile(t, name), -1) {
			require.True(t, known[variable], "%s names %s, which is no setting", name, variable)
		}
	}
}

func TestDockerfileBuildsStaticNonRootImage(t *testing.T) {
	t.Parallel()
	file := readTopLevelFile(t, "Dockerfile")
	_, final, found := strings.Cut(file, "\nFROM scratch\n")
	require.True(t, found, "the final stage is empty but for the program")
	users := regexp.MustCompile(`(?m)^USER (.*)$`).FindAllStringSubmatch(final, -1)
	require.NotEmpty(t, users)
	user := users[len(users)-1][1]
	require.Regexp(t, `^[1-9]\d*:[1-9]\d*$`, user, "by number, so that an orchestrator can tell that it is not root")
	require.Contains(t, final, "--chown="+user+" /image/data /data\nWORKDIR /data\n")
	require.Regexp(t, `CGO_ENABLED=0 go build -trimpath \\\n\s+-ldflags="-s -w `, file)

	image := regexp.MustCompile(`(?m)^ARG GO_IMAGE=golang:(\d+\.\d+\.\d+)-\w+$`).FindStringSubmatch(file)
	require.NotNil(t, image, "Go is pinned exactly")
	module := regexp.MustCompile(`(?m)^go (\S+)$`).FindStringSubmatch(readTopLevelFile(t, "go.mod"))
	require.NotNil(t, module)
	require.Equal(t, version.Lang("go"+module[1]), version.Lang("go"+image[1]))
	require.GreaterOrEqual(t, version.Compare("go"+image[1], "go"+module[1]), 0, "the image has an older Go than go.mod wants")
}

// .dockerignore admits only what it lists: a new top-level folder must be added.
func TestDockerignoreAllowsAllSources(t *testing.T) {
	t.Parallel()
	let := map[string]bool{}
	for _, line := range strings.Split(readTopLevelFile(t, ".dockerignore"), "\n") {
		if name, ok := strings.CutPrefix(line, "!"); ok {
			let[name] = true
		}
	}
	require.Subset(t, slices.Collect(maps.Keys(let)), []string{"go.mod", "go.sum"})
	const module = "github.com/zhitu/zhitu/"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	for _, pkg := range strings.Fields(string(out)) {
		if own, ok := strings.CutPrefix(pkg, module); ok {
			folder, _, _ := strings.Cut(own, "/")
			require.True(t, let[folder], ".dockerignore keeps %s out", own)
		}
	}
}
