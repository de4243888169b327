package sqlitestore

import (
	"context"
	"database/sql"
)

// The index of the journal finds entries by account and by subject. Its places are all over
// the file: to write them with each commit makes a page dirty for each entry, which is most
// of what a commit costs. So it is behind, as in a log-structured merge tree: the entries
// of a chain after journal_chains.indexed are read one by one, and added to the index many
// at a time.

// indexJournalEvery is after how many entries of a chain the index catches up. So many are read one
// by one at most, in some milliseconds, for each chain that goes on.
const indexJournalEvery = 8192

// Terms of the index.
const (
	accountTerm = "a:"
	subjectTerm = "s:"
)

// indexJournal adds to the index the entries of all chains that it does not have.
func indexJournal(ctx context.Context, tx *sql.Tx) error {
	type tail struct {
		chain string
		after int64
	}
	scan := func(row *sql.Rows, t *tail) error { return row.Scan(&t.chain, &t.after) }
	tails, err := queryAll(ctx, tx, scan, `SELECT id, indexed FROM journal_chains WHERE indexed < number`)
	if err != nil {
		return err
	}
	for _, t := range tails {
		if _, err := tx.ExecContext(ctx, `INSERT INTO journal_index (term, at, chain, number) SELECT * FROM (`+journalTerms("number > ?2")+`) ORDER BY 1, 2, 3, 4`,
			t.chain, t.after); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE journal_chains SET indexed = number WHERE indexed < number`)
	return err
}

// journalTerms selects the rows of the index for entries of the chain ?1.
func journalTerms(condition string) string {
	return `SELECT '` + accountTerm + `' || account, at, chain, number FROM journal_entries WHERE chain = ?1 AND ` + condition + `
		UNION ALL SELECT '` + subjectTerm + `' || s.value, at, chain, number FROM journal_entries, json_each(subjects) s WHERE chain = ?1 AND ` + condition
}

// dropFromIndex takes out of the index the entries of a chain up to a number.
func dropFromIndex(ctx context.Context, tx *sql.Tx, chain string, last int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM journal_index WHERE (term, at, chain, number) IN (`+journalTerms("number <= ?2")+`)`, chain, last)
	return err
}
