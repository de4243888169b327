package graph_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
)

// actAs serves an API to one viewer.
func actAs(a *api, v *access.Viewer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.handler.ServeHTTP(w, r.WithContext(access.WithViewer(r.Context(), v)))
	})
}

// An account whose rights are withdrawn hears why, though nothing is pushed.
func TestSubscriptionEndsWithRights(t *testing.T) {
	t.Parallel()
	signedIn := access.Account(access.Identity{Account: "a1"}, access.Person{Code: "E2"}, []access.Grant{{Role: access.HR}})
	for name, c := range map[string]struct {
		becomes *access.Viewer // nil where the session is over
		code    fault.Code
	}{
		"a session that is over":       {nil, fault.Unauthenticated},
		"a grant that is taken away":   {access.Service(access.Identity{}, access.CatalogRead, nil), fault.PermissionDenied},
		"a viewer who sees the person": {access.Account(access.Identity{}, access.Person{}, []access.Grant{{Role: access.Admin}}), fault.PermissionDenied},
	} {
		for transport, subscribe := range transports {
			t.Run(name+", "+transport, func(t *testing.T) {
				t.Parallel()
				var now atomic.Pointer[access.Viewer]
				now.Store(signedIn)
				a := newAPI(t, smallWorld(t), nil, graph.Config{Refresh: func(ctx context.Context, v *access.Viewer) (*access.Viewer, error) {
					if now.Load() == nil {
						return nil, fault.New(fault.Unauthenticated, "the session is over", "会话已结束")
					}
					return now.Load(), nil
				}})
				client := subscribe(t, startServer(t, actAs(a, signedIn)), learnerSubscription)
				a.query(t, recordEvidence("1", "E1", "A", 1))
				require.Empty(t, client.next().Errors)
				now.Store(c.becomes)
				last := client.next()
				require.Equal(t, []fault.Code{c.code}, last.codes())
				require.Equal(t, []any{"learnerUpdated"}, last.Errors[0].Path)
				require.Empty(t, last.Data)
			})
		}
	}
}

// Rights that change and are still enough end nothing.
func TestSubscriptionGoesOnWithOtherRights(t *testing.T) {
	t.Parallel()
	asHR := access.Account(access.Identity{}, access.Person{Code: "E2"}, []access.Grant{{Role: access.HR}})
	asTrainer := access.Account(access.Identity{}, access.Person{Code: "E2"}, []access.Grant{{Role: access.Trainer}})
	for transport, subscribe := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			refreshed := make(chan *access.Viewer, 1000)
			var now atomic.Pointer[access.Viewer]
			now.Store(asHR)
			a := newAPI(t, smallWorld(t), nil, graph.Config{Refresh: func(_ context.Context, v *access.Viewer) (*access.Viewer, error) {
				refreshed <- v
				return now.Load(), nil
			}})
			client := subscribe(t, startServer(t, actAs(a, asHR)), learnerSubscription)
			now.Store(asTrainer)
			for v := range refreshed { // until the subscription has the new rights
				if v == asTrainer {
					break
				}
			}
			a.query(t, recordEvidence("1", "E1", "A", 1))
			require.Empty(t, client.next().Errors)
		})
	}
}

func TestCommitRefusesResponses(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{Commit: func(context.Context) error {
		return fault.New(fault.Unavailable, "the audit cannot be written", "无法写入审计日志")
	}})
	got := a.execute(t, `{ position(code: "P") { name } }`, nil)
	require.Equal(t, []fault.Code{fault.Unavailable}, got.codes())
	require.Empty(t, got.Data)
	for name, subscribe := range transports {
		t.Run(name, func(t *testing.T) {
			client := subscribe(t, startServer(t, a), learnerSubscription)
			a.execute(t, recordEvidence(name, "E1", "A", 1), nil)
			require.Equal(t, []fault.Code{fault.Unavailable}, client.next().codes())
		})
	}
}

// The schema is for everyone who is signed in and may do anything.
func TestSchemaNeedsAViewer(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for name, c := range map[string]struct {
		as   *access.Viewer
		code fault.Code
	}{
		"an employee":                   {access.Account(access.Identity{}, access.Person{Code: "E1"}, nil), ""},
		"a token of any scope":          {access.Service(access.Identity{}, access.MetricsRead, nil), ""},
		"a token without a scope":       {access.Service(access.Identity{}, 0, nil), fault.PermissionDenied},
		"an account without a link":     {access.Account(access.Identity{}, access.Person{}, nil), fault.PermissionDenied},
		"nobody":                        {nil, fault.Unauthenticated},
		"an administrator without link": {access.Account(access.Identity{}, access.Person{}, []access.Grant{{Role: access.Admin}}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var h http.Handler = a.handler
			if c.as != nil {
				h = actAs(a, c.as)
			}
			b := &api{Handler: h}
			for _, query := range []string{`{ __schema { queryType { name } } }`, `{ __type(name: "Query") { name } }`, `{ version }`, `{ ...on Query { x: __schema { queryType { name } } } }`} {
				got := b.execute(t, query, nil)
				if c.code == "" {
					require.Empty(t, got.Errors, query)
					continue
				}
				require.Equal(t, []fault.Code{c.code}, got.codes(), query)
				require.NotContains(t, string(got.Data), "name", query)
			}
		})
	}
}
