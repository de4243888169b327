package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answerLog is a made-up log: items of 200 difficulties, people of so many abilities.
func answerLog(people int, seed uint64) string {
	random := rand.New(rand.NewPCG(1, seed))
	var log strings.Builder
	log.WriteString("user_id\titem_id\ttimestamp\tcorrect\tskill_id\n")
	for u := range people {
		ability := random.NormFloat64()
		for range 40 {
			item, correct := random.IntN(200), 0
			if random.Float64() < 1/(1+math.Exp(float64(item%7-3)/1.5-ability)) {
				correct = 1
			}
			fmt.Fprintf(&log, "员工%d\t题%d\t0\t%d\t知识点%d\n", u, item, correct, item%10)
		}
	}
	return log.String()
}

// What is printed can be counted again from the predictions, pair by pair.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.write("log.tsv", answerLog(30, 2))
	sh.write("train.tsv", answerLog(200, 3))

	out := sh.ok("mastery", "evaluate", "log.tsv", "--predictions", "predictions.tsv")
	printed := regexp.MustCompile(`^AUC       (0\.\d{4})\nlog-loss  (0\.\d{4})\nn         1200\n$`).FindStringSubmatch(out)
	require.NotNil(t, printed, out)

	data, err := os.ReadFile(filepath.Join(sh.dir, "predictions.tsv"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	require.Equal(t, "row\tuser_id\titem_id\tcorrect\tpredicted", lines[0])
	var predicted [2][]float64 // of wrong and right answers
	loss := 0.0
	source := strings.Split(answerLog(30, 2), "\n")
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		require.Equal(t, strconv.Itoa(i+2), cells[0])
		original := strings.Split(source[i+1], "\t")
		require.Equal(t, []string{original[0], original[1], original[3]}, cells[1:4])
		p, err := strconv.ParseFloat(cells[4], 64)
		require.NoError(t, err)
		correct := int(cells[3][0] - '0')
		predicted[correct] = append(predicted[correct], p)
		loss -= math.Log(math.Abs(float64(1-correct) - p))
	}
	won := 0.0
	for _, right := range predicted[1] {
		for _, wrong := range predicted[0] {
			if right > wrong {
				won++
			} else if right == wrong {
				won += 0.5
			}
		}
	}
	auc := won / float64(len(predicted[0])*len(predicted[1]))
	require.Equal(t, fmt.Sprintf("%.4f", auc), printed[1])
	require.Equal(t, fmt.Sprintf("%.4f", loss/1200), printed[2])

	figures := func(args ...string) (f figures) {
		require.NoError(t, json.Unmarshal([]byte(sh.ok(append([]string{"mastery", "evaluate", "log.tsv", "--json"}, args...)...)), &f))
		require.Equal(t, 1200, f.N)
		return f
	}
	plain := figures()
	require.InDelta(t, auc, *plain.AUC, 1e-12)
	require.InDelta(t, loss/1200, plain.LogLoss, 1e-12)
	trained := figures("--train", "train.tsv")
	require.Greater(t, *trained.AUC, *plain.AUC+0.02)
	require.NotEqual(t, *plain.AUC, *figures("--interpretable").AUC)
	require.Greater(t, *figures("--interpretable", "--train", "train.tsv").AUC, *plain.AUC)
}

func TestEvaluateWithoutAnAUC(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.write("log.tsv", "user_id\titem_id\tcorrect\tskill_id\na\tx\t1\tk\nb\tx\t1\tk\n")
	require.Regexp(t, `^AUC       undefined: all answers are right, or all are wrong\nlog-loss  0\.\d{4}\nn         2\n$`, sh.ok("mastery", "evaluate", "log.tsv"))
	require.Regexp(t, `^AUC       无定义：所有作答全对或全错\n`, sh.ok("mastery", "evaluate", "log.tsv", "--lang", "zh-CN"))
	require.Contains(t, sh.ok("mastery", "evaluate", "log.tsv", "--json"), `"auc": null`)
}

func TestLogsWithProblems(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.write("bad.tsv", "user_id\titem_id\ttimestamp\tcorrect\tskill_id\na\tx\t0\tyes\tk\na\tx\n")
	sh.write("worse.tsv", "user_id\titem_id\n")
	r := sh.run("mastery", "evaluate", "bad.tsv", "--train", "worse.tsv", "--predictions", "p.tsv")
	require.Equal(t, exitRefused, r.code)
	require.Empty(t, r.out)
	require.Equal(t, `bad.tsv, row 2, column correct: "yes" is neither 1, right, nor 0, wrong
bad.tsv, row 3: the row has 2 cells and the header 5: separate the cells by tabs, as in the header
worse.tsv, row 1, column correct: the column is missing: add it, separated by tabs
worse.tsv, row 1, column skill_id: the column is missing: add it, separated by tabs
4 problems; nothing was evaluated
`, r.err)
	require.NoFileExists(t, filepath.Join(sh.dir, "p.tsv"))

	r = sh.run("mastery", "evaluate", "bad.tsv", "--lang", "zh-CN")
	require.Equal(t, exitRefused, r.code)
	require.Equal(t, `bad.tsv 第 2 行 correct 列："yes" 既不是 1（对）也不是 0（错）
bad.tsv 第 3 行：该行有 2 个单元格而表头有 5 个：请与表头一样用制表符分隔
共 2 个问题；未作评估
`, r.err)

	r = sh.run("mastery", "evaluate", "bad.tsv", "--json")
	require.Equal(t, exitRefused, r.code)
	require.Contains(t, r.out, `"row": 2,`)
	require.Empty(t, r.err)
}
