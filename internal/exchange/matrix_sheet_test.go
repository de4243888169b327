package exchange

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// readMatrixSheets reads sheets beside caseStore and three of its people.
func readMatrixSheets(sheets ...*workbook.Sheet) *Document {
	staff := []competency.Employee{{Code: "E001", Name: "张伟"}, {Code: "E002", Name: "王芳"}, {Code: "003", Name: "李娜"}}
	r := reader{Options: Options{Known: Known{Catalog: &caseStore, Employees: func([]string) ([]competency.Employee, error) { return staff, nil }}}}
	for _, s := range sheets {
		r.addSheet(sheetKinds(), sheet{Sheet: s, file: "book.xlsx"})
	}
	return r.document()
}

func TestMatricesInSheets(t *testing.T) {
	for name, c := range map[string]struct {
		sheet                   *workbook.Sheet
		want, problems, notices []string
	}{
		"percentages and numbers by their format": {
			newSheet("技能矩阵-一班", []any{"工号", "KP-001", "KP-002"}, []any{"E001", number(0.7, "0%"), number(1, "0.0")}, []any{number(3, "000"), 0.5, "/"}),
			[]string{"E001 KP-001 0.7", "E001 KP-002 1.0", "003 KP-001 0.5"},
			nil, nil,
		},
		"groups across, and names of one person for two rows": {
			merged(t, newSheet("mastery_matrix (2)", []any{nil, nil, "变电", nil, nil}, []any{"班组", "姓名", "KP-001", "变压器", "避雷器"}, []any{"一班", "张伟", 3, 4, nil}, []any{nil, "王芳", 2, nil, 5}),
				"A3:A4", "C1:E1"),
			[]string{"E001 KP-001 0.7", "E001 KP-002 0.85", "E002 KP-001 0.5", "E002 KP-004 0.95"},
			nil,
			[]string{
				"book.xlsx mastery_matrix (2)!C1: the header is row 2: what stands above it was passed over, such as \"变电\"",
				"book.xlsx mastery_matrix (2), row 2: columns that are none of the table were left out: 班组",
				"book.xlsx mastery_matrix (2)!C3: the bare numbers of the matrix are read as levels of the scale: 3 is apply (0.7); if they are shares, write 0.7 or 70% in every cell; if they are of another scale, declare it in a file levels.csv",
			},
		},
		"a rating for several people": {
			merged(t, newSheet("技能矩阵", []any{"工号", "KP-001", "KP-002"}, []any{"E001", "掌握", "/"}, []any{"E002", nil, "精通"}), "B2:B3"),
			[]string{"E001 KP-001 0.7", "E002 KP-001 0.7", "E002 KP-002 0.95"},
			nil, nil,
		},
		"what is no rating": {
			merged(t, newSheet("技能矩阵", []any{"工号", "KP-001", "KP-002", "KP-003"}, []any{"E001", number(45000, "yyyy-mm-dd"), "优", struck("掌握")}, []any{"E002", "掌握", nil, "精通"}), "B3:C3"),
			[]string{"E001 KP-001 0.0", "E001 KP-002 0.0", "E001 KP-003 0.7", "E002 KP-001 0.0", "E002 KP-003 0.95"},
			[]string{
				"book.xlsx 技能矩阵!B2: the cell holds a date (2023-03-15), and none is wanted here: give it the format General, and type the value again",
				`book.xlsx 技能矩阵!C2: "优" is not a mastery: give a label of the scale (了解 aware, 理解 understand, 掌握 apply, 熟练 proficient, 精通 expert), a digit from 1 to 5, or a number such as 0.7 or 70%; a file levels.csv with the columns label and level declares other labels; a matrix also has ○ ◔ ◑ ◕ ● for 0, 25, 50, 75 and 100%, ✓ for 100%, and / or - for nothing`,
				"book.xlsx 技能矩阵!B3: the cells B3 to C3 are merged: divide them again, and give each its own value",
			},
			[]string{`book.xlsx 技能矩阵!D2: "掌握" is crossed out, and was read all the same: empty the cell or remove the row if it no longer counts`},
		},
		"a label that a spreadsheet has ruined, and one that is unknown": {
			newSheet("岗位能力矩阵", []any{"岗位", "KP-001", "KP-002", number(45000, "yyyy-mm-dd"), "KP-00"}, []any{"POS-OP", "3★", 4, 2, nil}, []any{"POS-XX", 3, nil, nil, nil}),
			[]string{"POS-OP KP-001 0.7 critical", "POS-OP KP-002 0.85"},
			[]string{
				"book.xlsx 岗位能力矩阵!D1: the spreadsheet has made a date of the code: format the column as text, and type it again, perhaps 3-15",
				`book.xlsx 岗位能力矩阵!E1: there is no knowledge point or competency "KP-00"; did you mean KP-001?`,
				`book.xlsx 岗位能力矩阵!A3: there is no position "POS-XX"; did you mean POS-OP?`,
			},
			[]string{"book.xlsx 岗位能力矩阵!B2: the bare numbers of the matrix are read as levels of the scale: 3 is apply (0.7); if they are shares, write 0.7 or 70% in every cell; if they are of another scale, declare it in a file levels.csv"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := readMatrixSheets(c.sheet)
			require.Equal(t, c.want, matrixRecords(d))
			requireTold(t, d, c.problems, c.notices)
		})
	}
}

// A matrix and a row of the same pair are two of one record.
func TestAMatrixAndARowOfTheSamePair(t *testing.T) {
	d := readMatrixSheets(
		newSheet("技能矩阵", []any{"工号", "KP-001", "KP-002"}, []any{"E001", "掌握", "精通"}),
		newSheet("掌握状态", []any{"员工", "知识点", "掌握度"}, []any{"E001", "KP-002", "熟练"}),
	)
	requireTold(t, d, []string{"book.xlsx 技能矩阵!C2: E001 – KP-002 is given twice: keep one of the two (also in book.xlsx 掌握状态!B2)"}, nil)
	require.Equal(t, "book.xlsx 技能矩阵!A2: x", d.Locate(fault.Problem{Place: fault.Place{Record: competency.MasteryStates, Index: 1, Field: "employee"}, Text: fault.T("x", "x")}).Format(fault.English))
}

// Few merged cells cover a sheet; that many are refused.
func TestTooManyMergedCellsAreRefused(t *testing.T) {
	rows := [][]any{{"工号"}}
	for range 1100 {
		rows = append(rows, []any{"E001"})
	}
	s := newSheet("技能矩阵", rows...)
	for column := 1; column <= 1000; column++ {
		s.Rows[1].Cells = append(s.Rows[1].Cells, workbook.Cell{Column: column, Kind: workbook.Text, Text: "3"})
		s.Merges = append(s.Merges, workbook.Range{First: workbook.Ref{Column: column, Row: 2}, Last: workbook.Ref{Column: column, Row: 1 << 20}})
	}
	d := readMatrixSheets(s)
	require.Equal(t, []string{"book.xlsx 技能矩阵: more than 1000000 cells are covered by merged ones: divide these again"}, formatProblems(d.Problems, fault.English))
}
