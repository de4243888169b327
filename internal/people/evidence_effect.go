package people

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/page"
)

// EvidenceEffect is what one piece of evidence did to the mastery of a point.
type EvidenceEffect struct {
	snapshot  *catalog.Snapshot
	effect    mastery.Effect
	seesPeers bool
}

// Evidence returns the evidence.
func (f EvidenceEffect) Evidence() Evidence {
	return newEvidence(f.snapshot, f.effect.Evidence, f.seesPeers)
}

// Before returns the mastery before it, nil where nothing was known.
func (f EvidenceEffect) Before() *float64 {
	if !f.effect.Before.Assessed() {
		return nil
	}
	return &f.effect.Before.Mastery
}

// After returns the mastery after it.
func (f EvidenceEffect) After() float64 { return f.effect.After.Mastery }

// Text describes the effect in a sentence, in the request's language.
func (f EvidenceEffect) Text(ctx context.Context) string {
	return f.effect.Text().In(catalog.Lang(ctx))
}

// Effects returns what each piece of evidence did, the latest first. All evidence of the
// person is read for it, once a request.
func (m MasteryState) Effects(ctx context.Context, first int) ([]EvidenceEffect, error) {
	if err := page.CheckSize(first); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	all, err := m.person.evidence(ctx, access.Learner)
	if err != nil {
		return nil, err
	}
	var aboutPoint []competency.Evidence
	point := m.KnowledgePoint().Code()
	for _, e := range all {
		if slices.Contains(e.KnowledgePoints, point) {
			aboutPoint = append(aboutPoint, e)
		}
	}
	start, err := m.person.startOf(ctx, m.snapshot, m.track, aboutPoint)
	if err != nil {
		return nil, err
	}
	_, done := m.people.model.FoldFrom(start, aboutPoint)
	slices.Reverse(done)
	effects := []EvidenceEffect{}
	for _, f := range done[:min(first, len(done))] {
		effects = append(effects, EvidenceEffect{m.snapshot, f, v.SeesPeers(m.person.who)})
	}
	return effects, nil
}
