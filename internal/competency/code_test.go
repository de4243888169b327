package competency

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidCode(t *testing.T) {
	for _, good := range []string{"K", "K-1.2_x", "停电", "点/一", "=1", "é", "😀", "a,b", `"`, strings.Repeat("知", MaxCode)} {
		require.True(t, ValidCode(good), good)
	}
	for _, bad := range []string{
		"", " ", "K 1", "K\u30001", "K\u00a0", "\ufeffK", "K\n", "a\tb", "a\x00b", "a\x7fb", "a;b", "a；b", "a、b",
		"\xff", strings.Repeat("知", MaxCode+1), strings.Repeat("K", 200),
	} {
		require.False(t, ValidCode(bad), "%q", bad)
	}
}
