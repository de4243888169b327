package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/tracing"
	"github.com/zhitu/zhitu/internal/xapi"
)

const serveName = "serve"

func (a *app) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   serveName,
		Short: "Serve the web application, the GraphQL API and its playground",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runServer(cmd.Context(), a.cfg.Given("store"))
		},
	}
	flags := cmd.Flags()
	flags.String("store", defaultStore, "where the data are: "+storeNameForms+", or memory: until it stops")
	flags.String("listen", defaultListen, "address to listen on; any but loopback requires accounts, an identity provider or ZHITU_TOKEN")
	flags.Bool("demo", false, "start with the sample company, in memory unless --store is given")
	flags.String("xapi-map", "", "CSV file that maps identifiers in xAPI statements")
	flags.String("xapi-extension", xapi.PointsExtension, "extension of xAPI statements that names knowledge points")
	linkSchemesFlag(flags)
	flags.Bool("xapi-lenient", false, "set malformed xAPI statements aside and take the others, instead of refusing the request")
	parametersFlag(cmd)
	timeZoneFlag(flags)
	flags.Int("audit-retention", 365, "days that entries of the audit are kept, at least 180")
	flags.Bool("workforce-at-start", false, "read what everyone masters into memory at the start, and not at the first question about many people")
	flags.Int("workforce-memory", analysis.DefaultWorkforceMemory>>20, "MiB of memory that questions about many people may take")
	flags.Int("evidence-retention", 0, "days that evidence is kept, at least 30 (0: for ever); states stay the same")
	flags.Int("import-size", importing.DefaultBytes>>20, "MiB that the files of an import by upload may have in all")
	flags.String("import-timeout", importing.DefaultTimeout.String(), "time limit of an import by upload, a `duration` such as 10m")
	flags.String("query-timeout", "10s", "time limit of one request, a `duration` such as 500ms or 10s")
	flags.String("log-level", "info", "the least level that is logged: debug, info, warn or error")
	listeningFlags(flags)
	providerFlags(flags)
	return cmd
}

// runServer serves until the context ends.
func (a *app) runServer(ctx context.Context, storeGiven bool) (err error) {
	log := a.log
	name := a.cfg.Store
	if a.cfg.Demo && !storeGiven {
		name = "memory:"
	}
	if err := a.checkListening(name); err != nil {
		return err
	}
	if err := a.checkRetention(); err != nil {
		return err
	}
	cfg := server.Config{Metrics: server.NewMetrics(), Log: log, Token: a.cfg.Token, Timeout: a.cfg.Query, LenientXAPI: a.cfg.XAPILenient}
	if err := a.configureListening(&cfg); err != nil {
		return err
	}
	roles, err := a.checkProvider(&cfg)
	if err != nil {
		return err
	}
	encryption, err := a.loadTLS()
	if err != nil {
		return err
	}
	zone, err := a.zone()
	if err != nil {
		return err
	}
	mapping, err := a.loadMapping(log)
	if err != nil {
		return err
	}
	model, err := a.parameters()
	if err != nil {
		return err
	}
	if a.cfg.MasteryParameters != "" {
		log.Info("the difficulties of items are read", "file", a.cfg.MasteryParameters, "items", len(model.Difficulties))
	}
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "cannot listen on %s: %v", "无法监听 %s：%v", a.cfg.Listen, err)
	}
	build := buildInfo()
	tracer, err := a.newTracer(ctx, build.Version)
	if err != nil {
		return err
	}
	if tracer != nil {
		defer func() { err = errors.Join(err, tracer.Close()) }()
	}
	log.Info("starting", "version", build.Version, "revision", build.Revision, "go", build.GoVersion)
	log.Info("times without a zone are of this one", "time-zone", zoneName(zone))
	cfg.Zone, cfg.Build, cfg.Tracer = zone, build, tracer
	cfg.Provider, cfg.CreateAccounts = a.newProvider(roles, a.serverURL(listener, &cfg)), a.cfg.OIDCCreateAccounts
	var handler atomic.Pointer[http.Handler]
	handler.Store(new(server.Waiting(cfg)))

	// Listen before the store is open, so that probes see that the process is alive
	// and what it waits for.
	ctx, cancel := context.WithCancelCause(ctx)
	cfg.Shutdown = ctx
	if cfg.Provider != nil {
		go a.watchProvider(ctx, cfg.Provider)
	}
	opened := make(chan store.Store, 1)
	go func() {
		st, err := a.openServedStore(ctx, name, layersConfig{
			Log: log, Model: model, Mapping: mapping,
			Workforce: analysis.WorkforceConfig{AtStart: a.cfg.WorkforceAtStart, Memory: int64(a.cfg.WorkforceMemory) << 20},
		}, &cfg)
		defer func() { opened <- st }() // not before the last use of it here
		link := ""
		if err == nil {
			link, err = a.prepareAccess(ctx, st, &cfg)
		}
		if err != nil {
			cancel(err)
			return
		}
		defer cfg.Service.Analysis.Close()
		cfg.Service.Analysis.Start()
		cfg.Service.Catalog.BuildSearchIndex()
		retriesEnded := cfg.Service.StartRetries(ctx)
		readinessEnded := cfg.Service.StartReadiness(ctx)
		retentionEnded := cfg.Service.StartRetention(ctx, a.cfg.EvidenceRetention)
		cfg.Imports = importing.New(cfg.Service, importing.Config{
			Bytes: a.cfg.ImportSize << 20, Timeout: a.cfg.ImportTimeout, Zone: zone, ZoneName: zoneName(zone), ZoneAssumed: a.cfg.TimeZone == "", Log: log,
		})
		handler.Store(new(server.New(cfg)))
		importsEnded := cfg.Imports.Start(ctx)
		a.logServing(a.serverURL(listener, &cfg), link)
		a.audit.Run(ctx)
		importsEnded()
		retriesEnded()
		readinessEnded()
		retentionEnded()
	}()
	err = a.serveUntilDone(ctx, listener, encryption, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	cancel(nil)
	if st := <-opened; st != nil {
		a.closeAudit(ctx)
		err = errors.Join(err, st.Close())
	}
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

// openServedStore opens the store to serve, and the service on it. It retries while
// Neo4j does not answer.
func (a *app) openServedStore(ctx context.Context, name string, known layersConfig, cfg *server.Config) (st store.Store, err error) {
	known.Compiled, known.Subscribed = cfg.Metrics.ObserveCompilation, cfg.Metrics.SetSubscriptions
	openStore := func() (store.Store, error) {
		if name == "memory:" {
			return sqlitestore.OpenMemory(ctx)
		}
		return a.openStore(ctx, name, openOrCreate)
	}
	for lastReason := ""; ; {
		if st, err = openStore(); err == nil {
			observed := store.Observe(st, cfg.Metrics.StoreCall)
			if cfg.Tracer != nil {
				observed = store.Trace(observed, cfg.Tracer.StartStoreCall)
			}
			if err = a.openService(ctx, name, observed, known, cfg); err == nil {
				askForReplay(ctx, cfg.Service, known.Log)
				return st, nil
			}
			err = errors.Join(err, st.Close())
		}
		if !isNeo4jURI(name) || !neo4jstore.RetryableOpenError(err) || ctx.Err() != nil {
			return nil, err
		}
		if lastReason != err.Error() { // the reason may change
			lastReason = err.Error()
			known.Log.Warn("waiting for the store", "store", name, "error", err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// openService opens the audit of a store, and the layers over both.
func (a *app) openService(ctx context.Context, name string, st store.Store, known layersConfig, cfg *server.Config) (err error) {
	if a.audit, err = a.newAudit(name, st); err != nil {
		return err
	}
	if cfg.Service, err = a.newService(ctx, name, st, known); err != nil {
		return err
	}
	cfg.Accounts, cfg.CommitAudit = cfg.Service.Accounts, a.audit.Commit
	return nil
}

// prepareAccess begins the chain of this instance, makes the accounts of a demo, and checks
// that nobody gets in unknown. It returns the secret of the first administrator's link, empty
// for none. What it does itself is in the audit, too.
func (a *app) prepareAccess(ctx context.Context, st store.Store, cfg *server.Config) (link string, err error) {
	ctx = audit.Begin(ctx, systemRequest())
	if a.cfg.Demo {
		err = a.prepareDemo(ctx, st, cfg)
	}
	if err == nil {
		link, err = a.checkAccess(ctx, cfg.Service.Accounts, cfg)
	}
	if err == nil {
		err = errors.Join(a.audit.Start(ctx), a.audit.Commit(ctx))
	}
	return link, err
}

// closeAudit writes the end of the chain of this instance.
func (a *app) closeAudit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := a.audit.Close(ctx); err != nil {
		a.log.Warn("the end of the audit of this instance is not written", "error", err)
	}
}

// askForReplay asks once for what brings the states of an earlier version up to date.
func askForReplay(ctx context.Context, s *service.Service, log *slog.Logger) {
	due, err := s.People.ReplayDue(ctx)
	switch {
	case err != nil:
		log.Warn("cannot tell whether states have to be replayed", "error", err)
	case due:
		log.Warn("an earlier version stored the states without what was held at the last evidence: run zhitu replay once; until then their mastery stands for it")
	}
}

// shutdownGrace is how long a shutdown waits for requests in flight.
const shutdownGrace = 10 * time.Second

// serveUntilDone serves until the context ends, and then shuts down gracefully: no new
// requests, and at most shutdownGrace for those in flight.
func (a *app) serveUntilDone(ctx context.Context, listener net.Listener, encryption *tls.Config, h http.Handler) error {
	log := a.log
	var inFlight sync.WaitGroup
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inFlight.Add(1)
			defer inFlight.Done()
			h.ServeHTTP(w, r)
		}),
		TLSConfig:         encryption,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: a.cfg.Query + 30*time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() {
		if encryption != nil {
			failed <- srv.ServeTLS(listener, "", "")
		} else {
			failed <- srv.Serve(listener)
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	if errors.Is(context.Cause(ctx), context.Canceled) { // and not a failed start
		log.Info("shutting down")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	err := srv.Shutdown(ctx) // does not wait for WebSockets
	drained := make(chan struct{})
	go func() { inFlight.Wait(); close(drained) }()
	select {
	case <-drained:
	case <-ctx.Done():
	}
	return err
}

// logServing logs that the server is ready, with its addresses. link is the secret of the
// first administrator's link, empty for none: it is for the terminal alone.
func (a *app) logServing(url, link string) {
	a.log.Info("serving", "application", url+"/", "playground", url+"/playground", "graphql", url+"/graphql", "xapi", url+"/xapi")
	if a.cfg.Demo {
		a.printFirstSteps(url)
	}
	if link != "" {
		a.printFirstLink(url, link)
	}
}

// newTracer returns what exports traces, nil unless the variables of OpenTelemetry ask
// for it.
func (a *app) newTracer(ctx context.Context, version string) (*tracing.Tracer, error) {
	wanted, err := tracing.Wanted(a.env)
	if err != nil {
		return nil, usageError{err}
	}
	if !wanted {
		return nil, nil
	}
	tracer, err := tracing.New(ctx, version, func(err error) { a.log.Warn("traces are not exported", "error", err) })
	if err != nil {
		return nil, usageError{fault.New(fault.InvalidArgument, "the settings OTEL_… cannot be used: %v", "OTEL_… 设置无法使用：%v", err)}
	}
	return tracer, nil
}

// newLogger logs text to a terminal, else JSON for log collectors.
func (a *app) newLogger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(a.cfg.LogLevel)) // one of those that config knows; else info
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewJSONHandler(a.err, options)
	if isTerminal(a.err) {
		h = slog.NewTextHandler(os.Stderr, options)
	}
	return slog.New(server.LogHandler(h))
}
