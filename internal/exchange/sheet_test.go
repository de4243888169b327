package exchange

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// newSheet makes a sheet of rows from A1 on: texts, numbers, cells as they are, nil for an
// empty one.
func newSheet(name string, rows ...[]any) *workbook.Sheet {
	s := &workbook.Sheet{Name: name}
	for i, values := range rows {
		r := workbook.Row{Number: i + 1}
		for column, v := range values {
			var c workbook.Cell
			switch v := v.(type) {
			case nil:
				continue
			case workbook.Cell:
				c = v
			case string:
				c = workbook.Cell{Kind: workbook.Text, Text: v}
			case int:
				c = number(float64(v), "")
			case float64:
				c = number(v, "")
			case bool:
				c = workbook.Cell{Kind: workbook.Bool, Text: strings.ToUpper(strconv.FormatBool(v))}
			}
			c.Column = column
			r.Cells = append(r.Cells, c)
		}
		if len(r.Cells) > 0 {
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

func number(x float64, format string) workbook.Cell {
	return workbook.Cell{Kind: workbook.Number, Text: strconv.FormatFloat(x, 'g', 17, 64), Format: format, Class: workbook.ClassOf(format)}
}

func struck(text string) workbook.Cell {
	return workbook.Cell{Kind: workbook.Text, Text: text, Struck: true}
}

// merged is a range such as A1:B2.
func merged(t testing.TB, s *workbook.Sheet, ranges ...string) *workbook.Sheet {
	t.Helper()
	for _, text := range ranges {
		from, to, _ := strings.Cut(text, ":")
		first, ok := workbook.ParseRef(from)
		last, ok2 := workbook.ParseRef(to)
		require.True(t, ok && ok2, text)
		s.Merges = append(s.Merges, workbook.Range{First: first, Last: last})
	}
	return s
}

// readSheets reads sheets of a workbook book.xlsx, with times of caseZone.
func readSheets(sheets ...*workbook.Sheet) *Document {
	r := reader{Options: Options{Zone: caseZone}}
	for _, s := range sheets {
		r.addSheet(sheetKinds(), sheet{Sheet: s, file: "book.xlsx"})
	}
	return r.document()
}

func requireTold(t *testing.T, d *Document, problems, notices []string) {
	t.Helper()
	if problems == nil {
		problems = []string{}
	}
	if notices == nil {
		notices = []string{}
	}
	require.Equal(t, problems, formatProblems(d.Report(caseStore.Check(d.Changes)...), fault.English))
	require.Equal(t, notices, formatProblems(d.Notices, fault.English))
}

var employeeHeader = []any{"工号", "姓名", "部门", "岗位"}

func TestNamesOfSheets(t *testing.T) {
	kinds := sheetKinds()
	for name, want := range map[string]string{
		"知识点": competency.KnowledgePoints, "知识点-变电": competency.KnowledgePoints, "知识点（变电）": competency.KnowledgePoints, "知识点 (2)": competency.KnowledgePoints,
		"知识点2": competency.KnowledgePoints, "知识点·变电": competency.KnowledgePoints, "知识点_1": competency.KnowledgePoints, " 知识点 ": competency.KnowledgePoints, "知识点２": competency.KnowledgePoints,
		"Knowledge Points": competency.KnowledgePoints, "KNOWLEDGE_POINTS-a": competency.KnowledgePoints, "knowledge points (2024)": competency.KnowledgePoints, "知\u200b识点": competency.KnowledgePoints,
		"岗位": competency.Positions, "岗位要求": competency.Requirements, "岗位要求-二": competency.Requirements, "岗位 要求": competency.Requirements, "员工 名单": competency.Employees,
		"岗位说明": "", "知识点清单": "", "新知识点": "", "Sheet1": "", "": "", "知识": "", "员工&部门": "", strings.Repeat("知识点", 5000): "",
	} {
		kind, known := sheetNamed(kinds, name)
		require.Equal(t, want != "", known, name)
		require.Equal(t, want, kind.en, name)
	}
}

func TestSheetsOfAWorkbook(t *testing.T) {
	people := func(name, code string) *workbook.Sheet {
		return newSheet(name, employeeHeader, []any{code, "张伟", "D10", "POS-OP"})
	}
	hidden := people("员工 3", "E003")
	hidden.Hidden = true
	d := readSheets(people("员工-变电", "E001"), people("employees (2)", "E002"), hidden, newSheet("部门"), newSheet("岗位", []any{" "}), newSheet("数据", []any{"a", 1}), newSheet("Sheet2", []any{nil, "  "}))
	require.Len(t, d.Changes.Put.Employees, 3)
	requireTold(t, d, nil, []string{
		"book.xlsx 员工 3: the sheet is hidden, and was read",
		"book.xlsx 数据: the name of the sheet is none of a table, and it was not read",
	})

	for name, want := range map[string]string{"员工表": "员工", "知识店": "知识点", "employee": "employees", "岗位需求": "岗位要求", "员上": "员工", "Employess": "employees"} {
		d := readSheets(people(name, "E001"), newSheet("掌握状态", []any{"员工", "知识点", "掌握度"}, []any{"E001", "KP-001", 0.5}))
		requireTold(t, d, []string{"book.xlsx " + name + ": this is not the name of a table; did you mean " + want + "? Rename the sheet"}, nil)
	}
	require.Empty(t, readSheets(newSheet("员下", []any{"某某", "其他"})).Problems, "half of the name, and no header")
	require.Empty(t, readSheets(newSheet("员工表", []any{nil, " "})).Problems, "an empty sheet")
	d = readSheets(people("员工", "E001"), people("员工 (2)", "E001"))
	requireTold(t, d, []string{`book.xlsx 员工 (2)!A2: "E001" is given twice: keep one of the two (also in book.xlsx 员工!A2)`}, nil)
}

func TestHeadersOfSheets(t *testing.T) {
	want := []employeeRow{{Code: "E001", Name: "张伟", OrgUnit: "D10", Position: "POS-OP"}}
	record := []any{"E001", "张伟", "D10", "POS-OP"}
	for why, c := range map[string]struct {
		sheet   *workbook.Sheet
		notices []string
	}{
		"a title and a form row": {
			merged(t, newSheet("员工", []any{"人员信息表"}, []any{"单位：", "调度", "日期：", 46000}, nil, employeeHeader, record), "A1:D1"),
			[]string{`book.xlsx 员工, row 1: the header is row 4: what stands above it was passed over, such as "人员信息表"`},
		},
		"two rows, groups above names": {merged(t, newSheet("员工", []any{"工号", "姓名", "组织"}, []any{nil, nil, "部门", "岗位"}, record), "A1:A2", "B1:B2", "C1:D1"), nil},
		"names below groups alone":     {merged(t, newSheet("员工", []any{"工号", "基本信息"}, []any{nil, "姓名", "部门", "岗位"}, record), "A1:A2", "B1:D1"), nil},
		"groups that are not merged":   {newSheet("员工", []any{"工号", "姓名", "组织"}, []any{nil, nil, "部门", "岗位"}, record), nil},
		"two rows below a title": {
			merged(t, newSheet("员工", []any{"人员信息表"}, []any{"工号", "姓名", "组织"}, []any{nil, nil, "部门", "岗位"}, record), "A1:D1", "A2:A3", "B2:B3", "C2:D2"),
			[]string{`book.xlsx 员工, row 1: the header is row 2: what stands above it was passed over, such as "人员信息表"`},
		},
		"both languages in two rows": {newSheet("员工", employeeHeader, []any{"code", "name", "org_unit", "position"}, record), []string{"book.xlsx 员工, row 2: the row repeats the header and was passed over"}},
		"both languages in one row":  {newSheet("员工", []any{"工号 code", "姓名 name", "org_unit 部门", "岗位（position）"}, record), nil},
		"hints below":                {newSheet("员工", employeeHeader, []any{"必填", "（必填）", "选填", "Optional"}, record), []string{"book.xlsx 员工, row 2: the row says which cells are wanted, and was passed over"}},
		"line breaks and marks":      {newSheet("员工", []any{"*工号", "姓名\n（必填）", "部　门", "岗位："}, record), nil},
		"a table further right":      {newSheet("员工", []any{nil, nil, "工号", "姓名", "部门", "岗位"}, []any{nil, nil, "E001", "张伟", "D10", "POS-OP"}), nil},
		"remarks": {newSheet("员工", []any{"序号", "工号", "姓名", "部门", "岗位", "备注", "#内部"}, []any{1, "E001", "张伟", "D10", "POS-OP", "新来的", "x"}, []any{2}, []any{3, nil, nil, nil, nil, "空"}), []string{
			"book.xlsx 员工!A1: the column 序号 is none of the table, and was left out",
			"book.xlsx 员工!F1: the column 备注 is none of the table, and was left out",
			"book.xlsx 员工!G1: the column #内部 is none of the table, and was left out",
		}},
		"blank rows": {newSheet("员工", nil, nil, employeeHeader, nil, nil, record, []any{" ", nil, "　"}), nil},
	} {
		t.Run(why, func(t *testing.T) {
			d := readSheets(c.sheet)
			requireTold(t, d, nil, c.notices)
			require.Equal(t, want, d.Changes.Put.Employees)
		})
	}
	for why, c := range map[string]struct {
		sheet    *workbook.Sheet
		problems []string
	}{
		"no header":         {newSheet("员工", []any{"请填写本单位的人员"}, []any{"E001", "张伟"}), []string{"book.xlsx 员工: none of the first 20 rows is a header: give one with the columns code 工号, name 姓名"}},
		"a required column": {newSheet("员工", []any{"工号", "部门"}, []any{"E001", "D10"}), []string{"book.xlsx 员工, row 1: the column name 姓名 is missing: add it"}},
		"an unknown column": {newSheet("员工", []any{"工号", "姓名", "岗住", "颜色"}, []any{"E001", "张伟", "POS-OP", "红"}), []string{
			"book.xlsx 员工!C1: this is not a column of the file; did you mean 岗位?",
			"book.xlsx 员工!D1: this is not a column of the file: remove it or use one of org_unit 部门, position 岗位, targets 目标岗位, modalities 偏好形式, manager 上级",
		}},
		"a required one misspelled": {newSheet("员工", []any{"工号", "姓名", "姓 名"}, []any{"E001", "张伟"}), []string{"book.xlsx 员工!C1: the column stands twice in the header: remove one of the two"}},
		"content without a name": {newSheet("员工", []any{"工号", "姓名", nil, "部门"}, []any{"E001", "张伟", nil, "D10", nil, "3"}, []any{"E002", "王芳", "x", nil, nil, "4"}), []string{
			"book.xlsx 员工!F2: the column F has content but no name in the header: name it or empty it",
			"book.xlsx 员工!C3: the column C has content but no name in the header: name it or empty it",
		}},
		"another table below": {newSheet("员工", employeeHeader, record, nil, []any{"姓名", "工号"}, []any{"王芳", "E002"}), []string{
			"book.xlsx 员工, row 4: here stands another header, with its columns in another order: move it and the rows below into a file or sheet of their own",
		}},
		"a total in between": {newSheet("员工", employeeHeader, record, []any{"合计", 1}, []any{"E002", "王芳"}), []string{`book.xlsx 员工!A3: the row looks like a total, "合计": remove it`}},
	} {
		t.Run(why, func(t *testing.T) { requireTold(t, readSheets(c.sheet), c.problems, nil) })
	}
	requireTold(t, readSheets(newSheet("员工", employeeHeader)), nil, nil)
	late := make([][]any, 21)
	late[20] = employeeHeader
	require.Len(t, readSheets(newSheet("员工", late...)).Problems, 1, "beyond the top 20 rows")
	late[19], late[20] = employeeHeader, record
	require.Empty(t, readSheets(newSheet("员工", late...)).Problems)
}

func TestMergedCellsOfSheets(t *testing.T) {
	d := readSheets(merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟", "D10", "POS-OP"}, []any{"E002", "王芳"}, []any{"E003", "李娜", nil, "POS-SE"}), "C2:C4", "D2:D3"))
	requireTold(t, d, nil, nil)
	require.Equal(t, []employeeRow{{Code: "E001", Name: "张伟", OrgUnit: "D10", Position: "POS-OP"}, {Code: "E002", Name: "王芳", OrgUnit: "D10", Position: "POS-OP"}, {Code: "E003", Name: "李娜", OrgUnit: "D10", Position: "POS-SE"}}, d.Changes.Put.Employees)

	d = readSheets(merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟", "D10"}, []any{"E002", "王芳", "D10", "POS-OP"}), "C2:D2"))
	requireTold(t, d, []string{"book.xlsx 员工!C2: the cells C2 to D2 are merged: divide them again, and give each its own value"}, nil)
	d = readSheets(merged(t, newSheet("员工", employeeHeader, []any{"变电专业"}, []any{"E001", "张伟"}), "A2:D2"))
	requireTold(t, d, []string{"book.xlsx 员工!A2: the cells A2 to D2 are merged: divide them again, and give each its own value"}, nil)
	d = readSheets(merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟"}, []any{"E002", "王芳"}), "A2:B3"))
	require.Len(t, d.Report(caseStore.Check(d.Changes)...), 1, "told once, and nothing that follows")

	d = readSheets(merged(t, newSheet("员工", []any{"工号", "姓名", nil, "部门"}, []any{"E001", "张伟", nil, "D10"}, []any{"E002", "王芳", nil, "D10"}), "B1:C1", "B2:C2", "B3:C3"))
	requireTold(t, d, nil, nil)
	require.Equal(t, []employeeRow{{Code: "E001", Name: "张伟", OrgUnit: "D10"}, {Code: "E002", Name: "王芳", OrgUnit: "D10"}}, d.Changes.Put.Employees, "a wide column")

	bad := workbook.Cell{Kind: workbook.Error, Text: "#N/A", Formula: true}
	d = readSheets(merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟", bad}, []any{"E002", "王芳"}, []any{"E003", "李娜"}), "C2:C4"))
	requireTold(t, d, []string{`book.xlsx 员工!C2: the result of the formula is the error "#N/A": correct the formula, or type the value`}, nil)

	for why, s := range map[string]*workbook.Sheet{
		"a merged signature":  merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟"}, nil, []any{"填表人：李四", nil, "日期：2026-03-05"}), "A4:B4", "C4:D4"),
		"a merged sentence":   merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟"}, []any{"本表由人力资源部提供"}), "A3:D3"),
		"a merged word":       merged(t, newSheet("员工", employeeHeader, []any{"E001", "张伟"}, []any{"完"}), "A3:D4"),
		"a total":             merged(t, newSheet("员工", []any{"序号", "工号", "姓名"}, []any{1, "E001", "张伟"}, []any{"合计", nil, 1}), "A3:B3"),
		"a note in one cell":  newSheet("员工", employeeHeader, []any{"E001", "张伟"}, []any{"注：本表一式两份。"}),
		"a number of records": newSheet("员工", employeeHeader, []any{"E001", "张伟"}, []any{nil, "共 1 人"}),
	} {
		d := readSheets(s)
		require.Empty(t, formatProblems(d.Report(caseStore.Check(d.Changes)...), fault.English), why)
		require.Len(t, d.Changes.Put.Employees, 1, why)
		last := d.Notices[len(d.Notices)-1]
		require.Contains(t, last.Text.EN, "stands below the records and was passed over", why)
		require.NotEmpty(t, last.Cell, why)
	}
	d = readSheets(newSheet("员工", employeeHeader, []any{"E001", "张伟"}, []any{"合计", 1}, []any{"制表人：王五"}, []any{"审核：赵六"}))
	requireTold(t, d, nil, []string{`book.xlsx 员工!A3: the rows 3 to 5 stand below the records and were passed over, such as "合计"`})
}
