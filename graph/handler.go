package graph

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"

	"github.com/zhitu/zhitu/graph/generated"
	"github.com/zhitu/zhitu/graph/scalar"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/importing"
	"github.com/zhitu/zhitu/internal/service"
)

// Config configures a handler; the zero value is useful.
type Config struct {
	Log              *slog.Logger                                                                                // nil discards
	RequestID        func(context.Context) string                                                                // names a request in messages
	ObserveRootField func(object, field string, took time.Duration, outcome fault.Code)                          // observes every root field; outcome "" is success
	Timeout          time.Duration                                                                               // of one response; 0 for 10 s
	Authenticate     func(ctx context.Context, authorization string) (context.Context, error)                    // see Websocket; nil leaves it to the request of the handshake
	Refresh          func(context.Context, *access.Viewer) (*access.Viewer, error)                               // the viewer with the rights of now, or the error that ends its subscriptions; nil for rights that never change
	Commit           func(context.Context) error                                                                 // writes what a response has to leave behind before it is sent, or refuses it; nil for nothing
	Origins          []string                                                                                    // of pages that may open a WebSocket besides our own, such as https://portal.example.com
	Shutdown         context.Context                                                                             // its end ends all subscriptions; nil for never
	Version          string                                                                                      // of the program, for Query.version
	BeginOperation   func(context.Context, Operation) error                                                      // is told of each operation before it begins, aside from those of WebSockets, and may refuse it; nil for none
	ObserveOperation func(context.Context, Operation)                                                            // observes every operation that has ended; nil for none
	ObserveRefusal   func()                                                                                      // observes WebSockets that are not authenticated; nil for none
	StartField       func(ctx context.Context, object, field string) (context.Context, func(outcome fault.Code)) // starts the span of a field that may read or write the store; nil for none
	Imports          *importing.Imports                                                                          // by upload; nil for those that have defaults
	Zone             *time.Location                                                                              // of a Time that names none; nil for UTC
}

func (cfg Config) withDefaults() Config {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.RequestID == nil {
		cfg.RequestID = func(context.Context) string { return "" }
	}
	if cfg.ObserveRootField == nil {
		cfg.ObserveRootField = func(string, string, time.Duration, fault.Code) {}
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, 10*time.Second)
	if cfg.Authenticate == nil {
		cfg.Authenticate = func(ctx context.Context, _ string) (context.Context, error) { return ctx, nil }
	}
	if cfg.Shutdown == nil {
		cfg.Shutdown = context.Background()
	}
	return cfg
}

// NewHandler returns the GraphQL API over HTTP and WebSockets.
func NewHandler(s *service.Service, cfg Config) http.Handler {
	cfg = cfg.withDefaults()
	if cfg.Imports == nil {
		cfg.Imports = importing.New(s, importing.Config{Refresh: cfg.Refresh, Zone: cfg.Zone, Log: cfg.Log})
	}
	schema := generated.Config{Resolvers: &Resolver{Service: s, imports: cfg.Imports, version: cfg.Version}}
	setComplexity(&schema.Complexity)
	server := handler.New(generated.NewExecutableSchema(schema))
	server.AddTransport(Websocket{Authenticate: cfg.Authenticate, Origins: cfg.Origins, Shutdown: cfg.Shutdown, Observe: cfg.ObserveOperation, Refused: cfg.ObserveRefusal})
	server.AddTransport(POST{Timeout: cfg.Timeout, Upload: cfg.Imports.Bytes, Begin: cfg.BeginOperation, Observe: cfg.ObserveOperation})

	documents := newDocumentCache()
	server.SetQueryCache(documents)
	server.SetParserTokenLimit(maxTokens)
	server.SetValidationRulesFn(newValidationRules)
	server.SetDisableSuggestion(true) // otherwise gqlgen adds two rules that suggest names
	server.Use(documentLimits{documents})
	server.Use(extension.FixedComplexityLimit(maxComplexity))
	server.Use(extension.Introspection{})

	presenter := errorPresenter{cfg.Log, cfg.RequestID}
	server.SetErrorPresenter(presenter.present)
	server.SetRecoverFunc(panicFault)
	rights := subscriptionRights{cfg.Refresh, mayFollow(s), presenter}
	server.AroundOperations(subscriptionTiming{cfg.Timeout, cfg.Shutdown, rights}.aroundOperation)
	server.AroundFields(cfg.aroundField)
	server.AroundResponses(cfg.aroundResponse(presenter))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := catalog.BeginRequest(r.Context(), fault.AcceptLanguage(r.Header.Get("Accept-Language")))
		server.ServeHTTP(w, r.WithContext(scalar.WithZone(ctx, cfg.Zone)))
	})
}

// mayFollow returns a function that judges whether a viewer may subscribe to an employee.
func mayFollow(s *service.Service) func(context.Context, string) error {
	return func(ctx context.Context, employee string) error {
		_, err := s.People.LoadProfile(ctx, access.Learner, employee)
		return err
	}
}

// aroundField is middleware of gqlgen: it turns errors into faults, and observes root
// fields.
func (cfg Config) aroundField(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if field.Parent != nil && field.Parent.Object == subscriptionType {
		startResponseTimeout(ctx, cfg.Timeout)
	}
	isRoot := field.Object == "Query" || field.Object == "Mutation" || field.Object == subscriptionType
	if isRoot && aboutSchema[field.Field.Name] {
		if err := access.Check(ctx, access.Schema); err != nil {
			return nil, err
		}
	}
	if cfg.StartField != nil && (isRoot || readsStore(field)) {
		next = cfg.withSpan(field, next)
	}
	if !isRoot {
		result, err := next(ctx)
		return result, toFault(err)
	}
	start, outcome := time.Now(), fault.Internal // of a panic
	defer func() { cfg.ObserveRootField(field.Object, field.Field.Name, time.Since(start), outcome) }()
	result, err := next(ctx)
	err = toFault(err)
	if outcome = fault.CodeOf(err); err == nil && field.Object == "Mutation" {
		observeRefusal(ctx, result)
	}
	return result, err
}

// aboutSchema holds the root fields that say what the program is and not what it knows.
var aboutSchema = map[string]bool{"__schema": true, "__type": true, "version": true}

// aroundResponse returns middleware of gqlgen: it commits a response, or refuses it where
// that fails, names the revision that answered, and limits the errors.
func (cfg Config) aroundResponse(presenter errorPresenter) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		response := next(ctx)
		if response != nil && cfg.Commit != nil {
			if err := cfg.Commit(ctx); err != nil {
				return presenter.refusal(ctx, err)
			}
		}
		return finishResponse(ctx, response)
	}
}

func finishResponse(ctx context.Context, response *graphql.Response) *graphql.Response {
	if response != nil && len(response.Errors) > maxResponseErrors { // each item of a list may have one
		response.Errors = response.Errors[:maxResponseErrors]
	}
	if response == nil || len(response.Data) == 0 {
		return response
	}
	if revision, ok := catalog.AnsweredRevision(ctx); ok {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["revision"] = revision
	}
	return response
}
