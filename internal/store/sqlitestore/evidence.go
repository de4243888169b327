package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// How evidence is written.
var (
	evidence = recordTable[competency.Evidence]{
		name: "evidence", key: []string{"id"},
		columns: []string{"employee", "at", "kind", "score", "attempts", "duration", "item", "difficulty", "source", "retracted", "filled", "statement_hash", "recorded_by"},
		row: func(row []any, e competency.Evidence) []any {
			return append(row, e.ID, e.Employee, e.At.UnixMicro(), string(e.Kind), e.Score, e.Attempts, e.Duration.Microseconds(),
				e.Item, nullIfNil(e.Difficulty), e.Source, e.Retracted, e.Filled, e.StatementHash, e.RecordedBy)
		},
	}
	evidencePoints = listTable[competency.Evidence]{
		name: "evidence_points", owner: "evidence", item: "knowledge_point",
		of: func(e competency.Evidence) (string, []string) { return e.ID, e.KnowledgePoints },
	}
	tombstones = recordTable[competency.Evidence]{
		name: "dropped_evidence", key: []string{"id"}, columns: []string{"employee", "statement_hash", "retracted"},
		row: func(row []any, e competency.Evidence) []any {
			return append(row, e.ID, e.Employee, e.StatementHash, e.Retracted)
		},
	}
	checkpoints = recordTable[store.Checkpoint]{
		name: "checkpoints", key: []string{"employee"}, columns: []string{"body"},
		row: func(row []any, c store.Checkpoint) []any { return append(row, c.Employee, c.Body) },
	}
	states = recordTable[competency.Assessment]{
		name: "mastery", key: []string{"employee", "knowledge_point"}, columns: []string{"mastery", "assessed_at", "model"},
		row: func(row []any, a competency.Assessment) []any {
			return append(row, a.Employee, a.KnowledgePoint, a.Mastery, a.AssessedAt.UnixMicro(), encodeFloats(a.Model))
		},
	}
)

// deleteEvidence deletes all evidence of people, and what stays of it once it is dropped.
func deleteEvidence(ctx context.Context, tx *sql.Tx, people []competency.Employee) error {
	code := func(e competency.Employee) []any { return []any{e.Code} }
	return runInOrder(
		func() error {
			return execEach(ctx, tx, `DELETE FROM evidence_points WHERE evidence IN (SELECT id FROM evidence WHERE employee = ?)`, people, code)
		},
		func() error { return execEach(ctx, tx, `DELETE FROM evidence WHERE employee = ?`, people, code) },
		func() error {
			return execEach(ctx, tx, `DELETE FROM dropped_evidence WHERE employee = ?`, people, code)
		},
		func() error { return execEach(ctx, tx, `DELETE FROM checkpoints WHERE employee = ?`, people, code) },
	)
}

// Record keeps evidence and the states that follow from it.
func (s *Store) Record(ctx context.Context, list []store.Recording, fold store.Fold) (done []store.RecordingResult, err error) {
	err = s.writeTx(ctx, func(tx *sql.Tx) error {
		writes := map[string]int64{}
		if done, err = store.Record(evidenceTx{s, ctx, tx, writes}, list, fold); err != nil {
			return err
		}
		for i := range done {
			done[i].Write = writes[list[i].Employee]
		}
		return nil
	})
	if err != nil {
		return nil, wrapError(ctx, "record", err)
	}
	return done, nil
}

// evidenceTx is a store.Ledger of one transaction.
type evidenceTx struct {
	store *Store
	ctx   context.Context
	tx    *sql.Tx
	// writes is filled with the entry of the log that names a person.
	writes map[string]int64
}

func (l evidenceTx) Lookup(people, ids, points []string) (f store.LookupResult, err error) {
	there := func(set *map[string]bool, text string, wanted []string) func() error {
		return func() error {
			found, err := queryAll(l.ctx, l.tx, func(row *sql.Rows, code *string) error { return row.Scan(code) }, text, encodeList(wanted))
			*set = make(map[string]bool, len(found))
			for _, code := range found {
				(*set)[code] = true
			}
			return err
		}
	}
	err = runInOrder(
		there(&f.People, `SELECT code FROM employees WHERE code IN (SELECT value FROM json_each(?))`, people),
		func() error {
			stored, err := selectEvidence(l.ctx, l.tx, `id IN (SELECT value FROM json_each(?))`, encodeList(ids))
			f.Evidence = make(map[string]competency.Evidence, len(stored))
			for _, e := range stored {
				f.Evidence[e.ID] = e
			}
			return err
		},
		func() error {
			dropped, err := selectTombstones(l.ctx, l.tx, `id IN (SELECT value FROM json_each(?))`, encodeList(ids))
			for _, e := range dropped {
				f.Evidence[e.ID] = e
			}
			return err
		},
		there(&f.Points, `SELECT code FROM knowledge_points WHERE code IN (SELECT value FROM json_each(?))`, points),
	)
	return f, err
}

func (l evidenceTx) Retract(list []store.Retraction) (taken []competency.Evidence, err error) {
	wanted := map[store.Retraction]bool{}
	var ids []string
	for _, r := range list {
		wanted[r], ids = true, append(ids, r.ID)
	}
	found, err := selectEvidence(l.ctx, l.tx, `retracted = 0 AND id IN (SELECT value FROM json_each(?))`, encodeList(ids))
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		if wanted[store.Retraction{Employee: e.Employee, ID: e.ID}] {
			taken = append(taken, e)
		}
	}
	return taken, execEach(l.ctx, l.tx, `UPDATE evidence SET retracted = 1 WHERE id = ?`, taken, func(e competency.Evidence) []any { return []any{e.ID} })
}

func (l evidenceTx) States(points map[string][]string) (map[string][]competency.Assessment, error) {
	text, err := json.Marshal(points)
	if err != nil {
		return nil, err
	}
	found, err := queryAll(l.ctx, l.tx, scanAssessment, `
		SELECT employee, knowledge_point, mastery, assessed_at, model
		FROM json_each(?) AS person CROSS JOIN json_each(person.value) AS point
			CROSS JOIN mastery ON employee = person.key AND knowledge_point = point.value`, string(text))
	states := make(map[string][]competency.Assessment, len(points))
	for _, a := range found { // those of one person in the order of their points
		states[a.Employee] = append(states[a.Employee], a)
	}
	return states, err
}

func (l evidenceTx) All(employee string) (all store.PersonEvidence, err error) {
	err = runInOrder(
		func() (err error) {
			all.Evidence, err = selectEvidence(l.ctx, l.tx, `employee = ? AND retracted = 0`, employee)
			return err
		},
		func() (err error) {
			all.States, err = queryAll(l.ctx, l.tx, scanAssessment, selectStates+` WHERE employee = ? ORDER BY knowledge_point`, employee)
			return err
		},
		func() error {
			found, err := selectCheckpoints(l.ctx, l.tx, `employee = ?`, employee)
			for _, c := range found {
				all.Checkpoint = c.Body
			}
			return err
		},
	)
	return all, err
}

func (l evidenceTx) Write(list []store.FoldedRecording) error {
	var fresh, gone []competency.Evidence
	var put, dropped []competency.Assessment
	var people []string
	var kept []store.Checkpoint
	var dropping []store.FoldedRecording
	for _, one := range list {
		people, gone = append(people, one.Employee), append(gone, one.Tombstones...)
		if one.Checkpoint != "" {
			kept = append(kept, store.Checkpoint{Employee: one.Employee, Body: one.Checkpoint})
		}
		if !one.DropBefore.IsZero() {
			dropping = append(dropping, one)
		}
		fresh, put = append(fresh, one.New...), append(put, one.Put...)
		for _, point := range one.Drop {
			dropped = append(dropped, competency.Assessment{Employee: one.Employee, KnowledgePoint: point})
		}
	}
	return runInOrder(
		func() error { return evidence.put(l.ctx, l.tx, fresh) },
		func() error { return evidencePoints.put(l.ctx, l.tx, fresh) },
		func() error { return assessments.delete(l.ctx, l.tx, dropped) },
		func() error { return states.put(l.ctx, l.tx, put) },
		func() error { return checkpoints.put(l.ctx, l.tx, kept) },
		func() error { return tombstones.put(l.ctx, l.tx, gone) },
		func() error { return dropEvidence(l.ctx, l.tx, dropping) },
		func() error { return l.store.logMoves(l.ctx, l.tx, people, l.writes) },
	)
}

// dropEvidence makes tombstones of evidence from before a time.
func dropEvidence(ctx context.Context, tx *sql.Tx, list []store.FoldedRecording) error {
	old := func(one store.FoldedRecording) []any { return []any{one.Employee, one.DropBefore.UnixMicro()} }
	return runInOrder(
		func() error {
			return execEach(ctx, tx, `
				INSERT INTO dropped_evidence (id, employee, statement_hash, retracted)
				SELECT id, employee, statement_hash, retracted FROM evidence WHERE employee = ? AND at < ?`, list, old)
		},
		func() error {
			return execEach(ctx, tx, `DELETE FROM evidence_points WHERE evidence IN (SELECT id FROM evidence WHERE employee = ? AND at < ?)`, list, old)
		},
		func() error {
			return execEach(ctx, tx, `DELETE FROM evidence WHERE employee = ? AND at < ?`, list, old)
		},
	)
}

// Evidence returns what is kept, the latest first.
func (s *Store) Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	conditions, args := []string{"true"}, []any{}
	when := func(given bool, condition string, values ...any) {
		if given {
			conditions, args = append(conditions, condition), append(args, values...)
		}
	}
	when(len(q.IDs) > 0, `id IN (SELECT value FROM json_each(?))`, encodeList(q.IDs))
	if len(q.Employees) == 1 { // so that pages come from the index by employee and time
		when(true, `employee = ?`, q.Employees[0])
	} else {
		when(len(q.Employees) > 1, `employee IN (SELECT value FROM json_each(?))`, encodeList(q.Employees))
	}
	when(q.KnowledgePoint != "", `id IN (SELECT evidence FROM evidence_points WHERE knowledge_point = ?)`, q.KnowledgePoint)
	if q.Before != nil {
		when(true, `(at, id) < (?, ?)`, q.Before.At.UnixMicro(), q.Before.ID)
	}
	most := -1 // all
	if q.First > 0 {
		most = q.First
	}
	var list []competency.Evidence
	tombstonesToo, alone := q.WantsTombstones()
	err := s.readTx(ctx, func(tx *sql.Tx) (err error) {
		where := strings.Join(conditions, " AND ")
		if !alone {
			list, err = selectEvidence(ctx, tx, where+` ORDER BY at DESC, id DESC LIMIT ?`, append(args, most)...)
		}
		if tombstonesToo && err == nil && (most < 0 || len(list) < most) {
			var dropped []competency.Evidence
			dropped, err = selectTombstones(ctx, tx, where+` ORDER BY id DESC LIMIT ?`, append(args, most)...)
			list = append(list, dropped...)
		}
		return err
	})
	if q.First > 0 && len(list) > q.First {
		list = list[:q.First]
	}
	return list, wrapError(ctx, "evidence", err)
}

// Checkpoints returns those of some people, or of everyone.
func (s *Store) Checkpoints(ctx context.Context, employees []string) (list []store.Checkpoint, err error) {
	where, args := `true`, []any{}
	if len(employees) > 0 {
		where, args = `employee IN (SELECT value FROM json_each(?))`, []any{encodeList(employees)}
	}
	err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
		list, err = selectCheckpoints(ctx, tx, where+` ORDER BY employee`, args...)
		return err
	})
	return list, wrapError(ctx, "checkpoints", err)
}

func selectCheckpoints(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]store.Checkpoint, error) {
	scan := func(row *sql.Rows, c *store.Checkpoint) error { return row.Scan(&c.Employee, &c.Body) }
	return queryAll(ctx, tx, scan, `SELECT employee, body FROM checkpoints WHERE `+where, args...)
}

func selectTombstones(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]competency.Evidence, error) {
	scan := func(row *sql.Rows, e *competency.Evidence) error {
		e.Dropped = true
		return row.Scan(&e.ID, &e.Employee, &e.StatementHash, &e.Retracted)
	}
	return queryAll(ctx, tx, scan, `SELECT id, employee, statement_hash, retracted FROM dropped_evidence WHERE `+where, args...)
}

func selectEvidence(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]competency.Evidence, error) {
	return queryAll(ctx, tx, scanEvidence, `
		SELECT id, employee, at, kind, score, attempts, duration, item, difficulty, source, retracted, filled, statement_hash, recorded_by, (
			SELECT json_group_array(p.knowledge_point ORDER BY p.place)
			FROM evidence_points p WHERE p.evidence = evidence.id)
		FROM evidence WHERE `+where, args...)
}

func scanEvidence(row *sql.Rows, e *competency.Evidence) error {
	var at, duration int64
	err := row.Scan(&e.ID, &e.Employee, &at, &e.Kind, &e.Score, &e.Attempts, &duration, &e.Item, &e.Difficulty, &e.Source, &e.Retracted, &e.Filled, &e.StatementHash, &e.RecordedBy,
		(*jsonList[string])(&e.KnowledgePoints))
	e.At, e.Duration = time.UnixMicro(at).UTC(), time.Duration(duration)*time.Microsecond
	return err
}

// floatList is a list of floatList in one column, NULL for none.
type floatList []float64

// encodeFloats returns the list as it is stored.
func encodeFloats(list []float64) any {
	if len(list) == 0 {
		return nil
	}
	stored := make([]byte, 0, 8*len(list))
	for _, x := range list {
		stored = binary.LittleEndian.AppendUint64(stored, math.Float64bits(x))
	}
	return stored
}

// Scan reads what toNumbers wrote.
func (n *floatList) Scan(stored any) error {
	*n = nil
	bytes, ok := stored.([]byte)
	switch {
	case stored == nil:
		return nil
	case !ok || len(bytes)%8 != 0:
		return fmt.Errorf("%T of %d bytes is no list of numbers", stored, len(bytes))
	}
	*n = make(floatList, 0, len(bytes)/8)
	for ; len(bytes) > 0; bytes = bytes[8:] {
		*n = append(*n, math.Float64frombits(binary.LittleEndian.Uint64(bytes)))
	}
	return nil
}
