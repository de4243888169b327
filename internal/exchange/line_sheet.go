package exchange

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// A workbook has a sheet for each file of JSON lines that an export has: states, unmapped,
// events, dropped. Nobody edits them, so their names and headers are in English alone, and
// every cell is a text. A sheet of states has columns; of the others a row is a line of
// JSON, divided over as many cells as it takes.

// stateColumns are those of the sheet states.
var stateColumns = []string{"employee", "knowledge_point", "mastery", "assessed_at", "model"}

// lineSheetName returns the name of the sheet that stands for a file of JSON lines.
func lineSheetName(file string) string { return strings.TrimSuffix(file, ".jsonl") }

// lineSheets are the kinds of sheet that stand for files of JSON lines.
func lineSheets() (kinds []sheetKind) {
	for _, file := range []string{statesFile, unmappedFile, eventsFile, droppedFile} {
		name := lineSheetName(file)
		kinds = append(kinds, sheetKind{name, name, func(r *reader, s sheet) { r.readLineSheet(file, s) }})
	}
	return kinds
}

// lineSheetWriter writes such a sheet. It is there once it has a row.
type lineSheetWriter struct {
	book *workbookFile
	file string
	rows *sheetWriter
	json jsonLine
}

func (b *workbookFile) openLines(file string) lineWriter {
	return &lineSheetWriter{book: b, file: file}
}

func (w *lineSheetWriter) write(line any) error {
	state, isState := line.(stateLine)
	if w.rows == nil {
		columns := []string{"json"}
		if isState {
			columns = stateColumns
		}
		w.rows = &sheetWriter{book: w.book, name: lineSheetName(w.file), raw: true}
		for _, name := range columns {
			w.rows.headings = append(w.rows.headings, heading{en: name})
		}
		if err := w.book.addSheet(w.rows.name); err != nil {
			return err
		}
	}
	if isState {
		return w.rows.write(state.cells())
	}
	data, err := w.json.encode(line)
	if err != nil {
		return err
	}
	return w.rows.write(divideText(escapeControls(strings.TrimSuffix(string(data), "\n")), longestCellUTF16))
}

func (w *lineSheetWriter) close() error {
	if w.rows == nil {
		return nil
	}
	return w.rows.close()
}

// cells returns a state as a row: numbers as texts, so that every digit stays.
func (l stateLine) cells() []string {
	model := make([]string, len(l.Model))
	for i, x := range l.Model {
		model[i] = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return []string{escapeControls(l.Employee), escapeControls(l.KnowledgePoint), strconv.FormatFloat(l.Mastery, 'g', -1, 64), l.AssessedAt.UTC().Format(time.RFC3339Nano), strings.Join(model, ";")}
}

// stateOfCells is the inverse of cells.
func stateOfCells(cells []string) (l stateLine, err error) {
	if len(cells) != len(stateColumns) {
		return l, strconv.ErrSyntax
	}
	l.Employee, l.KnowledgePoint = unescapeControls(cells[0]), unescapeControls(cells[1])
	if l.Mastery, err = strconv.ParseFloat(cells[2], 64); err != nil {
		return l, err
	}
	if l.AssessedAt, err = time.Parse(time.RFC3339Nano, cells[3]); err != nil {
		return l, err
	}
	for text := range strings.SplitSeq(cells[4], ";") {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return l, err
		}
		l.Model = append(l.Model, x)
	}
	return l, nil
}

// readLineSheet reads a sheet that stands for a file of JSON lines. Its first row is its
// header.
func (r *reader) readLineSheet(file string, s sheet) {
	for i, row := range s.Rows {
		if i == 0 || !slices.ContainsFunc(row.Cells, hasContent) {
			continue
		}
		cells := make([]string, len(row.Cells))
		for c, cell := range row.Cells {
			if cell.Column == c { // else there is a gap
				cells[c] = cell.Text
			}
		}
		if !r.readLineRow(file, cells, place{s.file, s.Name, row.Number}) {
			r.problems = append(r.problems, LocatedProblem{
				Location: Location{File: s.file, Sheet: s.Name, Row: row.Number}, Code: fault.InvalidArgument,
				Text: fault.T("this is no row that an export has written: export again, or remove the row", "此行不是导出的内容：请重新导出，或删除该行"),
			})
		}
	}
}

// readLineRow reads a row; false where it is none that an export writes.
func (r *reader) readLineRow(file string, cells []string, at place) bool {
	if file != statesFile {
		return lineFiles[file](r, unescapeControls(strings.Join(cells, "")), at)
	}
	l, err := stateOfCells(cells)
	if err != nil {
		return false
	}
	line, err := json.Marshal(l)
	return err == nil && r.readState(string(line), at)
}

// divideText divides a text into pieces that a cell takes. No character is divided.
func divideText(text string, longest int) (pieces []string) {
	start, length := 0, 0
	for i, r := range text {
		n := 1
		if r > 0xFFFF {
			n = 2
		}
		if length += n; length > longest {
			pieces, start, length = append(pieces, text[start:i]), i, n
		}
	}
	return append(pieces, text[start:])
}
