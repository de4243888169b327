package neo4jtest

import (
	"context"
	_ "embed" // the project file
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed pom.xml
var pom []byte

// libraryFolder is where the jars of a version are kept.
func libraryFolder(version string) (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "zhitu", "neo4j-"+version), err
}

// marker is the file that is written last.
const marker = ".complete"

func complete(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, marker))
	return err == nil
}

// resolve has Maven fetch the jars of a version, unless they are there. A
// folder appears whole, by its renaming, so that nobody sees half of it; the lock
// only spares the second process the work, and Maven's own folder two writers.
func resolve(ctx context.Context, version string) (string, error) {
	folder, err := libraryFolder(version)
	if err != nil || complete(folder) {
		return folder, err
	}
	maven, err := findMaven()
	if err != nil {
		return "", err
	}
	release, err := lock(ctx, "maven "+version)
	if err != nil {
		return "", err
	}
	defer release()
	if complete(folder) {
		return folder, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	staging, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(staging)
	jars := filepath.Join(staging, "jars")
	project := filepath.Join(staging, "pom.xml")
	if err := os.WriteFile(project, pom, 0o600); err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, maven, "-q", "-B", "-ntp", "-f", project, "-Dneo4j.version="+version, "-Dlib="+jars, "package")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("maven could not fetch it: %w\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(jars, marker), nil, 0o600); err != nil {
		return "", err
	}
	if err := os.Rename(jars, folder); err != nil && !complete(folder) {
		return "", err
	}
	return folder, nil
}
