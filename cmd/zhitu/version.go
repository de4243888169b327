package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/server"
)

// Set by the linker in releases and images, which are built without a repository:
// go build -ldflags "-X main.buildVersion=v1.2.3 -X main.buildRevision=…". See make release.
var buildVersion, buildRevision string

// buildInfo describes the running program.
func buildInfo() server.Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return describeBuild(info, buildVersion, buildRevision)
}

// describeBuild takes the version and the revision that the linker has set, and
// where they are empty those that the go command keeps in every program.
func describeBuild(info *debug.BuildInfo, version, revision string) server.Build {
	if revision == "" {
		modified := false
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				revision = setting.Value
			case "vcs.modified":
				modified = setting.Value == "true"
			}
		}
		if revision != "" && modified {
			revision += "-dirty"
		}
	}
	return server.Build{
		Version:   cmp.Or(version, info.Main.Version, "(devel)"),
		Revision:  cmp.Or(revision, "unknown"),
		GoVersion: runtime.Version(),
	}
}

// versionLine is what --version prints, too.
func versionLine() string {
	b := buildInfo()
	return fmt.Sprintf("zhitu %s (revision %s, %s, %s/%s)\n", b.Version, b.Revision, b.GoVersion, runtime.GOOS, runtime.GOARCH)
}

func (a *app) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  cobra.NoArgs,
		// No settings are read: the version can be told where zhitu.yaml is broken.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON, err := cmd.Flags().GetBool("json"); err != nil || !asJSON {
				fmt.Fprint(a.out, versionLine())
				return err
			}
			b := buildInfo()
			return a.printJSON(map[string]string{
				"version": b.Version, "revision": b.Revision, "goVersion": b.GoVersion, "platform": runtime.GOOS + "/" + runtime.GOARCH,
			})
		},
	}
	cmd.Flags().Bool("json", false, "print the version for programs")
	return cmd
}
