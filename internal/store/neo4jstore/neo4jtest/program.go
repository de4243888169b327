package neo4jtest

import (
	"context"
	"errors"
	"os"
	"testing"
)

// Fetch has Maven run a project that puts files into ${lib}, and returns the folder of the
// user's cache that has them then. finish prepares them, once. A folder that is there already
// is taken as it is.
func Fetch(ctx context.Context, name string, project []byte, finish func(folder string) error) (folder string, err error) {
	if folder, err = cacheFolder(name); err != nil {
		return "", err
	}
	return folder, fetchJars(ctx, folder, project, "-Dname="+name, finish)
}

// Program is a program that a test has launched.
type Program struct {
	*process
	folder string
}

// Launch runs a program that is not Neo4j, as this package runs Neo4j: it never outlives this
// process, nor does its folder, which Stop removes too. Its output is in console, a file.
func Launch(console, folder string, command ...string) (*Program, error) {
	shell, err := findShell()
	if err != nil {
		return nil, err
	}
	p, err := launch(shell, console, folder, command)
	if err != nil {
		return nil, err
	}
	return &Program{p, folder}, nil
}

// Ended is closed when the program has ended.
func (p *Program) Ended() <-chan struct{} { return p.done }

// Stop kills the program, and removes its folder.
func (p *Program) Stop() error { return errors.Join(p.killNow(), os.RemoveAll(p.folder)) }

// Require ends a test that has no server: a program that is not installed skips it, but in CI
// it must be noticed.
func Require(t testing.TB, err error) {
	t.Helper()
	requireServer(t, err)
}
