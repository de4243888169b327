package exchange

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// The number formats of cells in workbooks that we write. A share has a decimal point in
// its format, because a spreadsheet stores 1.0 as 1, and a bare 1 is a level of the scale.
const (
	generalFormat = "General"
	integerFormat = "0"
	shareFormat   = "0.0####"
	textFormat    = "@"
)

// workbookValue returns a cell of a table as a workbook holds it: a float64, or a text in
// the language of the workbook.
func (h heading) workbookValue(cell string, lang fault.Lang) any {
	switch {
	case h.inWorkbook != "":
		if x, exact := exactNumber(cell); exact {
			return x
		}
	case len(h.choices) > 0:
		items := strings.Split(cell, ";")
		for i, item := range items {
			for _, c := range h.choices {
				if item == c.EN {
					items[i] = c.In(lang)
				}
			}
		}
		return strings.Join(items, ";")
	}
	return sheetText(cell)
}

// exactDigits is how many significant digits every spreadsheet keeps of a number.
const exactDigits = 15

// exactNumber parses a decimal that no spreadsheet changes when it saves it: one of few
// digits, far from the limits of doubles. All others stay texts.
func exactNumber(cell string) (x float64, exact bool) {
	x, err := strconv.ParseFloat(cell, 64)
	size := math.Abs(x)
	if err != nil || x != 0 && (size < 1e-9 || size >= 1e15) || x == 0 && math.Signbit(x) {
		return 0, false
	}
	digits := strings.TrimLeft(strings.Replace(cell, ".", "", 1), "-0")
	if strings.Contains(cell, ".") {
		digits = strings.TrimRight(digits, "0")
	}
	return x, len(digits) <= exactDigits
}

// sheetText turns a cell as files of text have it into the text of a cell in a workbook,
// where a text is never evaluated: what only starts like a formula needs no apostrophe
// there. It keeps the apostrophe before what would be read as something else, such as
// (clear) or =A1. The reader of sheets is its inverse.
func sheetText(cell string) string {
	if text := unescapeFormula(cell); text != cell && !strings.HasPrefix(text, "'") && !isMark(text) {
		cell = text
	}
	return escapeControls(cell)
}

// isMark reports whether a text says something else than itself, whatever the format of
// the file.
func isMark(s string) bool {
	return competency.IsClearMark(s) || isSpreadsheetError(s) || isHashes(s) || isRuinedNumber(s) || isFormula(s) || textFormula.MatchString(s)
}

// codeCell returns a code as files of text have it in columns of codes.
func codeCell(code string) string {
	return orgUnits.columns[0].format(&orgUnitRow{Code: code})
}

// referenceLabel names a record in a cell by its code and name: KP-001 倒闸操作. It is the
// code alone where the cell could be read as something else: as several items or lines.
func referenceLabel(codeCell, name string) string {
	const longest = 60
	isUnclear := func(r rune) bool { return isListSeparator(r) || r == '，' || r < ' ' || competency.IsInvisible(r) }
	name = competency.Trim(name)
	if name == "" || strings.HasPrefix(codeCell, "'") || utf8.RuneCountInString(name) > longest || strings.ContainsFunc(name, isUnclear) {
		return sheetText(codeCell)
	}
	return codeCell + " " + name
}

// nameIn returns the name of a record in a language.
func nameIn(lang fault.Lang, name, nameEN string) string {
	if lang == fault.English {
		return cmp.Or(nameEN, name)
	}
	return name
}

// displayWidth returns how wide the widest line of a cell is, in digits: Chinese
// characters count double.
func displayWidth(cell string) int {
	widest, line := 0, 0
	for _, r := range cell {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
			line += 2
		default:
			line++
		}
		if r == '\n' {
			line = 0
		}
		widest = max(widest, line)
	}
	return widest
}
