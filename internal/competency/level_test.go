package competency

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseLevel(t *testing.T) {
	for s, want := range map[string]struct {
		level float64
		form  LevelForm
	}{
		"1": {0.3, Digit}, "2": {0.5, Digit}, "3": {0.7, Digit}, "4": {0.85, Digit}, "5": {0.95, Digit},
		"aware": {0.3, Label}, "Understand": {0.5, Label}, "APPLY": {0.7, Label}, "proficient": {0.85, Label}, "expert": {0.95, Label},
		"了解": {0.3, Label}, "理解": {0.5, Label}, "掌握": {0.7, Label}, "熟练": {0.85, Label}, "精通": {0.95, Label},
		"0.7": {0.7, Number}, ".7": {0.7, Number}, "1.0": {1, Number}, "1.": {1, Number}, "70%": {0.7, Number}, "70 %": {0.7, Number},
		"70％": {0.7, Number}, "30%": {0.3, Number}, "100%": {1, Number}, "66.6%": {0.666, Number},
		// The range is for Check to judge.
		"0.0": {0, Number}, "1.5": {1.5, Number}, "-0.5": {-0.5, Number}, "150%": {1.5, Number},
		// None of these is a level.
		"": {}, "0": {}, "6": {}, "10": {}, "70": {}, "高": {}, "%": {}, ".": {}, "Inf.": {}, "NaN%": {}, "0x.8p0": {}, "1_0.0": {}, "0.7.1": {}, "1e999.": {},
	} {
		level, form := ParseLevel(s)
		require.Equal(t, want.level, level, "%q", s)
		require.Equal(t, want.form, form, "%q", s)
	}
}

// A percentage is the double that its decimal is: 30% is 0.3, where 30/100 and
// 30*0.01 need not be.
func TestPercentIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "hundredths of a percent")
		percent := strconv.FormatFloat(float64(n)/100, 'f', 2, 64)
		want, err := strconv.ParseFloat(strconv.Itoa(n)+"e-4", 64)
		require.NoError(t, err)
		got, ok := ParseShare(percent + "%")
		require.True(t, ok)
		require.Equal(t, want, got, percent)
	})
}

func TestShareReadsBackEveryDouble(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		for _, format := range []byte{'f', 'e', 'g'} {
			got, ok := ParseShare(strconv.FormatFloat(x, format, -1, 64))
			require.True(t, ok)
			require.Equal(t, x, got)
		}
	})
}

func TestAtLeast(t *testing.T) {
	a, b := 0.1, 0.7
	require.Less(t, a+b, 0.8, "a double falls short of the sum")
	require.True(t, AtLeast(a+b, 0.8))
	require.True(t, AtLeast(0.7, 0.7))
	require.False(t, AtLeast(0.7-2*Epsilon, 0.7))
}
