package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// fileSet maps file names to contents.
type fileSet map[string]string

// validFiles is a small valid catalog.
var validFiles = fileSet{
	"competencies.csv":     "code,name,parent\nSAFE,安全,\nLIVE,带电作业,SAFE\n",
	"knowledge_points.csv": "code,name,competency\nPOWER-OFF,停电,SAFE\nVERIFY,验电,LIVE\nGROUND,接地,\n",
	"prerequisites.csv":    "prerequisite,dependent\nPOWER-OFF,VERIFY\nVERIFY,GROUND\n",
	"positions.csv":        "code,name\nELECTRICIAN,电工\n",
	"requirements.csv":     "position,target,level,weight\nELECTRICIAN,LIVE,掌握,2\n",
	"employees.csv":        "code,name,position\nE1,王芳,ELECTRICIAN\n",
	"mastery.csv":          "employee,knowledge_point,mastery,assessed_at\nE1,VERIFY,85%,2026-11-20T08:00:00Z\n",
}

func (f fileSet) withFiles(more fileSet) fileSet {
	all := maps.Clone(f)
	maps.Copy(all, more)
	return all
}

func gb18030(s string) string {
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return encoded
}

const requirementsHeader = "position,target,level,weight\n"

// invalidInputs are typical mistakes of experts, one per case. wants has the beginning
// and end of each line that must be printed; no other lines may be.
var invalidInputs = []struct {
	name  string
	files fileSet
	wants []string
}{
	{"duplicate codes", fileSet{"knowledge_points.csv": "code,name,competency\nPOWER-OFF,停电,SAFE\nVERIFY,验电,LIVE\nGROUND,接地,\nVERIFY,再验,\n"}, []string{
		`knowledge_points.csv, row 5, column code: "VERIFY" is given twice … (also in knowledge_points.csv, row 3)`,
	}},
	{"dangling references", fileSet{
		"prerequisites.csv": "prerequisite,dependent\nPOWER-OF,VERIFY\nVERIFY,接电\n",
		"requirements.csv":  requirementsHeader + "ELECTRICAN,LIVE,掌握,2\n",
		"mastery.csv":       "employee,knowledge_point,mastery\nE2,VERIFY,85%\n",
	}, []string{
		`mastery.csv, row 2, column employee: there is no employee "E2"`,
		`prerequisites.csv, row 2, column prerequisite: … did you mean POWER-OFF?`,
		`prerequisites.csv, row 3, column dependent: … "接电": correct the code or add the record`,
		`requirements.csv, row 2, column position: … did you mean ELECTRICIAN?`,
	}},
	{"a cycle of prerequisites", fileSet{"prerequisites.csv": "prerequisite,dependent\nPOWER-OFF,VERIFY\nVERIFY,GROUND\nGROUND,POWER-OFF\n"}, []string{
		`prerequisites.csv, row `,
	}},
	{"a cycle of containment", fileSet{"competencies.csv": "code,name,parent\nSAFE,安全,LIVE\nLIVE,带电作业,SAFE\n"}, []string{
		`competencies.csv, row `,
	}},
	{"its own prerequisite", fileSet{"prerequisites.csv": "prerequisite,dependent\nVERIFY,VERIFY\n"}, []string{
		`prerequisites.csv, row 2`,
	}},
	{"a competency that requires a point of its own", fileSet{"prerequisites.csv": "prerequisite,dependent\nVERIFY,SAFE\n"}, []string{
		`prerequisites.csv, row 2`,
	}},
	{"invalid levels", fileSet{"requirements.csv": requirementsHeader + "ELECTRICIAN,LIVE,0,2\nELECTRICIAN,SAFE,1.5,1\nELECTRICIAN,GROUND,高,1\n"}, []string{
		`requirements.csv, row 2, column level: "0" is not a level: give a label`,
		`requirements.csv, row 3, column level: level 1.5 is not above 0 and at most 1: give a number`,
		`requirements.csv, row 4, column level: "高" is not a level: give a label`,
	}},
	{"digits and decimals in one column", fileSet{"requirements.csv": requirementsHeader + "ELECTRICIAN,LIVE,1,2\nELECTRICIAN,SAFE,0.7,1\n"}, []string{
		`requirements.csv, row 3, column level: the column has bare digits (row 2) and numbers (row 3)`,
	}},
	{"weights that are not above zero", fileSet{"requirements.csv": requirementsHeader + "ELECTRICIAN,LIVE,掌握,0\nELECTRICIAN,SAFE,掌握,-2\n"}, []string{
		`requirements.csv, row 2, column weight: weight 0 is not above 0: give a number`,
		`requirements.csv, row 3, column weight: weight -2 is not above 0: give a number`,
	}},
	{"hard and soft in one clause", fileSet{"prerequisites.csv": "prerequisite,dependent,strength,clause\nPOWER-OFF,GROUND,HARD,a\nVERIFY,GROUND,SOFT,a\n"}, []string{
		`prerequisites.csv, row 3, column clause: HARD and SOFT do not mix in clause "a"`,
	}},
	{"an unknown header", fileSet{"positions.csv": "code,name,famly\nELECTRICIAN,电工,技术\n"}, []string{
		`positions.csv, row 1, column famly: … did you mean family?`,
	}},
	{"a ragged row", fileSet{"positions.csv": "code,name\nELECTRICIAN,电工,高压\n"}, []string{
		`positions.csv, row 2`,
	}},
	{"a file that is not text", fileSet{"positions.csv": "\x7fELF\x00\x00"}, []string{
		`positions.csv: this is not a text file: save it as CSV UTF-8`,
	}},
	{"a workbook that was cut off", fileSet{"positions.csv": "PK\x03\x04\x14\x00\x06\x00\x08\x00"}, []string{
		`positions.csv: the workbook is cut off or damaged: copy or download it again`,
	}},
	{"an empty file", fileSet{"positions.csv": ""}, []string{
		`positions.csv: the file is empty: give at least the header row`,
	}},
	{"a cell of five megabytes", fileSet{"positions.csv": "code,name\nELECTRICIAN," + strings.Repeat("电工", 5<<20/6) + "\n"}, []string{
		`positions.csv, row 2, column name: `,
	}},
	{"invalid codes", fileSet{"positions.csv": "code,name\nELECTRICIAN,电工\nHIGH VOLTAGE,高压电工\n" + strings.Repeat("长", 200) + ",长\n"}, []string{
		`positions.csv, row 3, column code: "HIGH VOLTAGE" is not a code, because it has white space`,
		`positions.csv, row 4, column code: … is not a code: give at most 128 characters`,
	}},
	{"two encodings in one file", fileSet{"positions.csv": "code,name\nELECTRICIAN,电工\nWELDER," + gb18030("焊工") + "\n"}, []string{
		`positions.csv, row 3: `,
	}},
	{"a mastery of two", fileSet{"mastery.csv": "employee,knowledge_point,mastery\nE1,VERIFY,200%\n"}, []string{
		`mastery.csv, row 2, column mastery: mastery 2 is not between 0 and 1: give a number`,
	}},
	{"an invalid date", fileSet{"mastery.csv": "employee,knowledge_point,mastery,assessed_at\nE1,VERIFY,0.8,2026-02-30\n"}, []string{
		`mastery.csv, row 2, column assessed_at: "2026-02-30" is not a day of the calendar`,
	}},
}

// check and import refuse each case, with its location and what to do, and leave the
// store unchanged.
func TestInvalidInputIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range invalidInputs {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sh := newShell(t)
			sh.writeFolder("sound", validFiles)
			sh.writeFolder("spoiled", validFiles.withFiles(c.files))
			sh.mustRun("import", "sound")
			before := sh.exportAll()

			checked, imported := sh.run("check", "spoiled"), sh.run("import", "spoiled")
			// The problems are the result of a check, and the failure of an import; the progress
			// of both stands on stderr.
			require.Empty(t, imported.out)
			require.Len(t, strings.Split(strings.TrimSpace(checked.err), "\n"), 2)
			imported.err = strings.Join(strings.Split(imported.err, "\n")[2:], "\n")
			for _, r := range []struct {
				code int
				text string
			}{{checked.code, checked.out}, {imported.code, imported.err}} {
				require.Equal(t, exitInvalid, r.code)
				lines := strings.Split(strings.TrimSpace(r.text), "\n")
				require.Equal(t, countProblems(len(lines)-1).EN+"; nothing was written", lines[len(lines)-1])
				require.Len(t, lines[:len(lines)-1], len(c.wants), r.text)
				for i, want := range c.wants {
					start, rest, _ := strings.Cut(want, " … ")
					require.True(t, strings.HasPrefix(lines[i], start) && strings.Contains(lines[i], rest), "%s\n%s", want, lines[i])
					require.Less(t, len(lines[i]), 800)
				}
			}
			requireSame(t, before, sh.exportAll())
		})
	}
}

func (sh shell) writeFolder(name string, files fileSet) {
	sh.t.Helper()
	for _, file := range slices.Sorted(maps.Keys(files)) {
		sh.writeFile(name+"/"+file, files[file])
	}
}

// allProblems combines all mistakes, with a cycle among them.
var allProblems = fileSet{
	"competencies.csv": "code,name,parent\nSAFE,安全,\nLIVE,带电作业,SAEF\n",
	"knowledge_points.csv": "code,name,competency,minutes,description\nPOWER-OFF,停电,SAFE,20,\nVERIFY,验电,LIVE,20,\nGROUND,接地,,20,\n" +
		"VERIFY,再验,,20,\nHANG TAG,挂牌,,20,\n" + strings.Repeat("长", 200) + ",长,,20,\nFENCE,装设遮栏,,20," + strings.Repeat("很长", 5<<20/6) + "\nSIGN,悬挂标示牌,,二十,\n",
	"prerequisites.csv": "prerequisite,dependent,strength,clause\nPOWER-OF,VERIFY,,\nVERIFY,GROUND,HARD,甲\nPOWER-OFF,GROUND,SOFT,甲\nGROUND,GROUND,,\nGROUND,POWER-OFF,,\nVERIFY,POWER-OFF,,\nPOWER-OFF,VERIFY,,\n",
	"positions.csv":     "code,name,famly\nELECTRICIAN,电工,技术\nWELDER,焊工,技术,高压\n",
	"requirements.csv":  requirementsHeader + "ELECTRICIAN,LIVE,掌握,0\nELECTRICIAN,SAFE,1.5,1\nELECTRICIAN,GROUND,高,-2\nELECTRICIAN,VERIFI,掌握,1\n",
	"岗位要求.csv":          "岗位,对象,等级\nELECTRICIAN,POWER-OFF,1\nELECTRICIAN,FENCE,0.7\nELECTRICIAN,SIGN,0\n",
	"related.csv":       "知识点一,知识点二\nVERIFY,GROUND\n" + gb18030("接地,验电") + "\n",
	"resources.csv":     "",
	"org_units.csv":     "\x00\x01\x02",
	"employees.csv":     "code,name,position\nE1,王芳,ELECTRICIAN\nE 2,李强,\n",
	"mastery.csv":       "employee,knowledge_point,mastery,assessed_at\nE1,VERIFY,2,2026-11-20\nE1,GROUND,85%,2026-02-30\nE9,GROUND,85%,\n",
}

// cycleProblems has cycles of every kind. Each is reported with codes and names in
// order.
var cycleProblems = validFiles.withFiles(fileSet{
	"competencies.csv": "code,name,parent\nSAFE,安全,\nLIVE,带电作业,SAFE\nA,甲,B\nB,乙,A\n",
	"knowledge_points.csv": "code,name,competency\nPOWER-OFF,停电,SAFE\nVERIFY,验电,LIVE\nGROUND,接地,\n" +
		"X,子,\nY,丑,\nZ,寅,\nHANG-TAG,挂牌,C\n",
	"能力项.csv":           "编码,名称\nC,标示\n",
	"prerequisites.csv": "prerequisite,dependent\nX,Y\nY,Z\nZ,X\nHANG-TAG,C\n",
	"requirements.csv":  requirementsHeader,
	"mastery.csv":       "employee,knowledge_point,mastery\n",
	"resources.csv":     "code,title\n",
	"org_units.csv":     "code,name\n",
	"employees.csv":     "code,name\n",
	"related.csv":       "a,b\n",
	"positions.csv":     "code,name\n",
})

func TestAllProblemsTogether(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh-CN"} {
		sh := newShell(t, "ZHITU_LANG="+lang)
		sh.writeFolder("everything", allProblems)
		sh.writeFolder("rings", cycleProblems)
		var session strings.Builder
		for _, name := range []string{"everything", "rings"} {
			checked, imported := sh.run("check", name), sh.run("import", name)
			require.Equal(t, exitInvalid, checked.code)
			require.Equal(t, exitInvalid, imported.code)
			require.True(t, strings.HasSuffix(imported.err, checked.out), "check and import say the same")
			fmt.Fprintf(&session, "$ zhitu check %s\n%s\n", name, checked.out)
		}
		requireGolden(t, "problems."+lang+".txt", session.String())
	}
}
