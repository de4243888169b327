package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
)

func TestVersionOfABuild(t *testing.T) {
	t.Parallel()
	stamped := func(settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: settings}
	}
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "abc"}
	for name, c := range map[string]struct {
		info              *debug.BuildInfo
		version, revision string // from the linker
		want              server.Build
	}{
		"nothing is known":              {&debug.BuildInfo{}, "", "", server.Build{Version: "(devel)", Revision: "unknown"}},
		"installed by go install":       {stamped(), "", "", server.Build{Version: "v1.2.3", Revision: "unknown"}},
		"built in a repository":         {stamped(commit), "", "", server.Build{Version: "v1.2.3", Revision: "abc"}},
		"built from a clean repository": {stamped(debug.BuildSetting{Key: "vcs.modified", Value: "false"}, commit), "", "", server.Build{Version: "v1.2.3", Revision: "abc"}},
		"built from edited files":       {stamped(debug.BuildSetting{Key: "vcs.modified", Value: "true"}, commit), "", "", server.Build{Version: "v1.2.3", Revision: "abc-dirty"}},
		"released":                      {stamped(commit), "v2.0.0", "def", server.Build{Version: "v2.0.0", Revision: "def"}},
	} {
		c.want.GoVersion = runtime.Version()
		require.Equal(t, c.want, describeBuild(c.info, c.version, c.revision), name)
	}
}

func TestVersionIsPrintedWhateverTheSettings(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("zhitu.yaml", "no: such setting\n")
	require.Equal(t, versionLine(), sh.mustRun("version"))
	require.Equal(t, versionLine(), sh.mustRun("--version"))

	var printed map[string]string
	require.NoError(t, json.Unmarshal([]byte(sh.mustRun("version", "--json")), &printed))
	b := buildInfo()
	require.Equal(t, map[string]string{
		"version": b.Version, "revision": b.Revision, "goVersion": b.GoVersion, "platform": runtime.GOOS + "/" + runtime.GOARCH,
	}, printed)
}

// The names that .ci/release and the Dockerfile give to the linker: it is silent
// about a variable that does not exist.
func TestVersionIsSetByTheLinker(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	require.Contains(t, readTopLevelFile(t, ".ci/release"), "-X main.buildVersion=$version -X main.buildRevision=$revision")
	require.Contains(t, readTopLevelFile(t, "Dockerfile"), "-X main.buildVersion=${VERSION} -X main.buildRevision=${REVISION}")
	program := filepath.Join(t.TempDir(), "zhitu")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X main.buildVersion=v9.8.7 -X main.buildRevision=abc", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	out, err = exec.CommandContext(t.Context(), program, "--version").Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "zhitu v9.8.7 (revision abc, go")
}

// Whoever watches a server learns what is running: from its log, from its metrics,
// and through the API.
func TestServerReportsItsVersion(t *testing.T) {
	t.Parallel()
	s := newSeededShell(t).serve()
	b := buildInfo()
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.awaitLog(`"msg":"starting"`)), &line))
	require.Equal(t, b.Version, line["version"])
	require.Equal(t, b.Revision, line["revision"])
	require.Equal(t, b.GoVersion, line["go"])
	require.Equal(t, map[string]any{"version": b.Version}, s.mustQuery("{ version }"))
	require.Contains(t, s.metrics(), `zhitu_build_info{goversion="`+b.GoVersion+`",revision="`+b.Revision+`",version="`+b.Version+`"} 1`+"\n")
}
