package governance

import (
	"encoding/json"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
)

// Intake is a people.Intake in the JSON of a plan, which carries it whole.
type Intake people.Intake

// IsZero reports whether there is nothing in it.
func (in Intake) IsZero() bool { return people.Intake(in).Len() == 0 }

type intakeJSON struct {
	Evidence []competency.Evidence   `json:"evidence,omitempty"`
	States   []competency.Assessment `json:"states,omitempty"`
	Events   []eventJSON             `json:"events,omitempty"`
	Dropped  []droppedJSON           `json:"dropped,omitempty"`
	Unmapped []unmappedJSON          `json:"unmapped,omitempty"`
}

type eventJSON struct {
	Key string `json:"key"`
	competency.Event
}

type droppedJSON struct {
	Employee   string                `json:"employee"`
	Tombstones []competency.Evidence `json:"tombstones,omitempty"`
	Checkpoint string                `json:"checkpoint,omitempty"`
}

type unmappedJSON struct {
	ID         string    `json:"id"`
	ReceivedAt time.Time `json:"receivedAt"`
	Why        Message   `json:"why"`
	Statement  string    `json:"statement"`
	SentBy     string    `json:"sentBy,omitempty"`
}

// MarshalJSON writes all of it but AsStored, which the plan has.
func (in Intake) MarshalJSON() ([]byte, error) {
	out := intakeJSON{Evidence: in.Evidence, States: in.States}
	for _, e := range in.Events {
		out.Events = append(out.Events, eventJSON{e.Key, e})
	}
	for _, d := range in.Dropped {
		out.Dropped = append(out.Dropped, droppedJSON(d))
	}
	for _, u := range in.Unmapped {
		out.Unmapped = append(out.Unmapped, unmappedJSON{u.ID, u.ReceivedAt, Message(u.Why), u.Statement, u.SentBy})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (in *Intake) UnmarshalJSON(data []byte) error {
	var read intakeJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*in = Intake{Evidence: read.Evidence, States: read.States}
	for _, e := range read.Events {
		e.Event.Key = e.Key
		in.Events = append(in.Events, e.Event)
	}
	for _, d := range read.Dropped {
		in.Dropped = append(in.Dropped, competency.DroppedEvidence(d))
	}
	for _, u := range read.Unmapped {
		in.Unmapped = append(in.Unmapped, people.UnmappedStatement{ID: u.ID, ReceivedAt: u.ReceivedAt, Why: fault.Text(u.Why), Statement: u.Statement, SentBy: u.SentBy})
	}
	return nil
}
