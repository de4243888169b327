package optional_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/optional"
)

func TestZeroValuesAreNil(t *testing.T) {
	require.Nil(t, optional.Of(""))
	require.Nil(t, optional.Of(0.0))
	require.Empty(t, optional.Value[string](nil))
	require.Nil(t, optional.Value[[]int](nil))
	require.Equal(t, new("x"), optional.Of("x"))
	require.Equal(t, []int{1}, optional.Value(&[]int{1}))
}

func TestValuesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.IntRange(-2, 2).Draw(t, "value")
		require.Equal(t, v, optional.Value(optional.Of(v)))
		require.Equal(t, v, optional.Value(&v))
	})
}
