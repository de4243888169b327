package sqlitestore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// The test binary is its own other process: with a job in the environment it
// does that on the file, and runs no test.
const (
	jobVariable  = "ZHITU_SQLITESTORE_JOB"
	fileVariable = "ZHITU_SQLITESTORE_FILE"
)

var jobs = map[string]func(ctx context.Context, s *sqlitestore.Store) error{
	"ping":  func(ctx context.Context, s *sqlitestore.Store) error { return s.Ping(ctx) },
	"grow":  grow,
	"count": count,
}

func TestMain(m *testing.M) {
	name := os.Getenv(jobVariable)
	job, ok := jobs[name]
	if !ok {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	if name == "ping" {
		fmt.Println("opens the file")
	}
	s, err := sqlitestore.Open(ctx, os.Getenv(fileVariable))
	if err == nil {
		err = job(ctx, s)
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(t *testing.T, job, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), jobVariable+"="+job, fileVariable+"="+path)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	return c, bufio.NewScanner(out)
}

// batch is how many points grow adds with each change set.
const batch = 800

// grow adds points and one person's state on them, a batch to a change set, for
// ever, and says so when each is acknowledged.
func grow(ctx context.Context, s *sqlitestore.Store) error {
	revision, err := s.Revision(ctx)
	for err == nil {
		if revision, err = s.Apply(ctx, revision, store.Change{ChangeSet: growth(int(revision))}); err == nil {
			fmt.Println(revision)
		}
	}
	return err
}

func growth(n int) competency.ChangeSet {
	cs := competency.ChangeSet{At: time.Unix(0, 0)}
	cs.Put.Employees = []competency.Employee{{Code: "e", Name: "e"}}
	for i := range batch {
		k := competency.KnowledgePoint{Code: fmt.Sprintf("k%04d-%06d", n, i)}
		cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, k)
		cs.Put.Prerequisites = append(cs.Put.Prerequisites, competency.Prerequisite{Prerequisite: fmt.Sprintf("k%04d-%06d", n, 0), Dependent: k.Code})
		cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: "e", KnowledgePoint: k.Code, Mastery: 1})
	}
	return cs
}

func TestKillLosesNothingAcknowledgedAndLeavesNothingHalfDone(t *testing.T) {
	path := newPath(t)
	acknowledged := store.Revision(0)
	for i := range 5 {
		child, lines := start(t, "grow", path)
		// Let it make one, and then be at any point of the next.
		for n := 0; lines.Scan(); n++ {
			_, err := fmt.Sscan(lines.Text(), &acknowledged)
			require.NoError(t, err)
			if n == 0 {
				time.AfterFunc(time.Duration(i)*17*time.Millisecond, func() { _ = child.Process.Kill() })
			}
		}
		require.ErrorContains(t, child.Wait(), "killed")

		requireSound(t, path)
		s := open(t, path)
		c, revision, err := s.Load(t.Context())
		require.NoError(t, err)
		require.GreaterOrEqual(t, revision, acknowledged)
		require.LessOrEqual(t, revision, acknowledged+1) // made, and killed before it could say so
		require.Len(t, c.KnowledgePoints, batch*int(revision))
		require.Len(t, c.Prerequisites, batch*int(revision))
		p, err := s.Profile(t.Context(), "e")
		require.NoError(t, err)
		require.Len(t, p.States, batch*int(revision))
		require.NoError(t, s.Close())
	}
}

func TestProcessesThatOpenANewFileAtOnceAllSucceed(t *testing.T) {
	for range 3 {
		path := newPath(t)
		var children []*exec.Cmd
		for range 4 {
			child, _ := start(t, "ping", path)
			children = append(children, child)
		}
		for _, child := range children {
			require.NoError(t, child.Wait())
		}
		requireSound(t, path)
	}
}

// count makes thirty edits on whatever is there, each again when it was in
// conflict with another process.
func count(ctx context.Context, s *sqlitestore.Store) error {
	for range 30 {
		for {
			base, err := s.Revision(ctx)
			if err != nil {
				return err
			}
			_, err = s.Apply(ctx, base, store.Change{ChangeSet: competency.ChangeSet{Put: competency.Records{
				Catalog: competency.Catalog{Positions: []competency.Position{{Code: fmt.Sprint(base)}}},
			}}})

			if err == nil {
				break
			}
			if !errors.Is(err, store.ErrConflict) {
				return err
			}
		}
	}
	return nil
}

func TestProcessesThatEditAtOnceLoseNoEdit(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	first, _ := start(t, "count", path)
	second, _ := start(t, "count", path)
	require.NoError(t, first.Wait())
	require.NoError(t, second.Wait())
	c, revision, err := s.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.Revision(60), revision)
	require.Len(t, c.Positions, 60)
	require.NoError(t, s.Close())
}
