package exchange

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/competency"
)

// headingIndex finds the column that a cell of a header names, however it is
// decorated: * 姓名（必填）, 分钟(min), Name EN, code 编码.
type headingIndex struct {
	headings []heading
	byKey    map[string]int
}

func newHeadingIndex(headings []heading) headingIndex {
	x := headingIndex{headings, map[string]int{}}
	for i, h := range headings {
		en, zh := headingKey(h.en), headingKey(h.zh)
		for _, key := range []string{en, zh, en + zh, zh + en} {
			x.byKey[key] = i
		}
	}
	return x
}

// maxHeading is more bytes than any name of a column has, with all decoration.
const maxHeading = 200

// find returns the column that a cell names, -1 for none.
func (x headingIndex) find(cell string) int {
	if len(cell) > maxHeading {
		return -1
	}
	if !utf8.ValidString(cell) { // not decoded yet, as while the separator is looked for
		cell, _ = simplifiedchinese.GB18030.NewDecoder().String(cell)
	}
	if i, known := x.byKey[headingKey(cell)]; known {
		return i
	}
	outside, _ := cutBrackets(cell)
	if i, known := x.byKey[headingKey(outside)]; known && outside != "" {
		return i
	}
	return -1
}

// count returns how many columns a row names.
func (x headingIndex) count(r Row) int {
	named := map[int]bool{}
	for _, cell := range r.Cells[:min(len(r.Cells), maxHeaderCells)] {
		if i := x.find(cell); i >= 0 {
			named[i] = true
		}
	}
	return len(named)
}

// namesRequired reports whether a row is a header: it names every column that the
// table needs, and two at least.
func (x headingIndex) namesRequired(r Row) bool {
	named := map[int]bool{}
	for _, cell := range r.Cells[:min(len(r.Cells), maxHeaderCells)] {
		if i := x.find(cell); i >= 0 {
			named[i] = true
		}
	}
	for i, h := range x.headings {
		if h.isRequired && !named[i] {
			return false
		}
	}
	return len(named) >= 2
}

// The header is one of the first rows. No table has a tenth of so many columns.
const (
	maxHeaderRow   = 20
	maxHeaderCells = 1000
)

// findHeader returns the index of the header among rows of which the first is not
// blank: the first that names all that is needed, else the one that names most.
func (x headingIndex) findHeader(rows []Row) int {
	best, most := 0, 0
	for i, r := range rows {
		if r.Number > maxHeaderRow {
			break
		}
		if x.namesRequired(r) {
			return i
		}
		if n := x.count(r); n > most {
			best, most = i, n
		}
	}
	return best
}

// headingKey returns what is compared of a name in a header: letters and digits,
// whatever their case and width, and #.
func headingKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '#' {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

const (
	openBrackets  = "([{<（［｛〈《【〔「『〖＜"
	closeBrackets = ")]}>）］｝〉》】〕」』〗＞"
)

// cutBrackets divides a heading into what stands outside of the brackets at its ends,
// and what stands within: 姓名（必填）, [必填] 姓名.
func cutBrackets(s string) (outside string, within []string) {
	outside = strings.TrimFunc(s, isDecoration)
	for range 4 {
		if last, n := utf8.DecodeLastRuneInString(outside); n > 0 && strings.ContainsRune(closeBrackets, last) {
			if at := strings.LastIndexAny(outside, openBrackets); at >= 0 {
				_, width := utf8.DecodeRuneInString(outside[at:])
				within = append(within, outside[at+width:len(outside)-n])
				outside = strings.TrimFunc(outside[:at], isDecoration)
				continue
			}
		}
		if first, n := utf8.DecodeRuneInString(outside); n > 0 && strings.ContainsRune(openBrackets, first) {
			if at := strings.IndexAny(outside, closeBrackets); at >= 0 {
				_, width := utf8.DecodeRuneInString(outside[at:])
				within = append(within, outside[n:at])
				outside = strings.TrimFunc(outside[at+width:], isDecoration)
				continue
			}
		}
		break
	}
	return outside, within
}

func isDecoration(r rune) bool {
	return unicode.IsSpace(r) || competency.IsInvisible(r) || strings.ContainsRune("*＊★☆•·:：", r)
}

// displayHeading returns a heading as messages show it, in one line.
func displayHeading(cell string) string {
	return competency.Truncate(strings.Join(strings.Fields(competency.RemoveInvisible(competency.Trim(competency.Truncate(cell, maxHeading)))), " "), competency.MaxQuoted)
}
