package exchange

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/zhitu/zhitu/internal/fault"
)

// encodedPoints is a file of points with these names, one for each word, in an encoding.
func encodedPoints(t testing.TB, enc encoding.Encoding, header, words string) folderFiles {
	content := header + "\r\n"
	for i, word := range strings.Split(words, "|") {
		content += "K" + string(rune('A'+i)) + "," + word + "\r\n"
	}
	encoded, err := enc.NewEncoder().String(content)
	require.NoError(t, err)
	return folderFiles{"knowledge_points.csv": encoded}
}

var otherEncodings = map[string]struct {
	encoding encoding.Encoding
	words    string
}{
	"windows-1252": {charmap.Windows1252, "Schweißen|Löten für Anfänger|Größe|MÜLLER|Prüfung|créé|Soudage à l’arc|Éléments|œuvre|Español|Soldadura básica|¿Qué?|NIÑO|pää|hyvää päivää|naïveté"},
	"big5":         {traditionalchinese.Big5, "電腦|安全|知識點|停電操作|驗電|接地|品質管理|王大明|陳美玲|工|資料庫|專案管理|溝通能力|台北|專業知識與技能的養成"},
	"windows-1251": {charmap.Windows1251, "Сварка|Безопасность|Основы|Контроль качества|Иванов"},
	"koi8-r":       {charmap.KOI8R, "Безопасность труда|Контроль качества"},
	"shift_jis":    {japanese.ShiftJIS, "データベース|プログラミングの基礎|溶接"},
	"euc-jp":       {japanese.EUCJP, "データベース|プログラミングの基礎"},
	"euc-kr":       {korean.EUCKR, "안전 교육과 데이터베이스의 기초 지식|품질 관리와 프로그래밍의 기초"},
}

func TestOtherEncodingsAreRefusedAndNamed(t *testing.T) {
	for label, c := range otherEncodings {
		for word := range strings.SplitSeq(c.words, "|") {
			f := encodedPoints(t, c.encoding, "code,name", word)
			d := f.mustRead(t)
			require.Len(t, d.Problems, 1, "%s: %s", label, word)
			require.Contains(t, d.Problems[0].Text.EN, "--encoding")
			require.Empty(t, d.Changes.Put.KnowledgePoints)

			named, err := FindEncoding(label)
			require.NoError(t, err)
			d, err = Options{Encoding: named}.Read(f.write(t))
			require.NoError(t, err)
			require.Empty(t, formatProblems(d.Problems, fault.English), label)
			require.Equal(t, word, d.Changes.Put.KnowledgePoints[0].Name)
			require.Empty(t, d.Notices)
		}
		d := encodedPoints(t, c.encoding, "code,name", c.words).mustRead(t)
		require.Contains(t, d.Problems[0].Text.EN, "perhaps --encoding "+label)
	}
}

func TestGB18030IsAssumedAndTold(t *testing.T) {
	words := "焊工|安全|停电|验电|接地|张三|王堃|陈琦|刘镕基|知识|立焊|SQL优化|漏电保护器|螺栓紧固|龚晏|薛蔚|℃ 温度|①第一步|丁睿"
	for _, word := range append(strings.Split(words, "|"), words) {
		d := encodedPoints(t, simplifiedchinese.GB18030, "code,name", word).mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), word)
		require.Len(t, d.Notices, 1)
		first, _, _ := strings.Cut(word, "|")
		require.Contains(t, d.Notices[0].Format(fault.English), `knowledge_points.csv, row 2: the file is not UTF-8 and was read as GB18030, such as "`+first+`"`)
		require.Contains(t, d.Notices[0].Format(fault.Chinese), "--encoding")
	}
	for _, word := range []string{"喆", "韩珺", "甯", "電腦", "資料庫"} { // a Chinese header leaves no doubt
		d := encodedPoints(t, simplifiedchinese.GB18030, "编码,名称", word).mustRead(t)
		require.Empty(t, formatProblems(d.Problems, fault.English), word)
		require.Equal(t, word, d.Changes.Put.KnowledgePoints[0].Name)
	}
}

func TestNamedEncoding(t *testing.T) {
	_, err := FindEncoding("utf-99")
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	none, err := FindEncoding("")
	require.NoError(t, err)
	require.Nil(t, none)

	utf16, err := FindEncoding("utf-16")
	require.NoError(t, err)
	encoded, err := utf16.NewEncoder().String("code,name\nK,停电\n")
	require.NoError(t, err)
	files := folderFiles{"knowledge_points.csv": encoded, "positions.csv": "code,name\nP,电工\n"}
	require.Contains(t, files.mustRead(t).Problems[0].Text.EN, "not a text file")
	d, err := Options{Encoding: utf16}.Read(files.write(t))
	require.NoError(t, err)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Equal(t, "停电", d.Changes.Put.KnowledgePoints[0].Name)
	require.Equal(t, "电工", d.Changes.Put.Positions[0].Name, "what is UTF-8 stays")

	big5, err := FindEncoding("big5")
	require.NoError(t, err)
	d, err = Options{Encoding: big5}.Read(folderFiles{"positions.csv": "code,name\nP,\xff\xff\n"}.write(t))
	require.NoError(t, err)
	require.Equal(t, []string{"positions.csv, row 2: the text is not in the encoding big5 that was named for it: name another, or save the file as CSV UTF-8"}, formatProblems(d.Problems, fault.English))
}
