package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pin is what a lock file says of one package.
type pin struct {
	Version, License string
	Dev, Optional    bool
}

// install runs npm where what is installed is not what package-lock.json of a folder pins, and
// returns the pinned packages by their folder, which begins with node_modules/.
func install(folder string) (map[string]pin, error) {
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var parsed struct{ Packages map[string]pin }
	if err := json.Unmarshal(lock, &parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	delete(parsed.Packages, "") // the project itself
	// A copy of the lock file says what was installed last.
	marker := filepath.Join(folder, "node_modules", ".installed-lock.json")
	installed, err := os.ReadFile(marker)
	if err == nil && bytes.Equal(installed, lock) {
		return parsed.Packages, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := npm(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		return nil, err
	}
	return parsed.Packages, os.WriteFile(marker, lock, 0o644)
}

// bundled leaves out the packages that are only used to build.
func bundled(locked map[string]pin) map[string]pin {
	kept := maps.Clone(locked)
	maps.DeleteFunc(kept, func(_ string, p pin) bool { return p.Dev || p.Optional })
	return kept
}

// licences collects the licences of packages of a folder, after a preface. Packages that share
// a text are listed above it once.
func licences(folder string, locked map[string]pin, preface []byte) ([]byte, error) {
	packages := map[string][]string{}
	for _, dir := range slices.Sorted(maps.Keys(locked)) {
		text, err := licence(filepath.Join(folder, filepath.FromSlash(dir)), locked[dir])
		if err != nil {
			return nil, err
		}
		name := dir[strings.LastIndex(dir, "node_modules/")+len("node_modules/"):]
		packages[text] = append(packages[text], name+" "+locked[dir].Version)
	}
	out := strings.Builder{}
	out.WriteString("Licences of the third-party files in this folder, and of what is bundled in them.\n\n")
	out.Write(preface)
	byPackage := func(a, b string) int { return strings.Compare(packages[a][0], packages[b][0]) }
	for _, text := range slices.SortedFunc(maps.Keys(packages), byPackage) {
		title := strings.Join(packages[text], "\n")
		fmt.Fprintf(&out, "\n%s\n%s\n%s\n\n%s\n", strings.Repeat("=", 72), title, strings.Repeat("=", 72), text)
	}
	return []byte(out.String()), nil
}

// licence returns the licence text of an installed package.
func licence(dir string, p pin) (string, error) {
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
