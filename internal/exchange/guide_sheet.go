package exchange

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// What stands at the top of the guide, line by line.
var (
	templateIntroduction = append([]fault.Text{
		fault.T("This workbook is a template of Zhitu: fill in its sheets, and import it.", "本工作簿是知图的填写模板：填好各工作表后导入。"),
	}, commonIntroduction...)
	exportIntroduction = append([]fault.Text{
		fault.T("This workbook is an export of Zhitu: importing it restores what it holds. Accounts and their rights are no part of it.", "本工作簿由知图导出：导入即可恢复其中的内容。不含账号及其权限。"),
		fault.T("The sheets states, unmapped, events and dropped, where there are any, are for import alone: leave them as they are.", "工作表 states、unmapped、events、dropped（如有）仅供导入使用，请勿修改。"),
	}, commonIntroduction...)
	commonIntroduction = []fault.Text{
		fault.T("Keep the header of each sheet. Columns with * are required; other columns and whole sheets may be removed.", "请保留各工作表的表头。带 * 的列必填；其他列和整张工作表可以删除。"),
		fault.T("A cell such as “KP-001 Switching” means KP-001. Either may be given: KP-001 alone, or as the list offers it.", "“KP-001 倒闸操作”这样的单元格即指 KP-001：可只填 KP-001，也可从列表中选择。"),
		fault.T("An empty cell leaves a field as it is. (clear) empties it. Nothing is deleted by leaving out a row.", "空单元格不改动原有内容；填 (清空) 则清空该项。缺少某一行不会删除该记录。"),
		fault.T("Before an import, zhitu check tells every problem by sheet and cell.", "导入之前可用 zhitu check 检查，问题会注明工作表和单元格。"),
	}
)

// guideHeader names the columns of the guide.
var guideHeader = []fault.Text{
	fault.T("Sheet", "工作表"), fault.T("Column", "列"), fault.T("Required", "必填"), fault.T("What to write", "填写内容"), fault.T("Example", "示例"),
}

// writeGuide fills the sheet that says how the workbook is filled in, in both languages.
func (b *workbookFile) writeGuide(introduction []fault.Text, tables []schema) error {
	head := b.head[1]
	text, err := b.file.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	title, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	if err != nil {
		return err
	}
	if err := b.file.SetSheetProps(guideSheet, &excelize.SheetPropsOptions{FitToPage: new(true)}); err != nil {
		return err
	}
	stream, err := b.file.NewStreamWriter(guideSheet)
	if err != nil {
		return err
	}
	for i, width := range []float64{24, 22, 14, 64, 30} {
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	row := 0
	add := func(height float64, style int, cells ...string) error {
		row++
		values := make([]any, len(cells))
		for i, cell := range cells {
			values[i] = excelize.Cell{Value: cell, StyleID: style}
		}
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		return stream.SetRow(at, values, excelize.RowOpts{Height: height})
	}
	if err := add(24, title, "知图目录工作簿 Zhitu catalog workbook"); err != nil {
		return err
	}
	for _, lang := range b.bothLanguages() {
		for _, line := range introduction {
			if err := add(0, 0, line.In(lang)); err != nil {
				return err
			}
		}
	}
	row++ // a blank one
	var names []string
	for _, h := range guideHeader {
		names = append(names, b.both(h, " "))
	}
	if err := add(0, head, names...); err != nil {
		return err
	}
	for _, s := range tables {
		en, zh := s.names()
		for _, h := range forExperts(s.headings()) {
			required := fault.Text{}
			if h.isRequired {
				required = fault.T("yes", "是")
			}
			guide := guideOf(en, h)
			if err := add(32, text, b.both(fault.Text{EN: en, ZH: zh}, " "), b.both(fault.Text{EN: h.en, ZH: h.zh}, " "), required.In(b.lang), b.both(guide.meaning, "\n"), guide.example.In(b.lang)); err != nil {
				return err
			}
		}
	}
	if err := b.fitToPage(guideSheet); err != nil {
		return err
	}
	return stream.Flush()
}

// bothLanguages are the languages of the guide, that of the workbook first.
func (b *workbookFile) bothLanguages() []fault.Lang {
	if b.lang == fault.Chinese {
		return []fault.Lang{fault.Chinese, fault.English}
	}
	return []fault.Lang{fault.English, fault.Chinese}
}

// both returns a text in both languages, that of the workbook first.
func (b *workbookFile) both(t fault.Text, between string) string {
	langs := b.bothLanguages()
	return strings.Trim(t.In(langs[0])+between+t.In(langs[1]), between)
}

// columnGuide says what a column means, with an example.
type columnGuide struct{ meaning, example fault.Text }

// guideOf returns the guide of a column: its own meaning, and what its cells may hold.
func guideOf(table string, h heading) columnGuide {
	g := columnGuides[table+"."+h.en]
	if holds := h.holds(); g.meaning == noProblem {
		g.meaning = holds
	} else {
		g.meaning = fault.T("%s; %s", "%s；%s", g.meaning, holds)
	}
	if g.example == noProblem && len(h.choices) > 0 {
		g.example = h.choices[0]
	}
	return g
}

// holds says what the cells of a column may hold.
func (h heading) holds() fault.Text {
	var what fault.Text
	switch {
	case len(h.choices) > 0:
		var en, zh []string
		for _, c := range h.choices {
			en, zh = append(en, c.EN), append(zh, c.ZH)
		}
		what = fault.Text{EN: "one of " + strings.Join(en, ", "), ZH: "以下之一：" + strings.Join(zh, "、")}
	case len(h.references) > 0:
		var en, zh []string
		for _, t := range h.references {
			en, zh = append(en, recordNouns[t].EN), append(zh, recordNouns[t].ZH)
		}
		what = fault.Text{EN: "code of a " + strings.Join(en, " or "), ZH: strings.Join(zh, "或") + "的编码"}
	case h.numbers == asLevel || h.numbers == asRating:
		what = fault.Text{EN: "a label of the scale, its digit, or a number such as 0.7 or 70%", ZH: "等级名称、序号，或 0.7、70% 这样的数"}
	case h.isTime:
		what = fault.T("a date, with a time or without", "日期，可带时刻")
	case h.inWorkbook == integerFormat:
		what = fault.T("a whole number", "整数")
	case h.inWorkbook != "":
		what = fault.T("a number", "数")
	case h.isList:
		what = fault.T("words", "词语")
	case h.isKey:
		what = fault.T("1 to 128 characters without white space, once in the table", "1–128 个字符，不含空格，表内不重复")
	default:
		what = fault.T("text", "文字")
	}
	if h.isList {
		what = fault.T("%s; several are separated by ;", "%s；多项用；分隔", what)
	}
	return what
}

// recordNouns name one record of each type that cells refer to.
var recordNouns = map[string]fault.Text{
	competency.Competencies:    {EN: "competency", ZH: "能力项"},
	competency.KnowledgePoints: {EN: "knowledge point", ZH: "知识点"},
	competency.Positions:       {EN: "position", ZH: "岗位"},
	competency.OrgUnits:        {EN: "department", ZH: "部门"},
	competency.Employees:       {EN: "employee", ZH: "员工"},
}
