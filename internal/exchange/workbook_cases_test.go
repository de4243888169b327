package exchange

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// workbookCase says how a workbook of testdata/workbooks is to be read.
type workbookCase struct {
	File, Refused     string
	Reads             map[string][]map[string]string
	Problems, Notices []struct{ Sheet, Cell, What string }
}

// The store that the cases are read against, as far as Catalog.Check knows it.
var caseStore = competency.Catalog{
	Positions: []competency.Position{{Code: "POS-OP", Name: "值班员"}, {Code: "POS-SE", Name: "安全员"}},
	KnowledgePoints: []competency.KnowledgePoint{
		{Code: "KP-001", Name: "倒闸操作"}, {Code: "KP-002", Name: "变压器"}, {Code: "KP-003", Name: "断路器"}, {Code: "KP-004", Name: "避雷器"}, {Code: "KP-005", Name: "互感器"},
	},
}

// caseZone is the setting time-zone of the cases.
var caseZone = time.FixedZone("", 8*60*60)

// What the messages of the cases say, in both languages, by file and place.
var caseMessages = map[string][2]string{
	"01 员工 notice":     {"the header is row 3: what stands above it was passed over, such as", "表头是第 3 行：其上内容已略过"},
	"04 员工!A4 notice":  {"the code 1003 is a number, and others of the column begin with zeros: is it 01003?", "是否应为 01003？"},
	"05 员工!A2":         {"a number of more than 15 digits has lost its last ones in the spreadsheet: format the column as text, and type the code again", "超过 15 位的数在电子表格中已丢失末尾数字"},
	"08 掌握状态!C4":       {`"85" is not a mastery: give`, `"85" 不是掌握度：请填写`},
	"10 员工!C4":         {`the result of the formula is the error "#N/A": correct the formula, or type the value`, `公式的结果是错误值 "#N/A"：请修正公式`},
	"10 员工!C5":         {`the result of the formula is the error "#REF!": correct the formula, or type the value`, `公式的结果是错误值 "#REF!"`},
	"10 对照表 notice":    {"none of a table, and it was not read", "未读取"},
	"11 员工 notice":     {"1 hidden row read like all others: row 4", "1 个隐藏行已照常读取：第 4 行"},
	"11 员工!E1 notice":  {"the column 备注 is none of the table, and was left out", "备注 列不属于该表，已忽略"},
	"11 部门 notice":     {"the sheet is hidden, and was read", "已隐藏"},
	"11 Sheet3 notice": {"not read", "未读取"},
	"13 填写说明 notice":   {"not read", "未读取"},
	"26 知识点!A2":        {"the spreadsheet has made a date of the code: format the column as text, and type it again, perhaps 3-1", "变成日期：请将该列设为文本格式后重新填写，可能是 3-1"},
	"26 知识点!A3":        {"number in scientific form of the code: format the column as text, and type it again, perhaps 1E5", "可能是 1E5"},
	"26 知识点!A4":        {"fraction of the code: format the column as text, and type it again, perhaps 1/2", "变成分数"},
	"26 知识点!A8":        {"truth value of the code: format the column as text, and type it again, perhaps TRUE", "变成逻辑值"},
	"26 知识点!A6 notice": {"the code 3.1 is a number: if it was typed as 3.10, format the column as text, and type it again", "若原为 3.10"},
	"27 员工!D7":         {`there is no position "POS-XX"; did you mean POS-OP?`, "是否应为 POS-OP？"},
	"27 统计 notice":     {"not read", "未读取"},
	"27 说明 notice":     {"not read", "未读取"},
	"27 员工 notice":     {"the header is row 2: what stands above it", "表头是第 2 行"},
	"27 员工!E2 notice":  {"the column #备注 is none of the table", "#备注 列不属于该表"},
	"18 refused":       {"protected by a password", "打开密码"},
	"19 refused":       {"Excel 97–2003 or WPS (.et): save it as .xlsx", "另存为 .xlsx"},
	"20 refused":       {"Excel 97–2003 or WPS (.et): save it as .xlsx", "另存为 .xlsx"},
	"21 refused":       {"this is a web page, not a workbook", "这是网页"},
}

func TestWorkbookCases(t *testing.T) {
	files, err := filepath.Glob("testdata/workbooks/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	told := map[string]bool{}
	for _, file := range files {
		var want workbookCase
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &want))
		t.Run(want.File, func(t *testing.T) {
			number := want.File[:2]
			requireMessage := func(key string, p LocatedProblem) {
				told[key] = true
				require.NotEmpty(t, caseMessages[key], key)
				require.Contains(t, p.Message(fault.English), caseMessages[key][0], key)
				require.Contains(t, p.Message(fault.Chinese), caseMessages[key][1], key)
			}
			d, err := Options{Zone: caseZone, Known: Known{Catalog: &caseStore, Employees: func([]string) ([]competency.Employee, error) {
				return []competency.Employee{{Code: "E001", Name: "张伟"}, {Code: "E002", Name: "王芳"}, {Code: "E003", Name: "李娜"}}, nil
			}}}.Read(filepath.Join("testdata/workbooks", want.File))
			require.NoError(t, err)
			problems := d.Report(caseStore.Check(d.Changes)...)
			if want.Refused != "" {
				require.Len(t, problems, 1)
				require.Equal(t, Location{File: want.File}, problems[0].Location)
				requireMessage(number+" refused", problems[0])
				return
			}
			requirePlaces := func(found []LocatedProblem, places []struct{ Sheet, Cell, What string }, kind string) {
				var got, wanted []string
				for _, p := range found {
					at := number + " " + p.Sheet + strings.TrimSuffix("!"+p.Cell, "!") + kind
					got = append(got, at)
					requireMessage(at, p)
				}
				for _, p := range places {
					wanted = append(wanted, number+" "+p.Sheet+strings.TrimSuffix("!"+p.Cell, "!")+kind)
				}
				require.ElementsMatch(t, wanted, got)
			}
			requirePlaces(problems, want.Problems, "")
			requirePlaces(d.Notices, want.Notices, " notice")
			requireReads(t, want.Reads, d)
		})
	}
	for key := range caseMessages {
		require.True(t, told[key], "a message that no case has: %s", key)
	}
}

// requireReads compares the records without problems with rows, by what their cells mean.
func requireReads(t *testing.T, reads map[string][]map[string]string, d *Document) {
	t.Helper()
	dir := t.TempDir()
	for name, rows := range reads {
		s, known := schemaOf(name)
		require.True(t, known, name)
		var text strings.Builder
		w := csv.NewWriter(&text)
		var header []string
		for _, h := range s.headings() {
			if slices.ContainsFunc(rows, func(r map[string]string) bool { return r[h.en] != "" }) {
				header = append(header, h.en)
			}
		}
		require.NoError(t, w.Write(header))
		for _, r := range rows {
			cells := make([]string, len(header))
			for i, h := range header {
				cells[i] = r[h]
			}
			require.NoError(t, w.Write(cells))
		}
		w.Flush()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text.String()), 0o600))
	}
	expected := competency.Records{}
	if len(reads) > 0 {
		want, err := Options{Zone: caseZone}.Read(dir)
		require.NoError(t, err)
		require.Empty(t, formatProblems(want.Problems, fault.English))
		expected = want.Changes.Put
	}
	refused := d.Refused(nil)
	put := d.Changes.Put
	put.KnowledgePoints = withoutRefused(put.KnowledgePoints, competency.KnowledgePoints, refused)
	put.Requirements = withoutRefused(put.Requirements, competency.Requirements, refused)
	put.OrgUnits = withoutRefused(put.OrgUnits, competency.OrgUnits, refused)
	put.Employees = withoutRefused(put.Employees, competency.Employees, refused)
	put.Mastery = withoutRefused(put.Mastery, competency.MasteryStates, refused)
	require.Equal(t, expected, put)
}

func withoutRefused[R any](list []R, table string, refused func(string, int) bool) (kept []R) {
	for i, r := range list {
		if !refused(table, i) {
			kept = append(kept, r)
		}
	}
	return kept
}
