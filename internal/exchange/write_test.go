package exchange

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

func streamPeople(employees []employeeRow, states []assessmentRow) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for _, e := range employees {
			p := Person{Employee: e}
			for _, s := range states {
				if s.Employee == e.Code {
					p.Mastery = append(p.Mastery, s)
				}
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

func exportOf(r competency.Records) Export {
	return Export{Catalog: r.Catalog, OrgUnits: r.OrgUnits, People: streamPeople(r.Employees, r.Mastery)}
}

// readAllFiles returns the files of a folder, hidden ones too.
func readAllFiles(t require.TestingT, dir string) folderFiles {
	f := folderFiles{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		f[e.Name()] = string(data)
	}
	return f
}

func TestWriteFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "export")
	require.NoError(t, WriteFolder(dir, exportOf(chineseTables.mustReadValid(t))))
	got := readAllFiles(t, dir)
	assert.Len(t, got, 13)
	for name, want := range map[string]string{
		"knowledge_points.csv": "code,name,name_en,competency,kind,nature,minutes,difficulty,tags,description\n" +
			"K1,停电,Power off,D,SKILL,PROCEDURAL,45,2.5,高压;倒闸;票,先停后验\nK2,验电,,D,KNOWLEDGE,CREATIVE,,,,\n",
		"prerequisites.csv": "prerequisite,dependent,strength,clause,level,reason\nK1,K2,HARD,甲,0.85,先停电\nC,K2,SOFT,,,\n",
		"requirements.csv":  "position,target,level,weight,critical\nP,K1,0.95,2.5,yes\nP,C,,,no\n",
		"employees.csv":     "code,name,org_unit,position,targets,modalities,manager\nE,王,V,P,P,VIDEO;PRACTICE,\n",
		"mastery.csv":       "employee,knowledge_point,mastery,assessed_at\nE,K1,0.85,2026-11-20T00:00:00Z\n",
	} {
		assert.Equal(t, utf8BOM+want, got[name])
	}
}

func TestLevelFormatKeepsDecimalPoint(t *testing.T) {
	show := func(x float64) string { return requirements.columns[2].format(&requirementRow{Level: &x}) }
	assert.Equal(t, "1.0", show(1), "a bare 1 would be the first step of the scale")
	assert.Equal(t, "0.1", show(0.1))
	assert.Equal(t, "0.30000000000000004", show(0.30000000000000004))
	assert.NotContains(t, show(1e-300), "e", "a spreadsheet may show an exponent otherwise")
}

func TestEscapeFormula(t *testing.T) {
	for text, cell := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "＝1": "'＝1",
		"'=1": "''=1", "''-": "'''-", "'": "'", "''": "''", "'tis": "'tis", "''tis": "''tis", "'0'": "'0'",
		"a=1": "a=1", "": "", "（-1）": "（-1）",
		"(清空)": "'(清空)", "（clear）": "'（clear）", "'(clear)": "''(clear)", "清空": "清空", "(清空) 后重试": "(清空) 后重试",
	} {
		assert.Equal(t, cell, EscapeFormula(text))
		assert.Equal(t, text, unescapeFormula(cell))
	}
	assert.Equal(t, "=1+1", unescapeFormula("=1+1"), "a formula that was typed is not changed")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("'=-x"))).Draw(t, "text")
		cell := EscapeFormula(text)
		assert.Equal(t, text, unescapeFormula(cell))
		assert.False(t, strings.IndexAny(cell, "=-") == 0, cell)
	})
}

func TestWriteFolderRefusesOccupiedTarget(t *testing.T) {
	all := exportOf(chineseTables.mustReadValid(t))
	refused := func(t *testing.T, dir string) {
		before := readAllFiles(t, dir)
		err := WriteFolder(dir, all)
		assert.Equal(t, fault.InvalidArgument, fault.CodeOf(err), "%v", err)
		assert.Equal(t, before, readAllFiles(t, dir))
	}
	t.Run("a folder with other files", func(t *testing.T) { refused(t, folderFiles{"photo.jpg": "x"}.write(t)) })
	t.Run("a catalog that is no export", func(t *testing.T) { refused(t, validFiles.write(t)) })
	t.Run("an edited export", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, WriteFolder(dir, all))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "positions.csv"), []byte("code,name\n"), 0o600))
		refused(t, dir)
	})
	t.Run("a file", func(t *testing.T) {
		file := filepath.Join(validFiles.write(t), "positions.csv")
		assert.Equal(t, fault.InvalidArgument, fault.CodeOf(WriteFolder(file, all)))
	})
	t.Run("an earlier export is replaced, and other files stay", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, WriteFolder(dir, all))
		want := readAllFiles(t, dir)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "README.md"), []byte("ours"), 0o600))
		require.NoError(t, WriteFolder(dir, Export{}))
		assert.Equal(t, utf8BOM+"code,name,parent\n", readAllFiles(t, dir)["org_units.csv"])
		require.NoError(t, WriteFolder(dir, all))
		got := readAllFiles(t, dir)
		assert.Equal(t, "ours", got["README.md"])
		delete(got, "README.md")
		assert.Equal(t, want, got, "the same content, the same bytes")
	})
}

func TestFailedExportLeavesNoFiles(t *testing.T) {
	broken := errors.New("the store is gone")
	x := exportOf(chineseTables.mustReadValid(t))
	x.People = func(yield func(Person, error) bool) {
		if yield(Person{Employee: employeeRow{Code: "E", Name: "n"}}, nil) {
			yield(Person{}, broken)
		}
	}
	parent := t.TempDir()
	require.ErrorIs(t, WriteFolder(filepath.Join(parent, "new"), x), broken)
	assert.Empty(t, readAllFiles(t, parent))

	dir := filepath.Join(parent, "old")
	require.NoError(t, WriteFolder(dir, Export{}))
	before := readAllFiles(t, dir)
	require.ErrorIs(t, WriteFolder(dir, x), broken)
	assert.Equal(t, before, readAllFiles(t, dir))
}

// What Check accepts comes back from the files as it was.
func TestWriteReadRoundTrip(t *testing.T) {
	root := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		want := generateRecords(t)
		require.Empty(t, competency.Catalog{}.Check(competency.ChangeSet{Put: want}), "the generator makes valid records")
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		require.NoError(t, WriteFolder(dir, exportOf(want)))
		d, err := Read(dir)
		require.NoError(t, err)
		require.Empty(t, formatProblems(d.Problems, fault.English))
		require.Equal(t, want, d.Changes.Put)
	})
}

// generateRecords makes a sorted world of valid records with hostile texts.
func generateRecords(t *rapid.T) competency.Records {
	var r competency.Records
	letters := []rune("'=+-@,\"aZé中知٣😀0#%$\\\x01\u200d\ufffd")
	spaces := []rune(" \t\r\n\u3000\u00a0\ufeff;；、")
	code := rapid.Custom(func(t *rapid.T) string {
		return competency.NormalizeCode(rapid.StringOfN(rapid.SampledFrom(letters), 1, 8, -1).Draw(t, "code"))
	}).Filter(competency.ValidCode)
	words := rapid.OneOf(rapid.Custom(func(t *rapid.T) string {
		return competency.Trim(rapid.StringOfN(rapid.SampledFrom(append(spaces, letters...)), 0, 12, -1).Draw(t, "text"))
	}), rapid.SampledFrom([]string{"(清空)", "（清空）", "(clear)", "（CLEAR)", "'(清空)", "( 清空)", "a\rb\r\nc", "_x000D_", "_x0041_x0042_", "␦␍\uFFFF", "'+1.5E+17", "#N/A", "1E+10"}))
	name := rapid.Custom(func(t *rapid.T) string { return words.Draw(t, "words") + "名" })
	number := rapid.OneOf(rapid.SampledFrom([]float64{1, 0.30000000000000004, 5e-324, math.MaxFloat64, 1e21}), rapid.Float64Range(1e-9, 1e9))
	fraction := rapid.OneOf(rapid.Just(1.0), rapid.Float64Range(1e-12, 1))
	some := func(list []string, label string) []string {
		if len(list) == 0 {
			return nil
		}
		picked := rapid.SliceOfNDistinct(rapid.SampledFrom(list), 0, 3, rapid.ID).Draw(t, label)
		if len(picked) == 0 {
			return nil
		}
		return picked
	}
	one := func(list []string, label string) string {
		return rapid.SampledFrom(append([]string{""}, list...)).Draw(t, label)
	}
	distinct := func(label string) []string {
		list := rapid.SliceOfNDistinct(code, 0, 5, rapid.ID).Draw(t, label)
		slices.Sort(list)
		return list
	}

	var groups, points []string
	for _, c := range distinct("learnables") {
		if rapid.Bool().Draw(t, "is group") {
			groups = append(groups, c)
		} else {
			points = append(points, c)
		}
	}
	for _, c := range groups {
		r.Competencies = append(r.Competencies, competencyRow{
			Code: c, Name: name.Draw(t, "name"), NameEN: words.Draw(t, "en"), Parent: one(groups, "parent"), Description: words.Draw(t, "description"),
		})
	}
	for _, c := range points {
		k := pointRow{
			Code: c, Name: name.Draw(t, "name"), NameEN: words.Draw(t, "en"), Competency: one(groups, "group"), Description: words.Draw(t, "description"),
			Kind:   rapid.SampledFrom([]competency.Kind{"", competency.Knowledge, competency.Skill}).Draw(t, "kind"),
			Nature: rapid.SampledFrom([]competency.Nature{"", competency.Procedural, competency.Creative}).Draw(t, "nature"),
			Tags:   some([]string{"a b", "'", "=1", "中", "甲，乙"}, "tags"),
		}
		if rapid.Bool().Draw(t, "has numbers") {
			k.Minutes, k.Difficulty = new(rapid.IntRange(1, competency.MaxMinutes).Draw(t, "minutes")), new(number.Draw(t, "difficulty"))
		}
		r.KnowledgePoints = append(r.KnowledgePoints, k)
	}
	for i, c := range points {
		if i == 0 {
			continue
		}
		e := prerequisiteRow{
			Prerequisite: points[0], Dependent: c, Reason: words.Draw(t, "reason"),
			Strength: rapid.SampledFrom([]competency.Strength{"", competency.Hard, competency.Soft}).Draw(t, "strength"),
		}
		if rapid.Bool().Draw(t, "has level") {
			e.Level = new(fraction.Draw(t, "level"))
		}
		if e.Strength == competency.Hard {
			e.Clause = competency.NormalizeCode(words.Draw(t, "clause"))
		}
		r.Prerequisites = append(r.Prerequisites, e)
		r.Related = append(r.Related, relatedRow{A: points[0], B: c})
	}
	held := distinct("positions")
	for _, c := range held {
		r.Positions = append(r.Positions, positionRow{
			Code: c, Name: name.Draw(t, "name"), NameEN: words.Draw(t, "en"), Family: words.Draw(t, "family"),
			Grade: words.Draw(t, "grade"), Description: words.Draw(t, "description"),
		})
		for _, target := range points {
			q := requirementRow{Position: c, Target: target}
			if rapid.Bool().Draw(t, "has values") {
				q.Level, q.Weight, q.Critical = new(fraction.Draw(t, "level")), new(number.Draw(t, "weight")), new(rapid.Bool().Draw(t, "critical"))
			}
			r.Requirements = append(r.Requirements, q)
		}
	}
	for _, c := range distinct("resources") {
		r.Resources = append(r.Resources, resourceRow{
			Code: c, Title: name.Draw(t, "title"), URL: words.Draw(t, "url"), Language: words.Draw(t, "language"),
			Modality: rapid.SampledFrom([]competency.Modality{"", competency.Video, competency.Mentoring}).Draw(t, "modality"),
			Teaches:  some(points, "teaches"),
		})
	}
	for _, c := range distinct("units") {
		r.OrgUnits = append(r.OrgUnits, orgUnitRow{Code: c, Name: words.Draw(t, "name")})
	}
	for _, c := range distinct("employees") {
		e := employeeRow{Code: c, Name: words.Draw(t, "name"), Position: one(held, "holds"), Targets: some(held, "targets")}
		if rapid.Bool().Draw(t, "prefers") {
			e.Modalities = []competency.Modality{competency.Practice, competency.Document}
		}
		r.Employees = append(r.Employees, e)
		for _, k := range points {
			r.Mastery = append(r.Mastery, assessmentRow{
				Employee: c, KnowledgePoint: k, Mastery: rapid.Float64Range(0, 1).Draw(t, "mastery"),
				AssessedAt: time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at")).UTC(),
			})
		}
	}
	return r
}

// A file that would be too large to be read back is divided, and the parts are read as one.
func TestLargeExportsAreDivided(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "export")
	var people []Person
	var events []competency.Event
	want := 0
	for i := range 40 {
		p := Person{Employee: competency.Employee{Code: fmt.Sprintf("E%02d", i), Name: strings.Repeat("名", 20)}}
		for n := range 5 {
			p.Evidence = append(p.Evidence, competency.Evidence{
				ID: fmt.Sprintf("%d-%d", i, n), Employee: p.Employee.Code, KnowledgePoints: []string{"K"}, Kind: competency.Exam, Score: 1,
				At: time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC), Source: "a \"quoted\"\nsource",
			})
			want++
		}
		people, events = append(people, p), append(events, competency.Event{Key: fmt.Sprintf("event-%02d", i), Results: []competency.EventResult{{ID: "r"}}})
	}
	export := func(maxBytes int) Export {
		return Export{maxBytes: maxBytes, People: eachOf(people), Events: eachOf(events)}
	}
	const limit = 2000
	require.NoError(t, WriteFolder(dir, export(limit)))
	var parts, lines int
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.True(t, e.Name() == manifest || info.Size() <= limit, e.Name())
		switch wholeName(e.Name()) {
		case "evidence.csv":
			parts++
		case eventsFile:
			lines++
		}
	}
	require.Greater(t, parts, 5)
	require.FileExists(t, filepath.Join(dir, "evidence-2.csv"))
	require.FileExists(t, filepath.Join(dir, "employees-2.csv"))

	d, err := Read(dir)
	require.NoError(t, err)
	require.Empty(t, d.Problems)
	require.Empty(t, d.Notices)
	require.True(t, d.AsExported)
	require.Len(t, d.Evidence, want)
	require.Len(t, d.Changes.Put.Employees, len(people))
	require.Len(t, d.Events, len(events))
	require.Greater(t, lines, 1)

	// A later export takes the place of all parts, and spares what is not its own.
	require.NoError(t, WriteFolder(dir, export(0)))
	require.NoFileExists(t, filepath.Join(dir, "evidence-2.csv"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "evidence-2.csv"), []byte("mine"), 0o600))
	require.ErrorContains(t, WriteFolder(dir, export(limit)), "evidence-2.csv")
}

func eachOf[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}
