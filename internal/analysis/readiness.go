package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// PositionReadinessConnection is a page of positions with the readiness for them, the nearest
// first.
type PositionReadinessConnection struct {
	page.Page[Readiness]
	snapshot *catalog.Snapshot
	at       time.Time
}

// At returns the moment of all figures.
func (c *PositionReadinessConnection) At() time.Time { return c.at }

// Revision returns the revision that answers.
func (c *PositionReadinessConnection) Revision() int { return int(c.snapshot.Revision()) }

// PositionsFor returns how near a person is to each position, in one round trip.
func (a *Analysis) PositionsFor(ctx context.Context, employee string, first int, after *string, at *time.Time) (*PositionReadinessConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	profile, err := a.people.LoadProfile(ctx, access.Learner, employee)
	if err != nil {
		return nil, err
	}
	return a.positionsOf(ctx, profile, request, at)
}

// PositionsOf is PositionsFor for a person who has been read.
func (a *Analysis) PositionsOf(ctx context.Context, e people.Employee, first int, after *string, at *time.Time) (*PositionReadinessConnection, error) {
	request, err := page.NewRequest(first, after)
	if err != nil {
		return nil, err
	}
	profile, err := e.Profile(ctx)
	if err != nil {
		return nil, err
	}
	return a.positionsOf(ctx, profile, request, at)
}

func (a *Analysis) positionsOf(ctx context.Context, profile *people.Profile, request page.Request, at *time.Time) (_ *PositionReadinessConnection, err error) {
	s := profile.Snapshot
	c := &PositionReadinessConnection{snapshot: s, at: a.hourOf(at)}
	list := workforce.PositionsFor(s.Graph(), profile.Record(), profile.States(), c.at)
	views := make([]Readiness, len(list))
	for i, r := range list {
		views[i] = Readiness{r, s}
	}
	if c.Page, err = rankedPage(views, request, func(r Readiness) string { return r.Position().Code() }); err != nil {
		return nil, err
	}
	_, err = catalog.ChargeItems(ctx, c.Nodes)
	return c, err
}

// ReadinessOf returns how near a person is to a position, or to the one held; nil where there
// is none.
func (a *Analysis) ReadinessOf(ctx context.Context, e people.Employee, position *string, at *time.Time) (*Readiness, error) {
	profile, code, err := profileFor(ctx, e, position)
	if err != nil || code == "" {
		return nil, err
	}
	p, err := profile.Snapshot.FindPosition(code)
	if err != nil {
		return nil, err
	}
	r := workforce.ReadinessFor(profile.Snapshot.Graph(), profile.Record(), profile.States(), p.Index(), a.hourOf(at))
	return &Readiness{r, profile.Snapshot}, nil
}

// profileFor returns what a question about a person needs who has been read, and the code of the
// position: the one that is named, else the one held, empty where there is none.
func profileFor(ctx context.Context, e people.Employee, position *string) (*people.Profile, string, error) {
	profile, err := e.Profile(ctx)
	if err != nil {
		return nil, "", err
	}
	if position != nil {
		return profile, *position, nil
	}
	held, err := e.Position()
	if err != nil || held == nil {
		return nil, "", err
	}
	return profile, held.Code(), nil
}

// hourOf returns the moment that a question about many positions is about: the start of the
// hour where it names none.
func (a *Analysis) hourOf(at *time.Time) time.Time {
	if at != nil {
		return *at
	}
	return a.columns.hour()
}

// GapAnalysisOf is GapAnalysis for a person who has been read, for a position or the one held;
// nil where there is none.
func (a *Analysis) GapAnalysisOf(ctx context.Context, e people.Employee, position *string, at *time.Time, assumed []string) (*GapAnalysis, error) {
	profile, code, err := profileFor(ctx, e, position)
	if err != nil || code == "" {
		return nil, err
	}
	q, err := a.newQuery(profile, code, a.timeOf(at), assumed)
	if err != nil {
		return nil, err
	}
	return newGapAnalysis(q), nil
}

// NextStepsOf is NextSteps for a person who has been read, towards a position or the one held;
// nil where there is none.
func (a *Analysis) NextStepsOf(ctx context.Context, e people.Employee, position *string, first int, options *PathOptions) ([]LearningStep, error) {
	profile, code, err := profileFor(ctx, e, position)
	if err != nil || code == "" {
		return nil, err
	}
	return nextSteps(first, func() (*LearningPath, error) {
		o, err := options.resolve()
		if err != nil {
			return nil, err
		}
		return a.makePath(profile, code, a.timeOf(o.At), o, nil)
	})
}
