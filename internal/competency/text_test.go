package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFold(t *testing.T) {
	require.Equal(t, "\u00e9cole 停电", Fold("E\u0301COLE 停电"))
}
