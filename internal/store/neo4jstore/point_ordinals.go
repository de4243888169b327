package neo4jstore

import (
	"context"
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
)

// ordinalIndex is a cache of the ordinals by which packed states name points. An
// ordinal never gets another meaning, so an entry is never wrong.
type ordinalIndex struct {
	mu       sync.RWMutex
	codes    map[int64]string
	ordinals map[string]int64 // the inverse, built when first needed
}

// replaceCodes replaces the content by that of a loaded catalog.
func (x *ordinalIndex) replaceCodes(codes map[int64]string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.codes, x.ordinals = codes, nil
}

// ordinalOf returns the ordinal of a point, if it is known.
func (x *ordinalIndex) ordinalOf(code string) (int64, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ordinals == nil {
		x.ordinals = make(map[string]int64, len(x.codes))
		for ordinal, code := range x.codes {
			x.ordinals[code] = max(x.ordinals[code], ordinal) // a point that was deleted and created again has a new one
		}
	}
	ordinal, ok := x.ordinals[code]
	return ordinal, ok
}

// assessmentsOf converts states to assessments, up to the first one on an unknown point.
func (x *ordinalIndex) assessmentsOf(employee string, states []packedState) []competency.Assessment {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list := make([]competency.Assessment, 0, len(states))
	for _, s := range states {
		code, ok := x.codes[s.ordinal]
		if !ok {
			break
		}
		list = append(list, s.toAssessment(employee, code))
	}
	return list
}

// loadFrom loads the points from an ordinal on: those that other instances have created.
func (x *ordinalIndex) loadFrom(ctx context.Context, r statementRunner, from int64) error {
	one, err := singleRecord(r.run(ctx, cypher("load ordinals"), map[string]any{"from": from}))
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.codes == nil {
		x.codes = map[int64]string{}
	}
	x.ordinals = nil
	list, _ := one.Values[0].([]any)
	for _, item := range list {
		pair := item.([]any)
		ordinal, numbered := pair[0].(int64)
		if code, named := pair[1].(string); numbered && named {
			x.codes[ordinal] = code
		}
	}
	return nil
}

// ensureOrdinals assigns ordinals to points that were created externally.
func (s *Store) ensureOrdinals(ctx context.Context) error {
	return s.callServer(ctx, "number", longTimeout*4, func(ctx context.Context) error {
		one, err := singleRecord(s.readRunner().run(ctx, cypher("match points without ordinal")+"\n"+cypher("any point matched"), nil))
		if err != nil || one.Values[0] != true {
			return err
		}
		return retryTransient(ctx, func() error {
			return s.withWriteLock(ctx, func(tx transaction, _ lockState) error { return assignMissingOrdinals(ctx, tx) })
		})
	})
}

// assignMissingOrdinals does so for the holder of the writers' lock.
func assignMissingOrdinals(ctx context.Context, tx transaction) error {
	_, err := tx.run(ctx, cypher("match points without ordinal")+"\n"+cypher("assign ordinals"), nil)
	return err
}
