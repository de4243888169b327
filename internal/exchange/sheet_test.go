package exchange

import (
	"strconv"
	"strings"
	"testing"
	"time"

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

func TestCodesOfSheets(t *testing.T) {
	for _, c := range []struct {
		cell   any
		code   string
		notice string
	}{
		{1001, "1001", ""},
		{number(1001, "00000"), "01001", ""},
		{number(3.1, "0.00"), "3.10", ""},
		{number(13800138000, ""), "13800138000", ""},
		{number(999999999999999, ""), "999999999999999", ""},
		{number(1001, "@"), "1001", ""},
		{number(1001, "0_ "), "1001", ""},
		{number(12, "0000;-0000"), "0012", ""},
		{number(7, `[Red]000`), "007", ""},
		{number(1.5, "#.##"), "1.5", ""},
		{3.1, "3.1", "the code 3.1 is a number: if it was typed as 3.10, format the column as text, and type it again"},
		{number(3.14, "0.0"), "3.1", "the code was read as it is shown, 3.1; the cell holds 3.14"},
		{number(0.1+0.2, ""), "0.3", "the code 0.3 is a number: if it was typed as 0.30, format the column as text, and type it again"},
		{"00123", "00123", ""},
		{"'00123", "00123", ""},
		{" E001　", "E001", ""},
		{"E0\u200b01", "E001", `"E001" has invisible characters, which were left out`},
		{workbook.Cell{Kind: workbook.Text, Text: "E-1", Formula: true}, "E-1", ""},
		{struck("E001"), "E001", `"E001" is crossed out, and was read all the same: empty the cell or remove the row if it no longer counts`},
	} {
		d := readSheets(newSheet("员工", employeeHeader, []any{c.cell, "张伟"}))
		var notices []string
		if c.notice != "" {
			notices = []string{"book.xlsx 员工!A2: " + c.notice}
		}
		requireTold(t, d, nil, notices)
		require.Equal(t, c.code, d.Changes.Put.Employees[0].Code)
	}
	for _, c := range []struct {
		cell any
		want string
	}{
		{number(46082, "m/d/yyyy"), "made a date of the code: format the column as text, and type it again, perhaps 3-1"},
		{number(0.13, "h:mm"), "made a time of day of the code: format the column as text, and type it again, perhaps 03:07"},
		{number(100000, "0.00E+00"), "perhaps 1E5"},
		{number(1.2e30, "0.00E+00"), "perhaps 1.2E30"},
		{number(0.5, "# ?/?"), "made a fraction of the code: format the column as text, and type it again, perhaps 1/2"},
		{number(0.5, "0%"), "made a percentage of the code: format the column as text, and type it again, perhaps 50%"},
		{number(1234, "#,##0"), "made a number with a format of its own, such as a currency, of the code"},
		{number(1234, `"KP-"000`), "made a number with a format of its own, such as a currency, of the code"},
		{true, "made a truth value of the code: format the column as text, and type it again, perhaps TRUE"},
		{number(1e15, ""), "a number of more than 15 digits has lost its last ones"},
		{workbook.Cell{Kind: workbook.Error, Text: "#REF!"}, `the cell holds the error "#REF!": type the value, or empty the cell`},
		{workbook.Cell{Kind: workbook.NoResult, Formula: true}, "the workbook has no result of the formula: open it in Excel, WPS or LibreOffice and save it, or type the value"},
		{workbook.Cell{Kind: workbook.Number, Text: "1E999"}, `the number "1E999" of the cell is beyond all that is read`},
		{"1.10101E+17", "its digits are lost"},
		{"=VLOOKUP(A1,B:C,2,0)", "is a formula"},
		{"######", "too narrow"},
	} {
		_, hint, _ := strings.Cut(c.want, "perhaps ")
		d := readSheets(
			newSheet("知识点", []any{"编码", "名称"}, []any{c.cell, "一"}, []any{c.cell, "二"}, []any{"KP-9", "三"}),
			newSheet("先导关系", []any{"先导", "后续"}, []any{c.cell, "KP-001"}, []any{hint, "KP-002"}),
		)
		got := d.Report(caseStore.Check(d.Changes)...)
		require.Equal(t, "先导关系!A2", got[0].Sheet+"!"+got[0].Cell)
		last := got[len(got)-1]
		require.Equal(t, "知识点!A2", last.Sheet+"!"+last.Cell)
		require.Equal(t, []int{3}, last.Rows, "told once, with both rows")
		require.Contains(t, got[0].Message(fault.English), c.want)
		require.Contains(t, last.Message(fault.English), c.want)
		require.Len(t, d.Problems, 2+len(got)-1, "and nothing that follows")
		if hint != "" && hint != "1.2E30" { // which is none as a text either
			require.Len(t, got, 2, "a reference to what the code may have been")
		}
	}
	d := readSheets(newSheet("员工", employeeHeader, []any{"01001", "a"}, []any{number(1002, "00000"), "b"}, []any{1003, "c"}, []any{12345, "d"}, []any{"77", "e"}))
	requireTold(t, d, nil, []string{"book.xlsx 员工!A4: the code 1003 is a number, and others of the column begin with zeros: is it 01003? Then format the column as text, and type it again"})
	require.Equal(t, "1003", d.Changes.Put.Employees[2].Code)
}

func TestTimesOfSheets(t *testing.T) {
	read := func(cell any, dates workbook.DateSystem) *Document {
		r := reader{Options: Options{Zone: caseZone}}
		r.addSheet(sheetKinds(), sheet{Sheet: newSheet("掌握状态", []any{"员工", "知识点", "掌握度", "评估时间"}, []any{"E001", "KP-001", 0.5, cell}), file: "book.xlsx", dates: dates})
		return r.document()
	}
	for _, c := range []struct {
		cell any
		want string
	}{
		{number(46346, "yyyy-mm-dd"), "2026-11-20T00:00:00+08:00"},
		{number(46346.604166666664, "yyyy/m/d h:mm"), "2026-11-20T14:30:00+08:00"},
		{number(46346.5, `yyyy"年"m"月"d"日"`), "2026-11-20T12:00:00+08:00"},
		{number(46346, "d-mmm"), "2026-11-20T00:00:00+08:00"},
		{20261120, "2026-11-20T00:00:00+08:00"},
		{"2026年11月20日 下午2:30", "2026-11-20T14:30:00+08:00"},
		{"2026.11.20", "2026-11-20T00:00:00+08:00"},
		{"2026-11-20T01:00:00Z", "2026-11-20T09:00:00+08:00"},
		{workbook.Cell{Kind: workbook.Number, Text: "46346", Format: "yyyy-mm-dd", Class: workbook.Date, Formula: true}, "2026-11-20T00:00:00+08:00"},
	} {
		d := read(c.cell, workbook.DateSystem{})
		requireTold(t, d, nil, nil)
		require.Equal(t, c.want, d.Changes.Put.Mastery[0].AssessedAt.In(caseZone).Format(time.RFC3339))
	}
	d := read(number(46346-1462, "yyyy-mm-dd"), workbook.DateSystem{From1904: true})
	require.Equal(t, "2026-11-20T00:00:00+08:00", d.Changes.Put.Mastery[0].AssessedAt.In(caseZone).Format(time.RFC3339))
	for _, c := range []struct {
		cell any
		want string
	}{
		{number(0.604, "h:mm"), "a time of day without a date"},
		{number(46346.604, "h:mm"), "a time of day without a date"},
		{number(0.5, "yyyy/m/d h:mm"), "a time of day without a date"},
		{46346, "46346 is a number, and no date: format the cell as a date; it would be 2026-11-20"},
		{3, "it would be 1900-01-03"},
		{-5, "-5 is a number, and no date: format the cell as a date"},
		{"someday", `"someday" is not a time`},
		{true, `"TRUE" is not a time`},
	} {
		d := read(c.cell, workbook.DateSystem{})
		require.Len(t, d.Problems, 1, c.want)
		require.Equal(t, "D2", d.Problems[0].Cell)
		require.Contains(t, d.Problems[0].Text.EN, c.want)
	}
}

func TestValuesOfSheets(t *testing.T) {
	level := func(cells ...any) ([]*float64, []string) {
		rows := [][]any{{"岗位", "对象", "等级"}}
		for i, c := range cells {
			rows = append(rows, []any{"POS-OP", "KP-00" + strconv.Itoa(i+1), c})
		}
		d := readSheets(newSheet("岗位要求", rows...))
		var all []*float64
		for _, r := range d.Changes.Put.Requirements {
			all = append(all, r.Level)
		}
		return all, formatProblems(d.Problems, fault.English)
	}
	all, problems := level(number(0.856, "0%"), number(1, "0%"), number(1, "0.0"), 0.7, "70%")
	require.Empty(t, problems)
	require.Equal(t, []*float64{new(0.856), new(1.0), new(1.0), new(0.7), new(0.7)}, all)
	all, problems = level(3, "熟练", number(5, "0"), number(2, "0_ "))
	require.Empty(t, problems)
	require.Equal(t, []*float64{new(0.7), new(0.85), new(0.95), new(0.5)}, all)
	_, problems = level(3, number(0.7, "0%"))
	require.Equal(t, []string{"book.xlsx 岗位要求!C3: the column has bare digits (C2) and numbers (C3), but a spreadsheet writes 1.0 as 1: use labels or digits in every row, or a percent sign or decimal point in every row"}, problems)
	_, problems = level(number(46085, "m/d"), number(0.5, "h:mm"), workbook.Cell{Kind: workbook.Error, Text: "#N/A"})
	require.Equal(t, []string{
		"book.xlsx 岗位要求!C2: the cell holds a date (2026-03-04), and none is wanted here: give it the format General, and type the value again",
		"book.xlsx 岗位要求!C3: the cell holds a time of day (12:00:00), and none is wanted here: give it the format General, and type the value again",
		`book.xlsx 岗位要求!C4: the cell holds the error "#N/A": type the value, or empty the cell`,
	}, problems)

	d := readSheets(newSheet("岗位要求", []any{"岗位", "对象", "关键", "权重"}, []any{"POS-OP", "KP-001", true, 1.5}, []any{"POS-OP", "KP-002", "√", number(30, "0.00")}, []any{"POS-OP", "KP-003", "×", 2}, []any{"POS-OP", "KP-004", 1, number(3, "#,##0")}, []any{"POS-OP", "KP-005", "○", ""}))
	requireTold(t, d, nil, nil)
	for i, want := range []bool{true, true, false, true, false} {
		require.Equal(t, want, *d.Changes.Put.Requirements[i].Critical, i)
	}

	s := newSheet("学习资源", []any{"编码", "标题", "链接", "分钟", "语言"}, []any{"R1", "操作手册", "点此打开", 45.0, nil}, []any{"R2", 2026, "https://example.com/b", number(30, "0.0"), nil}, []any{"R3", number(0.856, "0%"), "www.example.com/c", nil, nil}, []any{"R4", number(46346, "yyyy/m/d"), nil, nil, "'=1+1"})
	s.Links = map[workbook.Ref]string{{Column: 2, Row: 2}: "https://example.com/a", {Column: 2, Row: 3}: "https://example.com/other", {Column: 2, Row: 4}: "http://www.example.com/c"}
	d = readSheets(s)
	requireTold(t, d, nil, []string{"book.xlsx 学习资源!B5: the cell holds a date or a time of day, which was read as the text 2026-11-20"})
	require.Equal(t, []resourceRow{
		{Code: "R1", Title: "操作手册", URL: "https://example.com/a", Minutes: new(45)},
		{Code: "R2", Title: "2026", URL: "https://example.com/b", Minutes: new(30)},
		{Code: "R3", Title: "85.6%", URL: "http://www.example.com/c"},
		{Code: "R4", Title: "2026-11-20", Language: "=1+1"},
	}, d.Changes.Put.Resources)
}

func TestHiddenAndCrossedOutRows(t *testing.T) {
	rows := [][]any{employeeHeader}
	for i := range 8 {
		rows = append(rows, []any{"E10" + strconv.Itoa(i), "员工"})
	}
	rows = append(rows, []any{"合计", 8})
	s := newSheet("员工", rows...)
	for i := range s.Rows {
		s.Rows[i].Hidden = i > 1
	}
	d := readSheets(s)
	require.Len(t, d.Changes.Put.Employees, 8)
	requireTold(t, d, nil, []string{"book.xlsx 员工: 7 hidden rows read like all others: row 3, 4, 5, 6, 7 …", `book.xlsx 员工!A10: the row stands below the records and was passed over: "合计"`})
}
