package exchange

import (
	"encoding/json"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// The files of JSON lines. They hold what no expert writes: export writes them where
// there is something to hold, and import reads them back.
const (
	unmappedFile = "unmapped.jsonl"
	statesFile   = "states.jsonl"
	eventsFile   = "events.jsonl"
	droppedFile  = "dropped.jsonl"
)

// UnmappedRecords, StateRecords and DroppedRecords name the lines of these files in the places of
// problems.
const (
	UnmappedRecords = "unmapped"
	StateRecords    = "states"
	DroppedRecords  = "dropped"
)

// Unmapped is a statement of another system that could not be mapped to evidence.
type Unmapped struct {
	ID         string
	ReceivedAt time.Time
	Reason     fault.Text
	Statement  string // as it was sent
	SentBy     string // the account, empty where none was noted
}

// unmappedLine is its line.
type unmappedLine struct {
	ID         string    `json:"id"`
	ReceivedAt time.Time `json:"received_at"`
	Reason     struct {
		EN string `json:"en"`
		ZH string `json:"zh"`
	} `json:"reason"`
	Statement string `json:"statement"`
	SentBy    string `json:"sent_by,omitempty"`
}

func lineOfUnmapped(u Unmapped) any {
	l := unmappedLine{ID: u.ID, ReceivedAt: u.ReceivedAt, Statement: u.Statement, SentBy: u.SentBy}
	l.Reason.EN, l.Reason.ZH = u.Reason.EN, u.Reason.ZH
	return l
}

// stateLine is the line of a mastery state that does not follow from the evidence.
type stateLine struct {
	Employee       string    `json:"employee"`
	KnowledgePoint string    `json:"knowledge_point"`
	Mastery        float64   `json:"mastery"`
	AssessedAt     time.Time `json:"assessed_at"`
	Model          []float64 `json:"model"`
}

func lineOfState(a competency.Assessment) any { return stateLine(a) }

// eventLine is the line of an event of xAPI: which results tell of it.
type eventLine struct {
	Key string `json:"key"`
	competency.Event
}

func lineOfEvent(e competency.Event) any { return eventLine{e.Key, e} }

// droppedLine is the line of what stays of a person's evidence that was dropped.
type droppedLine struct {
	Employee   string          `json:"employee"`
	Evidence   []tombstoneLine `json:"evidence"`
	Checkpoint string          `json:"checkpoint,omitempty"`
}

type tombstoneLine struct {
	ID            string `json:"id"`
	StatementHash string `json:"statement_hash,omitempty"`
	Retracted     bool   `json:"retracted,omitempty"`
}

func lineOfDropped(d competency.DroppedEvidence) any {
	l := droppedLine{Employee: d.Employee, Evidence: []tombstoneLine{}, Checkpoint: d.Checkpoint}
	for _, e := range d.Tombstones {
		l.Evidence = append(l.Evidence, tombstoneLine{e.ID, e.StatementHash, e.Retracted})
	}
	return l
}

// lineFiles are the files of JSON lines, with how a line of each is read; false where it
// is none that an export writes.
var lineFiles = map[string]func(r *reader, line string, at place) bool{
	unmappedFile: (*reader).readUnmapped,
	statesFile:   (*reader).readState,
	eventsFile:   (*reader).readEvent,
	droppedFile:  (*reader).readDropped,
}

// isLineFile reports whether a file of this name is one of JSON lines, or a part of one.
func isLineFile(name string) bool { return lineFiles[wholeName(name)] != nil }

// readLines reads a file of JSON lines; problems call it displayName.
func (r *reader) readLines(path, displayName string) error {
	info, err := fs.Stat(r.fsys, path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fs.ErrInvalid
	case info.Size() > maxFileBytes:
		r.addProblem(displayName, 0, fault.T("the file is larger than %d MB: divide it into several folders", "文件超过 %d MB：请分成多个文件夹", maxFileBytes>>20))
		return nil
	}
	data, err := fs.ReadFile(r.fsys, path)
	if err != nil {
		return err
	}
	row := 0
	for line := range strings.SplitSeq(string(data), "\n") {
		if row++; strings.TrimSpace(line) == "" {
			continue
		}
		if !lineFiles[wholeName(filepath.Base(path))](r, line, place{file: displayName, row: row}) {
			r.addProblem(displayName, row, fault.T("this is no line that an export has written: export again, or remove the line", "此行不是导出的内容：请重新导出，或删除该行"))
		}
	}
	return nil
}

// place is a line of a file, or a row of a sheet that stands for one.
type place struct {
	file, sheet string
	row         int
}

func (r *reader) readUnmapped(line string, at place) bool {
	var l unmappedLine
	if decodeLine(line, &l) != nil || l.ID == "" || l.Statement == "" || l.ReceivedAt.IsZero() {
		return false
	}
	r.unmapped = append(r.unmapped, Unmapped{l.ID, l.ReceivedAt.UTC().Truncate(time.Microsecond), fault.Text{EN: l.Reason.EN, ZH: l.Reason.ZH}, l.Statement, l.SentBy})
	r.unmappedAt = append(r.unmappedAt, at)
	return true
}

func (r *reader) readState(line string, at place) bool {
	var l stateLine
	if decodeLine(line, &l) != nil || l.Employee == "" || l.KnowledgePoint == "" || l.AssessedAt.IsZero() || len(l.Model) == 0 || l.Mastery < 0 || l.Mastery > 1 {
		return false
	}
	l.Employee, l.KnowledgePoint = competency.NormalizeCode(l.Employee), competency.NormalizeCode(l.KnowledgePoint)
	l.AssessedAt = l.AssessedAt.UTC().Truncate(time.Microsecond)
	r.states = append(r.states, competency.Assessment(l))
	r.statesAt = append(r.statesAt, at)
	return true
}

func (r *reader) readEvent(line string, _ place) bool {
	var l eventLine
	if decodeLine(line, &l) != nil || l.Key == "" || len(l.Results) == 0 {
		return false
	}
	l.Event.Key = l.Key
	r.events = append(r.events, l.Event)
	return true
}

func (r *reader) readDropped(line string, at place) bool {
	var l droppedLine
	if decodeLine(line, &l) != nil || l.Employee == "" || len(l.Evidence) == 0 && l.Checkpoint == "" {
		return false
	}
	d := competency.DroppedEvidence{Employee: competency.NormalizeCode(l.Employee), Checkpoint: l.Checkpoint}
	for _, e := range l.Evidence {
		if e.ID == "" {
			return false
		}
		d.Tombstones = append(d.Tombstones, competency.Evidence{ID: competency.NormalizeCode(e.ID), Employee: d.Employee, StatementHash: e.StatementHash, Retracted: e.Retracted}.Tombstone())
	}
	r.dropped = append(r.dropped, d)
	r.droppedAt = append(r.droppedAt, at)
	return true
}

// decodeLine reads a line, which has no fields but those of the value.
func decodeLine(line string, value any) error {
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// addLines adds what was read from files of JSON lines to a document.
func (d *Document) addLines(r *reader) {
	d.Unmapped, d.States, d.Events, d.Dropped = r.unmapped, r.states, r.events, r.dropped
	add := func(record string, places []place) {
		for i, p := range places {
			if i == 0 || p.file != places[i-1].file || p.sheet != places[i-1].sheet {
				d.sources = append(d.sources, source{file: p.file, sheet: p.sheet})
			}
			d.origins[record] = append(d.origins[record], origin{source: len(d.sources) - 1, row: p.row})
		}
	}
	add(UnmappedRecords, r.unmappedAt)
	add(StateRecords, r.statesAt)
	add(DroppedRecords, r.droppedAt)
}
