package neo4jstore

import (
	"context"
	"math"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/store"
)

// AppendJournal adds entries to a chain in one round trip. The chain has a lock of its own:
// entries wait for no other writer, and no reader looks at the gate for them. Repeated after
// a lost answer it is a conflict, which tells the caller to look.
func (s *Store) AppendJournal(ctx context.Context, chain string, list []store.JournalEntry, seal string) error {
	if len(list) == 0 {
		return nil
	}
	before, last := list[0].Number-1, list[len(list)-1]
	find := "MATCH"
	if before == 0 {
		find = "MERGE"
	}
	rows := rowsOf(list, func(e store.JournalEntry) row {
		return row{
			"number": e.Number, "at": truncateMicros(e.At), "account": e.Account, "action": e.Action, "outcome": e.Outcome,
			"subjects": e.Subjects, "body": e.Body, "mac": e.MAC,
		}
	})
	return s.compareAndSetChain(ctx, "append journal", cypher("append entries", "FIND", find), map[string]any{
		"chain": chain, "before": before, "number": last.Number, "mac": last.MAC, "seal": seal, "rows": rows,
	})
}

// DropJournal deletes the entries of a chain up to an anchor.
func (s *Store) DropJournal(ctx context.Context, chain string, anchor store.JournalMark) error {
	return s.compareAndSetChain(ctx, "drop journal", cypher("drop entries"), map[string]any{
		"chain": chain, "number": anchor.Number, "mac": anchor.MAC, "seal": anchor.Seal,
	})
}

// compareAndSetChain runs a statement that counts nothing where the chain stands elsewhere.
func (s *Store) compareAndSetChain(ctx context.Context, op, statement string, params map[string]any) error {
	var found []*neo4j.Record
	err := s.callServer(ctx, op, longTimeout, func(ctx context.Context) (err error) {
		found, err = s.writeRunner().run(ctx, statement, params)
		return err
	})
	if err == nil && (len(found) != 1 || found[0].Values[0] == int64(0)) {
		return s.wrapError(ctx, op, store.ErrConflict)
	}
	return err
}

// Journal returns the entries that a query selects, the latest first.
func (s *Store) Journal(ctx context.Context, q store.JournalQuery) ([]store.JournalEntry, error) {
	statement, params := cypher("match entries"), map[string]any{"first": int64(math.MaxInt64)}
	if q.Subject != "" {
		statement, params["subject"] = cypher("match entries about"), q.Subject
	}
	statement += "\nWHERE true"
	where := func(condition, name string, value any) {
		statement += " AND " + condition
		params[name] = value
	}
	for _, c := range []struct{ name, value string }{{"account", q.Account}, {"action", q.Action}, {"outcome", q.Outcome}} {
		if c.value != "" {
			where("e."+c.name+" = $"+c.name, c.name, c.value)
		}
	}
	if !q.From.IsZero() {
		where("e.at >= $from", "from", truncateMicros(q.From))
	}
	if !q.To.IsZero() {
		where("e.at < $to", "to", truncateMicros(q.To))
	}
	if c := q.After; c != nil {
		where("e.at <= $at AND (e.at < $at OR e.chain > $chain OR e.chain = $chain AND e.number < $number)", "at", truncateMicros(c.At))
		params["chain"], params["number"] = c.Chain, c.Number
	}
	if q.First > 0 {
		params["first"] = int64(q.First)
	}
	statement += "\nWITH e ORDER BY e.at DESC, e.chain, e.number DESC LIMIT $first\n" + cypher("return entries") + "\nORDER BY e.at DESC, e.chain, e.number DESC"
	return s.journalEntries(ctx, "journal", statement, params)
}

// JournalEntries returns entries after a place, by chain and number: those of the same
// chain, then those of later ones, because an index serves either and not both at once.
func (s *Store) JournalEntries(ctx context.Context, after store.JournalKey, first int) (list []store.JournalEntry, err error) {
	for _, name := range []string{"match entries of chain", "match entries of later chains"} {
		more, err := s.journalEntries(ctx, "journal entries", cypher(name)+"\n"+cypher("return entries")+"\nORDER BY e.chain, e.number",
			map[string]any{"chain": after.Chain, "number": after.Number, "first": int64(first - len(list))})
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// journalEntries reads entries. A field that was edited so that it is of another type is
// read as empty: whoever verifies the chain finds that its MAC is another.
func (s *Store) journalEntries(ctx context.Context, op, statement string, params map[string]any) (list []store.JournalEntry, err error) {
	err = s.callServer(ctx, op, longTimeout, func(ctx context.Context) error {
		found, err := s.readRunner().run(ctx, statement, params)
		list = nil
		for _, record := range found {
			v := record.Values
			r := new(decoder).recordOf("audit_entries", v[0])
			e := store.JournalEntry{
				Chain: r.textField("chain", v[0]), Number: wholeNumber(v[1]), At: r.timeField("at", v[2]), Account: r.textField("account", v[3]),
				Action: r.textField("action", v[4]), Outcome: r.textField("outcome", v[5]), Subjects: textListField[string](r, "subjects", v[6]),
				Body: r.textField("body", v[7]), MAC: r.textField("mac", v[8]),
			}
			slices.Sort(e.Subjects)
			list = append(list, e)
		}
		return err
	})
	return list, err
}

// JournalChains returns where the chains stand, by id. See journalEntries for fields of
// another type.
func (s *Store) JournalChains(ctx context.Context) (list []store.JournalChain, err error) {
	err = s.callServer(ctx, "journal chains", longTimeout, func(ctx context.Context) error {
		found, err := s.readRunner().run(ctx, cypher("audit chains"), nil)
		list = nil
		for _, record := range found {
			r := new(decoder).recordOf("audit_chains", record.Values[0])
			mark := func(v []any) store.JournalMark {
				return store.JournalMark{Number: wholeNumber(v[0]), MAC: r.textField("mac", v[1]), Seal: r.textField("seal", v[2])}
			}
			list = append(list, store.JournalChain{ID: r.textField("id", record.Values[0]), Head: mark(record.Values[1:4]), Anchor: mark(record.Values[4:7])})
		}
		return err
	})
	return list, err
}

func wholeNumber(v any) int64 {
	n, _ := v.(int64)
	return n
}
