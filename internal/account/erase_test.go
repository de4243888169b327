package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

func TestAnErasureTakesTwoHROfTheWholeFirm(t *testing.T) {
	w := staffed(t)
	for _, login := range []string{"admin", "auditor", "plain"} {
		_, err := w.ProposeErasure(w.as(login), "E5")
		w.requireCode(fault.PermissionDenied, err, login)
		_, err = w.ProposeErasure(w.as(login), "E99")
		w.requireCode(fault.PermissionDenied, err, login)
	}
	_, err := w.ProposeErasure(w.as("hr"), "E2")
	w.requireCode(fault.PermissionDenied, err, "oneself")
	_, err = w.ProposeErasure(w.as("hr"), "E99")
	w.requireCode(fault.NotFound, err)

	waiting, err := w.ProposeErasure(w.as("hr"), "E5")
	require.NoError(t, err)
	require.Equal(t, []access.Role{access.HR}, waiting.Needs)
	require.Equal(t, "E5", *waiting.EmployeeCode)
	require.Equal(t, w.id("plain"), *waiting.AccountID)
	again, err := w.ProposeErasure(w.as("admin-hr"), "E5")
	require.NoError(t, err)
	require.Equal(t, waiting.ID, again.ID, "it may be repeated")
	for _, login := range []string{"hr", "auditor", "admin", "plain"} {
		_, err := w.Approve(w.as(login), waiting.ID)
		w.requireCode(fault.PermissionDenied, err, login)
	}
	_, err = w.Approve(w.system, waiting.ID)
	w.requireCode(fault.PermissionDenied, err, "another account could")
	list, err := w.Erasures(w.system)
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = w.Approve(w.as("admin-hr"), waiting.ID)
	require.NoError(t, err)
	list, err = w.Erasures(w.system)
	require.NoError(t, err)
	require.Equal(t, "E5", list[0].Employee)
}

func TestWhoIsErasedCannotApproveIt(t *testing.T) {
	w := staffed(t)
	_, err := w.Disable(w.system, w.id("plain"))
	require.NoError(t, err)
	w.put("hr3", "E5", "HR")
	waiting, err := w.ProposeErasure(w.as("hr"), "E5")
	require.NoError(t, err)
	_, err = w.Approve(w.as("hr3"), waiting.ID)
	w.requireCode(fault.PermissionDenied, err)
	_, err = w.ProposeErasure(w.system, "E4")
	require.NoError(t, err, "another AUDITOR is left")
	_, err = w.Disable(w.system, w.id("auditor2"))
	require.NoError(t, err)
	_, err = w.ProposeErasure(w.as("hr"), "E3")
	w.requireCode(fault.Conflict, err, "the last AUDITOR")
}

func TestAnErasureLeavesNothingOfTheAccounts(t *testing.T) {
	w := staffed(t)
	_, err := w.Disable(w.system, w.id("plain")) // the employee then has another
	require.NoError(t, err)
	id := w.put("leaver", "E5")
	session, err := w.SignInAs(w.Context(), "E5", account.Client{})
	require.NoError(t, err)
	_, err = w.CreateToken(w.as("leaver"), w.tokenInput(access.CatalogRead))
	require.NoError(t, err)
	proposed, err := w.Grant(w.as("admin"), id, grant("TRAINER:OPS"))
	require.NoError(t, err)
	require.Len(t, proposed.Pending, 1)
	waiting, err := w.ProposeErasure(w.as("hr"), "E5")
	require.NoError(t, err)
	_, err = w.Approve(w.as("admin-hr"), waiting.ID)
	require.NoError(t, err)
	_, err = w.ViewerOfSession(w.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err, "at once")

	list, err := w.Erasures(w.system)
	require.NoError(t, err)
	require.Len(t, list, 1)
	for range 2 { // it may be repeated
		require.NoError(t, w.EraseTraces(w.system, list[0]))
		require.NoError(t, w.EndErasure(w.system, list[0]))
	}
	w.clock.pass(account.ErasureGrace - time.Second)
	list, err = w.Erasures(w.system)
	require.NoError(t, err)
	require.Empty(t, list, "requests may still be on their way")
	w.clock.pass(time.Second)
	list, err = w.Erasures(w.system)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Empty(t, list[0].Accounts)
	require.NoError(t, w.EndErasure(w.system, list[0]))
	shown, err := w.Account(w.system, id)
	require.NoError(t, err)
	require.True(t, shown.Disabled)
	require.Equal(t, id, shown.Name)
	for _, kind := range []string{"account", "account_key", "account_pending", "session", "token", "erasure"} {
		docs, err := w.store.Documents(w.Context(), store.DocumentQuery{Kind: kind})
		require.NoError(t, err)
		for _, d := range docs {
			for _, trace := range []string{`"E5"`, "leaver", "plain"} {
				require.NotContains(t, d.Body, trace, kind)
			}
			if kind != "account" {
				require.NotContains(t, d.Body, id, kind)
			}
		}
	}
	w.put("leaver", "E5") // another person may have the name and the code
}

func TestOnlyTheSystemContinuesErasures(t *testing.T) {
	w := staffed(t)
	for _, do := range []func(ctx context.Context) error{
		func(ctx context.Context) error { _, err := w.Erasures(ctx); return err },
		func(ctx context.Context) error { return w.EraseTraces(ctx, account.Erasure{}) },
		func(ctx context.Context) error { return w.EndErasure(ctx, account.Erasure{}) },
	} {
		w.requireCode(fault.PermissionDenied, do(w.as("admin-hr")))
		w.requireCode(fault.Unauthenticated, do(w.Context()))
	}
}

// The identity at a provider goes, too: who has it signs in as a new person.
func TestAnErasureDropsTheIdentity(t *testing.T) {
	w := staffed(t)
	_, err := w.Disable(w.system, w.id("plain"))
	require.NoError(t, err)
	known := w.arrive(person("subject-of-e5", "E5"))
	waiting, err := w.ProposeErasure(w.as("hr"), "E5")
	require.NoError(t, err)
	_, err = w.Approve(w.as("admin-hr"), waiting.ID)
	require.NoError(t, err)
	shown, err := w.Account(w.system, known.ID)
	require.NoError(t, err)
	require.Nil(t, shown.Subject)
	require.Nil(t, shown.EmployeeCode)
	require.NotEqual(t, known.ID, w.arrive(person("subject-of-e5", "")).ID)
	list, err := w.Erasures(w.system)
	require.NoError(t, err)
	require.NoError(t, w.EraseTraces(w.system, list[0]))
	w.arrive(person("subject-of-e5", "")) // whose key is not taken away
}
