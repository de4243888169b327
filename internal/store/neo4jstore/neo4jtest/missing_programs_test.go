package neo4jtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeMachine is an environment where only what the test installs is found.
type fakeMachine struct {
	*testing.T
	bin, jvm string
}

func newFakeMachine(t *testing.T) fakeMachine {
	m := fakeMachine{T: t, bin: t.TempDir(), jvm: t.TempDir()}
	for name, value := range map[string]string{"PATH": m.bin, "JAVA": "", "JAVA_HOME": "", "XDG_CACHE_HOME": t.TempDir(), "HOME": t.TempDir()} {
		t.Setenv(name, value)
	}
	before := javaFolder
	javaFolder = m.jvm
	t.Cleanup(func() { javaFolder = before })
	return m
}

// installScript installs a shell script as a program.
func (m fakeMachine) installScript(path, body string) string {
	m.Helper()
	require.NoError(m, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(m, os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o755))
	return path
}

func (m fakeMachine) installJava(path, version string) string {
	return m.installScript(path, fmt.Sprintf("echo 'openjdk version \"%s\" 2025-04-15' >&2", version))
}

func TestMissingProgramsAreNamed(t *testing.T) {
	m := newFakeMachine(t)
	require.EqualError(t, Installed("5.26.29"), "a Unix shell is missing: install it (sh)")
	m.installScript(filepath.Join(m.bin, "sh"), "")
	require.EqualError(t, Installed("5.26.29"), "Java 17 or 21 is missing: install it, or name it in JAVA_HOME")
	old := m.installJava(filepath.Join(m.bin, "java"), "11.0.2")
	require.EqualError(t, Installed("2026.07.1"), "Java 21 or 25 is missing: install it, or name it in JAVA_HOME ("+old+" is Java 11)")
	m.installJava(old, "21.0.2")
	require.EqualError(t, Installed("5.26.29"), "Maven is missing: install it (mvn)")
	_, err := Start(t.Context(), Options{Version: "5.26.29"})
	missing, ok := errors.AsType[MissingError](err)
	require.True(t, ok)
	require.Equal(t, "Maven", missing.Name)
	m.installScript(filepath.Join(m.bin, "mvn"), "")
	require.NoError(t, Installed("5.26.29"))
}

func TestFindJavaPrefersBestVersion(t *testing.T) {
	m := newFakeMachine(t)
	requireJava := func(neo4j, want string) {
		t.Helper()
		got, err := findJava(neo4j)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	path := m.installJava(filepath.Join(m.bin, "java"), "21")
	requireJava("5.26.29", path)
	requireJava("2026.07.1", path)
	seventeen := m.installJava(filepath.Join(m.jvm, "java-17-openjdk-amd64", "bin", "java"), "17.0.15")
	requireJava("5.26.29", seventeen)
	requireJava("2026.07.1", path)
	twentyFive := m.installJava(filepath.Join(m.jvm, "temurin-25-jdk-amd64", "bin", "java"), "25.0.3")
	requireJava("5.26.29", seventeen)
	requireJava("2026.07.1", twentyFive)
	home := t.TempDir()
	t.Setenv("JAVA_HOME", home)
	named := m.installJava(filepath.Join(home, "bin", "java"), "21.0.1")
	requireJava("5.26.29", named)
	requireJava("2026.07.1", named)
	t.Setenv("JAVA", seventeen)
	requireJava("5.26.29", seventeen)
	requireJava("2026.07.1", named)
}

// fakeTest is a test that records how it was ended.
type fakeTest struct {
	testing.TB
	outcome string
}

func (v *fakeTest) Helper()           {}
func (v *fakeTest) Skip(args ...any)  { v.outcome = "skip: " + fmt.Sprint(args...) }
func (v *fakeTest) Fatal(args ...any) { v.outcome = "fatal: " + fmt.Sprint(args...) }

func TestMissingProgramSkipsTestOrFailsInCI(t *testing.T) {
	missing := fmt.Errorf("start: %w", MissingError{Name: "Maven", Hint: "install it"})
	for _, c := range []struct {
		ci   string
		err  error
		want string
	}{
		{"", nil, ""},
		{"", missing, "skip: start: Maven is missing: install it"},
		{"true", missing, "fatal: start: Maven is missing: install it"},
		{"", errors.New("it ended"), "fatal: it ended"},
	} {
		t.Setenv("CI", c.ci)
		v := &fakeTest{TB: t}
		requireServer(v, c.err)
		require.Equal(t, c.want, v.outcome)
	}
}

func TestConcurrentFetchRunsMavenOnce(t *testing.T) {
	shell, err := exec.LookPath("sh")
	require.NoError(t, err)
	m := newFakeMachine(t)
	calls := filepath.Join(t.TempDir(), "calls")
	// This Maven makes the folder that -Dlib= names.
	m.installScript(filepath.Join(m.bin, "mvn"), `PATH=/usr/bin:/bin
echo >>`+calls+`
for argument; do case $argument in -Dlib=*) mkdir "${argument#-Dlib=}"; echo >"${argument#-Dlib=}/a.jar" ;; esac; done
sleep 0.3`)
	require.NoError(t, os.Symlink(shell, filepath.Join(m.bin, "sh")))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			folder, err := fetchLibrary(t.Context(), "1.2.3")
			if err != nil || !isComplete(folder) {
				t.Error(folder, err)
			}
		})
	}
	group.Wait()
	made, err := os.ReadFile(calls)
	require.NoError(t, err)
	require.Len(t, made, 1)
	folder, err := libraryFolder("1.2.3")
	require.NoError(t, err)
	left, err := os.ReadDir(filepath.Dir(folder))
	require.NoError(t, err)
	require.Len(t, left, 1, "a staging folder stayed")
}
