package account_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
)

// audited returns what an act leaves in the audit, as ACTION verb outcome.
func (w *world) audited(ctx context.Context, act func(context.Context)) (entries []string) {
	w.Helper()
	log := audit.New(w.store, audit.NewKey(), audit.Config{Now: w.clock.now})
	ctx = audit.Begin(ctx, audit.Request{ID: "r", Address: "10.0.0.1"})
	act(ctx)
	require.NoError(w, log.Commit(ctx))
	list, err := log.Entries(w.system, 10, nil, nil)
	require.NoError(w, err)
	for _, e := range list.Nodes {
		entries = append(entries, e.Action+" "+e.Verb+" "+e.Outcome)
	}
	return entries
}

func TestActsOnAccountsAreAudited(t *testing.T) {
	for name, c := range map[string]struct {
		as   string
		act  func(w *world, ctx context.Context)
		want string
	}{
		"a wrong password": {"", func(w *world, ctx context.Context) { _, _ = w.SignIn(ctx, "joined", "wrong", at("10.0.0.1")) }, "ADMINISTER_OWN sign-in UNAUTHENTICATED"},
		"an unknown login": {"", func(w *world, ctx context.Context) { _, _ = w.SignIn(ctx, "nobody", "wrong", at("10.0.0.1")) }, "ADMINISTER_OWN sign-in UNAUTHENTICATED"},
		"a sign-in":        {"", func(w *world, ctx context.Context) { _, _ = w.SignIn(ctx, "joined", password, at("10.0.0.1")) }, "ADMINISTER_OWN sign-in " + audit.Done},
		"a grant": {"admin", func(w *world, ctx context.Context) {
			_, err := w.Grant(ctx, w.id("plain"), grant("TRAINER:DEV"))
			require.NoError(w, err)
		}, "ADMINISTER grant TRAINER:DEV " + audit.Done},
		"a grant that is refused": {"plain", func(w *world, ctx context.Context) {
			_, err := w.Grant(ctx, w.id("plain"), grant("TRAINER:DEV"))
			w.requireCode(fault.PermissionDenied, err)
		}, "ADMINISTER grant TRAINER:DEV PERMISSION_DENIED"},
		"a second yes": {"hr", func(w *world, ctx context.Context) {
			edited, err := w.Grant(w.as("admin"), w.id("plain"), grant("EXPERT"))
			require.NoError(w, err)
			_, err = w.Approve(ctx, edited.Pending[0].ID)
			require.NoError(w, err)
		}, "APPROVE approve grant EXPERT " + audit.Done},
		"what a provider claims": {"", func(w *world, ctx context.Context) {
			_, err := w.SignInAtProvider(ctx, person("s9", "", "EXPERT"), true, at("10.0.0.1"))
			require.NoError(w, err)
		}, "ADMINISTER_OWN sign-in " + audit.Done + "\nADMINISTER claim EXPERT " + audit.Done},
		"whom a provider knows and nobody here": {"", func(w *world, ctx context.Context) {
			_, err := w.SignInAtProvider(ctx, person("s9", ""), false, at("10.0.0.1"))
			require.Error(w, err)
		}, "ADMINISTER_OWN sign-in PERMISSION_DENIED"},
		"accounts of a demo": {"", func(w *world, ctx context.Context) {
			for range 2 { // the second time there is nothing to make
				require.NoError(w, w.PutSamples(access.WithViewer(ctx, access.System()), []account.Sample{{Login: "s1"}, {Login: "s2", Grants: grants("EXPERT")}}))
			}
		}, "ADMINISTER make-sample-accounts " + audit.Done},
		"a token": {"plain", func(w *world, ctx context.Context) {
			_, err := w.CreateToken(ctx, w.tokenInput(access.CatalogRead|access.LearnerRead))
			require.NoError(w, err)
		}, "ADMINISTER_OWN create-token catalog:read,learner:read " + audit.Done},
		"a token without scopes": {"plain", func(w *world, ctx context.Context) {
			_, err := w.CreateToken(ctx, w.tokenInput(0))
			w.requireCode(fault.InvalidArgument, err)
		}, "ADMINISTER_OWN create-token INVALID_ARGUMENT"},
	} {
		t.Run(name, func(t *testing.T) {
			w := staffed(t)
			w.join("joined")
			ctx := t.Context()
			if c.as != "" {
				ctx = w.as(c.as)
			}
			require.Equal(t, strings.Split(c.want, "\n"), w.audited(ctx, func(ctx context.Context) { c.act(w, ctx) }))
		})
	}
}
