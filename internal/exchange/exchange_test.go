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

var update = flag.Bool("update", false, "write the golden files anew")

// files are the contents of a folder by file name.
type files map[string]string

func (f files) write(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range f {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	return dir
}

func (f files) read(t testing.TB) *Document {
	t.Helper()
	d, err := Read(f.write(t))
	require.NoError(t, err)
	return d
}

// check reports all problems, with nothing stored.
func check(d *Document) []Located {
	return d.Report(competency.Catalog{}.Check(d.Changes)...)
}

// lines are problems as their user reads them.
func lines(problems []Located, lang fault.Lang) []string {
	all := []string{}
	for _, p := range problems {
		all = append(all, p.In(lang))
	}
	return all
}

// clean reads files that have nothing wrong.
func (f files) clean(t testing.TB) competency.Records {
	t.Helper()
	d := f.read(t)
	require.Empty(t, lines(check(d), fault.English))
	return d.Changes.Put
}
