// Package service holds the use cases that join the layers below it: mutations, imports,
// the intake of xAPI statements, verifying and copying stores. It holds no store.
package service

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/xapi"
)

// Config holds the optional parts of a Service; the zero value is useful.
type Config struct {
	Clock    func() time.Time  // time.Now where nil
	Accounts *account.Accounts // what the API manages of accounts
	Audit    *audit.Log        // who did what
	Jobs     *governance.Jobs  // imports by upload
	// Governance makes plans those of the store. Without it there are no plans.
	Governance *governance.Governance
	Mapping    func() xapi.Mapping // what the identifiers in statements mean, asked for each request; nothing where nil
	Log        *slog.Logger        // discards where nil
	// RetryEvery is how often StartRetries looks for what other processes have
	// changed; a second where it is 0.
	RetryEvery time.Duration
	// ReadinessEvery is how often StartReadiness looks whether a month has begun; a minute
	// where it is 0.
	ReadinessEvery time.Duration
}

// Service makes changes, and offers the layers that answer questions. It is safe for
// concurrent use.
type Service struct {
	Catalog  *catalog.Catalog
	People   *people.People
	Analysis *analysis.Analysis
	Accounts *account.Accounts
	Audit    *audit.Log
	Jobs     *governance.Jobs

	governance     *governance.Governance
	clock          func() time.Time
	mapping        func() xapi.Mapping
	log            *slog.Logger
	retries        *retries
	retryEvery     time.Duration
	readinessEvery time.Duration
	erasures       atomic.Bool // one may have been broken off
}

// New returns the service over the layers below it.
func New(c *catalog.Catalog, p *people.People, a *analysis.Analysis, cfg Config) *Service {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Mapping == nil {
		cfg.Mapping = func() xapi.Mapping { return xapi.Mapping{} }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.RetryEvery == 0 {
		cfg.RetryEvery = retryInterval
	}
	if cfg.ReadinessEvery == 0 {
		cfg.ReadinessEvery = readinessEvery
	}
	s := &Service{Catalog: c, People: p, Analysis: a, Accounts: cfg.Accounts, Audit: cfg.Audit, Jobs: cfg.Jobs, governance: cfg.Governance, clock: cfg.Clock, mapping: cfg.Mapping, log: cfg.Log, retries: newRetries(), retryEvery: cfg.RetryEvery, readinessEvery: cfg.ReadinessEvery}
	p.OnChange(s.retries.changed)
	return s
}
