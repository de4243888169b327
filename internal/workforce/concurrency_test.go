package workforce

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
)

// While hours turn and columns are rebuilt, questions and changes go on. In the end columns
// have all changes.
func TestColumnsWhileEverythingChanges(t *testing.T) {
	w := kgtest.RandomWorld(7, kgtest.RichShape(12))
	g := w.Compile(t)
	c := &company{people: map[string]competency.Employee{}, states: map[string]map[string]mastery.State{}}
	for i := range 6 {
		c.units = append(c.units, competency.OrgUnit{Code: fmt.Sprintf("U%d", i), Parent: fmt.Sprintf("U%d", i-1)})
	}
	person := func(i, round int) string {
		code := fmt.Sprintf("E%02d", i)
		c.people[code] = competency.Employee{
			Code: code, Name: kgtest.Name(code), OrgUnit: fmt.Sprintf("U%d", (i+round)%6), Manager: fmt.Sprintf("E%02d", i/2),
			Position: g.Catalog().Positions[round%2].Code,
		}
		c.states[code] = map[string]mastery.State{}
		for n := range kg.Node(g.Points()) {
			if (i+round+int(n))%3 > 0 {
				c.states[code][g.Code(n)] = mastery.State{Mastery: float64(1+(i*round)%7) / 8, AssessedAt: hour.Add(-time.Duration(i*round) * time.Hour)}
			}
		}
		return code
	}
	for i := range 12 {
		person(i, 0)
	}
	columns := c.mustBuild(t)
	ctx, stop := context.WithCancel(t.Context())
	var background sync.WaitGroup
	repeat := func(f func() error) {
		background.Go(func() {
			for ctx.Err() == nil {
				if err := f(); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	repeat(func() error { return columns.Advance(ctx, columns.Hour().Add(time.Hour)) })
	repeat(func() error { return columns.Rebuild(ctx) })
	for _, at := range []time.Time{{}, hour.Add(time.Minute)} {
		repeat(func() error {
			return columns.Read(g, at, func(v *View) error {
				standings := v.Standings(g.Requirements(0), v.Department("U1"))
				defer standings.Release()
				for _, p := range v.InCodeOrder(v.Department("U1")) {
					if standings.Of(p).Coverage > 1 || v.Employee(p).Code == "" {
						return fmt.Errorf("a wrong answer about %d", p)
					}
				}
				return nil
			})
		})
	}
	for round := range 40 {
		for i := range 12 {
			if code := person(i, round); (i+round)%5 == 0 {
				delete(c.people, code)
				delete(c.states, code)
				columns.Update(nil, []string{code})
			} else {
				columns.Update([]Record{c.record(code)}, nil)
			}
		}
		if round%9 == 8 {
			c.units = append(c.units[1:], c.units[0])
			columns.SetUnits(c.units)
		}
	}
	stop()
	background.Wait()
	for range 2 {
		c.requireColumns(t, columns, g, time.Time{})
		c.requireColumns(t, columns, g, hour)
		require.NoError(t, columns.Rebuild(t.Context()))
	}
}

// Where the context has ended, nothing is changed.
func TestWorkAsideStops(t *testing.T) {
	w := kgtest.RandomWorld(7, kgtest.RichShape(12))
	g := w.Compile(t)
	c := &company{people: map[string]competency.Employee{"E01": {Code: "E01"}}, states: map[string]map[string]mastery.State{
		"E01": {g.Code(0): {Mastery: .5, AssessedAt: hour.Add(-100 * time.Hour)}},
	}}
	columns := c.mustBuild(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, columns.Advance(ctx, hour.Add(time.Hour)), context.Canceled)
	require.ErrorIs(t, columns.Rebuild(ctx), context.Canceled)
	require.Equal(t, hour, columns.Hour())
	c.states["E01"][g.Code(1)] = mastery.State{Mastery: .7, AssessedAt: hour}
	columns.Update([]Record{c.record("E01")}, nil)
	c.requireColumns(t, columns, g, hour)
	require.Empty(t, columns.log)
}

// Nothing of a deleted person stays in memory, nor of what a record said before.
func TestDeletedPeopleAreForgotten(t *testing.T) {
	c := &company{people: map[string]competency.Employee{}, states: map[string]map[string]mastery.State{"E-secret": {"K": {Mastery: .123456, AssessedAt: hour}}}}
	c.people["E-secret"] = competency.Employee{Code: "E-secret", Name: "N-secret", OrgUnit: "U", Position: "P", Manager: "boss"}
	c.people["boss"] = competency.Employee{Code: "boss", Manager: "E-secret"}
	c.people["other"] = competency.Employee{Code: "other"}
	columns := c.mustBuild(t)
	require.True(t, holds(reflect.ValueOf(columns), "secret"))
	columns.Update(nil, []string{"E-secret"})
	columns.Put(competency.Employee{Code: "boss"}, nil, nil)
	require.False(t, holds(reflect.ValueOf(columns), "secret"))
	require.NotContains(t, columns.columns[0].mastery[:cap(columns.columns[0].mastery)], .123456)
	require.NoError(t, columns.Rebuild(t.Context()))
	require.Equal(t, []string{"boss", "other"}, numbers(columns))
}

// holds reports whether a text is anywhere in a value.
func holds(v reflect.Value, text string) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), text)
	case reflect.Pointer:
		return !v.IsNil() && v.Type().Elem().PkgPath() != "sync/atomic" && holds(v.Elem(), text)
	case reflect.Struct:
		for i := range v.NumField() {
			if holds(v.Field(i), text) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if holds(v.Index(i), text) {
				return true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if holds(entries.Key(), text) || holds(entries.Value(), text) {
				return true
			}
		}
	}
	return false
}
