package spreadsheet

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriter(t *testing.T) {
	var out strings.Builder
	w := NewWriter(&out)
	require.NoError(t, w.Write([]string{"编码", "a,b"}))
	require.NoError(t, w.Write([]string{"", "say \"x\"\nand y"}))
	require.NoError(t, w.Flush())
	require.Equal(t, "\ufeff编码,\"a,b\"\r\n,\"say \"\"x\"\"\r\nand y\"\r\n", out.String())
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestWriterTellsErrors(t *testing.T) {
	require.Error(t, NewWriter(brokenWriter{}).Write([]string{"a"}))
	var out strings.Builder
	w := NewWriter(&out)
	require.NoError(t, w.Write([]string{"a"}))
	w.csv.Flush()
	require.Equal(t, "\ufeffa\r\n", out.String())
}

func TestText(t *testing.T) {
	for text, cell := range map[string]string{
		"": "", "岗位": "岗位", "a=1": "a=1", " =1": " =1", "'=1": "'=1",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx", "\n=1": "'\n=1", "＝1": "'＝1", "－x": "'－x",
	} {
		require.Equal(t, cell, Text(text))
	}
}
