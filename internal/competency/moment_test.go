package competency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
)

func TestCheckMoment(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]bool{
		{}:                                  true, // of now
		now.Add(-50 * 365 * 24 * time.Hour): true,
		now:                                 true,
		now.Add(competency.MaxAhead):        true,
		now.Add(competency.MaxAhead).In(time.FixedZone("CST", 8*3600)): true,
		now.Add(competency.MaxAhead + 1):                               false,
		now.AddDate(64, 0, 0):                                          false,
	} {
		wrong, ok := competency.CheckMoment(at, now)
		require.Equal(t, want, ok, at)
		require.Equal(t, want, wrong.EN == "" && wrong.ZH == "")
	}
	list := []competency.Assessment{{AssessedAt: now}, {AssessedAt: now.Add(time.Hour)}, {}}
	require.Equal(t, 1, competency.FutureAssessments(list, now)[0].Index)
	require.Len(t, competency.FutureAssessments(list, now), 1)
	evidence := []competency.Evidence{{At: now}, {At: now.Add(time.Hour)}}
	require.Equal(t, "at", competency.FutureEvidence(evidence, now)[0].Field)
	require.Len(t, competency.FutureEvidence(evidence, now), 1)
}
