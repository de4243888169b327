package exchange

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// What people's files look like, and what is read of them.

func names(points []pointRow) (all []string) {
	for _, p := range points {
		all = append(all, p.Code+" "+p.Name)
	}
	return all
}

func TestSeparatorsAndLines(t *testing.T) {
	want := []string{"K1 一, 二", "K2 三"}
	for why, content := range map[string]string{
		"commas":                           "code,name\nK1,\"一, 二\"\nK2,三\n",
		"semicolons":                       "code;name\nK1;一, 二\nK2;三\n",
		"tabs":                             "code\tname\r\nK1\t一, 二\r\nK2\t三\r\n",
		"old Mac line ends":                "code;name\rK1;一, 二\rK2;三",
		"a declared comma":                 "sep=,\r\ncode,name\r\nK1,\"一, 二\"\r\nK2,三\r\n",
		"a declared semicolon":             "SEP=;\ncode;name\nK1;一, 二\nK2;三\n",
		"a quoted declaration":             "\"sep=;\"\ncode;name\nK1;一, 二\nK2;三\n",
		"a declared tab":                   "sep=\t\ncode\tname\nK1\t一, 二\nK2\t三\n",
		"a declaration saved as a row":     "sep=;;\ncode;name\nK1;一, 二\nK2;三\n",
		"a declaration after a mark":       utf8BOM + "sep=;\ncode;name\nK1;一, 二\nK2;三\n",
		"trailing separators":              "code;name;;\nK1;一, 二;;\nK2;三;;\n",
		"spaces before quotation marks":    "code, name\nK1, \"一, 二\" \nK2, \"三\"\n",
		"marks where files were glued":     utf8BOM + "code,name\nK1,\"一, 二\"\n" + utf8BOM + "\"code\",\"name\"\nK2,三\n",
		"declarations where they were":     "sep=;\ncode;name\nK1;一, 二\nsep=;\ncode;name\nK2;三\n",
		"a title above":                    "知识点清单;\n\ncode;name\nK1;一, 二\nK2;三\n",
		"a title without separators above": "2024 年知识点清单\n编制：人力资源部\ncode,name\nK1,\"一, 二\"\nK2,三\n",
	} {
		d := folderFiles{"knowledge_points.csv": content}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), why)
		require.Equal(t, want, names(d.Changes.Put.KnowledgePoints), why)
	}
	d := folderFiles{"knowledge_points.csv": "sep=|\ncode|name\n"}.mustRead(t)
	require.Contains(t, d.Problems[0].Text.EN, "names a separator that is not read")
}

func TestDecimalCommas(t *testing.T) {
	for separator, weights := range map[string]string{";": "1,500|0,25|2", "\t": "1,5|0,25|2"} {
		content := "position;target;level;weight\nP;A;0,7;W0\nP;B;70 %;W1\nP;C;,5;W2\n"
		for i, w := range strings.Split(weights, "|") {
			content = strings.Replace(content, "W"+string(rune('0'+i)), w, 1)
		}
		put := folderFiles{
			"requirements.csv":     strings.ReplaceAll(content, ";", separator),
			"positions.csv":        "code,name\nP,p\n",
			"knowledge_points.csv": "code;name;description\nA;a;1,5\nB;b;\nC;c;\n",
		}.mustReadValid(t)
		require.Equal(t, []float64{0.7, 0.7, 0.5}, []float64{*put.Requirements[0].Level, *put.Requirements[1].Level, *put.Requirements[2].Level})
		require.Equal(t, []float64{1.5, 0.25, 2}, []float64{*put.Requirements[0].Weight, *put.Requirements[1].Weight, *put.Requirements[2].Weight})
		require.Equal(t, "1,5", put.KnowledgePoints[0].Description, "texts stay")
	}
	d := folderFiles{"knowledge_points.csv": "code\tname\tminutes\nA\ta\t1,500\n"}.mustRead(t)
	require.Len(t, d.Problems, 1, "1,500 beside tabs may be a thousand and a half")
}

func TestDecoratedHeaders(t *testing.T) {
	for _, header := range []string{
		"*工号,姓名（必填）,部门", "＊工号,姓 名,部　门", "【必填】工号,姓名[必填],部门(选填)", "工号*,姓名＊,\"部门\n（可空）\"", "code 工号,name/姓名,org_unit（部门）",
		"Code,NAME,Org Unit", "工号：,姓名:,org-unit", "\u200b工号,姓\u200d名\ufeff,部门", "ＣＯＤＥ,ｎａｍｅ,ｏｒｇ＿ｕｎｉｔ", "工号（员工编号）,姓名,部门",
	} {
		put := folderFiles{"员工.csv": header + "\n001,张三,\n"}.mustReadValid(t)
		require.Equal(t, []employeeRow{{Code: "001", Name: "张三"}}, put.Employees, header)
	}
	d := folderFiles{"员工.csv": "序号,工号,姓名,备注,#内部,No.\n1,001,张三,新,x,1\n"}.mustRead(t)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Equal(t, []string{"员工.csv, row 1: columns that are none of the table were left out: 序号, 备注, #内部, No."}, formatProblems(d.Notices, fault.English))

	d = folderFiles{"知识点.csv": "编码,名称,学习时长（分钟）,颜色(可选)\nK,k,30,\n"}.mustRead(t)
	got := formatProblems(d.Problems, fault.English)
	require.Len(t, got, 2)
	require.Contains(t, got[0], "column 学习时长（分钟）: this is not a column of the file; did you mean 分钟?")
	require.Contains(t, got[1], "column 颜色(可选): this is not a column of the file: remove it or use one of")
}

func TestRowsThatAreNoRecords(t *testing.T) {
	d := folderFiles{"员工.csv": "某公司员工花名册,,\n2024 年 3 月,,\n工号,姓名,部门\n001,张三,\n工号,姓名,部门\ncode,name,org_unit\n002,李四,\n" +
		",,\n合计,2人,\n共 2 人,,\n制表人：王五,审核：赵六,日期：2024-03-05\n注：本表由人力资源部提供。,,\n-----,,\n"}.mustRead(t)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Len(t, d.Changes.Put.Employees, 2)
	require.Equal(t, []string{
		`员工.csv, row 1: the header is row 3: what stands above it was passed over, such as "某公司员工花名册"`,
		"员工.csv, row 5: the row repeats the header and was passed over (and in row 6)",
		`员工.csv, row 9: the row stands below the records and was passed over: "合计"`,
		`员工.csv, row 10: the row stands below the records and was passed over: "共 2 人"`,
		`员工.csv, row 11: the row stands below the records and was passed over: "制表人：王五"`,
		`员工.csv, row 12: the row stands below the records and was passed over: "注：本表由人力资源部提供。"`,
		`员工.csv, row 13: the row stands below the records and was passed over: "-----"`,
	}, formatProblems(d.Notices, fault.English))

	for _, note := range []string{
		"Total,2,", "TOTAL: 2,,", "总计,,30", "小计（人）,2,", ",合计,2", "合　计,2,", "Prepared by: Li,,", "制表人,王五,", "审核人,,填表日期", "Signature,,", "备注,,", "Grand Total,1,",
		"Summe,2,", "Итого,2,", "Note: see handbook,,", "填表日期：2024年3月5日,,", "Page 1 of 2,,", "(2 rows),,", "以上数据来源：人力资源系统,,", "***,,", "end of report,,",
	} {
		d := folderFiles{"员工.csv": "工号,姓名,部门\n001,张三,\n" + note + "\n"}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), note)
		require.Len(t, d.Changes.Put.Employees, 1, note)
		require.Len(t, d.Notices, 1, note)
	}
	for _, record := range []string{"SUM,求和,", "TOTAL,Total quality management,", "审核,审核流程,", "NOTE1,Notes,", "PAGE2,Paging,", "E1,,", "合计员,王五,", "A;B,,", "COUNT,计数,"} {
		d := folderFiles{"员工.csv": "工号,姓名,部门\n001,张三,\n" + record + "\n"}.mustRead(t)
		require.Len(t, d.Changes.Put.Employees, 2, record)
		require.Empty(t, d.Notices, record)
	}
	d = folderFiles{"员工.csv": "工号,姓名\n001,张三\n小计,1\n002,李四\n"}.mustRead(t)
	require.Equal(t, []string{`员工.csv, row 3: the row looks like a total, "小计": remove it`}, formatProblems(d.Problems, fault.English))
	d = folderFiles{"员工.csv": "工号,姓名,部门\n001,张三,\n姓名,工号,部门\n李四,002,\n"}.mustRead(t)
	require.Len(t, d.Problems, 1)
	require.Contains(t, d.Problems[0].Text.EN, "another header, with its columns in another order")
}

func TestJunkIsNoRecord(t *testing.T) {
	for _, junk := range []string{
		"#N/A", "#n/a", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#ÜBERLAUF!",
		"#N/D", "#VALEUR!", "#NOM?", "#¡REF!", "#¡VALOR!", "#¿NOMBRE?", "#RIF!", "#VALORE!", "#Н/Д", "#ССЫЛКА!", "#ЗНАЧ!", "#ИМЯ?", "#ДЕЛ/0!", "Err:502", "＃REF！", "######", "###",
		"=VLOOKUP(A2,B:C,2,0)", "=A1", "=$B$2", "=Sheet1!A1", "='员工 表'!A2", "=A1&B1", "=1+1", "=A:A", "=SUM(A1:A9)", "=IF(A1=\"x\",1,2)", "=-A1", "=SVERWEIS(A1;B:C;2)", "＝A1", "=A1*1.5", "=+B2",
	} {
		quoted := `"` + strings.ReplaceAll(junk, `"`, `""`) + `"`
		d := folderFiles{"knowledge_points.csv": "code,name,minutes\n" + quoted + ",a,\nK1," + quoted + ",\nK2,b," + quoted + "\n"}.mustRead(t)
		require.Len(t, d.Problems, 3, junk)
		for _, p := range d.Problems {
			require.Regexp(t, "error of the spreadsheet|too narrow|is a formula", p.Text.EN, junk)
		}
		d = folderFiles{"knowledge_points.csv": "code,name\nK1,'" + junk + "\n"}.mustRead(t)
		if !strings.Contains(junk, ",") && !strings.Contains(junk, `"`) {
			require.Equal(t, junk, d.Changes.Put.KnowledgePoints[0].Name, "an apostrophe makes it a text")
		}
	}
	for _, ruined := range []string{"1.10101E+17", "1,10101E+17", "1E+17", "1.1e+05", "１.1E+17", "4.4E12", "1.10101E+017"} {
		d := folderFiles{"employees.csv": "code;name;manager\n" + ruined + ";王;\nE;李;" + ruined + "\n"}.mustRead(t)
		require.Len(t, d.Problems, 2, ruined)
		require.Contains(t, d.Problems[0].Text.EN, "its digits are lost")
	}
	for _, text := range []string{"= 等于号", "=>", "-1 度", "@张三", "=重要", "+86", "-", "==", "#标签", "#1", "1.5E+3 Pa", "N/A", "＝", "C#", "=x"} {
		d := folderFiles{"knowledge_points.csv": "code,name\nK," + text + "\n"}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), text)
		require.Equal(t, text, d.Changes.Put.KnowledgePoints[0].Name, "texts stay byte for byte")
	}
	for _, code := range []string{"1E5", "3.10", "E+17", "2E", "1E-05"} {
		require.Empty(t, folderFiles{"knowledge_points.csv": "code,name\n" + code + ",k\n"}.mustRead(t).Problems, code)
	}
}

func TestCodesAsProgramsWriteThem(t *testing.T) {
	for cell, want := range map[string]string{
		`="00123"`: "00123", `"=""00123"""`: "00123", "'00123": "00123", "00123": "00123",
		"K1\u200b": "K1", "\u200eK1": "K1", "\u202dK1\u202c": "K1", "\ufeffK1": "K1", "K\u00ad1": "K1", "\u00a0K1\u3000": "K1",
	} {
		put := folderFiles{"employees.csv": "code,name,manager\n" + cell + ",张三," + "\nE2,李四," + cell + "\n"}.mustReadValid(t)
		require.Equal(t, want, put.Employees[0].Code, "%q", cell)
		require.Equal(t, want, put.Employees[1].Manager, "%q", cell)
	}
	put := folderFiles{"knowledge_points.csv": "code,name,kind,description\nK1,👨\u200d👩\u200d👧 می\u200cخواهم,技能\u200b型,'90 年代\n"}.mustReadValid(t)
	require.Equal(t, []pointRow{{Code: "K1", Name: "👨\u200d👩\u200d👧 می\u200cخواهم", Kind: competency.Skill, Description: "'90 年代"}}, put.KnowledgePoints)
}

func TestLookAlikeCodesAreTold(t *testing.T) {
	d := folderFiles{
		"knowledge_points.csv": "code,name\nK1,a\nk1,b\nＫ1,c\nK2,d\n",
		"competencies.csv":     "code,name\nk2,d\n",
		"employees.csv":        "code,name\nK1,王\n",
	}.mustRead(t)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Equal(t, []string{
		`knowledge_points.csv, row 3, column code: "k1" looks like "K1", and is another code: if both mean the same record, write it one way`,
		`knowledge_points.csv, row 4, column code: "Ｋ1" looks like "K1", and is another code: if both mean the same record, write it one way`,
		`knowledge_points.csv, row 5, column code: "K2" looks like "k2", and is another code: if both mean the same record, write it one way`,
	}, formatProblems(d.Notices, fault.English))
}

func TestListsInCells(t *testing.T) {
	for _, cell := range []string{"甲;乙", "甲；乙", "甲、乙", "甲，乙", "\"甲\n乙\"", "\"甲\r\n乙\"", "甲;乙;", " 甲 ； 乙 "} {
		put := folderFiles{"knowledge_points.csv": "code,name,tags\nK,k," + cell + "\n"}.mustReadValid(t)
		require.Equal(t, []string{"甲", "乙"}, put.KnowledgePoints[0].Tags, "%q", cell)
	}
	put := folderFiles{"knowledge_points.csv": "code,name,tags\nK,k,甲，乙;丙\nL,l,甲，乙;\n"}.mustReadValid(t)
	require.Equal(t, []string{"甲，乙", "丙"}, put.KnowledgePoints[0].Tags, "a Chinese comma divides where nothing else does")
	require.Equal(t, []string{"甲，乙"}, put.KnowledgePoints[1].Tags)
}

func TestFilesOfAFolder(t *testing.T) {
	points := "编码,名称\nK1,一\n"
	for _, name := range []string{
		"知识点 (1).csv", "知识点(2).csv", "知识点（1）.csv", "知识点 - 副本.csv", "知识点-副本 (2).csv", "知识点 的副本.csv", "“知识点”的副本.csv", "副本知识点.csv", "knowledge_points - Copy.csv", "Copy of knowledge_points.csv",
		"knowledge_points copy 2.csv", "Kopie von knowledge_points.csv", "knowledge_points - Kopie.csv", "knowledge_points-1.csv", "知识点 2.csv",
	} {
		d := folderFiles{name: points}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), name)
		require.Len(t, d.Changes.Put.KnowledgePoints, 1, name)
		require.Equal(t, []string{name + ": the file was taken for knowledge_points 知识点"}, formatProblems(d.Notices, fault.English))
	}
	for _, name := range []string{"知识点.csv", "KNOWLEDGE_POINTS.CSV", "Knowledge Points.csv", "知识点.txt", "知识点.tsv", "knowledge_points.csv.txt"} {
		d := folderFiles{name: points}.mustRead(t)
		require.Empty(t, formatProblems(append(d.Problems, d.Notices...), fault.English), name)
		require.Len(t, d.Changes.Put.KnowledgePoints, 1, name)
	}
	for name, want := range map[string]string{
		"知识点.xlsx": "this is plain text, not a workbook: where it is CSV, let its name end in .csv", "知识点.et": "plain text, not a workbook", "岗位.numbers": "plain text, not a workbook", "employees.json": "are not read",
		"employees": "the file has no ending", "岗位 (1).xls": "plain text, not a workbook", "employees.csv.bak": ".bak files are not read", "mastery.ods": "plain text, not a workbook",
		"知识点_2024版.csv": "did you mean 知识点.csv?", "能力模型-知识点.csv": "did you mean 知识点.csv?", "岗位需求.csv": "did you mean 岗位要求.csv?", "Book1 - employees.csv": "did you mean employees.csv?",
		"岗位要求表.tsv": "did you mean 岗位要求.csv?", "成绩.csv": "did you mean 证据.csv?", "Exam results.csv": "did you mean evidence.csv?", "grades.xlsx": "plain text, not a workbook", "先导.et": "plain text, not a workbook",
	} {
		d := folderFiles{name: points}.mustRead(t)
		require.Len(t, d.Problems, 1, name)
		require.Contains(t, d.Problems[0].Format(fault.English), want, name)
		require.NotContains(t, d.Problems[0].Text.EN, "no catalog files")
	}
	d := folderFiles{"知识点.csv": points, "README.md": "#", "notes.txt": "x", "scan.pdf": "x", ".hidden.csv": "x", "~$知识点.xlsx": "x"}.mustRead(t)
	require.Empty(t, d.Problems)
	require.Len(t, d.Notices, 1, "in one line")
	require.Contains(t, d.Notices[0].Format(fault.English), "not read, because no table is named so: README.md, notes.txt, scan.pdf")
	require.Contains(t, d.Notices[0].Format(fault.Chinese), "未读取")
}

func TestTimesOfTheZone(t *testing.T) {
	zone := time.FixedZone("", 8*60*60)
	f := folderFiles{
		"mastery.csv":          "employee,knowledge_point,mastery,assessed_at\nE,K,0.5,2024-03-05T01:00:00Z\nE,L,0.5,2024年3月5日 下午2:30\nE,M,0.5,2024/3/5\n",
		"knowledge_points.csv": "code,name\nK,k\nL,l\nM,m\n",
	}
	d, err := Options{Zone: zone, ZoneAssumed: true}.Read(f.write(t))
	require.NoError(t, err)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Equal(t, "2024-03-05T06:30:00Z", d.Changes.Put.Mastery[1].AssessedAt.Format(time.RFC3339))
	require.Equal(t, "2024-03-04T16:00:00Z", d.Changes.Put.Mastery[2].AssessedAt.Format(time.RFC3339))
	require.Equal(t, []string{
		`mastery.csv, row 3, column assessed_at: "2024年3月5日 下午2:30" names no zone and was read in that of this machine, as 2024-03-05T14:30:00+08:00; the setting time-zone names another`,
	}, formatProblems(d.Notices, fault.English))
	d, err = Options{Zone: zone}.Read(f.write(t))
	require.NoError(t, err)
	require.Empty(t, d.Notices, "a zone that somebody has chosen is no guess")
}

// Equal problems are one, and no list of rows grows with the input.
func TestEqualProblemsAreToldOnce(t *testing.T) {
	var rows strings.Builder
	for range 5000 {
		rows.WriteString("K,k,十\n")
	}
	d := folderFiles{"knowledge_points.csv": "code,name,minutes\n" + rows.String()}.mustRead(t)
	got := d.Report()
	require.Len(t, got, 1)
	require.Equal(t, `knowledge_points.csv, row 2, column minutes: "十" is not a whole number: give one such as 45 (and in 4999 more rows: 3, 4, 5, 6, 7 …)`, got[0].Format(fault.English))
	require.Len(t, got[0].Entry(fault.English).Rows, maxRows)
	require.Equal(t, 4999, got[0].Entry(fault.English).More)
}

// A comma in a cell of tags divides nothing, which is told; an export is read as it was.
func TestCommasInTagsAreTold(t *testing.T) {
	d := folderFiles{"knowledge_points.csv": "code,name,tags\nK,k,a;b\nL,l,\"safety, basics\"\nM,m,\"x,y\"\n"}.mustRead(t)
	require.Equal(t, []string{"safety, basics"}, d.Changes.Put.KnowledgePoints[1].Tags)
	require.Equal(t, []string{`knowledge_points.csv, row 3, column tags: "safety, basics" is read as one tag with a comma in it: separate tags by ; or 、`}, formatProblems(d.Notices, fault.English))
	dir := filepath.Join(t.TempDir(), "export")
	require.NoError(t, WriteFolder(dir, Export{Catalog: d.Changes.Put.Catalog}))
	d, err := Read(dir)
	require.NoError(t, err)
	require.Empty(t, d.Notices)
}
