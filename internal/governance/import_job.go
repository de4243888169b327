package governance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// The kinds of documents of imports by upload. Those of parts are by the time of their job,
// so that the oldest come first.
const (
	importKind     = "import"      // a job, by account and number
	importListKind = "import_list" // the numbers of an account
	importPartKind = "import_part" // the content of a job, in parts
)

const (
	// importContentKept and importKept are how long the content of a job is kept, and the job.
	importContentKept = 24 * time.Hour
	importKept        = 7 * 24 * time.Hour
	// importLease is for how long a job counts as alive after the last word of who works on it.
	importLease = 30 * time.Second
	// maxConflicts is how often a write is tried on a newer version.
	maxConflicts = 20
	// maxJobsOfAccount is how many jobs an account has at most; the oldest that has ended goes.
	maxJobsOfAccount = 200
)

// ImportState says how far an import by upload has come. The values are part of the GraphQL
// contract.
type ImportState string

// The states.
const (
	ImportWaiting   ImportState = "WAITING"
	ImportRunning   ImportState = "RUNNING"
	ImportPlanned   ImportState = "PLANNED"
	ImportRefused   ImportState = "REFUSED"
	ImportApplying  ImportState = "APPLYING"
	ImportApplied   ImportState = "APPLIED"
	ImportFailed    ImportState = "FAILED"
	ImportCancelled ImportState = "CANCELLED"
	ImportExpired   ImportState = "EXPIRED" // told, never stored
)

// Working reports whether somebody works on a job in this state, or will.
func (s ImportState) Working() bool {
	return s == ImportWaiting || s == ImportRunning || s == ImportApplying
}

// ImportStage says what is being done. The values are part of the GraphQL contract.
type ImportStage string

// The stages, in their order.
const (
	StageReading  ImportStage = "READING"
	StagePlanning ImportStage = "PLANNING"
	StageMarking  ImportStage = "MARKING"
	StageSaving   ImportStage = "SAVING"
	StageApplying ImportStage = "APPLYING"
)

// ImportJob is an import by upload. Every instance reads it: it is a document.
type ImportJob struct {
	Account   string      `json:"account"`
	Number    int         `json:"number"` // counted for each account from 1
	State     ImportState `json:"state"`
	Stage     ImportStage `json:"stage,omitempty"`
	Done      int         `json:"done,omitempty"`
	Total     int         `json:"total,omitempty"` // 0 where unknown
	CreatedAt time.Time   `json:"createdAt"`
	EndedAt   time.Time   `json:"endedAt,omitzero"`

	Files   []ImportFile   `json:"files"`
	Options ImportOptions  `json:"options"`
	Failure *ImportFailure `json:"failure,omitempty"` // of FAILED

	Tables            []ImportTable `json:"tables,omitempty"`
	NeedsConfirmation bool          `json:"needsConfirmation,omitempty"`
	Revision          int           `json:"revision,omitempty"`
	Moved             []MovedRecord `json:"moved,omitempty"` // the first hundred, since the plan was made
	// The content, which is kept in parts. Round tells the parts of one plan from those of the
	// next.
	Round    int        `json:"round,omitempty"`
	Problems ImportList `json:"problems,omitzero"`
	Notices  ImportList `json:"notices,omitzero"`
	Warnings ImportList `json:"warnings,omitzero"`
	Changes  ImportList `json:"changes,omitzero"`
	Plan     ImportBlob `json:"plan,omitzero"`
	Marked   ImportBlob `json:"marked,omitzero"`

	// Until is when the lease of who works on it is over.
	Until time.Time `json:"until,omitzero"`
}

// ImportFile is an uploaded file.
type ImportFile struct {
	Name string `json:"name"`
	Size int    `json:"size"` // in bytes
}

// ImportOptions say how files are read.
type ImportOptions struct {
	Replace  bool    `json:"replace,omitempty"`
	Prune    bool    `json:"prune,omitempty"`
	Encoding *string `json:"encoding,omitempty"` // nil to find it out
	TimeZone string  `json:"timeZone"`
	// ZoneAssumed says that nobody has chosen the zone.
	ZoneAssumed bool `json:"zoneAssumed,omitempty"`
}

// ImportFailure says why a job has failed.
type ImportFailure struct {
	Code fault.Code `json:"code"`
	Text fault.Text `json:"text"`
}

// ImportTable counts the records of a table.
type ImportTable struct {
	Table   string `json:"table"`
	Given   int    `json:"given"`
	Created int    `json:"created"`
	Changed int    `json:"changed"`
	Deleted int    `json:"deleted"`
	// First and Listed are where the changes of the table begin in the list of changes, and how
	// many there are.
	First  int `json:"first,omitempty"`
	Listed int `json:"listed,omitempty"`
}

// MovedRecord is a record that has changed since a plan was made, for people to read.
type MovedRecord struct {
	Table  string       `json:"table"`
	Key    string       `json:"key"`
	Fields []MovedField `json:"fields"`
}

// MovedField is a field that is not as a plan took it to be; nil where it has no value.
type MovedField struct {
	Field   string  `json:"field"`
	Planned *string `json:"planned,omitempty"`
	Now     *string `json:"now,omitempty"`
}

// ExpiresAt is when the content of a job is deleted.
func (j *ImportJob) ExpiresAt() time.Time { return j.CreatedAt.Add(importContentKept) }

// Jobs keeps imports by upload. They belong to an account: whoever calls says whose. It is
// safe for concurrent use.
type Jobs struct {
	store store.Documents
	clock func() time.Time
}

// NewJobs returns the jobs in a store. clock is time.Now where nil.
func NewJobs(st store.Documents, clock func() time.Time) *Jobs {
	if clock == nil {
		clock = time.Now
	}
	return &Jobs{st, clock}
}

// importList is the JSON of what an account has.
type importList struct {
	Last    int   `json:"last"` // the last number that was given
	Numbers []int `json:"numbers"`
}

func importID(account string, number int) string { return fmt.Sprintf("%s.%d", account, number) }

func noSuchImport() error {
	return fault.New(fault.NotFound, "there is no such import: it may be older than a week", "没有该导入：可能已超过一周")
}

// Create begins a job that waits. It takes the next number of the account, with the time
// of now. LIMIT_EXCEEDED where the account has too many that have not ended.
func (j *Jobs) Create(ctx context.Context, account string, files []ImportFile, options ImportOptions) (*ImportJob, error) {
	for range maxConflicts {
		doc, list, err := j.readList(ctx, account)
		if err != nil {
			return nil, err
		}
		if len(list.Numbers) >= maxJobsOfAccount {
			if err := j.dropOldest(ctx, account, &list); err != nil {
				return nil, err
			}
		}
		now := j.now()
		list.Last++
		list.Numbers = append(list.Numbers, list.Last)
		job := &ImportJob{Account: account, Number: list.Last, State: ImportWaiting, CreatedAt: now, Files: files, Options: options, Until: now.Add(importLease)}
		doc.Body = encode(list)
		err = j.store.PutDocuments(ctx, []store.Document{doc, {Kind: importKind, ID: importID(account, job.Number), At: now, Body: encode(job)}})
		if !errors.Is(err, store.ErrConflict) {
			return job, documentFault(err)
		}
		if err := pause(ctx); err != nil {
			return nil, err
		}
	}
	return nil, documentFault(store.ErrConflict)
}

// pause waits a random moment, so that instances that met do not meet again.
func pause(ctx context.Context) error {
	select {
	case <-time.After(rand.N(20 * time.Millisecond)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dropOldest makes room for another job of an account.
func (j *Jobs) dropOldest(ctx context.Context, account string, list *importList) error {
	for i, number := range list.Numbers {
		job, err := j.Read(ctx, account, number)
		if err == nil && job.State.Working() {
			continue
		}
		if err == nil {
			err = j.delete(ctx, job)
		}
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return err
		}
		list.Numbers = slices.Delete(list.Numbers, i, i+1)
		return nil
	}
	return fault.New(fault.LimitExceeded, "too many imports of yours have not ended: wait for them or cancel them", "您有太多未结束的导入：请等待其结束或取消")
}

func (j *Jobs) readList(ctx context.Context, account string) (store.Document, importList, error) {
	doc := store.Document{Kind: importListKind, ID: account, At: j.now()}
	found, err := j.store.Documents(ctx, store.DocumentQuery{Kind: importListKind, IDs: []string{account}})
	if err != nil || len(found) == 0 {
		return doc, importList{}, documentFault(err)
	}
	var list importList
	return found[0], list, decode(found[0], &list)
}

// Read returns a job of an account as it is now. NOT_FOUND where there is none. A job whose
// lease is over has failed: who worked on it is gone.
func (j *Jobs) Read(ctx context.Context, account string, number int) (*ImportJob, error) {
	_, job, err := j.read(ctx, account, number)
	return job, err
}

func (j *Jobs) read(ctx context.Context, account string, number int) (doc store.Document, job *ImportJob, err error) {
	found, err := j.store.Documents(ctx, store.DocumentQuery{Kind: importKind, IDs: []string{importID(account, number)}})
	if err != nil {
		return doc, nil, documentFault(err)
	}
	if len(found) == 0 {
		return doc, nil, noSuchImport()
	}
	job, err = j.decodeJob(found[0])
	return found[0], job, err
}

func (j *Jobs) decodeJob(doc store.Document) (*ImportJob, error) {
	job := &ImportJob{}
	if err := decode(doc, job); err != nil {
		return nil, err
	}
	now := j.now()
	if job.State.Working() && now.After(job.Until) {
		job.Failure = instanceGone(job.State)
		job.State, job.EndedAt = ImportFailed, job.Until
	}
	if !now.Before(job.ExpiresAt()) {
		job.ForgetContent()
		if job.State == ImportPlanned || job.State == ImportRefused {
			job.State = ImportExpired
		}
	}
	return job, nil
}

// instanceGone says what became of a job whose instance is gone.
func instanceGone(in ImportState) *ImportFailure {
	if in == ImportApplying {
		return &ImportFailure{fault.Unavailable, fault.T(
			"the server stopped while the plan was applied: all of it is written or nothing; import the files again to see which", "服务在应用计划时停止：内容要么全部写入，要么完全未写入；请重新导入文件以确认")}
	}
	return &ImportFailure{fault.Unavailable, fault.T("the server stopped before the import had ended: nothing was written; import the files again", "服务在导入结束前停止：未写入任何内容；请重新导入文件")}
}

// TakeContent gives a job the content of another.
func (j *ImportJob) TakeContent(from *ImportJob) {
	j.Tables, j.NeedsConfirmation, j.Revision, j.Round = from.Tables, from.NeedsConfirmation, from.Revision, from.Round
	j.Problems, j.Notices, j.Warnings, j.Changes = from.Problems, from.Notices, from.Warnings, from.Changes
	j.Plan, j.Marked = from.Plan, from.Marked
}

// ForgetContent makes a job one without content. DropContent deletes that.
func (j *ImportJob) ForgetContent() {
	j.Problems, j.Notices, j.Warnings, j.Changes = ImportList{}, ImportList{}, ImportList{}, ImportList{}
	j.Plan, j.Marked, j.NeedsConfirmation = ImportBlob{}, ImportBlob{}, false
}

// List returns jobs of an account, the newest first: those whose number is less than before,
// where that is not 0. It returns how many there are in all, too.
func (j *Jobs) List(ctx context.Context, account string, first, before int) (jobs []*ImportJob, more bool, total int, err error) {
	_, list, err := j.readList(ctx, account)
	if err != nil {
		return nil, false, 0, err
	}
	total = len(list.Numbers)
	slices.Reverse(list.Numbers)
	if before > 0 {
		list.Numbers = slices.DeleteFunc(list.Numbers, func(n int) bool { return n >= before })
	}
	more = len(list.Numbers) > first
	list.Numbers = list.Numbers[:min(first, len(list.Numbers))]
	if len(list.Numbers) == 0 {
		return nil, more, total, nil
	}
	ids := make([]string, len(list.Numbers))
	for i, n := range list.Numbers {
		ids[i] = importID(account, n)
	}
	found, err := j.store.Documents(ctx, store.DocumentQuery{Kind: importKind, IDs: ids})
	if err != nil {
		return nil, false, 0, documentFault(err)
	}
	for _, doc := range found {
		job, err := j.decodeJob(doc)
		if err != nil {
			return nil, false, 0, err
		}
		jobs = append(jobs, job)
	}
	slices.SortFunc(jobs, func(a, b *ImportJob) int { return b.Number - a.Number })
	return jobs, more, total, nil
}

// Update edits a job (optimistic concurrency): edit is called with the job as it is, again
// where another was quicker, and may refuse. It returns the job as edited.
func (j *Jobs) Update(ctx context.Context, account string, number int, edit func(*ImportJob) error) (*ImportJob, error) {
	for range maxConflicts {
		doc, job, err := j.read(ctx, account, number)
		if err != nil {
			return nil, err
		}
		if err := edit(job); err != nil {
			return job, err
		}
		if job.State.Working() {
			job.Until = j.now().Add(importLease)
		} else {
			job.Until, job.Stage, job.Done, job.Total = time.Time{}, "", 0, 0
			if job.EndedAt.IsZero() {
				job.EndedAt = j.now()
			}
		}
		doc.Body = encode(job)
		err = j.store.PutDocuments(ctx, []store.Document{doc})
		if !errors.Is(err, store.ErrConflict) {
			return job, documentFault(err)
		}
	}
	return nil, documentFault(store.ErrConflict)
}

func (j *Jobs) now() time.Time { return j.clock().UTC().Truncate(time.Microsecond) }

func encode(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain data
	}
	return string(body)
}

func decode(doc store.Document, into any) error {
	if err := json.Unmarshal([]byte(doc.Body), into); err != nil {
		return fmt.Errorf("the document %s %s cannot be read: %w", doc.Kind, doc.ID, err)
	}
	return nil
}

// documentFault is catalog.StoreFault for what may have gone well.
func documentFault(err error) error {
	if err == nil {
		return nil
	}
	return catalog.StoreFault(err)
}
