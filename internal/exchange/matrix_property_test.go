package exchange

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// transpose turns rows of one length.
func transpose(rows [][]string) [][]string {
	turned := make([][]string, len(rows[0]))
	for i := range turned {
		for _, r := range rows {
			turned[i] = append(turned[i], r[i])
		}
	}
	return turned
}

func csvOf(rows [][]string) string {
	var text strings.Builder
	_ = csv.NewWriter(&text).WriteAll(rows)
	return text.String()
}

// drawMatrix draws a matrix of codes or names, with the same as rows of a table: holder,
// point, and what the cell says without a mark of what is critical.
func drawMatrix(t *rapid.T, holders, points [][2]string, cells []string, mark string) (matrix, rows [][]string) {
	label := func(record [2]string) string {
		return []string{record[0], record[1], record[0] + " " + record[1]}[rapid.IntRange(0, 2).Draw(t, "label")]
	}
	matrix = [][]string{{""}}
	for _, p := range points {
		matrix[0] = append(matrix[0], label(p))
	}
	for _, h := range holders {
		line := []string{label(h)}
		for _, p := range points {
			cell := rapid.SampledFrom(append([]string{"", "/", "-"}, cells...)).Draw(t, "cell")
			if line = append(line, cell); cell == "" || cell == "/" || cell == "-" {
				continue
			}
			critical := ""
			if mark != "" && rapid.Bool().Draw(t, "critical") {
				critical = "yes"
				line[len(line)-1] += mark
			}
			rows = append(rows, []string{h[0], p[0], cell, critical})
		}
		matrix = append(matrix, line)
	}
	return matrix, rows
}

// A matrix either way round says the same as the rows of a table.
func TestMatricesAreRows(t *testing.T) {
	root, n := t.TempDir(), 0
	records := func(prefix, name string, count int) (list [][2]string) {
		for i := range count {
			list = append(list, [2]string{fmt.Sprint(prefix, i), fmt.Sprint(name, i)})
		}
		return list
	}
	tableOf := func(records [][2]string) string {
		rows := [][]string{{"code", "name"}}
		for _, r := range records {
			rows = append(rows, r[:])
		}
		return csvOf(rows)
	}
	rapid.Check(t, func(t *rapid.T) {
		people := records("E", "人", rapid.IntRange(2, 6).Draw(t, "people"))
		points := records("K", "点", rapid.IntRange(2, 6).Draw(t, "points"))
		positions := records("P", "岗", rapid.IntRange(2, 4).Draw(t, "positions"))
		ratings := rapid.SampledFrom([][]string{{"0", "1", "2", "3", "5", "掌握", "expert"}, {"0.5", "70%", "1.0", "0.0", "熟练"}}).Draw(t, "ratings")
		levels := rapid.SampledFrom([][]string{{"1", "2", "5", "掌握", "expert"}, {"0.5", "70%", "1.0", "熟练"}}).Draw(t, "levels")
		mastery, masteryRows := drawMatrix(t, people, points, ratings, "")
		required, requiredRows := drawMatrix(t, positions, points, levels, rapid.SampledFrom([]string{"★", "*", " ＊"}).Draw(t, "mark"))
		common := folderFiles{"knowledge_points.csv": tableOf(points), "employees.csv": tableOf(people), "positions.csv": tableOf(positions)}
		read := func(files folderFiles) (competency.Records, []string) {
			n++
			dir := filepath.Join(root, fmt.Sprint(n))
			require.NoError(t, os.Mkdir(dir, 0o700))
			for name, content := range common.withFiles(files) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
			}
			d, err := Read(dir)
			require.NoError(t, err)
			put := d.Changes.Put
			slices.SortFunc(put.Mastery, func(a, b assessmentRow) int {
				return cmp.Or(strings.Compare(a.Employee, b.Employee), strings.Compare(a.KnowledgePoint, b.KnowledgePoint))
			})
			slices.SortFunc(put.Requirements, func(a, b requirementRow) int {
				return cmp.Or(strings.Compare(a.Position, b.Position), strings.Compare(a.Target, b.Target))
			})
			var problems []string
			for _, p := range d.Report(competency.Catalog{}.Check(d.Changes)...) {
				problems = append(problems, p.Text.EN)
			}
			return put, problems
		}
		masteryTable := [][]string{{"employee", "knowledge_point", "mastery"}}
		for _, r := range masteryRows {
			masteryTable = append(masteryTable, r[:3])
		}
		requiredTable := append([][]string{{"position", "target", "level", "critical"}}, requiredRows...)
		want, wrong := read(folderFiles{"mastery.csv": csvOf(masteryTable), "requirements.csv": csvOf(requiredTable)})
		if len(wrong) > 0 {
			require.Len(t, wrong, 1, "a column whose only digit is 1")
		}
		for _, turned := range []bool{false, true} {
			m, r := mastery, required
			if turned {
				m, r = transpose(m), transpose(r)
			}
			got, problems := read(folderFiles{"mastery_matrix.csv": csvOf(m), "岗位能力矩阵.csv": csvOf(r)})
			require.Len(t, problems, len(wrong), problems)
			if len(wrong) == 0 {
				require.Equal(t, want, got)
			}
		}
	})
}

// A rating of a competency counts for the points in it without a more specific one.
func TestRatingsOfCompetenciesAreSpread(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		// A tree of competencies, each below an earlier one or none, and points in them.
		groups, points := rapid.IntRange(1, 6).Draw(t, "competencies"), rapid.IntRange(2, 8).Draw(t, "points")
		parent := map[string]string{}
		competencies, knowledge := "code,name,parent\n", "code,name,competency\n"
		above := func(most int) string {
			if i := rapid.IntRange(-1, most).Draw(t, "above"); i >= 0 {
				return fmt.Sprint("C", i)
			}
			return ""
		}
		var labels []string
		for i := range groups {
			code := fmt.Sprint("C", i)
			parent[code] = above(i - 1)
			competencies += code + ",名," + parent[code] + "\n"
			labels = append(labels, code)
		}
		for i := range points {
			code := fmt.Sprint("K", i)
			parent[code] = above(groups - 1)
			knowledge += code + ",名," + parent[code] + "\n"
			labels = append(labels, code)
		}
		ratings := map[string]string{}
		row := []string{"E1"}
		for _, label := range labels {
			cell := rapid.SampledFrom([]string{"", "/", "20%", "40%", "60%"}).Draw(t, "rating")
			if row = append(row, cell); cell != "" && cell != "/" {
				ratings[label] = cell
			}
		}
		want, empty := map[string]float64{}, map[string]bool{}
		for label := range ratings {
			empty[label] = label[0] == 'C'
		}
		for i := range points {
			point := fmt.Sprint("K", i)
			nearest := ""
			for code := point; code != ""; code = parent[code] {
				if ratings[code] != "" && nearest == "" {
					nearest = code
				}
				empty[code] = false
			}
			if nearest != "" {
				want[point], _ = competency.ParseShare(ratings[nearest])
			}
		}
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		require.NoError(t, os.Mkdir(dir, 0o700))
		for name, content := range map[string]string{
			"competencies.csv": competencies, "knowledge_points.csv": knowledge, "employees.csv": "code,name\nE1,张三\nE2,李四\n",
			"mastery_matrix.csv": csvOf([][]string{append([]string{"工号"}, labels...), row}),
		} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
		}
		d, err := Read(dir)
		require.NoError(t, err)
		var told int
		for _, isEmpty := range empty {
			if isEmpty {
				told++
			}
		}
		require.Len(t, d.Problems, told, formatProblems(d.Problems, fault.English))
		got := map[string]float64{}
		for _, r := range d.Changes.Put.Mastery {
			require.NotContains(t, got, r.KnowledgePoint)
			got[r.KnowledgePoint] = r.Mastery
		}
		require.Equal(t, want, got)
	})
}

// Reading any matrix ends, and every problem has a location in it.
func FuzzReadMatrix(f *testing.F) {
	for _, content := range []string{
		"工号,K1,K2\n001,3,/\n", "知识点,,张三,李四\n工号,,001,002\nK1,焊接基础,3,4\n", ",安全,,停送电,\n工号,K1,K2,K3,K4\n001,3,2,,1\n",
		"标题\n\n序号,工号,班组,K1,K2,备注\n1,001,一班,3★,○\n合计,,,7,2\n制表：王五\n", "岗位;K1;安全\n值班员;掌握*;0,8\n", "K1\tK2\n\t\n001\t=A1\n",
	} {
		f.Add(true, content)
		f.Add(false, content)
	}
	catalog := matrixFiles.mustReadValid(f)
	known := Known{Catalog: &catalog.Catalog, Employees: func(texts []string) (found []competency.Employee, err error) {
		for _, e := range catalog.Employees {
			if slices.Contains(texts, e.Code) || slices.Contains(texts, e.Name) {
				found = append(found, e)
			}
		}
		return found, nil
	}}
	slices.SortFunc(catalog.Competencies, func(a, b competencyRow) int { return strings.Compare(a.Code, b.Code) })
	slices.SortFunc(catalog.Positions, func(a, b positionRow) int { return strings.Compare(a.Code, b.Code) })
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, ofPeople bool, content string) {
		name := "requirement_matrix.csv"
		if ofPeople {
			name = "mastery_matrix.csv"
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		d, err := Options{Known: known}.Read(path)
		require.NoError(t, err)
		problems := d.Report(catalog.Check(d.Changes)...)
		for _, p := range append(problems, d.Notices...) {
			require.Equal(t, name, p.File)
			require.True(t, p.Row > 0 || len(problems) == 1, p.Format(fault.English))
			require.Less(t, len(p.Format(fault.Chinese)), 2000)
		}
	})
}
