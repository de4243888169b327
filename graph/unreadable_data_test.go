package graph_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// editedStore is a store in which somebody has broken the states of E1 and the department
// above DEV by hand.
type editedStore struct{ store.Store }

var (
	brokenState = fault.Problem{
		Place: fault.Place{Record: competency.MasteryStates, Key: "E1 – A", Field: "mastery"}, Code: fault.InvalidArgument, Text: fault.T("mastery is good", "mastery 为 good"),
	}
	brokenUnit = fault.Problem{
		Place: fault.Place{Record: competency.OrgUnits, Key: "DEV", Field: "parent"}, Code: fault.InvalidArgument, Text: fault.T("there are 2 of parent", "有 2 个 parent"),
	}
)

func (s editedStore) Profile(ctx context.Context, code string) (store.Profile, error) {
	if code == "E1" {
		return store.Profile{}, store.UnreadableError([]fault.Problem{brokenState})
	}
	return s.Store.Profile(ctx, code)
}

func (s editedStore) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	page, err := s.Store.Employees(ctx, q)
	for i := range page.Profiles {
		p := &page.Profiles[i]
		if p.Employee.OrgUnit == "DEV" {
			p.Units, p.Problems = p.Units[:1], append(p.Problems, brokenUnit)
		}
		if p.Employee.Code == "E1" && q.States {
			p.States, p.Problems = nil, append(p.Problems, brokenState)
		}
	}
	return page, err
}

func (s editedStore) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	units, err := s.Store.OrgUnits(ctx)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(units, func(u competency.OrgUnit) bool { return u.Code == "DEV" })
	if at < 0 { // there is none yet
		return units, nil
	}
	units[at].Parent = ""
	return units, fault.FromProblems([]fault.Problem{brokenUnit})
}

func (s editedStore) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	if slices.ContainsFunc(list, func(r store.Recording) bool { return r.Employee == "E1" }) {
		return nil, store.UnreadableError([]fault.Problem{brokenState})
	}
	return s.Store.Record(ctx, list, fold)
}

// What was broken by hand is an error where it belongs, and everything else is answered.
func TestBrokenRecordsBreakNothingElse(t *testing.T) {
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store { return editedStore{s} }, graph.Config{})
	paths := func(got response) (list []any) {
		for _, e := range got.Errors {
			require.Equal(t, fault.Unavailable, e.Extensions.Code)
			list = append(list, e.Path)
		}
		return list
	}

	got := a.execute(t, `{ orgUnits { nodes { code name parent { code } } } hq: orgUnit(code: "HQ") { parent { code } } }`, nil)
	require.JSONEq(t, `{"orgUnits":{"nodes":[{"code":"DEV","name":"研发部","parent":null},{"code":"HQ","name":"总部","parent":null}]},"hq":{"parent":null}}`, string(got.Data))
	require.Equal(t, []any{[]any{"orgUnits", "nodes", 0.0, "parent"}}, paths(got))
	require.Contains(t, got.Errors[0].Message, "org_units DEV: there are 2 of parent")

	got = a.execute(t, `{ employees { nodes { code orgUnit { code parent { code } } states { mastery } } } }`, nil)
	require.JSONEq(t, `{"employees":{"nodes":[{"code":"E1","orgUnit":{"code":"DEV","parent":null},"states":null},{"code":"E2","orgUnit":{"code":"HQ","parent":null},"states":[]}]}}`, string(got.Data))
	require.ElementsMatch(t, []any{[]any{"employees", "nodes", 0.0, "states"}, []any{"employees", "nodes", 0.0, "orgUnit", "parent"}}, paths(got))
	require.Empty(t, a.execute(t, `{ employees { nodes { code name } } }`, nil).Errors)
	require.Equal(t, []any{[]any{"employee"}}, paths(a.execute(t, `{ employee(code: "E1") { states { mastery } } }`, nil)))

	// Departments and people are edited, also by their references to what is broken.
	require.JSONEq(t, `{"a":{"userErrors":[]},"b":{"userErrors":[]},"c":{"userErrors":[]},"d":{"userErrors":[]}}`, a.query(t, `mutation {
		a: upsertOrgUnit(input: { code: "LAB", name: "实验室", parent: "DEV" }) { userErrors { message } }
		b: upsertEmployee(input: { code: "E3", name: "王芳", orgUnit: "LAB" }) { userErrors { message } }
		c: deleteEmployee(input: { code: "E3" }) { userErrors { message } }
		d: deleteOrgUnit(input: { code: "LAB" }) { userErrors { message } }
	}`))
}

func TestBrokenPersonRefusesTheirEvidenceAlone(t *testing.T) {
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store { return editedStore{s} }, graph.Config{})
	got := a.execute(t, `mutation { recordEvidence(input: { evidence: [
		{ id: "1", employee: "E2", knowledgePoints: ["A"], kind: EXAM, score: 1 },
		{ id: "2", employee: "E1", knowledgePoints: ["A"], kind: EXAM, score: 1 },
		{ id: "3", employee: "E2", knowledgePoints: ["B"], kind: EXAM, score: 1 }
	] }) { results { id outcome } learners { employee { code } } userErrors { field code message } } }`, nil)
	require.Empty(t, got.Errors)
	require.JSONEq(t, `{"recordEvidence":{
		"results":[{"id":"1","outcome":"RECORDED"},{"id":"2","outcome":"REFUSED"},{"id":"3","outcome":"RECORDED"}],
		"learners":[{"employee":{"code":"E2"}}],
		"userErrors":[{"field":"evidence.1.employee","code":"UNAVAILABLE",
			"message":"what is stored was edited by other means and cannot be read: mastery E1 – A: mastery is good; zhitu verify lists all of it"}]
	}}`, string(got.Data))
	got = a.execute(t, `mutation { deleteMastery(input: { employee: "E1", knowledgePoint: "A" }) { revision } }`, nil)
	require.Equal(t, []fault.Code{fault.Unavailable}, got.codes())
}
