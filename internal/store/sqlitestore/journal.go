package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// AppendJournal adds entries to a chain.
func (s *Store) AppendJournal(ctx context.Context, chain string, list []store.JournalEntry, seal string) error {
	if len(list) == 0 {
		return nil
	}
	return wrapError(ctx, "append journal", s.writeTx(ctx, func(tx *sql.Tx) error { return appendJournal(ctx, tx, chain, list, seal) }))
}

func appendJournal(ctx context.Context, tx *sql.Tx, chain string, list []store.JournalEntry, seal string) error {
	before, last := list[0].Number-1, list[len(list)-1]
	result, err := tx.ExecContext(ctx, `UPDATE journal_chains SET number = ?, mac = ?, seal = ? WHERE id = ? AND number = ?`,
		last.Number, last.MAC, seal, chain, before)
	if err == nil && before == 0 {
		result, err = tx.ExecContext(ctx, `INSERT INTO journal_chains (id, number, mac, seal) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			chain, last.Number, last.MAC, seal)
	}
	if err != nil {
		return err
	}
	if written, err := result.RowsAffected(); err != nil || written != 1 {
		return orConflict(err)
	}
	err = execBatches(ctx, tx, `INSERT INTO journal_entries (chain, number, at, account, action, outcome, body, mac) VALUES %s`, 8, list,
		func(row []any, e store.JournalEntry) []any {
			return append(row, chain, e.Number, e.At.UnixMicro(), e.Account, e.Action, e.Outcome, e.Body, e.MAC)
		})
	if err != nil {
		return err
	}
	type subject struct {
		id     string
		number int64
	}
	var subjects []subject
	for _, e := range list {
		for _, id := range e.Subjects {
			subjects = append(subjects, subject{id, e.Number})
		}
	}
	return execBatches(ctx, tx, `INSERT INTO journal_subjects (subject, chain, number) VALUES %s`, 3, subjects,
		func(row []any, v subject) []any { return append(row, v.id, chain, v.number) })
}

// journalColumns are those of an entry e, its subjects in order.
const journalColumns = `e.chain, e.number, e.at, e.account, e.action, e.outcome, e.body, e.mac,
	(SELECT json_group_array(subject) FROM (SELECT subject FROM journal_subjects s WHERE s.chain = e.chain AND s.number = e.number ORDER BY subject))`

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

// Journal returns the entries that a query selects, the latest first.
func (s *Store) Journal(ctx context.Context, q store.JournalQuery) (list []store.JournalEntry, err error) {
	from, conditions, args := "journal_entries e", []string{"TRUE"}, []any{}
	where := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	if q.Subject != "" {
		from = "journal_subjects a CROSS JOIN journal_entries e ON e.chain = a.chain AND e.number = a.number"
		where("a.subject = ?", q.Subject)
	}
	for _, c := range []struct{ column, value string }{{"account", q.Account}, {"action", q.Action}, {"outcome", q.Outcome}} {
		if c.value != "" {
			where("e."+c.column+" = ?", c.value)
		}
	}
	if !q.From.IsZero() {
		where("e.at >= ?", q.From.UnixMicro())
	}
	if !q.To.IsZero() {
		where("e.at < ?", q.To.UnixMicro())
	}
	if c := q.After; c != nil {
		where("e.at <= ? AND (e.at < ? OR e.chain > ? OR e.chain = ? AND e.number < ?)", c.At.UnixMicro(), c.At.UnixMicro(), c.Chain, c.Chain, c.Number)
	}
	most := -1 // all
	if q.First > 0 {
		most = q.First
	}
	err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
		list, err = queryAll(ctx, tx, scanJournal, `SELECT `+journalColumns+` FROM `+from+`
			WHERE `+strings.Join(conditions, " AND ")+` ORDER BY e.at DESC, e.chain, e.number DESC LIMIT ?`, append(args, most)...)
		return err
	})
	return list, wrapError(ctx, "journal", err)
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
		for _, table := range []string{"journal_subjects", "journal_entries"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE chain = ? AND number <= ?`, chain, anchor.Number); err != nil {
				return err
			}
		}
		return nil
	}))
}
