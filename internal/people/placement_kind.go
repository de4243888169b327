package people

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
)

// PlacementSource is the source of answers to a placement.
const PlacementSource = "placement"

// PlacementKind returns as what an answer of a person to a placement counts that the viewer
// sends: whoever answers for themselves, assesses themselves. It is PERMISSION_DENIED where
// the viewer may not ask that person. Of whom they may not see, recording the answer says
// that there is nobody.
func (p *People) PlacementKind(ctx context.Context, employee string) (competency.EvidenceKind, error) {
	v, err := access.ScopedViewer(ctx, access.Place)
	if err != nil {
		return "", err
	}
	who, err := p.readSubject(ctx, v, competency.NormalizeCode(employee))
	if err != nil {
		return "", err
	}
	switch outcome := v.DecidePerson(access.Place, who); outcome {
	case access.AllowedAsSelf:
		return competency.SelfAssessment, nil
	case access.Denied:
		return "", v.Refusal(outcome, access.Place, nil)
	}
	return competency.PracticeAnswer, nil
}
