package competency

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLevelsAreTheDeclaredScaleOrTheDefault(t *testing.T) {
	require.Equal(t, DefaultScale, Catalog{}.Levels())
	declared := Catalog{Scale: Scale{{Label: "A", Level: 0.9}, {Label: "B", Level: 0.4}}}
	require.Equal(t, Scale{{Label: "B", Level: 0.4}, {Label: "A", Level: 0.9}}, declared.Levels())
}

func TestScaleIsTakenWhole(t *testing.T) {
	three := Scale{{Label: "一级", Digit: new(1), Level: 0.3}, {Label: "三级", Digit: new(3), Level: 0.9}, {Label: "二级", Digit: new(2), Level: 0.6}}
	two := Scale{{Label: "一级", Digit: new(1), Level: 0.4}, {Label: "二级", Digit: new(2), Level: 0.6}}
	give := func(s Scale) ChangeSet { return ChangeSet{Put: Records{Catalog: Catalog{Scale: s}}} }

	before := Catalog{Scale: three}
	before.Sort()
	resolved := before.Resolve(give(two))
	require.Equal(t, Scale{two[0]}, resolved.Put.Scale)
	require.Equal(t, Scale{{Label: "三级"}}, resolved.Delete.Scale)
	require.Equal(t, two, before.Apply(resolved).Scale)
	require.Equal(t, before, before.Apply(resolved).Apply(Inverse(before, resolved)))
	require.True(t, before.Resolve(give(three)).Empty(), "the same scale in another order")
	require.Zero(t, before.Resolve(ChangeSet{Put: Records{Catalog: Catalog{Positions: []Position{{Code: "P", Name: "P"}}}}}).Delete.Len())
}

func TestCheckScale(t *testing.T) {
	for name, c := range map[string]struct {
		scale Scale
		want  string
	}{
		"a label twice":            {Scale{{Label: "A", Level: 0.3}, {Label: "ａ", Level: 0.5}}, "given twice"},
		"both labels the same":     {Scale{{Label: "L1", LabelEN: "l1", Level: 0.3}}, ""},
		"labels across":            {Scale{{Label: "A", LabelEN: "B", Level: 0.3}, {Label: "B", Level: 0.5}}, "given twice"},
		"no label":                 {Scale{{Level: 0.3}}, "needs a label"},
		"a label that is a number": {Scale{{Label: "3", Level: 0.3}}, "reads as a number"},
		"a digit twice":            {Scale{{Label: "A", Digit: new(1), Level: 0.3}, {Label: "B", Digit: new(1), Level: 0.5}}, "stands twice"},
		"a digit out of range":     {Scale{{Label: "A", Digit: new(0), Level: 0.3}}, "not between 1 and 99"},
		"a level out of range":     {Scale{{Label: "A", Level: 1.5}}, "level 1.5"},
		"aliases":                  {Scale{{Label: "优", Level: 0.9}, {Label: "A", Level: 0.9}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			problems := Catalog{}.Check(ChangeSet{Put: Records{Catalog: Catalog{Scale: c.scale}}})
			if c.want == "" {
				require.Empty(t, problems)
				return
			}
			require.Len(t, problems, 1)
			require.Contains(t, problems[0].Text.EN, c.want)
		})
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
