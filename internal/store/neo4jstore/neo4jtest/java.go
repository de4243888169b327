package neo4jtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// javaVersions are the versions of Java that a version of Neo4j runs on, the best first.
func javaVersions(neo4j string) []string {
	if strings.HasPrefix(neo4j, "5.") {
		return []string{"17", "21"}
	}
	return []string{"25", "21"}
}

// javaFolder is where Linux distributions put one folder for each Java.
var javaFolder = "/usr/lib/jvm"

// findJava finds a Java program that a version of Neo4j runs on.
func findJava(neo4j string) (string, error) { return FindJava(javaVersions(neo4j)...) }

// FindJava finds a Java program of one of some versions, the best first: the one that the
// environment names, then those of the distribution, then the one on the path.
func FindJava(wanted ...string) (string, error) {
	var candidates, found []string
	if home := os.Getenv("JAVA_HOME"); home != "" {
		candidates = append(candidates, filepath.Join(home, "bin", "java"))
	}
	if program := os.Getenv("JAVA"); program != "" {
		candidates = append([]string{program}, candidates...)
	}
	for _, version := range wanted {
		matches, _ := filepath.Glob(filepath.Join(javaFolder, "*-"+version+"-*", "bin", "java"))
		candidates = append(candidates, matches...)
	}
	for _, candidate := range append(candidates, "java") {
		program, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		version := javaVersion(program)
		if slices.Contains(wanted, version) {
			return program, nil
		}
		found = append(found, fmt.Sprintf("%s is Java %s", program, version))
	}
	hint := "install it, or name it in JAVA_HOME"
	if len(found) > 0 {
		hint += " (" + strings.Join(found, ", ") + ")"
	}
	slices.Sort(wanted)
	return "", MissingError{Name: "Java " + strings.Join(wanted, " or "), Hint: hint}
}

var javaVersionLine = regexp.MustCompile(`version "(\d+)`)

// javaVersion returns the first number of a Java program's version, or "?".
func javaVersion(program string) string {
	out, _ := exec.Command(program, "-version").CombinedOutput()
	if match := javaVersionLine.FindSubmatch(out); match != nil {
		return string(match[1])
	}
	return "?"
}

func findMaven() (string, error) { return findProgram("mvn", "Maven") }

func findShell() (string, error) { return findProgram("sh", "a Unix shell") }

func findProgram(program, name string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", MissingError{Name: name, Hint: "install it (" + program + ")"}
	}
	return path, nil
}
