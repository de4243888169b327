package exchange

import (
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// Sheets of our own that hold no table. Import passes over them silently.
const (
	guideSheet = "说明 Guide"
	listsSheet = "_列表 Lists"
)

// How large a sheet becomes at most: all rows that a spreadsheet takes, and less than
// what is read of one part.
const (
	maxSheetRows  = workbook.MaxRows
	maxSheetBytes = workbook.MaxPart - 16<<20
)

// workbookFile is a workbook that is being written. It is an exportTarget.
type workbookFile struct {
	file    *excelize.File
	scratch string // folder
	lang    fault.Lang
	lists   choiceLists
	styles  map[string]int // of cells by number format
	head    [2]int         // of optional and required columns

	maxRows, maxBytes int  // of a sheet
	cells, bytes      int  // of all sheets
	hasFirst          bool // the sheet that a new workbook has is in use
}

// newWorkbookFile begins a workbook. Rows that are streamed go to files in the scratch
// folder, "" for that of the system.
func newWorkbookFile(lang fault.Lang, scratch string) (*workbookFile, error) {
	b := &workbookFile{
		file: excelize.NewFile(excelize.Options{TmpDir: scratch}), scratch: scratch, lang: lang, maxRows: maxSheetRows, maxBytes: maxSheetBytes,
		lists: newChoiceLists(lang), styles: map[string]int{},
	}
	for _, format := range []string{generalFormat, integerFormat, shareFormat, textFormat} {
		style := &excelize.Style{CustomNumFmt: &format, Alignment: &excelize.Alignment{Vertical: "top"}}
		switch format {
		case generalFormat:
			style.CustomNumFmt = nil
		case integerFormat:
			style.CustomNumFmt, style.NumFmt = nil, 1
		case textFormat:
			style.CustomNumFmt, style.NumFmt = nil, 49
		}
		id, err := b.file.NewStyle(style)
		if err != nil {
			return nil, err
		}
		b.styles[format] = id
	}
	for i, colour := range []string{"8497B0", "2F5597"} {
		id, err := b.file.NewStyle(&excelize.Style{
			Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
			Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, NumFmt: 49,
		})
		if err != nil {
			return nil, err
		}
		b.head[i] = id
	}
	// Hiding a sheet reads all the others, so it comes before they have rows.
	return b, errors.Join(b.addSheet(guideSheet), b.addSheet(listsSheet), b.file.SetSheetVisible(listsSheet, false))
}

// addSheet adds an empty sheet.
func (b *workbookFile) addSheet(name string) error {
	if !b.hasFirst {
		b.hasFirst = true
		return b.file.SetSheetName(b.file.GetSheetName(0), name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

// nameOf returns the name of a table in the language of the workbook.
func (b *workbookFile) nameOf(s schema) string {
	en, zh := s.names()
	return fault.Text{EN: en, ZH: zh}.In(b.lang)
}

// headerCell returns a name of a column in both languages, the one of the workbook first,
// with a star where the column is required.
func (b *workbookFile) headerCell(h heading) string {
	first, second := h.en, h.zh
	if second == "" { // what no expert edits
		return first
	}
	if b.lang == fault.Chinese {
		first, second = second, first
	}
	if h.isRequired {
		first += " *"
	}
	return first + "\n" + second
}

// partSheet returns the name of the n-th sheet of a table: 证据, 证据 2.
func partSheet(name string, n int) string {
	if n == 1 {
		return name
	}
	return fmt.Sprintf("%s %d", name, n)
}
