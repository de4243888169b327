package competency

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Epsilon is the tolerance with which levels and masteries are compared.
const Epsilon = 1e-9

// AtLeast reports whether x ≥ y within Epsilon, so that 0.1+0.7 reaches 0.8. All
// comparisons of levels and masteries use it.
func AtLeast(x, y float64) bool { return x >= y-Epsilon }

// ScaleLevel 等级 is one named level of a scale. Digit is how people number it, nil where
// they do not.
type ScaleLevel struct {
	Label   string  `json:"label"`
	LabelEN string  `json:"labelEn,omitempty"`
	Digit   *int    `json:"digit,omitempty"`
	Level   float64 `json:"level"`
}

// Scale names levels, for requirements and for mastery alike. Files may give a level by a
// label in either language, or by its digit.
type Scale []ScaleLevel

// DefaultScale is the scale of a catalog that declares none.
var DefaultScale = Scale{
	{"了解", "aware", new(1), 0.3},
	{"理解", "understand", new(2), 0.5},
	{"掌握", "apply", new(3), 0.7},
	{"熟练", "proficient", new(4), 0.85},
	{"精通", "expert", new(5), 0.95},
}

// Levels returns the scale of the catalog, lowest level first: the declared one, else the
// default.
func (c Catalog) Levels() Scale {
	levels := slices.Clone(c.Scale)
	if len(levels) == 0 {
		return DefaultScale
	}
	slices.SortStableFunc(levels, func(a, b ScaleLevel) int { return cmp.Compare(a.Level, b.Level) })
	return levels
}

// FoldLabel returns the form in which labels are compared: whatever their case and width.
func FoldLabel(label string) string { return strings.ToLower(norm.NFKC.String(Trim(label))) }

// ParseShare reads a plain decimal number or a percentage: 0.85, 1, 85%.
func ParseShare(s string) (float64, bool) {
	digits, percent := s, false
	for _, sign := range []string{"%", "％"} {
		if rest, ok := strings.CutSuffix(s, sign); ok {
			digits, percent = strings.TrimSpace(rest), true
		}
	}
	if strings.Trim(digits, "+-.0123456789eE") != "" {
		return 0, false // no hexadecimal, no infinities, no underscores
	}
	x, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, false
	}
	if percent {
		// Divide in decimal, so that 70% is the double that 0.7 is.
		x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'f', -1, 64)+"e-2", 64)
	}
	return x, true
}

// FormatPercent formats a share as a percentage with at most one decimal. It rounds down:
// what is just short of a level must not look as if it were reached.
func FormatPercent(x float64) string {
	return strconv.FormatFloat(math.Floor(1000*x+1e-6)/10, 'f', -1, 64) + "%"
}
