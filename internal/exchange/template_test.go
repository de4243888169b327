package exchange

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// describeWorkbook returns what a workbook has besides its records, as text.
func describeWorkbook(t *testing.T, data []byte) string {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	defer f.Close()
	var out strings.Builder
	for _, sheet := range f.GetSheetList() {
		visible, err := f.GetSheetVisible(sheet)
		require.NoError(t, err)
		fmt.Fprintf(&out, "sheet %s, visible %v\n", sheet, visible)
		rows, err := f.GetRows(sheet)
		require.NoError(t, err)
		if sheet == guideSheet {
			for _, row := range rows {
				fmt.Fprintf(&out, "  %q\n", row)
			}
			continue
		}
		panes, err := f.GetPanes(sheet)
		require.NoError(t, err)
		fmt.Fprintf(&out, "  frozen %v at %s, %d rows\n", panes.Freeze, panes.TopLeftCell, len(rows))
		for i, header := range rows[0] {
			column, err := excelize.ColumnNumberToName(i + 1)
			require.NoError(t, err)
			width, err := f.GetColWidth(sheet, column)
			require.NoError(t, err)
			id, err := f.GetColStyle(sheet, column)
			require.NoError(t, err)
			style, err := f.GetStyle(id)
			require.NoError(t, err)
			format := fmt.Sprint(style.NumFmt)
			if style.CustomNumFmt != nil {
				format = *style.CustomNumFmt
			}
			cell := ""
			if len(rows) > 1 && i < len(rows[1]) {
				cell = competency.Truncate(rows[1][i], 40)
			}
			fmt.Fprintf(&out, "  %s %q width %v format %s: %q\n", column, header, width, format, cell)
		}
		validations, err := f.GetDataValidations(sheet)
		require.NoError(t, err)
		for _, v := range validations {
			text := func(s *string) string {
				if s == nil {
					return "–"
				}
				return *s
			}
			fmt.Fprintf(&out, "  %s: %s %s, error %v %s %s, prompt %s\n", v.Sqref, v.Type, v.Formula1, v.ShowErrorMessage, text(v.ErrorStyle), text(v.Error), text(v.Prompt))
		}
	}
	names := f.GetDefinedName()
	slices.SortStableFunc(names, func(a, b excelize.DefinedName) int { return strings.Compare(a.Scope+a.Name, b.Scope+b.Name) })
	for _, n := range names {
		fmt.Fprintf(&out, "name %s of %s: %s\n", n.Name, n.Scope, n.RefersTo)
	}
	return out.String()
}

// TestWorkbookStructure compares what templates and exports look like with golden files.
func TestWorkbookStructure(t *testing.T) {
	r := chineseTables.mustReadValid(t)
	for _, lang := range []fault.Lang{fault.English, fault.Chinese} {
		var template bytes.Buffer
		require.NoError(t, WriteTemplate(&template, lang, Template{Catalog: r.Catalog, OrgUnits: r.OrgUnits, Employees: r.Employees}))
		path := filepath.Join(t.TempDir(), "export.xlsx")
		require.NoError(t, WriteWorkbook(path, lang, fullExport(r)))
		export, err := os.ReadFile(path)
		require.NoError(t, err)
		for name, data := range map[string][]byte{"template": template.Bytes(), "export": export} {
			got := describeWorkbook(t, data)
			if name == "export" { // the guide is the same but for its introduction
				got = got[:strings.Index(got, "  []")] + got[strings.Index(got, "sheet "+fault.Text{EN: "competencies", ZH: "能力项"}.In(lang)):]
			}
			golden := filepath.Join("testdata", "written", name+"-"+string(lang)+".txt")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got, golden)
		}
	}
}

// A template that nobody has filled in says what is stored, with names beside codes.
func TestTemplateReadsAsWhatIsStored(t *testing.T) {
	r := chineseTables.mustReadValid(t)
	path := filepath.Join(t.TempDir(), "template.xlsx")
	require.NoError(t, WriteTemplateFile(path, fault.Chinese, Template{Catalog: r.Catalog, OrgUnits: r.OrgUnits, Employees: r.Employees}))
	got := readWorkbook(t, path).Changes.Put
	require.Equal(t, r.Positions, got.Positions)
	require.Equal(t, "D 用电", got.KnowledgePoints[0].Competency)
	require.Equal(t, []string{"K1 停电", "K2 验电"}, got.Resources[0].Teaches)
	require.Equal(t, "U 一部", got.OrgUnits[1].Parent)
	require.Empty(t, got.Mastery)
}

func TestTemplateHasTheTablesThatAreAskedFor(t *testing.T) {
	var book bytes.Buffer
	tables := []string{"prerequisites", "知识点"}
	require.NoError(t, WriteTemplate(&book, fault.English, Template{Tables: tables}))
	f, err := excelize.OpenReader(&book)
	require.NoError(t, err)
	defer f.Close()
	require.Equal(t, []string{guideSheet, listsSheet, "knowledge_points", "prerequisites"}, f.GetSheetList())

	require.False(t, Template{Tables: tables}.NamesPeople())
	require.True(t, Template{Tables: []string{"mastery"}}.NamesPeople())
	require.True(t, Template{}.NamesPeople())
	err = WriteTemplateFile(filepath.Join(t.TempDir(), "t.xlsx"), fault.English, Template{Tables: []string{"知识典"}})
	require.ErrorContains(t, err, "did you mean 知识点?")
}

// More entries than anybody chooses from are no list.
func TestListsHaveABound(t *testing.T) {
	var c competency.Catalog
	for i := range maxChoices + 1 {
		c.KnowledgePoints = append(c.KnowledgePoints, pointRow{Code: fmt.Sprintf("K%05d", i), Name: "倒闸操作，第" + fmt.Sprint(i)})
	}
	entries := func(c competency.Catalog) string {
		var book bytes.Buffer
		require.NoError(t, WriteTemplate(&book, fault.Chinese, Template{Catalog: c, Tables: []string{"related"}}))
		f, err := excelize.OpenReader(&book)
		require.NoError(t, err)
		defer f.Close()
		for _, n := range f.GetDefinedName() {
			if n.Name == "list_knowledge_points" {
				return n.RefersTo
			}
		}
		return ""
	}
	require.Empty(t, entries(c))
	c.KnowledgePoints = c.KnowledgePoints[1:]
	require.Equal(t, "'_列表 Lists'!$A$2:$A$5001", entries(c))
}

// The examples of the guide are rows that import reads.
func TestExamplesOfTheGuideAreRead(t *testing.T) {
	for _, lang := range []fault.Lang{fault.English, fault.Chinese} {
		for _, s := range schemas {
			name, _ := s.names()
			table := Table{Name: name, File: name, Header: Row{Number: 1}, Rows: []Row{{Number: 2}}}
			for _, h := range forExperts(s.headings()) {
				if example := guideOf(name, h).example; example != noExample {
					table.Header.Cells = append(table.Header.Cells, h.en)
					table.Rows[0].Cells = append(table.Rows[0].Cells, example.In(lang))
				}
			}
			d := Decode(Options{}, []Table{table}, nil)
			require.Empty(t, formatProblems(d.Problems, fault.English))
			require.Empty(t, formatProblems(d.Notices, fault.English))
			require.Equal(t, 1, d.Changes.Put.Catalog.Len()+d.Changes.Put.People.Len()+len(d.Evidence), name)
		}
	}
}

func TestEveryGuideHasItsColumn(t *testing.T) {
	known := map[string]bool{}
	for _, s := range schemas {
		name, _ := s.names()
		for _, h := range s.headings() {
			known[name+"."+h.en] = true
		}
	}
	for column := range columnGuides {
		require.True(t, known[column], column)
	}
}
