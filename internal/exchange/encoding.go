package exchange

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

const utf8BOM = "\xef\xbb\xbf"

// decodeBOM removes a byte order mark and decodes UTF-16 if the mark says so. Data
// without a mark is returned unchanged, with declared false.
func decodeBOM(data string) (text string, declared bool) {
	if rest, ok := strings.CutPrefix(data, utf8BOM); ok {
		return rest, true
	}
	if rest, ok := strings.CutPrefix(data, "\xff\xfe"); ok {
		return fromUTF16(rest, binary.LittleEndian), true
	}
	if rest, ok := strings.CutPrefix(data, "\xfe\xff"); ok {
		return fromUTF16(rest, binary.BigEndian), true
	}
	return data, false
}

// fromUTF16 decodes UTF-16. Half of a surrogate pair becomes a byte that is invalid
// in UTF-8, so that cellsToUTF8 finds its row.
func fromUTF16(data string, order binary.ByteOrder) string {
	const damage = 0xff
	out := make([]byte, 0, len(data)*3/2)
	in := []byte(data)
	for ; len(in) >= 2; in = in[2:] {
		r := rune(order.Uint16(in))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if len(in) >= 4 {
				low = rune(order.Uint16(in[2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				out = append(out, damage)
				continue
			}
			in = in[2:]
		}
		out = utf8.AppendRune(out, r)
	}
	if len(in) > 0 {
		out = append(out, damage)
	}
	return string(out)
}

// decodeAs decodes text in an encoding that somebody has named. What is UTF-8 already
// stays: the name is for the other files of a folder.
func decodeAs(data string, named encoding.Encoding) (text string, row int, problem fault.Text) {
	if utf8.ValidString(data) && strings.IndexByte(data, 0) < 0 {
		return data, 0, noProblem
	}
	text, err := named.NewDecoder().String(data)
	if at := strings.IndexRune(text, utf8.RuneError); err != nil || at >= 0 {
		name, _ := htmlindex.Name(named)
		return "", 1 + strings.Count(text[:max(at, 0)], "\n"), fault.T("the text is not in the encoding %s that was named for it: name another, or save the file as CSV UTF-8",
			"文本不是所指定的编码 %s：请另行指定，或另存为 CSV UTF-8", name)
	}
	return text, 0, noProblem
}

// assumption is what was guessed about the encoding of a file; the zero value is none.
type assumption struct {
	firstRow    int
	firstText   string
	isPlausible bool
	bytes       byteStatistics
}

// cellsToUTF8 decodes cells in place. If all of them are valid UTF-8, that is the
// encoding, else GB18030 is assumed. If they are neither, or mixed, it returns the first
// row that shows so, and the problem.
func cellsToUTF8(rows []Row, declared bool) (assumed assumption, row int, problem fault.Text) {
	var firstInvalid, firstCertain int // first rows that are not UTF-8, and that cannot be anything else
	for _, r := range rows {
		for _, cell := range r.Cells {
			switch valid := utf8.ValidString(cell); {
			case !valid && firstInvalid == 0:
				firstInvalid = r.Number
			case valid && firstCertain == 0 && isCertainlyUTF8(cell):
				firstCertain = r.Number
			}
		}
	}
	switch {
	case firstInvalid == 0 && (declared || !isGB2312ByChance(rows)):
		return assumed, 0, noProblem
	case firstInvalid == 0: // all of it happens to be valid in UTF-8
	case declared:
		return assumed, firstInvalid, fault.T("the row is damaged: it is not in the encoding that the file declares; save the file as UTF-8 again",
			"该行已损坏，与文件声明的编码不符：请重新另存为 UTF-8")
	case firstCertain > 0:
		return assumed, max(firstInvalid, firstCertain), fault.T("the file mixes encodings: row %d is in UTF-8 and row %d is not; save all of it as UTF-8",
			"文件混用了编码：第 %d 行是 UTF-8，第 %d 行不是；请全部另存为 UTF-8", firstCertain, firstInvalid)
	}
	decoder := simplifiedchinese.GB18030.NewDecoder()
	invalidRow := 0
	for _, r := range rows {
		for i, cell := range r.Cells {
			if isASCII(cell) {
				continue
			}
			assumed.bytes.add(cell)
			decoded, err := decoder.String(cell)
			if invalid := err != nil || strings.ContainsRune(decoded, utf8.RuneError); invalid && invalidRow == 0 {
				invalidRow = r.Number
			}
			if assumed.firstRow == 0 {
				assumed.firstRow, assumed.firstText = r.Number, competency.Trim(decoded)
			}
			r.Cells[i] = decoded
		}
	}
	if invalidRow > 0 {
		return assumed, invalidRow, fault.T("the text is neither UTF-8 nor GB18030%s", "文本既不是 UTF-8 也不是 GB18030%s", assumed.bytes.advice())
	}
	assumed.isPlausible = assumed.bytes.isPlausibleGB18030()
	return assumed, 0, noProblem
}

// refusal says that a text would be no words in GB18030.
func (a assumption) refusal() fault.Text {
	return fault.T("the text is not UTF-8, and as GB18030 it would be no Chinese, such as %s%s", "文本不是 UTF-8，按 GB18030 读取又不成文字（如 %s）%s",
		competency.Quote(a.firstText), a.bytes.advice())
}

// notice says which encoding was assumed.
func (a assumption) notice() fault.Text {
	return fault.T("the file is not UTF-8 and was read as GB18030, such as %s; where this is wrong, name its encoding with --encoding",
		"文件不是 UTF-8，已按 GB18030 读取（如 %s）；若不正确，请用 --encoding 指明编码", competency.Quote(a.firstText))
}

// isCertainlyUTF8 reports whether a valid cell can hardly be in another encoding.
// Some bytes are valid in both encodings. But bytes of GB2312, the common part of
// GB18030, hardly ever form characters beyond U+07FF, such as Chinese ones.
func isCertainlyUTF8(cell string) bool {
	return strings.IndexFunc(cell, func(r rune) bool { return r > 0x7ff }) >= 0 && !isGB2312(cell)
}

// isGB2312ByChance reports whether cells that are valid UTF-8 are rather Chinese in
// GB2312. A short text may be both, as 知识 is, but in UTF-8 it would be no word: accents
// without a letter, or letters of several scripts.
func isGB2312ByChance(rows []Row) bool {
	scripts := map[*unicode.RangeTable]bool{}
	isNoWord := false
	for _, r := range rows {
		for _, cell := range r.Cells {
			if isASCII(cell) {
				continue
			}
			if !isGB2312(cell) {
				return false
			}
			for _, c := range cell {
				switch {
				case c < utf8.RuneSelf:
				case unicode.In(c, unicode.Mn, unicode.Lm, unicode.Sk):
					isNoWord = true
				default:
					for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Hebrew, unicode.Arabic} {
						scripts[script] = scripts[script] || unicode.Is(script, c)
					}
				}
			}
		}
	}
	count := 0
	for _, used := range scripts {
		if used {
			count++
		}
	}
	return isNoWord || count > 1
}

func isGB2312(s string) bool {
	for i := 0; i < len(s); i++ {
		lead := s[i]
		if lead < utf8.RuneSelf {
			continue
		}
		if i++; i == len(s) {
			return false
		}
		known := lead >= 0xa1 && lead <= 0xa9 || lead >= 0xb0 && lead <= 0xf7
		if !known || s[i] < 0xa1 || s[i] == 0xff {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
