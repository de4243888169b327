package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Kept is what a store keeps beside its records: all evidence, retracted evidence
// too, and the statements that are set aside.
type Kept struct {
	Evidence []competency.Evidence
	Aside    []store.Aside
}

// ReadKept reads what a store keeps.
func ReadKept(ctx context.Context, from store.Store) (k Kept, err error) {
	if k.Evidence, err = from.Evidence(ctx, store.EvidenceQuery{}); err != nil {
		return k, unavailable(err)
	}
	if k.Aside, err = from.Asides(ctx, store.AsideQuery{}); err != nil {
		return k, unavailable(err)
	}
	return k, nil
}

// Len returns how many pieces there are.
func (k Kept) Len() int { return len(k.Evidence) + len(k.Aside) }

// Write writes it to another store, with the states that have followed from it. The
// people and points must be there already.
func (k Kept) Write(ctx context.Context, to store.Store, states []competency.Assessment) error {
	followed := map[string][]competency.Assessment{}
	for _, a := range states {
		if a.Model != nil {
			followed[a.Employee] = append(followed[a.Employee], a)
		}
	}
	as := func(l store.Learner) (store.Learned, error) { return store.Learned{Put: followed[l.Employee]}, nil }
	people := evidenceOf(k.Evidence)
	for len(people) > 0 {
		n, pieces := 0, 0
		for n < min(len(people), maxPeople) && (n == 0 || pieces+len(people[n].Put) <= maxTogether) {
			pieces += len(people[n].Put)
			n++
		}
		if _, err := to.Record(ctx, people[:n], as); err != nil {
			return unavailable(err)
		}
		people = people[n:]
	}
	if err := to.SetAside(ctx, k.Aside); err != nil {
		return unavailable(err)
	}
	return nil
}
