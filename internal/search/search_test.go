package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		say, name, query string
		want             bool
	}{
		{"full width", "ＳＱＬ优化", "SQL", true},
		{"full width in the query", "SQL优化", "ｓｑｌ", true},
		{"half-width kana", "データ分析", "ﾃﾞｰﾀ", true},
		{"compatibility characters", "㎏ 换算 Ⅷ", "kg viii", true},
		{"all words, in any order", "用 JOIN 关联多张表", "多张表 join", true},
		{"one word missing", "用 JOIN 关联多张表", "JOIN 窗口", false},
		{"no space in the query", "数据 清洗", "数据清洗", true},
		{"no space in the name", "数据清洗", "数据 清洗", true},
		{"a wide space", "数据\u3000清洗", "数据清洗", true},
		{"a space beside Latin letters", "用JOIN关联", "用 JOIN", true},
		{"and in the name", "用 JOIN 关联", "用JOIN关联", true},
		{"Latin words stay apart", "joining tables", "ngta", false},
		{"a part of a word", "joining tables", "oinin TAB", true},
		{"traditional", "資料分析", "资料", true},
		{"simplified", "数据发布", "數據發布", true},
		{"pinyin", "数据清洗", "shuju", true},
		{"pinyin with spaces and capitals", "数据清洗", "Shu Ju Qing Xi", true},
		{"pinyin from the middle", "数据清洗", "qingxi", true},
		{"the beginning of a syllable", "数据清洗", "shujuq", true},
		{"the inside of a syllable is none", "数据清洗", "huju", false},
		{"initials", "数据清洗", "sjqx", true},
		{"initials with Latin letters", "SQL优化", "sqlyh", true},
		{"another reading", "曾单", "zengshan", false},
		{"another reading of one of them", "单晓雨", "shanxiaoyu", true},
		{"and its initials", "曾敏", "zm", true},
		{"the first reading of a city", "重庆", "chongqing", true},
		{"one letter is no pinyin", "数据", "s", false},
		{"ü is v", "吕布", "lvbu", true},
		{"an accent left out", "José Muñoz", "jose munoz", true},
		{"accents in another normal form", "École", "e\u0301cole", true},
		{"sharp s", "Weiß", "WEISS", true},
		{"a curly apostrophe", "O’Neil", "O'Neil", true},
		{"no apostrophe", "O'Neil", "oneil", true},
		{"a full-width apostrophe", "O＇Neil", "O’Neil", true},
		{"middle dots", "阿布都•热合曼", "阿布都·热合曼", true},
		{"and others", "阿布都・热合曼", "阿布都‧热合曼", true},
		{"none", "阿布都·热合曼", "阿布都热合曼", true},
		{"the part after the dot", "阿布都·热合曼", "热合曼", true},
		{"dashes", "K–SQL—JOIN", "k-sql-join", true},
		{"invisible characters", "数\u200b据\ufeff", "数据", true},
		{"white space alone", "数据", " \u3000\t", true},
		{"control characters", "数据", "数\x00据", true},
		{"capital letters after the mark are no query", "数据", "|SHUJU", false},
	} {
		t.Run(c.say, func(t *testing.T) {
			require.Equal(t, c.want, Match(Key([]string{c.name}), Words(c.query)), "%q by %v", Key([]string{c.name}), Words(c.query))
		})
	}
}

func TestKeyKeepsTextsApart(t *testing.T) {
	key := Key([]string{"K-SQL-JOIN", "多表连接", ""}, "说明")
	require.False(t, Match(key, Words("JOIN多")))
	require.True(t, Match(key, Words("说明 join")))
	require.False(t, Match(key, Words("shuoming")), "long texts have no pinyin")
	require.Empty(t, Words("' ·"), "nothing is left of it")
	require.Len(t, Words("数据 数据 數據"), 1)
}

// A text is found by itself in every form that Unicode calls the same, and by all of its
// parts that are words.
func TestTextsAreFoundByThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("数据清洗資料 ＳＱＬab'·é\u200b ")), rapid.Rune())).Draw(t, "text")
		key := Key([]string{text})
		for _, query := range []string{text, norm.NFD.String(text), norm.NFKC.String(text), strings.ToUpper(norm.NFKC.String(text))} {
			if query == strings.ToUpper(query) && Fold(query) != Fold(text) {
				continue // such as a letter whose capital letters are two
			}
			require.True(t, Match(key, Words(query)), "%q by %q: key %q, words %q", text, query, key, Words(query))
		}
		require.Equal(t, Fold(text), Fold(Fold(text)))
		require.LessOrEqual(t, len(key), 100*len(text)+10)
	})
}
