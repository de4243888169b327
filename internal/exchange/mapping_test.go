package exchange_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

func writeMappingFile(t *testing.T, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lms 映射.csv")
	require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
	return path
}

func TestReadMapping(t *testing.T) {
	want := []xapi.Rule{
		{Identifier: "mailto:wang@example.com", Employee: "E7"},
		{Identifier: "https://lms.example/quiz/9", KnowledgePoints: []string{"K1", "K2"}, Kind: competency.Exam, Difficulty: new(0.4)},
		{Identifier: "@example.com"},
		{Identifier: "https://lms.example|*", Max: new(100.0)},
	}
	english := "identifier,employee,knowledge_points,kind,difficulty,max\nmailto:wang@example.com,E7,,,,\n\nhttps://lms.example/quiz/9,,K1;K2,EXAM,0.4,\n@example.com,,,,,\nhttps://lms.example|*,,,,,100\n"
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String("知识点,标识,难度,类型,工号,满分\r\n,mailto:wang@example.com,,,E7,\r\nK1；K2,https://lms.example/quiz/9,０.４,考试,,\r\n,'@example.com,,,,\r\n,https://lms.example|*,,,,100\r\n")
	require.NoError(t, err)
	for _, data := range []string{english, "\xef\xbb\xbf" + english, chinese} {
		rules, problems, notices, err := exchange.ReadMapping(writeMappingFile(t, data))
		require.NoError(t, err)
		require.Empty(t, problems)
		if data == chinese {
			require.Len(t, notices, 1)
			require.Contains(t, notices[0].Format(fault.English), "GB18030")
		} else {
			require.Empty(t, notices)
		}
		require.Equal(t, want, rules)
	}
	rules, problems, _, err := exchange.ReadMapping(writeMappingFile(t, "identifier,employee\n"))
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Empty(t, rules)
}

func TestReadMappingReportsProblems(t *testing.T) {
	for data, want := range map[string][]string{
		"":                             {"lms 映射.csv: the file is empty: give at least the header row"},
		"employee\nE1\n":               {"lms 映射.csv, row 1: the column identifier 标识 is missing: add it"},
		"identifier,emploee\na,E1\n":   {"lms 映射.csv, row 1, column emploee: this is not a column of the file; did you mean employee?", `lms 映射.csv, row 2: the row says nothing of "a": give an employee or knowledge points, or remove the row`},
		"identifier,employee\n,E1\n":   {"lms 映射.csv, row 2, column identifier: the cell is empty: every row needs a value here"},
		"标识,类型\na,测验\n":                {"lms 映射.csv, row 2: the row says", `lms 映射.csv, row 2, column 类型: "测验" is none of`},
		"identifier,difficulty\na,2\n": {"lms 映射.csv, row 2, column difficulty: difficulty 2 is not between 0 and 1"},
		"identifier,employee,knowledge_points,kind,difficulty\na,E1,K1,,\nb,E1,,EXAM,\nc,E1,,,0\nd,E1,,,\n": {
			`lms 映射.csv, row 2, column employee: "a" is an employee, and an activity or a verb too`, `lms 映射.csv, row 3, column employee: "b" is`, `lms 映射.csv, row 4, column employee: "c" is`,
		},
		"identifier,employee,max\na,,0\nb,E1,5\nhttps://lms.example|*,E1,\n": {
			"lms 映射.csv, row 2, column max: max 0 is not above 0", `lms 映射.csv, row 3, column employee: "b" is an employee`, `lms 映射.csv, row 4: "https://lms.example|*" says whose accounts are trusted`,
		},
		"identifier,employee\nA@x.cn,E1\nb,E2\nmailto:a@X.cn,E3\n": {`lms 映射.csv, row 4, column identifier: "a@x.cn" is given in row 2 too: remove one of the two`},
	} {
		_, problems, _, err := exchange.ReadMapping(writeMappingFile(t, data))
		require.NoError(t, err)
		require.Len(t, problems, len(want), data)
		for i, p := range problems {
			require.Contains(t, p.Format(fault.English), want[i])
			require.NotEmpty(t, p.Text.ZH)
		}
	}
	_, _, _, err := exchange.ReadMapping(filepath.Join(t.TempDir(), "none.csv"))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	_, _, _, err = exchange.ReadMapping(t.TempDir())
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
}
