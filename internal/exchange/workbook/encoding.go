package workbook

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var errEncoding = errors.New("an encoding that is neither UTF-8 nor UTF-16")

// toUTF8 reads a part in UTF-8 or UTF-16, with a byte order mark or without. The format
// has no other encoding.
func toUTF8(in io.Reader) (io.Reader, error) {
	const longestDeclaration = 256
	r := bufio.NewReaderSize(in, longestDeclaration)
	head, err := r.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	utf16 := func(order unicode.Endianness) (io.Reader, error) {
		return transform.NewReader(r, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), nil
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = r.Discard(3)
		return r, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		return utf16(unicode.BigEndian)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		return utf16(unicode.LittleEndian)
	}
	if string(head) == "<?xm" {
		head, _ = r.Peek(longestDeclaration) // shorter at the end of the part
		if !isUnicode(declaredEncoding(head)) {
			return nil, errEncoding
		}
	}
	return r, nil
}

func isUnicode(encoding string) bool {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "utf-16": // the last one cannot be true here
		return true
	}
	return false
}

// declaredEncoding returns what an XML declaration says, "" for nothing.
func declaredEncoding(head []byte) string {
	declaration, _, ok := bytes.Cut(head, []byte("?>"))
	if !ok {
		return ""
	}
	_, value, ok := bytes.Cut(declaration, []byte("encoding"))
	if !ok {
		return ""
	}
	value = bytes.TrimLeft(value, "= \t\r\n")
	if len(value) == 0 {
		return ""
	}
	value, _, _ = bytes.Cut(value[1:], value[:1])
	return string(value)
}
