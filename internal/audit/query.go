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
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// Entry is an entry for people to read.
type Entry struct {
	Chain       string
	Number      int64
	At          time.Time
	Account     string // id, empty where nobody had signed in
	AccountName string // the id where there is no account of that id any more
	Token       string // id of the token, empty for none
	User        string // of the operating system, for commands on the machine of the store
	Action      string // the class
	Verb        string
	Subjects    []string // codes; # and the random id of who was erased
	Count       int      // of people who are not named
	Filter      string   // how those were chosen
	Object      string
	Outcome     string // Done, or the code of the refusal
	Revision    int64
	Request     string
	Address     string
	MAC         string
}

// Query selects entries; all that is given must hold.
type Query struct {
	Account, Action, Outcome string
	Employee                 string    // about this person, by code
	From, To                 time.Time // from the first, before the second
}

// Entries returns a page of entries, the latest first. It is for AUDIT: the codes of
// subjects are all that it tells of them. The number of all entries is not counted.
func (l *Log) Entries(ctx context.Context, q Query, r page.Request) (*page.Page[Entry], error) {
	if err := access.Check(ctx, access.Audit); err != nil {
		return nil, err
	}
	return l.page(ctx, q, r)
}

// Looks returns a page of what others have done about the viewer's own employee, read and
// edited, the latest first. Reads of many people at once are not among them: their entries
// name nobody.
func (l *Log) Looks(ctx context.Context, r page.Request) (*page.Page[Entry], error) {
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	if err := access.Check(ctx, access.OwnData); err != nil {
		return nil, err
	}
	if v.Self() == "" {
		return nil, v.Refusal(access.Denied, access.OwnData, nil)
	}
	return l.page(ctx, Query{Employee: v.Self(), Outcome: Done}, r)
}

func (l *Log) page(ctx context.Context, q Query, r page.Request) (*page.Page[Entry], error) {
	sq, found, err := l.storeQuery(ctx, q)
	if err != nil {
		return nil, err
	}
	if sq.After, err = cursorOf(r); err != nil {
		return nil, err
	}
	var list []store.JournalEntry
	if found && r.First > 0 {
		sq.First = r.First + 1
		if list, err = l.store.Journal(ctx, sq); err != nil {
			return nil, storeFault(err)
		}
	}
	more := len(list) > r.First
	nodes, err := l.describe(ctx, list[:min(len(list), r.First)])
	if err != nil {
		return nil, err
	}
	return new(page.New(nodes, 0, r, more, cursorKey)), nil
}

// storeQuery puts a query into the terms of the store; false where it selects nothing,
// because no entry is about the person.
func (l *Log) storeQuery(ctx context.Context, q Query) (store.JournalQuery, bool, error) {
	sq := store.JournalQuery{Account: q.Account, Action: q.Action, Outcome: q.Outcome, From: q.From, To: q.To}
	if q.Employee == "" {
		return sq, true, nil
	}
	found, err := l.subjects.find(ctx, []string{q.Employee})
	if err != nil {
		return sq, false, storeFault(err)
	}
	sq.Subject = found[q.Employee]
	return sq, sq.Subject != "", nil
}

// cursorKey is the place of an entry: time, number and chain.
func cursorKey(e Entry) string {
	return page.TimeKey(e.At, strconv.FormatInt(e.Number, 10)+" "+e.Chain)
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
		Chain: e.Chain, Number: e.Number, At: e.At, Account: e.Account, AccountName: names[e.Account], Token: b.Token, User: b.User,
		Action: e.Action, Verb: b.Verb, Subjects: []string{}, Count: b.Count, Filter: b.Filter, Object: b.Object, Outcome: e.Outcome,
		Revision: b.Revision, Request: b.Request, Address: b.Address, MAC: e.MAC,
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
