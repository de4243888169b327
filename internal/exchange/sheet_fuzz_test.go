package exchange

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// The number formats of fuzzed cells, by the digit in front of their text.
var fuzzFormats = []string{"", "0", "00000", "0.00", "0%", "yyyy-mm-dd", "h:mm", "0.00E+00", "# ?/?", "#,##0"}

// fuzzedSheet makes a sheet of lines with tabs between cells. A cell is a text, but for
// @5:46082, a number with the format 5; !#N/A, an error; ?, a formula without a result; and
// ~text, which is crossed out. A line M:A1:B2 merges cells, and a row with -: in front is
// hidden.
func fuzzedSheet(name, content string) *workbook.Sheet {
	s := &workbook.Sheet{Name: name, Links: map[workbook.Ref]string{{Column: 2, Row: 2}: "https://example.com/"}}
	for i, line := range strings.Split(content, "\n") {
		if refs, ok := strings.CutPrefix(line, "M:"); ok {
			from, to, _ := strings.Cut(refs, ":")
			first, ok := workbook.ParseRef(from)
			last, ok2 := workbook.ParseRef(to)
			if ok && ok2 && first.Column <= last.Column && first.Row <= last.Row {
				s.Merges = append(s.Merges, workbook.Range{First: first, Last: last})
			}
			continue
		}
		r := workbook.Row{Number: i + 1}
		line, r.Hidden = strings.CutPrefix(line, "-:")
		for column, text := range strings.Split(line, "\t") {
			c := workbook.Cell{Column: column, Kind: workbook.Text, Text: text}
			switch {
			case text == "":
				continue
			case len(text) > 3 && text[0] == '@' && text[1] >= '0' && text[1] <= '9':
				c.Kind, c.Text, c.Format = workbook.Number, text[3:], fuzzFormats[text[1]-'0']
				c.Class = workbook.ClassOf(c.Format)
			case text[0] == '!':
				c.Kind, c.Text, c.Formula = workbook.Error, text[1:], true
			case text == "?":
				c.Kind, c.Text, c.Formula = workbook.NoResult, "", true
			case text[0] == '~':
				c.Text, c.Struck = text[1:], true
			}
			r.Cells = append(r.Cells, c)
		}
		if len(r.Cells) > 0 {
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

// Any sheet becomes a document, and every problem and notice has its place in it.
func FuzzSheet(f *testing.F) {
	for _, name := range []string{"员工", "知识点-1", "岗位要求", "掌握状态", "学习资源", "证据", "等级", "员工表", "其他"} {
		for _, content := range []string{
			"工号\t姓名\t部门\nE1\t张伟\tD10\n-:@2:12\t王芳\nM:C2:C3\n合计\t2", "title\n\n编码\t名称\n@5:46082\t~一\n!#N/A\t?\n@0:3.1\t@4:0.5\nM:A4:B4\nM:A1:B1",
			"工号\t姓名\t组织\n\t\t部门\t岗位\nM:A1:A2\nM:C1:D1\nE1\t张\tD\tP", "员工\t知识点\t掌握度\t评估时间\nE1\tK1\t@3:1\t@5:46082.5\nE1\tK2\t@4:0.856\t@6:0.5",
			"岗位\t对象\t等级\t权重\t关键\nP\tK\t@1:3\t@4:0.3\t√\nP\tL\t熟练\t2\t×", "编码\t标题\t链接\nR\tx\t点击\nS\t@9:1234\thttps://example.com/x",
			"序号\t编码\t编码\t#x\n1\tA\tB\tC\tD\n\n2\n共 2 人", "@0:1E999\t@2:-5\n编码\t名称\n@0:1E15\t@7:1e-300\n@8:0.333\t@5:0",
		} {
			f.Add(name, content)
		}
	}
	f.Fuzz(func(t *testing.T, name, content string) {
		d := readSheets(fuzzedSheet(name, content))
		for _, p := range append(checkDocument(d), d.Notices...) {
			require.Equal(t, "book.xlsx", p.File)
			require.Equal(t, name, p.Sheet)
			require.Less(t, len(p.Format(fault.Chinese)), 4000)
			if p.Cell != "" {
				ref, ok := workbook.ParseRef(p.Cell)
				require.True(t, ok && ref.Row == p.Row, p.Cell)
			}
		}
	})
}
