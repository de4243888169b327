// Package keycloaktest runs a real Keycloak for tests: no container and no installation but
// Java 17 and Maven. See neo4jtest, which fetches, finds and ends programs in the same way.
//
// Cost: the first time, Maven fetches 190 MB into the user's cache folder, and Keycloak is
// built for its settings, which takes half a minute. After that it takes 20 seconds to start,
// and 400 MB of memory. Keycloak is under the Apache License 2.0, and not shipped.
package keycloaktest

import (
	"context"
	_ "embed" // the project file
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

// Version of Keycloak.
const Version = "26.7.3"

//go:embed pom.xml
var project []byte

// timeout is how long all of it may take, on a machine that is busy.
const timeout = 8 * time.Minute

// Start runs a Keycloak with a realm of a file until stop or the end of the test, and returns
// the issuer.
func Start(t testing.TB, realm, file string) (issuer string, stop func()) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a Keycloak, which -short leaves out")
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	issuer, program, err := start(ctx, realm, file)
	neo4jtest.Require(t, err)
	stop = func() {
		if err := program.Stop(); err != nil {
			t.Error("stop Keycloak:", err)
		}
	}
	t.Cleanup(stop)
	return issuer, stop
}

func start(ctx context.Context, realm, file string) (issuer string, program *neo4jtest.Program, err error) {
	java, err := neo4jtest.FindJava("17", "21")
	if err != nil {
		return "", nil, err
	}
	fetched, err := neo4jtest.Fetch(ctx, "keycloak-"+Version, project, func(folder string) error { return build(ctx, java, folder) })
	if err != nil {
		return "", nil, err
	}
	home, err := makeHome(fetched, file)
	if err != nil {
		return "", nil, err
	}
	port, err := freePort()
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(home))
	}
	console := filepath.Join(home, "console.log")
	program, err = neo4jtest.Launch(console, home, append([]string{java}, arguments(home, port)...)...)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(home))
	}
	issuer = fmt.Sprintf("http://127.0.0.1:%d/realms/%s", port, realm)
	if err := await(ctx, program, issuer); err != nil {
		said, _ := os.ReadFile(console)
		return "", nil, errors.Join(fmt.Errorf("start Keycloak: %w\n%s", err, said), program.Stop())
	}
	return issuer, program, nil
}

func distribution(folder string) string { return filepath.Join(folder, "keycloak-"+Version) }

// build has Keycloak prepare itself for its settings, which takes longer than a start.
func build(ctx context.Context, java, folder string) error {
	c := exec.CommandContext(ctx, "sh", filepath.Join(distribution(folder), "bin", "kc.sh"), "build", "--db=dev-mem", "--health-enabled=false", "--metrics-enabled=false")
	c.Env = append(os.Environ(), "JAVA_HOME="+filepath.Dir(filepath.Dir(java)))
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build Keycloak: %w\n%s", err, out)
	}
	return nil
}

// makeHome makes a folder for one server, with a realm to import.
func makeHome(fetched, file string) (home string, err error) {
	realm, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if home, err = os.MkdirTemp("", "zhitu-keycloak-"); err != nil {
		return "", err
	}
	imports := filepath.Join(home, "data", "import")
	err = errors.Join(
		os.MkdirAll(imports, 0o755), os.Mkdir(filepath.Join(home, "conf"), 0o755), os.Mkdir(filepath.Join(home, "providers"), 0o755), os.Mkdir(filepath.Join(home, "themes"), 0o755),
		os.Symlink(filepath.Join(distribution(fetched), "lib"), filepath.Join(home, "lib")),
		os.WriteFile(filepath.Join(imports, "realm.json"), realm, 0o600),
	)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(home))
	}
	return home, nil
}

// arguments are those by which kc.sh runs Java, for a short life on this machine alone.
func arguments(home string, port int) []string {
	const all = "=ALL-UNNAMED"
	return []string{
		"-Xms64m", "-Xmx512m", "-XX:MaxMetaspaceSize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Duser.language=en", "-Duser.country=US",
		"-Djava.security.egd=file:/dev/urandom", "--add-opens=java.base/java.util" + all, "--add-opens=java.base/java.util.concurrent" + all,
		"--add-opens=java.base/java.security" + all, "--add-opens=java.base/java.lang" + all, "--enable-native-access" + all,
		"-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
		"-Dkc.home.dir=" + home, "-Dkc.config.built=true", "-cp", filepath.Join(home, "lib", "quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
		"start", "--optimized", "--cache=local", "--http-enabled=true", "--hostname-strict=false", "--http-host=127.0.0.1", fmt.Sprint("--http-port=", port), "--import-realm",
	}
}

func await(ctx context.Context, program *neo4jtest.Program, issuer string) error {
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer+"/.well-known/openid-configuration", nil)
		if err != nil {
			return err
		}
		if w, err := http.DefaultClient.Do(r); err == nil {
			_ = w.Body.Close()
			if w.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-program.Ended():
			return errors.New("it has ended")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
