package governance

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// The sizes of the parts in which the content of a job is kept. Documents are small.
const (
	maxPartBytes = 512 << 10 // of base64, or of JSON
	maxPartItems = 500
	partsAtOnce  = 8 // of one transaction, or one read
)

// ImportList is a list that is kept in parts.
type ImportList struct {
	Count int   `json:"count"`
	First []int `json:"first,omitempty"` // the place of the first item of each part
}

// ImportBlob is a file that is kept in parts.
type ImportBlob struct {
	Name  string `json:"name,omitempty"`
	Size  int    `json:"size"` // in bytes
	Parts int    `json:"parts"`
}

// Exists reports whether there is such a file.
func (b ImportBlob) Exists() bool { return b.Parts > 0 }

func partID(j *ImportJob, what string, i int) string {
	return fmt.Sprintf("%s.%d.%s.%d", importID(j.Account, j.Number), j.Round, what, i)
}

// partWriter writes the parts of one list or file, some in each transaction.
type partWriter struct {
	jobs    *Jobs
	job     *ImportJob
	what    string
	count   int
	waiting []store.Document
}

func (w *partWriter) add(ctx context.Context, body string) error {
	w.waiting = append(w.waiting, store.Document{Kind: importPartKind, ID: partID(w.job, w.what, w.count), At: w.job.CreatedAt, Body: body})
	w.count++
	if len(w.waiting) < partsAtOnce {
		return nil
	}
	return w.flush(ctx)
}

func (w *partWriter) flush(ctx context.Context) error {
	err := w.jobs.store.PutDocuments(ctx, w.waiting)
	w.waiting = nil
	return documentFault(err)
}

// SaveList keeps a list as content of a job, under a name of its own.
func SaveList[T any](ctx context.Context, j *Jobs, job *ImportJob, what string, items []T) (ImportList, error) {
	list := ImportList{Count: len(items)}
	w := &partWriter{jobs: j, job: job, what: what}
	var part []json.RawMessage
	bytes := 0
	end := func(next int) error {
		if len(part) == 0 {
			return nil
		}
		list.First = append(list.First, next-len(part))
		body := encode(part)
		part, bytes = nil, 0
		return w.add(ctx, body)
	}
	for i, item := range items {
		text := json.RawMessage(encode(item))
		if len(part) == maxPartItems || bytes+len(text) > maxPartBytes-maxPartItems {
			if err := end(i); err != nil {
				return list, err
			}
		}
		part, bytes = append(part, text), bytes+len(text)
	}
	if err := end(len(items)); err != nil {
		return list, err
	}
	return list, w.flush(ctx)
}

// LoadList reads n items of a list of a job, from a place on. It reads the parts that have
// them, and no others.
func LoadList[T any](ctx context.Context, j *Jobs, job *ImportJob, what string, list ImportList, from, n int) ([]T, error) {
	items := []T{}
	n = max(0, min(n, list.Count-from))
	var ids []string
	offset := from
	for i, first := range list.First {
		next := list.Count
		if i+1 < len(list.First) {
			next = list.First[i+1]
		}
		if n > 0 && first < from+n && next > from {
			if len(ids) == 0 {
				offset = first
			}
			ids = append(ids, partID(job, what, i))
		}
	}
	bodies, err := j.loadParts(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, body := range bodies {
		var part []T
		if err := json.Unmarshal([]byte(body), &part); err != nil {
			return nil, err
		}
		items = append(items, part...)
	}
	if from-offset+n > len(items) { // deleted meanwhile
		return nil, noSuchImport()
	}
	return items[from-offset : from-offset+n], nil
}

// loadParts returns the bodies of parts in the order of ids.
func (j *Jobs) loadParts(ctx context.Context, ids []string) ([]string, error) {
	var bodies []string
	for len(ids) > 0 {
		some := ids[:min(partsAtOnce, len(ids))]
		ids = ids[len(some):]
		found, err := j.store.Documents(ctx, store.DocumentQuery{Kind: importPartKind, IDs: some})
		if err != nil {
			return nil, documentFault(err)
		}
		byID := map[string]string{}
		for _, doc := range found {
			byID[doc.ID] = doc.Body
		}
		for _, id := range some {
			body, ok := byID[id]
			if !ok {
				return nil, noSuchImport()
			}
			bodies = append(bodies, body)
		}
	}
	return bodies, nil
}

// SaveBlob keeps a file as content of a job.
func (j *Jobs) SaveBlob(ctx context.Context, job *ImportJob, what, name string, data []byte) (ImportBlob, error) {
	w := &partWriter{jobs: j, job: job, what: what}
	size := base64.StdEncoding.DecodedLen(maxPartBytes)
	for rest := data; len(rest) > 0; {
		part := rest[:min(size, len(rest))]
		rest = rest[len(part):]
		if err := w.add(ctx, base64.StdEncoding.EncodeToString(part)); err != nil {
			return ImportBlob{}, err
		}
	}
	return ImportBlob{Name: name, Size: len(data), Parts: w.count}, w.flush(ctx)
}

// LoadBlob reads a file of a job. NOT_FOUND where there is none.
func (j *Jobs) LoadBlob(ctx context.Context, job *ImportJob, what string, blob ImportBlob) ([]byte, error) {
	if !blob.Exists() {
		return nil, noSuchImport()
	}
	ids := make([]string, blob.Parts)
	for i := range ids {
		ids[i] = partID(job, what, i)
	}
	bodies, err := j.loadParts(ctx, ids)
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, blob.Size)
	for _, body := range bodies {
		part, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, err
		}
		data = append(data, part...)
	}
	return data, nil
}

// DropContent deletes the content of a job.
func (j *Jobs) DropContent(ctx context.Context, job *ImportJob) error {
	var ids []string
	for what, n := range map[string]int{
		PartProblems: len(job.Problems.First), PartNotices: len(job.Notices.First), PartWarnings: len(job.Warnings.First),
		PartChanges: len(job.Changes.First), PartPlan: job.Plan.Parts, PartMarked: job.Marked.Parts,
	} {
		for i := range n {
			ids = append(ids, partID(job, what, i))
		}
	}
	job.ForgetContent()
	if len(ids) == 0 {
		return nil
	}
	return documentFault(j.store.DeleteDocuments(ctx, importPartKind, ids))
}

// The names of the content of a job.
const (
	PartProblems = "problems"
	PartNotices  = "notices"
	PartWarnings = "warnings"
	PartChanges  = "changes"
	PartPlan     = "plan"
	PartMarked   = "marked"
)

// delete deletes a job with its content; its number stays in the list of the account.
func (j *Jobs) delete(ctx context.Context, job *ImportJob) error {
	if err := j.DropContent(ctx, job); err != nil {
		return err
	}
	return documentFault(j.store.DeleteDocuments(ctx, importKind, []string{importID(job.Account, job.Number)}))
}

// Sweep deletes the content of jobs that is older than a day, and jobs that are older than a
// week. Several instances may sweep at once. It costs one read of each where nothing is due.
func (j *Jobs) Sweep(ctx context.Context) error {
	err := j.sweepKind(ctx, importPartKind, j.now().Add(-importContentKept), nil)
	if err != nil {
		return err
	}
	return j.sweepKind(ctx, importKind, j.now().Add(-importKept), func(old []store.Document) error {
		for _, doc := range old {
			var job ImportJob
			if err := decode(doc, &job); err != nil {
				return err
			}
			if err := j.forgetNumber(ctx, job.Account, job.Number); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweepKind deletes the documents of a kind that are older than a moment, some at once. first is
// called with them before, where it is not nil.
func (j *Jobs) sweepKind(ctx context.Context, kind string, before time.Time, first func([]store.Document) error) error {
	for {
		found, err := j.store.Documents(ctx, store.DocumentQuery{Kind: kind, First: partsAtOnce})
		if err != nil {
			return documentFault(err)
		}
		var old []store.Document
		var ids []string
		for _, doc := range found {
			if doc.At.Before(before) {
				old, ids = append(old, doc), append(ids, doc.ID)
			}
		}
		if len(old) == 0 {
			return nil
		}
		if first != nil {
			if err := first(old); err != nil {
				return err
			}
		}
		if err := j.store.DeleteDocuments(ctx, kind, ids); err != nil {
			return documentFault(err)
		}
		if len(old) < len(found) {
			return nil
		}
	}
}

// forgetNumber takes a job out of the list of its account.
func (j *Jobs) forgetNumber(ctx context.Context, account string, number int) error {
	doc, list, err := j.readList(ctx, account)
	if err != nil {
		return err
	}
	var kept []int
	for _, n := range list.Numbers {
		if n != number {
			kept = append(kept, n)
		}
	}
	if len(kept) == len(list.Numbers) {
		return nil
	}
	list.Numbers = kept
	doc.Body = encode(list)
	if err := j.store.PutDocuments(ctx, []store.Document{doc}); err != nil && !errors.Is(err, store.ErrConflict) {
		return documentFault(err)
	}
	return nil
}
