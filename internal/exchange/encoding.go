package exchange

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

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

// cellsToUTF8 decodes cells in place. If all of them are valid UTF-8, that is the
// encoding, else it is GB18030. If they are neither, or mixed, it returns the first
// row that shows so, and the problem.
func cellsToUTF8(rows []Row, declared bool) (row int, problem fault.Text) {
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
	case firstInvalid == 0:
		return 0, noProblem
	case declared:
		return firstInvalid, fault.T("the row is damaged: it is not in the encoding that the file declares; save the file as UTF-8 again",
			"该行已损坏，与文件声明的编码不符：请重新另存为 UTF-8")
	case firstCertain > 0:
		return max(firstInvalid, firstCertain), fault.T("the file mixes encodings: row %d is in UTF-8 and row %d is not; save all of it as UTF-8",
			"文件混用了编码：第 %d 行是 UTF-8，第 %d 行不是；请全部另存为 UTF-8", firstCertain, firstInvalid)
	}
	decoder := simplifiedchinese.GB18030.NewDecoder()
	for _, r := range rows {
		for i, cell := range r.Cells {
			if isASCII(cell) {
				continue
			}
			decoded, err := decoder.String(cell)
			if err != nil || strings.ContainsRune(decoded, utf8.RuneError) {
				return r.Number, fault.T("the text is neither UTF-8 nor GB18030: save the file as CSV UTF-8",
					"文本既不是 UTF-8 也不是 GB18030：请另存为 CSV UTF-8")
			}
			r.Cells[i] = decoded
		}
	}
	return 0, noProblem
}

// isCertainlyUTF8 reports whether a valid cell can hardly be in another encoding.
// Some bytes are valid in both encodings. But bytes of GB2312, the common part of
// GB18030, hardly ever form characters beyond U+07FF, such as Chinese ones.
func isCertainlyUTF8(cell string) bool {
	return strings.IndexFunc(cell, func(r rune) bool { return r > 0x7ff }) >= 0 && !isGB2312(cell)
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
