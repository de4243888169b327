package competency

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// Evidence 证据 is one observed result of one person on one or several points. It is
// idempotent by ID, which is unique in a store: sending it twice does no harm.
type Evidence struct {
	ID              string        `json:"id"`
	Employee        string        `json:"employee"`
	KnowledgePoints []string      `json:"knowledgePoints"` // those that the item measures: a row of a Q-matrix
	Kind            EvidenceKind  `json:"kind"`
	Score           float64       `json:"score"`                // in [0,1]; 1 for correct, 0 for incorrect
	Attempts        int           `json:"attempts,omitempty"`   // how many it took; 0 is unknown
	Duration        time.Duration `json:"duration,omitempty"`   // how long it took; 0 is unknown
	Item            string        `json:"item,omitempty"`       // code of the question or task
	Difficulty      *float64      `json:"difficulty,omitempty"` // of the item: the share of people in [0,1] who fail it
	At              time.Time     `json:"at"`
	Source          string        `json:"source,omitempty"`    // who or what reported it
	Retracted       bool          `json:"retracted,omitempty"` // withdrawn: it is kept, and counts for nothing
	Filled          FilledFields  `json:"filled,omitempty"`    // which fields the sender left to us
	// StatementHash identifies the content of the xAPI statement that it was made of;
	// empty where it was made of none, or by an earlier version.
	StatementHash string `json:"statementHash,omitempty"`
	// RecordedBy is the id of the account that recorded it, empty where none was noted. It is
	// no part of what the piece says.
	RecordedBy string `json:"recordedBy,omitempty"`
	// Dropped marks a tombstone: what stays of evidence that retention has dropped. It has
	// the id, the employee, the hash of the statement and Retracted, and nothing else.
	Dropped bool `json:"dropped,omitempty"`
}

// Tombstone returns what stays of a piece of evidence that is dropped: its id stays known.
func (e Evidence) Tombstone() Evidence {
	return Evidence{ID: e.ID, Employee: e.Employee, StatementHash: e.StatementHash, Retracted: e.Retracted, Dropped: true}
}

// DroppedEvidence is what stays of the evidence of one person that was dropped.
type DroppedEvidence struct {
	Employee   string
	Tombstones []Evidence // by id
	// Checkpoint is what it gave, as the mastery model wrote it; empty where nothing counted.
	Checkpoint string
}

// FilledFields is a set of fields of evidence that its sender gave no value for, so
// that they were filled in when it arrived.
type FilledFields uint8

// The fields that are filled in.
const (
	FilledAt FilledFields = 1 << iota
	FilledSource
)

// Repeats reports whether a piece of evidence is a repetition of the stored one with its
// id, and not another one that has taken the same id. Statements are compared by their
// hashes; where the stored one has none, by the person alone, and so is evidence that was
// dropped. All other evidence is compared by the person and the fields that the senders
// gave. Both must be normalized.
func (e Evidence) Repeats(stored Evidence) bool {
	switch {
	case e.StatementHash != "" && stored.StatementHash != "":
		return e.StatementHash == stored.StatementHash
	case e.StatementHash != "", e.Dropped, stored.Dropped:
		return e.Employee == stored.Employee
	}
	filled := e.Filled | stored.Filled
	return e.Employee == stored.Employee && slices.Equal(e.KnowledgePoints, stored.KnowledgePoints) && e.Kind == stored.Kind &&
		e.Score == stored.Score && e.Attempts == stored.Attempts && e.Duration == stored.Duration && e.Item == stored.Item &&
		equalValues(e.Difficulty, stored.Difficulty) &&
		(filled&FilledAt != 0 || e.At.Equal(stored.At)) &&
		(filled&FilledSource != 0 || e.Source == "" || e.Source == stored.Source)
}

func equalValues(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// CompareEvidence orders evidence by time, ties by id. It counts in the order of time,
// whenever it arrives.
func CompareEvidence(a, b Evidence) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}

// EvidenceRecords names evidence in the places of problems.
const EvidenceRecords = "evidence"

// MaxAttempts and MaxDuration bound what one piece of evidence may have taken.
const (
	MaxAttempts = 1_000_000
	MaxDuration = 366 * 24 * time.Hour
)

// NormalizeEvidence puts codes into NFC, trims texts, sorts and compacts points, and
// makes times UTC in whole microseconds, in place.
func NormalizeEvidence(list []Evidence) {
	for i := range list {
		e := &list[i]
		nfc(&e.ID, &e.Employee, &e.Item)
		trim(&e.ID, &e.Item, &e.Source)
		nfcAll(e.KnowledgePoints)
		slices.Sort(e.KnowledgePoints)
		e.KnowledgePoints = slices.Compact(e.KnowledgePoints)
		e.At = e.At.UTC().Truncate(time.Microsecond)
		e.Duration = e.Duration.Truncate(time.Microsecond)
	}
}

// CheckEvidence returns every problem of evidence about the points of a catalog,
// which must be normalized: malformed ids, values out of range, unknown points.
// Whether people exist is known to the store alone.
func (c Catalog) CheckEvidence(list []Evidence) []fault.Problem {
	k := newChecker(c, ChangeSet{})
	for i, e := range list {
		at := fault.Place{Record: EvidenceRecords, Index: i}
		at.Field = "id"
		k.checkCode(at, e.ID) // the same id twice changes nothing, so it is no problem
		at.Field = "employee"
		k.checkCode(at, e.Employee)
		at.Field = "knowledge_points"
		if len(e.KnowledgePoints) == 0 {
			k.report(at, fault.InvalidArgument, "evidence is about at least one knowledge point: give its code", "证据至少对应一个知识点：请填写其编码")
		}
		for _, code := range e.KnowledgePoints {
			k.checkReference(at, code, k.isPoint(code), aPoint, KnowledgePoints)
		}
		if at.Field = "kind"; !EvidenceKinds.Has(e.Kind) {
			k.report(at, fault.InvalidArgument, "%s is none of %s", "%s 不是以下任何一个：%s", Quote(string(e.Kind)), EvidenceKinds)
		}
		if at.Field = "score"; !finite(e.Score) || e.Score < 0 || e.Score > 1 {
			k.report(at, fault.InvalidArgument, "score %v is not between 0 and 1: give a number such as 0.85", "得分 %v 不在 0 与 1 之间：请填写如 0.85 的数", e.Score)
		}
		if at.Field = "attempts"; e.Attempts < 0 || e.Attempts > MaxAttempts {
			k.report(at, fault.InvalidArgument, "attempts %d is not between 0 and %d", "次数 %d 不在 0 与 %d 之间", e.Attempts, MaxAttempts)
		}
		if at.Field = "duration_seconds"; e.Duration < 0 || e.Duration > MaxDuration {
			k.report(at, fault.InvalidArgument, "the duration is not between 0 and a year", "用时不在 0 与一年之间")
		}
		if at.Field = "difficulty"; e.Difficulty != nil && (!finite(*e.Difficulty) || *e.Difficulty < 0 || *e.Difficulty > 1) {
			k.report(at, fault.InvalidArgument, "difficulty %v is not between 0 and 1: give the share of people who fail", "难度 %v 不在 0 与 1 之间：请填写未通过者所占的比例", *e.Difficulty)
		}
		if at.Field = "at"; e.At.Before(earliest) || e.At.After(latest) {
			k.report(at, fault.InvalidArgument, "the time %s is not between 1970 and 2200", "时间 %s 不在 1970 与 2200 年之间", e.At.Format(time.DateOnly))
		}
		k.checkTexts(at, "item", e.Item, "source", e.Source)
	}
	return k.problems
}
