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

// answerLog returns a made-up log: items of 200 difficulties, and people with as many
// different abilities.
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

// The printed figures can be recomputed from the predictions, pair by pair.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("log.tsv", answerLog(30, 2))
	sh.writeFile("train.tsv", answerLog(200, 3))

	out := sh.mustRun("mastery", "evaluate", "log.tsv", "--predictions", "predictions.tsv")
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
		require.NoError(t, json.Unmarshal([]byte(sh.mustRun(append([]string{"mastery", "evaluate", "log.tsv", "--json"}, args...)...)), &f))
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

func TestEvaluateWithoutAUC(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("log.tsv", "user_id\titem_id\tcorrect\tskill_id\na\tx\t1\tk\nb\tx\t1\tk\n")
	require.Regexp(t, `^AUC       undefined: all answers are right, or all are wrong\nlog-loss  0\.\d{4}\nn         2\n$`, sh.mustRun("mastery", "evaluate", "log.tsv"))
	require.Regexp(t, `^AUC       无定义：所有作答全对或全错\n`, sh.mustRun("mastery", "evaluate", "log.tsv", "--lang", "zh-CN"))
	require.Contains(t, sh.mustRun("mastery", "evaluate", "log.tsv", "--json"), `"auc": null`)
}

func TestLogsWithProblems(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("bad.tsv", "user_id\titem_id\ttimestamp\tcorrect\tskill_id\na\tx\t0\tyes\tk\na\tx\n")
	sh.writeFile("worse.tsv", "user_id\titem_id\n")
	r := sh.run("mastery", "evaluate", "bad.tsv", "--train", "worse.tsv", "--predictions", "p.tsv")
	require.Equal(t, exitInvalid, r.code)
	require.Empty(t, r.out)
	require.Equal(t, `bad.tsv, row 2, column correct: "yes" is no result: give 1 for right and 0 for wrong; a share between them counts as right from 0.5
bad.tsv, row 3: the row has 2 cells and the header 5: separate the cells as in the header
worse.tsv, row 1, column correct: the column is missing: add it
worse.tsv, row 1, column skill_id: the column is missing: add it
4 problems; nothing was evaluated
`, r.err)
	require.NoFileExists(t, filepath.Join(sh.dir, "p.tsv"))

	r = sh.run("mastery", "evaluate", "bad.tsv", "--lang", "zh-CN")
	require.Equal(t, exitInvalid, r.code)
	require.Equal(t, `bad.tsv 第 2 行 correct 列："yes" 不是作答结果：1 为对，0 为错；介于两者之间时，不低于 0.5 算对
bad.tsv 第 3 行：该行有 2 个单元格而表头有 5 个：请与表头一样分隔
共 2 个问题；未作评估
`, r.err)

	r = sh.run("mastery", "evaluate", "bad.tsv", "--json")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.out, `"row": 2,`)
	require.Empty(t, r.err)
}

// fitLog returns a log in which most people fail the hard item and few the easy one,
// with a code that is not in NFC.
func fitLog() string {
	var log strings.Builder
	log.WriteString("user_id\titem_id\tcorrect\tskill_id\n")
	for i := range 100 {
		right, wrong := 1, 0
		if i%10 == 0 {
			right, wrong = 0, 1
		}
		fmt.Fprintf(&log, "员工%d\te\u0301asy\t%d\tK\n员工%d\t难\t%d\tK\n", i, right, i, wrong)
	}
	return log.String()
}

// Fitted parameters apply to evidence recorded from then on, and after a replay to
// earlier evidence too.
func TestFittedParameters(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("log.tsv", fitLog())
	require.Equal(t, "wrote the difficulties of 2 items, learned from 200 answers, to p.json\n", sh.mustRun("mastery", "fit", "log.tsv", "p.json"))
	written, err := os.ReadFile(filepath.Join(sh.dir, "p.json"))
	require.NoError(t, err)
	require.JSONEq(t, `{"ok": true, "items": 2, "answers": 200}`, sh.mustRun("mastery", "fit", "log.tsv", "p.json", "--json"))
	again, err := os.ReadFile(filepath.Join(sh.dir, "p.json"))
	require.NoError(t, err)
	require.Equal(t, string(written), string(again))
	var file struct{ Difficulties map[string]float64 }
	require.NoError(t, json.Unmarshal(written, &file))
	require.Len(t, file.Difficulties, 2)
	require.Greater(t, file.Difficulties["难"], 0.75)
	require.Less(t, file.Difficulties["éasy"], 0.25)

	sh.writeFile("catalog/knowledge_points.csv", "code,name\nK,知识点\n")
	sh.writeFile("catalog/employees.csv", "code,name\nA,甲\nB,乙\nC,丙\nD,丁\n")
	sh.mustRun("import", "catalog")
	record := func(s *serverProcess, employee, item string) {
		s.mustQuery(recordMutation(fmt.Sprintf(`{ id: %q, employee: %q, knowledgePoints: ["K"], kind: PRACTICE, score: 1, item: %q, source: "练习" }`, "答-"+employee, employee, item)))
	}
	masteries := func(s *serverProcess) (of []float64) {
		for _, employee := range []string{"A", "B", "C", "D"} {
			states := s.mustQuery(`{ employee(code: "` + employee + `") { states { mastery } } }`)["employee"].(map[string]any)["states"].([]any)
			if len(states) > 0 {
				of = append(of, states[0].(map[string]any)["mastery"].(float64))
			}
		}
		return of
	}
	stop := func(s *serverProcess) {
		s.terminate()
		require.Equal(t, exitOK, s.awaitExit())
	}
	s := sh.serve()
	record(s, "A", "难")
	record(s, "B", "éasy")
	without := masteries(s)
	require.Len(t, without, 2)
	require.Equal(t, without[0], without[1])
	stop(s)

	s = sh.serve("--mastery-parameters", "p.json")
	require.Contains(t, s.awaitLog("the difficulties of items are read"), `"items":2`)
	record(s, "C", "难")
	record(s, "D", "éasy")
	with := masteries(s)
	require.Equal(t, without, with[:2], "what was recorded before counts as it did")
	require.Greater(t, with[2], without[0]+0.01)
	require.Less(t, with[3], without[0]-0.01)
	stop(s)

	sh.writeFile("zhitu.yaml", "mastery-parameters: p.json\n")
	s = sh.serve()
	require.Contains(t, sh.mustRun("replay"), "recomputed the states of 4 people: 2 of them changed")
	require.Equal(t, []float64{with[2], with[3], with[2], with[3]}, masteries(s))
	stop(s)
	require.NoError(t, os.Remove(filepath.Join(sh.dir, "zhitu.yaml")))
	require.Contains(t, sh.mustRun("replay"), "4 of them changed")
	s = sh.serve()
	require.Equal(t, []float64{without[0], without[0], without[0], without[0]}, masteries(s))
	stop(s)
}

func TestFitRefusesInvalidInput(t *testing.T) {
	t.Parallel()
	sh := newShell(t)
	sh.writeFile("bad.tsv", "user_id\titem_id\tcorrect\tskill_id\na\tx\tyes\tk\n")
	sh.writeFile("gb.tsv", "user_id\titem_id\tcorrect\tskill_id\na\t\xcc\xe2\t1\tk\n")
	sh.writeFile("good.tsv", "user_id\titem_id\tcorrect\tskill_id\na\tx\t1\tk\n")
	r := sh.run("mastery", "fit", "bad.tsv", "p.json")
	require.Equal(t, exitInvalid, r.code)
	require.Equal(t, "bad.tsv, row 2, column correct: \"yes\" is no result: give 1 for right and 0 for wrong; a share between them counts as right from 0.5\n1 problem; nothing was learned\n", r.err)
	r = sh.run("mastery", "fit", "gb.tsv", "p.json", "--lang", "zh-CN")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, "不是 UTF-8：请将日志另存为 UTF-8")
	require.NoFileExists(t, filepath.Join(sh.dir, "p.json"))
	r = sh.run("mastery", "fit", "good.tsv", "none/p.json")
	require.Equal(t, exitInvalid, r.code)
	require.Equal(t, "zhitu: none/p.json cannot be written: check the path and its permissions\n", r.err)
	require.Equal(t, exitUsage, sh.run("mastery", "fit", "good.tsv").code)
}

// An invalid file stops the commands that use it, and leaves the store unchanged.
func TestParametersWithProblems(t *testing.T) {
	t.Parallel()
	sh := newShell(t, "ZHITU_MASTERY_PARAMETERS=p.json")
	sh.writeFile("p.json", "{\n\"version\": 1,\n\"difficulties\": {\n\"题 1\": 1.5,\n\"题 2\": 0.5},\n\"difficulty\": 0.5}\n")
	const en = `p.json, row 4: the difficulty of "题 1" is not a number from 0.01 to 0.99: give the share of average people who fail it
p.json, row 6: there is no field "difficulty": remove it; did you mean difficulties?
2 problems; nothing was done
`
	for _, args := range [][]string{{"replay"}, {"serve", "--listen", "127.0.0.1:0"}} {
		r := sh.run(args...)
		require.Equal(t, exitInvalid, r.code)
		require.Equal(t, en, r.err)
	}
	require.NoFileExists(t, filepath.Join(sh.dir, "zhitu.db"))
	r := sh.run("replay", "--lang", "zh-CN")
	require.Equal(t, `p.json 第 4 行："题 1" 的难度不是 0.01 至 0.99 之间的数：请填写普通人中未通过者所占的比例
p.json 第 6 行：不存在字段 "difficulty"：请删除；是否应为 difficulties？
共 2 个问题；未作任何操作
`, r.err)
	r = sh.run("replay", "--json")
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.out, `"row": 4,`)
	require.Empty(t, r.err)
	r = sh.run("replay", "--mastery-parameters", "none.json")
	require.Equal(t, exitInvalid, r.code)
	require.Equal(t, "zhitu: none.json cannot be read: check the path and its permissions\n", r.err)
}
