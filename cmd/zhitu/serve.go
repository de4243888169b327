package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/xapi"
	"github.com/zhitu/zhitu/seed"
)

func (a *app) serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the GraphQL API and its playground",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runServer(cmd.Context(), cmd.Flags().Changed("store") || a.env("ZHITU_STORE") != "")
		},
	}
	flags := cmd.Flags()
	flags.String("store", defaultStore, "where the data are: "+storeForms+", or memory: for as long as it runs")
	flags.String("listen", "127.0.0.1:8080", "address to listen on; any but loopback demands ZHITU_TOKEN")
	flags.Bool("demo", false, "start with the sample company, in memory unless --store is given")
	flags.String("xapi-map", "", "CSV file that says what the identifiers in xAPI statements mean")
	flags.String("xapi-extension", xapi.PointsExtension, "extension of xAPI statements that names knowledge points")
	parametersFlag(cmd)
	flags.Duration("query-timeout", 10*time.Second, "time that one request may take")
	return cmd
}

// runServer serves until the context ends.
func (a *app) runServer(ctx context.Context, storeGiven bool) (err error) {
	log := a.logger()
	if _, _, err := net.SplitHostPort(a.cfg.Listen); err != nil {
		return misuse{fmt.Errorf("--listen %q is not an address such as 127.0.0.1:8080", a.cfg.Listen)}
	}
	loopback := server.IsLoopback(a.cfg.Listen)
	if !loopback && a.cfg.Token == "" {
		return misuse{fmt.Errorf("listening on %s lets other machines in: set ZHITU_TOKEN to the bearer token that they must send", a.cfg.Listen)}
	}
	build := buildInfo()
	log.Info("starting", "version", build.Version, "revision", build.Revision, "go", build.GoVersion)
	name := a.cfg.Store
	if a.cfg.Demo && !storeGiven {
		name = "memory:"
	}
	mapping, err := a.readMapping(log)
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
		return fault.Because(err, fault.InvalidArgument, "cannot listen on %s: %v", "无法监听 %s：%v", a.cfg.Listen, err)
	}
	cfg := server.Config{Metrics: server.NewMetrics(), Log: log, Token: a.cfg.Token, Loopback: loopback, Timeout: a.cfg.Query, Build: build}
	var current atomic.Pointer[http.Handler]
	current.Store(new(server.Waiting(cfg)))

	// The server is there from the beginning, so that whoever watches it sees that
	// it lives and what it waits for.
	ctx, giveUp := context.WithCancelCause(ctx)
	cfg.Until = ctx
	opened := make(chan store.Store, 1)
	go func() {
		st, err := a.openServed(ctx, name, layersConfig{Log: log, Model: model, Mapping: mapping}, &cfg)
		opened <- st
		if err != nil {
			giveUp(err)
			return
		}
		current.Store(new(server.New(cfg)))
		a.welcome(listener, log)
	}()
	err = a.serveOn(ctx, listener, log, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*current.Load()).ServeHTTP(w, r) }))
	giveUp(nil)
	if st := <-opened; st != nil {
		err = errors.Join(err, st.Close())
	}
	if cause := context.Cause(ctx); err == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}

// openServed opens the store that is going to be served, and the service on it. It
// waits for a Neo4j that does not answer.
func (a *app) openServed(ctx context.Context, name string, known layersConfig, cfg *server.Config) (st store.Store, err error) {
	known.Compiled, known.Subscribed = cfg.Metrics.Compiled, cfg.Metrics.Subscribed
	open := func() (store.Store, error) {
		if name == "memory:" {
			return sqlitestore.OpenMemory(ctx)
		}
		return a.openStore(ctx, name, writes)
	}
	for told := ""; ; {
		if st, err = open(); err == nil {
			cfg.Service, err = a.newService(ctx, name, store.Observe(st, cfg.Metrics.StoreCall), known)
			if err == nil && a.cfg.Demo {
				err = plantSeed(ctx, cfg.Service)
			}
			if err == nil {
				return st, nil
			}
			err = errors.Join(err, st.Close())
		}
		if !inNeo4j(name) || !neo4jstore.RetryableOpenError(err) || ctx.Err() != nil {
			return nil, err
		}
		if told != err.Error() { // the reason may change
			told = err.Error()
			known.Log.Warn("waiting for the store", "store", name, "error", err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// plantSeed imports the sample company into a store with nothing in it. One that
// has been served as a demo before keeps what was edited since.
func plantSeed(ctx context.Context, s *service.Service) error {
	if s.Catalog.Current().Revision() > 0 {
		return nil
	}
	doc, err := exchange.ReadFS(seed.Files, ".")
	if err != nil {
		return err
	}
	_, err = s.Import(ctx, doc.Changes, false)
	return err
}

// grace is how long a shutdown waits for requests that are being answered.
const grace = 10 * time.Second

func (a *app) serveOn(ctx context.Context, listener net.Listener, log *slog.Logger, h http.Handler) error {
	var answering sync.WaitGroup
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answering.Add(1)
			defer answering.Done()
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
	if errors.Is(context.Cause(ctx), context.Canceled) { // and not because it cannot start
		log.Info("shutting down")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := srv.Shutdown(ctx) // which does not wait for WebSockets
	closed := make(chan struct{})
	go func() { answering.Wait(); close(closed) }()
	select {
	case <-closed:
	case <-ctx.Done():
	}
	return err
}

// welcome says that everything is ready.
func (a *app) welcome(listener net.Listener, log *slog.Logger) {
	url := "http://" + listener.Addr().String()
	log.Info("serving", "playground", url+"/playground", "graphql", url+"/graphql", "xapi", url+"/xapi")
	if a.cfg.Demo {
		a.invite(url)
	}
}

// invite says where to begin.
func (a *app) invite(url string) {
	a.say(`
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

// logger writes text for a person who watches, JSON for a machine that collects.
func (a *app) logger() *slog.Logger {
	var h slog.Handler = slog.NewJSONHandler(a.err, nil)
	if isTerminal(a.err) {
		h = slog.NewTextHandler(os.Stderr, nil)
	}
	return slog.New(server.LogHandler(h))
}
