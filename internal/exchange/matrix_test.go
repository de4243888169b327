package exchange

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// matrixFiles are what the matrices of the tests name.
var matrixFiles = folderFiles{
	"competencies.csv":     "code,name,parent\nSAFE,安全,\nPOWER,停送电,SAFE\n",
	"knowledge_points.csv": "code,name,name_en,competency\nK1,焊接基础,Welding,\nK2,立焊,,\nK3,停电,,POWER\nK4,验电,,POWER\nK5,急救,,SAFE\n",
	"positions.csv":        "code,name\nOP,值班员\nSE,检修员\n",
	"employees.csv":        "code,name\n001,张三\n002,李四\n003,王芳\n004,王芳\n",
}

// readMatrix reads one matrix beside matrixFiles, and returns its records as short lines,
// and its problems and notices.
func readMatrix(t testing.TB, o Options, name, content string) (records, problems, notices []string) {
	t.Helper()
	d, err := o.Read(matrixFiles.withFiles(folderFiles{name: content}).write(t))
	require.NoError(t, err)
	return matrixRecords(d), formatProblems(checkMatrixDocument(d), fault.English), formatProblems(d.Notices, fault.English)
}

func checkMatrixDocument(d *Document) []LocatedProblem {
	return d.Report(competency.Catalog{}.Check(d.Changes)...)
}

func matrixRecords(d *Document) (lines []string) {
	for _, r := range d.Changes.Put.Mastery {
		lines = append(lines, strings.Join([]string{r.Employee, r.KnowledgePoint, formatShare(r.Mastery)}, " "))
	}
	for _, r := range d.Changes.Put.Requirements {
		line := []string{r.Position, r.Target}
		if r.Level != nil {
			line = append(line, formatShare(*r.Level))
		}
		if r.Critical != nil && *r.Critical {
			line = append(line, "critical")
		}
		if r.Clear != 0 {
			line = append(line, "-"+strings.Join(r.Clear.Names(), "-"))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

func TestReadMatrices(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		want          []string
	}{
		"codes, digits and a blank":                     {"技能矩阵.csv", "工号,K1,K2\n001,3,/\n002,,5\n", []string{"001 K1 0.7", "002 K2 0.95"}},
		"names across, codes down":                      {"技能矩阵.csv", "工号,姓名,焊接基础,立焊\n001,张三,3,/\n", []string{"001 K1 0.7"}},
		"names down":                                    {"mastery_matrix.csv", "姓名,Welding,立焊\n张三,3,-\n李四,4,掌握\n", []string{"001 K1 0.7", "002 K1 0.85", "002 K2 0.7"}},
		"codes with names":                              {"mastery_matrix.csv", ",K1 焊接基础,K2 立焊\n001 张三,3,2\n", []string{"001 K1 0.7", "001 K2 0.5"}},
		"names above codes":                             {"mastery_matrix.csv", "工号,焊接基础,立焊\n,K1,K2\n001,3,2\n", []string{"001 K1 0.7", "001 K2 0.5"}},
		"names below codes":                             {"mastery_matrix.csv", ",K1,K2\n工号,焊接基础,立焊\n001,3,2\n", []string{"001 K1 0.7", "001 K2 0.5"}},
		"competencies above points":                     {"mastery_matrix.csv", ",安全,,停送电,\n工号,K1,K2,K3,K4\n001,3,2,,1\n", []string{"001 K1 0.7", "001 K2 0.5", "001 K4 0.3"}},
		"people across":                                 {"技能矩阵.csv", "知识点,名称,001,002\nK1,焊接基础,3,4\nK2,立焊,/,5\n", []string{"001 K1 0.7", "002 K1 0.85", "002 K2 0.95"}},
		"people across by names with their codes below": {"技能矩阵.csv", "知识点,,张三,李四\n工号,,001,002\nK1,焊接基础,3,4\n", []string{"001 K1 0.7", "002 K1 0.85"}},
		"people of one name across, with codes below":   {"技能矩阵.csv", "知识点,王芳,李四,王芳\n工号,003,002,004\nK1,3,4,5\n", []string{"003 K1 0.7", "002 K1 0.85", "004 K1 0.95"}},
		"points of competencies down, people across":    {"技能矩阵.csv", "能力项,知识点,001,002\n停送电,K3,3,4\n停送电,K4,/,5\n", []string{"001 K3 0.7", "002 K3 0.85", "002 K4 0.95"}},
		"a title, remarks, other fields, a total and signatures": {
			"技能矩阵.csv", "焊接班技能矩阵,,,,,,\n,,,,,,\n序号,工号,姓名,班组,K1,K2,备注\n1,001,张三,一班,3,2,好\n2,002,李四,二班,4,,\n合计,,,,7,2,\n制表：王五,,,,,,\n",
			[]string{"001 K1 0.7", "001 K2 0.5", "002 K1 0.85"},
		},
		"circles and ticks":             {"技能矩阵.csv", "工号,K1,K2\n001,○,◔\n002,◑,◕\n003,●,✓\n004,√,✔\ufe0f\n", []string{"001 K1 0.0", "001 K2 0.25", "002 K1 0.5", "002 K2 0.75", "003 K1 1.0", "003 K2 1.0", "004 K1 1.0", "004 K2 1.0"}},
		"what says nothing":             {"技能矩阵.csv", "工号,K1,K2\n001,／,－\n002,–,—\n003,3,\n", []string{"003 K1 0.7"}},
		"percentages":                   {"技能矩阵.csv", "工号,K1,K2\n001,70%,100％\n002,0.5,1.0\n", []string{"001 K1 0.7", "001 K2 1.0", "002 K1 0.5", "002 K2 1.0"}},
		"0 to 5, one column has only 1": {"技能矩阵.csv", "工号,K1,K2\n001,1,5\n002,1,0\n", []string{"001 K1 0.3", "001 K2 0.95", "002 K1 0.3", "002 K2 0.0"}},
		"semicolons":                    {"技能矩阵.csv", "技能矩阵\n工号;K1;K2\n001;0,7;\n", []string{"001 K1 0.7"}},
		"GB18030":                       {"技能矩阵.csv", encodeGBK("工号,姓名,焊接基础,立焊\n001,张三,3,/\n"), []string{"001 K1 0.7"}},
		"points of a competency":        {"技能矩阵.csv", "工号,停送电,K1\n001,3,4\n002,5,\n", []string{"001 K1 0.85", "001 K3 0.7", "001 K4 0.7", "002 K3 0.95", "002 K4 0.95"}},
		"the more specific cell":        {"技能矩阵.csv", "工号,SAFE,POWER,K3\n001,2,3,4\n002,2,,/\n", []string{"001 K3 0.85", "001 K4 0.7", "001 K5 0.5", "002 K3 0.5", "002 K4 0.5", "002 K5 0.5"}},

		"one point across":                 {"技能矩阵.csv", "工号,立焊\n001,3\n002,/\n", []string{"001 K2 0.7"}},
		"one person across":                {"技能矩阵.csv", "知识点,李四\n立焊,3\nK1,2\n", []string{"002 K2 0.7", "002 K1 0.5"}},
		"points down and positions across": {"岗位能力矩阵.csv", "知识点,知识点名称,OP,SE\nK1,焊接,熟练,掌握\nK2,立焊,,精通\nK3,停电,4★,4\n", []string{"OP K1 0.85", "SE K1 0.7", "SE K2 0.95", "OP K3 0.85 critical", "SE K3 0.85"}},
		"positions down":                   {"requirement_matrix.csv", "岗位,K1,安全\n值班员,掌握*,80%\n检修员,70% ★,熟练＊\n", []string{"OP K1 0.7 critical", "OP SAFE 0.8", "SE K1 0.7 critical", "SE SAFE 0.85 critical"}},
		"a requirement that is emptied":    {"requirement_matrix.csv", "岗位,K1,K2\nOP,(清空),3\n", []string{"OP K1 -level-critical", "OP K2 0.7"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems, _ := readMatrix(t, Options{}, c.file, c.content)
			require.Empty(t, problems)
			require.Equal(t, c.want, got)
		})
	}
}

// What is wrong, or guessed, names the cell of the matrix.
func TestProblemsOfMatrices(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		want, notices []string
	}{
		"no header": {"技能矩阵.csv", "工号,焊接,铆接\n001,3,4\n", []string{
			"技能矩阵.csv: none of the first 20 rows names two records of one kind, knowledge point or competency or employee: give their codes or names in one row",
		}, nil},
		"an unknown point": {"技能矩阵.csv", "工号,K1,K2,K9,气焊\n001,3,4,,\n", []string{
			`技能矩阵.csv, row 1, column K9: there is no knowledge point or competency "K9"; did you mean K1?`,
			`技能矩阵.csv, row 1, column 气焊: there is no knowledge point or competency "气焊"; did you mean K2 (立焊)?`,
		}, nil},
		"an unknown point before the first known one": {"技能矩阵.csv", "工号,姓名,焊接基楚,K1,K2\n001,张三,3,3,4\n", []string{
			`技能矩阵.csv, row 1, column 焊接基楚: there is no knowledge point or competency "焊接基楚"; did you mean K1 (焊接基础)?`,
		}, nil},
		"an unknown person": {"技能矩阵.csv", "工号,K1,K2\n001,3,4\n009,3,\n008,,\n", []string{
			`技能矩阵.csv, row 4, column 工号: there is no employee "008"; did you mean 001?`,
		}, nil},
		"a name of two": {"岗位能力矩阵.csv", "岗位,K1,K2\n电工,3,4\n值班员,3,\n", []string{
			`岗位能力矩阵.csv, row 2, column 岗位: there is no position "电工"`,
		}, []string{"the bare numbers of the matrix are read as levels"}},
		"cells": {"技能矩阵.csv", "工号,K1,K2\n001,3,优秀\n002,#N/A,=A1+1\n003,3-4,(清空)\n", []string{
			`技能矩阵.csv, row 2, column K2: "优秀" is not a mastery: give a label of the scale`,
			`技能矩阵.csv, row 3, column K1: "#N/A" is an error of the spreadsheet`,
			`技能矩阵.csv, row 3, column K2: "=A1+1" is a formula`,
			`技能矩阵.csv, row 4, column K1: "3-4" is a range`,
			`技能矩阵.csv, row 4, column K2: a mastery cannot be emptied by a file`,
		}, nil},
		"only 1": {"技能矩阵.csv", "工号,K1,K2\n001,,1\n002,1,1\n", []string{
			`技能矩阵.csv, row 2, column K2: the only digit in the matrix is 1, which may be 100% or the first level of a scale`,
		}, nil},
		"digits and percentages": {"技能矩阵.csv", "工号,K1,K2\n001,3,4\n002,,85%\n", []string{
			`技能矩阵.csv, row 3, column K2: the matrix has bare digits (row 2, column K1) and numbers (row 3, column K2), but a spreadsheet writes 1.0 as 1: use labels or digits in every cell`,
		}, nil},
		"a pair twice": {"技能矩阵.csv", "工号,K1,焊接基础,K2\n001,3,4,\n002,,4,\n\n001,,2,\n", []string{
			`技能矩阵.csv, row 2, column 焊接基础: 001 – K1 is given twice: keep one of the two (also in 技能矩阵.csv, row`,
			`技能矩阵.csv, row 5, column 焊接基础: 001 – K1 is given twice: keep one of the two (also in 技能矩阵.csv, row 2, column K1)`,
		}, nil},
		"values without a label": {"技能矩阵.csv", "工号,K1,K2,\n001,3,4,\n,3,,\n003,,,2\n", []string{
			"技能矩阵.csv, row 1, column D: the cell is empty, and there are values beside it",
			"技能矩阵.csv, row 3, column 工号: the cell is empty, and there are values beside it",
		}, nil},
		"a matrix in a table of pairs": {"掌握状态.csv", "工号,姓名,焊接基础,立焊\n001,张三,3,/\n", []string{
			"掌握状态.csv, row 1: the header names none of knowledge_point 知识点 and mastery 掌握度: if this is a matrix, with records across and down, name the file mastery_matrix or 技能矩阵",
		}, nil},
		"a table of pairs with misspelled columns": {"掌握状态.csv", "员工,知识,掌握\n001,K1,3\n", []string{
			"掌握状态.csv, row 1, column 知识: this is not a column of the file; did you mean 知识点?",
			"掌握状态.csv, row 1, column 掌握: this is not a column of the file; did you mean 掌握度?",
		}, nil},
		"a mark of critical alone": {"岗位能力矩阵.csv", "岗位,K1,K2\nOP,/★,3\n", []string{`岗位能力矩阵.csv, row 2, column K1: "/★" marks nothing as critical`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems, notices := readMatrix(t, Options{}, c.file, c.content)
			require.Len(t, problems, len(c.want), strings.Join(problems, "\n"))
			for i := range c.want {
				require.Contains(t, problems[i], c.want[i])
			}
			for _, want := range c.notices {
				require.Contains(t, strings.Join(notices, "\n"), want)
			}
		})
	}
}
