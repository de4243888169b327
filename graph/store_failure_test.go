package graph_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// faultyStore is a store that fails as a test wants (fault injection).
type faultyStore struct {
	store.Store
	fail func(context.Context) error // nil for no failure
}

func (s *faultyStore) failure(ctx context.Context) error {
	if s.fail == nil {
		return nil
	}
	return s.fail(ctx)
}

func (s *faultyStore) Profile(ctx context.Context, code string) (store.Profile, error) {
	if err := s.failure(ctx); err != nil {
		return store.Profile{}, err
	}
	return s.Store.Profile(ctx, code)
}

func (s *faultyStore) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	if err := s.failure(ctx); err != nil {
		return store.EmployeePage{}, err
	}
	return s.Store.Employees(ctx, q)
}

func (s *faultyStore) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	if err := s.failure(ctx); err != nil {
		return nil, err
	}
	return s.Store.OrgUnits(ctx)
}

func (s *faultyStore) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if err := s.failure(ctx); err != nil {
		return 0, err
	}
	return s.Store.Apply(ctx, base, c)
}

func newFaultyAPI(t *testing.T, cfg graph.Config) (*api, *faultyStore) {
	st := &faultyStore{}
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store { st.Store = s; return st }, cfg)
	return a, st
}

// storeOperations are documents that need the store.
var storeOperations = []string{
	`{ employee(code: "E1") { name } }`,
	`{ employees { totalCount } }`,
	`{ orgUnits { totalCount } }`,
	`{ gapAnalysis(employee: "E1", position: "P") { ready } }`,
	`{ node(id: "RW1wbG95ZWU6RTE") { id } }`,
	`{ employee(code: "E1") { name } position(code: "P") { name } }`,
	`mutation { upsertPosition(input: { code: "NEW", name: "新" }) { revision } }`,
	`mutation { setMastery(input: { employee: "E1", knowledgePoint: "A", mastery: 0.9 }) { revision } }`,
	`mutation { deleteEmployee(input: { code: "E1" }) { revision } }`,
}

func TestStoreFailuresAreLoggedInDetail(t *testing.T) {
	t.Parallel()
	const secret = "secret: SELECT * FROM mastery AT /var/db"
	for name, c := range map[string]struct {
		fail func(context.Context) error
		code fault.Code
	}{
		"an unknown error":    {func(context.Context) error { return errors.New(secret) }, fault.Internal},
		"a panic":             {func(context.Context) error { panic(secret) }, fault.Internal},
		"out of reach":        {func(context.Context) error { return fmt.Errorf("%w: %s", store.ErrUnavailable, secret) }, fault.Unavailable},
		"a newer schema":      {func(context.Context) error { return fmt.Errorf("%w: %s", store.ErrSchema, secret) }, fault.Unavailable},
		"beyond its settings": {func(context.Context) error { return fmt.Errorf("%w: %s", store.ErrLimit, secret) }, fault.LimitExceeded},
		"a deadline":          {func(context.Context) error { return fmt.Errorf("%s: %w", secret, context.DeadlineExceeded) }, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			a, st := newFaultyAPI(t, graph.Config{})
			st.fail = c.fail
			for _, query := range storeOperations {
				for _, language := range []string{"en", "zh-CN"} {
					got := a.execute(t, query, nil, "Accept-Language", language)
					require.Equal(t, []fault.Code{c.code}, got.codes(), query)
					require.NotContains(t, got.body, "secret")
					require.NotContains(t, got.body, "SELECT")
					if id := got.Errors[0].Extensions.RequestID; c.code == fault.Internal {
						require.Equal(t, new("request-7"), id)
						require.Contains(t, got.Errors[0].Message, "request-7")
					} else {
						require.Nil(t, id)
					}
				}
			}
			require.Contains(t, a.log.String(), secret)
		})
	}
}

func TestFailedRootFieldLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	a, st := newFaultyAPI(t, graph.Config{})
	st.fail = func(context.Context) error { return store.ErrUnavailable }
	got := a.execute(t, `{ employee(code: "E1") { name } position(code: "P") { code } missing: position(code: "NONE") { code } }`, nil)
	require.JSONEq(t, `{"employee":null,"position":{"code":"P"},"missing":null}`, string(got.Data))
	require.ElementsMatch(t, []fault.Code{fault.Unavailable, fault.NotFound}, got.codes())
}

func TestTimeoutEndsRequest(t *testing.T) {
	t.Parallel()
	a, st := newFaultyAPI(t, graph.Config{Timeout: 20 * time.Millisecond})
	st.fail = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	for _, query := range storeOperations {
		require.Equal(t, []fault.Code{fault.Unavailable}, a.execute(t, query, nil).codes(), query)
	}
}

func TestRootFieldsAreObserved(t *testing.T) {
	t.Parallel()
	var observed []string
	a, st := newFaultyAPI(t, graph.Config{ObserveRootField: func(object, field string, _ time.Duration, code fault.Code) {
		observed = append(observed, fmt.Sprint(object, ".", field, " ", code))
	}})
	a.execute(t, `{ alias: position(code: "P") { name requirements { level } } }`, nil)
	a.execute(t, `{ position(code: "NONE") { name } }`, nil)
	a.execute(t, `mutation { deletePosition(input: { code: "NONE" }) { revision } }`, nil)
	st.fail = func(context.Context) error { panic("oh") }
	a.execute(t, `{ employee(code: "E1") { name } }`, nil)
	require.Equal(t, []string{"Query.position ", "Query.position NOT_FOUND", "Mutation.deletePosition ", "Query.employee INTERNAL"}, observed)
}
