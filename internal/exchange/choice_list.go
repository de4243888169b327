package exchange

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// maxChoices is how many entries a list to choose from has at most. More are no help to
// anybody: then the column has no list.
const maxChoices = 5000

// choiceLists are the lists to choose from in a workbook. They stand on a hidden sheet, one
// a column, each under a defined name. (A list within the validation itself would be
// divided at commas, and end after 255 characters.)
type choiceLists struct {
	lang    fault.Lang
	records map[string][]string          // labels of records, by type
	labels  map[string]map[string]string // the same by the cell of their code
	names   []string                     // the lists in use, in the order of their columns
	entries map[string][]string          // by name
}

func newChoiceLists(lang fault.Lang) choiceLists {
	return choiceLists{lang: lang, records: map[string][]string{}, labels: map[string]map[string]string{}, entries: map[string][]string{}}
}

// addCatalog adds what cells of catalog tables name.
func (l *choiceLists) addCatalog(c competency.Catalog) {
	for _, r := range c.Competencies {
		l.add(competency.Competencies, r.Code, nameIn(l.lang, r.Name, r.NameEN))
	}
	for _, r := range c.KnowledgePoints {
		l.add(competency.KnowledgePoints, r.Code, nameIn(l.lang, r.Name, r.NameEN))
	}
	for _, r := range c.Positions {
		l.add(competency.Positions, r.Code, nameIn(l.lang, r.Name, r.NameEN))
	}
	for _, level := range c.Levels() {
		l.records[competency.Levels] = append(l.records[competency.Levels], nameIn(l.lang, level.Label, level.LabelEN))
	}
}

func (l *choiceLists) add(recordType, code, name string) {
	cell := codeCell(code)
	label := referenceLabel(cell, name)
	l.records[recordType] = append(l.records[recordType], label)
	if l.labels[recordType] == nil {
		l.labels[recordType] = map[string]string{}
	}
	l.labels[recordType][cell] = label
}

// labelled returns a cell of a column of references with the names of the records that it
// names by their codes.
func (l *choiceLists) labelled(h heading, cell string) string {
	if cell == "" || len(h.references) == 0 || strings.HasPrefix(cell, "'") || strings.Contains(cell, "，") {
		return cell
	}
	items := []string{cell}
	if h.isList {
		items = strings.Split(cell, ";")
	}
	for i, item := range items {
		for _, t := range h.references {
			if label, known := l.labels[t][item]; known {
				items[i] = label
			}
		}
	}
	return strings.Join(items, ";")
}

// nameFor returns the name of the list of a column, "" where it has none.
func (l *choiceLists) nameFor(table string, h heading) string {
	var name string
	var entries []string
	switch {
	case len(h.choices) > 0:
		name = "list_" + table + "_" + h.en
		for _, c := range h.choices {
			entries = append(entries, c.In(l.lang))
		}
	case len(h.references) > 0:
		name = "list_" + strings.Join(h.references, "_or_")
		for _, t := range h.references {
			if len(entries) <= maxChoices {
				entries = append(entries, l.records[t]...)
			}
		}
	case h.numbers == asLevel || h.numbers == asRating:
		name = "list_" + competency.Levels
		entries = l.records[competency.Levels]
	}
	if len(entries) == 0 || len(entries) > maxChoices {
		return ""
	}
	if l.entries[name] == nil {
		l.names = append(l.names, name)
	}
	l.entries[name] = entries
	return name
}

// validation returns what a spreadsheet checks and offers in a column, nil for nothing.
// Import checks everything itself. Only what could never be right is refused here: a
// reference may name what another row adds, and a level may be a number.
func (b *workbookFile) validation(table string, h heading) *excelize.DataValidation {
	v := excelize.NewDataValidation(true)
	title, refused := fault.T("Not in the list", "不在列表中"), excelize.DataValidationErrorStyleStop
	message := fault.T("Choose from the list.", "请从列表中选择。")
	list := b.lists.nameFor(table, h)
	switch {
	case list != "":
		v.SetSqrefDropList(list)
		if len(h.references) > 0 {
			refused = excelize.DataValidationErrorStyleWarning
			message = fault.T("Choose from the list, unless another row adds this record.", "请从列表中选择；若为本工作簿新增的记录，可继续。")
		}
	case h.inWorkbook == integerFormat:
		title, message = fault.T("Not a whole number", "不是整数"), fault.T("Give a whole number such as 45.", "请填写如 45 的整数。")
		if err := v.SetRange(0, 1_000_000_000, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween); err != nil {
			return nil
		}
	case h.inWorkbook == generalFormat:
		title, message = fault.T("Not a number", "不是数"), fault.T("Give a number such as 1 or 2.5.", "请填写如 1 或 2.5 的数。")
		if err := v.SetRange(0, nil, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorGreaterThanOrEqual); err != nil {
			return nil
		}
	case !h.isList:
		return nil
	}
	if h.isList {
		v.SetInput(fault.T("Several are possible", "可填写多项").In(b.lang), fault.T("Separate them by ; (or ；).", "多项之间用；分隔。").In(b.lang))
	}
	if !h.isList && h.numbers != asLevel && h.numbers != asRating {
		v.SetError(refused, title.In(b.lang), message.In(b.lang))
	}
	return v
}

// writeLists fills the hidden sheet of the lists in use, and names them.
func (b *workbookFile) writeLists() error {
	if len(b.lists.names) == 0 {
		return nil
	}
	rows := 0
	header := make([]any, len(b.lists.names))
	for i, name := range b.lists.names {
		header[i] = name
		entries := b.lists.entries[name]
		rows = max(rows, len(entries))
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		refersTo := quoteSheet(listsSheet) + "!$" + column + "$2:$" + column + "$" + strconv.Itoa(len(entries)+1)
		if err := b.file.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: refersTo}); err != nil {
			return err
		}
	}
	stream, err := b.file.NewStreamWriter(listsSheet)
	if err != nil {
		return err
	}
	if err := stream.SetRow("A1", header); err != nil {
		return err
	}
	for row := range rows {
		values := make([]any, len(header))
		for i, name := range b.lists.names {
			if entries := b.lists.entries[name]; row < len(entries) {
				values[i] = escapeControls(entries[row])
			}
		}
		if err := stream.SetRow("A"+strconv.Itoa(row+2), values); err != nil {
			return err
		}
	}
	return stream.Flush()
}
