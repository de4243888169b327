package competency

import (
	"math"
	"strconv"
	"strings"
)

// Epsilon is the tolerance with which levels and masteries are compared.
const Epsilon = 1e-9

// AtLeast reports whether x ≥ y within Epsilon, so that 0.1+0.7 reaches 0.8. All
// comparisons of levels and masteries use it.
func AtLeast(x, y float64) bool { return x >= y-Epsilon }

// ScaleLevel is one named level of a scale.
type ScaleLevel struct {
	Digit  string
	EN, ZH string
	Level  float64
}

// Scale names the five default levels, lowest first.
var Scale = []ScaleLevel{
	{"1", "aware", "了解", 0.3},
	{"2", "understand", "理解", 0.5},
	{"3", "apply", "掌握", 0.7},
	{"4", "proficient", "熟练", 0.85},
	{"5", "expert", "精通", 0.95},
}

// LevelForm is how a level was written. A column must not mix Digit with
// Number, because a spreadsheet writes 1.0 as 1.
type LevelForm int

// The forms of a level.
const (
	NoLevel LevelForm = iota
	Label             // 掌握, apply
	Digit             // 3
	Number            // 0.7, 70%
)

// ParseLevel reads a level as a label in either language, a bare digit of the
// scale, or a number with a decimal point or a percent sign. NoLevel means
// that it is none of these. Check, not ParseLevel, looks at the range of a Number.
func ParseLevel(s string) (float64, LevelForm) {
	for _, step := range Scale {
		switch {
		case s == step.Digit:
			return step.Level, Digit
		case strings.EqualFold(s, step.EN), s == step.ZH:
			return step.Level, Label
		}
	}
	if !strings.ContainsAny(s, ".%％") {
		return 0, NoLevel
	}
	if x, ok := ParseShare(s); ok {
		return x, Number
	}
	return 0, NoLevel
}

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
