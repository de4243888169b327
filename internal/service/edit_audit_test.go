package service_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

func TestEditsAreAudited(t *testing.T) {
	c, viewer := openFirm(t, &servicetest.Clock{})
	hr := viewer("BOSS", hrOf(""), access.Grant{Role: access.Expert})
	south := viewer("S0", hrOf("SOUTH"))
	edit := func(v *access.Viewer, run func(ctx context.Context)) {
		ctx := audit.Begin(servicetest.As(v), audit.Request{ID: "request"})
		run(ctx)
		require.NoError(t, c.Service.Audit.Commit(ctx))
	}
	upsert := func(e competency.Employee) func(context.Context) {
		return func(ctx context.Context) {
			_, _ = c.Service.UpsertEmployee(ctx, service.UpsertEmployeeInput{Employee: e})
		}
	}
	edit(hr, upsert(competency.Employee{Code: "S2", Name: "新名"}))
	edit(hr, upsert(competency.Employee{Code: "S2", Name: "新名"})) // changes nothing, and was allowed
	edit(south, upsert(competency.Employee{Code: "N2", Name: "新名"}))
	edit(south, upsert(competency.Employee{Code: "N2", Name: "新名", OrgUnit: "LINE"}))
	edit(south, upsert(competency.Employee{Code: "E999", Name: "新名"})) // about nobody
	edit(hr, func(ctx context.Context) {
		_, err := c.Service.SetMastery(ctx, service.SetMasteryInput{Employee: "S2", KnowledgePoint: "A", Mastery: 0.5})
		require.NoError(t, err)
	})
	edit(hr, func(ctx context.Context) {
		_, err := c.Service.Delete(ctx, competency.Employees, service.DeleteInput{Code: "S1"})
		require.NoError(t, err)
	})
	edit(hr, func(ctx context.Context) {
		_, err := c.Service.UpsertPosition(ctx, service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: "新名"}})
		require.NoError(t, err)
	})
	edit(south, func(ctx context.Context) {
		_, err := c.Service.UpsertPosition(ctx, service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: "又名"}})
		require.Error(t, err)
	})
	edit(access.System(), func(ctx context.Context) { // more people than an entry names
		var cs competency.ChangeSet
		for i := range 25 {
			cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: fmt.Sprintf("T%d", i), Name: "新人"})
		}
		_, err := c.Service.Import(ctx, cs, false)
		require.NoError(t, err)
	})
	list, err := c.Service.Audit.Entries(servicetest.Request(), 100, nil, nil)
	require.NoError(t, err)
	told := map[string]int{}
	for _, e := range list.Nodes {
		told[fmt.Sprintf("%s %s %s %v %d %s", e.Account, e.Action, e.Verb, e.Subjects, e.SubjectCount, e.Outcome)]++
	}
	for _, want := range []string{
		"account-BOSS EDIT_PEOPLE edit [S2] 0 " + audit.Done,
		"account-S0 EDIT_PEOPLE edit [N2] 0 NOT_FOUND",
		"account-S0 EDIT_PEOPLE edit [N2] 0 CONFLICT",
		"account-BOSS ASSESS edit [S2] 0 " + audit.Done,
		"account-BOSS EDIT_PEOPLE delete [S1] 0 " + audit.Done,
		"account-BOSS EDIT_POSITION edit [] 0 " + audit.Done,
		"account-S0 EDIT_POSITION edit [] 0 PERMISSION_DENIED",
		"system EDIT_PEOPLE edit [] 25 " + audit.Done,
	} {
		require.Positive(t, told[want], "%s in %v", want, told)
	}
	require.NotContains(t, fmt.Sprint(told), "E999")
}

func TestDeletionsHeedGrantsOfAccounts(t *testing.T) {
	c, viewer := openFirm(t, &servicetest.Clock{})
	require.NoError(t, c.Service.Accounts.PutSamples(servicetest.Request(), []account.Sample{
		{Login: "s2", Name: "员工", Employee: "S2", Grants: []access.Grant{hrOf("SHIFT")}},
		{Login: "boss", Name: "总", Employee: "BOSS", Grants: []access.Grant{hrOf("")}},
	}))
	remove := func(v *access.Viewer, record, code string) fault.Code {
		p, err := c.Service.Delete(servicetest.As(v), record, service.DeleteInput{Code: code})
		refused, _ := refusalOf(t, p.Outcome, err)
		return refused
	}
	move, err := c.Service.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "N1", OrgUnit: "SOUTH"}})
	requireAccepted(t, move.Outcome, err)
	require.Equal(t, fault.PermissionDenied, remove(viewer("S0", hrOf("SOUTH")), competency.Employees, "S2"), "whose account has a grant")
	require.Equal(t, fault.Conflict, remove(viewer("BOSS", hrOf("")), competency.OrgUnits, "SHIFT"))
	require.Empty(t, remove(viewer("BOSS", hrOf("")), competency.Employees, "S2"))
	require.Equal(t, fault.Conflict, remove(access.System(), competency.Employees, "BOSS"), "the last HR of the whole firm")
}
