package competency

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLookAlikes(t *testing.T) {
	var r Records
	r.Competencies = []Competency{{Code: "c1"}, {Code: "X"}}
	r.KnowledgePoints = []KnowledgePoint{{Code: "K1"}, {Code: "Ｋ１"}, {Code: "k1"}, {Code: "K1\u200b"}, {Code: "C1"}, {Code: "K2"}, {Code: "K2"}}
	r.Positions = []Position{{Code: "x"}} // of another type
	r.Employees = []Employee{{Code: "E1"}, {Code: "e1"}}
	var got []string
	for _, p := range r.LookAlikes() {
		got = append(got, fmt.Sprint(p.Record, p.Index))
		require.Equal(t, "code", p.Field)
	}
	require.Equal(t, []string{"knowledge_points1", "knowledge_points2", "knowledge_points3", "knowledge_points4", "employees1"}, got)
	require.Empty(t, Records{}.LookAlikes())
}
