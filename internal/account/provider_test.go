package account_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
)

const issuer = "https://id.example.com/realms/zhitu"

// person is somebody whom the provider knows.
func person(subject, employee string, claimed ...string) account.ProviderIdentity {
	return account.ProviderIdentity{Issuer: issuer, Subject: subject, Name: "名" + subject, Employee: employee, Grants: append([]access.Grant{}, grants(claimed...)...)}
}

// arrive signs somebody in who may have an account made.
func (w *world) arrive(who account.ProviderIdentity) account.Account {
	w.Helper()
	session, err := w.SignInAtProvider(w.Context(), who, true, at("10.0.0.1"))
	require.NoError(w, err)
	w.viewer(w.other, session)
	shown, err := w.Account(w.system, session.Account)
	require.NoError(w, err)
	return *shown
}

func (w *world) pending() []account.Pending {
	w.Helper()
	list, err := w.PendingApprovals(w.system)
	require.NoError(w, err)
	return list
}

func (w *world) yes(login string) {
	w.Helper()
	for _, p := range w.pending() {
		_, err := w.Approve(w.as(login), p.ID)
		require.NoError(w, err)
	}
}

func TestTheFirstSignInMakesAnAccount(t *testing.T) {
	w := staffed(t)
	_, err := w.SignInAtProvider(t.Context(), person("s6", ""), false, at(""))
	w.requireCode(fault.PermissionDenied, err)
	require.Contains(t, err.Error(), "s6", "an administrator needs it to join them")

	made := w.arrive(person("s6", ""))
	require.Equal(t, "s6", *made.Subject)
	require.Equal(t, "名s6", made.Name)
	require.Nil(t, made.Login)
	require.Nil(t, made.EmployeeCode)
	require.Empty(t, made.Grants)
	require.Equal(t, made.ID, w.arrive(person("s6", "")).ID, "known by issuer and subject")
	require.Equal(t, made.ID, w.arrive(person("s6", "NOBODY")).ID, "a claim that names no employee links to nobody")
	another := person("s6", "")
	another.Issuer, another.Name = "https://other.example.com", " "
	other := w.arrive(another)
	require.NotEqual(t, made.ID, other.ID)
	require.Equal(t, "s6", other.Name)

	_, err = w.Reinvite(w.system, made.ID)
	w.requireCode(fault.InvalidArgument, err, "there is no password to set")
	_, err = w.Disable(w.system, made.ID)
	require.NoError(t, err)
	_, err = w.SignInAtProvider(t.Context(), person("s6", ""), true, at(""))
	w.requireCode(fault.PermissionDenied, err)
}

func TestOneOfManyFirstSignInsMakesTheAccount(t *testing.T) {
	w := newWorld(t)
	var done sync.WaitGroup
	ids := make(chan string, 6)
	for i := range cap(ids) {
		done.Go(func() {
			session, err := []*account.Accounts{w.Accounts, w.other}[i%2].SignInAtProvider(t.Context(), person("s1", "E1"), true, at(""))
			assert.NoError(t, err)
			ids <- session.Account
		})
	}
	done.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		require.Equal(t, first, id)
	}
}

func TestAClaimedEmployeeIsLinkedAtOnce(t *testing.T) {
	company["E6"] = "DEV"
	defer delete(company, "E6")
	w := staffed(t)
	made := w.arrive(person("s6", ""))
	made = w.arrive(person("s6", "E6"))
	require.Equal(t, "E6", *made.EmployeeCode)
	require.Empty(t, w.pending())
	require.Equal(t, "E6", *w.arrive(person("s6", "")).EmployeeCode, "no claim takes no link away")

	_, err := w.SignInAtProvider(t.Context(), person("s6", "E1"), true, at(""))
	w.requireCode(fault.Conflict, err, "another employee than before")
	_, err = w.SignInAtProvider(t.Context(), person("s7", "E6"), true, at(""))
	w.requireCode(fault.Conflict, err, "E6 is linked already")
	require.Contains(t, err.Error(), "s7")
	_, err = w.SignInAtProvider(t.Context(), person("s7", ""), false, at(""))
	w.requireCode(fault.PermissionDenied, err, "whoever is refused leaves no account")
}

func TestAnAdministratorJoinsAnIdentity(t *testing.T) {
	w := staffed(t)
	with := account.New(w.store, company, account.Config{Clock: w.clock.now, Issuer: issuer})
	_, err := w.JoinIdentity(w.as("admin"), w.id("plain"), "s5")
	w.requireCode(fault.InvalidArgument, err, "there is no provider")
	for _, wrong := range []string{"", string(make([]byte, 256))} {
		_, err = with.JoinIdentity(w.as("admin"), w.id("plain"), wrong)
		w.requireCode(fault.InvalidArgument, err)
	}
	_, err = with.JoinIdentity(w.as("admin-hr"), w.id("admin-hr"), "s5")
	w.requireCode(fault.PermissionDenied, err, "nobody for the own account")
	_, err = with.JoinIdentity(w.as("hr"), w.id("plain"), "s5")
	w.requireCode(fault.PermissionDenied, err)

	_, err = w.SignInAtProvider(t.Context(), person("s5", "E5"), true, at(""))
	w.requireCode(fault.Conflict, err)
	edited, err := with.JoinIdentity(w.as("admin"), w.id("plain"), "s5")
	require.NoError(t, err)
	require.Len(t, edited.Pending, 1, "as a re-invitation")
	require.Equal(t, account.JoinPending, edited.Pending[0].Kind)
	require.Equal(t, "s5", *edited.Pending[0].Subject)
	again, err := with.JoinIdentity(w.as("admin"), w.id("plain"), "s5")
	require.NoError(t, err)
	require.Equal(t, edited.Pending[0].ID, again.Pending[0].ID)
	_, err = w.SignInAtProvider(t.Context(), person("s5", "E5"), true, at(""))
	w.requireCode(fault.Conflict, err, "nobody has said yes")
	_, err = w.Approve(w.as("plain"), edited.Pending[0].ID)
	w.requireCode(fault.PermissionDenied, err)
	w.yes("hr")
	joined := w.arrive(person("s5", "E5"))
	require.Equal(t, w.id("plain"), joined.ID)
	require.Equal(t, "名plain", joined.Name)

	// A subject that has an account is joined with another once that is disabled.
	stray := w.arrive(person("s9", ""))
	_, err = with.JoinIdentity(w.as("admin"), joined.ID, "s9")
	w.requireCode(fault.Conflict, err)
	_, err = w.Disable(w.system, stray.ID)
	require.NoError(t, err)
	_, err = with.JoinIdentity(w.as("admin"), joined.ID, "s9")
	require.NoError(t, err)
	w.yes("hr")
	require.Equal(t, joined.ID, w.arrive(person("s9", "E5")).ID)
	_, err = w.SignInAtProvider(t.Context(), person("s5", "E5"), true, at(""))
	w.requireCode(fault.Conflict, err, "the subject before is joined no more")
}

// A claimed role waits for the same yes as a grant, but for the first HR and AUDITOR.
func TestClaimedRolesWaitForASecondYes(t *testing.T) {
	w := newWorld(t)
	hr := w.arrive(person("s1", "E1", "HR", "HR", "TRAINER:DEV", "TRAINER:NOWHERE"))
	require.Equal(t, []account.Grant{{Grant: grant("HR")}}, hr.Grants)
	require.Len(t, w.pending(), 1, "and no department that there is not")
	require.Equal(t, issuer, w.pending()[0].ProposedBy)
	auditor := w.arrive(person("s2", "E2", "AUDITOR", "ADMIN"))
	require.Equal(t, []account.Grant{{Grant: grant("AUDITOR")}}, auditor.Grants, "AUDITOR goes with no other")
	second := w.arrive(person("s3", "E3", "HR", "EXPERT"))
	require.Empty(t, second.Grants)
	w.arrive(person("s3", "E3", "HR", "EXPERT"))
	require.Len(t, w.pending(), 3, "nothing is proposed twice")

	v, err := w.ViewerOfEmployee(t.Context(), "E1")
	require.NoError(t, err)
	asHR := access.WithViewer(t.Context(), v)
	for _, p := range w.pending() {
		_, err := w.Approve(asHR, p.ID)
		if *p.AccountID == hr.ID {
			w.requireCode(fault.PermissionDenied, err, "nobody for oneself, the provider proposed it or not")
			continue
		}
		require.NoError(t, err)
	}
	second = w.arrive(person("s3", "E3", "HR", "EXPERT"))
	require.ElementsMatch(t, []account.Grant{{Grant: grant("HR")}, {Grant: grant("EXPERT")}}, second.Grants)

	// What is refused is not proposed again while it is claimed.
	w.arrive(person("s3", "E3", "HR", "EXPERT", "MANAGER:OPS"))
	for _, p := range w.pending() {
		if *p.AccountID == second.ID {
			require.NoError(t, w.Refuse(asHR, p.ID))
		}
	}
	w.arrive(person("s3", "E3", "HR", "EXPERT", "MANAGER:OPS"))
	require.Len(t, w.pending(), 1)

	// A role that is claimed no more is taken away, one that an administrator granted stays.
	_, err = w.Grant(w.system, second.ID, grant("TRAINER:OPS"))
	require.NoError(t, err)
	for _, p := range w.pending() {
		if *p.AccountID == second.ID {
			_, err := w.Approve(asHR, p.ID)
			require.NoError(t, err)
		}
	}
	require.Equal(t, []account.Grant{{Grant: grant("TRAINER:OPS")}}, w.arrive(person("s3", "E3")).Grants)
	hr = w.arrive(person("s1", "E1"))
	require.Equal(t, []account.Grant{{Grant: grant("HR")}}, hr.Grants, "the last HR waits for a second yes")
	require.Len(t, w.pending(), 1)
	require.Equal(t, account.RevokePending, w.pending()[0].Kind)
	silent := person("s3", "E3")
	silent.Grants = nil
	require.Len(t, w.arrive(silent).Grants, 1, "roles are no business of the provider")
}

// An access token of the provider may do what it shares with one of the service account's
// own tokens.
func TestAServiceOfTheProvider(t *testing.T) {
	w := staffed(t)
	with := account.New(w.store, company, account.Config{Clock: w.clock.now, Issuer: issuer})
	scopes := access.EvidenceWrite | access.AuditRead
	lms := account.ServiceIdentity{Issuer: issuer, Subject: "lms", Scopes: scopes, Expires: w.clock.now().Add(5 * time.Minute)}
	_, err := w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.Unauthenticated, err, "no account")

	made, err := w.CreateServiceAccount(w.as("admin"), "lms")
	require.NoError(t, err)
	edited, err := with.JoinIdentity(w.as("admin"), made.ID, "lms")
	require.NoError(t, err)
	require.Len(t, edited.Pending, 1)
	_, err = w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.Unauthenticated, err, "waits for a yes")
	w.yes("hr")
	_, err = w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.PermissionDenied, err, "no token whose rights it could have")
	_, err = w.SignInAtProvider(t.Context(), person("lms", ""), true, at(""))
	w.requireCode(fault.PermissionDenied, err, "a service does not sign in")

	in := w.tokenInput(access.EvidenceWrite | access.LearnerRead)
	in.Account, in.OrgUnits = &made.ID, []string{"DEV"}
	created, err := w.CreateToken(w.as("admin"), in)
	require.NoError(t, err)
	w.yes("hr")
	v, err := w.ViewerOfService(t.Context(), lms)
	require.NoError(t, err)
	require.Equal(t, access.EvidenceWrite, v.Scopes(), "neither what the token has alone, nor what the provider claims alone")
	require.Equal(t, made.ID, v.Account)
	unreached := v.DecideRecord("PRACTICE", &access.Person{Code: "E3", Units: []string{"OPS"}})
	require.NotEqual(t, v.DecideRecord("PRACTICE", &access.Person{Code: "E1", Units: []string{"DEV"}}), unreached, "bound as the token is")

	reads := w.tokenInput(access.CatalogRead)
	reads.Account = &made.ID
	_, err = w.CreateToken(w.as("admin"), reads)
	require.NoError(t, err)
	fresh, err := w.Refresh(t.Context(), v)
	require.NoError(t, err)
	require.Equal(t, access.EvidenceWrite, fresh.Scopes(), "the token that shares most, alone")
	reader := lms
	reader.Scopes = access.CatalogRead
	v, err = w.ViewerOfService(t.Context(), reader)
	require.NoError(t, err)
	require.Equal(t, access.CatalogRead, v.Scopes())

	require.NoError(t, w.RevokeToken(w.as("admin"), created.Token.ID))
	v, err = w.ViewerOfService(t.Context(), lms)
	require.NoError(t, err)
	require.Zero(t, v.Scopes(), "within a second of the revocation")
	w.clock.pass(5 * time.Minute)
	_, err = w.Refresh(t.Context(), fresh)
	w.requireCode(fault.Unauthenticated, err, "the token of the provider has ended")
	_, err = w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.Unauthenticated, err)

	lms.Expires = w.clock.now().Add(time.Hour)
	lms.Issuer = "https://other.example.com"
	_, err = w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.Unauthenticated, err, "the subject of another issuer")
	lms.Issuer = issuer
	_, err = w.Disable(w.as("admin"), made.ID)
	require.NoError(t, err)
	_, err = w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.Unauthenticated, err, "disabled")

	lms.Subject = "s6"
	w.arrive(person("s6", ""))
	_, err = w.ViewerOfService(t.Context(), lms)
	w.requireCode(fault.Unauthenticated, err, "the account of a person")
}
