package competency

import (
	"reflect"
	"slices"
)

// Diff returns the resolved set that turns one catalog into another:
// before.Apply(Diff(before, after)) equals after. Both must be sorted. It costs
// O(before + after).
func Diff(before, after Catalog) ChangeSet {
	var out ChangeSet
	for _, t := range recordTypes {
		t.diff(&out, &before, &after)
	}
	return out
}

func (t recordType[T]) diff(out *ChangeSet, before, after *Catalog) {
	from, to := *t.list(before), *t.list(after)
	put, del := t.list(&out.Put.Catalog), t.list(&out.Delete.Catalog)
	for len(from) > 0 || len(to) > 0 {
		switch order := compareHeads(from, to, t.compare); {
		case order < 0:
			*del, from = append(*del, t.key(from[0])), from[1:]
		case order > 0:
			*put, to = append(*put, to[0]), to[1:]
		default:
			if !reflect.DeepEqual(from[0], to[0]) {
				*put = append(*put, to[0])
			}
			from, to = from[1:], to[1:]
		}
	}
}

// compareHeads compares the first records of two lists, not both empty; an empty
// list comes last.
func compareHeads[T any](a, b []T, compare func(a, b T) int) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return compare(a[0], b[0])
}

// Inverse returns the resolved set that takes a resolved set back:
// before.Apply(cs).Apply(Inverse(before, cs)) equals before. It holds the records
// of the catalog before the set as they were (the before-image), and equals
// Diff(before.Apply(cs), before). It has no people, ID or time. It costs
// O(changes × log catalog).
func Inverse(before Catalog, cs ChangeSet) ChangeSet {
	var out ChangeSet
	for _, t := range recordTypes {
		t.inverse(&out, &before, &cs)
	}
	return out
}

func (t recordType[T]) inverse(out *ChangeSet, before *Catalog, cs *ChangeSet) {
	base := *t.list(before)
	put, del := t.list(&out.Put.Catalog), t.list(&out.Delete.Catalog)
	for _, changed := range *t.list(&cs.Put.Catalog) {
		switch stored, known := t.find(base, changed); {
		case !known:
			*del = append(*del, t.key(changed))
		case !reflect.DeepEqual(stored, changed):
			*put = append(*put, stored)
		}
	}
	for _, deleted := range *t.list(&cs.Delete.Catalog) {
		if stored, known := t.find(base, deleted); known {
			*put = append(*put, stored)
		}
	}
	slices.SortFunc(*put, t.compare)
}

// Compose returns one resolved set that does what several do in turn: applying it
// equals applying each, oldest first. For every key the last word counts. It is
// associative, and Compose() is empty. The result has no people, ID or time. It costs O(changes × log changes), whatever the size of the catalog.
//
// As it knows no catalog, it may delete a record that came and went in between, or
// put one that has returned to what it was; Catalog.AsEdits leaves these out.
func Compose(sets ...ChangeSet) ChangeSet {
	var out ChangeSet
	for _, t := range recordTypes {
		t.compose(&out, sets)
	}
	return out
}

func (t recordType[T]) compose(out *ChangeSet, sets []ChangeSet) {
	type change struct {
		record T
		put    bool
	}
	var changes []change
	for i := range sets {
		for _, r := range *t.list(&sets[i].Delete.Catalog) {
			changes = append(changes, change{t.key(r), false})
		}
		for _, r := range *t.list(&sets[i].Put.Catalog) {
			changes = append(changes, change{r, true})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return t.compare(a.record, b.record) })
	put, del := t.list(&out.Put.Catalog), t.list(&out.Delete.Catalog)
	for i, c := range changes {
		switch superseded := i+1 < len(changes) && t.compare(c.record, changes[i+1].record) == 0; {
		case superseded:
		case c.put:
			*put = append(*put, c.record)
		default:
			*del = append(*del, c.record)
		}
	}
}

// AsEdits returns what a resolved set changes in this catalog, as edits that pass
// through Check and Resolve like any other: a record that takes the place of a
// stored one is in both Put and Delete, so that a field which became empty is
// emptied; what changes nothing is left out. The result has no people, ID or time.
//
// c.Resolve(c.AsEdits(cs)) equals Diff(c, c.Apply(cs)), but that what cs deletes
// takes along what it owns, as always. It costs O(changes × log catalog).
func (c Catalog) AsEdits(cs ChangeSet) ChangeSet {
	var out ChangeSet
	for _, t := range recordTypes {
		t.asEdits(&out, &c, &cs)
	}
	if len(out.Put.Scale) > 0 { // an edit gives the whole scale
		out.Put.Scale = c.Apply(cs).Scale
	}
	return out
}

func (t recordType[T]) asEdits(out *ChangeSet, c *Catalog, cs *ChangeSet) {
	base := *t.list(c)
	put, del := t.list(&out.Put.Catalog), t.list(&out.Delete.Catalog)
	for _, changed := range *t.list(&cs.Put.Catalog) {
		stored, known := t.find(base, changed)
		if known && reflect.DeepEqual(stored, changed) {
			continue
		}
		if *put = append(*put, changed); known {
			*del = append(*del, t.key(changed))
		}
	}
	for _, deleted := range *t.list(&cs.Delete.Catalog) {
		if _, known := t.find(base, deleted); known {
			*del = append(*del, t.key(deleted))
		}
	}
	slices.SortFunc(*del, t.compare)
}
