package sqlitestore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// AppendJournal adds entries to a chain.
func (s *Store) AppendJournal(ctx context.Context, chain string, list []store.JournalEntry, seal string) error {
	if len(list) == 0 {
		return nil
	}
	return wrapError(ctx, "append journal", s.writeTx(ctx, func(tx *sql.Tx) error { return s.appendJournal(ctx, tx, chain, list, seal) }))
}

func (s *Store) appendJournal(ctx context.Context, tx *sql.Tx, chain string, list []store.JournalEntry, seal string) error {
	before, last := list[0].Number-1, list[len(list)-1]
	var indexed int64
	err := tx.QueryRowContext(ctx, `UPDATE journal_chains SET number = ?, mac = ?, seal = ? WHERE id = ? AND number = ? RETURNING indexed`,
		last.Number, last.MAC, seal, chain, before).Scan(&indexed)
	if errors.Is(err, sql.ErrNoRows) && before == 0 {
		err = tx.QueryRowContext(ctx, `INSERT INTO journal_chains (id, number, mac, seal) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING indexed`,
			chain, last.Number, last.MAC, seal).Scan(&indexed)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrConflict
	}
	if err != nil {
		return err
	}
	err = execBatches(ctx, tx, `INSERT INTO journal_entries (chain, number, at, account, action, outcome, subjects, body, mac) VALUES %s`, 9, list,
		func(row []any, e store.JournalEntry) []any {
			return append(row, chain, e.Number, e.At.UnixMicro(), e.Account, e.Action, e.Outcome, subjectsJSON(e.Subjects), e.Body, e.MAC)
		})
	// A chain that begins finds the ends of others that nobody goes on with.
	if err == nil && (before == 0 || last.Number-indexed >= s.indexEvery) {
		err = indexJournal(ctx, tx)
	}
	return err
}

func subjectsJSON(subjects []string) string {
	if len(subjects) == 0 {
		return "[]"
	}
	text, err := json.Marshal(subjects)
	if err != nil {
		panic(err) // texts always have a JSON form
	}
	return string(text)
}

// journalColumns are those of an entry e.
const journalColumns = `e.chain, e.number, e.at, e.account, e.action, e.outcome, e.body, e.mac, e.subjects`

func scanJournal(row *sql.Rows, e *store.JournalEntry) error {
	var at int64
	var subjects string
	if err := row.Scan(&e.Chain, &e.Number, &at, &e.Account, &e.Action, &e.Outcome, &e.Body, &e.MAC, &subjects); err != nil {
		return err
	}
	e.At = time.UnixMicro(at).UTC()
	if subjects == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(subjects), &e.Subjects)
}

// Journal returns the entries that a query selects, the latest first: of those that the
// index has, and of those that it does not have yet.
func (s *Store) Journal(ctx context.Context, q store.JournalQuery) (list []store.JournalEntry, err error) {
	err = s.readTx(ctx, func(tx *sql.Tx) error {
		term := ""
		switch {
		case q.Subject != "":
			term = subjectTerm + q.Subject
		case q.Account != "":
			term = accountTerm + q.Account
		default:
			list, err = selectJournal(ctx, tx, "journal_entries e", nil, q)
			return err
		}
		indexed, err := selectJournal(ctx, tx, "journal_index i CROSS JOIN journal_entries e ON i.term = ? AND e.chain = i.chain AND e.number = i.number", []any{term}, q)
		if err != nil {
			return err
		}
		recent, err := selectJournal(ctx, tx, "journal_chains c CROSS JOIN journal_entries e ON e.chain = c.id AND e.number > c.indexed", nil, q)
		if err != nil {
			return err
		}
		list = append(indexed, recent...)
		slices.SortFunc(list, func(a, b store.JournalEntry) int {
			return cmp.Or(b.At.Compare(a.At), strings.Compare(a.Chain, b.Chain), cmp.Compare(b.Number, a.Number))
		})
		if q.First > 0 && len(list) > q.First {
			list = list[:q.First]
		}
		return nil
	})
	return list, wrapError(ctx, "journal", err)
}

// selectJournal returns the entries of a join that a query selects, in order, at most as many
// as it wants.
func selectJournal(ctx context.Context, tx *sql.Tx, from string, args []any, q store.JournalQuery) ([]store.JournalEntry, error) {
	conditions, at := []string{"TRUE"}, "e.at"
	if strings.HasPrefix(from, "journal_index") {
		at = "i.at" // in the order of the index
	}
	where := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	for _, c := range []struct{ column, value string }{{"account", q.Account}, {"action", q.Action}, {"outcome", q.Outcome}} {
		if c.value != "" {
			where("e."+c.column+" = ?", c.value)
		}
	}
	if q.Subject != "" && !strings.HasPrefix(from, "journal_index") {
		where("EXISTS (SELECT 1 FROM json_each(e.subjects) WHERE value = ?)", q.Subject)
	}
	if !q.From.IsZero() {
		where(at+" >= ?", q.From.UnixMicro())
	}
	if !q.To.IsZero() {
		where(at+" < ?", q.To.UnixMicro())
	}
	if c := q.After; c != nil {
		where(at+" <= ? AND ("+at+" < ? OR e.chain > ? OR e.chain = ? AND e.number < ?)", c.At.UnixMicro(), c.At.UnixMicro(), c.Chain, c.Chain, c.Number)
	}
	most := -1 // all
	if q.First > 0 {
		most = q.First
	}
	return queryAll(ctx, tx, scanJournal, `SELECT `+journalColumns+` FROM `+from+`
		WHERE `+strings.Join(conditions, " AND ")+` ORDER BY `+at+` DESC, e.chain, e.number DESC LIMIT ?`, append(args, most)...)
}

// JournalEntries returns entries after a place, by chain and number.
func (s *Store) JournalEntries(ctx context.Context, after store.JournalKey, first int) (list []store.JournalEntry, err error) {
	err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
		list, err = queryAll(ctx, tx, scanJournal, `SELECT `+journalColumns+` FROM journal_entries e
			WHERE (e.chain, e.number) > (?, ?) ORDER BY e.chain, e.number LIMIT ?`, after.Chain, after.Number, first)
		return err
	})
	return list, wrapError(ctx, "journal entries", err)
}

// JournalChains returns where the chains stand, by id.
func (s *Store) JournalChains(ctx context.Context) (list []store.JournalChain, err error) {
	scan := func(row *sql.Rows, c *store.JournalChain) error {
		return row.Scan(&c.ID, &c.Head.Number, &c.Head.MAC, &c.Head.Seal, &c.Anchor.Number, &c.Anchor.MAC, &c.Anchor.Seal)
	}
	err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
		list, err = queryAll(ctx, tx, scan, `SELECT id, number, mac, seal, anchor_number, anchor_mac, anchor_seal FROM journal_chains ORDER BY id`)
		return err
	})
	return list, wrapError(ctx, "journal chains", err)
}

// DropJournal deletes the entries of a chain up to an anchor.
func (s *Store) DropJournal(ctx context.Context, chain string, anchor store.JournalMark) error {
	return wrapError(ctx, "drop journal", s.writeTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE journal_chains SET anchor_number = ?1, anchor_mac = ?2, anchor_seal = ?3
			WHERE id = ?4 AND anchor_number < ?1 AND number >= ?1`, anchor.Number, anchor.MAC, anchor.Seal, chain)
		if err != nil {
			return err
		}
		if written, err := result.RowsAffected(); err != nil || written != 1 {
			return orConflict(err)
		}
		if err := dropFromIndex(ctx, tx, chain, anchor.Number); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM journal_entries WHERE chain = ? AND number <= ?`, chain, anchor.Number)
		return err
	}))
}
