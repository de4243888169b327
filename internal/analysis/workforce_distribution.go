package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/workforce"
)

// CoverageDistribution is how the coverage of a position is spread over a group.
type CoverageDistribution struct {
	*groupAnswer
	workforce.DistributionAnswer
	Position  catalog.Position
	BusFactor *int // nil where nothing is critical, or it is withheld
}

// CoverageDistribution measures a group against a position.
func (a *Analysis) CoverageDistribution(ctx context.Context, position string, r *WorkforceGroup, at *time.Time) (*CoverageDistribution, error) {
	d := &CoverageDistribution{}
	var err error
	d.groupAnswer, err = a.askGroup(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		p, err := answer.snapshot.FindPosition(position)
		if err != nil {
			return err
		}
		d.Position = *p
		d.DistributionAnswer = v.Distribution(answer.group.Group, p.Index()).Answer(v, answer.group.Group, answer.group.Unread)
		if n, ok := v.BusFactor(answer.group.Group, p.Index()); ok && answer.tellsClasses(v) {
			d.BusFactor = &n
		}
		return nil
	})
	return d, err
}

// tellsClasses reports whether classes of holders and the bus factor may be told of the group.
func (a *groupAnswer) tellsClasses(v *workforce.View) bool {
	return v.Tells(a.group.Group, a.group.Unread)
}
