package exchange

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// sheetWriter writes the rows of one table to a sheet, and to further ones where it would
// become larger than a sheet may be. Rows are streamed.
type sheetWriter struct {
	book     *workbookFile
	name     string // of the first sheet
	table    string // in English
	headings []heading
	raw      bool // cells are texts of a workbook already

	pending [][]string // the first rows, which say how wide the columns are
	widths  []float64
	sheet   string // that is open
	stream  *excelize.StreamWriter
	values  []any
	// How many sheets there are, and how many rows and bytes the open one has.
	parts, rows, bytes int
}

const (
	sampledRows      = 200
	minWidth         = 8
	maxWidth         = 48
	headerHeight     = 34
	rowOverhead      = 32 // bytes of a row and of a cell beside what they say, at most
	cellOverhead     = 88
	chosenByNobody   = 20 // rows that a filter covers at least
	longestCellUTF16 = excelize.TotalCellChars
)

func (b *workbookFile) openTable(s schema) (rowWriter, error) { return b.openSheet(s, s.headings()) }

// openSheet adds the sheet of a table, with some of its columns.
func (b *workbookFile) openSheet(s schema, headings []heading) (*sheetWriter, error) {
	w := &sheetWriter{book: b, name: b.nameOf(s), headings: headings}
	w.table, _ = s.names()
	return w, b.addSheet(w.name)
}

func (w *sheetWriter) write(cells []string) error {
	if w.stream == nil && w.parts == 0 {
		if w.pending = append(w.pending, slices.Clone(cells)); len(w.pending) < sampledRows {
			return nil
		}
		return w.begin()
	}
	return w.writeRow(cells)
}

// begin opens the next sheet, and writes what is pending.
func (w *sheetWriter) begin() (err error) {
	w.parts++
	w.sheet = partSheet(w.name, w.parts)
	if w.parts > 1 {
		if err := w.book.addSheet(w.sheet); err != nil {
			return err
		}
	}
	f := w.book.file
	if err := f.SetSheetProps(w.sheet, &excelize.SheetPropsOptions{FitToPage: new(true)}); err != nil {
		return err
	}
	if w.stream, err = f.NewStreamWriter(w.sheet); err != nil {
		return err
	}
	header := make([]any, len(w.headings))
	for i, h := range w.headings {
		text, style := w.book.headerCell(h), w.book.head[0]
		if h.isRequired {
			style = w.book.head[1]
		}
		header[i] = excelize.Cell{Value: text, StyleID: style}
		if w.parts == 1 {
			w.widths = append(w.widths, w.columnWidth(i, text))
		}
		err := errors.Join(w.stream.SetColStyle(i+1, i+1, w.styleOf(i)), w.stream.SetColWidth(i+1, i+1, w.widths[i]))
		if err != nil {
			return err
		}
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	w.rows, w.bytes = 1, 0
	if err := w.stream.SetRow("A1", header, excelize.RowOpts{Height: headerHeight}); err != nil {
		return err
	}
	first := w.pending
	w.pending = nil // a row may begin the next sheet
	for _, cells := range first {
		if err := w.writeRow(cells); err != nil {
			return err
		}
	}
	return nil
}

// styleOf returns the style of the cells of a column.
func (w *sheetWriter) styleOf(column int) int {
	return w.book.styles[cmp.Or(w.headings[column].inWorkbook, textFormat)]
}

// columnWidth is what the header and the first rows of a column want, within bounds.
func (w *sheetWriter) columnWidth(column int, header string) float64 {
	widest := displayWidth(header) + 3 // the button of the filter
	for _, cells := range w.pending {
		widest = max(widest, displayWidth(cells[column])+2)
	}
	return float64(max(minWidth, min(maxWidth, widest)))
}

// writeRow writes a row, on the next sheet where the open one is full.
func (w *sheetWriter) writeRow(cells []string) error {
	size := rowOverhead
	for _, cell := range cells {
		if cell != "" {
			size += xmlLength(cell) + cellOverhead
			w.book.cells++
		}
	}
	if w.book.bytes += size; w.book.bytes > workbook.MaxBook || w.book.cells > workbook.MaxCells {
		return fault.New(fault.InvalidArgument, "this is more than a workbook holds that can be read back: export to a folder", "内容超出可读回的工作簿的容量：请导出为文件夹")
	}
	if w.rows >= w.book.maxRows || w.rows > 1 && w.bytes+size > w.book.maxBytes {
		if err := w.finish(); err != nil {
			return err
		}
		if err := w.begin(); err != nil {
			return err
		}
	}
	w.rows, w.bytes = w.rows+1, w.bytes+size
	w.values = w.values[:0]
	for i, cell := range cells {
		if cell == "" {
			w.values = append(w.values, nil)
			continue
		}
		var value any = cell
		style := w.book.styles[textFormat]
		if !w.raw {
			value = w.headings[i].workbookValue(cell, w.book.lang)
			style = w.styleOf(i)
		}
		if text, isText := value.(string); isText {
			if utf16Length(text) > longestCellUTF16 {
				return fault.New(fault.InvalidArgument,
					"a text of %s begins with %s and is longer than a cell of a workbook takes: export to a folder, or shorten it",
					"%s 中以 %s 开头的文本超过工作簿单元格的容量：请导出为文件夹，或缩短该文本", w.sheet, competency.Quote(text))
			}
		}
		w.values = append(w.values, excelize.Cell{Value: value, StyleID: style})
	}
	at, err := excelize.CoordinatesToCellName(1, w.rows)
	if err != nil {
		return err
	}
	return w.stream.SetRow(at, w.values)
}

func (w *sheetWriter) close() error {
	if w.stream == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	return w.finish()
}

// finish ends the open sheet: what depends on its rows, and how it is printed.
func (w *sheetWriter) finish() error {
	f := w.book.file
	for i, h := range w.headings {
		if v := w.book.validation(w.table, h); v != nil {
			column, err := excelize.ColumnNumberToName(i + 1)
			if err != nil {
				return err
			}
			v.SetSqref(column + "2:" + column + lastRow)
			if err := f.AddDataValidation(w.sheet, v); err != nil {
				return err
			}
		}
	}
	last, err := excelize.CoordinatesToCellName(len(w.headings), max(w.rows, chosenByNobody))
	if err != nil {
		return err
	}
	if err := f.AutoFilter(w.sheet, "A1:"+last, nil); err != nil {
		return err
	}
	if err := errors.Join(w.book.fitToPage(w.sheet), w.book.repeatHeader(w.sheet)); err != nil {
		return err
	}
	return w.stream.Flush()
}

// lastRow is the last row of every sheet.
const lastRow = "1048576"

// fitToPage prints a sheet as wide as a page.
func (b *workbookFile) fitToPage(sheet string) error {
	return b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: new("landscape"), Size: new(9), FitToWidth: new(1), FitToHeight: new(0)})
}

// repeatHeader prints the first row of a sheet on every page.
func (b *workbookFile) repeatHeader(sheet string) error {
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheet, RefersTo: quoteSheet(sheet) + "!$1:$1"})
}

// quoteSheet returns the name of a sheet as formulas write it.
func quoteSheet(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// xmlLength is how many bytes a text takes in XML.
func xmlLength(s string) int {
	n := len(s)
	for i := range len(s) {
		switch s[i] {
		case '&', '<', '>', '"', '\'', '\t':
			n += 4
		}
	}
	return n
}

// utf16Length is how long spreadsheets take a text to be.
func utf16Length(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}
