// Package store is the contract between Zhitu and a place that keeps its data.
//
// A store keeps records and revisions; it has no rules, no permissions and no
// traversal. Its callers hand it resolved change sets (competency.Catalog.Resolve)
// and read whole catalogs and single people. What every store guarantees:
//
//   - Order: catalogs come sorted by key, employees and units by code, states by
//     point, all in code-point order of their UTF-8.
//   - Texts come back byte for byte; times in UTC, whole microseconds.
//   - Apply is atomic and durable when it returns: all of it or nothing.
//   - Reads see one committed moment and, but for a store in memory, wait for no
//     write longer than the server takes to apply what it commits.
//   - Every method respects its context: it ends soon after the context does,
//     and returns an error that wraps ctx.Err().
//   - All methods may be called from several goroutines and, but for a store in
//     memory, several processes.
//   - A failure to reach the data wraps ErrUnavailable; the other documented
//     errors are returned as they are.
//
// storetest.Run proves all of this for every store.
package store

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Revision numbers the published catalogs of a store. An empty store is at 0.
type Revision int64

// The errors of the contract.
var (
	// ErrConflict: the base of a change is no longer the store's revision, people are not
	// stored as it expects, or a document is not at the version that another is to replace.
	ErrConflict = errors.New("store: what the change is based on has moved on")
	// ErrReference: a change refers to what is not there, deletes what a person
	// refers to, or names no name for a new person or unit. Nothing is changed.
	ErrReference = errors.New("store: a reference would dangle")
	// ErrNotFound: there is no such employee.
	ErrNotFound = errors.New("store: not found")
	// ErrUnavailable: the store cannot be reached, or not soon enough.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrSchema: the stored data have a schema that is newer than this program.
	ErrSchema = errors.New("store: written by a newer version of zhitu")
	// ErrLimit: the change is larger than the store's settings allow.
	ErrLimit = errors.New("store: too large for its settings")
)

// Store is everything that a place for data offers. Each role has one package that
// holds it: what a package does not hold, it cannot touch.
type Store interface {
	Catalog
	People
	Evidence
	Documents
	Journal

	// Ping reports whether the store answers.
	Ping(ctx context.Context) error

	// Close releases the store. No other method may be called after it.
	Close() error
}

// Catalog keeps the published catalogs with their revisions. It also applies the
// edits of people, and the documents, that share a transaction with those.
type Catalog interface {
	// Load returns the published catalog, complete and sorted, and its revision.
	// Where records were edited by other means so that they cannot be read as what
	// they must be, it returns the rest, with a *fault.Error that has a problem for
	// each. So do OrgUnits, and Profiles at its end for people without a code. What else
	// is wrong with a person is in the Problems of their Profile; Profile returns an error
	// for it.
	Load(ctx context.Context) (competency.Catalog, Revision, error)

	// Revision returns the number of the published catalog. An edit by other means
	// that a store can notice raises it.
	Revision(ctx context.Context) (Revision, error)

	// Apply writes a change in one transaction and returns the revision that holds it:
	// base+1 where it edits the catalog, else base.
	//
	// ErrConflict where the store is not at base, where people are not stored as the set
	// expects, or a document is not at the version that is to be replaced (optimistic
	// concurrency). A set whose non-empty ID is
	// already in the history changes nothing and returns the revision that it made
	// (idempotent). Deletions come before puts.
	//
	// People are merged, not replaced: an empty text or list of an OrgUnit or
	// Employee leaves what is stored, unless Clear names the field, and one without a
	// name must exist.
	// Deleting an employee deletes the employee's states and evidence, tombstones and
	// checkpoint too. An assessment
	// older than the stored one changes nothing, nor does one that says the same of
	// the same time. One without a time is of the set's At, and where the stored
	// mastery has the same value it changes nothing. Any other takes the place of the
	// state, with its Model.
	Apply(ctx context.Context, base Revision, c Change) (Revision, error)

	// History streams the publications that a query selects, oldest first, each with
	// all its records however many these are, and holds one large publication at a
	// time. People are no part of it. A publication is never changed, so the stream
	// need not be of one moment.
	History(ctx context.Context, q HistoryQuery) iter.Seq2[Publication, error]

	// Restore makes a store whose catalog is empty a copy of another's catalog: with
	// its records, its revision and its history, so that revisions go on from there.
	// ErrConflict where the store has a revision. History is in the order of revisions,
	// none of which is above the revision; it is ranged over more than once where a
	// transaction is repeated. Until all of it is there, the store shows none of it;
	// one that was broken off may be repeated.
	Restore(ctx context.Context, revision Revision, c competency.Catalog, history iter.Seq2[Publication, error]) error
}

// Change is what Apply writes in one transaction.
type Change struct {
	// ChangeSet is resolved (competency.Catalog.Resolve).
	competency.ChangeSet
	// Inverse takes the edits of the catalog back (competency.Inverse), for the
	// history. Without it the publication is incomplete.
	Inverse *competency.ChangeSet
	// Documents are put as PutDocuments does.
	Documents []Document
}

// People keeps departments, and employees with what they master.
type People interface {
	// OrgUnits returns all departments.
	OrgUnits(ctx context.Context) ([]competency.OrgUnit, error)

	// Employees returns one page of the employees that a query selects, in one
	// round trip.
	Employees(ctx context.Context, q EmployeeQuery) (EmployeePage, error)

	// Profile returns one person with all states, and the store's revision at the
	// same moment, in one round trip. ErrNotFound where there is no such person.
	Profile(ctx context.Context, employee string) (Profile, error)

	// Profiles streams all employees with their states, for export. It blocks no writer,
	// unless writers leave no consistent moment for a read: then for one read.
	Profiles(ctx context.Context) iter.Seq2[Profile, error]

	// Moved returns people whose record, states or evidence have changed since a mark,
	// deleted people too, and the mark to ask from next. The empty mark is now: it
	// brings nobody. A caller that polls, each time from the latest mark, gets every
	// person who changes at least once, in whatever order transactions are committed,
	// and perhaps others. Edits by other means are not seen. An error where the mark is
	// none that Moved returned.
	Moved(ctx context.Context, mark string) (MovedPage, error)

	// ForgetMoved deletes what Moved keeps of a person who is not there any more, so that
	// nothing of the code is left: whoever has not asked since does not get that person,
	// and is told that somebody was forgotten. Of a person who is there it forgets nothing.
	// It may be repeated.
	ForgetMoved(ctx context.Context, employee string) error
}

// MaxMoved is about how many people a MovedPage has at most.
const MaxMoved = 1000

// MovedPage is some of the people who have changed.
type MovedPage struct {
	Employees []string // codes, in no order
	Mark      string
	More      bool // the mark brings more people at once
	// Writes are the numbers of all writes since the mark that have changed a person, by code:
	// who knows what each of them wrote need not read the person again. People for whom the
	// store cannot tell are left out, and so is everybody by a store that does not number
	// writes.
	Writes map[string][]int64
	// Forgotten tells that a deleted person may be missing, because ForgetMoved has been called
	// since the mark: whoever keeps a copy has to look who is still there.
	Forgotten bool
}

// ChangedPeople returns the codes of the people whom a change set is about, each once
// and sorted: those who are there after it, and those whom it deletes.
func ChangedPeople(cs competency.ChangeSet) (present, deleted []string) {
	for _, e := range cs.Delete.Employees {
		deleted = append(deleted, e.Code)
	}
	deleted = sortedSet(deleted)
	for _, e := range cs.Put.Employees {
		present = append(present, e.Code)
	}
	for _, list := range [][]competency.Assessment{cs.Put.Mastery, cs.Delete.Mastery} {
		for _, a := range list {
			present = append(present, a.Employee)
		}
	}
	return sortedSet(present), deleted
}

func sortedSet(codes []string) []string {
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Evidence keeps the observed results of people, and the states that follow.
type Evidence interface {
	// Record keeps evidence of several people and the states that follow from it, of
	// each person in one transaction: all of it or nothing. Where it fails, some people's
	// may have been kept, which the list tells that comes with the error; recording the
	// same again does no harm. Where data of one person were edited by other means so that
	// they cannot be read, it is a *fault.Error that has problems: the others can be
	// recorded without that person. What follows is for
	// fold to say, which is called for each person, for several at the same time, and
	// perhaps again where a transaction is repeated. A list has at most one recording of
	// each person; those of different lists happen one after the other.
	Record(ctx context.Context, list []Recording, fold Fold) ([]RecordingResult, error)

	// Evidence returns what is kept, the latest first (see
	// competency.CompareEvidence), retracted evidence too.
	Evidence(ctx context.Context, q EvidenceQuery) ([]competency.Evidence, error)

	// Checkpoints returns those of some people, or of everyone where none is named, by the
	// code of the employee. Whoever has none is left out.
	Checkpoints(ctx context.Context, employees []string) ([]Checkpoint, error)
}

// Rebuilder is a store that keeps copies of some of its data, for quick answers,
// which edits by other means leave behind.
type Rebuilder interface {
	// Rebuild reads everything, rebuilds the copies that differ from what they are
	// of, and returns a problem for each of these. Where none differs it writes
	// nothing. One that was broken off may be repeated.
	Rebuild(ctx context.Context) ([]fault.Problem, error)
}

// EmployeeQuery selects employees; all that is given must hold.
type EmployeeQuery struct {
	Codes          []string // one of these
	Called         []string // the code or the name is one of these, letter by letter
	Text           string   // words in code and name, as search.Match has it
	OrgUnits       []string // a direct member of one of these
	Position       string   // holds it
	Target         string   // targets it
	Manager        string   // reports to this person
	KnowledgePoint string   // has been assessed on it

	// Reaches are permissions: only whom each of these selects. None leaves nobody out.
	Reaches []competency.Reach

	After  string // only codes above this one
	First  int    // at most so many; 0 for all
	States bool   // bring the states too
	Lines  bool   // bring what a decision needs: see Lines
}

// EmployeePage is one page of an EmployeeQuery. Total counts all that the query
// selects, whatever After and First say.
type EmployeePage struct {
	Profiles []Profile
	Total    int
	More     bool
	Revision Revision
}

// Profile is one person as a question needs it.
type Profile struct {
	Employee competency.Employee
	// Units are the person's department and those above it, nearest first.
	Units []competency.OrgUnit
	// Manager is the person they report to, nil where there is none.
	Manager *competency.Employee
	// Problems are what cannot be read, because it was edited by other means, of the
	// person, of their manager's record and of their departments. Such a field is empty, and
	// such a state left out.
	Problems []fault.Problem
	// Lines are those of the person, and ManagerLines those of Manager where there is one.
	// Profile brings both; a page of employees where its query asks for them.
	Lines, ManagerLines Lines
	// States are sorted by point. Each names the employee too.
	States   []competency.Assessment
	Revision Revision
}

// Lines is where a person stands among others, as far as permissions depend on it.
type Lines struct {
	// Units are the codes of the person's department and those above it, nearest first.
	Units []string
	// Managers are the codes of everyone above the person, nearest first. In a circle the
	// list ends before the person, or before a code that it has.
	Managers []string
	// ReportUnits are the codes of the departments of direct reports and of those above
	// these, each once and sorted.
	ReportUnits []string
}
