// Package neo4jtest runs a real Neo4j Community server for tests, and for people
// who want to try one: no container and no installation but Java and Maven.
//
// Start returns when the server answers the Bolt protocol. Each server has its own data,
// port and process, on the loopback interface only. A server never outlives the process
// that started it, nor does its temporary folder. Where a program is not installed, the
// error is a MissingError that names it, and tests are skipped. With CI=true in the
// environment they fail.
//
// Cost: the first time, Maven fetches 120 MB into the user's cache folder, and a class
// archive of 80 MB is written there. Processes that need them at the same time wait for
// one another. After that a server takes 3 seconds of processor time to start, and
// 450 MB of memory.
//
// The tests of one package share one server (Shared). Environment:
//
//	ZHITU_TEST_NEO4J_URI      the server that Shared returns; its data are deleted. Packages that
//	                          run at the same time take turns, test by test.
//	ZHITU_TEST_NEO4J_VERSION  instead of the default of Options.Version
//	JAVA, JAVA_HOME           the Java program or its home, if its version is suitable
//
// It needs a Unix shell. Neo4j is under GPLv3: it is a process of its own, and
// neither linked nor shipped.
package neo4jtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// DefaultVersion is the version of Neo4j with long-term support.
const DefaultVersion = "5.26.29"

// Options configure a server. The zero value is useful.
type Options struct {
	// Version of Neo4j; "" is ZHITU_TEST_NEO4J_VERSION, or else DefaultVersion.
	Version string
	// Dir has the configuration, the data and the logs. Existing data are used. ""
	// is a new temporary folder, which Stop removes.
	Dir string
	// Port of the loopback interface; 0 is a free one.
	Port int
	// Password of the user neo4j, at least eight characters. It switches
	// authentication on. Existing data keep the password that they have.
	Password string
	// Heap of the JVM; "" is 512m.
	Heap string
	// Flags are added to this package's JVM flags and override them.
	// -XX:TieredStopAtLevel=4 is for measurements.
	Flags []string
	// Plugins is a folder of jars with procedures, as APOC returns; "" is none.
	Plugins string
	// Settings are lines of neo4j.conf that are added to, or override, this package's.
	Settings map[string]string
}

// MissingError says that a program is not installed.
type MissingError struct {
	Name string // "Java 17 or 21", "Maven"
	Hint string // what was found instead, and what to do
}

func (e MissingError) Error() string { return e.Name + " is missing: " + e.Hint }

// Version is the version of Neo4j where Options name none.
func Version() string { return cmp.Or(os.Getenv("ZHITU_TEST_NEO4J_VERSION"), DefaultVersion) }

// Installed reports whether a server of a version can be started on this machine: nil,
// or a MissingError. "" is Version().
func Installed(version string) error {
	version = cmp.Or(version, Version())
	if _, err := findShell(); err != nil {
		return err
	}
	if _, err := findJava(version); err != nil {
		return err
	}
	if folder, err := libraryFolder(version); err == nil && isComplete(folder) {
		return nil
	}
	_, err := findMaven()
	return err
}

// Start starts a server and waits until it answers. ctx bounds that wait, not the
// server's life: the caller calls Stop.
func Start(ctx context.Context, o Options) (*Server, error) {
	o.Version, o.Heap = cmp.Or(o.Version, Version()), cmp.Or(o.Heap, "512m")
	s := &Server{options: o, dir: o.Dir, port: o.Port}
	if err := s.locatePrograms(ctx); err != nil {
		return nil, fmt.Errorf("start Neo4j %s: %w", o.Version, err)
	}
	if err := s.startAndWait(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// locatePrograms finds the programs and jars that the server needs, and gives it a port
// and a folder.
func (s *Server) locatePrograms(ctx context.Context) (err error) {
	if s.shell, err = findShell(); err != nil {
		return err
	}
	if s.java, err = findJava(s.options.Version); err != nil {
		return err
	}
	if s.library, err = fetchLibrary(ctx, s.options.Version); err != nil {
		return err
	}
	s.archive = s.classArchive(ctx)
	if s.port == 0 {
		if s.port, err = freePort(); err != nil {
			return err
		}
	}
	if s.dir != "" {
		s.dir, err = filepath.Abs(s.dir)
		return err
	}
	s.temporary = true
	s.dir, err = os.MkdirTemp("", "zhitu-neo4j-")
	return err
}
