package workbook

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"github.com/zhitu/zhitu/internal/fault"
)

// identify refuses what is no package by its first bytes.
func identify(r io.ReaderAt, size int64) error {
	if size == 0 {
		return refusal(errEmpty)
	}
	head := make([]byte, min(size, 4<<10))
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return identifyCompound(r, head)
	case bytes.HasPrefix(head, []byte("\x09\x00\x04\x00")), bytes.HasPrefix(head, []byte("\x09\x02\x06\x00")), bytes.HasPrefix(head, []byte("\x09\x04\x06\x00")):
		return refusal(errOld) // Excel 2.1, 3 and 4
	case len(bytes.Trim(head, "\x00")) == 0:
		return damaged(nil) // of zeros alone: a download that was cut off
	}
	return refusal(identifyText(head))
}

// identifyText says what a file is that is neither a package nor a compound file.
func identifyText(head []byte) fault.Text {
	text := head
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		text, _ = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(head)
	default:
		text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	}
	lower := string(bytes.ToLower(bytes.TrimLeft(text, " \t\r\n")))
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(lower, w) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasPrefix(lower, "<") && has("<workbook", `progid="excel.sheet"`, "urn:schemas-microsoft-com:office:spreadsheet"):
		return errXML
	case strings.HasPrefix(lower, "<") && has("<office:document"):
		return errODF
	case has("<html", "<table", "<!doctype html", "<body") || strings.HasPrefix(lower, "mime-version:"):
		return errWebPage
	case strings.HasPrefix(lower, "%pdf"), bytes.ContainsFunc(text, isBinary):
		return errOtherFile
	}
	return errPlainText
}

// isBinary reports whether a character stands in no text of whatever encoding.
func isBinary(r rune) bool {
	return r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != '\f' && r != 0x1a && r != utf8.RuneError
}

// identifyPackage says what a package is that has no list of sheets where one belongs.
func (a *archive) identify() fault.Text {
	has := func(part string) bool { return a.parts[part] != nil }
	switch {
	case has("index/document.iwa"), has("index.zip"), has("index.apxl"):
		return errNumbers
	case has("content.xml") && has("meta-inf/manifest.xml"), has("mimetype") && has("content.xml"):
		return errODF
	case has("xl/workbook.bin"):
		return errBinary
	case has("word/document.xml"):
		return errWord
	case has("ppt/presentation.xml"):
		return errSlides
	}
	return errOtherFile
}
