package account_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

func (w *world) tokenInput(scopes access.Scopes, units ...string) account.CreateTokenInput {
	return account.CreateTokenInput{Name: "lms", Scopes: []access.Scopes{scopes}, OrgUnits: units, ExpiresAt: w.clock.now().Add(90 * 24 * time.Hour)}
}

func TestAChangedTokenIsNoneWithoutALookup(t *testing.T) {
	w := newWorld(t)
	w.put("a", "E1")
	created, err := w.CreateToken(w.as("a"), w.tokenInput(access.CatalogRead))
	require.NoError(t, err)
	require.True(t, account.IsToken(created.Text))
	require.Regexp(t, `^zhitu_[a-z2-7]{16}_[a-z2-7]{39}$`, created.Text)
	require.NotContains(t, w.documents("token"), created.Text[len("zhitu_")+17:][:32], "only the hash is kept")
	rapid.Check(t, func(r *rapid.T) {
		changed := []byte(created.Text)
		i := rapid.IntRange(0, len(changed)-1).Draw(r, "place")
		changed[i] = byte(rapid.IntRange(0, 255).Filter(func(b int) bool { return byte(b) != changed[i] }).Draw(r, "byte"))
		require.False(r, account.IsToken(string(changed)), "%q", changed)
	})
	for _, wrong := range []string{"", "zhitu_", created.Text + "a", created.Text[1:], strings.ToUpper(created.Text), strings.Repeat("zhitu_", 1000)} {
		require.False(t, account.IsToken(wrong), wrong)
		_, err := w.ViewerOfToken(t.Context(), wrong)
		w.requireCode(fault.Unauthenticated, err)
	}
}

// countingStore counts the reads of documents.
type countingStore struct {
	store.Store
	reads atomic.Int32
}

func (c *countingStore) Documents(ctx context.Context, q store.DocumentQuery) ([]store.Document, error) {
	c.reads.Add(1)
	return c.Store.Documents(ctx, q)
}

func TestWrongTokensCostLittle(t *testing.T) {
	w := newWorld(t)
	w.put("a", "E1")
	created, err := w.CreateToken(w.as("a"), w.tokenInput(access.CatalogRead))
	require.NoError(t, err)
	counted := &countingStore{Store: w.store}
	accounts := account.New(counted, company, account.Config{Clock: w.clock.now})
	for i := range 1000 {
		_, err := accounts.ViewerOfToken(t.Context(), fmt.Sprintf("%s%04d", created.Text[:len(created.Text)-4], i))
		w.requireCode(fault.Unauthenticated, err)
	}
	require.Zero(t, counted.reads.Load(), "a wrong checksum is not looked up")
	for range 1000 {
		_, err := accounts.ViewerOfToken(t.Context(), created.Text)
		require.NoError(t, err)
	}
	require.EqualValues(t, 2, counted.reads.Load(), "the token and its account, once in a second")
}

func TestAPersonalTokenHasTheRightsOfItsOwnerWithinItsScopes(t *testing.T) {
	w := newWorld(t)
	w.put("trainer", "E1", "TRAINER:DEV")
	w.put("other", "E2")
	created, err := w.CreateToken(w.as("trainer"), w.tokenInput(access.LearnerRead, "DEV"))
	require.NoError(t, err)
	v, err := w.other.ViewerOfToken(t.Context(), created.Text)
	require.NoError(t, err)
	e2, _ := company.Stand(t.Context(), "E2")
	e3, _ := company.Stand(t.Context(), "E3")
	require.Equal(t, access.Allowed, v.DecidePerson(access.Learner, &e2))
	require.Equal(t, access.NotFound, v.DecidePerson(access.Learner, &e3))
	require.Equal(t, access.Denied, v.DecidePerson(access.Place, &e2), "no scope for it")
	require.Equal(t, access.Denied, v.Decide(access.AdministerOwn), "no token makes tokens")
	_, err = w.CreateToken(access.WithViewer(t.Context(), v), w.tokenInput(access.CatalogRead))
	w.requireCode(fault.PermissionDenied, err)

	list, err := w.Tokens(w.as("trainer"), nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, []string{"DEV"}, list[0].OrgUnits)
	require.NotNil(t, list[0].LastUseAt)
	w.requireCode(fault.NotFound, w.RevokeToken(w.as("other"), created.Token.ID), "as for an id that there is not")
	w.requireCode(fault.NotFound, w.RevokeToken(w.as("other"), "nothing"))
	w.requireCode(fault.PermissionDenied, w.RevokeToken(access.WithViewer(t.Context(), v), created.Token.ID), "no token manages tokens")
	require.NoError(t, w.RevokeToken(w.as("trainer"), created.Token.ID))
	w.clock.pass(time.Second)
	_, err = w.other.Refresh(t.Context(), v)
	w.requireCode(fault.Unauthenticated, err)
	_, err = w.ViewerOfToken(t.Context(), created.Text)
	w.requireCode(fault.Unauthenticated, err)
}

func TestTokensExpire(t *testing.T) {
	w := newWorld(t)
	w.put("a", "E1")
	in := w.tokenInput(access.CatalogRead)
	for _, c := range []struct {
		life time.Duration
		code fault.Code
	}{{-time.Hour, fault.InvalidArgument}, {0, fault.InvalidArgument}, {account.MaxTokenLife + time.Second, fault.InvalidArgument}, {account.MaxTokenLife, ""}, {time.Minute, ""}} {
		in.ExpiresAt = w.clock.now().Add(c.life)
		created, err := w.CreateToken(w.as("a"), in)
		w.requireCode(c.code, err, c.life)
		if c.life != time.Minute {
			continue
		}
		_, err = w.ViewerOfToken(t.Context(), created.Text)
		require.NoError(t, err)
		w.clock.pass(time.Minute)
		_, err = w.ViewerOfToken(t.Context(), created.Text)
		w.requireCode(fault.Unauthenticated, err)
	}
}

func TestBadTokens(t *testing.T) {
	w := newWorld(t)
	person := w.put("a", "E1")
	w.put("admin", "", "ADMIN")
	for name, c := range map[string]struct {
		change func(*account.CreateTokenInput)
		field  string
		code   fault.Code
	}{
		"no scope":            {func(in *account.CreateTokenInput) { in.Scopes = nil }, "scopes", fault.InvalidArgument},
		"no name":             {func(in *account.CreateTokenInput) { in.Name = " " }, "name", fault.InvalidArgument},
		"a long name":         {func(in *account.CreateTokenInput) { in.Name = strings.Repeat("名", 201) }, "name", fault.InvalidArgument},
		"unknown department":  {func(in *account.CreateTokenInput) { in.OrgUnits = []string{"NO"} }, "org_units", fault.NotFound},
		"bound catalog:write": {func(in *account.CreateTokenInput) { in.Scopes[0] = access.CatalogWrite; in.OrgUnits = []string{"DEV"} }, "org_units", fault.InvalidArgument},
		"bound audit:read":    {func(in *account.CreateTokenInput) { in.Scopes[0] = access.AuditRead; in.OrgUnits = []string{"DEV"} }, "org_units", fault.InvalidArgument},
		"bound metrics:read":  {func(in *account.CreateTokenInput) { in.Scopes[0] = access.MetricsRead; in.OrgUnits = []string{"DEV"} }, "org_units", fault.InvalidArgument},
		"of another person":   {func(in *account.CreateTokenInput) { in.Account = &person }, "account", fault.InvalidArgument},
	} {
		in := w.tokenInput(access.CatalogRead)
		c.change(&in)
		_, err := w.CreateToken(w.as("admin"), in)
		w.requireCode(c.code, err, name)
		require.Equal(t, c.field, fault.ProblemsOf(err)[0].Field, name)
	}
}

func TestAServiceAccountHasTwoTokensAtOnce(t *testing.T) {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	w.put("hr", "E1", "HR")
	admin := w.as("admin")
	lms, err := w.CreateServiceAccount(admin, "LMS")
	require.NoError(t, err)
	_, err = w.CreateServiceAccount(admin, "ｌｍｓ")
	w.requireCode(fault.Conflict, err)
	_, err = w.CreateServiceAccount(w.as("hr"), "other")
	w.requireCode(fault.PermissionDenied, err)
	_, err = w.Grant(admin, lms.ID, grant("HR"))
	w.requireCode(fault.InvalidArgument, err)

	in := w.tokenInput(access.MetricsRead)
	in.Account = &lms.ID
	first, err := w.CreateToken(admin, in)
	require.NoError(t, err)
	require.Empty(t, first.Pending)
	in.Scopes[0] = access.EvidenceWrite
	second, err := w.CreateToken(admin, in)
	require.NoError(t, err)
	require.Len(t, second.Pending, 1)
	_, err = w.CreateToken(admin, in)
	w.requireCode(fault.Conflict, err, "one that waits counts")

	_, err = w.ViewerOfToken(t.Context(), second.Text)
	w.requireCode(fault.Unauthenticated, err, "before the second yes")
	left, err := w.Approve(w.as("hr"), second.Pending[0].ID)
	require.NoError(t, err)
	require.Nil(t, left)
	v, err := w.ViewerOfToken(t.Context(), second.Text)
	require.NoError(t, err)
	require.Equal(t, access.Allowed, v.Decide(access.UnmappedContent))
	sender, err := w.ViewerOfSender(t.Context(), lms.ID)
	require.NoError(t, err)
	require.Equal(t, access.Allowed, sender.Decide(access.Record))

	require.NoError(t, w.RevokeToken(admin, first.Token.ID))
	_, err = w.ViewerOfToken(t.Context(), first.Text)
	w.requireCode(fault.Unauthenticated, err)
	_, err = w.Disable(admin, lms.ID)
	require.NoError(t, err)
	_, err = w.ViewerOfToken(t.Context(), second.Text)
	w.requireCode(fault.Unauthenticated, err)
}

// An answer about a group counts whom any valid token of the service may read, and names
// nobody by a token without the scope.
func TestATokenOfAServiceKnowsWhomTheOtherMayRead(t *testing.T) {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	w.put("hr", "E1", "HR")
	admin := w.as("admin")
	lms, err := w.CreateServiceAccount(admin, "LMS")
	require.NoError(t, err)
	create := func(scopes access.Scopes, units ...string) account.CreatedToken {
		in := w.tokenInput(scopes, units...)
		in.Account = &lms.ID
		created, err := w.CreateToken(admin, in)
		require.NoError(t, err)
		_, err = w.Approve(w.as("hr"), created.Pending[0].ID)
		require.NoError(t, err)
		return created
	}
	insight, reads := create(access.InsightRead), create(access.LearnerRead, "DEV")
	e2, _ := company.Stand(t.Context(), "E2")
	e3, _ := company.Stand(t.Context(), "E3")
	expect := func(readsDev, readsOps bool) {
		v, err := w.ViewerOfToken(t.Context(), insight.Text)
		require.NoError(t, err)
		require.Equal(t, readsDev, v.ReadsMember(&e2))
		require.Equal(t, readsOps, v.ReadsMember(&e3))
	}
	expect(true, false)
	require.NoError(t, w.RevokeToken(admin, reads.Token.ID))
	expect(false, false)
	in := w.tokenInput(access.LearnerRead)
	in.Account, in.ExpiresAt = &lms.ID, w.clock.now().Add(time.Hour)
	soon, err := w.CreateToken(admin, in)
	require.NoError(t, err)
	expect(false, false) // it waits for the second yes
	_, err = w.Approve(w.as("hr"), soon.Pending[0].ID)
	require.NoError(t, err)
	expect(true, true)
	w.clock.pass(time.Hour)
	expect(false, false) // it has expired
}

func TestViewersThatAreNoDocuments(t *testing.T) {
	w := newWorld(t)
	for _, v := range []*access.Viewer{account.ConfiguredTokenViewer(), account.OpenViewer()} {
		require.Equal(t, access.Allowed, v.Decide(access.EditCatalog))
		require.Equal(t, access.Allowed, v.Decide(access.Metrics))
		require.Equal(t, access.Denied, v.Decide(access.Audit))
		require.Equal(t, access.Denied, v.Decide(access.Administer))
		fresh, err := w.Refresh(t.Context(), v)
		require.NoError(t, err)
		require.Same(t, v, fresh)
		sender, err := w.ViewerOfSender(t.Context(), v.Account)
		require.NoError(t, err)
		require.Equal(t, v, sender)
	}
}
