package workbook

import (
	"strconv"
	"strings"
)

// Decimal is the exact value of a Number cell as a person would type it: in full, a
// percentage with its sign, and with the zeros that a format of Digits adds. 7 under 000 is
// 007, 1 under 0.0 is 1.0, and 0.856 under 0% is 85.6%, though a spreadsheet shows 86%. ok
// is false where Value is.
func (c Cell) Decimal() (text string, ok bool) {
	x, ok := c.Value()
	if !ok {
		return "", false
	}
	text = strconv.FormatFloat(x, 'f', -1, 64)
	switch c.Class {
	case Percent:
		return hundredfold(text) + "%", true
	case Digits:
		return padded(text, scanFormat(c.Format)), true
	}
	return text, true
}

// hundredfold moves the decimal point, because a product would be rounded.
func hundredfold(decimal string) string {
	number, sign := withoutSign(decimal)
	whole, fraction, _ := strings.Cut(number, ".")
	for len(fraction) < 2 {
		fraction += "0"
	}
	whole = strings.TrimLeft(whole+fraction[:2], "0")
	if whole == "" {
		whole = "0"
	}
	if fraction = fraction[2:]; fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}

// padded adds the zeros that a format asks for.
func padded(decimal string, format formatParts) string {
	number, sign := withoutSign(decimal)
	whole, fraction, _ := strings.Cut(number, ".")
	whole = strings.Repeat("0", max(0, format.whole-len(whole))) + whole
	fraction += strings.Repeat("0", max(0, format.fraction-len(fraction)))
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction
}

func withoutSign(decimal string) (number, sign string) {
	if number, negative := strings.CutPrefix(decimal, "-"); negative {
		return number, "-"
	}
	return decimal, ""
}
