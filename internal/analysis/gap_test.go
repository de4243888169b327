package analysis_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func gapCodes(gaps []analysis.RequirementGap) []string {
	codes := []string{}
	for _, g := range gaps {
		codes = append(codes, g.KnowledgePoint().Code())
	}
	return codes
}

func TestAssumeMastered(t *testing.T) {
	svc := servicetest.OpenWorld(t, `
		C { A B C2 { D } }
		B <- A
		D <- F
		P: A B D`)
	for name, c := range map[string]struct {
		assume      []string
		gaps        []string
		foundations int
	}{
		"nothing":                          {nil, []string{"A", "B", "D"}, 1},
		"a point":                          {[]string{"A"}, []string{"B", "D"}, 1},
		"a competency, for all its points": {[]string{"C2"}, []string{"A", "B"}, 0},
		"a competency at the top":          {[]string{"C"}, []string{}, 0},
		"a foundation":                     {[]string{"F"}, []string{"A", "B", "D"}, 0},
		"the same many times":              {slices.Repeat([]string{"C2", "D"}, 1000), []string{"A", "B"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			gap, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, c.assume)
			require.NoError(t, err)
			require.Equal(t, c.gaps, gapCodes(servicetest.Must(gap.Gaps(servicetest.Request(), true))))
			require.Len(t, servicetest.Must(gap.Foundations(servicetest.Request())), c.foundations)
			path, err := svc.Analysis.LearningPath(servicetest.Request(), "E1", "P", &analysis.PathOptions{AssumeMastered: c.assume})
			require.NoError(t, err)
			steps, err := path.Steps(servicetest.Request(), nil)
			require.NoError(t, err)
			require.Len(t, steps, len(c.gaps)+c.foundations)
		})
	}
	_, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, []string{"A", "X", "Y"})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	require.ErrorContains(t, err, "X, Y")
	_, err = svc.Analysis.NextSteps(servicetest.Request(), "E1", "P", 3, &analysis.PathOptions{AssumeMastered: []string{"P"}})
	require.Equal(t, fault.InvalidArgument, fault.CodeOf(err), "a position is no competency")
}

func TestGapAtAnotherTime(t *testing.T) {
	svc := servicetest.OpenWorld(t, "P: A=0.7\n @ A=0.75")
	year := (&servicetest.Clock{}).Now().AddDate(1, 0, 0)
	now, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
	require.NoError(t, err)
	require.True(t, now.Ready())
	later, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", &year, nil)
	require.NoError(t, err)
	require.False(t, later.Ready())
	gap := servicetest.Must(later.Gaps(servicetest.Request(), true))[0]
	require.EqualValues(t, "DECAYED", gap.Status())
	require.InDelta(t, 0.75, *gap.Mastery(), 0)
	require.Less(t, *gap.Current(), 0.7)
	steps, err := svc.Analysis.NextSteps(servicetest.Request(), "E1", "P", 3, &analysis.PathOptions{At: &year})
	require.NoError(t, err)
	require.EqualValues(t, "REVIEW", steps[0].Kind())
	require.Equal(t, analysis.ReasonDecayed, servicetest.Must(steps[0].Reasons(servicetest.Request()))[0].Kind)
	assumed, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", &year, []string{"A"})
	require.NoError(t, err)
	require.True(t, assumed.Ready(), "what is assumed is current at the time of the question")
	long := year.AddDate(-50, 0, 0)
	before, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", &long, nil)
	require.NoError(t, err)
	require.True(t, before.Ready(), "nothing is forgotten before it was assessed")
}
