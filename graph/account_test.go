package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
)

// signedIn is the API as the account of an employee asks, with a session of its own.
func (a *api) signedIn(t *testing.T, employee string) *api {
	t.Helper()
	session, err := a.service.Accounts.SignInAs(t.Context(), employee, account.Client{})
	require.NoError(t, err)
	v, err := a.service.Accounts.ViewerOfSession(t.Context(), session.Secret)
	require.NoError(t, err)
	return &api{Handler: actAs(a, v), service: a.service, handler: a.handler}
}

// answer decodes the answer to a document without errors.
func (a *api) answer(t *testing.T, document string, into any) {
	t.Helper()
	r := a.execute(t, document, nil)
	require.Empty(t, r.Errors, document)
	require.NoError(t, json.Unmarshal(r.Data, into))
}

// What accounts do through the API: an administrator proposes, HR says yes, and everyone
// keeps the own tokens and sessions.
func TestAccountsByTheAPI(t *testing.T) {
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	system := access.WithViewer(t.Context(), access.System())
	require.NoError(t, a.service.Accounts.PutSamples(system, []account.Sample{
		{Login: "admin", Name: "管理员", Employee: "E1", Grants: []access.Grant{{Role: access.Admin}}},
		{Login: "hr", Name: "人事", Employee: "E2", Grants: []access.Grant{{Role: access.HR}}},
	}))
	admin, hr := a.signedIn(t, "E1"), a.signedIn(t, "E2")

	type pendingApproval struct {
		ID, Kind, AccountID, AccountName, ProposedBy string
		Needs                                        []string
		Grant                                        *struct{ Role, OrgUnit *string }
		Token                                        *struct{ Scopes, OrgUnits []string }
		MayApprove                                   bool
	}
	const pendingFields = `pending { id kind accountId accountName employeeCode subject proposedBy proposedAt needs mayApprove grant { role orgUnit } token { scopes orgUnits } }`
	var invited struct {
		InviteAccount struct {
			Account        struct{ ID, Login string }
			InvitationPath string
			Pending        []pendingApproval
			UserErrors     []userError
		}
	}
	admin.answer(t, `mutation { inviteAccount(input: { login: "Trainer", grants: [{ role: TRAINER, orgUnit: "DEV" }] }) {
		account { id login } invitationPath `+pendingFields+` userErrors { field message code } } }`, &invited)
	made := invited.InviteAccount
	require.Empty(t, made.UserErrors)
	require.Equal(t, "trainer", made.Account.Login)
	require.True(t, strings.HasPrefix(made.InvitationPath, "/invite#"))
	require.Equal(t, []string{"HR"}, made.Pending[0].Needs)
	require.Equal(t, "TRAINER", *made.Pending[0].Grant.Role)
	require.Equal(t, "DEV", *made.Pending[0].Grant.OrgUnit)
	require.False(t, made.Pending[0].MayApprove)

	var waiting struct{ PendingApprovals []pendingApproval }
	hr.answer(t, `{ pendingApprovals { id kind mayApprove } }`, &waiting)
	require.True(t, waiting.PendingApprovals[0].MayApprove)
	approve := fmt.Sprintf(`mutation { approve(input: { id: %q }) { done pending { id } userErrors { code } } }`, made.Pending[0].ID)
	require.Equal(t, fault.PermissionDenied, admin.execute(t, approve, nil).Errors[0].Extensions.Code)
	var approved struct{ Approve struct{ Done bool } }
	hr.answer(t, approve, &approved)
	require.True(t, approved.Approve.Done)

	var shown struct {
		Account struct {
			Name   string
			Grants []struct{ Role, OrgUnit string }
		}
		Accounts struct {
			TotalCount int
			Nodes      []struct{ Login string }
		}
	}
	admin.answer(t, fmt.Sprintf(`{ account(id: %q) { name grants { role orgUnit } createdAt lastSignInAt invited service disabled }
		accounts(first: 1, filter: { role: TRAINER, orgUnit: "DEV" }) { totalCount nodes { login } pageInfo { hasNextPage } } }`, made.Account.ID), &shown)
	require.Equal(t, "TRAINER", shown.Account.Grants[0].Role)
	require.Equal(t, 1, shown.Accounts.TotalCount)

	var created struct {
		CreateToken struct {
			Token      struct{ ID string }
			Text       string
			Pending    []pendingApproval
			UserErrors []userError
		}
	}
	const createToken = `mutation { createToken(input: { name: "mine", scopes: [LEARNER_READ, CATALOG_READ], orgUnits: [%q], expiresAt: "2026-12-20" }) { token { id } text pending { id } userErrors { field message code } } }`
	hr.answer(t, fmt.Sprintf(createToken, "NO"), &created)
	require.Equal(t, "orgUnits", *created.CreateToken.UserErrors[0].Field)
	hr.answer(t, fmt.Sprintf(createToken, "DEV"), &created)
	require.True(t, account.IsToken(created.CreateToken.Text))
	var mine struct {
		Tokens []struct {
			ID               string
			Scopes, OrgUnits []string
			ExpiresAt        string
			LastUseAt        *string
			Name, CreatedAt  string
		}
		Sessions []struct {
			ID      string
			Current bool
		}
		Me struct {
			AccountID, Name, Login, EmployeeCode string
			Classes                              []string
		}
	}
	hr.answer(t, `{ tokens { id name scopes orgUnits createdAt expiresAt lastUseAt } sessions { id createdAt lastUseAt expiresAt address current } me { accountId name login employeeCode grants { role } classes } }`, &mine)
	require.Equal(t, []string{"LEARNER_READ", "CATALOG_READ"}, mine.Tokens[0].Scopes)
	require.True(t, mine.Sessions[0].Current)
	require.Equal(t, "hr", mine.Me.Login)
	require.Contains(t, mine.Me.Classes, "APPROVE")

	var done struct{ RevokeToken, SignOutEverywhere struct{ Done bool } }
	admin.answer(t, fmt.Sprintf(`mutation { revokeToken(input: { id: %q }) { done userErrors { code } } }`, mine.Tokens[0].ID), &done)
	require.True(t, done.RevokeToken.Done, "an administrator revokes any")
	hr.answer(t, `mutation { signOutEverywhere { done userErrors { code } } }`, &done)
	require.True(t, done.SignOutEverywhere.Done)
	hr.answer(t, `{ sessions { id } }`, &mine)
	require.Empty(t, mine.Sessions)
}
