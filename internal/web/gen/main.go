// Command gen fills assets/ with the browser libraries of the playground, as
// pinned by playground/package-lock.json, and with their licences. It runs from
// the folder above it, by go generate, and needs npm and a package registry; a
// build needs neither, because assets/ is committed.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	source = "playground"
	target = "assets"
)

// modules is where npm installs.
var modules = filepath.Join(source, "node_modules")

// copies maps a file of a package to its name in assets/.
var copies = map[string]string{
	"react/umd/react.production.min.js":           "react.production.min.js",
	"react-dom/umd/react-dom.production.min.js":   "react-dom.production.min.js",
	"graphiql/graphiql.min.js":                    "graphiql.min.js",
	"graphiql/graphiql.css":                       "graphiql.css",
	"@graphiql/plugin-explorer/dist/index.umd.js": "plugin-explorer.js",
	"@graphiql/plugin-explorer/dist/style.css":    "plugin-explorer.css",
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	locked, err := readLock(filepath.Join(source, "package-lock.json"))
	if err != nil {
		return err
	}
	if err := install(locked); err != nil {
		return err
	}
	// All is read before anything is removed, so that a failure leaves assets/ as it was.
	out := map[string][]byte{}
	for from, to := range copies {
		if out[to], err = os.ReadFile(filepath.Join(modules, filepath.FromSlash(from))); err != nil {
			return err
		}
	}
	if out["LICENSES.txt"], err = licences(locked); err != nil {
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

// pin is what the lock file says of one installed package.
type pin struct{ Version, Integrity, License string }

// readLock returns the packages of a lock file by their folder, which begins
// with node_modules/.
func readLock(path string) (map[string]pin, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lock struct{ Packages map[string]pin }
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	delete(lock.Packages, "") // the project itself
	return lock.Packages, nil
}

// install runs npm where what is installed is not what is locked. npm keeps the
// truth about the former in a lock file of its own inside node_modules.
func install(locked map[string]pin) error {
	installed, err := readLock(filepath.Join(modules, ".package-lock.json"))
	if err == nil && maps.Equal(installed, locked) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not installed; install Node.js 20 or newer and run go generate again")
	}
	cmd := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir, cmd.Stdout, cmd.Stderr = source, os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm ci in %s: %w", source, err)
	}
	return nil
}

// licences collects the licences of all locked packages: graphiql.min.js has
// its dependencies bundled in, so they are handed on with it. Packages that
// share a text are listed above it once.
func licences(locked map[string]pin) ([]byte, error) {
	packages := map[string][]string{}
	for _, dir := range slices.Sorted(maps.Keys(locked)) {
		text, err := licence(dir, locked[dir])
		if err != nil {
			return nil, err
		}
		name := dir[strings.LastIndex(dir, "node_modules/")+len("node_modules/"):]
		packages[text] = append(packages[text], name+" "+locked[dir].Version)
	}
	fonts, err := os.ReadFile(filepath.Join(source, "fonts.txt"))
	if err != nil {
		return nil, err
	}
	out := strings.Builder{}
	out.WriteString("Licences of the third-party files in this folder, and of what is bundled in them.\n\n")
	out.Write(fonts)
	byPackage := func(a, b string) int { return strings.Compare(packages[a][0], packages[b][0]) }
	for _, text := range slices.SortedFunc(maps.Keys(packages), byPackage) {
		title := strings.Join(packages[text], "\n")
		fmt.Fprintf(&out, "\n%s\n%s\n%s\n\n%s\n", strings.Repeat("=", 72), title, strings.Repeat("=", 72), text)
	}
	return []byte(out.String()), nil
}

// licence returns the licence text of an installed package.
func licence(dir string, p pin) (string, error) {
	dir = filepath.Join(source, filepath.FromSlash(dir))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if strings.HasPrefix(strings.ToLower(entry.Name()), "licen") {
			data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
			return strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n")), err
		}
	}
	if p.License == "" {
		return "", fmt.Errorf("%s names no licence", dir)
	}
	return "The package brings no licence text; it declares: " + p.License, nil
}
