package competency

import (
	"cmp"
	"slices"
	"time"
)

// Event is what results tell of: one attempt of one person at one activity, such as a
// session of a course. Senders report it by several statements, and it counts once.
type Event struct {
	// Key identifies it: person, activity and attempt.
	Key string `json:"-"`
	// Daily says that nothing but the time separates one attempt from the next: then an
	// event lasts for EventDuration from its first result.
	Daily   bool          `json:"daily,omitempty"`
	Results []EventResult `json:"results"`
}

// EventResult is a result, as far as it matters for its event.
type EventResult struct {
	ID       string    `json:"id"` // of its evidence
	At       time.Time `json:"at"`
	Role     EventRole `json:"role,omitempty"`
	Measured bool      `json:"measured,omitempty"` // and not the mere report that something is completed
	Judged   bool      `json:"judged,omitempty"`   // by a verb that is about a result, such as passed
	Verb     string    `json:"verb,omitempty"`     // that reports a measured result
	Score    float64   `json:"score,omitempty"`
}

// EventRole says what a result has to do with an event.
type EventRole string

// The roles. A result of the event is the zero value.
const (
	PartOfEvent EventRole = "part"  // on a part of the activity
	WholeResult EventRole = "whole" // on the activity, within an event that has a key of its own
)

// EventDuration is how long an event lasts that nothing else ends.
const EventDuration = 24 * time.Hour

// echoDuration is how far apart two verbs may report the same score of one attempt.
const echoDuration = time.Minute

// maxEventResults bounds what is kept of one event: of more results the latest.
const maxEventResults = 500

// Add adds results that are not there yet, and reports whether there are any.
func (e *Event) Add(results ...EventResult) (changed bool) {
	for _, r := range results {
		if !slices.ContainsFunc(e.Results, func(known EventResult) bool { return known.ID == r.ID && known.Role == r.Role }) {
			e.Results, changed = append(slices.Clip(e.Results), r), true
		}
	}
	slices.SortFunc(e.Results, func(a, b EventResult) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Role, b.Role))
	})
	e.Results = e.Results[max(0, len(e.Results)-maxEventResults):]
	return changed
}

// Superseded returns the ids of the results that do not count, because others tell the
// same. In order of time:
//   - Of completions one counts, and none beside a measured result.
//   - Every measured result counts (a retake), but one that repeats the score of another
//     verb at the same moment: of these the verb that is about a result counts.
//   - No result counts on a whole of which there are results on parts. A measured one
//     gives way to measured parts alone.
//
// It depends on the results alone, and not on the order in which they came.
func (e Event) Superseded() (ids []string) {
	for _, group := range e.attempts() {
		var parts, measuredParts, measured, completed bool
		for _, r := range group {
			parts = parts || r.Role == PartOfEvent
			measuredParts = measuredParts || r.Role == PartOfEvent && r.Measured
			measured = measured || r.Role == "" && r.Measured
		}
		for _, r := range group {
			switch {
			case r.Role == PartOfEvent:
			case measuredParts, parts && !r.Measured:
				ids = append(ids, r.ID)
			case r.Role == WholeResult:
			case r.Measured && slices.ContainsFunc(group, r.repeats):
				ids = append(ids, r.ID)
			case r.Measured:
			case measured, completed:
				ids = append(ids, r.ID)
			default:
				completed = true
			}
		}
	}
	return ids
}

// attempts divides the results, which are in order of time.
func (e Event) attempts() (groups [][]EventResult) {
	from := 0
	for i, r := range e.Results {
		if e.Daily && r.At.Sub(e.Results[from].At) > EventDuration {
			groups, from = append(groups, e.Results[from:i]), i
		}
	}
	return append(groups, e.Results[from:])
}

// repeats reports whether another result is the same, and is the one that counts.
func (r EventResult) repeats(other EventResult) bool {
	if other.Role != "" || !other.Measured || other.Verb == r.Verb || other.Score != r.Score || r.At.Sub(other.At).Abs() > echoDuration {
		return false
	}
	if other.Judged != r.Judged {
		return other.Judged
	}
	return cmp.Or(other.At.Compare(r.At), cmp.Compare(other.ID, r.ID)) < 0
}
