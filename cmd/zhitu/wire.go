package main

import (
	"context"
	"log/slog"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/governance"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// layersConfig is what the layers may be given besides a store; the zero value is
// useful.
type layersConfig struct {
	Log        *slog.Logger
	Compiled   func(catalog.Compilation) // called for every new snapshot
	Subscribed func(open int)            // called with the number of subscriptions
	Model      mastery.Parameters
	Mapping    func() xapi.Mapping
	Links      competency.LinkSchemes
	Audit      *audit.Log
	Issuer     string // of the identity provider, empty for none
	Workforce  analysis.WorkforceConfig
}

// newLayers joins the layers over a store: catalog, people, analysis,
// accounts, service.
func newLayers(ctx context.Context, st store.Store, cfg layersConfig) (*service.Service, error) {
	broker := people.NewBroker(st, cfg.Subscribed)
	c, err := catalog.New(ctx, st, people.NewReferences(st), broker, catalog.Config{Log: cfg.Log, Compiled: cfg.Compiled, LinkSchemes: cfg.Links})
	if err != nil {
		return nil, err
	}
	var accounts *account.Accounts
	p := people.New(st, c, broker, people.Config{
		Log: cfg.Log, Model: cfg.Model,
		Senders: func(ctx context.Context, id string) (*access.Viewer, error) { return accounts.ViewerOfSender(ctx, id) },
	})
	accounts = account.New(st, p, account.Config{Issuer: cfg.Issuer})
	c.SetAccounts(accounts)
	cfg.Workforce.Log = cfg.Log
	a := analysis.New(p, analysis.Config{Model: cfg.Model, Workforce: cfg.Workforce})
	return service.New(c, p, a, service.Config{Accounts: accounts, Audit: cfg.Audit, Governance: governance.New(st, nil), Jobs: governance.NewJobs(st, nil), Mapping: cfg.Mapping, Log: cfg.Log}), nil
}
