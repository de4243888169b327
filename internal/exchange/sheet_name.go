package exchange

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// sheet is a sheet of a workbook that is being read.
type sheet struct {
	*workbook.Sheet
	file  string // as problems name it
	dates workbook.DateSystem

	asExported bool // cells are as a store held them
}

// sheetKind is a kind of sheet, known by its name in either language.
type sheetKind struct {
	en, zh string
	// read adds what a sheet holds to what the reader has. nil is for a sheet that
	// workbooks bring along and that has no records: nobody is told of it.
	read func(r *reader, s sheet)
}

// specialSheets are the kinds of sheet that are no tables. Those of tables follow from the
// schemas.
var specialSheets = append([]sheetKind{
	{en: guideSheet, zh: guideSheet},
	{en: listsSheet, zh: listsSheet},
}, lineSheets()...)

// sheetKinds lists all kinds of sheet.
func sheetKinds() []sheetKind {
	kinds := make([]sheetKind, 0, len(schemas)+len(specialSheets))
	for _, s := range schemas {
		en, zh := s.names()
		kinds = append(kinds, sheetKind{en, zh, func(r *reader, sh sheet) { r.readTableSheet(s, sh) }})
	}
	for _, k := range matrices {
		kinds = append(kinds, sheetKind{k.en, k.zh, func(r *reader, sh sheet) { r.readMatrixSheet(k, sh) }})
	}
	return append(kinds, specialSheets...)
}

// sheetNamed finds the kind of a sheet: its name is the kind's, or begins with it and goes
// on with a separator or a digit. The longest name decides.
func sheetNamed(kinds []sheetKind, name string) (kind sheetKind, known bool) {
	longest := 0
	name = plainSheetName(name)
	for _, k := range kinds {
		for _, n := range []string{k.en, k.zh} {
			if length := len(headingKey(n)); length > longest && beginsWithName(name, n) {
				kind, known, longest = k, true, length
			}
		}
	}
	return kind, known
}

// maxSheetName is more bytes than a spreadsheet allows in the name of a sheet.
const maxSheetName = 200

func plainSheetName(name string) string {
	return competency.Trim(competency.RemoveInvisible(norm.NFKC.String(name[:min(len(name), maxSheetName)])))
}

// beginsWithName reports whether a plain name is that of a kind, with any letter case and
// separators between its words, alone or with something set apart behind it.
func beginsWithName(name, kind string) bool {
	key, seen := headingKey(kind), ""
	for _, r := range name {
		if seen == key {
			return unicode.IsDigit(r) || unicode.IsSpace(r) || strings.ContainsRune("-–—_·•./|:;"+openBrackets, r)
		}
		if seen += headingKey(string(r)); !strings.HasPrefix(key, seen) {
			return false
		}
	}
	return seen == key
}
