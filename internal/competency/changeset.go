package competency

import "time"

// People are employees with their masteries, and the departments that they belong to.
type People struct {
	OrgUnits  []OrgUnit    `json:"orgUnits,omitempty"`
	Employees []Employee   `json:"employees,omitempty"`
	Mastery   []Assessment `json:"mastery,omitempty"`
}

// Records are any number of records of every type.
type Records struct {
	Catalog
	People
}

// ChangeSet 变更集 is an atomic batch of edits. Of the records in Delete only
// the keys are read. A record in both is replaced whole: fields that Put leaves
// empty become empty or the default, and it keeps what it owns and what refers to
// it. ID makes applying it twice the same as once.
//
// A set is resolved when its edits of the catalog say what they do, without a look
// at the catalog: records in Put are complete and take the place of the stored
// ones, records in Delete have their keys alone, no key is in both, and all lists
// are sorted by key. Catalog.Resolve, Diff, Inverse and Compose return such sets.
//
// AsStored says that a store has held all of it as it is: it comes from an export that
// nobody has edited, or from another store. Then no new rule refuses it (fault.Problem).
//
// NewOnly says that all that is put is meant to be new. Whoever makes the set sees to that;
// for permissions it makes each of its people a new one.
//
// Expected, where it is given, is how people are stored that the edits were made against:
// the set is written only where they still are.
//
// Author, Reason and Draft say who published the edits, why, and by which draft;
// each may be empty.
type ChangeSet struct {
	ID     string    `json:"id,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Author string    `json:"author,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Draft  string    `json:"draft,omitempty"`
	Put    Records   `json:"put,omitzero"`
	Delete Records   `json:"delete,omitzero"`

	AsStored bool `json:"-"`
	NewOnly  bool `json:"-"`

	// Moved are the edges in Delete that have another clause in Put.
	Moved    []Prerequisite  `json:"-"`
	Expected *ExpectedPeople `json:"-"`
}

// ExpectedPeople are departments, employees and masteries as they have to be stored for a
// change set to be written (optimistic concurrency): people raise no revision. Present are
// compared whole, but for the models of masteries. Of Absent only the keys are read.
type ExpectedPeople struct{ Present, Absent People }

// Len returns how many records there are.
func (r Records) Len() int { return r.Catalog.Len() + r.People.Len() }

// Len returns how many records of people there are.
func (p People) Len() int { return len(p.OrgUnits) + len(p.Employees) + len(p.Mastery) }

// Empty reports whether the set changes nothing at all.
func (cs ChangeSet) Empty() bool { return cs.Put.Len() == 0 && cs.Delete.Len() == 0 }

// EditsCatalog reports whether the set raises the revision.
func (cs ChangeSet) EditsCatalog() bool {
	return cs.Put.Catalog.Len() > 0 || cs.Delete.Catalog.Len() > 0
}
