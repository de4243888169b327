package exchange

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// maxExactCode is the largest whole number of which a spreadsheet keeps all digits.
const maxExactCode = 999999999999999

// shortest is the shortest decimal that is the same double.
func shortest(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// shownDigits is a number as a plain format shows it, with at most the 15 digits that a
// spreadsheet has.
func shownDigits(x float64, c workbook.Cell) string {
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64)
	s := shortest(x)
	if c.Class != workbook.Digits {
		return s
	}
	p := placesOf(c.Format)
	if _, fraction, _ := strings.Cut(s, "."); len(fraction) > p.most {
		scale := math.Pow10(p.most)
		if rounded := math.Round(x*scale) / scale; !math.IsInf(rounded, 0) {
			s = shortest(rounded)
		}
	}
	s = withPlaces(s, p)
	sign, s, negative := "", s, strings.HasPrefix(s, "-")
	if negative {
		sign, s = "-", s[1:]
	}
	whole, _, _ := strings.Cut(s, ".")
	return sign + strings.Repeat("0", max(0, p.whole-len(whole))) + s
}

// fewerPlaces reports whether a format hides decimal places of a number.
func fewerPlaces(shown, own string) bool {
	_, a, _ := strings.Cut(shown, ".")
	_, b, _ := strings.Cut(own, ".")
	return len(a) < len(b)
}

// places are the digits that a plain format asks for: how many before the decimal point,
// how many behind it at least and at most.
type places struct{ whole, least, most int }

// maxPlaces is how many a spreadsheet allows behind the decimal point.
const maxPlaces = 30

// placesOf reads the first section of a plain format: 00000, 0.0, #.##, 0_ .
func placesOf(format string) (p places) {
	point := false
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case ';':
			return p
		case '"':
			if end := strings.IndexByte(format[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			if end := strings.IndexByte(format[i:], ']'); end >= 0 {
				i += end
			}
		case '\\', '_', '*':
			i++
		case '.':
			point = true
		case '0', '#':
			switch {
			case point && p.most < maxPlaces:
				if p.most++; c == '0' {
					p.least = p.most
				}
			case !point && c == '0':
				p.whole = min(p.whole+1, competency.MaxCode)
			}
		}
	}
	return p
}

// withPlaces adds the zeros behind the decimal point that a format asks for.
func withPlaces(s string, p places) string {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) >= p.least {
		return s
	}
	return whole + "." + fraction + strings.Repeat("0", p.least-len(fraction))
}

// percentage writes a share with a percent sign, exactly. Where no percentage is the same
// double, it is the share with its decimal point.
func percentage(x float64) string {
	s := shortest(math.Abs(x))
	whole, fraction, _ := strings.Cut(s, ".")
	fraction += strings.Repeat("0", max(0, 2-len(fraction)))
	moved := strings.TrimLeft(whole+fraction[:2], "0")
	if moved == "" {
		moved = "0"
	}
	if rest := strings.TrimRight(fraction[2:], "0"); rest != "" {
		moved += "." + rest
	}
	if x < 0 {
		moved = "-" + moved
	}
	if same, ok := competency.ParseShare(moved + "%"); !ok || same != x {
		return withPlaces(shortest(x), places{least: 1})
	}
	return moved + "%"
}

// clock is the time of day of a number of days.
func clock(x float64, layout string) string {
	_, share := math.Modf(math.Abs(x))
	return time.Time{}.Add(time.Duration(math.Round(share*86400)) * time.Second).Format(layout)
}

// scientific writes a number as somebody may have typed it: 1E5.
func scientific(x float64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'E', -1, 64), "E")
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}

// fraction is the plainest fraction that a number is, "" for none with a small denominator.
func fraction(x float64) string {
	for d := 2; d < 100; d++ {
		if n := math.Round(x * float64(d)); math.Abs(n) < 1e6 && math.Abs(n/float64(d)-x) < 1e-9 {
			return strconv.Itoa(int(n)) + "/" + strconv.Itoa(d)
		}
	}
	return ""
}
