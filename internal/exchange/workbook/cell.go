package workbook

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// readCell reads the cell just begun, and keeps it where it has content.
func (r *sheetReader) readCell(ref Ref) error {
	s := r.s
	cell := Cell{Column: ref.Column}
	var st style
	if i := number(s.attr("s")); i >= 0 && i < len(r.book.styles) {
		st = r.book.styles[i]
	}
	cell.Format, cell.Class = st.format, st.class
	kind := typeOf(s.attr("t"))
	how := plainText
	from := len(r.chars)
	result := false // there is a v
	for depth := len(s.marks); len(s.marks) >= depth; {
		switch s.next() {
		case atEnd:
			return s.err
		case startTag:
			var err error
			switch string(s.local) {
			case "v":
				result = true
				r.chars, err = r.appendValue(r.chars, ref)
			case "is":
				r.chars, how, err = s.richText(r.chars)
			case "f":
				cell.Formula = true
				s.skip()
			default:
				s.skip()
			}
			if err != nil {
				return err
			}
		}
	}
	value := r.chars[from:]
	if kind == sharedText && len(value) > 0 {
		i := number(bytes.TrimSpace(value))
		if i < 0 || i >= len(r.book.strings.texts) {
			return damagedCell(ref)
		}
		r.chars = r.chars[:from]
		cell.Kind, cell.Text = Text, r.book.strings.texts[i]
		if rich, ok := r.book.strings.runs[i]; ok {
			how = rich
		}
	} else if err := r.interpret(&cell, kind, from); err != nil {
		return err
	}
	if len(r.chars) == from && cell.Text == "" {
		if !cell.Formula || kind == formulaText && result {
			return s.err // blank, or the empty text is its result
		}
		cell.Kind = NoResult
	}
	cell.Struck = how.struck(st.struck)
	r.cells = append(r.cells, cell)
	r.spans = append(r.spans, span{from: from, to: len(r.chars)})
	return s.err
}

// cellType is how the value of a cell is written.
type cellType byte

const (
	numeric cellType = iota
	sharedText
	formulaText
	inlineText
	truth
	errorName
	isoDate
)

func typeOf(t []byte) cellType {
	switch string(t) {
	case "s":
		return sharedText
	case "str":
		return formulaText
	case "inlineStr":
		return inlineText
	case "b":
		return truth
	case "e":
		return errorName
	case "d":
		return isoDate
	}
	return numeric
}

// appendValue appends the text of the element just begun, as it is.
func (r *sheetReader) appendValue(dst []byte, ref Ref) ([]byte, error) {
	s := r.s
	const most = MaxCharacters * escapeLength
	before := len(dst)
	for depth := len(s.marks); len(s.marks) >= depth; {
		switch s.next() {
		case atEnd:
			return dst, s.err
		case startTag:
			s.skip()
		case charData:
			if dst = s.appendText(dst); len(dst)-before > most {
				return dst, tooLongCell(ref)
			}
		}
	}
	return dst, s.err
}

func tooLongCell(ref Ref) error {
	return refuse("the text of cell %s has more than %d characters: shorten it", "单元格 %s 的文本超过 %d 个字符：请缩短", ref, MaxCharacters)
}

// interpret sets the kind of a cell whose value stands in chars from the given place on,
// and turns the value into the text of the cell.
func (r *sheetReader) interpret(cell *Cell, kind cellType, from int) error {
	ref := Ref{Column: cell.Column, Row: r.row.Number}
	value := r.chars[from:]
	if kind != inlineText && !isText(value) {
		return damagedCell(ref)
	}
	plain := bytes.Trim(value, " \t\r\n")
	cell.Kind = Text
	switch kind {
	case formulaText:
		r.chars = append(r.chars[:from], unescape(value)...)
		if text := r.chars[from:]; len(text) > MaxCharacters && utf8.RuneCount(text) > MaxCharacters {
			return tooLongCell(ref)
		}
	case errorName:
		cell.Kind = Error
		r.chars = append(r.chars[:from], plain...)
	case truth:
		switch {
		case isTrue(plain):
			cell.Kind, cell.Text = Bool, "TRUE"
			r.chars = r.chars[:from]
		case string(plain) == "0" || string(plain) == "false":
			cell.Kind, cell.Text = Bool, "FALSE"
			r.chars = r.chars[:from]
		}
	case numeric:
		if isNumber(plain) {
			cell.Kind = Number
		}
		r.chars = append(r.chars[:from], plain...)
	case isoDate:
		if days, format, ok := r.book.Dates.serial(string(plain)); ok {
			cell.Kind, cell.Text = Number, days
			r.chars = r.chars[:from]
			if cell.Class != Date && cell.Class != TimeOfDay {
				cell.Format, cell.Class = format, ClassOf(format)
			}
		}
	}
	return nil
}

// isNumber reports whether a value is a decimal number, with an exponent or without.
func isNumber(v []byte) bool {
	i := 0
	digits := func() bool {
		from := i
		for i < len(v) && '0' <= v[i] && v[i] <= '9' {
			i++
		}
		return i > from
	}
	sign := func() {
		if i < len(v) && (v[i] == '-' || v[i] == '+') {
			i++
		}
	}
	sign()
	whole := digits()
	if i < len(v) && v[i] == '.' {
		i++
		if !digits() && !whole {
			return false
		}
	} else if !whole {
		return false
	}
	if i < len(v) && (v[i] == 'e' || v[i] == 'E') {
		i++
		sign()
		if !digits() {
			return false
		}
	}
	if i < len(v) {
		return false
	}
	_, err := strconv.ParseFloat(string(v), 64)
	return err == nil
}
