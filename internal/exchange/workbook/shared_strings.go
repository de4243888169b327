package workbook

import (
	"bytes"
	"context"
	"unicode/utf8"
	"unsafe"
)

// sharedStrings are the texts that cells name by number.
type sharedStrings struct {
	texts []string
	runs  map[int]runs // of those with formatted runs
}

// runs says which runs of a rich text are crossed out.
type runs struct {
	unstruck bool // one is not
	own      bool // one has the format of its cell
}

// plainText is the runs of a text without any: as its cell.
var plainText = runs{own: true}

// struck reports whether the whole text is crossed out in a cell of that style.
func (r runs) struck(cell bool) bool { return !r.unstruck && (!r.own || cell) }

// loadStrings reads the shared strings once, when the first sheet is read.
func (b *Book) loadStrings(ctx context.Context) error {
	if b.strings != nil || b.refusal != nil {
		return b.refusal
	}
	all := &sharedStrings{runs: map[int]runs{}}
	if b.parts.find(b.shared) != nil { // a cell that misses its text is refused there
		if err := b.parts.read(ctx, b.shared, MaxPart, all.read); err != nil {
			if ctx.Err() == nil {
				b.refusal = err
			}
			return err
		}
	}
	b.strings = all
	return nil
}

func (all *sharedStrings) read(s *scanner) error {
	size := 0
	var text []byte
	var how runs
	for s.element() {
		if string(s.local) != "si" {
			continue
		}
		var err error
		if text, how, err = s.richText(text[:0]); err != nil {
			return err
		}
		if size += len(text) + int(unsafe.Sizeof("")); size > MaxStrings {
			return refuse("the texts of the workbook take more than %d MB: copy the sheets to import into a new workbook, or divide them",
				"工作簿的文本超过 %d MB：请把要导入的工作表复制到新的工作簿，或分成几个文件", MaxStrings>>20)
		}
		if how != plainText {
			all.runs[len(all.texts)] = how
		}
		all.texts = append(all.texts, string(text))
	}
	return s.err
}

// richText reads the text of the element just begun (si or is), up to its end: that of
// its runs one after the other, without phonetic ones.
func (s *scanner) richText(dst []byte) ([]byte, runs, error) {
	var how runs
	var format, struck bool // of the run
	start := len(dst)       // what is before is of other cells
	for depth := len(s.marks); len(s.marks) >= depth; {
		switch s.next() {
		case atEnd:
			return dst, how, s.err
		case startTag:
			switch string(s.local) {
			case "rPh", "phoneticPr", "extLst", "AlternateContent":
				s.skip()
			case "r":
				format, struck = false, false
			case "rPr":
				format = true
			case "strike":
				struck = s.attr("val") == nil || s.flag("val")
			case "t":
				before := len(dst)
				var err error
				if dst, err = s.appendElement(dst); err != nil {
					return dst, how, err
				}
				if len(dst) > before {
					how.own = how.own || !format
					how.unstruck = how.unstruck || format && !struck
				}
			}
		}
	}
	if len(dst) == start {
		how = plainText
	}
	if len(dst)-start > MaxCharacters && utf8.RuneCount(dst[start:]) > MaxCharacters {
		return dst, how, refuse("a text has more than %d characters, more than a cell can hold: shorten it", "有文本超过 %d 个字符，超出单元格的上限：请缩短", MaxCharacters)
	}
	return dst, how, s.err
}

// appendElement appends the text of the element just begun, up to its end. White space
// around it counts only where xml:space says so.
func (s *scanner) appendElement(dst []byte) ([]byte, error) {
	const most = MaxCharacters * (escapeLength + 1) // before escapes are undone
	preserve := string(s.attr("xml:space")) == "preserve"
	before := len(dst)
	for depth := len(s.marks); len(s.marks) >= depth; {
		switch s.next() {
		case atEnd:
			return dst, s.err
		case startTag:
			s.skip()
		case charData:
			dst = s.appendText(dst)
			if len(dst)-before > most {
				return dst, refuse("a text has more than %d characters, more than a cell can hold: shorten it", "有文本超过 %d 个字符，超出单元格的上限：请缩短", MaxCharacters)
			}
		}
	}
	text := dst[before:]
	if !isText(text) {
		return dst, errSyntax
	}
	if !preserve {
		text = bytes.Trim(text, " \t\r\n")
	}
	return append(dst[:before], unescape(text)...), nil
}
