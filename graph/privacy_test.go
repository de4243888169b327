package graph_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// What people do about their own data through the API, up to their erasure.
func TestRightsOfPeopleByTheAPI(t *testing.T) {
	world := smallWorld(t)
	world.Put.Employees = append(world.Put.Employees, competency.Employee{Code: "H1", Name: "人事一"}, competency.Employee{Code: "H2", Name: "人事二"})
	a := newAPI(t, world, nil, graph.Config{})
	hr := []access.Grant{{Role: access.HR}}
	require.NoError(t, a.service.Accounts.PutSamples(access.WithViewer(t.Context(), access.System()), []account.Sample{
		{Login: "e1", Name: "本人", Employee: "E1"}, {Login: "h1", Name: "人事一", Employee: "H1", Grants: hr}, {Login: "h2", Name: "人事二", Employee: "H2", Grants: hr},
	}))
	self, first, second := a.signedIn(t, "E1"), a.signedIn(t, "H1"), a.signedIn(t, "H2")

	var made struct {
		ObjectToState struct{ Objection struct{ ID string } }
	}
	self.answer(t, `mutation { objectToState(input: { knowledgePoint: "A", reason: "不符" }) { objection { id } userErrors { message } } }`, &made)
	id := made.ObjectToState.Objection.ID
	var seen struct {
		Objections []struct{ ID, EmployeeCode, KnowledgePointCode, Reason string }
	}
	first.answer(t, `{ objections { id employeeCode knowledgePointCode reason answer answeredAt at } }`, &seen)
	require.Equal(t, "E1 A 不符", seen.Objections[0].EmployeeCode+" "+seen.Objections[0].KnowledgePointCode+" "+seen.Objections[0].Reason)
	first.answer(t, fmt.Sprintf(`mutation { answerObjection(input: { employee: "E1", id: %q, answer: "将复核" }) { objection { answer } userErrors { message } } }`, id), new(any))
	var own struct {
		Employee struct{ Objections []struct{ Answer string } }
	}
	self.answer(t, `{ employee(code: "E1") { objections { answer } } }`, &own)
	require.Equal(t, "将复核", own.Employee.Objections[0].Answer)

	var export struct {
		ExportMe struct {
			JSON  string
			Files []struct{ Name, Text string }
		}
	}
	self.answer(t, `{ exportMe { json files { name text } } }`, &export)
	require.True(t, json.Valid([]byte(export.ExportMe.JSON)))
	require.Contains(t, export.ExportMe.JSON, "将复核")
	require.Equal(t, "employee.csv", export.ExportMe.Files[0].Name)

	const erase = `mutation { eraseEmployee(input: { employee: %q }) { done pending { id kind employeeCode needs } userErrors { field code } } }`
	require.Equal(t, fault.PermissionDenied, self.execute(t, fmt.Sprintf(erase, "E2"), nil).Errors[0].Extensions.Code)
	require.Equal(t, fault.PermissionDenied, first.execute(t, fmt.Sprintf(erase, "H1"), nil).Errors[0].Extensions.Code, "oneself")
	var proposed struct {
		EraseEmployee struct {
			Done       bool
			Pending    *struct{ ID, Kind, EmployeeCode string }
			UserErrors []userError
		}
	}
	first.answer(t, fmt.Sprintf(erase, "E99"), &proposed)
	require.Equal(t, fault.NotFound, proposed.EraseEmployee.UserErrors[0].Code)
	first.answer(t, fmt.Sprintf(erase, "E1"), &proposed)
	require.False(t, proposed.EraseEmployee.Done)
	require.Equal(t, "ERASE E1", proposed.EraseEmployee.Pending.Kind+" "+proposed.EraseEmployee.Pending.EmployeeCode)
	approve := fmt.Sprintf(`mutation { approve(input: { id: %q }) { done userErrors { code } } }`, proposed.EraseEmployee.Pending.ID)
	require.Equal(t, fault.PermissionDenied, first.execute(t, approve, nil).Errors[0].Extensions.Code)
	var approved struct{ Approve struct{ Done bool } }
	second.answer(t, approve, &approved)
	require.True(t, approved.Approve.Done)
	require.Equal(t, fault.NotFound, second.execute(t, `{ employee(code: "E1") { name } }`, nil).Errors[0].Extensions.Code)
	second.answer(t, `{ objections(unanswered: false) { id } }`, &seen)
	require.Empty(t, seen.Objections)
}
