// Package servicetest joins the layers over a store for tests, and gives them small
// worlds to ask about.
package servicetest

import (
	"cmp"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// Config is what the layers may be given; the zero value stops the clock at kgtest.Now.
type Config struct {
	Clock      func() time.Time
	Log        *slog.Logger
	Compiled   func(catalog.Compilation)
	Subscribed func(open int)
	Model      mastery.Parameters
	Mapping    func() xapi.Mapping
	RetryEvery time.Duration
	// ReadinessEvery is how often StartReadiness looks whether a month has begun; a minute where 0.
	ReadinessEvery time.Duration
	Senders        func(ctx context.Context, account string) (*access.Viewer, error)
	// FollowEvery is how often the store is asked what others have changed; hardly ever where 0.
	FollowEvery time.Duration
	// Workforce is how the columns of everyone are kept. Departments of others are hardly ever
	// looked for, and questions wait for the columns, where nothing else is said.
	Workforce analysis.WorkforceConfig
}

// New joins the layers over a store.
func New(ctx context.Context, st store.Store, cfg Config) (*service.Service, error) {
	if cfg.Clock == nil {
		cfg.Clock = func() time.Time { return kgtest.Now }
	}
	if cfg.FollowEvery == 0 {
		cfg.FollowEvery = time.Hour
	}
	broker := people.NewBroker(st, cfg.Subscribed)
	c, err := catalog.New(ctx, st, people.NewReferences(st), broker, catalog.Config{Clock: cfg.Clock, Log: cfg.Log, Compiled: cfg.Compiled})
	if err != nil {
		return nil, err
	}
	p := people.New(st, c, broker, people.Config{Clock: cfg.Clock, Log: cfg.Log, Model: cfg.Model, Senders: cfg.Senders, FollowEvery: cfg.FollowEvery})
	cfg.Workforce.Wait = cmp.Or(cfg.Workforce.Wait, time.Minute)
	cfg.Workforce.TendEvery = cmp.Or(cfg.Workforce.TendEvery, time.Hour)
	a := analysis.New(p, analysis.Config{Clock: cfg.Clock, Model: cfg.Model, Workforce: cfg.Workforce})
	context.AfterFunc(ctx, a.Close)
	accounts := account.New(st, p, account.Config{Clock: cfg.Clock})
	c.SetAccounts(accounts)
	log := audit.New(st, audit.NewKey(), audit.Config{Now: cfg.Clock})
	return service.New(c, p, a, service.Config{Accounts: accounts, Audit: log, Governance: governance.New(st, cfg.Clock), Jobs: governance.NewJobs(st, cfg.Clock), Clock: cfg.Clock, Mapping: cfg.Mapping, Log: cfg.Log, RetryEvery: cfg.RetryEvery, ReadinessEvery: cfg.ReadinessEvery}), nil
}

// Open joins the layers over a store whose catalog is sound.
func Open(t testing.TB, st store.Store, clock *Clock) *service.Service {
	t.Helper()
	svc, err := New(Context(t), st, Config{Clock: clock.Now})
	require.NoError(t, err)
	return svc
}

// OpenWorld opens a world in the notation of World over a new store in memory.
func OpenWorld(t testing.TB, text string) *service.Service {
	t.Helper()
	svc := Open(t, MemoryStore(t), &Clock{})
	Import(t, svc, World(t, text))
	return svc
}

// Context returns the context of a test, in which the system asks outside of any request.
func Context(t testing.TB) context.Context {
	return access.WithViewer(t.Context(), access.System())
}

// Request returns a context for one request of the system.
func Request() context.Context { return RequestIn(fault.English) }

// RequestIn returns a context for one request of the system, whose messages are in a
// language.
func RequestIn(lang fault.Lang) context.Context {
	return catalog.BeginRequest(access.WithViewer(context.Background(), access.System()), lang)
}

// Import writes a world that is sound.
func Import(t testing.TB, svc *service.Service, cs competency.ChangeSet) *service.Import {
	t.Helper()
	done, err := svc.Import(Request(), cs, false)
	require.NoError(t, err)
	return done
}

// PositionName asks for the name of a position.
func PositionName(t testing.TB, svc *service.Service, code string) string {
	t.Helper()
	p, err := svc.Catalog.Position(Request(), code)
	require.NoError(t, err)
	return p.Name()
}

// RenamePosition publishes a new name of position P.
func RenamePosition(t testing.TB, svc *service.Service, name string) service.Outcome {
	t.Helper()
	p, err := svc.UpsertPosition(Request(), service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: name}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	return p.Outcome
}

// Exam is the score of an employee on a point.
func Exam(id, employee, point string, score float64) service.EvidenceInput {
	return service.EvidenceInput{ID: id, Employee: employee, KnowledgePoints: []string{point}, Kind: competency.Exam, Score: &score}
}

// Record records evidence, some of which may be refused.
func Record(t testing.TB, svc *service.Service, list ...service.EvidenceInput) service.EvidencePayload {
	t.Helper()
	p, err := svc.RecordEvidence(Request(), service.RecordEvidenceInput{Evidence: list})
	require.NoError(t, err)
	return p
}

// Learners returns those of whom something new is known.
func Learners(t testing.TB, p service.EvidencePayload) []people.LearnerUpdate {
	t.Helper()
	list, err := p.Learners(Request())
	require.NoError(t, err)
	return list
}

// RecordExam records the score of an employee on a point, which is not refused.
func RecordExam(t testing.TB, svc *service.Service, id, employee, point string, score float64) {
	t.Helper()
	require.Empty(t, Record(t, svc, Exam(id, employee, point, score)).UserErrors)
}

// Revision returns the revision that answers now.
func Revision(t testing.TB, svc *service.Service) catalog.Revision {
	t.Helper()
	s, err := svc.Catalog.Snapshot(Request())
	require.NoError(t, err)
	return s.Revision()
}

// Catalog returns the records of the catalog that answers now.
func Catalog(svc *service.Service) (*competency.Catalog, error) {
	s, err := svc.Catalog.Snapshot(Request())
	if err != nil {
		return nil, err
	}
	return s.Graph().Catalog(), nil
}

// Must returns a value that fails only where an answer grows too large.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Expecting is the base of a mutation that builds on a revision.
func Expecting(revision int) service.Base { return service.Base{ExpectedRevision: &revision} }
