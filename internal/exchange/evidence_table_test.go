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
		{"x,E,K,EXAM,优,,,", `column score: "优" is not a number`},
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
