package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Importing an export as a workbook gives the same store, in whichever language it is.
func TestWorkbookRestoresStore(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	want := sh.exportAll()
	for _, lang := range []string{"en", "zh-CN"} {
		file := "all-" + lang + ".xlsx"
		out := sh.mustRun("export", file, "--lang", lang)
		require.Contains(t, out, map[string]string{"en": "accounts and their rights are left out", "zh-CN": "未导出账号及其权限"}[lang])
		sh.mustRun("import", file, "--store", "sqlite:"+lang+".db")
		requireSame(t, want, sh.withSQLite(lang+".db").exportAll())
	}

	t.Run("it is replaced only as long as nobody has edited it", func(t *testing.T) {
		sh.mustRun("export", "all-en.xlsx", "--lang", "zh-CN")
		sh.writeFile("mine.xlsx", "mine")
		require.Equal(t, exitInvalid, sh.run("export", "mine.xlsx").code)
	})
	t.Run("programs learn where it is", func(t *testing.T) {
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(sh.mustRun("export", "json.xlsx", "--json")), &got))
		require.Equal(t, "json.xlsx", got["workbook"])
		require.NotContains(t, got, "folder")
	})
}

// A template of what is stored changes nothing when it comes back as it is.
func TestTemplateOfStoreChangesNothing(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	want := sh.exportAll()
	for _, lang := range []string{"en", "zh-CN"} {
		sh.mustRun("template", lang+".xlsx", "--lang", lang, "--store", "sqlite:zhitu.db")
		sh.mustRun("import", lang+".xlsx")
		requireSame(t, want, sh.exportAll())
	}
	sh.mustRun("template", "some.xlsx", "--tables", "知识点,prerequisites")
	require.FileExists(t, filepath.Join(sh.dir, "some.xlsx"))
	require.Equal(t, exitUsage, sh.run("template", "some.csv").code)
	unknown := sh.run("template", "other.xlsx", "--tables", "knowledge_pints", "--lang", "en")
	require.Equal(t, exitInvalid, unknown.code)
	require.Contains(t, unknown.err, "did you mean knowledge_points?")
	_, err := os.Stat(filepath.Join(sh.dir, "other.xlsx"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
