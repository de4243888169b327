package competency

import (
	"reflect"
	"slices"
	"strings"
)

// Resolve turns edits into what they do to this catalog: absent fields are
// filled from the stored record, or with the defaults of a new one; fields to clear
// become empty or the default; records that change nothing are left out; what a deleted record owns goes with it (a
// position its requirements, a point or competency the clauses into it), unless
// the record is put as well. Edits of people stay as they are: merging them is the
// store's part. It costs O(changes × log catalog).
//
// Edits that Check refuses have no meaning here.
func (c Catalog) Resolve(cs ChangeSet) ChangeSet {
	out := ChangeSet{ID: cs.ID, At: cs.At, Author: cs.Author, Reason: cs.Reason, Draft: cs.Draft, Moved: cs.Moved, Expected: cs.Expected}
	out.Put.People, out.Delete.People = cs.Put.People, cs.Delete.People
	cs.Delete.Catalog = c.withOwned(cs)
	if len(cs.Put.Scale) > 0 {
		cs.Delete.Scale = c.Scale // it is taken whole
	}
	cs.Put.Related, cs.Delete.Related = orderedPairs(cs.Put.Related), orderedPairs(cs.Delete.Related)
	for _, t := range recordTypes {
		t.resolve(&out, &c, &cs)
	}
	return out
}

func (t recordType[T]) resolve(out *ChangeSet, c *Catalog, cs *ChangeSet) {
	base, put, del := *t.list(c), slices.Clone(*t.list(&cs.Put.Catalog)), slices.Clone(*t.list(&cs.Delete.Catalog))
	slices.SortFunc(put, t.compare)
	slices.SortFunc(del, t.compare)
	puts, deletes := t.list(&out.Put.Catalog), t.list(&out.Delete.Catalog)
	for _, given := range put {
		stored, known := t.find(base, given)
		from := stored
		if _, whole := t.find(del, given); whole {
			from = *new(T)
		}
		if full := t.complete(given, from); !known || !reflect.DeepEqual(full, stored) {
			*puts = append(*puts, full)
		}
	}
	for i, d := range del {
		_, known := t.find(base, d)
		_, again := t.find(put, d)
		if known && !again && (i == 0 || t.compare(del[i-1], d) != 0) {
			*deletes = append(*deletes, t.key(d))
		}
	}
}

// withOwned adds to the deletions of a set what cannot stand without the deleted.
// A code that the set puts as well goes on, and keeps what it owns; points and
// competencies share their codes here too, as edges name either.
func (c Catalog) withOwned(cs ChangeSet) Catalog {
	learnable := codeSet(cs.Delete.KnowledgePoints, func(k KnowledgePoint) string { return k.Code })
	for _, k := range cs.Delete.Competencies {
		learnable[k.Code] = true
	}
	for _, k := range cs.Put.KnowledgePoints {
		delete(learnable, k.Code)
	}
	for _, k := range cs.Put.Competencies {
		delete(learnable, k.Code)
	}
	position := codeSet(cs.Delete.Positions, func(p Position) string { return p.Code })
	for _, p := range cs.Put.Positions {
		delete(position, p.Code)
	}
	del := cs.Delete.Catalog
	del.Prerequisites = slices.Concat(del.Prerequisites,
		ownedBy(learnable, c.Prerequisites, func(e Prerequisite) string { return e.Dependent }))
	del.Requirements = slices.Concat(del.Requirements,
		ownedBy(position, c.Requirements, func(r Requirement) string { return r.Position }))
	return del
}

// ownedBy returns the records whose owner is one of these, from a list that is
// sorted by owner. It costs O(owners × log list + result).
func ownedBy[T any](owners map[string]bool, sorted []T, owner func(T) string) (owned []T) {
	for code := range owners {
		from, _ := slices.BinarySearchFunc(sorted, code, func(v T, code string) int { return strings.Compare(owner(v), code) })
		for ; from < len(sorted) && owner(sorted[from]) == code; from++ {
			owned = append(owned, sorted[from])
		}
	}
	return owned
}

func codeSet[T any](list []T, code func(T) string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, v := range list {
		set[code(v)] = true
	}
	return set
}

func orderedPairs(pairs []Related) []Related {
	out := make([]Related, len(pairs))
	for i, p := range pairs {
		out[i] = p.Canonical()
	}
	return out
}
