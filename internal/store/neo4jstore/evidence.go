package neo4jstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Evidence returns stored evidence, the latest first.
func (s *Store) Evidence(ctx context.Context, q store.EvidenceQuery) (list []competency.Evidence, err error) {
	match, conditions, params := "MATCH (v:Evidence)-[:OF]->(e:Employee)", []string{"true"}, map[string]any{}
	if len(q.Employees) > 0 {
		match, params["employees"] = "MATCH (e:Employee)\nWHERE e.code IN $employees\nWITH *\nMATCH (v:Evidence)-[:OF]->(e)", q.Employees
	}
	if len(q.IDs) > 0 {
		conditions, params["ids"] = append(conditions, "v.id IN $ids"), q.IDs
	}
	if q.KnowledgePoint != "" {
		conditions, params["point"] = append(conditions, "EXISTS { (v)-[:ABOUT]->(:KnowledgePoint {code: $point}) }"), q.KnowledgePoint
	}
	limit := s.timeout
	if q.First == 0 && len(q.IDs) == 0 {
		limit = longTimeout
	}
	tombstonesToo, alone := q.WantsTombstones()
	// Neo4j orders ids by UTF-16, the contract by code point. So a page is read with all
	// evidence of its first and last time, and the surplus is removed here.
	statement := match + "\nWHERE " + strings.Join(conditions, " AND ")
	params["at"] = nil
	if q.Before != nil {
		params["at"] = truncateMicros(q.Before.At)
	}
	if q.First > 0 {
		params["first"] = int64(q.First)
		page := statement + timeCondition(q.Before, "<")
		statement = page + "\nWITH v ORDER BY v.at DESC LIMIT $first\nWITH min(v.at) AS last\n" + statement + " AND v.at >= coalesce(last, $at)"
	}
	statement += timeCondition(q.Before, "<=")
	err = s.callServer(ctx, "evidence", limit, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) (err error) {
			list = nil
			if !alone {
				found, err := r.run(ctx, statement+"\n"+cypher("return evidence"), params)
				if err != nil {
					return err
				}
				if list, err = decodeEvidence(found); err != nil {
					return err
				}
			}
			if tombstonesToo {
				var dropped []competency.Evidence
				dropped, err = loadTombstones(ctx, r, q)
				list = append(list, dropped...)
			}
			return err
		}))
	})
	if err != nil {
		return nil, err
	}
	if q.Before != nil {
		after := competency.Evidence{At: q.Before.At, ID: q.Before.ID}
		list = slices.DeleteFunc(list, func(e competency.Evidence) bool { return competency.CompareEvidence(e, after) >= 0 })
	}
	slices.SortFunc(list, func(a, b competency.Evidence) int { return competency.CompareEvidence(b, a) })
	if q.First > 0 && len(list) > q.First {
		list = list[:q.First]
	}
	return list, nil
}

// loadTombstones reads the tombstones that a query selects.
func loadTombstones(ctx context.Context, r statementRunner, q store.EvidenceQuery) (list []competency.Evidence, err error) {
	statement := cypher("return tombstones")
	if len(q.IDs) > 0 {
		statement = cypher("select tombstones by id") + "\n" + statement
	} else if len(q.Employees) > 0 {
		statement = cypher("select employees by code") + "\n" + statement
	}
	found, err := r.run(ctx, statement, map[string]any{"ids": q.IDs, "employees": q.Employees})
	if err != nil {
		return nil, err
	}
	var d decoder
	for _, record := range found {
		if e := d.tombstone(record.Values); len(q.Employees) == 0 || slices.Contains(q.Employees, e.Employee) {
			list = append(list, e)
		}
	}
	return list, store.UnreadableError(d.problems)
}

// tombstone decodes a row of "return tombstones".
func (d *decoder) tombstone(v []any) competency.Evidence {
	r := d.recordOf(competency.EvidenceRecords, v[0])
	e := competency.Evidence{ID: r.codeField("id", v[0]), Employee: r.codeField("employee", v[1]), StatementHash: r.textField("statementHash", v[2]), Dropped: true}
	if retracted := r.boolField("retracted", v[3]); retracted != nil {
		e.Retracted = *retracted
	}
	return e
}

// Checkpoints returns those of some people, or of everyone.
func (s *Store) Checkpoints(ctx context.Context, employees []string) (list []store.Checkpoint, err error) {
	limit := s.timeout
	if len(employees) == 0 {
		limit = longTimeout
	}
	err = s.callServer(ctx, "checkpoints", limit, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) (err error) {
			list, err = loadCheckpoints(ctx, r, employees)
			return err
		}))
	})
	return list, err
}

func loadCheckpoints(ctx context.Context, r statementRunner, employees []string) (list []store.Checkpoint, err error) {
	statement := cypher("return checkpoints")
	if len(employees) > 0 {
		statement = cypher("select employees by code") + "\n" + statement
	}
	found, err := r.run(ctx, statement, map[string]any{"employees": employees})
	if err != nil {
		return nil, err
	}
	var d decoder
	for _, record := range found {
		v := record.Values
		r := d.recordOf(competency.Employees, v[0])
		list = append(list, store.Checkpoint{Employee: r.codeField("code", v[0]), Body: r.textField("checkpoint", v[1])})
	}
	slices.SortFunc(list, func(a, b store.Checkpoint) int { return strings.Compare(a.Employee, b.Employee) })
	return list, store.UnreadableError(d.problems)
}

// timeCondition is the Cypher condition that evidence comes before a key, by time alone.
func timeCondition(place *store.Cursor, how string) string {
	if place == nil {
		return ""
	}
	return " AND v.at " + how + " $at"
}

// decodeEvidence decodes the records of "return evidence".
func decodeEvidence(found []*neo4j.Record) ([]competency.Evidence, error) {
	var d decoder
	list := d.evidence(found)
	if len(d.problems) > 0 {
		return nil, store.UnreadableError(d.problems)
	}
	return list, nil
}

// evidence decodes what it can of the records of "return evidence".
func (d *decoder) evidence(found []*neo4j.Record) (list []competency.Evidence) {
	for _, record := range found {
		v := record.Values
		r := d.recordOf(competency.EvidenceRecords, v[0])
		e := competency.Evidence{
			ID: r.codeField("id", v[0]), Employee: r.codeField("employee", v[1]), KnowledgePoints: textListField[string](r, "points", v[2]),
			Kind: competency.EvidenceKind(r.textField("kind", v[3])), Item: r.textField("item", v[7]), Difficulty: r.floatField("difficulty", v[8]),
			At: r.timeField("at", v[9]), Source: r.textField("source", v[10]), StatementHash: r.textField("statementHash", v[13]), RecordedBy: r.textField("recordedBy", v[14]),
		}
		if score := r.floatField("score", v[4]); score != nil {
			e.Score = *score
		}
		if attempts := r.intField("attempts", v[5]); attempts != nil {
			e.Attempts = *attempts
		}
		if micros := r.intField("durationMicros", v[6]); micros != nil {
			e.Duration = time.Duration(*micros) * time.Microsecond
		}
		if retracted := r.boolField("retracted", v[11]); retracted != nil {
			e.Retracted = *retracted
		}
		if filled := r.intField("filled", v[12]); filled != nil {
			e.Filled = competency.FilledFields(*filled)
		}
		slices.Sort(e.KnowledgePoints)
		list = append(list, e)
	}
	return list
}
