package neo4jstore

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// SetAside keeps statements that could not be mapped.
func (s *Store) SetAside(ctx context.Context, list []store.Aside) error {
	return s.aside(ctx, "set aside", rowsOf(list, func(a store.Aside) row {
		return row{"id": a.ID, "at": truncateMicros(a.At), "en": a.Reason.EN, "zh": a.Reason.ZH, "body": a.Body}
	}))
}

// Discard deletes statements that are set aside.
func (s *Store) Discard(ctx context.Context, ids []string) error {
	return s.aside(ctx, "discard", rowsOf(ids, func(id string) row { return row{"id": id} }))
}

// aside writes by the statement that an operation is called after.
func (s *Store) aside(ctx context.Context, op string, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	limit := lengthy + time.Duration(len(rows))*time.Millisecond
	_, err := s.write(ctx, op, limit, write{record: asides{statement: cypher(op), rows: rows}, token: rand.Int64()})
	return err
}

// asides is what is set aside, or discarded.
type asides batchStatement

func (a asides) do(ctx context.Context, tx transaction, finish finish) error {
	if err := batchStatement(a).execBatches(ctx, tx); err != nil {
		return err
	}
	return finish(tx.commit)
}

// Asides returns statements that are set aside, by time and id.
func (s *Store) Asides(ctx context.Context, q store.AsideQuery) (list []store.Aside, err error) {
	statement, params, limit := cypher("asides"), map[string]any{"first": int64(math.MaxInt64)}, s.timeout
	if len(q.IDs) > 0 {
		statement, params["ids"] = statement+" AND a.id IN $ids", q.IDs
	}
	if q.After != nil {
		statement += " AND a.at >= $at AND (a.at > $at OR a.id > $id)"
		params["at"], params["id"] = truncateMicros(q.After.At), q.After.ID
	}
	if q.First > 0 {
		params["first"] = int64(q.First)
	} else if len(q.IDs) == 0 {
		limit = lengthy
	}
	var odd decoder
	err = s.callServer(ctx, "asides", limit, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) error {
			found, err := r.run(ctx, statement+"\n"+cypher("told aside"), params)
			list, odd = nil, decoder{}
			for _, record := range found {
				v := record.Values
				r := odd.recordOf("set_aside", v[0])
				list = append(list, store.Aside{
					ID: r.codeField("id", v[0]), At: r.timeField("at", v[1]), Reason: fault.Text{EN: r.textField("reasonEn", v[2]), ZH: r.textField("reasonZh", v[3])},
					Body: r.textField("body", v[4]),
				})
			}
			return err
		}))
	})
	if err == nil && len(odd.problems) > 0 {
		err = unreadableDataError(odd.problems)
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}
