package marking

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// signature begins every condition of ours and is always true. It survives what
// spreadsheets do to formulas when they save.
const signature = `"zhitu"="zhitu"`

// maxLiteral is how long a text in a formula may be, with its quotation marks doubled.
const maxLiteral = 255

// condition returns the formula that holds while a cell has the value it has now.
func condition(at place, v cellValue, from1904 bool) string {
	return "AND(" + signature + "," + comparison(at.String(), v, from1904) + ")"
}

func comparison(cell string, v cellValue, from1904 bool) string {
	if v.isEmpty {
		return fmt.Sprintf("LEN(%s)=0", cell)
	}
	switch v.kind {
	case "n", "d":
		x, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
		if v.kind == "d" {
			x, err = serialDate(v.text, from1904)
		}
		if err == nil && !math.IsInf(x, 0) && !math.IsNaN(x) {
			return fmt.Sprintf("ISNUMBER(%s),%s=%s", cell, cell, strconv.FormatFloat(x, 'G', -1, 64))
		}
		return fmt.Sprintf("LEN(%s)>0", cell)
	case "b":
		return fmt.Sprintf("ISLOGICAL(%s),%s=%s", cell, cell, truthValue(v.text))
	case "e":
		return fmt.Sprintf("ISERROR(%s)", cell)
	default:
		return fmt.Sprintf("ISTEXT(%s),%s", cell, sameText(cell, v.text))
	}
}

func truthValue(s string) string {
	if s := strings.TrimSpace(s); s == "1" || strings.EqualFold(s, "true") {
		return "TRUE"
	}
	return "FALSE"
}

// sameText compares a cell with a text. A long one is compared by its length, beginning and
// end. So is one with characters that formulas count differently or cannot hold.
func sameText(cell, text string) string {
	if ambiguous.MatchString(text) { // would be read as a character
		return fmt.Sprintf("LEN(%s)=%d", cell, utf8.RuneCountInString(text))
	}
	if safePrefix(text) == text {
		return fmt.Sprintf("EXACT(%s,%s)", cell, literal(text))
	}
	var parts []string
	if strings.IndexFunc(text, isWide) < 0 {
		parts = append(parts, fmt.Sprintf("LEN(%s)=%d", cell, utf8.RuneCountInString(text)))
	}
	if first := safePrefix(text); first != "" {
		parts = append(parts, fmt.Sprintf("EXACT(LEFT(%s,%d),%s)", cell, utf8.RuneCountInString(first), literal(first)))
	}
	if last := safeSuffix(text); last != "" {
		parts = append(parts, fmt.Sprintf("EXACT(RIGHT(%s,%d),%s)", cell, utf8.RuneCountInString(last), literal(last)))
	}
	if len(parts) == 0 {
		return fmt.Sprintf("LEN(%s)>0", cell)
	}
	return strings.Join(parts, ",")
}

// isWide says of a character that Excel counts it as two and LibreOffice as one.
func isWide(r rune) bool { return r > 0xFFFF }

func isUnsafe(r rune) bool {
	return isWide(r) || r < ' ' && r != '\n' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF
}

// safePrefix returns the longest beginning of a text that a formula can hold.
func safePrefix(s string) string {
	n := 0
	for i, r := range s {
		if n += cost(r); isUnsafe(r) || n > maxLiteral {
			return s[:i]
		}
	}
	return s
}

// safeSuffix returns the longest end of a text that a formula can hold.
func safeSuffix(s string) string {
	n, i := 0, len(s)
	for i > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if n += cost(r); isUnsafe(r) || n > maxLiteral {
			break
		}
		i -= size
	}
	return s[i:]
}

// cost is how much of a literal a character takes.
func cost(r rune) int {
	if r == '"' {
		return 2
	}
	return 1
}

func literal(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// serialDate returns a date that is written as ISO 8601 as the number that it is in formulas.
func serialDate(s string, from1904 bool) (float64, error) {
	var moment time.Time
	var err error
	for _, form := range []string{"2006-01-02T15:04:05.999", "2006-01-02", time.RFC3339} {
		if moment, err = time.Parse(form, strings.TrimSpace(s)); err == nil {
			break
		}
	}
	first := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		first = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return float64(moment.Unix()-first.Unix()) / (24 * 60 * 60), err
}
