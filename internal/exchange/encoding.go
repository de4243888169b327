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

// unwrap turns UTF-16 that says so by its byte order mark into UTF-8, and takes
// the mark off either. What has no mark is left as it is.
func unwrap(data string) (plain string, declared bool) {
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

// fromUTF16 leaves a byte that is no UTF-8 where half a character stands, so
// that toUTF8 finds the row.
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

// toUTF8 decodes cells in place: UTF-8 where all of them are, else GB18030.
// Where they are neither, or some are one and some the other, it returns the
// first row to tell so, and why.
func toUTF8(rows []Row, declared bool) (row int, wrong fault.Text) {
	var foreign, certain int // the first row that is not UTF-8, and that cannot be else
	for _, r := range rows {
		for _, cell := range r.Cells {
			switch valid := utf8.ValidString(cell); {
			case !valid && foreign == 0:
				foreign = r.Number
			case valid && certain == 0 && surelyUTF8(cell):
				certain = r.Number
			}
		}
	}
	switch {
	case foreign == 0:
		return 0, fine
	case declared:
		return foreign, fault.T("the row is damaged: it is not in the encoding that the file declares; save the file as UTF-8 again",
			"该行已损坏，与文件声明的编码不符：请重新另存为 UTF-8")
	case certain > 0:
		return max(foreign, certain), fault.T("the file mixes encodings: row %d is in UTF-8 and row %d is not; save all of it as UTF-8",
			"文件混用了编码：第 %d 行是 UTF-8，第 %d 行不是；请全部另存为 UTF-8", certain, foreign)
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
	return 0, fine
}

// surelyUTF8 reports whether a valid cell cannot well be anything but UTF-8.
// Some bytes read well in both encodings. But characters beyond U+07FF, Chinese
// among them, hardly ever come about from bytes that are plain GB2312, the
// everyday part of GB18030.
func surelyUTF8(cell string) bool {
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
