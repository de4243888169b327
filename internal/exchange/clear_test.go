package exchange

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

func splitCells(cells string) []string { return strings.Split(cells, ",") }

func TestReadClearMarks(t *testing.T) {
	put := folderFiles{
		"knowledge_points.csv": "code,name,competency,kind,minutes,tags\nK,,(清空),（clear）,(CLEAR), （ 清空 ） \n",
		"prerequisites.csv":    "prerequisite,dependent,clause,level\nA,B,(清空),\n",
		"employees.csv":        "code,name,targets,modalities,manager\nE,王,(清空),(clear),(清空)\n",
		"mastery.csv":          "employee,knowledge_point,mastery,assessed_at\nE,K,0.5,(清空)\n",
	}.mustRead(t).Changes.Put
	require.Equal(t, []competency.KnowledgePoint{{
		Code:  "K",
		Clear: competency.FieldCompetency | competency.FieldKind | competency.FieldMinutes | competency.FieldTags,
	}}, put.KnowledgePoints[:1])
	require.Equal(t, competency.Prerequisite{Prerequisite: "A", Dependent: "B", Clear: competency.FieldClause}, put.Prerequisites[0])
	require.Equal(t, competency.FieldTargets|competency.FieldModalities|competency.FieldManager, put.Employees[0].Clear)
	require.True(t, put.Mastery[0].AssessedAt.IsZero())
}

func TestReplaceClearsEmptyCellsOfGivenColumns(t *testing.T) {
	d, err := Options{Replace: true}.Read(folderFiles{
		"knowledge_points.csv": "code,name,minutes,tags\nK,,,\nL,l,5,a\n",
		"prerequisites.csv":    "prerequisite,dependent,strength,clause\nA,B,,\nA,C,SOFT,(清空)\n",
		"employees.csv":        "code,name,targets,modalities,manager\nE,王,,,\n",
		"org_units.csv":        "code,name,parent\nU,u,\n",
	}.write(t))
	require.NoError(t, err)
	require.Empty(t, d.Problems)
	put := d.Changes.Put
	require.Equal(t, competency.FieldName|competency.FieldMinutes|competency.FieldTags, put.KnowledgePoints[0].Clear)
	require.Zero(t, put.KnowledgePoints[1].Clear)
	require.Equal(t, competency.FieldManager, put.Employees[0].Clear, "targets and modalities are people's own")
	require.Equal(t, competency.FieldParent, put.OrgUnits[0].Clear)
	require.Equal(t, map[int]competency.FieldSet{0: competency.FieldStrength | competency.FieldClause}, d.EmptiedEdges)
	require.Equal(t, competency.FieldClause, put.Prerequisites[1].Clear)
}

func TestTextsThatLookLikeMarksAreWrittenWithAnApostrophe(t *testing.T) {
	text := "（清空）"
	dir := filepath.Join(t.TempDir(), "export")
	catalog := competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "A", Name: text, Tags: []string{"x"}}, {Code: "B", Name: "'(clear)"}},
		Prerequisites: []competency.Prerequisite{
			{Prerequisite: "A", Dependent: "B"}, {Prerequisite: "A", Dependent: "B", Clause: "(清空)"},
		},
	}
	require.NoError(t, WriteFolder(dir, Export{Catalog: catalog}))
	d, err := Read(dir)
	require.NoError(t, err)
	require.Empty(t, formatProblems(d.Problems, fault.English))
	require.Equal(t, catalog.KnowledgePoints, d.Changes.Put.KnowledgePoints)
	catalog.Prerequisites[0].Clear = competency.FieldClause // names the edge without a clause
	require.Equal(t, catalog.Prerequisites, d.Changes.Put.Prerequisites)
}
