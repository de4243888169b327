// Package neo4jtest runs a real Neo4j Community server for tests, and for people
// who want to try one: no container and no installation but Java and Maven.
//
// What it promises: Start returns when the server answers the Bolt protocol.
// Each server has data, a port and a process of its own, on the loopback
// interface alone. A server never outlives the process that started it, however
// that ends, and neither does a temporary folder of data. Where something is not
// installed, the error is a MissingError that names it, and tests are skipped;
// with CI=true in the environment they fail.
//
// What it costs: the first time, Maven fetches some 120 MB into the user's cache
// folder, and processes that want them at once wait for one another. After that
// a server takes 5 seconds to start, one to stop, and 450 MB of memory.
//
// In the environment:
//
//	ZHITU_TEST_NEO4J_URI      Shared gives this server, and starts none; it must be one whose data may be wiped
//	ZHITU_TEST_NEO4J_VERSION  instead of the default of Options.Version
//	JAVA, JAVA_HOME           the Java program or its home, where their version suits
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

// DefaultVersion is the version with long-term support.
const DefaultVersion = "5.26.29"

// Options say how a server is to be started. The zero value will do.
type Options struct {
	// Version of Neo4j; "" is ZHITU_TEST_NEO4J_VERSION, or else DefaultVersion.
	Version string
	// Dir keeps the configuration, the data and the logs. What is there is
	// resumed. "" is a new temporary folder, which Stop removes.
	Dir string
	// Port of the loopback interface; 0 is a free one.
	Port int
	// Password of the user neo4j, eight characters or more, switches
	// authentication on. On data that exist it must be the one they have.
	Password string
	// Heap of the JVM; "" is 512m.
	Heap string
	// Flags are of the JVM, beside those of this package and stronger:
	// -XX:TieredStopAtLevel=4 is for measuring.
	Flags []string
	// Plugins is a folder of jars with procedures, as APOC returns; "" is none.
	Plugins string
	// Settings are lines of neo4j.conf, instead of or beside those of this package.
	Settings map[string]string
}

// MissingError says that something is not installed.
type MissingError struct {
	Name string // "Java 17 or 21", "Maven"
	Hint string // what was found instead, and what to do
}

func (e MissingError) Error() string { return e.Name + " is missing: " + e.Hint }

// Version is the version that a test without one of its own gets.
func Version() string { return cmp.Or(os.Getenv("ZHITU_TEST_NEO4J_VERSION"), DefaultVersion) }

// Installed tells whether a server of a version can be started on this machine:
// nil, or a MissingError. "" is Version().
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

// Start starts a server and waits until it answers. ctx bounds that wait, not
// the server's life: whoever called Start calls Stop.
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

// prepare finds what the server needs, and gives it a folder and a port.
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
