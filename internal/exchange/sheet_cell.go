package exchange

import (
	"math"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// A cell of a sheet becomes the text that somebody would have written in a file of text,
// by the content of its column. Its text then goes the way of all others, apostrophes
// included: in a text cell they are undone as in CSV, because a CSV file that was saved as
// a workbook has them. So what is written into a sheet needs one only before what would
// be read as something else (see sheetText).

// cellReading is what a cell says, and what is wrong or worth knowing.
type cellReading struct {
	text    string // of a code with a problem, what it may have been
	problem fault.Text
	notices []fault.Text
}

func (c *cellReading) tell(en, zh string, args ...any) {
	c.notices = append(c.notices, fault.T(en, zh, args...))
}

// read reads a cell of the column h.
func (s sheet) read(h heading, c workbook.Cell) (got cellReading) {
	switch {
	case c.Kind == workbook.Error && c.Formula:
		got.problem = fault.T("the result of the formula is the error %s: correct the formula, or type the value", "公式的结果是错误值 %s：请修正公式，或直接填写数值", competency.Quote(c.Text))
	case c.Kind == workbook.Error:
		got.problem = fault.T("the cell holds the error %s: type the value, or empty the cell", "单元格为错误值 %s：请填写数值，或清空该单元格", competency.Quote(c.Text))
	case c.Kind == workbook.NoResult:
		got.problem = fault.T("the workbook has no result of the formula: open it in Excel, WPS or LibreOffice and save it, or type the value",
			"工作簿中没有该公式的结果：请用 Excel、WPS 或 LibreOffice 打开并保存，或直接填写数值")
	case c.Kind == workbook.Bool && h.content == codes:
		got.retype(fault.T("truth value", "逻辑值"), strings.ToUpper(c.Text))
	case c.Kind == workbook.Number:
		s.readNumber(h, c, &got)
	default:
		got.text = unescapeControls(c.Text)
		trimmed := competency.Trim(strings.TrimPrefix(got.text, utf8BOM))
		if visible := competency.RemoveInvisible(trimmed); h.content != texts && visible != trimmed && !s.asExported {
			got.tell("%s has invisible characters, which were left out", "%s 含有不可见字符，已去除", competency.Quote(visible))
		}
	}
	if c.Struck && got.problem == noProblem {
		got.tell("%s is crossed out, and was read all the same: empty the cell or remove the row if it no longer counts",
			"%s 带有删除线，但仍已读取：若已作废，请清空该单元格或删除该行", competency.Quote(competency.Trim(got.text)))
	}
	return got
}

// retype says that a code became something else in a spreadsheet. hint is what it may have
// been, "" where nothing tells.
func (c *cellReading) retype(what fault.Text, hint string) {
	c.text = hint
	c.problem = fault.T("the spreadsheet has made a %s of the code: format the column as text, and type it again", "电子表格已把该编码变成%s：请将该列设为文本格式后重新填写", what)
	if hint != "" {
		c.problem = fault.T("%s, perhaps %s", "%s，可能是 %s", c.problem, hint)
	}
}

func (s sheet) readNumber(h heading, c workbook.Cell, got *cellReading) {
	x, ok := c.Value()
	if !ok {
		got.problem = fault.T("the number %s of the cell is beyond all that is read: type it again", "单元格中的数 %s 超出可读范围：请重新填写", competency.Quote(c.Text))
		return
	}
	switch {
	case h.isTime:
		s.readMoment(x, c, got)
	case h.content == codes:
		s.readCode(x, c, got)
	case h.content == texts:
		if got.text = s.shown(x, c); c.Class == workbook.Date || c.Class == workbook.TimeOfDay {
			got.tell("the cell holds a date or a time of day, which was read as the text %s", "单元格是日期或时刻，读作文本 %s", got.text)
		}
	default:
		s.readValue(x, c, got)
	}
}

// readCode takes a plain number as its format shows it. Everything else is no code that
// anybody has typed.
func (s sheet) readCode(x float64, c workbook.Cell, got *cellReading) {
	switch c.Class {
	case workbook.General, workbook.Digits:
		if math.Abs(x) > maxExactCode {
			got.problem = fault.T("a number of more than 15 digits has lost its last ones in the spreadsheet: format the column as text, and type the code again",
				"超过 15 位的数在电子表格中已丢失末尾数字：请将该列设为文本格式后重新填写编码")
			return
		}
		got.text = shownDigits(x, c)
		if c.Class == workbook.General && strings.Contains(got.text, ".") {
			got.tell("the code %s is a number: if it was typed as %[1]s0, format the column as text, and type it again",
				"编码 %s 是数：若原为 %[1]s0，请将该列设为文本格式后重新填写", got.text)
		} else if own := shownDigits(x, workbook.Cell{}); fewerPlaces(got.text, own) {
			got.tell("the code was read as it is shown, %s; the cell holds %s", "编码按显示内容读作 %s；单元格的值为 %s", got.text, own)
		}
	case workbook.Date:
		hint := ""
		if t, ok := s.dates.Moment(x); ok {
			hint = t.Format("1-2")
		}
		got.retype(fault.T("date", "日期"), hint)
	case workbook.TimeOfDay:
		got.retype(fault.T("time of day", "时刻"), clock(x, "15:04"))
	case workbook.Percent:
		got.retype(fault.T("percentage", "百分数"), percentage(x))
	case workbook.Scientific:
		got.retype(fault.T("number in scientific form", "科学计数法的数"), scientific(x))
	case workbook.Fraction:
		got.retype(fault.T("fraction", "分数"), fraction(x))
	default:
		got.retype(fault.T("number with a format of its own, such as a currency,", "带有货币等格式的数"), "")
	}
}

// readMoment takes a date as its moment, never as it is shown.
func (s sheet) readMoment(x float64, c workbook.Cell, got *cellReading) {
	switch c.Class {
	case workbook.Date:
		t, ok := s.dates.Moment(x)
		if !ok {
			got.problem = fault.T("the cell holds a time of day without a date: give both, such as 2026-03-05 14:30", "单元格只有时刻没有日期：请填写完整，如 2026-03-05 14:30")
		}
		got.text = writeMoment(t)
	case workbook.TimeOfDay:
		got.problem = fault.T("the cell holds a time of day without a date: give both, such as 2026-03-05 14:30", "单元格只有时刻没有日期：请填写完整，如 2026-03-05 14:30")
	default:
		got.text = shortest(x)
		if _, wrong := competency.ParseTime(got.text, nil); wrong == noProblem { // 20260305
			return
		}
		got.problem = fault.T("%s is a number, and no date: format the cell as a date", "%s 是数，不是日期：请将单元格设为日期格式", got.text)
		if t, ok := s.dates.Moment(x); ok {
			got.problem = fault.T("%s; it would be %s", "%s，即 %s", got.problem, writeMoment(t))
		}
	}
}

// readValue takes a number with all its digits: a percentage with its sign, and with a
// decimal point where its format has decimal places.
func (s sheet) readValue(x float64, c workbook.Cell, got *cellReading) {
	switch c.Class {
	case workbook.Percent:
		got.text = percentage(x)
	case workbook.Digits:
		got.text = withPlaces(shortest(x), placesOf(c.Format))
	case workbook.Date:
		hint := fault.Text{}
		if t, ok := s.dates.Moment(x); ok {
			hint = fault.T(" (%s)", "（%s）", writeMoment(t))
		}
		got.problem = fault.T("the cell holds a date%s, and none is wanted here: give it the format General, and type the value again",
			"单元格是日期%s，此处不应为日期：请设为常规格式后重新填写", hint)
	case workbook.TimeOfDay:
		got.problem = fault.T("the cell holds a time of day (%s), and none is wanted here: give it the format General, and type the value again",
			"单元格是时刻（%s），此处不应为时刻：请设为常规格式后重新填写", clock(x, "15:04:05"))
	default:
		got.text = shortest(x)
	}
}

// shown is a number in a column of texts, as plain formats show it.
func (s sheet) shown(x float64, c workbook.Cell) string {
	switch c.Class {
	case workbook.Percent:
		return percentage(x)
	case workbook.Date:
		if t, ok := s.dates.Moment(x); ok {
			return writeMoment(t)
		}
		return clock(x, "15:04:05")
	case workbook.TimeOfDay:
		return clock(x, "15:04:05")
	}
	return shownDigits(x, c)
}

// writeMoment writes a moment without a zone: a day alone where it is midnight, so that it
// is the first moment of the day in any zone.
func writeMoment(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}
