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
var neo4jProject []byte

//go:embed apoc.pom.xml
var apocProject []byte

// APOCVersion is the last version of APOC for Neo4j 5 that Maven finds.
const APOCVersion = "5.26.18"

// APOC returns a folder of jars for Options.Plugins: APOC Core, which most people with
// Neo4j 5 have installed. The first time Maven fetches them.
func APOC(ctx context.Context) (folder string, err error) {
	if folder, err = cacheFolder("apoc-" + APOCVersion); err != nil {
		return "", err
	}
	return folder, fetchJars(ctx, folder, apocProject, "-Dapoc.version="+APOCVersion)
}

// libraryFolder is the folder with the jars of a version.
func libraryFolder(version string) (string, error) { return cacheFolder("neo4j-" + version) }

func cacheFolder(name string) (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "zhitu", name), err
}

// completeMarker is the file that is written last.
const completeMarker = ".complete"

func isComplete(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, completeMarker))
	return err == nil
}

// fetchLibrary has Maven fetch the jars of a version, unless they exist.
func fetchLibrary(ctx context.Context, version string) (folder string, err error) {
	if folder, err = libraryFolder(version); err != nil {
		return "", err
	}
	return folder, fetchJars(ctx, folder, neo4jProject, "-Dneo4j.version="+version)
}

// fetchJars has Maven copy the jars of a project into a folder, unless it exists. The
// folder appears whole, by its renaming. The lock saves a second process the work, and
// keeps two writers out of Maven's own folder. finish prepares what has been fetched.
func fetchJars(ctx context.Context, folder string, project []byte, version string, finish ...func(folder string) error) error {
	if isComplete(folder) {
		return nil
	}
	maven, err := findMaven()
	if err != nil {
		return err
	}
	release, err := acquireMachineLock(ctx, "maven "+filepath.Base(folder))
	if err != nil {
		return err
	}
	defer release()
	if isComplete(folder) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	staging, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	jars := filepath.Join(staging, "jars")
	file := filepath.Join(staging, "pom.xml")
	if err := os.WriteFile(file, project, 0o600); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, maven, "-q", "-B", "-ntp", "-f", file, version, "-Dlib="+jars, "package")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("maven could not fetch %s: %w\n%s", filepath.Base(folder), err, out)
	}
	for _, prepare := range finish {
		if err := prepare(jars); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(jars, completeMarker), nil, 0o600); err != nil {
		return err
	}
	if err := os.Rename(jars, folder); err != nil && !isComplete(folder) {
		return err
	}
	return nil
}
