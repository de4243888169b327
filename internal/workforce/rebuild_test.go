package workforce

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
)

// largeCompany has people of two departments with states on some points.
func largeCompany(people, points int) *company {
	c := &company{
		units:  []competency.OrgUnit{{Code: "U0"}, {Code: "U1"}},
		people: map[string]competency.Employee{}, states: map[string]map[string]mastery.State{},
	}
	for i := range people {
		code := fmt.Sprintf("E%04d", i)
		c.people[code] = competency.Employee{Code: code, Name: kgtest.Name(code), OrgUnit: fmt.Sprintf("U%d", i%2)}
		c.states[code] = map[string]mastery.State{}
		for k := range points {
			c.states[code][fmt.Sprintf("K%03d", k)] = mastery.State{Mastery: .5, AssessedAt: hour}
		}
	}
	return c
}

// Columns need a rebuild where departments have moved, or many people, and not for evidence.
func TestNeedsRebuild(t *testing.T) {
	c := largeCompany(100, 3)
	columns := c.mustBuild(t)
	step := func(needed bool, why string) {
		require.Equal(t, needed, columns.NeedsRebuild(), why)
		require.NoError(t, columns.Rebuild(t.Context()))
		require.False(t, columns.NeedsRebuild(), why)
	}
	columns.Put(c.people["E0001"], []State{{"new", mastery.State{Mastery: 1, AssessedAt: hour}}}, nil)
	columns.SetUnits(append(c.units, competency.OrgUnit{Code: "U2"}))
	step(false, "evidence and a new department")
	columns.SetUnits([]competency.OrgUnit{{Code: "U0"}, {Code: "U1", Parent: "U0"}})
	step(true, "a department has moved")
	for code, e := range c.people {
		if e.OrgUnit = "U1"; code < "E0080" {
			columns.Put(e, nil, nil)
		}
	}
	step(true, "forty people have moved")
	for i := range 50 {
		columns.Update(nil, []string{fmt.Sprintf("E%04d", i)})
	}
	step(true, "fifty people have left")
	require.Len(t, columns.roster.people, 50)
}

// What is told of memory covers what is there, and is not beyond what was estimated.
func TestMemory(t *testing.T) {
	c := largeCompany(2000, 50)
	columns := c.mustBuild(t)
	told := columns.MemoryBytes()
	require.Greater(t, told, int64(2000*50*stateSize))
	require.Less(t, told, EstimateBytes(2000*50, 2000))
	columns.Put(c.people["E0001"], []State{{"new", mastery.State{Mastery: 1, AssessedAt: hour}}}, nil)
	require.Greater(t, columns.MemoryBytes(), told)
	for i := range 100 { // more than an arena has room for
		columns.Put(competency.Employee{Code: fmt.Sprintf("N%d", i)}, []State{{"K001", mastery.State{Mastery: 1, AssessedAt: hour}}}, nil)
	}
	require.GreaterOrEqual(t, columns.outgrown, 2000)
}
