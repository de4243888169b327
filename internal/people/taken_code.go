package people

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// takenKind is the kind of the documents that count, by account, how often it was told on
// one day that a code is taken.
const takenKind = "taken_codes"

// maxTaken is how often an account is told so on one day: that someone has a code whom the
// viewer may not see is more than they may know.
const maxTaken = 20

// takenCodes are the codes of new people in one change set that others have, whom the
// viewer may not see.
type takenCodes struct {
	documents store.Documents
	account   string
	at        time.Time
	created   bool // the set creates people
	codes     []string
}

type takenBody struct {
	Day   string `json:"day"` // of UTC
	Count int    `json:"count"`
}

// chargeTaken counts what the answer tells of taken codes. An account that has been told as
// often as it may be creates nobody on that day: else a refusal would tell the same.
func (c *permissionCheck) chargeTaken(ctx context.Context) error {
	t := c.taken
	if !t.created {
		return nil
	}
	const attempts = 20 // each time another process has counted
	for range attempts {
		told, d, err := t.read(ctx)
		if err != nil {
			return err
		}
		total := min(told.Count+len(t.codes), maxTaken)
		if total > told.Count {
			body, err := json.Marshal(takenBody{told.Day, total})
			if err != nil {
				return err
			}
			d.Body = string(body)
			if err = t.documents.PutDocuments(ctx, []store.Document{d}); errors.Is(err, store.ErrConflict) {
				continue
			} else if err != nil {
				return err
			}
		}
		if told.Count == maxTaken || told.Count+len(t.codes) > maxTaken {
			return fault.New(fault.LimitExceeded, "you have given %d codes today that are taken: create people again tomorrow, or ask HR of the whole firm",
				"您今天已 %d 次使用被占用的编码：请明天再新建人员，或联系全公司的人力资源", maxTaken)
		}
		return nil
	}
	return fault.New(fault.Unavailable, "too many people are created at the same time: try again", "同时新建的人员过多：请稍后重试")
}

// read returns what the account was told today, and the document that keeps it, to be put
// again.
func (t takenCodes) read(ctx context.Context) (told takenBody, d store.Document, err error) {
	today := t.at.UTC().Format(time.DateOnly)
	d = store.Document{Kind: takenKind, ID: t.account, At: t.at}
	found, err := t.documents.Documents(ctx, store.DocumentQuery{Kind: takenKind, IDs: []string{t.account}})
	if err != nil {
		return told, d, err
	}
	if len(found) == 1 {
		d.Version = found[0].Version
		if err := json.Unmarshal([]byte(found[0].Body), &told); err != nil {
			return told, d, err
		}
	}
	if told.Day != today {
		told = takenBody{Day: today}
	}
	return told, d, nil
}
