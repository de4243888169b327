package exchange

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// validFiles is a small valid catalog. Each case makes it invalid in one way.
var validFiles = folderFiles{
	"competencies.csv":     "code,name\nSAFE,安全\n",
	"knowledge_points.csv": "code,name,competency\nPOWER-OFF,停电,SAFE\nVERIFY,验电,SAFE\nGROUND,接地,\n",
	"positions.csv":        "code,name\nELECTRICIAN,电工\n",
}

func (f folderFiles) withFiles(more folderFiles) folderFiles {
	all := maps.Clone(f)
	maps.Copy(all, more)
	return all
}

func encodeGBK(s string) string {
	encoded, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return encoded
}

var invalidInputs = []struct {
	name  string
	files folderFiles
}{
	{"duplicate codes, in one file and between two that share their codes", folderFiles{
		"knowledge_points.csv": "code,name\nVERIFY,验电\nGROUND,接地\nVERIFY,再验\nSAFE,安全\n",
	}},
	{"duplicate edges, pairs either way round, requirements, masteries and list items", folderFiles{
		"prerequisites.csv": "prerequisite,dependent\nPOWER-OFF,VERIFY\nVERIFY,GROUND\nPOWER-OFF,VERIFY\n",
		"related.csv":       "a,b\nVERIFY,GROUND\nGROUND,VERIFY\n",
		"requirements.csv":  "position,target\nELECTRICIAN,VERIFY\nELECTRICIAN,VERIFY\n",
		"mastery.csv":       "employee,knowledge_point,mastery\nE,VERIFY,0.5\nE,VERIFY,0.6\n",
		"resources.csv":     "code,title,teaches\nR,规程,VERIFY;VERIFY\n",
	}},
	{"dangling references", folderFiles{
		"prerequisites.csv": "prerequisite,dependent\nPOWER-OF,VERIFY\nPOWER-OFF,接电\n",
		"related.csv":       "a,b\nVERIFY,GROUNDS\nVERIFY,AROUND\n",
		"requirements.csv":  "position,target\nELECTRICAN,SAFE\n",
		"resources.csv":     "code,title,teaches\nR,规程,VERIFY；SAFE\n",
		"employees.csv":     "code,name,position,targets\nE,王,ELECTRICAN,焊工\n",
	}},
	{"invalid levels", folderFiles{
		"requirements.csv": "岗位,对象,等级\nELECTRICIAN,VERIFY,高\nELECTRICIAN,GROUND,1.5\nELECTRICIAN,POWER-OFF,0\nELECTRICIAN,SAFE,6\n",
		"先导关系.csv":         "先导,后续,等级\nPOWER-OFF,VERIFY,0.0\nVERIFY,GROUND,profficient\nPOWER-OFF,GROUND,150%\n",
	}},
	{"matrices", folderFiles{
		"employees.csv":      "code,name\nE1,王芳\nE2,王芳\nE3,李四\n",
		"技能矩阵.csv":           "班组技能\n工号,姓名,验电,接地,接电,,备注\nE1,王芳,3,优,,,好\nE2,王芳,3-4,=A1,,2,\nE9,,5,,,,\nE8,,,,,,\n,,3,,,,\n合计,,11,,,,\n",
		"岗位能力矩阵.csv":         "岗位,VERIFY,SAFE\n电工,0.5,3\nELECTRICIAN,/★,4\n焊工,,2\n",
		"mastery_matrix.csv": "工号,POWER-OFF,SAFE\n李四,50%,80%\n王芳,1.0,\n",
	}},
	{"a matrix without a header, one of 1 alone, and one in a table of pairs", folderFiles{
		"requirement_matrix.csv": "a,b\nc,d\n",
		"技能矩阵.csv":               "工号,VERIFY,GROUND\nE1,1,\n",
		"掌握状态.csv":               "工号,姓名,验电,接地\nE1,王芳,3,/\n",
	}},
	{"digits and decimals in one column", folderFiles{
		"requirements.csv": "position,target,level\nELECTRICIAN,VERIFY,掌握\nELECTRICIAN,GROUND,1\nELECTRICIAN,POWER-OFF,0.5\nELECTRICIAN,SAFE,70%\n",
	}},
	{"percentages and numbers in one column of weights", folderFiles{
		"requirements.csv": "position,target,weight\nELECTRICIAN,VERIFY,30%\nELECTRICIAN,GROUND,70\n",
	}},
	{"ranges and decorated levels", folderFiles{
		"requirements.csv": "position,target,level\nELECTRICIAN,VERIFY,3-4\nELECTRICIAN,GROUND,掌握～熟练\nELECTRICIAN,POWER-OFF,3-掌握\nELECTRICIAN,SAFE,★★★\n",
		"mastery.csv":      "employee,knowledge_point,mastery\nE,VERIFY,85\nE,GROUND,85分\nE,POWER-OFF,√\n",
	}},
	{"a rating of 1 that may be the first level", folderFiles{
		"mastery.csv": "employee,knowledge_point,mastery\nE,VERIFY,掌握\nE,GROUND,1\nE,POWER-OFF,1\n",
	}},
	{"digits and numbers in one column of ratings", folderFiles{
		"mastery.csv": "employee,knowledge_point,mastery\nE,VERIFY,3\nE,GROUND,0.5\n",
	}},
	{"a scale that is ambiguous", folderFiles{
		"levels.csv":       "label,label_en,digit,level\n初级,L1,1,0.3\n中级,l1,1,0.6\n3,,3,2\n高级,,一,高\n,,5,0.9\n",
		"requirements.csv": "position,target,level\nELECTRICIAN,VERIFY,初级\nELECTRICIAN,GROUND,高级\n",
	}},
	{"cells that cannot be emptied", folderFiles{
		"knowledge_points.csv": "code,name,tags\n(清空),x,\nNEW,（清空）,a;(clear)\n",
		"related.csv":          "a,b\nVERIFY,(clear)\n",
	}},
	{"weights, masteries, minutes and difficulties", folderFiles{
		"requirements.csv": "position,target,weight,critical\nELECTRICIAN,VERIFY,0,maybe\nELECTRICIAN,GROUND,-1,\nELECTRICIAN,SAFE,重,\n",
		"mastery.csv":      "employee,knowledge_point,mastery\nE,VERIFY,2.0\nE,GROUND,85.0\nE,POWER-OFF,good\nF,VERIFY,-0.1\nF,GROUND,\n",
		"resources.csv":    "code,title,minutes\nA,a,0\nB,b,45.5\nC,c,半小时\nD,d,1e300\n",
		"知识点.csv":          "code,name,difficulty\nX,x,-1\nY,y,0x10\n",
	}},
	{"values of enumerations", folderFiles{
		"prerequisites.csv": "prerequisite,dependent,strength,clause\nPOWER-OFF,VERIFY,HRAD,\nVERIFY,GROUND,SOFT,a\nPOWER-OFF,GROUND,HARD,a\n",
		"resources.csv":     "code,title,modality\nR,规程,视屏\n",
		"employees.csv":     "code,name,modalities\nE,王,视频；audio\n",
		"知识点.csv":           "编码,名称,类型,性质\nX,x,知识,xyz\n",
	}},
	{"invalid dates", folderFiles{
		"mastery.csv": "employee,knowledge_point,mastery,assessed_at\nE,VERIFY,1.0,2026-02-30\nE,GROUND,1.0,46346\nF,VERIFY,1.0,昨天\nF,GROUND,1.0,0206-11-20\n",
	}},
	{"codes", folderFiles{
		"knowledge_points.csv": "code,name\nPOWER OFF,停电\n" + strings.Repeat("长", 200) + ",长\n,无\nVERIFY,验电\nA;B,列\n",
		"prerequisites.csv":    "prerequisite,dependent\n,VERIFY\nVERIFY,\n,VERIFY\n",
		"requirements.csv":     "position,target\n,VERIFY\n,VERIFY\n",
	}},
	{"new records without a name", folderFiles{
		"knowledge_points.csv": "code,name\nVERIFY,\n",
		"resources.csv":        "code,title\nR,\n",
	}},
	{"unknown columns and files", folderFiles{
		"knowledge_points.csv": "cod,name,Competence,颜色\nVERIFY,验电,SAFE,红\n",
		"related.csv":          "a,b,c\n",
		"prerequisite.csv":     "prerequisite,dependent\nPOWER-OFF,VERIFY\n",
		"岗位需求.csv":             "",
		"notes.csv":            "anything",
		"mastery.xlsx":         "PK\x03\x04",
		"employee.xls":         "",
	}},
	{"missing, repeated and nameless columns", folderFiles{
		"knowledge_points.csv": "name,minutes\n验电,45\n",
		"prerequisites.csv":    "prerequisite,dependent,先导,,level\nPOWER-OFF,VERIFY,X,note,0.7\n",
		"positions.csv":        "code,family\nELECTRICIAN,技术\n",
	}},
	{"ragged rows, after a blank one and a cell of two lines", folderFiles{
		"knowledge_points.csv": "code,name,description,kind\nPOWER-OFF,停电,先停,技能型\n\nVERIFY,\"验\n电\",后验,技能型\nGROUND,接地,先验, 后接,技能型\nSWITCH,倒闸\n",
		"prerequisites.csv":    "prerequisite,dependent\nPOWER-OFF,SWITCH\nVERIFY,GROUND\n",
	}},
	{"not text", folderFiles{
		"competencies.csv":     "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
		"knowledge_points.csv": "PK\x03\x04\x14",
		"positions.csv":        "code,name\nP,a\x00b\n",
		"requirements.csv":     "position,target\nELECTRICIAN,VERIFY\n",
		"related.csv":          "\xff\xfea\x00,\x00b\x00\n\x00V\x00\x00\xd8,\x00V\x00\n\x00",
		"org_units.csv":        "code,name\nU,一部\nV,\xff\xff\n",
		"employees.csv":        "\xef\xbb\xbfcode,name\nE,王\nF," + encodeGBK("李") + "\n",
	}},
	{"empty", folderFiles{
		"competencies.csv":     "",
		"knowledge_points.csv": "\xef\xbb\xbf",
		"positions.csv":        "\r\n\r\n,,\r\n",
		"requirements.csv":     "position,target\n",
	}},
	{"a cell of five megabytes", folderFiles{
		"knowledge_points.csv": "code,name,description\nVERIFY,验电," + strings.Repeat("知", 5<<20/3) + "\n" + strings.Repeat("X", 5<<20) + ",长,\n",
	}},
	{"mixed encodings", folderFiles{
		"knowledge_points.csv": "code,name\nPOWER-OFF,停电\nVERIFY," + encodeGBK("验电") + "\n",
		"positions.csv":        encodeGBK("编码,名称\nELECTRICIAN,电工\nWELDER,") + "焊工师傅\n",
	}},
	{"neither encoding", folderFiles{
		"positions.csv":    "code,name\nELECTRICIAN,\xff\xff\n",
		"requirements.csv": "position,target\nELECTRICIAN,VERIFY\n",
	}},
	{"quotation marks", folderFiles{
		"competencies.csv":     "code,name\nSAFE,安全\nA,\"the \"\"A\"\"\"\nB,the \"B\"\nC,c\n",
		"knowledge_points.csv": "code,name\nVERIFY,\"验电\nGROUND,接地\n",
		"positions.csv":        "code,name\nP,\"a\" b\n",
		"requirements.csv":     "position,target\nELECTRICIAN,GROUND\n",
	}},
	{"separators", folderFiles{
		"positions.csv": "code;name\nELECTRICIAN;电工\n",
		"org_units.csv": "code\tname\nU\t一部\n",
		"员工.csv":        "工号，姓名\nE，王\n",
	}},
	{"everything at once", folderFiles{
		"knowledge_points.csv": "code,name,competency,minutes\nVERIFY,验电,SAEF,十\nVERIFY,再验,SAFE,0\n",
		"prerequisites.csv":    "prerequisite,dependent,level,colour\nPOWER-OF,VERIFY,高,红\nVERIFY,VERIFY,0,\n",
		"先导.csv":               "",
		"mastery.csv":          "employee,knowledge_point,mastery,assessed_at\nE,VERIFI,2,昨天\n,VERIFY,,\n",
	}},
}

func TestProblemsOfInvalidInput(t *testing.T) {
	var got strings.Builder
	for _, c := range invalidInputs {
		d := validFiles.withFiles(c.files).mustRead(t)
		problems := checkDocument(d)
		require.NotEmpty(t, problems, c.name)
		fmt.Fprintf(&got, "## %s\n", c.name)
		for _, lang := range []fault.Lang{fault.English, fault.Chinese} {
			for _, line := range formatProblems(problems, lang) {
				assert.Less(t, len(line), 800, c.name)
				fmt.Fprintln(&got, line)
			}
		}
		got.WriteString("\n")
	}
	golden := filepath.Join("testdata", "problems.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
}

func TestUnreadableCellLeavesFieldEmpty(t *testing.T) {
	d := folderFiles{
		"knowledge_points.csv": "code,name,kind,minutes\nK,k,SKIL,十\n",
		"mastery.csv":          "employee,knowledge_point,mastery,assessed_at\nE,K,很好,昨天\n",
	}.mustRead(t)
	assert.Equal(t, []pointRow{{Code: "K", Name: "k"}}, d.Changes.Put.KnowledgePoints)
	assert.Equal(t, []assessmentRow{{Employee: "E", KnowledgePoint: "K"}}, d.Changes.Put.Mastery)
	assert.Len(t, d.Problems, 4)
}

func TestLocate(t *testing.T) {
	d := folderFiles{"related.csv": "知识点一,b\nVERIFY,GROUND\n\n\"GROUND\",A\n"}.mustRead(t)
	at := func(i int, field string) fault.Place {
		return fault.Place{Record: competency.RelatedPairs, Index: i, Field: field}
	}
	text := fault.T("wrong", "错")
	for _, c := range []struct {
		problem fault.Problem
		en, zh  string
	}{
		// Normalize swaps the ends of both pairs; the files keep theirs.
		{fault.Problem{Place: at(0, "a"), Text: text}, "related.csv, row 2, column b: wrong", "related.csv 第 2 行 b 列：错"},
		{fault.Problem{Place: at(1, "b"), Text: text}, "related.csv, row 4, column 知识点一: wrong", "related.csv 第 4 行 知识点一 列：错"},
		{fault.Problem{Place: at(1, ""), Other: at(0, "a"), Text: text}, "related.csv, row 4: wrong (also in related.csv, row 2)", "related.csv 第 4 行：错（另见 related.csv 第 2 行）"},
		{fault.Problem{Place: at(1, "clause"), Text: text}, "related.csv, row 4, column clause: wrong", "related.csv 第 4 行 clause 列：错"},
		{fault.Problem{Place: at(2, "a"), Text: text}, "wrong", "错"},
		{fault.Problem{Text: text}, "wrong", "错"},
	} {
		got := d.Locate(c.problem)
		assert.Equal(t, c.en, got.Format(fault.English))
		assert.Equal(t, c.zh, got.Format(fault.Chinese))
	}
}

func TestPrintProblemsAndEntry(t *testing.T) {
	var rows strings.Builder
	for i := range 123 {
		fmt.Fprintf(&rows, "K %d,k\n", i)
	}
	problems := checkDocument(folderFiles{"knowledge_points.csv": "code,name\n" + rows.String()}.mustRead(t))
	require.Len(t, problems, 123)

	var out strings.Builder
	require.NoError(t, PrintProblems(&out, fault.English, problems))
	printed := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Len(t, printed, 101)
	assert.Contains(t, printed[0], "knowledge_points.csv, row 2, column code: ")
	assert.Contains(t, printed[99], "row 101, ")
	assert.Equal(t, "… and 23 more", printed[100])
	out.Reset()
	require.NoError(t, PrintProblems(&out, fault.Chinese, problems))
	assert.Contains(t, out.String(), "\n…另有 23 个问题\n")
	out.Reset()
	require.NoError(t, PrintProblems(&out, fault.English, problems[:100]))
	assert.NotContains(t, out.String(), "more")

	entry, err := json.Marshal(checkDocument(folderFiles{"mastery.csv": "employee,knowledge_point,掌握度\nE,,1\n"}.mustRead(t))[0].Entry(fault.Chinese))
	require.NoError(t, err)
	assert.JSONEq(t, `{"file":"mastery.csv","row":2,"column":"knowledge_point","code":"INVALID_ARGUMENT","message":"单元格为空：每行都必须填写此列"}`, string(entry))
}
