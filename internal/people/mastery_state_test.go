package people_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestMasteryStateFades(t *testing.T) {
	svc := servicetest.OpenWorld(t, "A\n @ A=0.8/180d")
	who, err := svc.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
	states, err := who.States(servicetest.Request())
	require.NoError(t, err)
	require.InDelta(t, 0.8, states[0].Mastery(), 0)
	require.InDelta(t, 0.72, states[0].Current(nil), 1e-9)
	at := states[0].AssessedAt()
	require.InDelta(t, 0.8, states[0].Current(&at), 0)
	require.Equal(t, time.UTC, at.Location())
}
