// Package service holds the use cases of Zhitu: what may be asked, what may be
// changed, and by which rules.
//
// Questions are answered from one immutable compiled graph in memory and, where
// they are about a person, one read of the store. Edits become change sets that
// are checked and compiled as a candidate before one transaction writes them.
// Several instances may share a store: each notices the others' publications by
// the revision, at the next read of a person and within a second otherwise.
package service

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// Config is what a Service may be given besides its store; the zero value is
// useful.
type Config struct {
	Clock      func() time.Time    // time.Now where nil
	Log        *slog.Logger        // discards where nil
	Compiled   func(Compilation)   // told of every graph that goes live
	Subscribed func(open int)      // told how many subscriptions there are, whenever that changes
	Model      mastery.Parameters  // what is known of items
	Mapping    func() xapi.Mapping // what the identifiers in statements mean, asked for each request; nothing where nil
}

// Compilation describes a graph that has gone live.
type Compilation struct {
	Revision store.Revision
	Points   int
	Took     time.Duration
}

// Service answers questions and makes changes. It is safe for concurrent use.
type Service struct {
	store    store.Store
	clock    func() time.Time
	log      *slog.Logger
	compiled func(Compilation)
	model    mastery.Parameters
	mapping  func() xapi.Mapping

	current atomic.Pointer[edition]
	started time.Time
	checked atomic.Int64              // when the store was last asked for its revision, since started
	unfit   atomic.Pointer[unfitness] // why the store's newest revision is not live, nil where it is
	writing sync.Mutex                // one publication at a time

	recorder recorder // of evidence
	hub      hub      // of subscriptions
}

// edition is one published catalog, compiled.
type edition struct {
	graph    *kg.Graph
	revision store.Revision
	search   searchIndex
}

// New loads and compiles what the store has published.
func New(ctx context.Context, st store.Store, cfg Config) (*Service, error) {
	s := &Service{store: st, clock: cfg.Clock, log: cfg.Log, compiled: cfg.Compiled, model: cfg.Model, mapping: cfg.Mapping}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.compiled == nil {
		s.compiled = func(Compilation) {}
	}
	if s.mapping == nil {
		s.mapping = func() xapi.Mapping { return xapi.Mapping{} }
	}
	if cfg.Subscribed == nil {
		cfg.Subscribed = func(int) {}
	}
	s.hub = hub{s: s, most: MaxSubscriptions, count: cfg.Subscribed, boxes: map[string]map[chan LearnerUpdate]bool{}}
	s.recorder = recorder{store: st, fold: s.learn, tell: s.hub.learned}
	s.started = s.clock()
	s.writing.Lock()
	defer s.writing.Unlock()
	return s, s.reload(ctx)
}

// Ready reports whether the store answers and its newest revision is live.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.store.Ping(ctx); err != nil {
		return unavailable(err)
	}
	if _, err := s.edition(ctx); err != nil {
		return err
	}
	return s.fit()
}

// Catalog returns the catalog in memory and its revision. It must not be
// changed.
func (s *Service) Catalog(ctx context.Context) (*competency.Catalog, store.Revision, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, 0, err
	}
	return e.graph.Catalog(), e.revision, nil
}

func notFound(en, zh, code string) error {
	return fault.New(fault.NotFound, "there is no "+en+" %q", "不存在"+zh+" %q", brief(code))
}

// brief shortens what can be no code, so that no message grows with its input.
func brief(code string) string { return competency.Short(code, competency.MaxCode) }

func invalidArgument(en, zh string, args ...any) error {
	return fault.New(fault.InvalidArgument, en, zh, args...)
}
