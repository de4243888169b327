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

// moody is a store that does something else than to answer, once it has a mood.
type moody struct {
	store.Store
	mood func(context.Context) error
}

func (m *moody) answer(ctx context.Context) error {
	if m.mood == nil {
		return nil
	}
	return m.mood(ctx)
}

func (m *moody) Profile(ctx context.Context, code string) (store.Profile, error) {
	if err := m.answer(ctx); err != nil {
		return store.Profile{}, err
	}
	return m.Store.Profile(ctx, code)
}

func (m *moody) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	if err := m.answer(ctx); err != nil {
		return store.EmployeePage{}, err
	}
	return m.Store.Employees(ctx, q)
}

func (m *moody) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	if err := m.answer(ctx); err != nil {
		return nil, err
	}
	return m.Store.OrgUnits(ctx)
}

func (m *moody) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if err := m.answer(ctx); err != nil {
		return 0, err
	}
	return m.Store.Apply(ctx, base, c)
}

func newMoody(t *testing.T, cfg graph.Config) (*api, *moody) {
	m := &moody{}
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store { m.Store = s; return m }, cfg)
	return a, m
}

// touching are operations that need the store.
var touching = []string{
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

func TestFailuresOfTheStoreKeepTheirDetailsInTheLog(t *testing.T) {
	const secret = "secret: SELECT * FROM mastery AT /var/db"
	for name, c := range map[string]struct {
		mood func(context.Context) error
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
			a, m := newMoody(t, graph.Config{})
			m.mood = c.mood
			for _, query := range touching {
				for _, language := range []string{"en", "zh-CN"} {
					got := a.ask(t, query, nil, "Accept-Language", language)
					require.Equal(t, []fault.Code{c.code}, got.codes(), query)
					require.NotContains(t, got.raw, "secret")
					require.NotContains(t, got.raw, "SELECT")
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

func TestOneFailureLeavesTheOtherAnswersAlone(t *testing.T) {
	a, m := newMoody(t, graph.Config{})
	m.mood = func(context.Context) error { return store.ErrUnavailable }
	got := a.ask(t, `{ employee(code: "E1") { name } position(code: "P") { code } missing: position(code: "NONE") { code } }`, nil)
	require.JSONEq(t, `{"employee":null,"position":{"code":"P"},"missing":null}`, string(got.Data))
	require.ElementsMatch(t, []fault.Code{fault.Unavailable, fault.NotFound}, got.codes())
}

func TestARequestEndsWithItsTimeEvenWhereTheStoreDoesNot(t *testing.T) {
	a, m := newMoody(t, graph.Config{Timeout: 20 * time.Millisecond})
	m.mood = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	for _, query := range touching {
		require.Equal(t, []fault.Code{fault.Unavailable}, a.ask(t, query, nil).codes(), query)
	}
}

func TestRootFieldsAreReportedWithTheirOutcome(t *testing.T) {
	var seen []string
	a, m := newMoody(t, graph.Config{RootField: func(object, field string, _ time.Duration, code fault.Code) {
		seen = append(seen, fmt.Sprint(object, ".", field, " ", code))
	}})
	a.ask(t, `{ alias: position(code: "P") { name requirements { level } } }`, nil)
	a.ask(t, `{ position(code: "NONE") { name } }`, nil)
	a.ask(t, `mutation { deletePosition(input: { code: "NONE" }) { revision } }`, nil)
	m.mood = func(context.Context) error { panic("oh") }
	a.ask(t, `{ employee(code: "E1") { name } }`, nil)
	require.Equal(t, []string{"Query.position ", "Query.position NOT_FOUND", "Mutation.deletePosition ", "Query.employee INTERNAL"}, seen)
}

func TestMistakesOfTheCallerAreNamedInTheirLanguage(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const edit = `(input: { %s }) { revision userErrors { field message code } } }`
	for name, c := range map[string]struct {
		query  string
		code   fault.Code
		en, zh string
	}{
		"a page that is too large":   {`{ positions(first: 201) { totalCount } }`, fault.InvalidArgument, "between 0 and 200, not 201", "0 与 200 之间"},
		"a cursor of something else": {`{ positions(after: "x") { totalCount } }`, fault.InvalidArgument, "not a cursor", "不是本接口的游标"},
		"an id of something else":    {`{ node(id: "x") { id } }`, fault.InvalidArgument, "not an id", "不是本接口的 id"},
		"an id of an unknown type":   {`{ node(id: "TG9nOjE") { id } }`, fault.InvalidArgument, "not one of this API", "不属于本接口"},
		"a budget below nothing":     {`{ learningPath(employee: "E1", position: "P", options: { budgetMinutes: -1 }) { totalMinutes } }`, fault.InvalidArgument, "at least 0", "不得小于 0"},
		"an unknown exclusion":       {`{ learningPath(employee: "E1", position: "P") { whatIf(options: { exclude: ["X"] }) { totalMinutes } } }`, fault.InvalidArgument, "exclude names what does not exist: X", "exclude 中的编码不存在：X"},
		"an unknown assumption":      {`{ gapAnalysis(employee: "E1", position: "P", assumeMastered: ["A", "X"]) { ready } }`, fault.InvalidArgument, "does not exist: X", "不存在：X"},
		"a time that is none":        {`{ gapAnalysis(employee: "E1", position: "P", at: "tomorrow") { ready } }`, fault.InvalidArgument, "a Time is written", "时间请写作"},
		"an unknown position":        {`{ position(code: "X") { name } }`, fault.NotFound, `no position "X"`, "不存在岗位"},
		"an unknown competency":      {`{ competency(code: "A") { name } }`, fault.NotFound, `no competency "A"`, "不存在能力项"},
		"an unknown point":           {`{ knowledgePoint(code: "C") { name } }`, fault.NotFound, `no knowledge point "C"`, "不存在知识点"},
		"an unknown resource":        {`{ resource(code: "X") { title } }`, fault.NotFound, `no resource "X"`, "不存在学习资源"},
		"an unknown employee":        {`{ nextSteps(employee: "X", position: "P") { order } }`, fault.NotFound, `no employee "X"`, "不存在员工"},
		"an unknown department":      {`{ orgUnit(code: "X") { name } }`, fault.NotFound, `no department "X"`, "不存在部门"},
		"an unknown container":       {`{ knowledgePoints(filter: { competency: "A" }) { totalCount } }`, fault.NotFound, `no competency "A"`, "不存在能力项"},
		"too deep":                   {`{ competency(code: "C") ` + nested(20, "{ parent ", "{ code }", "}") + ` }`, fault.LimitExceeded, "deeper than 20", "超过 20 层"},
		"a cycle":                    {`mutation { addPrerequisite` + fmt.Sprintf(edit, `prerequisite: "D", dependent: "A"`), fault.Cycle, "A", "A"},
		"a revision that is gone":    {`mutation { upsertPosition` + fmt.Sprintf(edit, `code: "P", name: "x", expectedRevision: 0`), fault.Conflict, "has changed since", "已变更"},
		"a deletion of what is used": {`mutation { deleteKnowledgePoint` + fmt.Sprintf(edit, `code: "B"`), fault.Conflict, "cannot be deleted", "不能删除"},
		"an edit of an unknown one":  {`mutation { setRequirements` + fmt.Sprintf(edit, `position: "X", requirements: []`), fault.NotFound, `no position`, "不存在岗位"},
	} {
		t.Run(name, func(t *testing.T) {
			for language, want := range map[string]string{"en-GB": c.en, "zh;q=0.9, en;q=0.1": c.zh} {
				got := a.ask(t, c.query, nil, "Accept-Language", language)
				if len(got.Errors) > 0 {
					require.Equal(t, []fault.Code{c.code}, got.codes())
					require.Contains(t, got.Errors[0].Message, want)
				} else {
					require.Contains(t, got.raw, `"code":"`+string(c.code)+`"`)
					require.Contains(t, got.raw, `"message":"`)
					require.Contains(t, got.raw, want)
				}
			}
		})
	}
	require.Empty(t, a.log.String(), "none of it is a fault of ours")
}

func TestVariablesOfTheWrongKindAreTheCallersMistake(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	const query = `query q($at: Time, $first: Int! = 1, $kind: KnowledgePointKind) {
		gapAnalysis(employee: "E1", position: "P", at: $at) { ready } knowledgePoints(first: $first, filter: { kind: $kind }) { totalCount } }`
	for name, variables := range map[string]map[string]any{
		"a time that is none": {"at": "x"}, "a time that is a list": {"at": []int{1}}, "a number that is a text": {"first": "many"},
		"a number that is no whole one": {"first": 1.5}, "an enum that is none": {"kind": "HOBBY"}, "nothing where something must be": {"first": nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := a.ask(t, query, variables)
			require.Equal(t, []fault.Code{fault.InvalidArgument}, got.codes())
			require.NotContains(t, got.raw, "int64")
			require.NotContains(t, got.raw, "interface")
		})
	}
	require.Empty(t, a.ask(t, query, map[string]any{"at": "2026-11-20T08:00:00+08:00", "kind": "SKILL", "first": 3}).Errors)
}
