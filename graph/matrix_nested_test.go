package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
)

// A list holds whom the viewer may find, and of each of them what the viewer may read.
func TestListHoldsWhatItsViewerMayRead(t *testing.T) {
	c := readWorkedCompany(t, "company-2")
	a := newWorkedAPI(t, c)
	for _, v := range c.viewers {
		t.Run(v.name, func(t *testing.T) {
			as := &api{Handler: actAs(a, v.Viewer)}
			r := as.execute(t, `{ employees(first: 200) { totalCount nodes { code name position { code } manager { code states { mastery } }
				targets { code } modalities states { mastery } evidence { nodes { id } } } } }`, nil)
			if !v.listed {
				require.Equal(t, []fault.Code{fault.PermissionDenied}, r.codes())
				return
			}
			var data struct {
				Employees struct {
					TotalCount int
					Nodes      []struct {
						Code, Name                  string
						Manager                     *struct{ Code string }
						Targets, Modalities, States []any
						Evidence                    *struct{ Nodes []any }
					}
				}
			}
			require.NoError(t, json.Unmarshal(r.Data, &data), r.body)
			listed := []string{}
			for _, e := range data.Employees.Nodes {
				listed = append(listed, e.Code)
				reads := v.expect(t, "LEARNER", e.Code) == "allow"
				require.Equal(t, reads, e.States != nil, "the states of %s", e.Code)
				require.Equal(t, reads, e.Targets != nil, "the targets of %s", e.Code)
				require.Equal(t, reads, e.Modalities != nil, "the modalities of %s", e.Code)
				require.Equal(t, reads, e.Evidence != nil, "the evidence of %s", e.Code)
				managers := c.persons[e.Code].Managers
				require.Equal(t, len(managers) > 0 && v.expect(t, "CARD", managers[0]) == "allow", e.Manager != nil, "the manager of %s", e.Code)
			}
			require.Equal(t, v.list, listed)
			require.Equal(t, len(v.list), data.Employees.TotalCount)
			for _, e := range r.Errors {
				require.Equal(t, fault.PermissionDenied, e.Extensions.Code, e.Message)
			}
		})
	}
}

// Each person is judged by itself: by code, by id, and deep in other answers.
func TestNodeIsJudgedByWhatItFinds(t *testing.T) {
	c := readWorkedCompany(t, "company-2")
	a := newWorkedAPI(t, c)
	for _, v := range c.viewers {
		t.Run(v.name, func(t *testing.T) {
			as := &api{Handler: actAs(a, v.Viewer)}
			for _, code := range append(c.codes, nobodyCode) {
				card := v.expect(t, "CARD", code)
				r := as.execute(t, fmt.Sprintf(`{ node(id: %q) { id ... on Employee { code } } }`, page.GlobalID("Employee", code)), nil)
				outcome, _ := outcomeOf(t, r, nil, "node")
				if card == "not_found" { // null by Relay's convention
					require.Equal(t, "allow", outcome, r.body)
					require.JSONEq(t, `{"node":null}`, string(r.Data))
					continue
				}
				require.Equal(t, card, outcome, "%s: %s", code, r.body)
				require.Equal(t, card == "allow", len(r.Errors) == 0)
			}
			for object, code := range map[string]string{"Position": "P", "Competency": "C", "KnowledgePoint": "A", "Resource": "R", "OrgUnit": "D1"} {
				class := "CATALOG"
				if object == "OrgUnit" {
					class = "ORG"
				}
				r := as.execute(t, fmt.Sprintf(`{ node(id: %q) { id } }`, page.GlobalID(object, code)), nil)
				outcome, _ := outcomeOf(t, r, nil, "node")
				require.Equal(t, v.expect(t, class, ""), outcome, "%s: %s", object, r.body)
			}
		})
	}
}

// Whom a viewer may not see is answered as who does not exist, byte for byte but for the
// code.
func TestInvisiblePeopleAreAnsweredAsUnknown(t *testing.T) {
	c := readWorkedCompany(t, "company-2")
	a := newWorkedAPI(t, c)
	for _, v := range c.viewers {
		as := &api{Handler: actAs(a, v.Viewer)}
		for _, who := range v.subjects {
			code := who.code
			if v.expect(t, "CARD", code) != "not_found" || code == nobodyCode {
				continue
			}
			for _, document := range []string{
				`{ employee(code: "CODE") { code } }`,
				`{ employees(filter: { manager: "CODE" }) { totalCount nodes { code } pageInfo { endCursor } } }`,
				`{ gapAnalysis(employee: "CODE", position: "P") { coverage } }`,
				`{ gapAnalysis(employee: "CODE", position: "NONE") { coverage } }`,
				`{ learningPath(employee: "CODE", position: "P") { totalMinutes } }`,
				`{ positionMap(employee: "CODE", position: "P") { rows } }`,
				`{ positionMap(employee: "CODE", position: "NONE") { rows } }`,
				`{ neighbourhood(employee: "CODE", code: "A") { rows } }`,
				`{ neighbourhood(employee: "CODE", code: "NONE") { rows } }`,
				`{ nextSteps(employee: "CODE", position: "P") { order } }`,
				`{ placementNext(employee: "CODE", position: "P") { asked } }`,
				`mutation { setMastery(input: { employee: "CODE", knowledgePoint: "A", mastery: 1 }) { userErrors { field message code } } }`,
				`mutation { deleteMastery(input: { employee: "CODE", knowledgePoint: "A" }) { userErrors { field message code } } }`,
				`mutation { assignPosition(input: { employee: "CODE", position: "Q" }) { userErrors { field message code } } }`,
				`mutation { deleteEmployee(input: { code: "CODE" }) { userErrors { field message code } } }`,
				`mutation { recordEvidence(input: { evidence: [{ id: "x", employee: "CODE", knowledgePoints: ["A"], kind: EXAM, score: 1 }] }) { results { outcome } userErrors { field message code } } }`,
				`mutation { answerPlacement(input: { id: "y", employee: "CODE", position: "P", knowledgePoint: "A", correct: true }) { userErrors { field message code } } }`,
			} {
				named := func(code string) string {
					return strings.ReplaceAll(as.execute(t, strings.ReplaceAll(document, "CODE", code), nil).body, code, "CODE")
				}
				require.Equal(t, named(nobodyCode), named(code), "%s asks about %s: %s", v.name, code, document)
			}
			subscription := func(code string) string {
				return strings.ReplaceAll(firstEvent(t, as, fmt.Sprintf(`subscription { learnerUpdated(employee: %q) { employee { code } } }`, code)).body, code, "CODE")
			}
			require.Equal(t, subscription(nobodyCode), subscription(code), "%s subscribes to %s", v.name, code)
		}
	}
}

// A sample of fields, over each transport.
func TestEveryTransportJudgesAlike(t *testing.T) {
	c := readWorkedCompany(t, "company-1")
	a := newWorkedAPI(t, c)
	for _, v := range c.viewers {
		url := startServer(t, actAs(a, v.Viewer))
		for _, who := range v.subjects {
			want := v.expect(t, "LEARNER", who.code)
			query := fmt.Sprintf(`subscription { learnerUpdated(employee: %q, current: true) { employee { code } states { mastery } } }`, who.code)
			r := firstEvent(t, &api{Handler: actAs(a, v.Viewer)}, query)
			outcome, _ := outcomeOf(t, r, nil, "learnerUpdated")
			require.Equal(t, want, outcome, "%s %s: %s", v.name, who.code, r.body)
			s := dialSocket(t, url, connectionInit)
			require.Equal(t, connectionAck, s.receive())
			s.send(subscribeMessage("1", query))
			r = s.next()
			outcome, _ = outcomeOf(t, r, nil, "learnerUpdated")
			require.Equal(t, want, outcome, "%s %s: %s", v.name, who.code, r.body)
			s.disconnect()
		}
	}
}

// Without a viewer, nothing is answered.
func TestNobodyIsAnswered(t *testing.T) {
	s, c := schema(), readWorkedCompany(t, "company-1")
	nobody := &api{Handler: newWorkedAPI(t, c).handler}
	for _, fields := range documentFields(s, fieldClasses(t), "Query") {
		r := nobody.execute(t, document(s, nil, fields, "E000"), nil)
		require.Equal(t, []fault.Code{fault.Unauthenticated}, r.codes(), r.body)
	}
	r := firstEvent(t, nobody, `subscription { learnerUpdated(employee: "E000") { employee { code } } }`)
	require.Equal(t, []fault.Code{fault.Unauthenticated}, r.codes(), r.body)
	for _, e := range edits {
		number++
		require.Equal(t, "UNAUTHENTICATED", e.outcome(t, nobody, "E000"), e.mutation)
	}
}
