package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// UnmappedKind is the kind of the documents that hold unmapped statements (a dead
// letter queue): xAPI statements that could not be mapped to evidence. Such a
// document has the id of its statement, the time when it was received, and a body
//
//	{"reason": {"en": "…", "zh": "…"}, "statement": "…"}
//
// in which statement is the text of the statement as it was sent.
const UnmappedKind = "unmapped_statement"

// Aside is a statement of another system's that could not be mapped to evidence.
type Aside struct {
	ID     string    // by which it is told from others, in ASCII
	At     time.Time // when it was received
	Reason fault.Text
	Body   string // as it was sent
}

// AsideQuery selects statements that are set aside; all that is given must hold.
type AsideQuery struct {
	IDs   []string // one of these
	After *Cursor  // only what comes after it
	First int      // at most so many; 0 for all
}

type unmapped struct {
	Reason struct {
		EN string `json:"en"`
		ZH string `json:"zh"`
	} `json:"reason"`
	Statement string `json:"statement"`
}

// UnmappedBody returns the body of the document for an unmapped statement.
func UnmappedBody(reason fault.Text, statement string) (string, error) {
	u := unmapped{Statement: statement}
	u.Reason.EN, u.Reason.ZH = reason.EN, reason.ZH
	body, err := json.Marshal(u)
	return string(body), err
}

// SetAside keeps statements as documents. One whose id is kept already stays as it
// is, but for the reason.
func SetAside(ctx context.Context, to Documents, list []Aside) error {
	for attempt := 0; ; attempt++ {
		err := setAside(ctx, to, list)
		if !errors.Is(err, ErrConflict) || attempt == 9 {
			return err
		}
	}
}

func setAside(ctx context.Context, to Documents, list []Aside) error {
	if len(list) == 0 {
		return nil
	}
	ids, place := []string{}, map[string]int{}
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	docs, err := to.Documents(ctx, DocumentQuery{Kind: UnmappedKind, IDs: ids})
	if err != nil {
		return err
	}
	for i, d := range docs {
		place[d.ID] = i
	}
	var put []Document
	for _, a := range list {
		i, known := place[a.ID]
		if !known {
			i = len(docs)
			place[a.ID], docs = i, append(docs, Document{Kind: UnmappedKind, ID: a.ID, At: a.At})
		}
		statement := a.Body
		if docs[i].Body != "" {
			kept, err := asideOf(docs[i])
			if err != nil {
				return err
			}
			statement = kept.Body
		}
		if docs[i].Body, err = UnmappedBody(a.Reason, statement); err != nil {
			return err
		}
	}
	for _, a := range list {
		if i, left := place[a.ID]; left {
			put = append(put, docs[i])
			delete(place, a.ID)
		}
	}
	return to.PutDocuments(ctx, put)
}

// Asides returns statements that are kept as documents.
func Asides(ctx context.Context, from Documents, q AsideQuery) ([]Aside, error) {
	docs, err := from.Documents(ctx, DocumentQuery{Kind: UnmappedKind, IDs: q.IDs, After: q.After, First: q.First})
	if err != nil {
		return nil, err
	}
	var list []Aside
	for _, d := range docs {
		a, err := asideOf(d)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

func asideOf(d Document) (Aside, error) {
	var u unmapped
	err := json.Unmarshal([]byte(d.Body), &u)
	return Aside{ID: d.ID, At: d.At, Reason: fault.Text{EN: u.Reason.EN, ZH: u.Reason.ZH}, Body: u.Statement}, err
}
