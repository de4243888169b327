package exchange

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

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
