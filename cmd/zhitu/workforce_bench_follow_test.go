package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/workforce"
)

// followWrites changes one state of each of a thousand people, and then takes them in as
// another instance would: who has changed, their states, the columns.
func (w *workforceBench) followWrites(b *testing.B) {
	var all, inColumns []time.Duration
	for round := range 5 {
		mark := w.currentMark(b)
		w.changeStates(b, round)
		start := time.Now()
		followed, update := w.follow(b, mark)
		all, inColumns = append(all, time.Since(start)), append(inColumns, update)
		require.GreaterOrEqual(b, followed, 1000)
	}
	w.note("to follow 1,000 people who have changed: %.2f s, of which %.3f s in the columns", slices.Min(all).Seconds(), slices.Min(inColumns).Seconds())
}

func (w *workforceBench) currentMark(b *testing.B) string {
	page, err := w.store.Moved(b.Context(), "")
	require.NoError(b, err)
	for page.More {
		page, err = w.store.Moved(b.Context(), page.Mark)
		require.NoError(b, err)
	}
	return page.Mark
}

// changeStates writes masteries that are other ones in each run.
func (w *workforceBench) changeStates(b *testing.B, round int) {
	var changes competency.People
	for states := range workforceMastery(w.catalog, 1000) {
		s := states[round]
		s.AssessedAt, s.Mastery = kgtest.Now, rand.Float64()
		changes.Mastery = append(changes.Mastery, s)
	}
	applyAll(b, w.store, competency.Records{People: changes})
}

func (w *workforceBench) follow(b *testing.B, mark string) (followed int, inColumns time.Duration) {
	for more := true; more; {
		page, err := w.store.Moved(b.Context(), mark)
		require.NoError(b, err)
		mark, more = page.Mark, page.More
		for codes := range slices.Chunk(page.Employees, 500) {
			read, err := w.store.Employees(b.Context(), store.EmployeeQuery{Codes: codes, States: true})
			require.NoError(b, err)
			var records []workforce.Record
			for _, p := range read.Profiles {
				records = append(records, recordOf(p))
			}
			update := time.Now()
			w.columns.Update(records, nil)
			inColumns += time.Since(update)
			followed += len(records)
		}
	}
	return followed, inColumns
}
