package people_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestConcurrentFieldsOfOnePerson(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	ctx := servicetest.Request()
	e1, err := svc.People.Employee(ctx, "E1")
	require.NoError(t, err)
	boss, err := e1.Manager(ctx)
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { require.Equal(t, "许文博", boss.Name()) })
		all.Go(func() {
			unit, err := boss.OrgUnit(ctx)
			require.NoError(t, err)
			require.Equal(t, "HQ", unit.Code())
		})
		all.Go(func() {
			states, err := boss.States(ctx)
			require.NoError(t, err)
			require.Empty(t, states)
		})
	}
	all.Wait()
}
