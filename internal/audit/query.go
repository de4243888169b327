package audit

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// Entry is an entry for people to read.
type Entry struct {
	Chain        string
	Number       int
	At           time.Time
	Account      string  // id, empty where nobody had signed in
	AccountName  string  // the id where there is no account of that id any more
	Token        *string // id of the token
	SystemUser   *string // of the operating system, for commands on the machine of the store
	Action       string  // the class
	Verb         string
	Subjects     []string // codes; # and the random id of who was erased
	SubjectCount int      // of people who are not named
	Filter       *string  // how those were chosen
	Object       *string  // id of what was changed
	Outcome      string   // Done, or the code of the refusal
	Revision     *int     // of the catalog, after an edit
	RequestID    *string
	Address      *string
	MAC          string
}

// OwnEntry is an entry for the person whom it is about.
type OwnEntry struct {
	At           time.Time
	Action, Verb string
	By           string // the name of the account that did it
	key          string // of its cursor
}

// The pages and edges under names for the schema.
type (
	Connection    = page.Page[Entry]
	Edge          = page.Edge[Entry]
	OwnConnection = page.Page[OwnEntry]
	OwnEdge       = page.Edge[OwnEntry]
)

// Filter selects entries; all that is given must hold.
type Filter struct {
	Account, Action, Outcome *string
	Employee                 *string    // about this person, by code
	From, To                 *time.Time // from the first, before the second
}

// Entries returns a page of entries, the latest first. It is for AUDIT: the codes of
// subjects are all that it tells of them. The number of all entries is not counted.
func (l *Log) Entries(ctx context.Context, first int, after *string, f *Filter) (*Connection, error) {
	if err := access.Check(ctx, access.Audit); err != nil {
		return nil, err
	}
	if f == nil {
		f = &Filter{}
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	r, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	list, more, err := l.page(ctx, f, r)
	if err != nil {
		return nil, err
	}
	nodes, err := l.describe(ctx, list)
	if err != nil {
		return nil, err
	}
	return new(page.New(nodes, 0, r, more, func(e Entry) string { return cursorKey(e.At, e.Number, e.Chain) })), nil
}

// check refuses values that no entry has, because whoever mistypes one would think that
// nothing had happened.
func (f *Filter) check() error {
	if f.Action == nil {
		return nil
	}
	for a := range access.Actions() {
		if a.String() == *f.Action {
			return nil
		}
	}
	return fault.New(fault.InvalidArgument, "%s is not a class of actions, such as LEARNER or EDIT_PEOPLE", "%s 不是操作类别，例如 LEARNER 或 EDIT_PEOPLE",
		competency.Quote(*f.Action))
}

// Looks returns a page of what others have done about the viewer's own employee, read and
// edited, the latest first. Reads of many people at once are not among them: their entries
// name nobody.
func (l *Log) Looks(ctx context.Context, first int, after *string) (*OwnConnection, error) {
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	if err := access.Check(ctx, access.OwnData); err != nil {
		return nil, err
	}
	r, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	if v.Self() == "" { // the system: nothing is about it
		r.First = 0
	}
	list, more, err := l.page(ctx, &Filter{Employee: new(v.Self()), Outcome: new(Done)}, r)
	if err != nil {
		return nil, err
	}
	entries, err := l.describe(ctx, list)
	if err != nil {
		return nil, err
	}
	nodes := make([]OwnEntry, len(entries))
	for i, e := range entries {
		nodes[i] = OwnEntry{e.At, e.Action, e.Verb, e.AccountName, cursorKey(e.At, e.Number, e.Chain)}
	}
	return new(page.New(nodes, 0, r, more, func(e OwnEntry) string { return e.key })), nil
}

// page returns a page of entries, and whether there are more.
func (l *Log) page(ctx context.Context, f *Filter, r page.Request) (list []store.JournalEntry, more bool, err error) {
	q, found, err := l.storeQuery(ctx, f)
	if err != nil {
		return nil, false, err
	}
	if q.After, err = cursorOf(r); err != nil {
		return nil, false, err
	}
	if !found || r.First == 0 {
		return nil, false, nil
	}
	q.First = r.First + 1
	if list, err = l.store.Journal(ctx, q); err != nil {
		return nil, false, storeFault(err)
	}
	return list[:min(len(list), r.First)], len(list) > r.First, nil
}

// storeQuery puts a query into the terms of the store; false where it selects nothing,
// because no entry is about the person.
func (l *Log) storeQuery(ctx context.Context, f *Filter) (q store.JournalQuery, found bool, err error) {
	q = store.JournalQuery{Account: optional.Value(f.Account), Action: optional.Value(f.Action), Outcome: optional.Value(f.Outcome), From: optional.Value(f.From), To: optional.Value(f.To)}
	if f.Employee == nil {
		return q, true, nil
	}
	ids, err := l.subjects.find(ctx, []string{*f.Employee})
	if err != nil {
		return q, false, storeFault(err)
	}
	q.Subject = ids[*f.Employee]
	return q, q.Subject != "", nil
}

// cursorKey is the place of an entry: time, number and chain.
func cursorKey(at time.Time, number int, chain string) string {
	return page.TimeKey(at, strconv.Itoa(number)+" "+chain)
}

func cursorOf(r page.Request) (*store.JournalCursor, error) {
	at, rest, ok, err := r.AfterTime()
	if err != nil || !ok {
		return nil, err
	}
	text, chain, _ := strings.Cut(rest, " ")
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, page.BadCursor()
	}
	return &store.JournalCursor{At: at, JournalKey: store.JournalKey{Chain: chain, Number: number}}, nil
}

// describe puts names and codes to entries, with a round trip for either.
func (l *Log) describe(ctx context.Context, list []store.JournalEntry) ([]Entry, error) {
	var ids, accounts []string
	for _, e := range list {
		ids, accounts = append(ids, e.Subjects...), append(accounts, e.Account)
	}
	codes, err := l.subjects.codes(ctx, distinct(ids))
	if err != nil {
		return nil, storeFault(err)
	}
	names := map[string]string{}
	if accounts = distinct(accounts); l.cfg.Names != nil && len(accounts) > 0 {
		if names, err = l.cfg.Names(ctx, accounts); err != nil {
			return nil, err
		}
	}
	nodes := make([]Entry, len(list))
	for i, e := range list {
		nodes[i] = entryOf(e, codes, names)
	}
	return nodes, nil
}

func entryOf(e store.JournalEntry, codes, names map[string]string) Entry {
	var b body
	_ = json.Unmarshal([]byte(e.Body), &b) // one that was altered is shown empty, and Verify says so
	out := Entry{
		Chain: e.Chain, Number: int(e.Number), At: e.At, Account: e.Account, AccountName: names[e.Account], Token: optional.Of(b.Token), SystemUser: optional.Of(b.User),
		Action: e.Action, Verb: b.Verb, Subjects: []string{}, SubjectCount: b.Count, Filter: optional.Of(b.Filter), Object: optional.Of(b.Object), Outcome: e.Outcome,
		Revision: optional.Of(int(b.Revision)), RequestID: optional.Of(b.Request), Address: optional.Of(b.Address), MAC: e.MAC,
	}
	if out.AccountName == "" {
		out.AccountName = e.Account
	}
	for _, id := range e.Subjects {
		if code, ok := codes[id]; ok {
			out.Subjects = append(out.Subjects, code)
		} else {
			out.Subjects = append(out.Subjects, "#"+id)
		}
	}
	slices.Sort(out.Subjects)
	return out
}

// Export streams all entries from a time on and before another, either of which may be
// zero, by chain and number. It is for AUDIT.
func (l *Log) Export(ctx context.Context, from, to time.Time) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := access.Check(ctx, access.Audit); err != nil {
			yield(Entry{}, err)
			return
		}
		for after := (store.JournalKey{}); ; {
			list, err := l.store.JournalEntries(ctx, after, pageSize)
			if err != nil {
				yield(Entry{}, storeFault(err))
				return
			}
			read := len(list)
			if read > 0 {
				after = list[read-1].Key()
			}
			list = slices.DeleteFunc(list, func(e store.JournalEntry) bool {
				return e.At.Before(from) || !to.IsZero() && !e.At.Before(to)
			})
			nodes, err := l.describe(ctx, list)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range nodes {
				if !yield(e, nil) {
					return
				}
			}
			if read < pageSize {
				return
			}
		}
	}
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func storeFault(err error) error {
	if _, known := errors.AsType[*fault.Error](err); known {
		return err // it says what is wrong with the store
	}
	return fault.Wrap(err, fault.Unavailable, "the audit cannot be read: try again in a moment", "无法读取审计记录：请稍后重试")
}
