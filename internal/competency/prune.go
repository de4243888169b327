package competency

import (
	"slices"

	"github.com/zhitu/zhitu/internal/fault"
)

// PrunedTables are the tables in which an import deletes what they do not give.
var PrunedTables = []string{Competencies, KnowledgePoints, Prerequisites, RelatedPairs, Positions, Requirements, Resources}

// Pruning is what an import deletes because its tables do not give it.
type Pruning struct {
	// Delete has the records that go, by key. What they own goes along (Resolve).
	Delete Catalog
	// Problems are the records that cannot go, by table and key, and the rows that give a
	// code the other type.
	Problems []fault.Problem
}

// Ungiven returns the records that the rows of an import do not give, of those tables of
// the catalog of which at least one row is given: pruning deletes them unless something
// keeps them. The edits have their edges under the keys that a match gives them
// (ChangeSet.WithEdges). It costs O(catalog + rows).
func (c Catalog) Ungiven(edits ChangeSet, m EdgeMatch) (rest Catalog) {
	put := edits.Put.Catalog
	put.Prerequisites = c.givenEdges(m)
	put.Scale = nil
	put.Related = orderedPairs(put.Related)
	for _, t := range recordTypes {
		t.ungiven(&rest, &c, &put)
	}
	return rest
}

func (t recordType[T]) ungiven(out, c, given *Catalog) {
	rows := sortedBy(*t.list(given), t.compare)
	if len(rows) == 0 {
		return
	}
	for _, stored := range *t.list(c) {
		if _, isGiven := t.find(rows, stored); !isGiven {
			*t.list(out) = append(*t.list(out), stored)
		}
	}
}

// givenEdges returns the edges that rows give: the stored one where a row moves it, all of
// the pair where the row does not say which.
func (c Catalog) givenEdges(m EdgeMatch) []Prerequisite {
	given := slices.Clone(m.Edges)
	for _, stored := range m.Moved {
		given = append(given, stored)
	}
	for _, p := range m.Problems {
		row := m.Edges[p.Index]
		given = append(given, c.edgesBetween(row.Prerequisite, row.Dependent)...)
	}
	return given
}

// Prune finds out which of the records that rows do not give can go. A record stays where
// something names it that stays: a record that is not deleted, a row that is given, a
// person. What is owned by a deleted record goes along unless it is given. As what stays
// keeps what it names, this is repeated until nothing changes.
//
// given are the edits of all rows, and sound those without the rows that have a problem;
// such a row changes nothing, and counts as given. These records have the people who are put,
// and inUse says of points and positions, by key, how others use them. It costs O(catalog + rows).
func (before Records) Prune(ungiven Catalog, given, sound ChangeSet, inUse map[RecordKey]fault.Text) Pruning {
	p := pruner{
		ungiven: ungiven, candidates: map[RecordKey]bool{}, referrers: map[RecordKey][]referrer{}, keeps: map[RecordKey][]RecordKey{}, kept: map[RecordKey]bool{},
		given: givenRows(given),
	}
	for _, c := range ungiven.Competencies {
		p.candidates[learnableKey(c.Code)] = true
	}
	for _, k := range ungiven.KnowledgePoints {
		p.candidates[learnableKey(k.Code)] = true
	}
	for _, r := range ungiven.Positions {
		p.candidates[positionKey(r.Code)] = true
	}
	p.addReferences(before.Catalog.Apply(before.Catalog.Resolve(sound)))
	p.addReferences(newRows(before.Catalog, given.Put.Catalog)) // of which those with a problem are in no catalog
	for _, people := range []People{before.afterEdits(sound), given.Put.People} {
		for _, e := range people.Employees {
			for _, position := range append([]string{e.Position}, e.Targets...) {
				p.addReference(positionKey(position), referrer{name: e.Code})
			}
		}
	}
	for _, a := range given.Put.Mastery {
		p.addReference(learnableKey(a.KnowledgePoint), referrer{name: a.Employee + memberSeparator + a.KnowledgePoint})
	}
	for key := range inUse {
		if p.candidates[key] {
			p.keep(key)
		}
	}
	return Pruning{Delete: p.deletions(), Problems: append(otherTypes(ungiven, given), p.problems(inUse)...)}
}

// RecordKey names a record that others refer to. Points and competencies share one space.
type RecordKey struct{ Table, Code string }

func learnableKey(code string) RecordKey { return RecordKey{KnowledgePoints, code} }
func positionKey(code string) RecordKey  { return RecordKey{Positions, code} }

// referrer is what names a record. It stays only if the candidate does that it is, or that
// owns it; always where there is none.
type referrer struct {
	name string
	with RecordKey
}

type pruner struct {
	ungiven    Catalog
	candidates map[RecordKey]bool        // points, competencies and positions that are to go
	given      ownedRows                 // do not go along with their owners
	referrers  map[RecordKey][]referrer  // by candidate
	keeps      map[RecordKey][]RecordKey // which candidates stay if one does
	kept       map[RecordKey]bool
}

// addReference notes that something names a record. Where the former stays in any case,
// so does the latter.
func (p *pruner) addReference(to RecordKey, from referrer) {
	if !p.candidates[to] || from.with == to {
		return
	}
	if !p.candidates[from.with] {
		from.with = RecordKey{}
	}
	p.referrers[to] = append(p.referrers[to], from)
	if from.with == (RecordKey{}) || p.kept[from.with] {
		p.keep(to)
	} else {
		p.keeps[from.with] = append(p.keeps[from.with], to)
	}
}

// keep keeps a record, and what stays with it.
func (p *pruner) keep(key RecordKey) {
	for queue := []RecordKey{key}; len(queue) > 0; queue = queue[1:] {
		if !p.kept[queue[0]] {
			p.kept[queue[0]] = true
			queue = append(queue, p.keeps[queue[0]]...)
		}
	}
}

// addReferences notes what the records of a catalog name, but for those that go.
func (p *pruner) addReferences(c Catalog) {
	for _, r := range c.Competencies {
		p.addReference(learnableKey(r.Parent), referrer{r.Code, learnableKey(r.Code)})
	}
	for _, r := range c.KnowledgePoints {
		p.addReference(learnableKey(r.Competency), referrer{r.Code, learnableKey(r.Code)})
	}
	for _, r := range c.Prerequisites {
		if _, goes := find(p.ungiven.Prerequisites, r, comparePrerequisite); goes {
			continue
		}
		from := referrer{name: r.String()}
		if !p.given.edges[edgeKey(r)] {
			from.with = learnableKey(r.Dependent)
		}
		p.addReference(learnableKey(r.Prerequisite), from)
		p.addReference(learnableKey(r.Dependent), from)
	}
	for _, r := range c.Related {
		if _, goes := find(p.ungiven.Related, r.Canonical(), compareRelated); !goes {
			p.addReference(learnableKey(r.A), referrer{name: r.A + relatedSeparator + r.B})
			p.addReference(learnableKey(r.B), referrer{name: r.A + relatedSeparator + r.B})
		}
	}
	for _, r := range c.Requirements {
		if _, goes := find(p.ungiven.Requirements, r, compareRequirement); goes {
			continue
		}
		from := referrer{name: r.Position + memberSeparator + r.Target}
		if !p.given.requirements[Requirement{Position: r.Position, Target: r.Target}] {
			from.with = positionKey(r.Position)
		}
		p.addReference(learnableKey(r.Target), from)
		p.addReference(positionKey(r.Position), from)
	}
	for _, r := range c.Resources {
		if _, goes := find(p.ungiven.Resources, r, compareResource); !goes {
			for _, code := range r.Teaches {
				p.addReference(learnableKey(code), referrer{name: r.Code})
			}
		}
	}
}

// deletions returns the records that go, without those that are kept.
func (p *pruner) deletions() Catalog {
	del := p.ungiven
	keptLearnable := func(code string) bool { return p.kept[learnableKey(code)] }
	del.Competencies = slices.DeleteFunc(slices.Clone(del.Competencies), func(c Competency) bool { return keptLearnable(c.Code) })
	del.KnowledgePoints = slices.DeleteFunc(slices.Clone(del.KnowledgePoints), func(k KnowledgePoint) bool { return keptLearnable(k.Code) })
	del.Positions = slices.DeleteFunc(slices.Clone(del.Positions), func(r Position) bool { return p.kept[positionKey(r.Code)] })
	return del
}

// problems returns a problem for each record that is kept, in the order of tables and keys.
func (p *pruner) problems(inUse map[RecordKey]fault.Text) (problems []fault.Problem) {
	refuse := func(table, code string, key RecordKey, what fault.Text) {
		if !p.kept[key] {
			return
		}
		text, used := inUse[key]
		if !used {
			text = fault.T("%s %s cannot be deleted while it is referred to: %s. Give it, or take these references out", "%s %s 仍被引用，不能删除：%s。请提供该记录，或去掉这些引用",
				what, Quote(code), p.listReferrers(key))
		}
		problems = append(problems, fault.Problem{Place: fault.Place{Record: table, Index: -1, Key: code}, Code: fault.Conflict, Text: text})
	}
	for _, c := range p.ungiven.Competencies {
		refuse(Competencies, c.Code, learnableKey(c.Code), aCompetency)
	}
	for _, k := range p.ungiven.KnowledgePoints {
		refuse(KnowledgePoints, k.Code, learnableKey(k.Code), aPoint)
	}
	for _, r := range p.ungiven.Positions {
		refuse(Positions, r.Code, positionKey(r.Code), aPosition)
	}
	return problems
}

// listReferrers names what keeps a record. What stays because it cannot be deleted itself
// is told as such.
func (p *pruner) listReferrers(key RecordKey) fault.Text {
	var en, zh []string
	for _, r := range p.referrers[key] {
		switch {
		case r.with == (RecordKey{}):
			en, zh = append(en, r.name), append(zh, r.name)
		case p.kept[r.with]:
			cause := Truncate(r.with.Code, MaxQuoted)
			en, zh = append(en, r.name+" ("+cause+" cannot be deleted)"), append(zh, r.name+"（"+cause+" 不能删除）")
		}
	}
	return fault.Text{EN: ListReferences(dedupe(en)), ZH: ListReferences(dedupe(zh))}
}

// dedupe leaves out repeated items.
func dedupe(list []string) (once []string) {
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			once = append(once, Truncate(s, 4*MaxQuoted))
		}
	}
	return once
}

// otherTypes reports the rows that give a code to a point which is stored as a competency
// that would go, or the other way round: a type never changes by import.
func otherTypes(ungiven Catalog, given ChangeSet) (problems []fault.Problem) {
	report := func(record string, i int, code string, other fault.Text) {
		problems = append(problems, fault.Problem{
			Place: fault.Place{Record: record, Index: i, Field: "code"}, Code: fault.InvalidArgument,
			Text: fault.T("%s is already the code of a %s: choose another", "%s 已是某个%s的编码：请换一个", Quote(code), other),
		})
	}
	for i, c := range given.Put.Competencies {
		if _, stored := find(ungiven.KnowledgePoints, KnowledgePoint{Code: c.Code}, comparePoint); stored {
			report(Competencies, i, c.Code, aPoint)
		}
	}
	for i, k := range given.Put.KnowledgePoints {
		if _, stored := find(ungiven.Competencies, Competency{Code: k.Code}, compareCompetency); stored {
			report(KnowledgePoints, i, k.Code, aCompetency)
		}
	}
	return problems
}

// ownedRows are edges and requirements, by their keys.
type ownedRows struct {
	edges        map[Prerequisite]bool
	requirements map[Requirement]bool
}

func edgeKey(e Prerequisite) Prerequisite {
	return Prerequisite{Prerequisite: e.Prerequisite, Dependent: e.Dependent, Clause: e.Clause}
}

// givenRows returns the edges and requirements that rows give.
func givenRows(given ChangeSet) ownedRows {
	rows := ownedRows{map[Prerequisite]bool{}, map[Requirement]bool{}}
	for _, e := range given.Put.Prerequisites {
		rows.edges[edgeKey(e)] = true
	}
	for _, e := range given.Delete.Prerequisites { // a row gives it another clause
		rows.edges[edgeKey(e)] = true
	}
	for _, r := range given.Put.Requirements {
		rows.requirements[Requirement{Position: r.Position, Target: r.Target}] = true
	}
	return rows
}

// newRows returns the rows whose records are not stored.
func newRows(stored, given Catalog) (rows Catalog) {
	for _, t := range recordTypes {
		t.newRows(&rows, &stored, &given)
	}
	return rows
}

func (t recordType[T]) newRows(out, stored, given *Catalog) {
	for _, row := range *t.list(given) {
		if _, known := t.find(*t.list(stored), row); !known {
			*t.list(out) = append(*t.list(out), row)
		}
	}
}

// afterEdits returns the employees of these records, and those whom a set puts, after it.
func (before Records) afterEdits(cs ChangeSet) (after People) {
	put := sortedBy(cs.Put.Employees, compareEmployee)
	for _, e := range before.Employees {
		if _, edited := find(put, e, compareEmployee); !edited {
			after.Employees = append(after.Employees, e)
		}
	}
	for _, e := range put {
		stored, _ := find(before.Employees, e, compareEmployee)
		after.Employees = append(after.Employees, e.CompletedFrom(stored))
	}
	return after
}

// maxUnconfirmed is how many records go without being asked about.
const maxUnconfirmed = 20

// WantsConfirmation reports whether changes delete so much that it has to be confirmed:
// more than twenty records in all, or more than a tenth of a table. Levels are given whole,
// and do not count.
func (c Catalog) WantsConfirmation(changes []RecordChange) bool {
	deleted, all := map[string]int{}, 0
	for _, change := range changes {
		if change.Kind == Deleted && change.Table != Levels {
			deleted[change.Table]++
			all++
		}
	}
	if all > maxUnconfirmed {
		return true
	}
	for _, t := range recordTypes {
		if name, stored := t.count(&c); deleted[name]*10 > stored {
			return true
		}
	}
	return false
}

func (t recordType[T]) count(c *Catalog) (table string, records int) { return t.table, len(*t.list(c)) }

// WithDeletions returns the edits with further deletions.
func (cs ChangeSet) WithDeletions(more Catalog) ChangeSet {
	for _, t := range recordTypes {
		t.addDeletions(&cs.Delete.Catalog, &more)
	}
	return cs
}

func (t recordType[T]) addDeletions(to, more *Catalog) {
	list := slices.Clone(*t.list(to))
	for _, r := range *t.list(more) {
		list = append(list, t.key(r))
	}
	slices.SortFunc(list, t.compare)
	*t.list(to) = list
}
