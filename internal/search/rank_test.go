package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestBestComeFirst(t *testing.T) {
	records := [][]string{ // code and names, by code
		{"A-SQL", "Joins"},
		{"K-1", "SQL tuning", "Tuning"},
		{"K-2", "Tuning", "SQL"},
		{"K-3", "Basics of SQL"},
		{"SQL", "Structured Query Language"},
		{"SQL-2", "Other"},
		{"SQL 3", "数据 清洗"},
	}
	for _, c := range []struct {
		say, text string
		limit     int
		want      string
	}{
		{"an equal code, an equal name, what begins so, the rest", "ｓｑｌ", 9, "SQL K-2 K-1 SQL-2 SQL 3 A-SQL K-3"},
		{"no more than asked for", "sql", 3, "SQL K-2 K-1"},
		{"none", "sql", 0, ""},
		{"several words equal a name", "sql tuning", 9, "K-1 K-2"},
		{"several words begin with the first", "sql 数", 9, "SQL 3"},
		{"white space that does not count", "数据清洗", 9, "SQL 3"},
		{"pinyin is no beginning", "shujuqingxi", 9, "SQL 3"},
		{"nothing is looked for", " ' ", 9, ""},
	} {
		t.Run(c.say, func(t *testing.T) {
			best := NewBest(NewQuery(c.text), c.limit)
			for i, r := range records {
				best.AddMatch(i, NewEntry(r[0], r[1:], nil))
			}
			var codes []string
			for _, i := range best.Numbers() {
				codes = append(codes, records[i][0])
			}
			require.Equal(t, c.want, strings.Join(codes, " "))
		})
	}
}

// An entry has the key of its record, and the best are those that sorting all would give.
func TestBestAreThoseOfAStableSort(t *testing.T) {
	text := rapid.StringOf(rapid.RuneFrom([]rune("aｂ数據 -|")))
	rapid.Check(t, func(t *rapid.T) {
		query, limit := text.Draw(t, "query"), rapid.IntRange(0, 5).Draw(t, "limit")
		words := Words(query)
		best, all := NewBest(NewQuery(query), limit), []int{}
		ranks := map[int]rank{}
		for i := range rapid.IntRange(0, 20).Draw(t, "records") {
			code, name, tag := text.Draw(t, "code")+"c", text.Draw(t, "name"), text.Draw(t, "tag")
			entry := NewEntry(code, []string{name}, []string{tag}, "text")
			require.Equal(t, Entry{Key([]string{code, name, tag}, "text"), Names(code, name)}, entry)
			best.AddMatch(i, entry)
			if len(words) == 0 || !Match(entry.Key, words) {
				continue
			}
			all = append(all, i)
			switch first := words[0][0]; {
			case Fold(code) == Fold(query):
				ranks[i] = codeEqual
			case Fold(name) == Fold(query):
				ranks[i] = nameEqual
			case strings.HasPrefix(Fold(code), first) || strings.HasPrefix(Fold(name), first):
				ranks[i] = prefixFound
			default:
				ranks[i] = partFound
			}
		}
		slices.SortStableFunc(all, func(a, b int) int { return int(ranks[a] - ranks[b]) })
		require.Equal(t, all[:min(limit, len(all))], append([]int{}, best.Numbers()...))
	})
}

func TestRankingAllocatesNothing(t *testing.T) {
	best, entry := NewBest(NewQuery("sql tuning"), 1), NewEntry("K-1", []string{"SQL tuning"}, []string{"数据"})
	best.AddMatch(0, entry)
	require.Zero(t, testing.AllocsPerRun(100, func() { best.AddMatch(1, entry) }))
}
