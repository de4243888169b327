package xapi

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

const (
	sessionExtension = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
	sessionEvent     = "session"
	activityEvent    = "activity"
)

// judgingVerbs report results, with or without a score.
var judgingVerbs = map[string]bool{
	adlVerbs + "passed": true, adlVerbs + "failed": true, adlVerbs + "mastered": true, adlVerbs + "scored": true,
}

// Events returns the events that the result of a statement belongs to, each with this
// one result; evidence is what was derived from the statement, with its time. The first
// is its own: the session of cmi5, else registration and activity, else the activity
// alone, all of one person. The others are those of the activities that it is a part of,
// and that of the activity where the first is a session.
func (s Statement) Events(evidence competency.Evidence) []competency.Event {
	verb := s.root.stringAt("verb", "id")
	result := competency.EventResult{ID: evidence.ID, At: evidence.At, Judged: judgingVerbs[verb]}
	if result.Measured = result.Judged || s.hasMeasuredResult(); result.Measured {
		result.Verb, result.Score = verb, evidence.Score
	}
	registration := strings.ToLower(s.root.stringAt("context", "registration"))
	event := func(kind, attempt, activity string, role competency.EventRole) competency.Event {
		r := result
		r.Role = role
		return competency.Event{Key: eventKey(evidence.Employee, kind, attempt, activity), Daily: attempt == "", Results: []competency.EventResult{r}}
	}
	activity := s.root.stringAt("object", "id")
	events := []competency.Event{event(activityEvent, registration, activity, "")}
	if session := s.root.stringAt("context", "extensions", sessionExtension); session != "" {
		whole := event(activityEvent, registration, activity, competency.WholeResult)
		events = []competency.Event{event(sessionEvent, session, "", ""), whole}
	}
	for _, parent := range s.contextActivityIDs("parent") {
		if parent != "" && parent != activity {
			events = append(events, event(activityEvent, registration, parent, competency.PartOfEvent))
		}
	}
	return events
}

// eventKey names an event. It is a hash, so that it is short and names nobody.
func eventKey(parts ...string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(parts, "\n"))))[:40]
}
