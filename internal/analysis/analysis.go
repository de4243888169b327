// Package analysis answers questions about one person or many: gaps, paths, routes,
// placement, insight. It holds no store. Each answer is a set of views: they read a
// compiled graph in memory, and nothing else.
package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/people"
)

// Config holds the optional parts of an Analysis; the zero value is useful.
type Config struct {
	Clock func() time.Time   // time.Now where nil
	Model mastery.Parameters // what is known of items

	Workforce WorkforceConfig
}

// Analysis answers questions about people. It is safe for concurrent use.
type Analysis struct {
	people  *people.People
	clock   func() time.Time
	model   mastery.Parameters
	columns *columnKeeper
}

// New returns the analysis of people.
func New(p *people.People, cfg Config) *Analysis {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Analysis{p, cfg.Clock, cfg.Model, newColumnKeeper(p, cfg.Clock, cfg.Workforce)}
}

// Start reads everyone into memory in the background, where the configuration says so.
func (a *Analysis) Start() {
	if a.columns.cfg.AtStart {
		_, _, _ = a.columns.begin()
	}
}

// Close ends what goes on in the background, and waits for its end. Questions about many people
// are not answered any more.
func (a *Analysis) Close() { a.columns.close() }

// query is one question about a person and a position: the common part of gaps, paths
// and placements.
type query struct {
	analysis *Analysis
	profile  *people.Profile
	snapshot *catalog.Snapshot
	position kg.Position
	states   []mastery.State
	at       time.Time
}

// load reads a person, which asks for permission and takes one round trip, and makes
// the query.
func (a *Analysis) load(ctx context.Context, action access.Action, employee, position string, at *time.Time, assumed []string) (*query, error) {
	profile, err := a.people.LoadProfile(ctx, action, employee)
	if err != nil {
		return nil, err
	}
	return a.newQuery(profile, position, a.timeOf(at), assumed)
}

// timeOf returns the moment that a question is about, now where it names none.
func (a *Analysis) timeOf(at *time.Time) time.Time {
	if at == nil {
		return a.clock()
	}
	return *at
}

// newQuery resolves the codes of a question about a person who has been read.
func (a *Analysis) newQuery(profile *people.Profile, position string, at time.Time, assumed []string) (*query, error) {
	goal, err := profile.Snapshot.FindPosition(position)
	if err != nil {
		return nil, err
	}
	points, err := profile.Snapshot.ResolvePoints("assumeMastered", assumed)
	if err != nil {
		return nil, err
	}
	return &query{a, profile, profile.Snapshot, goal.Index(), mastery.Assume(profile.States(), points, at), at}, nil
}

// Revision returns the revision that answers.
func (q *query) Revision() int { return int(q.snapshot.Revision()) }

// Employee returns the person who is asked about.
func (q *query) Employee() people.Employee { return q.profile.Employee() }

// Position returns the position that is asked about.
func (q *query) Position() catalog.Position { return q.snapshot.Position(q.position) }
