package exchange

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Spot is a place in the files. Row is the number that a spreadsheet shows, 0
// for the file as a whole; Column is as written in the header, "" for the row
// as a whole.
type Spot struct {
	File   string
	Row    int
	Column string
	order  int // the column's place in the header
}

// Located is a problem with its place in the files.
type Located struct {
	Spot
	// Also is the other place concerned, such as the first of two duplicates.
	Also *Spot
	Code fault.Code
	Text fault.Text
}

// Entry is a Located for programs, in one language.
type Entry struct {
	File    string     `json:"file,omitempty"`
	Row     int        `json:"row,omitempty"`
	Column  string     `json:"column,omitempty"`
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

// text is the place in words: "prerequisites.csv, row 7, column level".
func (s Spot) text() fault.Text {
	t := fault.Text{EN: s.File, ZH: s.File}
	if s.Row > 0 {
		t = fault.T("%s, row %d", "%s 第 %d 行", t, s.Row)
	}
	if s.Column != "" {
		t = fault.T("%s, column %s", "%s %s 列", t, s.Column)
	}
	return t
}

// Message is the problem without its place.
func (l Located) Message(lang fault.Lang) string {
	t := l.Text
	if l.Also != nil {
		t = fault.T("%s (also in %s)", "%s（另见 %s）", t, l.Also.text())
	}
	return t.In(lang)
}

// In is the problem with its place, in one line.
func (l Located) In(lang fault.Lang) string {
	if l.File == "" {
		return l.Message(lang)
	}
	return fault.T("%s: ", "%s：", l.text()).In(lang) + l.Message(lang)
}

// Entry returns the problem for programs.
func (l Located) Entry(lang fault.Lang) Entry {
	return Entry{File: l.File, Row: l.Row, Column: l.Column, Code: l.Code, Message: l.Message(lang)}
}

// shown is how many problems are worth reading at once.
const shown = 100

// Print writes problems one a line, the first hundred of them.
func Print(w io.Writer, lang fault.Lang, problems []Located) error {
	for i, p := range problems {
		line := p.In(lang)
		if i == shown {
			line = fault.T("… and %d more", "…另有 %d 个问题", len(problems)-shown).In(lang)
		}
		if _, err := fmt.Fprintln(w, line); err != nil || i == shown {
			return err
		}
	}
	return nil
}

// arrange sorts problems by file, row and column, and drops repetitions.
func arrange(problems []Located) []Located {
	slices.SortStableFunc(problems, func(a, b Located) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.order, b.order))
	})
	return slices.CompactFunc(problems, func(a, b Located) bool { return a.Spot == b.Spot && a.Text == b.Text })
}

// nearest is competency.Nearest for a word of any length.
func nearest(word string, known []string) string {
	if len(word) > competency.MaxCode*utf8.UTFMax {
		return "" // it resembles nothing, and need not be read to see that
	}
	return competency.Nearest(word, known)
}

// suggest ends a message with the nearest of the known names, if any is near.
func suggest(word string, known []string) fault.Text {
	if near := nearest(word, known); near != "" {
		return didYouMean(near)
	}
	return fine
}

func didYouMean(name string) fault.Text {
	return fault.T("; did you mean %s?", "；是否应为 %s？", name)
}
