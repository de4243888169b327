package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// How evidence is written.
var (
	evidence = table[competency.Evidence]{
		name: "evidence", key: []string{"id"},
		columns: []string{"employee", "at", "kind", "score", "attempts", "duration", "item", "difficulty", "source", "retracted"},
		row: func(row []any, e competency.Evidence) []any {
			return append(row, e.ID, e.Employee, e.At.UnixMicro(), string(e.Kind), e.Score, e.Attempts, e.Duration.Microseconds(),
				e.Item, number(e.Difficulty), e.Source, e.Retracted)
		},
	}
	evidencePoints = items[competency.Evidence]{
		name: "evidence_points", owner: "evidence", item: "knowledge_point",
		of: func(e competency.Evidence) (string, []string) { return e.ID, e.KnowledgePoints },
	}
	states = table[competency.Assessment]{
		name: "mastery", key: []string{"employee", "knowledge_point"}, columns: []string{"mastery", "assessed_at", "model"},
		row: func(row []any, a competency.Assessment) []any {
			return append(row, a.Employee, a.KnowledgePoint, a.Mastery, a.AssessedAt.UnixMicro(), toNumbers(a.Model))
		},
	}
)

// deleteEvidence deletes all evidence of people.
func deleteEvidence(ctx context.Context, tx *sql.Tx, people []competency.Employee) error {
	code := func(e competency.Employee) []any { return []any{e.Code} }
	return inOrder(
		func() error {
			return erase(ctx, tx, `DELETE FROM evidence_points WHERE evidence IN (SELECT id FROM evidence WHERE employee = ?)`, people, code)
		},
		func() error { return erase(ctx, tx, `DELETE FROM evidence WHERE employee = ?`, people, code) },
	)
}

// Record keeps evidence and the states that follow from it.
func (s *Store) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.Recorded, error) {
	var done []store.Recorded
	err := s.update(ctx, func(tx *sql.Tx) error {
		done = make([]store.Recorded, len(list))
		for i, r := range list {
			if err := recordOne(ctx, tx, r, fold, &done[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, failed(ctx, "record", err)
	}
	return done, nil
}

// recordOne makes the recording of one person, unless it is refused by itself.
func recordOne(ctx context.Context, tx *sql.Tx, r store.Recording, fold store.Fold, done *store.Recorded) error {
	l := store.Learner{Employee: r.Employee}
	var there bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM employees WHERE code = ?)`, r.Employee).Scan(&there)
	if err != nil || !there {
		done.Err = store.ErrNotFound
		return err
	}
	known, err := ids(ctx, tx, `SELECT id FROM evidence WHERE id IN (SELECT value FROM json_each(?))`, toColumn(identities(r.Put)))
	if err != nil {
		return err
	}
	for _, e := range r.Put {
		if known[e.ID] {
			done.Known = append(done.Known, e.ID)
			continue
		}
		known[e.ID] = true
		l.New = append(l.New, e)
	}
	if whole, err := pointsExist(ctx, tx, l.New); err != nil || !whole {
		*done = store.Recorded{Err: store.ErrReference}
		return err
	}
	if l.Retracted, err = retract(ctx, tx, r, done); err != nil {
		return err
	}
	if len(l.New)+len(l.Retracted) == 0 && !r.Replay {
		return nil
	}
	slices.SortFunc(l.New, competency.CompareEvidence)
	if err := inOrder(
		func() error { return evidence.put(ctx, tx, l.New) },
		func() error { return evidencePoints.replace(ctx, tx, l.New) },
	); err != nil {
		return err
	}
	l.States, err = query(ctx, tx, scanAssessment, selectStates+`
		WHERE employee = ? AND knowledge_point IN (SELECT value FROM json_each(?)) ORDER BY knowledge_point`, r.Employee, toColumn(store.PointsOf(l.New, l.Retracted)))
	if err != nil {
		return err
	}
	l.All = func() ([]competency.Evidence, []competency.Assessment, error) {
		all, err := selectEvidence(ctx, tx, `employee = ? AND retracted = 0 ORDER BY at, id`, r.Employee)
		if err != nil {
			return nil, nil, err
		}
		states, err := query(ctx, tx, scanAssessment, selectStates+` WHERE employee = ? ORDER BY knowledge_point`, r.Employee)
		return all, states, err
	}
	if done.Learned, err = fold(l); err != nil {
		return err
	}
	dropped := make([]competency.Assessment, len(done.Learned.Drop))
	for i, point := range done.Learned.Drop {
		dropped[i] = competency.Assessment{Employee: r.Employee, KnowledgePoint: point}
	}
	return inOrder(
		func() error { return assessments.delete(ctx, tx, dropped) },
		func() error { return states.put(ctx, tx, done.Learned.Put) },
	)
}

// pointsExist reports whether all points that evidence names are there.
func pointsExist(ctx context.Context, tx *sql.Tx, list []competency.Evidence) (bool, error) {
	points := store.PointsOf(list)
	var found int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM knowledge_points WHERE code IN (SELECT value FROM json_each(?))`, toColumn(points)).Scan(&found)
	return found == len(points), err
}

// retract takes evidence of a person back and returns it.
func retract(ctx context.Context, tx *sql.Tx, r store.Recording, done *store.Recorded) ([]competency.Evidence, error) {
	if len(r.Retract) == 0 {
		return nil, nil
	}
	list, err := selectEvidence(ctx, tx, `employee = ? AND retracted = 0 AND id IN (SELECT value FROM json_each(?)) ORDER BY at, id`,
		r.Employee, toColumn(r.Retract))
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, e := range list {
		there[e.ID] = true
	}
	for _, id := range r.Retract {
		if !there[id] {
			done.Missing = append(done.Missing, id)
		}
	}
	return list, erase(ctx, tx, `UPDATE evidence SET retracted = 1 WHERE id = ?`, list, func(e competency.Evidence) []any { return []any{e.ID} })
}

// Evidence returns what is kept, the latest first.
func (s *Store) Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	conditions, args := []string{"true"}, []any{}
	when := func(given bool, condition string, values ...any) {
		if given {
			conditions, args = append(conditions, condition), append(args, values...)
		}
	}
	when(len(q.IDs) > 0, `id IN (SELECT value FROM json_each(?))`, toColumn(q.IDs))
	when(q.Employee != "", `employee = ?`, q.Employee)
	when(q.KnowledgePoint != "", `id IN (SELECT evidence FROM evidence_points WHERE knowledge_point = ?)`, q.KnowledgePoint)
	if q.Before != nil {
		when(true, `(at, id) < (?, ?)`, q.Before.At.UnixMicro(), q.Before.ID)
	}
	most := -1 // all
	if q.First > 0 {
		most = q.First
	}
	var list []competency.Evidence
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		list, err = selectEvidence(ctx, tx, strings.Join(conditions, " AND ")+` ORDER BY at DESC, id DESC LIMIT ?`, append(args, most)...)
		return err
	})
	return list, failed(ctx, "evidence", err)
}

func selectEvidence(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]competency.Evidence, error) {
	return query(ctx, tx, scanEvidence, `
		SELECT id, employee, at, kind, score, attempts, duration, item, difficulty, source, retracted, (
			SELECT json_group_array(p.knowledge_point ORDER BY p.place)
			FROM evidence_points p WHERE p.evidence = evidence.id)
		FROM evidence WHERE `+where, args...)
}

func scanEvidence(row *sql.Rows, e *competency.Evidence) error {
	var at, duration int64
	err := row.Scan(&e.ID, &e.Employee, &at, &e.Kind, &e.Score, &e.Attempts, &duration, &e.Item, &e.Difficulty, &e.Source, &e.Retracted,
		(*list[string])(&e.KnowledgePoints))
	e.At, e.Duration = time.UnixMicro(at).UTC(), time.Duration(duration)*time.Microsecond
	return err
}

// ids returns a column of texts as a set.
func ids(ctx context.Context, tx *sql.Tx, text string, args ...any) (map[string]bool, error) {
	found, err := query(ctx, tx, func(row *sql.Rows, id *string) error { return row.Scan(id) }, text, args...)
	set := make(map[string]bool, len(found))
	for _, id := range found {
		set[id] = true
	}
	return set, err
}

func identities(list []competency.Evidence) []string {
	ids := make([]string, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return ids
}

// numbers is a list of numbers in one column, NULL for none.
type numbers []float64

// toNumbers returns the list as it is stored.
func toNumbers(list []float64) any {
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
func (n *numbers) Scan(stored any) error {
	*n = nil
	bytes, ok := stored.([]byte)
	switch {
	case stored == nil:
		return nil
	case !ok || len(bytes)%8 != 0:
		return fmt.Errorf("%T of %d bytes is no list of numbers", stored, len(bytes))
	}
	*n = make(numbers, 0, len(bytes)/8)
	for ; len(bytes) > 0; bytes = bytes[8:] {
		*n = append(*n, math.Float64frombits(binary.LittleEndian.Uint64(bytes)))
	}
	return nil
}
