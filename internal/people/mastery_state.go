package people

import (
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
)

// MasteryState is what is known of one person and one point.
type MasteryState struct {
	people   *People
	snapshot *catalog.Snapshot
	person   *person
	track    mastery.Track
	now      time.Time
}

func (p *People) masteryStates(s *catalog.Snapshot, who *person, list []competency.Assessment) []MasteryState {
	states, now := []MasteryState{}, p.clock()
	for t := range tracksIn(s, list) {
		states = append(states, MasteryState{p, s, who, t, now})
	}
	return states
}

// KnowledgePoint returns the point.
func (m MasteryState) KnowledgePoint() catalog.KnowledgePoint { return m.snapshot.Point(m.track.Point) }

// Mastery returns what the evidence supports, in [0,1].
func (m MasteryState) Mastery() float64 { return m.track.Mastery }

// Held returns what was current right after the last evidence.
func (m MasteryState) Held() float64 { return m.track.Current(m.track.AssessedAt) }

// EnteredMastery returns the mastery that was entered by hand, nil where none was.
func (m MasteryState) EnteredMastery() *float64 {
	if !m.track.Entered.Assessed() {
		return nil
	}
	return &m.track.Entered.Mastery
}

// EnteredAt returns the time for which it was entered, nil where none was.
func (m MasteryState) EnteredAt() *time.Time {
	if !m.track.Entered.Assessed() {
		return nil
	}
	return &m.track.Entered.AssessedAt
}

// Current returns what remains of it now, or at another time.
func (m MasteryState) Current(at *time.Time) float64 {
	if at != nil {
		return m.track.Current(*at)
	}
	return m.track.Current(m.now)
}

// AssessedAt returns the time of the last evidence.
func (m MasteryState) AssessedAt() time.Time { return m.track.AssessedAt }

// Confidence returns how far the mastery is evidence and not assumption.
func (m MasteryState) Confidence() float64 { return m.track.Confidence() }

// EvidenceCount returns how many pieces of evidence count.
func (m MasteryState) EvidenceCount() int { return m.track.Results }

// StabilityDays returns after how many days without evidence nine tenths remain.
func (m MasteryState) StabilityDays() float64 { return m.track.EffectiveStability().Hours() / 24 }

// Due returns until when it meets a level without a review, nil where it does not
// reach the level.
func (m MasteryState) Due(level float64) (*time.Time, error) {
	if !(level > 0 && level <= 1) {
		return nil, fault.New(fault.InvalidArgument, "level must be above 0 and at most 1, not %v", "level 须大于 0 且不超过 1，而不是 %v", level)
	}
	if due, ok := m.track.DueAt(level); ok {
		return &due, nil
	}
	return nil, nil
}
