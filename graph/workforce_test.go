package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Questions about groups refuse what they cannot answer, and say why.
func TestQuestionsAboutGroupsAreRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, seedWorld(t), nil, graph.Config{})
	for query, want := range map[string]fault.Code{
		`{ teamGaps(group: { orgUnit: "ORG-IT", line: "E001" }) { without } }`:              fault.InvalidArgument,
		`{ teamGaps(group: { orgUnit: "NONE" }) { without } }`:                              fault.NotFound,
		`{ teamGaps(position: "NONE") { without } }`:                                        fault.NotFound,
		`{ teamGaps(tier: -1) { without } }`:                                                fault.InvalidArgument,
		`{ candidates(position: "POS-DA", first: 201) { others } }`:                         fault.InvalidArgument,
		`{ candidates(position: "POS-DA", group: { line: "NOBODY" }) { others } }`:          fault.NotFound,
		`{ coverageDistribution(position: "POS-DA", group: { incumbentsOf: "X" }) { at } }`: fault.NotFound,
		`{ trainingSet(position: "POS-DA", holders: 0) { minutes } }`:                       fault.InvalidArgument,
		`{ trainingSet(position: "POS-DA", maxMinutes: -1) { minutes } }`:                   fault.InvalidArgument,
		`{ unblocking(minGroup: 0) { at } }`:                                                fault.InvalidArgument,
		`{ holders(after: "x") { totalCount } }`:                                            fault.InvalidArgument,
		`{ knowledgePoint(code: "K-SQL-JOIN") { holders(level: 0) { count } } }`:            fault.InvalidArgument,
	} {
		require.Equal(t, []fault.Code{want}, a.execute(t, query, nil).codes(), query)
	}
	t.Run("training that may not take long tells what is missing", func(t *testing.T) {
		got := a.query(t, `{ trainingSet(position: "POS-DA", maxMinutes: 0) { feasible bound minutes plans { minutes } missing { count knowledgePoint { code } } } }`)
		require.Contains(t, got, `"feasible":false,"bound":null,"minutes":0,"plans":[],"missing":[{"count":`)
	})
}

// A heat map by people has so many rows; by units it may be of any number of people.
func TestHeatMapOfManyPeople(t *testing.T) {
	t.Parallel()
	world := smallWorld(t)
	for i := range 1000 {
		world.Put.Employees = append(world.Put.Employees, competency.Employee{Code: fmt.Sprintf("X%03d", i), Name: "X", OrgUnit: "DEV", Position: "P"})
	}
	a := newAPI(t, world, nil, graph.Config{})
	r := a.execute(t, `{ teamGaps { people { employee { code } } total { people } units { orgUnit { code } } } }`, nil)
	require.Equal(t, []fault.Code{fault.LimitExceeded}, r.codes())
	require.Contains(t, r.body, "1000")
	require.Contains(t, r.body, `"people":null,"total":[{"people":1001}`)
	got := a.query(t, `{ teamGaps(group: { line: "E2" }) { people { employee { code } } } }`)
	require.JSONEq(t, `{"teamGaps":{"people":[{"employee":{"code":"E1"}}]}}`, got)
	r = a.execute(t, `{ unblocking(minGroup: 1000, group: { orgUnit: "DEV" }) { points { size } } }`, nil)
	require.Empty(t, r.Errors)
	require.Contains(t, r.body, `"size":1000`)
}

// What questions about groups tell of others is audited: one entry, with the people, or with how
// many they are.
func TestAnswersAboutMembersAreAudited(t *testing.T) {
	t.Parallel()
	a := newAPI(t, seedWorld(t), nil, graph.Config{})
	entries := auditOf(t, a, `{ candidates(position: "POS-DA", first: 3) { nodes { employee { code } } } holders(first: 1) { nodes { count } } }`)
	require.Len(t, entries, 1)
	require.Contains(t, entries[0], "candidates")
	require.Empty(t, auditOf(t, a, `{ teamGaps { total { coverage } } coverageDistribution(position: "POS-DA") { people } }`), "figures name nobody")
}

// The members of a page of U may be read by nobody else: each question refuses the same viewers.
func TestNamesNeedEveryMember(t *testing.T) {
	t.Parallel()
	a := workforceAPI(t, filepath.Join(workedWorkforce, "company-1"), nil)
	expert := access.Account(access.Identity{Account: "x"}, access.Person{}, []access.Grant{{Role: access.Expert}})
	as := &api{Handler: actAs(a, expert)}
	for _, query := range []string{
		`{ candidates(position: "P1") { others } }`, `{ trainingSet(position: "P1") { minutes } }`, `{ reviewsDue(until: "2030-01-01T00:00:00Z") { totalCount } }`,
	} {
		require.Equal(t, []fault.Code{fault.PermissionDenied}, as.execute(t, query, nil).codes(), query)
	}
	r := as.execute(t, `{ teamGaps { without people { cells { coverage } } units { cells { people } } } holders(first: 1) { nodes { class count people { totalCount } } } }`, nil)
	require.Equal(t, []fault.Code{fault.PermissionDenied, fault.PermissionDenied}, r.codes(), r.body)
	require.Contains(t, r.body, `"people":null,"units":[`)
	r = as.execute(t, `{ coverageDistribution(position: "P1", at: "2026-11-20T07:00:00Z") { people } }`, nil)
	require.Equal(t, []fault.Code{fault.InvalidArgument}, r.codes(), "another hour would tell more")
}

// Reviews are told by due time, overdue ones too, and each would be due in states.
func TestReviewsDue(t *testing.T) {
	t.Parallel()
	a := newAPI(t, seedWorld(t), nil, graph.Config{})
	var all struct {
		ReviewsDue struct {
			TotalCount int
			Nodes      []struct {
				Due            string
				Level          float64
				Employee       struct{ Code string }
				KnowledgePoint struct{ Code string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(a.query(t, `{ reviewsDue(until: "2027-06-01T00:00:00Z", first: 200) { totalCount nodes { due level employee { code } knowledgePoint { code } } } }`)), &all))
	require.NotEmpty(t, all.ReviewsDue.Nodes)
	last := ""
	for _, r := range all.ReviewsDue.Nodes {
		require.LessOrEqual(t, last, r.Due)
		require.LessOrEqual(t, r.Due, "2027-06-01T00:00:00Z")
		last = r.Due
		states := a.query(t, fmt.Sprintf(`{ employee(code: %q) { states { knowledgePoint { code } due(level: %v) } } }`, r.Employee.Code, r.Level))
		require.Contains(t, states, fmt.Sprintf(`{"knowledgePoint":{"code":%q},"due":%q}`, r.KnowledgePoint.Code, r.Due))
		if strings.HasPrefix(r.Due, "2027") {
			break // enough of them
		}
	}
	require.Contains(t, a.query(t, `{ reviewsDue(until: "1990-01-01T00:00:00Z") { totalCount } }`), `"totalCount":0`)

	// What is due at a time belongs to the part that ends there, and to no other.
	middle := all.ReviewsDue.Nodes[len(all.ReviewsDue.Nodes)/2].Due
	var parts struct {
		Before, After struct {
			TotalCount int
			Nodes      []struct{ Due string }
		}
	}
	a.answer(t, fmt.Sprintf(`{ before: reviewsDue(until: %[1]q, first: 200) { totalCount nodes { due } }
		after: reviewsDue(from: %[1]q, until: "2027-06-01T00:00:00Z", first: 200) { totalCount nodes { due } } }`, middle), &parts)
	require.Equal(t, middle, parts.Before.Nodes[min(len(parts.Before.Nodes), 200)-1].Due)
	require.Equal(t, all.ReviewsDue.TotalCount, parts.Before.TotalCount+parts.After.TotalCount)
	require.NotEmpty(t, parts.After.Nodes)
	require.Less(t, middle, parts.After.Nodes[0].Due)
	require.Contains(t, a.query(t, `{ reviewsDue(from: "2027-06-01T00:00:00Z", until: "2026-01-01T00:00:00Z") { totalCount } }`), `"totalCount":0`)
}

// auditOf returns what is audited of a question of HR, as JSON.
func auditOf(t *testing.T, a *api, query string) (entries []string) {
	t.Helper()
	id := fmt.Sprintf("request-%d", len(query))
	hr := access.Account(access.Identity{Account: "hr"}, access.Person{Code: "HR"}, []access.Grant{{Role: access.HR}})
	ctx := audit.Begin(access.WithViewer(t.Context(), hr), audit.Request{ID: id})
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, newRequest(ctx, body))
	require.Empty(t, parseResponse(t, w.Body.String()).Errors)
	require.NoError(t, a.service.Audit.Commit(ctx))
	auditor := &api{Handler: actAs(a, access.Account(access.Identity{Account: "auditor"}, access.Person{Code: "AUDITOR"}, []access.Grant{{Role: access.Auditor}}))}
	var log struct {
		AuditLog struct{ Nodes []map[string]any }
	}
	require.NoError(t, json.Unmarshal(auditor.execute(t, `{ auditLog(first: 200) { nodes { requestId action verb filter subjects subjectCount } } }`, nil).Data, &log))
	for _, n := range log.AuditLog.Nodes {
		if n["requestId"] == id {
			text, err := json.Marshal(n)
			require.NoError(t, err)
			entries = append(entries, string(text))
		}
	}
	return entries
}
