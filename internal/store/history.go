package store

import (
	"encoding/json"

	"github.com/zhitu/zhitu/internal/competency"
)

// edits is what a history keeps of a change set: its catalog, without people.
type edits struct {
	Put    competency.Catalog `json:"put,omitzero"`
	Delete competency.Catalog `json:"delete,omitzero"`
}

// Body returns the edits of the catalog that a resolved set makes, in the form in
// which stores keep them for History; "" where there are none, or more than
// HistoryRecords.
func Body(cs competency.ChangeSet) (string, error) {
	if n := cs.Put.Catalog.Len() + cs.Delete.Catalog.Len(); n == 0 || n > HistoryRecords {
		return "", nil
	}
	body, err := json.Marshal(edits{Put: cs.Put.Catalog, Delete: cs.Delete.Catalog})
	return string(body), err
}

// Replayed returns the publication with the changes that a body holds.
func (p Publication) Replayed(body string) (Publication, error) {
	if body == "" {
		return p, nil
	}
	var kept edits
	if err := json.Unmarshal([]byte(body), &kept); err != nil {
		return p, err
	}
	p.Changes = &competency.ChangeSet{
		ID: p.ID, At: p.At, Put: competency.Records{Catalog: kept.Put}, Delete: competency.Records{Catalog: kept.Delete},
	}
	return p, nil
}
