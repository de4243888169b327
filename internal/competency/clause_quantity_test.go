package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClauseThatWantsSeveralAlternatives(t *testing.T) {
	for _, clause := range []string{"2 of 3", "２ ＯＦ ３", "2/3", "any 2", "at least two", "三选二", "3选2", "任选两个", "至少 2 个", "任二"} {
		require.True(t, wantsSeveral(clause), clause)
	}
	for _, clause := range []string{"", "a", "1 of 3", "三选一", "任选一", "任一", "甲", "2", "组2", "any", "3.2", "Group 2 of training", "任务二"} {
		require.False(t, wantsSeveral(clause), clause)
	}

	edge := Prerequisite{Prerequisite: "A", Dependent: "B", Clause: "2 of 3", Strength: Hard, Level: new(0.7)}
	points := []KnowledgePoint{{Code: "A", Name: "a"}, {Code: "B", Name: "b"}}
	put := ChangeSet{Put: Records{Catalog: Catalog{Prerequisites: []Prerequisite{edge}}}}
	problems := Catalog{KnowledgePoints: points}.Check(put)
	require.Len(t, problems, 1)
	require.Equal(t, "clause", problems[0].Field)
	require.Empty(t, Catalog{KnowledgePoints: points, Prerequisites: []Prerequisite{edge}}.Check(put), "an earlier version has stored it")
}
