package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/tracing"
	"github.com/zhitu/zhitu/internal/xapi"
	"github.com/zhitu/zhitu/seed"
)

const serveName = "serve"

func (a *app) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   serveName,
		Short: "Serve the GraphQL API and its playground",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runServer(cmd.Context(), a.cfg.Given("store"))
		},
	}
	flags := cmd.Flags()
	flags.String("store", defaultStore, "where the data are: "+storeNameForms+", or memory: until it stops")
	flags.String("listen", "127.0.0.1:8080", "address to listen on; any but loopback requires ZHITU_TOKEN")
	flags.Bool("demo", false, "start with the sample company, in memory unless --store is given")
	flags.String("xapi-map", "", "CSV file that maps identifiers in xAPI statements")
	flags.String("xapi-extension", xapi.PointsExtension, "extension of xAPI statements that names knowledge points")
	linkSchemesFlag(flags)
	flags.Bool("xapi-lenient", false, "set malformed xAPI statements aside and take the others, instead of refusing the request")
	parametersFlag(cmd)
	timeZoneFlag(flags)
	flags.String("query-timeout", "10s", "time limit of one request, a `duration` such as 500ms or 10s")
	flags.String("log-level", "info", "the least level that is logged: debug, info, warn or error")
	flags.StringSlice("trusted-proxies", nil, "addresses or networks of proxies in front, whose X-Forwarded-For names the client")
	return cmd
}

// runServer serves until the context ends.
func (a *app) runServer(ctx context.Context, storeGiven bool) (err error) {
	log := a.log
	loopback, err := a.checkListening()
	if err != nil {
		return err
	}
	proxies, err := a.trustedProxies()
	if err != nil {
		return err
	}
	name := a.cfg.Store
	if a.cfg.Demo && !storeGiven {
		name = "memory:"
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
	cfg := server.Config{Metrics: server.NewMetrics(), Log: log, Token: a.cfg.Token, Loopback: loopback, Timeout: a.cfg.Query, Zone: zone, Proxies: proxies, Build: build, Tracer: tracer, LenientXAPI: a.cfg.XAPILenient}
	var handler atomic.Pointer[http.Handler]
	handler.Store(new(server.Waiting(cfg)))

	// Listen before the store is open, so that probes see that the process is alive
	// and what it waits for.
	ctx, cancel := context.WithCancelCause(ctx)
	cfg.Shutdown = ctx
	opened := make(chan store.Store, 1)
	go func() {
		st, err := a.openServedStore(ctx, name, layersConfig{Log: log, Model: model, Mapping: mapping}, &cfg)
		defer func() { opened <- st }() // not before the last use of it here
		if err != nil {
			cancel(err)
			return
		}
		retriesEnded := cfg.Service.StartRetries(ctx)
		handler.Store(new(server.New(cfg)))
		a.logServing(listener, log)
		retriesEnded()
	}()
	err = a.serveUntilDone(ctx, listener, log, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	cancel(nil)
	if st := <-opened; st != nil {
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
			cfg.Service, err = a.newService(ctx, name, observed, known)
			if err == nil && a.cfg.Demo {
				err = importSeed(ctx, cfg.Service)
			}
			if err == nil {
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

// importSeed imports the sample company into an empty store, as if today were the day that
// its README describes: whenever the demo starts, its people have just learned and are
// about to forget. A store that was served as a demo before keeps its edits. One with
// another catalog is refused: nothing of the sample company would be there.
func importSeed(ctx context.Context, s *service.Service) error {
	doc, err := exchange.ReadFS(seed.Files, ".")
	if err != nil {
		return err
	}
	if current := s.Catalog.Current(); current.Revision() > 0 {
		for _, p := range doc.Changes.Put.Positions {
			if _, err := current.FindPosition(p.Code); err == nil {
				return nil
			}
		}
		return usageError{fault.New(fault.InvalidArgument, "--demo: the store holds another catalog than the sample company: leave out --demo, or name an empty store",
			"--demo：该存储中已有其他目录，而不是示例企业：请去掉 --demo，或指定空的存储")}
	}
	files, days := filesOf(doc), time.Since(seed.Today).Truncate(24*time.Hour)
	for i := range files.Changes.Put.Mastery {
		a := &files.Changes.Put.Mastery[i]
		a.AssessedAt = a.AssessedAt.Add(days)
	}
	for i := range files.Evidence {
		files.Evidence[i].At = files.Evidence[i].At.Add(days)
	}
	_, err = s.ImportFiles(ctx, files, false)
	return err
}

// shutdownGrace is how long a shutdown waits for requests in flight.
const shutdownGrace = 10 * time.Second

// serveUntilDone serves until the context ends, and then shuts down gracefully: no new
// requests, and at most shutdownGrace for those in flight.
func (a *app) serveUntilDone(ctx context.Context, listener net.Listener, log *slog.Logger, h http.Handler) error {
	var inFlight sync.WaitGroup
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inFlight.Add(1)
			defer inFlight.Done()
			h.ServeHTTP(w, r)
		}),
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: a.cfg.Query + 30*time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
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

// logServing logs that the server is ready, with its addresses.
func (a *app) logServing(listener net.Listener, log *slog.Logger) {
	url := "http://" + listener.Addr().String()
	log.Info("serving", "playground", url+"/playground", "graphql", url+"/graphql", "xapi", url+"/xapi")
	if a.cfg.Demo {
		a.printFirstSteps(url)
	}
}

// printFirstSteps prints how to start with the demo.
func (a *app) printFirstSteps(url string) {
	a.println(`
Zhitu is ready, with a sample company in it. Open the playground:

    %[1]s/playground

or ask from a terminal what employee E007 lacks for position POS-DA:

    curl -s %[1]s/graphql -H 'Content-Type: application/json' \
      -d '{"query":"{ gapAnalysis(employee: \"E007\", position: \"POS-DA\") { coverage ready gaps { status required knowledgePoint { code name } } } }"}'
`, `
知图已启动，内含示例企业数据。请打开演练场：

    %[1]s/playground

或在终端查询员工 E007 距离岗位 POS-DA 还缺什么：

    curl -s %[1]s/graphql -H 'Content-Type: application/json' \
      -d '{"query":"{ gapAnalysis(employee: \"E007\", position: \"POS-DA\") { coverage ready gaps { status required knowledgePoint { code name } } } }"}'
`, url)
}

// checkListening checks the address to listen on, and the token that it requires.
func (a *app) checkListening() (loopback bool, err error) {
	if _, _, err := net.SplitHostPort(a.cfg.Listen); err != nil {
		return false, a.invalidSetting("listen", "%s is not an address such as 127.0.0.1:8080", "%s 不是地址，如 127.0.0.1:8080", competency.Quote(a.cfg.Listen))
	}
	loopback = server.IsLoopback(a.cfg.Listen)
	if a.cfg.Token == "" {
		if !loopback {
			return false, a.invalidSetting("listen", "listening on %s lets other machines in: set ZHITU_TOKEN to the bearer token that they must send",
				"监听 %s 会允许其他机器访问：请设置 ZHITU_TOKEN，即它们必须发送的令牌", a.cfg.Listen)
		}
		return loopback, nil
	}
	if weak := config.WeakToken(a.cfg.Token); weak != (fault.Text{}) {
		if !loopback {
			return false, a.invalidSetting("token", "%s", "%s", weak)
		}
		a.warn(weak)
	}
	return loopback, nil
}

func (a *app) trustedProxies() ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for _, text := range a.cfg.TrustedProxies {
		network, err := server.ParseProxy(text)
		if err != nil {
			return nil, a.invalidSetting("trusted-proxies", "%s is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8",
				"%s 不是地址（如 10.0.0.1），也不是网段（如 10.0.0.0/8）", competency.Quote(text))
		}
		proxies = append(proxies, network)
	}
	return proxies, nil
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
