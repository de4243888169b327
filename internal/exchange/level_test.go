package exchange

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// sfia is a scale of another framework.
var sfia = competency.Scale{
	{Label: "Follow", Digit: new(1), Level: 0.2},
	{Label: "Assist", Digit: new(2), Level: 0.35},
	{Label: "★★★", Digit: new(3), Level: 0.5},
	{Label: "3-掌握", Digit: new(5), Level: 0.8},
	{Label: "85分", LabelEN: "Expert", Digit: new(7), Level: 1},
}

func TestReadLevels(t *testing.T) {
	for name, c := range map[string]struct {
		cells string
		scale competency.Scale
		want  []float64
	}{
		"labels of the default scale":    {"掌握,apply,APPLY,ａｐｐｌｙ,精通", nil, []float64{0.7, 0.7, 0.7, 0.7, 0.95}},
		"digits of the default scale":    {"1,2,３,4,5", nil, []float64{0.3, 0.5, 0.7, 0.85, 0.95}},
		"a column of ones":               {"1,1", nil, []float64{0.3, 0.3}},
		"numbers":                        {"0.7,.7,1.0,70%,70 %,７０％", nil, []float64{0.7, 0.7, 1, 0.7, 0.7, 0.7}},
		"labels among numbers":           {"掌握,0.5", nil, []float64{0.7, 0.5}},
		"digits of a declared scale":     {"2,3,5,7", sfia, []float64{0.35, 0.5, 0.8, 1}},
		"labels of a declared scale":     {"follow,★★★,3-掌握,３-掌握,85分,EXPERT", sfia, []float64{0.2, 0.5, 0.8, 0.8, 1, 1}},
		"leading zeros of a spreadsheet": {"01,02", nil, []float64{0.3, 0.5}},
	} {
		t.Run(name, func(t *testing.T) {
			d := readColumn(t, Options{Scale: c.scale}, "requirements.csv", "position,target,level", "P,K,", c.cells)
			require.Empty(t, formatProblems(d.Problems, fault.English))
			var got []float64
			for _, r := range d.Changes.Put.Requirements {
				got = append(got, *r.Level)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestReadRatings(t *testing.T) {
	for name, c := range map[string]struct {
		cells string
		scale competency.Scale
		want  []float64
	}{
		"words":                         {"掌握,Expert,ａｗａｒｅ", nil, []float64{0.7, 0.95, 0.3}},
		"digits, as one is above 1":     {"1,3,0,5", nil, []float64{0.3, 0.7, 0, 0.95}},
		"words and digits":              {"掌握,3,1", nil, []float64{0.7, 0.7, 0.3}},
		"0 and 1 are numbers":           {"0,1,1", nil, []float64{0, 1, 1}},
		"0 alone":                       {"0,0", nil, []float64{0, 0}},
		"1 beside a decimal point":      {"1,0.5,0", nil, []float64{1, 0.5, 0}},
		"1 beside a percentage":         {"1,50%", nil, []float64{1, 0.5}},
		"1 beside a word and a zero":    {"1,掌握,0", nil, []float64{1, 0.7, 0}},
		"digits of a declared scale":    {"7,1,0", sfia, []float64{1, 0.2, 0}},
		"labels that look like numbers": {"85分,3-掌握", sfia, []float64{1, 0.8}},
	} {
		t.Run(name, func(t *testing.T) {
			d := readColumn(t, Options{Scale: c.scale}, "mastery.csv", "employee,knowledge_point,mastery", "E,K,", c.cells)
			require.Empty(t, formatProblems(d.Problems, fault.English))
			var got []float64
			for _, r := range d.Changes.Put.Mastery {
				got = append(got, r.Mastery)
			}
			require.Equal(t, c.want, got)
		})
	}
}

// Nothing is guessed without telling: bare numbers are digits of a scale that the file does
// not declare, or shares.
func TestBareNumbersAreTold(t *testing.T) {
	const requirements, mastery = "requirements.csv", "mastery.csv"
	for name, c := range map[string]struct {
		file, cells string
		scale       competency.Scale
		want        []string
	}{
		"digits of the default scale": {requirements, "掌握,2,3,5", nil, []string{
			`requirements.csv, row 3, column level: the bare numbers of the column are read as levels of the scale: 2 is understand (0.5); if they are shares`,
		}},
		"of the scale of a store":   {requirements, "7,2", sfia, []string{`requirements.csv, row 2, column level: the bare numbers of the column are read as levels of the scale: 7 is Expert (1.0)`}},
		"of ratings":                {mastery, "1,03", nil, []string{`mastery.csv, row 3, column mastery: the bare numbers of the column are read as levels of the scale: 3 is apply (0.7)`}},
		"0 and 1":                   {mastery, "0,1,1", nil, []string{`mastery.csv, row 3, column mastery: the column has 0 and 1 alone, which are read as not mastered and wholly mastered`}},
		"nothing but 0":             {mastery, "0,0", nil, nil},
		"shares":                    {requirements, "0.7,70%,1.0", nil, nil},
		"1 among shares":            {mastery, "1,0.5", nil, nil},
		"labels":                    {requirements, "掌握,expert", nil, nil},
		"a mixture, which is wrong": {requirements, "3,0.5", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			header, start := "position,target,level", "P,K,"
			if c.file == mastery {
				header, start = "employee,knowledge_point,mastery", "E,K,"
			}
			notices := formatProblems(readColumn(t, Options{Scale: c.scale}, c.file, header, start, c.cells).Notices, fault.English)
			require.Len(t, notices, len(c.want))
			for i := range notices {
				require.Contains(t, notices[i], c.want[i])
			}
		})
	}
	d, err := Options{}.Read(folderFiles{"levels.csv": "label,digit,level\n初级,1,0.4\n高级,2,1.0\n", "requirements.csv": "position,target,level\nP,K,2\n"}.write(t))
	require.NoError(t, err)
	require.Empty(t, d.Notices, "a file that declares its digits leaves nothing to guess")
	d = readColumn(t, Options{}, requirements, "position,target,level", "P,K,", "3")
	require.Contains(t, formatProblems(d.Notices, fault.Chinese)[0], "此列单独的数字按等级序号读取：3 即 掌握（0.7）；若为比例，请整列写成 0.7 或 70% 的形式")
}

func TestWeightsMayBePercentages(t *testing.T) {
	d := readColumn(t, Options{}, "requirements.csv", "position,target,weight", "P,K,", "30%,70 %,12.5％")
	require.Empty(t, d.Problems)
	for i, want := range []float64{30, 70, 12.5} {
		require.Equal(t, want, *d.Changes.Put.Requirements[i].Weight)
	}
}

// The files' own scale reads their cells, whatever the order of the files.
func TestFilesBringTheirScale(t *testing.T) {
	d, err := Options{Scale: sfia}.Read(folderFiles{
		"等级.csv":           "名称,英文名称,序号,数值\n初级,Junior,1,0.4\n中级,,2,70%\n高级,Senior,3,1.0\n",
		"mastery.csv":      "employee,knowledge_point,mastery\nE,K,中级\nE,L,3\n",
		"requirements.csv": "position,target,level\nP,K,junior\nP,L,2\n",
	}.write(t))
	require.NoError(t, err)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	put := d.Changes.Put
	require.Equal(t, competency.Scale{
		{Label: "初级", LabelEN: "Junior", Digit: new(1), Level: 0.4}, {Label: "中级", Digit: new(2), Level: 0.7}, {Label: "高级", LabelEN: "Senior", Digit: new(3), Level: 1},
	}, put.Scale)
	require.Equal(t, []float64{0.7, 1}, []float64{put.Mastery[0].Mastery, put.Mastery[1].Mastery})
	require.Equal(t, []float64{0.4, 0.7}, []float64{*put.Requirements[0].Level, *put.Requirements[1].Level})
}

func TestScaleWithoutRowsLeavesTheStoredOne(t *testing.T) {
	d, err := Options{Scale: sfia}.Read(folderFiles{
		"levels.csv": "label,level\n", "requirements.csv": "position,target,level\nP,K,7\n",
	}.write(t))
	require.NoError(t, err)
	require.Empty(t, d.Problems)
	require.Empty(t, d.Changes.Put.Scale)
	require.InDelta(t, 1, *d.Changes.Put.Requirements[0].Level, 0)
}

// readColumn reads a file of rows that all begin alike and end with one of the cells.
func readColumn(t *testing.T, o Options, file, header, start, cells string) *Document {
	t.Helper()
	content := header + "\n"
	for _, cell := range splitCells(cells) {
		content += start + cell + "\n"
	}
	d, err := o.Read(folderFiles{file: content}.write(t))
	require.NoError(t, err)
	return d
}
