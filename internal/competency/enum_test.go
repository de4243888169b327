package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEnums(t *testing.T) {
	for _, s := range []string{"SKILL", "skill", "Skill", "技能型"} {
		v, ok := Kinds.Parse(s)
		require.True(t, ok, s)
		require.Equal(t, Skill, v)
	}
	v, ok := Strengths.Parse("medium")
	require.False(t, ok)
	require.Empty(t, v)
	require.True(t, Natures.Has(Creative))
	require.False(t, Natures.Has("creative"), "values are exact; only Parse is lenient")
	require.False(t, Natures.Has(""))
	require.Equal(t, "HARD 硬, SOFT 软", Strengths.String())
	require.Equal(t, []string{"HARD", "硬", "SOFT", "软"}, Strengths.Names())
	for _, m := range Modalities {
		for _, name := range []string{string(m.Value), m.ZH} {
			v, ok := Modalities.Parse(name)
			require.True(t, ok, name)
			require.Equal(t, m.Value, v)
		}
	}
}
