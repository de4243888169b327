package exchange

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Location is a place in the files. Row is the number that a spreadsheet shows, 0
// for the whole file or sheet. Column is as written in the header, "" for the whole row.
type Location struct {
	File        string
	Sheet       string // of a workbook, "" in a file of text
	Row         int
	Column      string
	Cell        string // of a workbook, such as D7
	columnIndex int    // in the header, to sort by
}

// LocatedProblem is a problem with its location in the files.
type LocatedProblem struct {
	Location
	// Table and Key name a stored record that a problem is about. It has no location.
	Table, Key string
	// Other is the second location concerned, such as the first of two duplicates.
	Other *Location
	// Rows are further rows with the same problem, the first maxRows of More.
	Rows []int
	More int
	Code fault.Code // empty for a notice
	Text fault.Text
}

// ProblemEntry is a LocatedProblem for programs, in one language.
type ProblemEntry struct {
	File    string     `json:"file,omitempty"`
	Sheet   string     `json:"sheet,omitempty"` // of a workbook
	Row     int        `json:"row,omitempty"`
	Column  string     `json:"column,omitempty"`
	Cell    string     `json:"cell,omitempty"`  // of a workbook, such as D7
	Rows    []int      `json:"rows,omitempty"`  // further rows with the same problem, the first twenty
	More    int        `json:"more,omitempty"`  // how many further rows there are
	Table   string     `json:"table,omitempty"` // of a stored record, which has no file
	Key     string     `json:"key,omitempty"`
	Code    fault.Code `json:"code,omitempty"` // none for a notice
	Message string     `json:"message"`
}

// Describe returns the location in words: "prerequisites.csv, row 7, column level".
func (s Location) Describe() fault.Text {
	t := fault.Text{EN: s.File, ZH: s.File}
	if s.Sheet != "" { // 先导关系!D7, as spreadsheets name a cell
		t = fault.T("%s %s", "%s %s", t, competency.Truncate(s.Sheet, competency.MaxQuoted))
		if s.Cell != "" {
			return fault.T("%s!%s", "%s!%s", t, s.Cell)
		}
	}
	if s.Row > 0 {
		t = fault.T("%s, row %d", "%s 第 %d 行", t, s.Row)
	}
	if s.Column != "" {
		t = fault.T("%s, column %s", "%s %s 列", t, s.Column)
	}
	return t
}

// Message returns the problem without its location.
func (l LocatedProblem) Message(lang fault.Lang) string { return l.Words().In(lang) }

// Words returns the problem without its location, in both languages.
func (l LocatedProblem) Words() fault.Text {
	t := l.Text
	if l.Other != nil {
		t = fault.T("%s (also in %s)", "%s（另见 %s）", t, l.Other.Describe())
	}
	if n := len(l.Rows); l.More > maxRowsShown {
		t = fault.T("%s (and in %d more rows: %s …)", "%s（另有 %d 行相同：第 %s … 行）", t, l.More, joinRows(l.Rows[:maxRowsShown]))
	} else if n > 0 {
		t = fault.T("%s (and in row %s)", "%s（第 %s 行相同）", t, joinRows(l.Rows))
	}
	return t
}

// Format returns the problem with its location, in one line.
func (l LocatedProblem) Format(lang fault.Lang) string {
	if l.Key != "" {
		return fault.T("%s %s: ", "%s %s：", l.Table, competency.Truncate(l.Key, 2*competency.MaxQuoted)).In(lang) + l.Message(lang)
	}
	if l.File == "" {
		return l.Message(lang)
	}
	return fault.T("%s: ", "%s：", l.Describe()).In(lang) + l.Message(lang)
}

// Entry returns the problem in the form for programs.
func (l LocatedProblem) Entry(lang fault.Lang) ProblemEntry {
	return ProblemEntry{File: l.File, Sheet: l.Sheet, Row: l.Row, Column: l.Column, Cell: l.Cell, Rows: l.Rows, More: l.More, Table: l.Table, Key: l.Key, Code: l.Code, Message: l.Message(lang)}
}

// maxShown is how many problems are worth reading at once.
const maxShown = 100

// PrintProblems writes the first hundred problems, one per line.
func PrintProblems(w io.Writer, lang fault.Lang, problems []LocatedProblem) error {
	for i, p := range problems {
		line := p.Format(lang)
		if i == maxShown {
			line = fault.T("… and %d more", "…另有 %d 个问题", len(problems)-maxShown).In(lang)
		}
		if _, err := fmt.Fprintln(w, line); err != nil || i == maxShown {
			return err
		}
	}
	return nil
}

// sortProblems sorts problems by file, row and column, and removes duplicates.
func sortProblems(problems []LocatedProblem) []LocatedProblem {
	slices.SortStableFunc(problems, func(a, b LocatedProblem) int {
		return cmp.Or(cmp.Compare(tableOrder(a.Table), tableOrder(b.Table)), strings.Compare(a.Key, b.Key), strings.Compare(a.File, b.File), strings.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row), cmp.Compare(a.columnIndex, b.columnIndex))
	})
	return slices.CompactFunc(problems, func(a, b LocatedProblem) bool {
		return a.Location == b.Location && a.Table == b.Table && a.Key == b.Key && a.Text == b.Text
	})
}

// tableOrder returns where a table stands among all, 0 for none: what has a place in the
// files comes first.
func tableOrder(table string) int {
	return slices.IndexFunc(schemas, func(s schema) bool { en, _ := s.names(); return en == table }) + 1
}

// Of the rows with the same problem so many are kept, and so many are written out.
const (
	maxRows      = 20
	maxRowsShown = 5
)

func joinRows(rows []int) string {
	parts := make([]string, len(rows))
	for i, row := range rows {
		parts[i] = strconv.Itoa(row)
	}
	return strings.Join(parts, ", ")
}

// mergeEqual makes one of the sorted problems that say the same of one column.
func mergeEqual(sorted []LocatedProblem) []LocatedProblem {
	type key struct {
		file, sheet, column string
		index               int // cells of a matrix have one heading in many columns
		code                fault.Code
		text                fault.Text
	}
	first := map[key]int{}
	merged := sorted[:0]
	for _, p := range sorted {
		k := key{p.File, p.Sheet, p.Column, p.columnIndex, p.Code, p.Text}
		if at, known := first[k]; known && p.Row > 0 && p.Other == nil {
			same := &merged[at]
			if same.More++; len(same.Rows) < maxRows {
				same.Rows = append(same.Rows, p.Row)
			}
			continue
		} else if !known && p.Row > 0 && p.Other == nil {
			first[k] = len(merged)
		}
		merged = append(merged, p)
	}
	return merged
}

// nearestName is competency.Nearest for a word of any length.
func nearestName(word string, known []string) string {
	if len(word) > competency.MaxCode*utf8.UTFMax {
		return "" // longer than any name: skip the costly comparison
	}
	return competency.Nearest(word, known)
}

// suggest returns the end of a message that names the nearest known name, if any.
func suggest(word string, known []string) fault.Text {
	if near := nearestName(word, known); near != "" {
		return didYouMean(near)
	}
	return noProblem
}

func didYouMean(name string) fault.Text {
	return fault.T("; did you mean %s?", "；是否应为 %s？", name)
}
