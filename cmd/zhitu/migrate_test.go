package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// newShellWithOldStore returns a shell whose zhitu.db was written by an earlier version.
func newShellWithOldStore(t *testing.T, env ...string) shell {
	t.Helper()
	packed, err := os.Open(filepath.Join("..", "..", "internal", "store", "sqlitestore", "testdata", "schema3.db.gz"))
	require.NoError(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	require.NoError(t, err)
	data, err := io.ReadAll(z)
	require.NoError(t, err)
	sh := newShell(t, env...)
	sh.writeFile("zhitu.db", string(data))
	sh.writeFile("good/positions.csv", "code,name\nPOS-X,新岗位\n")
	return sh
}

func TestCommandsThatOnlyReadRefuseAnOlderSchema(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"verify"},
		{"export", "out"},
		{"insight"},
		{"team"},
		{"gap", "--employee", "li", "--position", "p"},
		{"path", "--employee", "li", "--position", "p"},
		{"check", "good", "--store", "sqlite:zhitu.db"},
		{"import", "good", "--dry-run"},
		{"copy", "--from", "sqlite:zhitu.db", "--to", "sqlite:new.db"},
	} {
		sh := newShellWithOldStore(t)
		before := sh.readFile("zhitu.db")
		r := sh.run(args...)
		require.Equal(t, exitUnavailable, r.code, "%v: %s", args, r.err)
		require.Contains(t, r.err, "an earlier version of zhitu wrote it (schema 3), and this command only reads: make a backup, and give --migrate", args)
		require.True(t, before == sh.readFile("zhitu.db"), args)
		require.Contains(t, sh.run(append(args, "--lang", "zh-CN")...).err, "请先备份，再加 --migrate 升级到架构", args)
	}
	sh := newShellWithOldStore(t)
	r := sh.run("verify", "--migrate")
	require.Contains(t, r.err, "upgrading sqlite:zhitu.db from schema 3 to ")
	require.NotContains(t, sh.run("verify").err, "upgrading", "once is enough")
}

func TestCommandsThatWriteUpgradeAnOlderSchema(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"import", "good"}, {"replay"}, {"copy", "--from", "sqlite:other.db", "--to", "sqlite:zhitu.db"}} {
		sh := newShellWithOldStore(t, "ZHITU_LANG=zh-CN")
		sh.mustRun("import", "good", "--store", "sqlite:other.db")
		r := sh.run(args...)
		require.Contains(t, r.err, "正在将 sqlite:zhitu.db 从架构 3 升级到", args)
	}
}
