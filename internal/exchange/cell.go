package exchange

import (
	"regexp"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// content says what a column holds, as far as its cells are cleaned alike.
type content int

const (
	values content = iota // words of a list, numbers, times
	texts                 // whatever people wrote, byte for byte
	codes                 // codes that name records
)

var (
	textFormula    = regexp.MustCompile(`^=\s*"((?:[^"]|"")*)"$`) // ="00123", which keeps leading zeros
	decimalComma   = regexp.MustCompile(`^[-+]?\d*,\d+\s*[%％]?$`)
	thousandsComma = regexp.MustCompile(`^[-+]?\d{1,3}(,\d{3})+$`)
	leadingQuote   = regexp.MustCompile(`^'+\d`) // '00123, which a spreadsheet shows as 00123
)

// cleanCells puts the cells of a table into the form in which columns read them: white
// space at the ends goes, texts that are written as formulas become texts, and invisible
// characters go where no text holds them.
func (t *Table) cleanCells(headings []heading, columns []int) {
	for _, row := range t.Rows {
		for i, h := range headings {
			if columns[i] >= 0 && columns[i] < len(row.Cells) {
				cell := &row.Cells[columns[i]]
				*cell = t.cleanCell(h.content, *cell)
			}
		}
	}
}

func (t *Table) cleanCell(c content, cell string) string {
	cell = competency.Trim(cell)
	if m := textFormula.FindStringSubmatch(cell[:min(len(cell), maxHeading)]); m != nil && len(cell) <= maxHeading {
		cell = competency.Trim(strings.ReplaceAll(m[1], `""`, `"`))
	}
	if c != texts && !t.asExported { // earlier versions took in codes with invisible characters
		cell = competency.Trim(competency.RemoveInvisible(cell))
	}
	switch c {
	case codes:
		if leadingQuote.MatchString(cell) {
			cell = cell[1:]
		}
	case values:
		// Where commas separate no cells they are decimal, but for 1,500 beside tabs.
		if t.separator == ';' && decimalComma.MatchString(cell) || t.separator == '\t' && decimalComma.MatchString(cell) && !thousandsComma.MatchString(cell) {
			cell = strings.Replace(cell, ",", ".", 1)
		}
	}
	return cell
}

// findJunk says why a cell is nothing that anybody wrote: an error of a spreadsheet, a
// formula, a code that a spreadsheet has ruined.
func findJunk(c content, cell string) fault.Text {
	switch {
	case isSpreadsheetError(cell):
		return fault.T("%s is an error of the spreadsheet: correct its formula there, or empty the cell", "%s 是电子表格的错误值：请在表格中修正公式，或清空该单元格", competency.Quote(cell))
	case isHashes(cell):
		return fault.T("%s is what a spreadsheet shows where a column is too narrow: widen it, and save again", "%s 是电子表格列宽不足时的显示：请加宽该列后重新保存", competency.Quote(cell))
	case isFormula(cell):
		return fault.T("%s is a formula: give its value (copy the cells, and paste the values)", "%s 是公式：请填写其结果（复制后“选择性粘贴”为数值）", competency.Quote(cell))
	case c == codes && isRuinedNumber(cell):
		return fault.T("%s is a number that a spreadsheet has rounded, and its digits are lost: format the column as text, and enter the code again",
			"%s 是被电子表格改写的数，原有数字已丢失：请将该列设为文本格式后重新填写编码", competency.Quote(cell))
	}
	return noProblem
}

// Errors that do not end in ! or ?, as #REF! and #NAME? do in all languages.
var errorNames = map[string]bool{
	"#N/A": true, "#N/V": true, "#NV": true, "#N/D": true, "#N/B": true, "#Н/Д": true, "#ND": true, "#HIÁNYZIK": true, "#PUUTTUU": true, "#GETTING_DATA": true, "#DIV/0": true, "#REF": true, "#VALUE": true, "#NAME": true, "#NUM": true, "#NULL": true,
}

var (
	errorPattern = regexp.MustCompile(`^#[¡¿]?[\pL\d/_]{2,20}[!?]$`)
	officeError  = regexp.MustCompile(`^(?i:Err):\d{3}$`)
)

// maxErrorLength is longer than any error of a spreadsheet, in bytes.
const maxErrorLength = 60

// isSpreadsheetError reports whether a cell is #N/A, #REF! and the like, in any language.
func isSpreadsheetError(cell string) bool {
	if len(cell) < 3 || len(cell) > maxErrorLength {
		return false
	}
	cell = strings.ToUpper(toHalfWidth(cell))
	return errorNames[strings.TrimSuffix(cell, "!")] || cell[0] == '#' && errorPattern.MatchString(cell) || officeError.MatchString(cell)
}

func isHashes(cell string) bool { return len(cell) >= 3 && strings.Trim(cell, "#") == "" }

var ruinedNumber = regexp.MustCompile(`^[-+]?(?:\d(?:[.,]\d+)?E\+\d{2,3}|\d[.,]\d+E\d{2,3})$`)

// isRuinedNumber reports whether a code has become a number in scientific notation.
func isRuinedNumber(cell string) bool {
	return len(cell) <= maxErrorLength && ruinedNumber.MatchString(strings.ToUpper(toHalfWidth(cell)))
}

// What a formula is as a whole: = and a call, a reference, or operands with operators.
var (
	reference = `(?:(?:'[^']+'|[\pL\d_.\[\]]+)!)?\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?`
	call      = `[A-Za-z\p{Cyrillic}_À-ɏ][A-Za-z\p{Cyrillic}\d_.À-ɏ]*\s?\(.*\)`
	operand   = `\s*[-+]?\(*(?:` + reference + `|` + call + `|\d+(?:[.,]\d+)?%?|"[^"]*")\)*\s*`
	formula   = regexp.MustCompile(`(?s)^[=＝]\s*[-+@]?(?:` + reference + `|` + call + `|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|` +
		operand + `(?:(?:[-+*/^&<>=]|<>|<=|>=)` + operand + `)+)$`)
)

// maxFormula bounds, in bytes, what is compared with the forms of formulas as a whole. A
// longer one is known by the call that it begins with.
const maxFormula = 500

var callStart = regexp.MustCompile(`^[=＝]\s*[-+@]?[A-Za-z\p{Cyrillic}_À-ɏ][A-Za-z\p{Cyrillic}\d_.À-ɏ]*\(`)

func isFormula(cell string) bool {
	switch {
	case len(cell) < 2 || cell[0] != '=' && !strings.HasPrefix(cell, "＝"):
		return false
	case len(cell) > maxFormula:
		return callStart.MatchString(cell[:maxFormula])
	}
	return formula.MatchString(cell)
}

// isSpecial reports whether a cell would not be read as the text that it is: apostrophes
// in front are ignored.
func isSpecial(s string) bool {
	s = strings.TrimLeft(s, "'")
	return startsFormula(s) || competency.IsClearMark(s) || isSpreadsheetError(s) || isHashes(s) || isRuinedNumber(s)
}
