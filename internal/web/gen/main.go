// Command gen makes what the pages of the browser load: it fills assets/ with the browser
// libraries of the playground, and builds the application in app/ into app/dist/, each with
// the licences of what is in it. The packages are those that the lock files pin. It runs from
// the folder above it, by go generate, and needs npm and a package registry; a build needs
// neither, because both folders are committed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

func main() {
	installOnly := flag.Bool("install", false, "only install what the application is built and tested with")
	flag.Parse()
	steps := []func() error{copyPlayground, buildApplication}
	if *installOnly {
		steps = []func() error{func() error { _, err := install(application); return err }}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			fmt.Fprintln(os.Stderr, "gen:", err)
			os.Exit(1)
		}
	}
}

// playgroundCopies maps a file of a package to its name in assets/.
var playgroundCopies = map[string]string{
	"react/umd/react.production.min.js":           "react.production.min.js",
	"react-dom/umd/react-dom.production.min.js":   "react-dom.production.min.js",
	"graphiql/graphiql.min.js":                    "graphiql.min.js",
	"graphiql/graphiql.css":                       "graphiql.css",
	"@graphiql/plugin-explorer/dist/index.umd.js": "plugin-explorer.js",
	"@graphiql/plugin-explorer/dist/style.css":    "plugin-explorer.css",
}

func copyPlayground() error {
	const source, target = "playground", "assets"
	locked, err := install(source)
	if err != nil {
		return err
	}
	// All is read before anything is removed, so that a failure leaves assets/ as it was.
	out := map[string][]byte{}
	for from, to := range playgroundCopies {
		if out[to], err = os.ReadFile(filepath.Join(source, "node_modules", filepath.FromSlash(from))); err != nil {
			return err
		}
	}
	fonts, err := os.ReadFile(filepath.Join(source, "fonts.txt"))
	if err != nil {
		return err
	}
	// graphiql.min.js has its dependencies bundled in, so their licences are handed on with it.
	if out["LICENSES.txt"], err = licences(source, locked, fonts); err != nil {
		return err
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	if err := os.Mkdir(target, 0o755); err != nil {
		return err
	}
	for name, data := range out {
		if err := os.WriteFile(filepath.Join(target, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// application is the folder of the application.
const application = "app"

// schemaFiles are the parts of the GraphQL schema, by which the application's documents are
// checked.
const schemaFiles = "../../graph/schema/*.graphqls"

func buildApplication() error {
	locked, err := install(application)
	if err != nil {
		return err
	}
	if err := joinFiles(schemaFiles, filepath.Join(application, "schema.graphql")); err != nil {
		return err
	}
	// The build empties dist/ only when everything has been checked.
	if err := npm(application, "run", "--silent", "build"); err != nil {
		return err
	}
	text, err := licences(application, bundled(locked), nil)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(application, "dist", "LICENSES.txt"), text, 0o644)
}

func joinFiles(pattern, target string) error {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	var all []byte
	for _, name := range slices.Sorted(slices.Values(names)) {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		all = append(append(all, data...), '\n')
	}
	return os.WriteFile(target, all, 0o644)
}

// npm runs npm in a folder.
func npm(folder string, args ...string) error {
	path, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not installed; install Node.js 20 or newer and run go generate again")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm %s in %s: %w", args[0], folder, err)
	}
	return nil
}
