package store

import (
	"context"
	"time"
)

// Journal keeps the audit: chains of entries, to which an instance appends its own. A
// store knows nothing of what makes a chain hold together; marks and seals are texts to it.
// An entry is never changed.
type Journal interface {
	// AppendJournal adds entries to a chain in one transaction, of its own and beside other
	// writes, and makes the last of them its head. Their numbers go up by one. ErrConflict
	// where the first does not follow the head, which is number 0 for a chain that is not
	// there: nothing is written then. An empty list changes nothing. Where it fails for
	// another reason, the entries may have been written.
	AppendJournal(ctx context.Context, chain string, list []JournalEntry, seal string) error

	// Journal returns the entries that a query selects, of all chains, the latest first:
	// by time, then by chain and the higher number.
	Journal(ctx context.Context, q JournalQuery) ([]JournalEntry, error)

	// JournalEntries returns at most so many entries after a place, by chain and number.
	JournalEntries(ctx context.Context, after JournalKey, first int) ([]JournalEntry, error)

	// JournalChains returns where the chains stand, by id.
	JournalChains(ctx context.Context) ([]JournalChain, error)

	// DropJournal deletes the entries of a chain up to the number of an anchor, which it
	// keeps in their place. ErrConflict where the chain has an anchor that is not below it,
	// or no head that far.
	DropJournal(ctx context.Context, chain string, anchor JournalMark) error
}

// JournalEntry is one entry of a chain.
type JournalEntry struct {
	Chain    string // ASCII
	Number   int64  // from 1
	At       time.Time
	Account  string   // who did it
	Action   string   // the class of what was done
	Outcome  string   // what came of it
	Subjects []string // random ids of people, sorted, each once
	Body     string   // the rest, as JSON; it comes back byte for byte
	MAC      string   // over all of this and the entry before
}

// JournalKey names an entry.
type JournalKey struct {
	Chain  string
	Number int64
}

// Key returns what the entry is called.
func (e JournalEntry) Key() JournalKey { return JournalKey{e.Chain, e.Number} }

// JournalMark names an entry by its number and MAC. Seal is over both.
type JournalMark struct {
	Number    int64
	MAC, Seal string
}

// JournalChain is where a chain stands: its latest entry, and the latest that was dropped,
// number 0 where none was.
type JournalChain struct {
	ID           string
	Head, Anchor JournalMark
}

// JournalQuery selects entries; all that is given must hold.
type JournalQuery struct {
	Account, Action, Outcome string
	Subject                  string    // about this person
	From, To                 time.Time // from the first, before the second
	After                    *JournalCursor
	First                    int // at most so many; 0 for all
}

// JournalCursor is a place in the list of all entries.
type JournalCursor struct {
	At time.Time
	JournalKey
}
