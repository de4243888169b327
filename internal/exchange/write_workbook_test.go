package exchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// What Check accepts comes back from a workbook as it was, in either language.
func TestWorkbookRoundTrip(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		want := generateRecords(t)
		n++
		path := filepath.Join(root, fmt.Sprint(n, ".xlsx"))
		lang := rapid.SampledFrom([]fault.Lang{fault.English, fault.Chinese}).Draw(t, "language")
		require.NoError(t, WriteWorkbook(path, lang, exportOf(want)))
		d, err := Read(path)
		require.NoError(t, err)
		require.Empty(t, formatProblems(d.Problems, fault.English))
		require.Equal(t, want, d.Changes.Put)
		require.True(t, d.AsExported)
		require.NoError(t, os.Remove(path))
	})
}

func kindOf(t require.TestingT, path string) string {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return workbookKind(bytes.NewReader(data), int64(len(data)))
}

// readWorkbook reads a workbook without problems or notices.
func readWorkbook(t testing.TB, path string) *Document {
	t.Helper()
	d, err := Read(path)
	require.NoError(t, err)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Empty(t, formatProblems(d.Notices, fault.English))
	return d
}

// fullExport has something on every sheet.
func fullExport(r competency.Records) Export {
	at := time.Date(2026, 11, 20, 8, 30, 0, 123456000, time.UTC)
	all := exportOf(r)
	people := all.People
	all.People = func(yield func(Person, error) bool) {
		for p, err := range people {
			p.Evidence = []competency.Evidence{{ID: "X1", Employee: p.Employee.Code, KnowledgePoints: []string{"K1", "K2"}, Kind: competency.Exam, Score: 2.0 / 3, At: at, Duration: 90 * time.Second}}
			p.States = []competency.Assessment{{Employee: p.Employee.Code, KnowledgePoint: "K2", Mastery: 0.1 + 0.2, AssessedAt: at, Model: []float64{1.0 / 3, 5e-324, 1e21, 0}}}
			p.Dropped = competency.DroppedEvidence{Employee: p.Employee.Code, Checkpoint: "c", Tombstones: []competency.Evidence{competency.Evidence{ID: "X0", Employee: p.Employee.Code}.Tombstone()}}
			if !yield(p, err) {
				return
			}
		}
	}
	all.Events = eachOf([]competency.Event{{Key: "k", Results: []competency.EventResult{{ID: "r", At: at, Score: 0.5}}}})
	statement := `{"actor": "😀_x0041_` + strings.Repeat("很长 ", 40_000) + "\u2028\"}"
	all.Unmapped = eachOf([]Unmapped{{ID: "u", ReceivedAt: at, Reason: fault.T("who?", "谁？"), Statement: statement, SentBy: "lms"}})
	return all
}

// A folder and a workbook of the same export say the same.
func TestWorkbookHasEverythingThatAFolderHas(t *testing.T) {
	export := fullExport(chineseTables.mustReadValid(t))
	dir := t.TempDir()
	require.NoError(t, WriteFolder(filepath.Join(dir, "folder"), export))
	require.NoError(t, WriteWorkbook(filepath.Join(dir, "book.xlsx"), fault.Chinese, export))
	want, err := Read(filepath.Join(dir, "folder"))
	require.NoError(t, err)
	require.Empty(t, want.Problems)
	got := readWorkbook(t, filepath.Join(dir, "book.xlsx"))
	requireSameContent(t, want, got)
	require.Len(t, got.States, 1)
	require.Len(t, got.Unmapped, 1)
}

// requireSameContent compares all that two readings hold.
func requireSameContent(t *testing.T, want, got *Document) {
	t.Helper()
	require.Equal(t, want.Changes, got.Changes)
	require.Equal(t, want.Evidence, got.Evidence)
	require.Equal(t, want.States, got.States)
	require.Equal(t, want.Dropped, got.Dropped)
	require.Equal(t, want.Events, got.Events)
	require.Equal(t, want.Unmapped, got.Unmapped)
}

// LibreOffice opened and saved this export: all that it says is what was exported.
// -update makes it again, where LibreOffice is installed.
func TestExportSavedByLibreOffice(t *testing.T) {
	r := chineseTables.mustReadValid(t)
	r.Positions[0].Description = "a\r\nb\t\x01 _x0041_ ␍"
	r.KnowledgePoints[0].Name = "=1+1"
	r.KnowledgePoints[0].Description = "-5℃\n(清空)"
	r.KnowledgePoints[1].NameEN = "(clear)"
	r.Requirements[0].Weight = new(0.1 + 0.2)
	r.Mastery[0].Mastery = 1
	r.Scale = competency.DefaultScale
	export := fullExport(r)
	saved := filepath.Join("testdata", "written", "libreoffice.xlsx")
	if _, err := exec.LookPath("soffice"); *update && err == nil {
		path := filepath.Join(t.TempDir(), "libreoffice.xlsx")
		require.NoError(t, WriteWorkbook(path, fault.Chinese, export))
		out, err := exec.Command("soffice", "--headless", "--convert-to", "xlsx", "--outdir", filepath.Dir(saved), path).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	dir := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, WriteFolder(dir, export))
	want, err := Read(dir)
	require.NoError(t, err)
	require.Empty(t, want.Problems)
	got := readWorkbook(t, saved)
	requireSameContent(t, want, got)
	require.False(t, got.AsExported, "it was saved since")
}

// A sheet that would be too large goes on on another one.
func TestLargeSheetsAreContinued(t *testing.T) {
	var people []Person
	for i := range 40 {
		p := Person{Employee: competency.Employee{Code: fmt.Sprintf("E%02d", i), Name: strings.Repeat("名", 20)}}
		for n := range 5 {
			p.Evidence = append(p.Evidence, competency.Evidence{ID: fmt.Sprintf("%d-%d", i, n), Employee: p.Employee.Code, KnowledgePoints: []string{"K"}, Kind: competency.Exam, Score: 1, At: time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC)})
		}
		p.States = []competency.Assessment{{Employee: p.Employee.Code, KnowledgePoint: "K", Mastery: 0.5, AssessedAt: time.Unix(0, 0).UTC(), Model: []float64{1}}}
		people = append(people, p)
	}
	for name, limit := range map[string]Export{"rows": {maxRows: 31}, "bytes": {maxBytes: 9000}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "book.xlsx")
			limit.People = eachOf(people)
			require.NoError(t, WriteWorkbook(path, fault.Chinese, limit))
			f, err := excelize.OpenFile(path)
			require.NoError(t, err)
			defer f.Close()
			sheets := f.GetSheetList()
			for _, sheet := range []string{"证据", "证据 2", "证据 3", "员工 2", "states 2"} {
				require.Contains(t, sheets, sheet)
			}
			d := readWorkbook(t, path)
			require.Len(t, d.Evidence, 200)
			require.Len(t, d.Changes.Put.Employees, 40)
			require.Len(t, d.States, 40)
		})
	}
}

func TestWriteWorkbookRefusesOccupiedTarget(t *testing.T) {
	all := exportOf(chineseTables.mustReadValid(t))
	path := filepath.Join(t.TempDir(), "book.xlsx")
	refused := func(t *testing.T) {
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(WriteWorkbook(path, fault.English, all)))
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(WriteTemplateFile(path, fault.English, Template{})))
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
	t.Run("something else", func(t *testing.T) {
		require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
		refused(t)
		require.NoError(t, os.Remove(path))
	})
	t.Run("an earlier export is replaced", func(t *testing.T) {
		require.NoError(t, WriteTemplateFile(path, fault.English, Template{}))
		require.Equal(t, emptyWorkbook, kindOf(t, path))
		require.NoError(t, WriteWorkbook(path, fault.Chinese, all))
		first, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, WriteWorkbook(path, fault.Chinese, all))
		second, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(first, second), "the same content, the same bytes")
		require.Len(t, readAllFiles(t, filepath.Dir(path)), 1, "nothing else is left")
	})
	t.Run("a workbook that was saved since", func(t *testing.T) {
		f, err := excelize.OpenFile(path)
		require.NoError(t, err)
		require.NoError(t, f.SetCellValue("岗位", "B2", "电工长"))
		require.NoError(t, f.Save())
		require.NoError(t, f.Close())
		require.Empty(t, kindOf(t, path))
		refused(t)
	})
	t.Run("a folder", func(t *testing.T) {
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(WriteWorkbook(t.TempDir(), fault.English, all)))
	})
	t.Run("a place that is not there", func(t *testing.T) {
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(WriteWorkbook(filepath.Join(t.TempDir(), "no", "book.xlsx"), fault.English, all)))
	})
}

func TestFailedWorkbookLeavesNoFiles(t *testing.T) {
	broken := errors.New("the store is gone")
	x := exportOf(chineseTables.mustReadValid(t))
	x.People = func(yield func(Person, error) bool) {
		if yield(Person{Employee: employeeRow{Code: "E", Name: "n"}}, nil) {
			yield(Person{}, broken)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "book.xlsx")
	require.ErrorIs(t, WriteWorkbook(path, fault.English, x), broken)
	require.Empty(t, readAllFiles(t, dir))

	require.NoError(t, WriteWorkbook(path, fault.English, Export{}))
	before := readAllFiles(t, dir)
	require.ErrorIs(t, WriteWorkbook(path, fault.English, x), broken)
	require.Equal(t, before, readAllFiles(t, dir))
}

// What no cell takes is refused, and never cut.
func TestWorkbookRefusesTextsThatNoCellTakes(t *testing.T) {
	text := func(s string, n int) Export {
		return Export{Catalog: competency.Catalog{Positions: []positionRow{{Code: "P", Name: "p", Description: strings.Repeat(s, n)}}}}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	require.NoError(t, WriteWorkbook(path, fault.English, text("知", competency.MaxText)))
	require.Equal(t, strings.Repeat("知", competency.MaxText), readWorkbook(t, path).Changes.Put.Positions[0].Description)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(WriteWorkbook(path, fault.English, text("😀", competency.MaxText))))
}

// What could not be read back is not written.
func TestWorkbookRefusesMoreThanIsReadBack(t *testing.T) {
	b, err := newWorkbookFile(fault.English, t.TempDir())
	require.NoError(t, err)
	defer b.file.Close()
	w, err := b.openSheet(relatedPairs, relatedPairs.headings())
	require.NoError(t, err)
	require.NoError(t, w.begin())
	b.cells = workbook.MaxCells - 2
	require.NoError(t, w.write([]string{"a", "b"}))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(w.write([]string{"a", "b"})))
	b.cells, b.bytes = 0, workbook.MaxBook
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(w.write([]string{"a", "b"})))
}

// The size of a row is never underrated, so that no sheet becomes larger than what is read.
func TestSizesOfRowsAreNotUnderrated(t *testing.T) {
	var c competency.Catalog
	for i := range 300 {
		c.Positions = append(c.Positions, positionRow{Code: fmt.Sprint("P", i), Name: `"&<>'` + strings.Repeat(`"`, 50), NameEN: " a\tb ", Family: "知", Grade: "1", Description: "x"})
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	const limit = 100_000
	require.NoError(t, WriteWorkbook(path, fault.Chinese, Export{Catalog: c, maxBytes: limit}))
	archive, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer archive.Close()
	for _, part := range archive.File {
		require.Less(t, part.UncompressedSize64, uint64(limit+16<<10), part.Name)
	}
}
