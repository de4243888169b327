package answerlog_test

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/answerlog"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
)

func TestWriteParameters(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "题.json")
	require.NoError(t, os.WriteFile(path, []byte("what was there before"), 0o600))
	p := mastery.Parameters{Difficulties: map[string]float64{"题 1": math.Log(3), "b<c": 0, "a\n": -math.Log(2), "hardest": 99, "easiest": -99}}
	require.NoError(t, answerlog.WriteParameters(path, p))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, `{
  "version": 1,
  "difficulties": {
    "a\n": 0.3333,
    "b<c": 0.5,
    "easiest": 0.01,
    "hardest": 0.99,
    "题 1": 0.75
  }
}
`, string(data))

	err = answerlog.WriteParameters(path, mastery.Parameters{Difficulties: map[string]float64{"\xcc\xe2": 0}})
	require.ErrorContains(t, err, "is not written in UTF-8: save the log as UTF-8")
	left, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, data, left)
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(answerlog.WriteParameters(filepath.Join(dir, "none", "p.json"), p)))
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(answerlog.WriteParameters(dir, p)))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left behind")
}

// Reading returns what was written, but for rounding and the bounds. Writing that
// again gives the same bytes.
func TestParametersRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.StringMatching(`[a-z题<"\\]([ a-z题<"\\]{0,8}[a-z题])?`), 0, 20).Draw(t, "items")
		p := mastery.Parameters{Difficulties: map[string]float64{}}
		for _, item := range items {
			p.Difficulties[item] = rapid.Float64Range(-9, 9).Draw(t, "difficulty")
		}
		first, second := filepath.Join(dir, "1.json"), filepath.Join(dir, "2.json")
		require.NoError(t, answerlog.WriteParameters(first, p))
		got, problems, err := answerlog.ReadParameters(first)
		require.NoError(t, err)
		require.Empty(t, problems)
		require.ElementsMatch(t, slices.Collect(maps.Keys(p.Difficulties)), slices.Collect(maps.Keys(got.Difficulties)))
		rates := got.FailureRates()
		for item, rate := range p.FailureRates() {
			require.InDelta(t, rate, rates[item], 0.00005000001)
		}
		require.NoError(t, answerlog.WriteParameters(second, got))
		before, err := os.ReadFile(first)
		require.NoError(t, err)
		after, err := os.ReadFile(second)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after))
	})
}

func readParameters(t *testing.T, data string) (mastery.Parameters, []exchange.LocatedProblem) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.json")
	require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
	p, problems, err := answerlog.ReadParameters(path)
	require.NoError(t, err)
	return p, problems
}

// People edit the file in any editor.
func TestReadParameters(t *testing.T) {
	for why, data := range map[string]string{
		"as it is written":           `{"version": 1, "difficulties": {"café": 0.75, "题 1": 0.5}}`,
		"with a byte order mark":     "\xef\xbb\xbf" + `{"version": 1, "difficulties": {"café": 0.75, "题 1": 0.5}}`,
		"in another order":           "{\"difficulties\":\r\n{\"题 1\":5e-1,\"café\":0.75},\r\n\"version\":1}",
		"codes as evidence has them": `{"version": 1, "difficulties": {" cafe\u0301": 0.75, "题 1\u3000": 0.5}}`,
	} {
		p, problems := readParameters(t, data)
		require.Empty(t, problems, why)
		require.Len(t, p.Difficulties, 2, why)
		require.InDelta(t, math.Log(3), p.Difficulties["café"], 1e-12, why)
		require.InDelta(t, 0, p.Difficulties["题 1"], 1e-12, why)
	}
	p, problems := readParameters(t, `{"version": 1, "difficulties": {}}`)
	require.Empty(t, problems)
	require.Empty(t, p.Difficulties)
}

func TestReadParametersListsAllProblems(t *testing.T) {
	const again = ", or write the file again with zhitu mastery fit"
	const range_ = " is not a number from 0.01 to 0.99: give the share of average people who fail it"
	for data, want := range map[string][]string{
		"":                    {"p.json, row 1: this is not JSON, here or a little before: correct it" + again},
		"item,difficulty\n":   {"p.json, row 1: this is not JSON, here or a little before: correct it" + again},
		"{\"version\": 1,\n}": {"p.json, row 2: this is not JSON, here or a little before: correct it" + again},
		"{\"version\": 1, \"difficulties\": {\n\"a\": 0.5\n\"b\": 0.5}}": {"p.json, row 3: this is not JSON, here or a little before: correct it" + again},
		"{\"version\": 1, \"difficulties\": {}}\n{}":                     {"p.json, row 2: this is not JSON, here or a little before: correct it" + again},
		"{\"version\": 1, \"difficulties\":\n{\"\xcc\xe2\": 0.5}}":       {"p.json, row 2: the file is not written in UTF-8: save it as UTF-8"},
		"[{\"version\": 1}]": {"p.json: this is not an object with version and difficulties: write the file with zhitu mastery fit"},
		"{}":                 {"p.json: the field version is missing: add it" + again, "p.json: the field difficulties is missing: add it" + again},
		"{\"version\": 2,\n\"items\": [0.5]}": {
			"p.json, row 1: the version is not 1, the only one that this program knows: update it" + again,
		},
		"{\"difficulties\": {\"a\": 7},\n\"version\": \"1\"}": {
			"p.json, row 2: the version is not 1, the only one that this program knows: update it" + again,
		},
		"{\"version\": 1,\n\"difficulties\": [{\"a\": 0.5}, []],\n\"difficulty\": {\"a\": [1]},\n\"by\": null}": {
			`p.json, row 2: difficulties are by item: give them as {"item": 0.5}`,
			`p.json, row 3: there is no field "difficulty": remove it; did you mean difficulties?`,
			`p.json, row 4: there is no field "by": remove it`,
		},
		"{\"version\": 1, \"difficulties\": 0.5}": {`p.json, row 1: difficulties are by item: give them as {"item": 0.5}`},
		"{\"version\": 1,\n\"version\": 1, \"difficulties\": {},\n\"difficulties\": {\"a\": 7}}": {
			"p.json, row 2: the field version is given in row 1 too: remove one of the two",
			"p.json, row 3: the field difficulties is given in row 2 too: remove one of the two",
		},
		"{\"version\": 1, \"difficulties\": {\n\"a\": 1.5,\n\"b\": 0,\n\"c\": \"0.5\",\n\"d\": null,\n\"e\": {\"f\": [0.5]},\n\"g\": 1e999,\n\" \": 0.5,\n\"h\": 0.01,\n\"h \": 0.99}, \"x\": 1}": {
			`p.json, row 2: the difficulty of "a"` + range_,
			`p.json, row 3: the difficulty of "b"` + range_,
			`p.json, row 4: the difficulty of "c"` + range_,
			`p.json, row 5: the difficulty of "d"` + range_,
			`p.json, row 6: the difficulty of "e"` + range_,
			`p.json, row 7: the difficulty of "g"` + range_,
			`p.json, row 8: the item has no code: give it one, or remove it`,
			`p.json, row 10: the item "h" is given twice: remove one of the two`,
			`p.json, row 10: there is no field "x": remove it`,
		},
	} {
		_, problems := readParameters(t, data)
		var got []string
		for _, p := range problems {
			got = append(got, p.Format(fault.English))
			require.NotEqual(t, p.Text.EN, p.Text.ZH)
		}
		require.Equal(t, want, got, data)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none.json"), t.TempDir()} {
		_, _, err := answerlog.ReadParameters(path)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
}
