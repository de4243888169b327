package exchange

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/fault"
)

// What a file of text says of a text, a workbook says too.
func TestSheetTextIsExact(t *testing.T) {
	for text, cell := range map[string]string{
		"=1+1": "'=1+1", "=": "=", "-5℃": "-5℃", "'=1": "''=1", `="001"`: `'="001"`, "(清空)": "'(清空)", "'(clear)": "''(clear)", "#N/A": "'#N/A", "+1.5E+17": "'+1.5E+17",
		"a\r\nb": "a␍\nb", "_x0041_": "_␦x0041_", "'tis": "'tis",
	} {
		require.Equal(t, cell, sheetText(EscapeFormula(text)))
		require.Equal(t, text, unescapeFormula(unescapeControls(cell)))
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"'", "=", "-", "(clear)", "\r", "\n", "_", "x000D_", "␦", "␍", "#N/A", "＝", "1E+10", "中"})).Draw(t, "parts")
		text := ""
		for _, p := range parts {
			text += p
		}
		require.Equal(t, text, unescapeFormula(unescapeControls(sheetText(EscapeFormula(text)))))
	})
}

// Numbers are numbers where every spreadsheet keeps them, else texts.
func TestWorkbookNumbers(t *testing.T) {
	h := heading{inWorkbook: generalFormat}
	for cell, want := range map[string]any{
		"0": 0.0, "1.0": 1.0, "0.7": 0.7, "45": 45.0, "123456789012345": 123456789012345.0, "0.123456789012345": 0.123456789012345, "1000000000000000": "1000000000000000",
		"0.1234567890123456": "0.1234567890123456", "0.30000000000000004": "0.30000000000000004", "0.0000000001": "0.0000000001", "-0": "-0", "1e400": "1e400", "": "",
	} {
		require.Equal(t, want, h.workbookValue(cell, fault.English), cell)
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		if y, isNumber := h.workbookValue(formatNumber(x), fault.English).(float64); isNumber {
			require.Equal(t, math.Float64bits(x), math.Float64bits(y))
			short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', exactDigits, 64), 64)
			require.NoError(t, err)
			require.Equal(t, x, short, "fifteen digits are enough")
		}
	})
}

func TestWorkbookWordsAreOfItsLanguage(t *testing.T) {
	modalities := employees.headings()[5]
	require.Equal(t, "视频;实操", modalities.workbookValue("VIDEO;PRACTICE", fault.Chinese))
	require.Equal(t, "VIDEO;PRACTICE", modalities.workbookValue("VIDEO;PRACTICE", fault.English))
	critical := requirements.headings()[4]
	require.Equal(t, "是", critical.workbookValue("yes", fault.Chinese))
	require.Equal(t, "", critical.workbookValue("", fault.Chinese))
}

func TestReferenceLabels(t *testing.T) {
	for _, c := range []struct{ code, name, want string }{
		{"KP-001", "倒闸操作", "KP-001 倒闸操作"},
		{"KP-001", " two words ", "KP-001 two words"},
		{"KP-001", "", "KP-001"},
		{"KP-001", "一；二", "KP-001"},
		{"KP-001", "一，二", "KP-001"},
		{"KP-001", "一\n二", "KP-001"},
		{"=1", "name", "=1"},
		{"=A1", "name", "'=A1"},
		{"'0", "name", "''0"}, // reading takes the first away
	} {
		require.Equal(t, c.want, referenceLabel(codeCell(c.code), c.name))
	}
}

// No spreadsheet changes what is escaped, and reading undoes it.
func TestControlCharactersAreEscaped(t *testing.T) {
	for text, cell := range map[string]string{
		"plain": "plain", "a\r\nb\tc": "a␍\nb\tc", "\x00\x1b": "␀␛", "␍␛␦␠": "␦␍␦␛␦␦␠", "_x0041_x0042_": "_␦x0041_␦x0042_", "a_b_x00": "a_b_x00", "\uFFFEE\uFFFF": "␦EE␦F", "知": "知", "": "",
	} {
		require.Equal(t, cell, escapeControls(text))
		require.Equal(t, text, unescapeControls(cell))
	}
	require.Equal(t, "␦", unescapeControls("␦"), "at the end it is itself")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("a␦␛␍␀␟␠\x00\r\n\t\uFFFF\uFFFEEF_x0041_"))).Draw(t, "text")
		cell := escapeControls(text)
		require.Equal(t, text, unescapeControls(cell))
		require.NotContains(t, cell, "\r")
		require.NotRegexp(t, "_[xX][0-9a-fA-F]{4}_", cell)
	})
}
