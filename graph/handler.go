package graph

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/zhitu/zhitu/graph/generated"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

// Config is what a handler may be given besides its service; the zero value is
// useful.
type Config struct {
	Log       *slog.Logger                                                       // discards where nil
	RequestID func(context.Context) string                                       // names a request in messages
	RootField func(object, field string, took time.Duration, outcome fault.Code) // told of every root field; "" is success
	Timeout   time.Duration                                                      // of one answer; 10 s where 0
	Admits    func(authorization string) bool                                    // over a WebSocket; everybody where nil
	Until     context.Context                                                    // ends all subscriptions; never where nil
	Version   string                                                             // of the program, for Query.version
}

// NewHandler returns the GraphQL API over HTTP and WebSockets.
func NewHandler(s *service.Service, cfg Config) http.Handler {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.RequestID == nil {
		cfg.RequestID = func(context.Context) string { return "" }
	}
	if cfg.RootField == nil {
		cfg.RootField = func(string, string, time.Duration, fault.Code) {}
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.Admits == nil {
		cfg.Admits = func(string) bool { return true }
	}
	if cfg.Until == nil {
		cfg.Until = context.Background()
	}
	schema := generated.Config{Resolvers: &Resolver{Service: s, version: cfg.Version}}
	setComplexity(&schema.Complexity)
	server := handler.New(generated.NewExecutableSchema(schema))
	server.AddTransport(Websocket{Admits: cfg.Admits, Until: cfg.Until})
	server.AddTransport(POST{Timeout: cfg.Timeout})

	known := documents{lru.New[*ast.QueryDocument](1000)}
	server.SetQueryCache(known)
	server.SetParserTokenLimit(maxTokens)
	server.SetValidationRulesFn(plainRules)
	server.SetDisableSuggestion(true) // else gqlgen adds two of them again
	server.Use(shape{known})
	server.Use(extension.FixedComplexityLimit(maxComplexity))
	server.Use(extension.Introspection{})

	server.SetErrorPresenter(presenter{cfg.Log, cfg.RequestID}.present)
	server.SetRecoverFunc(recovered)
	server.AroundOperations(pace{cfg.Timeout, cfg.Until}.operation)
	server.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		field := graphql.GetFieldContext(ctx)
		if field.Parent != nil && field.Parent.Object == subscription {
			answering(ctx, cfg.Timeout)
		}
		if field.Object != "Query" && field.Object != "Mutation" && field.Object != subscription {
			result, err := next(ctx)
			return result, classified(err)
		}
		start, outcome := time.Now(), fault.Internal // of a panic
		defer func() { cfg.RootField(field.Object, field.Field.Name, time.Since(start), outcome) }()
		result, err := next(ctx)
		err = classified(err)
		outcome = fault.CodeOf(err)
		return result, err
	})
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		response := next(ctx)
		if response != nil && len(response.Errors) > maxErrors { // every item of a list may have one
			response.Errors = response.Errors[:maxErrors]
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
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := catalog.BeginRequest(r.Context(), fault.AcceptLanguage(r.Header.Get("Accept-Language")))
		server.ServeHTTP(w, r.WithContext(ctx))
	})
}

// selects reports whether the field being resolved, or the items of its page,
// select a field. The service then brings along what would cost a read per item.
func selects(ctx context.Context, name string) bool {
	return selected(graphql.GetFieldContext(ctx).Field.Selections, name)
}

func selected(set ast.SelectionSet, name string) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			switch s.Name {
			case name:
				return true
			case "edges", "node", "nodes":
				if selected(s.SelectionSet, name) {
					return true
				}
			}
		case *ast.InlineFragment:
			if selected(s.SelectionSet, name) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && selected(s.Definition.SelectionSet, name) {
				return true
			}
		}
	}
	return false
}
