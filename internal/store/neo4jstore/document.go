package neo4jstore

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/store"
)

// documentKey is the one property by which a document is found: kinds have no slash.
func documentKey(kind, id string) string { return kind + "/" + id }

// documentRecord is what problems call a document.
const documentRecord = "documents"

// Documents returns the documents that a query selects, by time and id.
func (s *Store) Documents(ctx context.Context, q store.DocumentQuery) (list []store.Document, err error) {
	statement, params, limit := cypher("documents"), map[string]any{"kind": q.Kind, "first": int64(math.MaxInt64)}, s.timeout
	if len(q.IDs) > 0 {
		keys := make([]string, len(q.IDs))
		for i, id := range q.IDs {
			keys[i] = documentKey(q.Kind, id)
		}
		statement, params["keys"] = statement+" AND d.key IN $keys", keys
	}
	if q.After != nil {
		statement += " AND d.at >= $at AND (d.at > $at OR d.id > $id)"
		params["at"], params["id"] = truncateMicros(q.After.At), q.After.ID
	}
	if q.First > 0 {
		params["first"] = int64(q.First)
	} else if len(q.IDs) == 0 {
		limit = longTimeout
	}
	var odd decoder
	err = s.callServer(ctx, "documents", limit, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) error {
			found, err := r.run(ctx, statement+"\n"+cypher("document"), params)
			list, odd = nil, decoder{}
			for _, record := range found {
				list = append(list, odd.document(record.Values))
			}
			return err
		}))
	})
	if err == nil && len(odd.problems) > 0 {
		err = s.wrapError(ctx, "documents", store.UnreadableError(odd.problems))
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

func (s *decoder) document(v []any) store.Document {
	r := s.recordOf(documentRecord, v[0])
	d := store.Document{Kind: r.codeField("kind", v[1]), ID: r.codeField("id", v[2]), At: r.timeField("at", v[4]), Body: r.textField("body", v[5])}
	if version := r.intField("version", v[3]); version != nil {
		d.Version = *version
	}
	return d
}

// PutDocuments writes documents, each in place of the version that it names.
func (s *Store) PutDocuments(ctx context.Context, list []store.Document) error {
	if err := store.CheckDocuments(list); err != nil {
		return s.wrapError(ctx, "put documents", err)
	}
	return s.writeDocuments(ctx, "put documents", len(list), putDocuments(list))
}

// putDocuments are the steps that write documents under the writers' lock: nothing
// happens to a document between the comparison and the write.
func putDocuments(list []store.Document) documentSteps {
	rows := rowsOf(list, func(d store.Document) row {
		return row{
			"key": documentKey(d.Kind, d.ID), "kind": d.Kind, "id": d.ID, "version": int64(d.Version), "at": truncateMicros(d.At), "body": d.Body,
		}
	})
	return documentSteps{
		{statement: cypher("stale documents"), rows: rows, checkResult: func(_ []row, found []*neo4j.Record) error {
			if len(found) == 1 && found[0].Values[0] == int64(0) {
				return nil
			}
			return store.ErrConflict
		}},
		{statement: cypher("put documents"), rows: rows},
	}
}

// DeleteDocuments deletes documents of one kind.
func (s *Store) DeleteDocuments(ctx context.Context, kind string, ids []string) error {
	return s.writeDocuments(ctx, "delete documents", len(ids), deleteDocuments(rowsOf(ids, func(id string) row {
		return row{"key": documentKey(kind, id)}
	})))
}

func deleteDocuments(rows []row) documentSteps {
	return documentSteps{{statement: cypher("delete documents"), rows: rows}}
}

func (s *Store) writeDocuments(ctx context.Context, op string, documents int, steps documentSteps) error {
	if documents == 0 {
		return nil
	}
	_, err := s.write(ctx, op, longTimeout+time.Duration(documents)*time.Millisecond, write{work: steps, token: rand.Int64()})
	return err
}

// documentSteps are a write of documents alone.
type documentSteps []batchStatement

func (steps documentSteps) runInTransaction(ctx context.Context, tx transaction, commit announceAndCommit) error {
	for _, step := range steps {
		if err := step.execBatches(ctx, tx); err != nil {
			return err
		}
	}
	return commit(tx.commit)
}
