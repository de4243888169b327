package exchange

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

func TestEvidenceIsReadInBothLanguages(t *testing.T) {
	d := folderFiles{"证据.csv": "编号,员工,知识点,类型,得分,满分,正确,时间,来源,题目,次数,用时,难度,撤回\n" +
		"x1,E1,K2;K1,考试,85%,,,2026-01-01,考试系统,题-1,2,90.5,30%,\n" +
		"x2,E1,K1,practice,,,否,2026-01-02 08:30,,,,,,是\n" +
		"x3,E2,K1、K2,上级评价,8.5,10,,,,,,,,否\n"}.mustRead(t)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	day := func(d, h, m int) time.Time { return time.Date(2026, 1, d, h, m, 0, 0, time.UTC) }
	require.Equal(t, []competency.Evidence{
		{
			ID: "x1", Employee: "E1", KnowledgePoints: []string{"K1", "K2"}, Kind: competency.Exam, Score: 0.85, At: day(1, 0, 0),
			Source: "考试系统", Item: "题-1", Attempts: 2, Duration: 90*time.Second + 500*time.Millisecond, Difficulty: new(0.3),
		},
		{ID: "x2", Employee: "E1", KnowledgePoints: []string{"K1"}, Kind: competency.PracticeAnswer, At: day(2, 8, 30), Retracted: true},
		{ID: "x3", Employee: "E2", KnowledgePoints: []string{"K1", "K2"}, Kind: competency.SupervisorRating, Score: 0.85},
	}, d.Evidence)
}

func TestProblemsOfEvidence(t *testing.T) {
	const header = "id,employee,knowledge_points,kind,score,max,correct,at\n"
	for _, c := range []struct{ row, want string }{
		{"x,E,K,EXAM,85,,,", "column score: score 85 is not between 0 and 1: give the maximum in the column max"},
		{"x,E,K,EXAM,85,0,,", "column max: the maximum 0 is not above 0"},
		{"x,E,K,EXAM,85,80,,", "column score: score 85 is not between 0 and the maximum of 80"},
		{"x,E,K,EXAM,-1,80,,", "column score: score -1 is not between 0 and the maximum of 80"},
		{"x,E,K,EXAM,,,,", "column score: give either a score or correct"},
		{"x,E,K,EXAM,1,,yes,", "column score: give either a score or correct"},
		{"x,E,K,EXAM,,10,yes,", "column max: a maximum belongs to a score"},
		{"x,E,K,EXAM,优,,,", `column score: "优" is not a score: give a number such as 0.85 or 85%, a number with its maximum, or a label of the scale (了解 aware,`},
		{"x,E,K,上级评价,掌握,5,,", `column score: "掌握" is not a score`},
		{"x,E,K,上级评价,4,,,", "column score: score 4 is not between 0 and 1: give the maximum"},
		{"x,E,K,证书,,100,,", "column score: give either a score or correct"},
		{"x,E,K,EXAM,85%,0,,", "column max: the maximum 0 is not above 0"},
		{"x,E,K,QUIZ,1,,,", `column kind: "QUIZ" is none of EXAM 考试`},
		{"x,E,K,,1,,,", "column kind: the cell is empty"},
		{"x,E,,EXAM,1,,,", "column knowledge_points: the cell is empty"},
		{",E,K,EXAM,1,,,", "column at: evidence without an id needs a time"},
		{",E,K,EXAM,1,,,昨天", `column at: "昨天" is not a time`},
	} {
		d := folderFiles{"evidence.csv": header + c.row + "\n"}.mustRead(t)
		got := formatProblems(d.Problems, fault.English)
		require.Len(t, got, 1, c.row)
		require.Contains(t, got[0], "evidence.csv, row 2, "+c.want)
	}
}

// Without an id, evidence is known by what was given.
func TestEvidenceWithoutAnIDIsKnownByItsFields(t *testing.T) {
	const header = "employee,knowledge_points,kind,score,max,correct,at,source,item,attempts,duration_seconds,difficulty,retracted\n"
	id := func(row string) string {
		d := folderFiles{"evidence.csv": header + row + "\n"}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), row)
		return d.Evidence[0].ID
	}
	first := id("E,K1;K2,EXAM,85,100,,2026-01-01T08:00:00+08:00,s,i,1,2,0.5,")
	for _, same := range []string{
		"E,K2；K1,考试,85.0,100,,2026-01-01T00:00:00Z,s,i,1,2.0,50%,",
		"E,K2;K1;K1, exam ,８５,1e2,,2026-01-01 00:00, s,i,1,2,.5,no",
		"E,K1;K2,EXAM,85,100,,2026-01-01T00:00:00Z,s,i,1,2,0.5,yes", // so that it takes back what it brought
	} {
		require.Equal(t, first, id(same), same)
	}
	seen := []string{first}
	for _, other := range []string{
		"F,K1;K2,EXAM,85,100,,2026-01-01,s,i,1,2,0.5,", "E,K1,EXAM,85,100,,2026-01-01,s,i,1,2,0.5,", "E,K1;K2,PRACTICE,85,100,,2026-01-01,s,i,1,2,0.5,",
		"E,K1;K2,EXAM,84,100,,2026-01-01,s,i,1,2,0.5,", "E,K1;K2,EXAM,85,200,,2026-01-01,s,i,1,2,0.5,", "E,K1;K2,EXAM,,,yes,2026-01-01,s,i,1,2,0.5,",
		"E,K1;K2,EXAM,85,100,,2026-01-02,s,i,1,2,0.5,", "E,K1;K2,EXAM,85,100,,2026-01-01,,i,1,2,0.5,", "E,K1;K2,EXAM,85,100,,2026-01-01,s,,1,2,0.5,",
		"E,K1;K2,EXAM,85,100,,2026-01-01,s,i,,2,0.5,", "E,K1;K2,EXAM,85,100,,2026-01-01,s,i,1,,0.5,", "E,K1;K2,EXAM,85,100,,2026-01-01,s,i,1,2,,",
	} {
		require.NotContains(t, seen, id(other), other)
		seen = append(seen, id(other))
	}
}

// The forms in which people have results, each with the score that it means.
func TestEvidenceAsPeopleHaveIt(t *testing.T) {
	for row, want := range map[string]struct {
		kind  competency.EvidenceKind
		score float64
	}{
		"001,K1,考试,85,100,,2026/1/5":           {competency.Exam, 0.85},
		"001,K1,考核,85分,100分,,2026.1.5":         {competency.Exam, 0.85},
		"001,K1,理论考试,７%,100,,2026年1月5日":        {competency.Exam, 0.07},
		"001,K1,考试,90%,20,,20260105":           {competency.Exam, 0.9},
		"001,K1,测验,,,合格,2026-01-05 14:30":      {competency.Exam, 1},
		"001,K1,Practice answer,,,错,2026/1/5":  {competency.PracticeAnswer, 0},
		"001,K1、K2,练习,,,√,2026/1/5":            {competency.PracticeAnswer, 1},
		"001,K1，K2,资格证书,,,,2026/1/5":           {competency.Certificate, 1},
		"001,K1,course-completion,,,,2026/1/5": {competency.CourseCompletion, 1},
		"001,K1,证书,80,100,,2026/1/5":           {competency.Certificate, 0.8},
		"001,K1,评定,熟练,,,2026/1/5":              {competency.SupervisorRating, 0.85},
		"001,K1,互评,apply,,,2026/1/5":           {competency.PeerRating, 0.7},
		"001,K1,自我评价,4,5,,2026/1/5":            {competency.SelfAssessment, 0.8},
		"001 张三,K1 焊接,现场答辩,0.5,,,2026/1/5":     {competency.Defence, 0.5},
	} {
		d := folderFiles{"证据.csv": "员工,知识点,类型,得分,满分,正确,时间\n" + row + "\n"}.mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), row)
		require.Equal(t, want.kind, d.Evidence[0].Kind, row)
		require.Equal(t, want.score, d.Evidence[0].Score, row)
	}
}

// Headers that learning systems write are no columns, but it is said which are meant.
func TestColumnsOfGradeExportsAreNamed(t *testing.T) {
	d := folderFiles{"证据.csv": "工号,姓名,课程,类型,成绩,考试时间\n001,张三,K1,考试,85%,2026/1/5\n"}.mustRead(t)
	require.Equal(t, []string{
		"证据.csv, row 1, column 工号: this is not a column of the file; did you mean 员工?",
		"证据.csv, row 1, column 姓名: this is not a column of the file: remove it or use one of id 编号, knowledge_points 知识点, score 得分, max 满分, correct 正确, at 时间, source 来源, item 题目, attempts 次数, duration_seconds 用时, difficulty 难度, retracted 撤回, filled 补填, statement_hash 语句校验, recorded_by 记录账号",
		"证据.csv, row 1, column 课程: this is not a column of the file; did you mean 知识点?",
		"证据.csv, row 1, column 成绩: this is not a column of the file; did you mean 得分?",
		"证据.csv, row 1, column 考试时间: this is not a column of the file; did you mean 时间?",
	}, formatProblems(d.Problems, fault.English))
	d = folderFiles{"成绩.csv": "工号,课程,成绩,日期\n001,K1,85,2026/1/5\n"}.mustRead(t)
	require.Equal(t, []string{"成绩.csv: this is not the name of a catalog file; did you mean 证据.csv?"}, formatProblems(d.Problems, fault.English))
}

// The same content has the same ids, in a sheet and in text.
func TestEvidenceOfASheetHasTheIDsOfText(t *testing.T) {
	text := folderFiles{"evidence.csv": "employee,knowledge_points,kind,score,max,correct,at,item\n" +
		"E001,KP-002；KP-001,EXAM,85,100,,2026-01-05T00:00:00+08:00,T-1\nE001,KP-001,EXAM,7%,100,,2026/1/5 14:30,\nE002,KP-001,CERTIFICATE,,,,2026年1月5日,\nE002,KP-001,PRACTICE,,,yes,20260105,\n"}
	d, err := Options{Zone: caseZone}.Read(text.write(t))
	require.NoError(t, err)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	day := number(46027, "yyyy/m/d")
	sheet := readSheets(newSheet("证据",
		[]any{"员工", "知识点", "类型", "得分", "满分", "正确", "时间", "题目"},
		[]any{"E001 张伟", "KP-001 倒闸操作\nKP-002", "考试", number(85, "0.0"), 100, nil, day, "T-1"},
		[]any{"E001", "KP-001", "考试", number(0.07, "0%"), 100, nil, number(46027+14.5/24, "yyyy/m/d h:mm"), nil},
		[]any{"E002", "KP-001", "证书", nil, nil, nil, day, nil},
		[]any{"E002", "KP-001", "练习", nil, nil, true, day, nil},
	))
	require.Empty(t, formatProblems(sheet.Problems, fault.English))
	ids := func(list []competency.Evidence) (all []string) {
		for _, e := range list {
			all = append(all, e.ID)
		}
		return all
	}
	require.Equal(t, ids(d.Evidence), ids(sheet.Evidence))
}

// Evidence, states and unmapped statements come back from an export as they were.
func TestObservationsRoundTrip(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "=1", "(清空)", "考试，系统", "'x", "a\nb"})
		moment := rapid.Custom(func(t *rapid.T) time.Time { return time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at")).UTC() })
		var want Person
		want.Employee = employeeRow{Code: "E", Name: "王"}
		for i := range rapid.IntRange(0, 4).Draw(t, "pieces") {
			e := competency.Evidence{
				ID: fmt.Sprint("证据-", i), Employee: "E", KnowledgePoints: []string{"K1", "K2"}[:1+i%2],
				Kind:  competency.EvidenceKinds[rapid.IntRange(0, len(competency.EvidenceKinds)-1).Draw(t, "kind")].Value,
				Score: rapid.Float64Range(0, 1).Draw(t, "score"), Attempts: rapid.IntRange(0, 9).Draw(t, "attempts"),
				Duration: time.Duration(rapid.Int64Range(0, competency.MaxDuration.Microseconds()).Draw(t, "took")) * time.Microsecond,
				Item:     text.Draw(t, "item"), Source: text.Draw(t, "source"), At: moment.Draw(t, "at"), Retracted: rapid.Bool().Draw(t, "retracted"),
			}
			if rapid.Bool().Draw(t, "has difficulty") {
				e.Difficulty = new(rapid.Float64Range(0, 1).Draw(t, "difficulty"))
			}
			want.Evidence = append(want.Evidence, e)
		}
		if rapid.Bool().Draw(t, "has a state") {
			want.States = []assessmentRow{{Employee: "E", KnowledgePoint: "K1", Mastery: rapid.Float64Range(0, 1).Draw(t, "mastery"), AssessedAt: moment.Draw(t, "at"), Model: []float64{1, 0.1, 1e-300, -1}}}
		}
		unmapped := []Unmapped{{ID: "u", ReceivedAt: moment.Draw(t, "at"), Reason: fault.T("who is <x>?", "是谁？"), SentBy: "a", Statement: "{\n \"a\": \"&\"}"}}[:rapid.IntRange(0, 1).Draw(t, "unmapped")]

		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		require.NoError(t, WriteFolder(dir, Export{
			People: func(yield func(Person, error) bool) { yield(want, nil) },
			Unmapped: func(yield func(Unmapped, error) bool) {
				for _, u := range unmapped {
					yield(u, nil)
				}
			},
		}))
		d, err := Read(dir)
		require.NoError(t, err)
		require.Empty(t, formatProblems(d.Problems, fault.English))
		require.True(t, d.AsExported)
		require.Equal(t, want.Evidence, d.Evidence)
		require.Equal(t, want.States, d.States)
		require.True(t, slices.Equal(unmapped, d.Unmapped))
	})
}

func TestLinesThatNoExportWrote(t *testing.T) {
	d := folderFiles{
		"unmapped.jsonl": "{}\nnonsense\n\n" + `{"id":"u","received_at":"2026-01-01T00:00:00Z","reason":{"en":"a","zh":"b"},"statement":"{}"}` + "\n",
		"states.jsonl":   `{"employee":"E","knowledge_point":"K","mastery":2,"assessed_at":"2026-01-01T00:00:00Z","model":[1]}`,
	}.mustRead(t)
	got := strings.Join(formatProblems(d.Problems, fault.English), "\n")
	for _, place := range []string{"states.jsonl, row 1", "unmapped.jsonl, row 1", "unmapped.jsonl, row 2"} {
		require.Contains(t, got, place+": this is no line that an export has written")
	}
	require.Len(t, d.Problems, 3)
	require.Equal(t, []Unmapped{{"u", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), fault.T("a", "b"), "{}", ""}}, d.Unmapped)
	require.Equal(t, "unmapped.jsonl, row 4: x", d.Locate(fault.Problem{Place: fault.Place{Record: UnmappedRecords}, Text: fault.T("x", "x")}).Format(fault.English))
}

// Codes that earlier versions took in come back as they were.
func TestAnUneditedExportKeepsInvisibleCharactersOfCodes(t *testing.T) {
	dir := t.TempDir()
	want := []pointRow{{Code: "K\u200b1", Name: "n"}}
	require.NoError(t, WriteFolder(dir, Export{Catalog: competency.Catalog{KnowledgePoints: want}}))
	d, err := Read(dir)
	require.NoError(t, err)
	require.Equal(t, want, d.Changes.Put.KnowledgePoints)
	problems := competency.Catalog{}.Check(d.Changes)
	require.Len(t, problems, 1)
	require.True(t, problems[0].NewRule)
	require.Empty(t, fault.WithoutNewRules(problems))

	d, err = Read(filepath.Join(dir, "knowledge_points.csv"))
	require.NoError(t, err)
	require.Equal(t, "K1", d.Changes.Put.KnowledgePoints[0].Code)
}

func TestAnEditedExportIsNotAsExported(t *testing.T) {
	all := exportOf(chineseTables.mustReadValid(t))
	dir := t.TempDir()
	require.NoError(t, WriteFolder(dir, all))
	read := func(paths ...string) bool {
		d, err := Read(paths...)
		require.NoError(t, err)
		return d.AsExported
	}
	require.True(t, read(dir))
	require.False(t, read(filepath.Join(dir, "positions.csv")), "who names a file may have taken it from anywhere")
	require.False(t, read(dir, validFiles.write(t)))
	files := folderFiles(readAllFiles(t, dir))
	for name, edit := range map[string]func(folderFiles){
		"a file more":  func(f folderFiles) { f["知识点.csv"] = "code,name\nK9,x\n" },
		"a file less":  func(f folderFiles) { delete(f, "related.csv") },
		"another text": func(f folderFiles) { f["employees.csv"] += "\n" },
		"no manifest":  func(f folderFiles) { delete(f, manifest) },
	} {
		edited := folderFiles{}
		for file, text := range files {
			edited[file] = text
		}
		require.True(t, read(edited.write(t)))
		edit(edited)
		require.False(t, read(edited.write(t)), name)
	}
}
