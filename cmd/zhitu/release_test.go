package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Another compiler gives other bytes: what is released is built with the Go of the
// image.
func TestReleaseIsBuiltWithTheGoOfTheImage(t *testing.T) {
	t.Parallel()
	image := regexp.MustCompile(`(?m)^ARG GO_IMAGE=golang:([\d.]+)-`).FindStringSubmatch(readTopLevelFile(t, "Dockerfile"))
	require.NotNil(t, image)
	require.Contains(t, readTopLevelFile(t, ".github/workflows/release.yml"), "go-version: "+image[1]+" ")
}

// A tag can be moved to other code, a commit cannot.
func TestReleaseRunsPinnedActions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ci.yml", "release.yml"} {
		uses := regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(readTopLevelFile(t, ".github/workflows/"+name), -1)
		require.NotEmpty(t, uses, name)
		for _, u := range uses {
			if !strings.HasPrefix(u[1], "./") {
				require.Regexp(t, `@[0-9a-f]{40}$`, u[1], name)
			}
		}
	}
}

// The workflow takes its notes from the section of the version. It needs the form
// of Keep a Changelog.
func TestReleaseNotesAreInTheChangelog(t *testing.T) {
	t.Parallel()
	headings := regexp.MustCompile(`(?m)^## .*$`).FindAllString(readTopLevelFile(t, "CHANGELOG.md"), -1)
	require.NotEmpty(t, headings)
	require.Equal(t, "## [Unreleased]", headings[0])
	for _, heading := range headings[1:] {
		require.Regexp(t, `^## \[\d+\.\d+\.\d+(-[\w.]+)?\] - \d{4}-\d\d-\d\d$`, heading)
	}
}
