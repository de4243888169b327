package answerlog

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery/predict"
)

const utf8BOM = "\xef\xbb\xbf"

const header = "user_id\titem_id\ttimestamp\tcorrect\tskill_id\n"

// readLog reads a log through a file, with its problems in English.
func readLog(t testing.TB, content string) (answers []predict.Answer, rows []int, problems []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.tsv")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	answers, rows, located, err := Read(path)
	require.NoError(t, err)
	for _, p := range located {
		problems = append(problems, p.Format(fault.English))
	}
	return answers, rows, problems
}

func TestRead(t *testing.T) {
	want := []predict.Answer{
		{Learner: "5", Item: "1619", Points: []string{"41"}, At: 0, Correct: false},
		{Learner: "王芳", Item: "题 1", Points: []string{"接地", "验电"}, At: 1700000000.5, Correct: true},
		{Learner: "5", Item: "1616", At: 1, Correct: true},
	}
	plain := header + "5\t1619\t0\t0\t41\n王芳\t题 1\t1700000000.5\t1\t接地~~验电\n5\t1616\t1\t1.0\t\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(plain))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for why, content := range map[string]string{
		"plain":                        plain,
		"compressed":                   packed.String(),
		"with a byte order mark":       utf8BOM + plain,
		"with Windows line ends":       strings.ReplaceAll(plain, "\n", "\r\n"),
		"without an end of line":       strings.TrimSuffix(plain, "\n"),
		"capitals and other columns":   "Correct\tms\tSKILL_ID\tuser_id\titem_id\ttimestamp\n0\t7\t41\t5\t1619\t\n1\t\t 接地；验电、接地;\t王芳\t题 1\t1700000000.5\n1\t\t\t5\t1616\t1\n",
		"with blank lines between":     strings.ReplaceAll(plain, "\n5", "\n\n5"),
		"times as people write them":   strings.Replace(plain, "1700000000.5", "2023-11-14T22:13:20.5Z", 1),
		"times with another separator": strings.Replace(plain, "1700000000.5", "2023-11-14 22:13:20.5", 1),
		"times of another zone":        strings.Replace(plain, "1700000000.5", "2023-11-15 06:13:20.5+08:00", 1),
		"times without a zone":         strings.Replace(plain, "1700000000.5", "2023-11-14T22:13:20.5", 1),
		"words for right and wrong":    strings.NewReplacer("\t0\t41", "\tFALSE\t41", "\t1\t接地", "\ttrue\t接地", "1.0", "True").Replace(plain),
		"quotes around every text":     `"` + strings.NewReplacer("\t", "\"\t\"", "\n", "\"\n\"").Replace(strings.TrimSuffix(plain, "\n")) + "\"\n",
		"commas":                       strings.ReplaceAll(plain, "\t", ","),
		"semicolons and quotes":        `"` + strings.NewReplacer("\t", `";"`, "\n", "\"\n\"").Replace(strings.TrimSuffix(plain, "\n")) + "\"\n",
		"shares of what was right":     strings.NewReplacer("\t0\t41", "\t0.25\t41", "\t1\t接地", "\t0.5\t接地").Replace(plain),
	} {
		answers, rows, problems := readLog(t, content)
		require.Empty(t, problems, why)
		require.Len(t, rows, len(want), why)
		require.Equal(t, want, answers, why)
	}
	quoted, _, problems := readLog(t, header+"a\t\"the \"\"real\"\" one\"\t1700000000123456789\t1\tsay \"c\"\n")
	require.Empty(t, problems)
	require.Equal(t, []predict.Answer{{Learner: "a", Item: `the "real" one`, Points: []string{`say "c"`}, At: 1700000000123456789, Correct: true}}, quoted,
		"quotes within a text stay, and times may be in nanoseconds")

	_, rows, _ := readLog(t, header+"\na\tb\t0\t1\tc\n\n\na\tb\t0\t1\tc\n")
	require.Equal(t, []int{3, 6}, rows, "rows are numbered as in an editor")

	answers, _, problems := readLog(t, "user_id\titem_id\tcorrect\tskill_id\na\tb\t1\tc\n")
	require.Empty(t, problems, "times are optional")
	require.Equal(t, []predict.Answer{{Learner: "a", Item: "b", Points: []string{"c"}, Correct: true}}, answers)
}

// Every problem has a place and says what to do.
func TestReadListsAllProblems(t *testing.T) {
	for _, c := range []struct {
		why, content string
		want         []string
	}{
		{"nothing at all", "", []string{
			"log.tsv, row 1, column user_id: the column is missing: add it",
			"log.tsv, row 1, column item_id: the column is missing: add it",
			"log.tsv, row 1, column correct: the column is missing: add it",
			"log.tsv, row 1, column skill_id: the column is missing: add it",
		}},
		{"a header alone", header, []string{"log.tsv: the log has no answers"}},
		{"a column twice", "user_id\titem_id\tcorrect\tskill_id\tcorrect\n", []string{
			"log.tsv, row 1, column correct: the column stands twice in the header: remove one of the two",
		}},
		{"everything at once", header + "a\tb\t0\t1\tc\n\tb\tsoon\t2\tc\na\tb\t0\t1\nx\t \tNaN\t\tc\na\tb\t1e99\t-0\tc\n", []string{
			"log.tsv, row 3, column user_id: the cell is empty: give an id",
			`log.tsv, row 3, column timestamp: "soon" is not a time: give a number, such as seconds, or one such as 2026-11-20T08:00:00Z`,
			`log.tsv, row 3, column correct: "2" is no result: give 1 for right and 0 for wrong; a share between them counts as right from 0.5`,
			"log.tsv, row 4: the row has 4 cells and the header 5: separate the cells as in the header",
			"log.tsv, row 5, column item_id: the cell is empty: give an id",
			`log.tsv, row 5, column timestamp: "NaN" is not a time: give a number, such as seconds, or one such as 2026-11-20T08:00:00Z`,
			`log.tsv, row 5, column correct: "" is no result: give 1 for right and 0 for wrong; a share between them counts as right from 0.5`,
			`log.tsv, row 6, column timestamp: "1e99" is not a time: give a number, such as seconds, or one such as 2026-11-20T08:00:00Z`,
		}},
	} {
		t.Run(c.why, func(t *testing.T) {
			_, _, problems := readLog(t, c.content)
			require.Equal(t, c.want, problems)
		})
	}
	_, _, _, err := Read(filepath.Join(t.TempDir(), "none.tsv"))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))

	cut := filepath.Join(t.TempDir(), "cut.tsv.gz")
	require.NoError(t, os.WriteFile(cut, []byte("\x1f\x8b\x08"), 0o600))
	_, _, _, err = Read(cut)
	require.ErrorContains(t, err, "cannot be read", "a truncated file must not pass for a short one")
}

// Public logs as they are published: their own columns are named.
func TestReadNamesColumnsOfPublicLogs(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		want   []string
	}{
		"ASSISTments 2012": {"problem_log_id,skill,problem_id,user_id,assignment_id,start_time,end_time,correct", []string{
			`column item_id: the column is missing: add it; "problem_id" looks like it: name that column item_id`,
			`column skill_id: the column is missing: add it; "skill" looks like it: name that column skill_id`,
		}},
		"ASSISTments 2017": {"studentId,MiddleSchoolId,skill,problemId,startTime,correct,original", []string{
			`"studentId" looks like it: name that column user_id`, `"problemId" looks like it`, `"skill" looks like it`,
		}},
		"EdNet KT1": {"timestamp,solving_id,question_id,user_answer,elapsed_time", []string{
			"column user_id: the column is missing: add it", `"question_id" looks like it`, `"user_answer" is what was answered: compare it`, "column skill_id: the column is missing: add it",
		}},
		"Junyi": {"user_id,exercise,problem_type,time_done,time_taken,correct", []string{
			`"exercise" looks like it: name that column item_id`, `"exercise" looks like it: name that column skill_id`,
		}},
		"DataShop": {"Row\tAnon Student Id\tProblem Name\tStep Name\tCorrect First Attempt\tKC (Default)", []string{
			`"Anon Student Id" looks like it`, `"Step Name" looks like it`, `"Correct First Attempt" looks like it`, `"KC (Default)" looks like it`,
		}},
	} {
		_, _, problems := readLog(t, c.header+"\n")
		require.Len(t, problems, len(c.want), name)
		for i, want := range c.want {
			require.Contains(t, problems[i], want, name)
		}
	}
}

// For any bytes, each row is an answer, has a problem with its place, or is blank.
// All answers can be predicted.
func FuzzParse(f *testing.F) {
	f.Add(header + "a\tb\t0\t1\tc\n")
	f.Add(header + "王芳\t题\t2023-11-14\t0\t接地~~验电；c\r\n\r\nx\ty\t-1e18\t1\t\n")
	f.Add("skill_id\tcorrect\titem_id\tuser_id\n~~\t1\tb\ta\n\xff\t0\t\xfe\t\xfd\n")
	f.Add(utf8BOM + "user_id\tuser_id")
	f.Add("user_id,item_id,correct,skill_id\n\"a,\"\"b\",c,0.5,\"x;y\"\n\"a,b,1,c\n")
	f.Fuzz(func(t *testing.T, content string) {
		answers, rows, problems := parse("log.tsv", content)
		require.Len(t, rows, len(answers))
		require.True(t, len(answers) > 0 || len(problems) > 0)
		seen := map[int]bool{}
		for i, a := range answers {
			require.NotEmpty(t, a.Learner)
			require.NotEmpty(t, a.Item)
			require.True(t, i == 0 || rows[i] > rows[i-1])
			seen[rows[i]] = true
		}
		for _, p := range problems {
			require.False(t, seen[p.Row], "a row is an answer or a problem")
			require.True(t, p.Row > 0 || len(problems) == 1)
			require.Less(t, len(p.Format(fault.Chinese)), 500)
		}
		for _, p := range predict.Replay(answers, predict.NewPredictor()) {
			require.True(t, p > 0 && p < 1 && !math.IsNaN(p))
		}
	})
}
