package account_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// staffed has two administrators, two HR of the whole firm and two AUDITORs.
func staffed(t *testing.T) *world {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	w.put("admin-hr", "E1", "ADMIN", "HR")
	w.put("hr", "E2", "HR")
	w.put("auditor", "E3", "AUDITOR")
	w.put("auditor2", "E4", "AUDITOR")
	w.put("plain", "E5")
	return w
}

func (w *world) id(login string) string {
	w.Helper()
	a, err := w.FindLogin(w.system, login)
	require.NoError(w, err)
	return a.ID
}

func TestNobodyActsAlone(t *testing.T) {
	type proposal func(w *world, as context.Context) ([]account.Pending, error)
	edit := func(do func(w *world, as context.Context) (account.Edited, error)) proposal {
		return func(w *world, as context.Context) ([]account.Pending, error) {
			e, err := do(w, as)
			return e.Pending, err
		}
	}
	grantTo := func(login, role string) proposal {
		return edit(func(w *world, as context.Context) (account.Edited, error) {
			return w.Grant(as, w.id(login), grant(role))
		})
	}
	serviceToken := func(scopes access.Scopes) proposal {
		return func(w *world, as context.Context) ([]account.Pending, error) {
			service, err := w.CreateServiceAccount(as, fmt.Sprint(scopes))
			require.NoError(w, err)
			in := w.tokenInput(scopes)
			in.Account = &service.ID
			created, err := w.CreateToken(as, in)
			return created.Pending, err
		}
	}
	for name, c := range map[string]struct {
		do    proposal
		needs []access.Role
		by    map[string]bool // who may say yes
	}{
		"a grant":                    {grantTo("plain", "TRAINER:DEV"), []access.Role{access.HR}, map[string]bool{"hr": true, "admin-hr": true, "auditor": false, "admin": false, "plain": false}},
		"HR of the whole firm":       {grantTo("plain", "HR"), []access.Role{access.HR}, map[string]bool{"hr": true}},
		"a grant to HR":              {grantTo("hr", "TRAINER:OPS"), []access.Role{access.HR}, map[string]bool{"hr": false, "admin-hr": true}},
		"ADMIN":                      {grantTo("plain", "ADMIN"), []access.Role{access.HR}, map[string]bool{"hr": true, "auditor": false}},
		"AUDITOR":                    {grantTo("plain", "AUDITOR"), []access.Role{access.Auditor}, map[string]bool{"hr": false, "auditor": true}},
		"a token that reads catalog": {serviceToken(access.CatalogRead | access.MetricsRead), nil, nil},
		"a token for evidence":       {serviceToken(access.EvidenceWrite), []access.Role{access.HR}, map[string]bool{"hr": true, "auditor": false}},
		"a re-invitation": {func(w *world, as context.Context) ([]account.Pending, error) {
			invited, err := w.Reinvite(as, w.id("plain"))
			return invited.Pending, err
		}, []access.Role{access.HR}, map[string]bool{"plain": false, "hr": true}},
		"a re-invitation of AUDITOR": {func(w *world, as context.Context) ([]account.Pending, error) {
			invited, err := w.Reinvite(as, w.id("auditor2"))
			return invited.Pending, err
		}, []access.Role{access.Auditor}, map[string]bool{"auditor2": false, "hr": false, "auditor": true}},
		"a re-invitation without a link": {func(w *world, as context.Context) ([]account.Pending, error) {
			w.join("new")
			invited, err := w.Reinvite(as, w.id("new"))
			return invited.Pending, err
		}, nil, nil},
		"one HR of several": {edit(func(w *world, as context.Context) (account.Edited, error) {
			return w.Revoke(as, w.id("hr"), grant("HR"))
		}), nil, nil},
		"disabling of anyone": {edit(func(w *world, as context.Context) (account.Edited, error) { return w.Disable(as, w.id("plain")) }), nil, nil},
		"the link is dropped": {edit(func(w *world, as context.Context) (account.Edited, error) { return w.Link(as, w.id("plain"), "") }), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := staffed(t)
			waiting, err := c.do(w, w.as("admin"))
			require.NoError(t, err)
			if c.needs == nil {
				require.Empty(t, waiting)
				return
			}
			require.Len(t, waiting, 1)
			require.Equal(t, c.needs, waiting[0].Needs)
			require.False(t, waiting[0].MayApprove, "whoever proposes it")
			_, err = w.Approve(w.system, waiting[0].ID)
			w.requireCode(fault.PermissionDenied, err, "the command line, where an account could")
			for login, may := range c.by {
				if !may {
					_, err := w.Approve(w.as(login), waiting[0].ID)
					w.requireCode(fault.PermissionDenied, err, login)
				}
			}
			for login, may := range c.by {
				if may {
					left, err := w.Approve(w.as(login), waiting[0].ID)
					require.NoError(t, err)
					require.Nil(t, left)
					break
				}
			}
			_, err = w.Approve(w.as("hr"), waiting[0].ID)
			w.requireCode(fault.NotFound, err, "it waits no more")
		})
	}
}

// keepingStore deletes nothing, as if each process ended right before.
type keepingStore struct{ store.Store }

func (keepingStore) DeleteDocuments(context.Context, string, []string) error {
	return store.ErrUnavailable
}

func TestWhatIsDecidedIsDecidedOnce(t *testing.T) {
	w := staffed(t)
	edited, err := w.Grant(w.as("admin"), w.id("plain"), grant("TRAINER:DEV"))
	require.NoError(t, err)
	dying := account.New(keepingStore{w.store}, company, account.Config{Clock: w.clock.now})
	_, err = dying.Approve(w.as("hr"), edited.Pending[0].ID)
	w.requireCode(fault.Unavailable, err)
	require.Empty(t, w.pending(), "it is done, and waits no more")
	_, err = w.Approve(w.as("admin-hr"), edited.Pending[0].ID)
	w.requireCode(fault.NotFound, err)
	a, err := w.FindLogin(w.system, "plain")
	require.NoError(t, err)
	require.Len(t, a.Grants, 1)
}

func TestAuditReadTakesTwoYes(t *testing.T) {
	w := staffed(t)
	service, err := w.CreateServiceAccount(w.as("admin-hr"), "siem")
	require.NoError(t, err)
	in := w.tokenInput(access.AuditRead)
	in.Account = &service.ID
	created, err := w.CreateToken(w.as("admin-hr"), in)
	require.NoError(t, err)
	id := created.Pending[0].ID
	_, err = w.Approve(w.as("admin-hr"), id)
	w.requireCode(fault.PermissionDenied, err, "the one who proposed it is HR too")
	left, err := w.Approve(w.as("auditor"), id)
	require.NoError(t, err)
	require.Equal(t, []access.Role{access.HR}, left.Needs)
	_, err = w.Approve(w.as("auditor2"), id)
	w.requireCode(fault.PermissionDenied, err, "not twice the same")
	_, err = w.ViewerOfToken(t.Context(), created.Text)
	w.requireCode(fault.Unauthenticated, err)
	left, err = w.Approve(w.as("hr"), id)
	require.NoError(t, err)
	require.Nil(t, left)
	v, err := w.ViewerOfToken(t.Context(), created.Text)
	require.NoError(t, err)
	require.Equal(t, access.Allowed, v.Decide(access.Audit))
}

func TestTakingTheLastOfARoleTakesAYes(t *testing.T) {
	for name, do := range map[string]func(w *world, id string, role access.Grant) (account.Edited, error){
		"revoked": func(w *world, id string, role access.Grant) (account.Edited, error) {
			return w.Revoke(w.as("admin"), id, role)
		},
		"disabled": func(w *world, id string, _ access.Grant) (account.Edited, error) { return w.Disable(w.as("admin"), id) },
		"unlinked": func(w *world, id string, _ access.Grant) (account.Edited, error) {
			return w.Link(w.as("admin"), id, "")
		},
	} {
		for _, c := range []struct{ login, role, spare string }{{"hr", "HR", "admin-hr"}, {"auditor", "AUDITOR", "auditor2"}} {
			t.Run(name+" "+c.role, func(t *testing.T) {
				w := staffed(t)
				_, err := w.Disable(w.as("admin"), w.id(c.spare)) // it counts no more
				require.NoError(t, err)
				edited, err := do(w, w.id(c.login), grant(c.role))
				require.NoError(t, err)
				require.Len(t, edited.Pending, 1)
				require.Equal(t, grant(c.role).Role, edited.Pending[0].Needs[0])
				again, err := do(w, w.id(c.login), grant(c.role))
				require.NoError(t, err)
				require.Equal(t, edited.Pending[0].ID, again.Pending[0].ID, "a repeated proposal is the same")
				_, err = w.Approve(w.as(c.login), edited.Pending[0].ID)
				require.NoError(t, err, "whoever loses by it may agree")
			})
		}
	}
}

func TestTheFirstOfAStoreAreExcepted(t *testing.T) {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	w.put("a", "E1")
	w.put("b", "E2")
	w.put("c", "E3")
	for login, role := range map[string]string{"a": "HR", "b": "AUDITOR"} {
		edited, err := w.Grant(w.as("admin"), w.id(login), grant(role))
		require.NoError(t, err)
		require.Empty(t, edited.Pending)
		require.Len(t, edited.Account.Grants, 1)
	}
	for _, role := range []string{"HR", "AUDITOR"} {
		edited, err := w.Grant(w.as("admin"), w.id("c"), grant(role))
		require.NoError(t, err)
		require.Len(t, edited.Pending, 1, "once")
	}
}

func TestTheCommandLineApprovesWhatNobodyElseCould(t *testing.T) {
	w := newWorld(t)
	invited, err := w.InviteAdministrator(w.system, "root")
	require.NoError(t, err)
	require.Equal(t, "ADMIN", invited.Account.Grants[0].String())
	require.Empty(t, invited.Pending)
	again, err := w.InviteAdministrator(w.system, "root")
	require.NoError(t, err)
	require.Equal(t, invited.Account.ID, again.Account.ID)
	_, err = w.Accept(t.Context(), invited.Secret, password, at(""))
	w.requireCode(fault.NotFound, err, "the earlier link")
	_, err = w.Accept(t.Context(), again.Secret, password, at(""))
	require.NoError(t, err)

	linked, err := w.Invite(w.as("root"), account.InviteInput{Login: "hr", Employee: new("E1"), Grants: grants("HR", "TRAINER:DEV")})
	require.NoError(t, err)
	require.Len(t, linked.Pending, 2, "the link and the second grant")
	for _, p := range linked.Pending {
		_, err := w.Approve(w.as("root"), p.ID)
		w.requireCode(fault.PermissionDenied, err)
		_, err = w.Approve(w.system, p.ID)
		require.NoError(t, err)
	}
	shown, err := w.Account(w.system, linked.Account.ID)
	require.NoError(t, err)
	require.Equal(t, "E1", *shown.EmployeeCode)
	require.Len(t, shown.Grants, 2)

	edited, err := w.Invite(w.system, account.InviteInput{Login: "x", Employee: new("E2")})
	require.NoError(t, err)
	require.Len(t, edited.Pending, 1, "now HR could say yes")
	_, err = w.Approve(w.system, edited.Pending[0].ID)
	w.requireCode(fault.PermissionDenied, err)
}

// The last HR may have left: nobody is locked out by that.
func TestTheCommandLineTakesTheLastOfARole(t *testing.T) {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	w.put("hr", "E1", "HR")
	proposed, err := w.Disable(w.as("admin"), w.id("hr"))
	require.NoError(t, err)
	left, err := w.Approve(w.system, proposed.Pending[0].ID)
	require.NoError(t, err)
	require.Nil(t, left)
	_, err = w.Invite(w.system, account.InviteInput{Login: "next", Employee: new("E2"), Grants: grants("HR")})
	require.NoError(t, err)
	edited, err := w.Revoke(w.system, w.id("next"), grant("HR"))
	require.NoError(t, err)
	require.Empty(t, edited.Pending, "what it proposes itself, it need not approve")
	_, err = w.Disable(w.system, w.id("admin"))
	require.NoError(t, err, "it makes another with the next command")
}

func TestNobodyChangesTheOwnRights(t *testing.T) {
	w := staffed(t)
	me := w.as("admin-hr")
	for name, do := range map[string]func() error{
		"grant":    func() error { _, err := w.Grant(me, w.id("admin-hr"), grant("EXPERT")); return err },
		"link":     func() error { _, err := w.Link(me, w.id("admin-hr"), "E5"); return err },
		"unlink":   func() error { _, err := w.Link(me, w.id("admin-hr"), ""); return err },
		"reinvite": func() error { _, err := w.Reinvite(me, w.id("admin-hr")); return err },
	} {
		w.requireCode(fault.PermissionDenied, do(), name)
	}
	_, err := w.Revoke(me, w.id("admin-hr"), grant("HR"))
	require.NoError(t, err, "giving up is free")
	_, err = w.Disable(w.as("admin"), w.id("admin-hr"))
	require.NoError(t, err)
	_, err = w.Disable(w.as("admin"), w.id("admin"))
	w.requireCode(fault.Conflict, err, "the last administrator")
	_, err = w.Revoke(w.as("admin"), w.id("admin"), grant("ADMIN"))
	w.requireCode(fault.Conflict, err)
}

func TestOnlyAdministratorsAdminister(t *testing.T) {
	w := staffed(t)
	for _, login := range []string{"hr", "auditor", "plain"} {
		as := w.as(login)
		for name, do := range map[string]func() error{
			"invite":   func() error { _, err := w.Invite(as, account.InviteInput{Login: "y"}); return err },
			"grant":    func() error { _, err := w.Grant(as, w.id("plain"), grant("EXPERT")); return err },
			"own":      func() error { _, err := w.Grant(as, w.id(login), grant("EXPERT")); return err },
			"revoke":   func() error { _, err := w.Revoke(as, w.id("plain"), grant("EXPERT")); return err },
			"disable":  func() error { _, err := w.Disable(as, w.id("plain")); return err },
			"enable":   func() error { _, err := w.Enable(as, w.id("plain")); return err },
			"link":     func() error { _, err := w.Link(as, w.id("plain"), "E5"); return err },
			"reinvite": func() error { _, err := w.Reinvite(as, "nothing"); return err },
			"list":     func() error { _, err := w.List(as, 10, nil, nil); return err },
			"account":  func() error { _, err := w.Account(as, "nothing"); return err },
			"tokens":   func() error { _, err := w.Tokens(as, new("nothing")); return err },
			"sample":   func() error { return w.PutSamples(as, nil) },
		} {
			w.requireCode(fault.PermissionDenied, do(), login, name)
		}
	}
	for _, c := range []struct {
		login string
		seen  int
	}{{"admin", 2}, {"hr", 2}, {"auditor", 1}} {
		if c.login == "admin" {
			for _, role := range []string{"AUDITOR", "EXPERT"} {
				_, err := w.Grant(w.as("admin"), w.id("plain"), grant(role))
				require.NoError(t, err)
			}
		}
		list, err := w.PendingApprovals(w.as(c.login))
		require.NoError(t, err)
		require.Len(t, list, c.seen, c.login)
		require.Equal(t, c.login != "admin", list[0].MayApprove || c.login == "hr" && list[1].MayApprove)
	}
	_, err := w.PendingApprovals(w.as("plain"))
	w.requireCode(fault.PermissionDenied, err)
}

func TestBadGrantsAndLinks(t *testing.T) {
	w := staffed(t)
	admin := w.as("admin")
	w.put("disabled", "")
	for name, c := range map[string]struct {
		do    func() error
		field string
		code  fault.Code
	}{
		"EXPERT of a department":  {func() error { _, err := w.Grant(admin, w.id("plain"), grant("EXPERT:DEV")); return err }, "org_unit", fault.InvalidArgument},
		"AUDITOR of a department": {func() error { _, err := w.Grant(admin, w.id("plain"), grant("AUDITOR:DEV")); return err }, "org_unit", fault.InvalidArgument},
		"ADMIN of a department":   {func() error { _, err := w.Grant(admin, w.id("plain"), grant("ADMIN:DEV")); return err }, "org_unit", fault.InvalidArgument},
		"unknown department":      {func() error { _, err := w.Grant(admin, w.id("plain"), grant("HR:NO")); return err }, "org_unit", fault.NotFound},
		"AUDITOR with HR":         {func() error { _, err := w.Grant(admin, w.id("hr"), grant("AUDITOR")); return err }, "role", fault.Conflict},
		"HR with AUDITOR":         {func() error { _, err := w.Grant(admin, w.id("auditor"), grant("HR")); return err }, "role", fault.Conflict},
		"both at once": {func() error {
			_, err := w.Invite(admin, account.InviteInput{Login: "z", Grants: grants("ADMIN", "AUDITOR")})
			return err
		}, "role", fault.Conflict},
		"unknown employee":    {func() error { _, err := w.Link(admin, w.id("plain"), "E99"); return err }, "employee", fault.NotFound},
		"two accounts of one": {func() error { _, err := w.Link(admin, w.id("plain"), "E2"); return err }, "employee", fault.Conflict},
		"invited for one with account": {func() error {
			_, err := w.Invite(admin, account.InviteInput{Login: "z", Employee: new("E2")})
			return err
		}, "employee", fault.Conflict},
		"a login that is taken": {func() error { _, err := w.Invite(admin, account.InviteInput{Login: "PLAIN"}); return err }, "login", fault.Conflict},
		"no login":              {func() error { _, err := w.Invite(admin, account.InviteInput{Login: " "}); return err }, "login", fault.InvalidArgument},
	} {
		err := c.do()
		w.requireCode(c.code, err, name)
		require.Equal(t, c.field, fault.ProblemsOf(err)[0].Field, name)
	}
	_, err := w.Grant(admin, "nothing", grant("HR"))
	w.requireCode(fault.NotFound, err)
	_, err = w.Invite(admin, account.InviteInput{Login: "z", Grants: grants("EXPERT:DEV", "HR:NO")})
	require.Len(t, fault.ProblemsOf(err), 2, "all at once")
	_, err = w.FindLogin(w.system, "z")
	w.requireCode(fault.NotFound, err, "nothing is left of what was refused")
}

func TestAnEmployeeHasOneAccountThatIsNotDisabled(t *testing.T) {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	old := w.put("old", "E1")
	_, err := w.Disable(w.as("admin"), old)
	require.NoError(t, err)
	w.put("new", "E1")
	_, err = w.Enable(w.as("admin"), old)
	w.requireCode(fault.Conflict, err)
	_, err = w.Disable(w.as("admin"), w.id("new"))
	require.NoError(t, err)
	_, err = w.Enable(w.as("admin"), old)
	require.NoError(t, err)
	v, err := w.ViewerOfEmployee(t.Context(), "E1")
	require.NoError(t, err)
	require.Equal(t, old, v.Account)
}

// meetingStore lets the first two writes happen only when both have read.
type meetingStore struct {
	store.Store
	arrived atomic.Int32
	met     chan struct{}
}

func (m *meetingStore) PutDocuments(ctx context.Context, list []store.Document) error {
	switch m.arrived.Add(1) {
	case 1:
		<-m.met
	case 2:
		close(m.met)
	}
	return m.Store.PutDocuments(ctx, list)
}

func TestTwoAdministratorsAtOnceLeaveOne(t *testing.T) {
	w := newWorld(t)
	w.put("a", "", "ADMIN")
	w.put("b", "", "ADMIN")
	a, b, idA, idB := w.as("a"), w.as("b"), w.id("a"), w.id("b")
	shared := &meetingStore{Store: w.store, met: make(chan struct{})}
	one, two := account.New(shared, company, account.Config{Clock: w.clock.now}), account.New(shared, company, account.Config{Clock: w.clock.now})
	var done sync.WaitGroup
	done.Go(func() { _, _ = one.Disable(a, idB) })
	done.Go(func() { _, _ = two.Disable(b, idA) })
	done.Wait()
	list, err := w.List(w.system, 10, nil, &account.Filter{Disabled: new(false)})
	require.NoError(t, err)
	require.Equal(t, 1, list.TotalCount)
}

func TestList(t *testing.T) {
	w := staffed(t)
	hr, dev := access.HR, "DEV"
	w.put("unit", "", "HR:DEV")
	for _, c := range []struct {
		filter *account.Filter
		want   int
	}{{nil, 7}, {&account.Filter{Role: &hr}, 3}, {&account.Filter{Role: &hr, OrgUnit: &dev}, 1}, {&account.Filter{Text: new("AUDIT")}, 2}, {&account.Filter{Text: new("e5")}, 1}, {&account.Filter{Service: new(true)}, 0}} {
		list, err := w.List(w.as("admin"), 2, nil, c.filter)
		require.NoError(t, err)
		require.Equal(t, c.want, list.TotalCount)
		seen := map[string]bool{}
		for {
			for _, a := range list.Nodes {
				seen[a.ID] = true
			}
			if !list.PageInfo.HasNextPage {
				break
			}
			list, err = w.List(w.as("admin"), 2, list.PageInfo.EndCursor, c.filter)
			require.NoError(t, err)
		}
		require.Len(t, seen, c.want)
	}
}

func TestMe(t *testing.T) {
	w := staffed(t)
	me, err := w.Me(w.as("plain"))
	require.NoError(t, err)
	require.Equal(t, "E5", *me.EmployeeCode)
	require.Contains(t, me.Classes, "LEARNER")
	require.NotContains(t, me.Classes, "ADMINISTER")
	me, err = w.Me(w.as("admin"))
	require.NoError(t, err)
	require.Contains(t, me.Classes, "ADMINISTER")
	require.NotContains(t, me.Classes, "LEARNER")
	require.Equal(t, "admin", *me.Login)
	require.Equal(t, "ADMIN", me.Grants[0].String())
	open := account.OpenViewer()
	me, err = w.Me(access.WithViewer(t.Context(), open))
	require.NoError(t, err)
	require.Equal(t, &account.Me{AccountID: open.Account, Name: open.Name, Grants: []account.Grant{}, Classes: open.Classes()}, me)
	require.Contains(t, me.Classes, "LEARNER")
	require.NotContains(t, me.Classes, "ADMINISTER")
	service := access.Service(access.Identity{Account: "a"}, access.PeopleRead, nil)
	plain, err := access.FromContext(w.as("plain"))
	require.NoError(t, err)
	for _, token := range []*access.Viewer{account.ConfiguredTokenViewer(), service, access.PersonalToken(plain, "t", access.LearnerRead, nil)} {
		_, err = w.Me(access.WithViewer(t.Context(), token))
		w.requireCode(fault.PermissionDenied, err)
	}
	_, err = w.Me(t.Context())
	w.requireCode(fault.Unauthenticated, err)
}
