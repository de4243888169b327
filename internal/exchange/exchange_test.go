package exchange

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

var update = flag.Bool("update", false, "update the golden files")

// folderFiles maps file names to contents.
type folderFiles map[string]string

func (f folderFiles) write(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range f {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return dir
}

func (f folderFiles) mustRead(t testing.TB) *Document {
	t.Helper()
	d, err := Read(f.write(t))
	require.NoError(t, err)
	return d
}

// checkDocument returns all problems against an empty store.
func checkDocument(d *Document) []LocatedProblem {
	return d.Report(competency.Catalog{}.Check(d.Changes)...)
}

// formatProblems returns problems as users read them.
func formatProblems(problems []LocatedProblem, lang fault.Lang) []string {
	all := []string{}
	for _, p := range problems {
		all = append(all, p.Format(lang))
	}
	return all
}

// mustReadValid reads files without problems.
func (f folderFiles) mustReadValid(t testing.TB) competency.Records {
	t.Helper()
	d := f.mustRead(t)
	require.Empty(t, formatProblems(checkDocument(d), fault.English))
	return d.Changes.Put
}
