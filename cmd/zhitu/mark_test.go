package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// newWorkbookShell returns a shell with somebody's workbook book.xlsx, whose cell D7 of the
// sheet 员工 names a position that there is not, and a store with all that it needs.
func newWorkbookShell(t *testing.T) shell {
	t.Helper()
	sh := newShell(t)
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "exchange", "testdata", "workbooks", "27-own-workbook.xlsx"))
	require.NoError(t, err)
	sh.writeFile("book.xlsx", string(data))
	sh.writeFile("positions.csv", "code,name\nPOS-OP,值班员\n")
	sh.writeFile("org_units.csv", "code,name\nD10,甲\nD20,乙\n")
	sh.mustRun("import", "positions.csv", "org_units.csv")
	return sh
}

func TestMarkAndUnmark(t *testing.T) {
	t.Parallel()
	sh := newWorkbookShell(t)
	check := []string{"check", "book.xlsx", "--store", "sqlite:zhitu.db", "--lang", "zh-CN"}
	r := sh.run(append(check, "--mark", "marked.xlsx")...)
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.out, "员工!D7：不存在岗位 \"POS-XX\"")
	require.Contains(t, r.out, "共 1 个问题；已写入 marked.xlsx（标记 1 个单元格）")
	require.NotEqual(t, sh.readFile("book.xlsx"), sh.readFile("marked.xlsx"))

	// The marks are no content.
	plain, marked := sh.run(check...), sh.run("check", "marked.xlsx", "--store", "sqlite:zhitu.db", "--lang", "zh-CN")
	require.NotContains(t, marked.out, "问题 Problems")
	require.Equal(t, plain.out, strings.ReplaceAll(marked.out, "marked.xlsx", "book.xlsx"))

	r = sh.run("check", "marked.xlsx", "--store", "sqlite:zhitu.db", "--mark", "again.xlsx", "--json")
	require.Contains(t, r.out, `"file": "again.xlsx",`)
	require.Contains(t, r.out, `"cells": 1`)

	require.Contains(t, sh.mustRun("check", "again.xlsx", "--unmark", "clean.xlsx"), "the workbook without its marks is clean.xlsx")
	require.True(t, sh.readFile("book.xlsx") == sh.readFile("clean.xlsx"), "byte for byte")
	require.Contains(t, sh.mustRun("check", "clean.xlsx", "--unmark", "none.xlsx"), "clean.xlsx has no marks; nothing was written")
	require.NoFileExists(t, filepath.Join(sh.dir, "none.xlsx"))
	entries, err := filepath.Glob(filepath.Join(sh.dir, ".zhitu-*"))
	require.NoError(t, err)
	require.Empty(t, entries, "no temporary file stays")
}

func TestNothingToMark(t *testing.T) {
	t.Parallel()
	sh := newWorkbookShell(t)
	sh.writeFile("positions.csv", "code,name\nPOS-XX,值长\n")
	sh.mustRun("import", "positions.csv")
	require.Contains(t, sh.mustRun("check", "book.xlsx", "--store", "sqlite:zhitu.db", "--mark", "marked.xlsx"), "there is nothing to mark; marked.xlsx was not written")
	require.NoFileExists(t, filepath.Join(sh.dir, "marked.xlsx"))
}

func TestMisuseOfMarks(t *testing.T) {
	t.Parallel()
	sh := newWorkbookShell(t)
	for _, args := range [][]string{
		{"book.xlsx", "positions.csv", "--mark", "a.xlsx"},
		{"positions.csv", "--mark", "a.xlsx"},
		{".", "--unmark", "a.xlsx"},
		{"book.xlsx", "--mark", "book.xlsx"},
		{"book.xlsx", "--unmark", "./book.xlsx"},
		{"book.xlsx", "--mark", "a.xlsx", "--unmark", "b.xlsx"},
	} {
		require.Equal(t, exitUsage, sh.run(append([]string{"check"}, args...)...).code, args)
	}
	require.NoFileExists(t, filepath.Join(sh.dir, "a.xlsx"))

	sh.writeFile("old.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	r := sh.run("check", "old.xlsx", "--mark", "a.xlsx")
	require.Equal(t, exitInvalid, r.code, "its problems are told all the same")
	require.Contains(t, r.out, "old.xlsx")
	require.Contains(t, r.err, "the workbook was not marked: ")
	r = sh.run("check", "book.xlsx", "--mark", "no/such/folder.xlsx")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, "no/such/folder.xlsx cannot be written")
}

// Equal problems are told once with their rows, but each of their cells is marked.
func TestEachRowIsMarked(t *testing.T) {
	t.Parallel()
	sh := newWorkbookShell(t)
	r := sh.run("check", "book.xlsx", "--mark", "marked.xlsx", "--json") // without a store, no position and no department is known
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.out, `"cells": 20`)
}
