package service

import (
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// MasteryState is what is known of one person and one point.
type MasteryState struct {
	s        *Service
	e        *edition
	employee string
	track    mastery.Track
	now      time.Time
}

func (s *Service) masteryStates(e *edition, list []competency.Assessment) []MasteryState {
	states, now := []MasteryState{}, s.clock()
	for t := range e.tracks(list) {
		states = append(states, MasteryState{s, e, list[0].Employee, t, now})
	}
	return states
}

// KnowledgePoint returns the point.
func (m MasteryState) KnowledgePoint() KnowledgePoint { return KnowledgePoint{m.e, m.track.Point} }

// Mastery returns what the evidence supports, in [0,1].
func (m MasteryState) Mastery() float64 { return m.track.Mastery }

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
func (m MasteryState) StabilityDays() float64 { return m.track.Fading().Hours() / 24 }

// Due returns until when it meets a level without a review, nil where it does not
// reach the level.
func (m MasteryState) Due(level float64) (*time.Time, error) {
	if !(level > 0 && level <= 1) {
		return nil, invalidArgument("level must be above 0 and at most 1, not %v", "level 须大于 0 且不超过 1，而不是 %v", level)
	}
	if due, ok := m.track.Due(level); ok {
		return &due, nil
	}
	return nil, nil
}

// EvidenceEffect is what one piece of evidence did to the mastery of a point.
type EvidenceEffect struct {
	e      *edition
	effect mastery.Effect
}

// Evidence returns the evidence.
func (f EvidenceEffect) Evidence() Evidence { return Evidence{f.e, f.effect.Evidence} }

// Before returns the mastery before it, nil where nothing was known.
func (f EvidenceEffect) Before() *float64 {
	if !f.effect.Before.Assessed() {
		return nil
	}
	return &f.effect.Before.Mastery
}

// After returns the mastery after it.
func (f EvidenceEffect) After() float64 { return f.effect.After.Mastery }

// Text tells the effect in a sentence.
func (f EvidenceEffect) Text(ctx context.Context) string { return f.effect.Text().In(Lang(ctx)) }

// Effects returns what each piece of evidence did, the latest first. It costs a read
// of the evidence on the point.
func (m MasteryState) Effects(ctx context.Context, first int) ([]EvidenceEffect, error) {
	if err := checkFirst(first); err != nil {
		return nil, err
	}
	kept, err := m.s.store.Evidence(ctx, store.EvidenceQuery{Employee: m.employee, KnowledgePoint: m.KnowledgePoint().Code()})
	if err != nil {
		return nil, unavailable(err)
	}
	kept = slices.DeleteFunc(kept, func(e competency.Evidence) bool { return e.Retracted })
	_, done := m.s.model.Fold(m.track.Entered, kept)
	slices.Reverse(done)
	effects := []EvidenceEffect{}
	for _, f := range done[:min(first, len(done))] {
		effects = append(effects, EvidenceEffect{m.e, f})
	}
	return effects, nil
}
