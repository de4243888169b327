package exchange

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// chineseTables has every table and column, by its Chinese name.
var chineseTables = folderFiles{
	"能力项.csv":  "编码,名称,英文名称,上级,说明\nC,安全,Safety,,总则\nD,用电,,C,\n",
	"知识点.csv":  "编码,名称,英文名称,能力项,类型,性质,分钟,难度,标签,说明\nK1,停电,Power off,D,技能型,规程化,45,2.5,高压；倒闸、 票,先停后验\nK2,验电,,D,知识型,创造性,,,,\n",
	"先导关系.csv": "先导,后续,强度,条件组,等级,理由\nK1,K2,硬,甲,熟练,先停电\nC,K2,软,,,\n",
	"关联关系.csv": "知识点一,知识点二\nK2,K1\n",
	"岗位.csv":   "编码,名称,英文名称,序列,职级,说明\nP,电工,Electrician,技术,P5,高压\n",
	"岗位要求.csv": "岗位,对象,等级,权重,关键\nP,K1,精通,2.5,是\nP,C,,,否\n",
	"学习资源.csv": "编码,标题,链接,形式,分钟,语言,知识点\nR,规程,https://example.com,视频,20,zh-CN,K1；K2\n",
	"部门.csv":   "编码,名称,上级\nU,一部,\nV,二部,U\n",
	"员工.csv":   "工号,姓名,部门,岗位,目标岗位,偏好形式,上级\nE,王,V,P,P,视频；实操,\n",
	"掌握状态.csv": "员工,知识点,掌握度,评估时间\nE,K1,85%,2026年11月20日\n",
}

func TestReadChineseTables(t *testing.T) {
	got := chineseTables.mustReadValid(t)
	assert.Equal(t, competency.Records{
		Catalog: competency.Catalog{
			Competencies: []competencyRow{
				{Code: "C", Name: "安全", NameEN: "Safety", Description: "总则"},
				{Code: "D", Name: "用电", Parent: "C"},
			},
			KnowledgePoints: []pointRow{
				{
					Code: "K1", Name: "停电", NameEN: "Power off", Competency: "D", Kind: competency.Skill, Nature: competency.Procedural,
					Minutes: new(45), Difficulty: new(2.5), Tags: []string{"高压", "倒闸", "票"}, Description: "先停后验",
				},
				{Code: "K2", Name: "验电", Competency: "D", Kind: competency.Knowledge, Nature: competency.Creative},
			},
			Prerequisites: []prerequisiteRow{
				{Prerequisite: "K1", Dependent: "K2", Strength: competency.Hard, Clause: "甲", Level: new(0.85), Reason: "先停电"},
				{Prerequisite: "C", Dependent: "K2", Strength: competency.Soft},
			},
			Related:   []relatedRow{{A: "K1", B: "K2"}},
			Positions: []positionRow{{Code: "P", Name: "电工", NameEN: "Electrician", Family: "技术", Grade: "P5", Description: "高压"}},
			Requirements: []requirementRow{
				{Position: "P", Target: "K1", Level: new(0.95), Weight: new(2.5), Critical: new(true)},
				{Position: "P", Target: "C", Critical: new(false)},
			},
			Resources: []resourceRow{{
				Code: "R", Title: "规程", URL: "https://example.com", Modality: competency.Video,
				Minutes: new(20), Language: "zh-CN", Teaches: []string{"K1", "K2"},
			}},
		},
		People: competency.People{
			OrgUnits: []orgUnitRow{{Code: "U", Name: "一部"}, {Code: "V", Name: "二部", Parent: "U"}},
			Employees: []employeeRow{{
				Code: "E", Name: "王", OrgUnit: "V", Position: "P", Targets: []string{"P"},
				Modalities: []competency.Modality{competency.Video, competency.Practice},
			}},
			Mastery: []assessmentRow{{Employee: "E", KnowledgePoint: "K1", Mastery: 0.85, AssessedAt: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}},
		},
	}, got)
}

func TestReadHeaderVariants(t *testing.T) {
	want := folderFiles{"knowledge_points.csv": "code,name,minutes\nK,n,45\n"}.mustReadValid(t)
	for _, f := range []folderFiles{
		{"Knowledge_Points.CSV": "NAME, Code ,Minutes\nn,K,45\n"},
		{"知识点.csv": "\u3000分钟\u3000,\u00a0名称,Code\n45.0,n,K\n"},
		{"knowledge_points.csv": "code,name,minutes,,\r\nK,n,４５,,\r\n,,,,\r\n"},
		{"knowledge_points.csv": "\n,,\ncode,name,minutes\rK,\u3000n\u00a0,45"},
		{"knowledge_points.csv": "code,name,minutes\n\"K\",\"\ufeffn\n\",45\n"},
	} {
		assert.Equal(t, want, f.mustReadValid(t), "%q", f)
	}
}

func TestReadEncodings(t *testing.T) {
	want := chineseTables.mustReadValid(t)
	for name, enc := range map[string]encoding.Encoding{
		"UTF-8 with BOM":    unicode.UTF8BOM,
		"UTF-16, Windows":   unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"UTF-16 big-endian": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"GB18030":           simplifiedchinese.GB18030,
		"GBK":               simplifiedchinese.GBK,
	} {
		t.Run(name, func(t *testing.T) {
			f := folderFiles{}
			for file, content := range chineseTables {
				encoded, err := enc.NewEncoder().String(content)
				require.NoError(t, err)
				f[file] = encoded
			}
			f["部门.csv"] = chineseTables["部门.csv"] // files may differ in encoding
			assert.Equal(t, want, f.mustReadValid(t))
		})
	}
	t.Run("beyond GBK", func(t *testing.T) {
		const name = "𠮷野家😀"
		for _, enc := range []encoding.Encoding{simplifiedchinese.GB18030, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)} {
			content, err := enc.NewEncoder().String("code,name\nP," + name + "\n")
			require.NoError(t, err)
			assert.Equal(t, name, folderFiles{"positions.csv": content}.mustReadValid(t).Positions[0].Name)
		}
	})
	t.Run("GBK that happens to be valid UTF-8 here and there", func(t *testing.T) {
		content, err := simplifiedchinese.GBK.NewEncoder().String("code,name\nP1,通\nP2,联通\nP3,一通\nP4,鑫通公司\n")
		require.NoError(t, err)
		got := folderFiles{"positions.csv": content}.mustReadValid(t).Positions
		assert.Equal(t, []string{"通", "联通", "一通", "鑫通公司"}, []string{got[0].Name, got[1].Name, got[2].Name, got[3].Name})
	})
}

func TestReadCells(t *testing.T) {
	const header = "position,target,level,weight,critical\n"
	base := folderFiles{"positions.csv": "code,name\nP,p\n", "knowledge_points.csv": "code,name\nK,k\n"}
	requirement := func(t *testing.T, cells string) requirementRow {
		base["requirements.csv"] = header + "P,K," + cells + "\n"
		return base.mustReadValid(t).Requirements[0]
	}
	for cell, want := range map[string]float64{
		"1": 0.3, "５": 0.95, "aware": 0.3, "APPLY": 0.7, "理解": 0.5, "0.7": 0.7, "70%": 0.7, "30 %": 0.3, "７０％": 0.7, "1.0": 1, "100%": 1,
	} {
		assert.Equal(t, want, *requirement(t, cell+",,").Level, cell)
	}
	for cell, want := range map[string]float64{"1": 1, "2.50": 2.5, "1e2": 100, "０.5": 0.5} {
		assert.Equal(t, want, *requirement(t, ","+cell+",").Weight, cell)
	}
	for _, yes := range []string{"yes", "Y", "TRUE", "是", "1", "１"} {
		assert.True(t, *requirement(t, ",,"+yes).Critical, yes)
	}
	for _, no := range []string{"No", "n", "false", "否", "0"} {
		assert.False(t, *requirement(t, ",,"+no).Critical, no)
	}
	empty := requirement(t, ",,")
	assert.Equal(t, requirementRow{Position: "P", Target: "K"}, empty, "empty cells leave fields empty")
}

func TestReadTimes(t *testing.T) {
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for cell, want := range map[string]time.Time{
		"2026-11-20":                day,
		"2026/11/20":                day,
		"2026年11月20日":               day,
		"2026-11-20 08:30":          day.Add(8*time.Hour + 30*time.Minute),
		"2026/11/20 8:30":           day.Add(8*time.Hour + 30*time.Minute),
		"2026年11月20日 8:30":          day.Add(8*time.Hour + 30*time.Minute),
		"2026-11-20 08:30:15":       day.Add(8*time.Hour + 30*time.Minute + 15*time.Second),
		"2026-11-20T08:30:15":       day.Add(8*time.Hour + 30*time.Minute + 15*time.Second),
		"2026-11-20T08:30:00+08:00": day.Add(30 * time.Minute),
		"2026-11-20T00:00:00.25Z":   day.Add(250 * time.Millisecond),
		"2026/1/2":                  time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
	} {
		got := folderFiles{
			"mastery.csv":          "employee,knowledge_point,mastery,assessed_at\nE,K,0.5," + cell + "\n",
			"knowledge_points.csv": "code,name\nK,k\n",
		}.mustReadValid(t).Mastery[0].AssessedAt
		assert.Equal(t, want, got, cell)
	}
}

func TestReadPaths(t *testing.T) {
	one := folderFiles{"knowledge_points.csv": "code,name\nK1,a\n", "README.md": "# us", ".hidden.csv": "x", "~$k.xlsx": "x", "answers.json": "{"}.write(t)
	two := folderFiles{"knowledge_points.csv": "code,name\nK2,b\n", "知识点.csv": "编码,名称\nK3,c\nK1,d\n"}.write(t)

	t.Run("a single file", func(t *testing.T) {
		d, err := Read(filepath.Join(one, "knowledge_points.csv"))
		require.NoError(t, err)
		assert.Empty(t, checkDocument(d))
		assert.Equal(t, []pointRow{{Code: "K1", Name: "a"}}, d.Changes.Put.KnowledgePoints)
	})
	t.Run("several paths and both languages are one table", func(t *testing.T) {
		d, err := Read(one, two)
		require.NoError(t, err)
		assert.Len(t, d.Changes.Put.KnowledgePoints, 4)
		assert.Equal(t, []string{fmt.Sprintf(
			`%s, row 3, column 编码: "K1" is given twice: keep one of the two (also in %s, row 2)`,
			filepath.Join(two, "知识点.csv"), filepath.Join(one, "knowledge_points.csv"))},
			formatProblems(checkDocument(d), fault.English))
	})
	t.Run("nothing there", func(t *testing.T) {
		_, err := Read(filepath.Join(one, "absent"))
		assert.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	})
	t.Run("larger than anything sensible", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "mastery.csv")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.NoError(t, os.Truncate(file, maxFileBytes+1)) // a sparse file
		d, err := Read(file)
		require.NoError(t, err)
		assert.Equal(t, []string{"mastery.csv: the file is larger than 512 MB: divide it into several folders"}, formatProblems(d.Problems, fault.English))
	})
	t.Run("no catalog files", func(t *testing.T) {
		d, err := Read(t.TempDir())
		require.NoError(t, err)
		require.Len(t, d.Problems, 1)
		assert.Contains(t, d.Problems[0].Format(fault.English), "the folder has no catalog files")
	})
}

func TestReadWorkedCases(t *testing.T) {
	root := os.Getenv("ZHITU_CASES")
	if root == "" {
		root = "../plan/testdata/cases"
	}
	folders, err := filepath.Glob(filepath.Join(root, "case-*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders, "worked cases in %s", root)
	for _, folder := range folders {
		d, err := Read(folder)
		require.NoError(t, err)
		assert.Empty(t, formatProblems(checkDocument(d), fault.English), folder)
		assert.Positive(t, d.Changes.Put.Catalog.Len(), folder)
	}
}

// Reading is linear: a quadratic step would not end within the timeout of go test on
// twenty thousand rows, a cell of five megabytes or a header of a million columns.
func TestReadLargeInput(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("code,name,name_en,competency,kind,nature,minutes,difficulty,tags,description\n")
	for i := range 20_000 {
		fmt.Fprintf(&rows, "K%05d,知识点 %d,Point %d,,技能型,CREATIVE,45,2.5,甲；乙,\"说明, 很长\"\n", i, i, i)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(rows.String())
	require.NoError(t, err)
	for name, content := range map[string]string{
		"20,000 rows":        rows.String(),
		"20,000 rows in GBK": gbk,
		"a cell of 5 MB":     "code,name\nK," + strings.Repeat("知", 5<<20/3) + "\n",
		"a quoted one":       "code,name\nK,\"" + strings.Repeat(`""`, 5<<20/2) + "\"\n",
		"a header of 5 MB":   strings.Repeat("知", 5<<20/3) + ",code,name\n,K,k\n",
		"commas":             "code,name" + strings.Repeat(",", 5<<20) + "\nK,k\n",
		"column names":       "code,name" + strings.Repeat(",x", 1<<20) + "\nK,k\n",
	} {
		f := folderFiles{"knowledge_points.csv": content}.write(t)
		d, err := Read(f)
		require.NoError(t, err)
		for _, p := range d.Problems {
			assert.Less(t, len(p.Format(fault.Chinese)), 600, name)
		}
	}
}
