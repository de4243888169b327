package workbook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

func TestClassOf(t *testing.T) {
	for class, formats := range map[workbook.FormatClass][]string{
		workbook.General: {"", "General", "GENERAL", "@", "G/通用格式", "[Red]General", "General;-General", "General_)"},
		workbook.Digits:  {"0", "00000", "0.00", "#", "#.##", "0.0#", "0_ ", `0.00_);\(0.00\)`, `0.00_ ;[Red]\-0.00\ `, "[Blue]0", "[>=100]000;00", "[$-804]0", "0* ", "0;;;@", `0" "`},
		workbook.Percent: {"0%", "0.00%", `0.0%;[Red]\-0.0%`, "[<1]0%;0", "0.0 %", "#,##0%"},
		workbook.Date: {
			"yyyy-mm-dd", "m/d/yy", "yyyy/m/d h:mm", `yyyy"年"m"月"d"日"`, `[$-804]yyyy"年"m"月"d"日";@`, `[DBNum1][$-804]yyyy"年"m"月"d"日";@`, "mmm-yy", "d-mmm", "m", "mm", `m"月"d"日"`, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
			"yyyy年m月", "[$-804]aaaa;@", "aaa", "e\"年\"", "[$-411]ggge\"年\"", `h:mm d`, `上午/下午h"时"mm"分" d`, "YYYY-MM-DD", "m/d", `mm"月"`, "yyyymmdd", "bbbb",
		},
		workbook.TimeOfDay:  {"h:mm", "hh:mm:ss", "[h]:mm:ss", "[hh]:mm", "[mm]:ss", "[s]", "mm:ss", "mm:ss.0", "h:mm AM/PM", "h A/P", `h"时"mm"分"`, `mm"分"ss"秒"`, `上午/下午h"时"mm"分"`, `h\:mm`, "[$-409]h:mm:ss AM/PM;@"},
		workbook.Scientific: {"0.00E+00", "##0.0E+0", "0e-0"},
		workbook.Fraction:   {"# ?/?", "# ??/??", "0/4", "#/#"},
		workbook.Other: {
			"#,##0", "#,##0.00_);[Red](#,##0.00)", `"¥"#,##0.00`, "[$¥-804]#,##0.00", "[$€-2] 0", `"KP-"000`, `0"号"`, `\K000`, "000-0000", "$0", "0.0,", ";;;", `"是";"是";"否"`, "General\"件\"", "[DBNum2]0", "0.??", "_ * #,##0.00_ ", `_ "¥"* #,##0_ ;_ @_ `, "(0)", "+0",
		},
	} {
		for _, format := range formats {
			require.Equal(t, class, workbook.ClassOf(format), "%q", format)
		}
	}
	for _, malformed := range []string{`"`, "[", `\`, "_", "*", "[$", `0"`, "0[", "0\\", "\xff", "[h", "e+"} {
		require.NotPanics(t, func() { workbook.ClassOf(malformed) }, malformed)
	}
}

// Chinese Excel names its formats of dates by numbers alone.
func TestBuiltInFormats(t *testing.T) {
	classes := map[workbook.FormatClass][]int{
		workbook.General: {0, 23, 49, 163}, workbook.Digits: {1, 2}, workbook.Percent: {9, 10}, workbook.Scientific: {11, 48}, workbook.Fraction: {12, 13},
		workbook.Date:      {14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58},
		workbook.TimeOfDay: {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56},
		workbook.Other:     {3, 4, 5, 6, 7, 8, 37, 38, 39, 40, 41, 42, 43, 44},
	}
	for class, ids := range classes {
		for _, id := range ids {
			styles := parts{"xl/styles.xml": `<styleSheet><cellXfs><xf numFmtId="` + itoa(id) + `"/></cellXfs></styleSheet>`}
			sheet := minimal(worksheet(oneCell)).with(styles).read(t)
			require.Equal(t, class, sheet.Rows[0].Cells[0].Class, id)
		}
	}
}
