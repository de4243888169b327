package account_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

const password = "correct horse battery staple"

// directory is a company by hand: departments DEV and OPS, people with a department each.
type directory map[string]string

var company = directory{"E1": "DEV", "E2": "DEV", "E3": "OPS", "E4": "OPS", "E5": "DEV"}

func (d directory) Stand(_ context.Context, employee string) (access.Person, error) {
	unit, ok := d[employee]
	if !ok {
		return access.Person{}, fault.New(fault.NotFound, "no such employee", "无此员工")
	}
	return access.Person{Code: employee, Units: []string{unit}}, nil
}

func (d directory) HasOrgUnit(_ context.Context, code string) (bool, error) {
	return code == "DEV" || code == "OPS", nil
}

// clock is one that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a store with accounts of the company, seen by two instances.
type world struct {
	*testing.T
	*account.Accounts
	other  *account.Accounts
	store  store.Store
	clock  *clock
	system context.Context
}

func newWorld(t *testing.T) *world {
	t.Helper()
	st, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w := &world{T: t, store: st, clock: &clock{at: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}, system: access.WithViewer(t.Context(), access.System())}
	w.Accounts = account.New(st, company, account.Config{Clock: w.clock.now})
	w.other = account.New(st, company, account.Config{Clock: w.clock.now})
	return w
}

func grant(text string) access.Grant {
	name, unit, _ := strings.Cut(text, ":")
	role, ok := access.ParseRole(name)
	if !ok {
		panic(text)
	}
	return access.Grant{Role: role, Unit: unit}
}

func grants(texts ...string) (list []access.Grant) {
	for _, text := range texts {
		list = append(list, grant(text))
	}
	return list
}

// put makes an account as a demo does: without a second yes.
func (w *world) put(login, employee string, roles ...string) string {
	w.Helper()
	require.NoError(w, w.PutSamples(w.system, []account.Sample{{Login: login, Name: "名" + login, Employee: employee, Grants: grants(roles...)}}))
	a, err := w.FindLogin(w.system, login)
	require.NoError(w, err)
	return a.ID
}

// as returns the context in which an account asks.
func (w *world) as(login string) context.Context {
	w.Helper()
	a, err := w.FindLogin(w.system, login)
	require.NoError(w, err)
	v, err := w.ViewerOfSender(w.Context(), a.ID)
	require.NoError(w, err)
	return access.WithViewer(w.Context(), v)
}

func at(address string) account.Client { return account.Client{Address: address} }

// join invites an account and accepts.
func (w *world) join(login string) account.Session {
	w.Helper()
	invited, err := w.Invite(w.system, account.InviteInput{Login: login})
	require.NoError(w, err)
	session, err := w.Accept(w.Context(), invited.Secret, password, at("10.0.0.1"))
	require.NoError(w, err)
	return session
}

func (w *world) requireCode(code fault.Code, err error, about ...any) {
	w.Helper()
	require.Equal(w, code, fault.CodeOf(err), append([]any{err}, about...)...)
}

// viewer returns the viewer of a session that holds.
func (w *world) viewer(a *account.Accounts, s account.Session) *access.Viewer {
	w.Helper()
	v, err := a.ViewerOfSession(w.Context(), s.Secret)
	require.NoError(w, err)
	return v
}

func TestAnInvitationIsValidOnceForADay(t *testing.T) {
	w := newWorld(t)
	invited, err := w.Invite(w.system, account.InviteInput{Login: "Ｃhen.Xiaoyu", Name: new("陈晓雨")})
	require.NoError(t, err)
	require.Equal(t, "chen.xiaoyu", *invited.Account.Login, "case and width of a user name do not matter")
	require.Empty(t, invited.Pending)

	shown, err := w.Invitation(t.Context(), invited.Secret)
	require.NoError(t, err)
	require.Equal(t, "陈晓雨", shown.Name)
	_, err = w.Accept(t.Context(), invited.Secret, "short", at(""))
	w.requireCode(fault.InvalidArgument, err)
	w.clock.pass(account.InvitationLife - time.Second)
	session, err := w.Accept(t.Context(), invited.Secret, password, at("10.0.0.1"))
	require.NoError(t, err)
	require.Equal(t, invited.Account.ID, w.viewer(w.other, session).Account)
	_, err = w.Accept(t.Context(), invited.Secret, password, at(""))
	w.requireCode(fault.NotFound, err, "once")

	token, err := w.CreateToken(w.as("chen.xiaoyu"), w.tokenInput(access.CatalogRead))
	require.NoError(t, err)
	again, err := w.Reinvite(w.system, invited.Account.ID)
	require.NoError(t, err)
	_, err = w.ViewerOfToken(t.Context(), token.Text)
	w.requireCode(fault.Unauthenticated, err, "and all tokens")
	_, err = w.ViewerOfSession(t.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err, "a re-invitation ends all sessions")
	_, err = w.SignIn(t.Context(), "chen.xiaoyu", password, at(""))
	w.requireCode(fault.Unauthenticated, err, "and the password")
	w.clock.pass(account.InvitationLife)
	_, err = w.Accept(t.Context(), again.Secret, password, at(""))
	w.requireCode(fault.NotFound, err, "a day is over")
	for _, wrong := range []string{"", ".", "x", invited.Account.ID + ".", invited.Account.ID + ".aaaa", "aaaaaaaaaaaaaaaa.bbbb"} {
		_, err = w.Invitation(t.Context(), wrong)
		w.requireCode(fault.NotFound, err, wrong)
	}
}

func TestOneOfManyAcceptsALink(t *testing.T) {
	w := newWorld(t)
	invited, err := w.Invite(w.system, account.InviteInput{Login: "a"})
	require.NoError(t, err)
	var done sync.WaitGroup
	results := make(chan error, 6)
	for i := range cap(results) {
		done.Go(func() {
			_, err := []*account.Accounts{w.Accounts, w.other}[i%2].Accept(t.Context(), invited.Secret, password, at(""))
			results <- err
		})
	}
	done.Wait()
	close(results)
	accepted := 0
	for err := range results {
		if err == nil {
			accepted++
			continue
		}
		w.requireCode(fault.NotFound, err)
	}
	require.Equal(t, 1, accepted)
}

func TestSignInTellsNobodyWhoThereIs(t *testing.T) {
	w := newWorld(t)
	w.join("known")
	w.join("disabled")
	w.put("passwordless", "E1")
	disabled, err := w.FindLogin(w.system, "disabled")
	require.NoError(t, err)
	_, err = w.Disable(w.system, disabled.ID)
	require.NoError(t, err)

	session, err := w.SignIn(t.Context(), " KNOWN ", password, at("10.0.0.2"))
	require.NoError(t, err)
	require.Equal(t, "10.0.0.2", *session.Address)
	var texts []string
	for _, c := range []struct{ login, password string }{
		{"known", "wrong"}, {"unknown", password}, {"disabled", password}, {"passwordless", password}, {"passwordless", ""}, {"", ""}, {"known", strings.Repeat("长", 300)},
	} {
		_, err := w.SignIn(t.Context(), c.login, c.password, at("10.0.0.3"))
		w.requireCode(fault.Unauthenticated, err, c)
		texts = append(texts, err.Error())
	}
	require.Len(t, slices.Compact(texts), 1)
}

func TestFailuresDelayTheLogin(t *testing.T) {
	w := newWorld(t)
	w.join("known")
	for _, login := range []string{"known", "unknown"} {
		for range 5 {
			_, err := w.SignIn(t.Context(), login, "wrong", at("10.0.0."+login))
			w.requireCode(fault.Unauthenticated, err)
		}
		wait := time.Second
		for range 12 {
			_, err := w.other.SignIn(t.Context(), login, password, at("192.0.2.1"))
			w.requireCode(fault.LimitExceeded, err, "on every instance, from everywhere, with the right password too")
			require.Equal(t, wait, account.RetryAfter(err))
			w.clock.pass(wait)
			_, err = w.SignIn(t.Context(), login, "wrong", at("192.0.2.2"))
			w.requireCode(fault.Unauthenticated, err)
			wait = min(2*wait, 15*time.Minute)
			w.clock.pass(0)
		}
		w.clock.pass(wait)
	}
	_, err := w.SignIn(t.Context(), "known", password, at("192.0.2.3"))
	require.NoError(t, err)
	_, err = w.SignIn(t.Context(), "known", "wrong", at("192.0.2.3"))
	w.requireCode(fault.Unauthenticated, err)
	_, err = w.SignIn(t.Context(), "known", password, at("192.0.2.3"))
	require.NoError(t, err, "a success forgets the failures")
}

// Many attempts at once are no way around the delays, on however many instances.
func TestAttemptsAtOnceAreDelayedToo(t *testing.T) {
	w := newWorld(t)
	var done sync.WaitGroup
	var tried, delayed atomic.Int32
	for i := range 24 {
		done.Go(func() {
			_, err := []*account.Accounts{w.Accounts, w.other}[i%2].SignIn(t.Context(), "a", "wrong", at(fmt.Sprint("10.0.0.", i)))
			switch fault.CodeOf(err) {
			case fault.Unauthenticated:
				tried.Add(1)
			case fault.LimitExceeded, fault.Conflict:
				delayed.Add(1)
			}
		})
	}
	done.Wait()
	require.EqualValues(t, 5, tried.Load())
	require.EqualValues(t, 19, delayed.Load())
}

func TestFailuresDelayTheAddress(t *testing.T) {
	w := newWorld(t)
	w.join("known")
	guess := func(i int) error {
		_, err := w.SignIn(t.Context(), strings.Repeat("x", i+1), "wrong", at("192.0.2.9"))
		return err
	}
	for i := range 30 {
		w.requireCode(fault.Unauthenticated, guess(i))
	}
	w.requireCode(fault.LimitExceeded, guess(31))
	_, err := w.SignIn(t.Context(), "known", password, at("192.0.2.10"))
	require.NoError(t, err, "another address")
}

func TestPasswordsThatAreGuessedFirst(t *testing.T) {
	w := newWorld(t)
	invited, err := w.Invite(w.system, account.InviteInput{Login: "chenxiaoyu"})
	require.NoError(t, err)
	for _, weak := range []string{
		"", "elevenchars", "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "123456789012", "password1234", "Password2024!", "qwertyuiop123", "1qaz2wsx3edc",
		"iloveyou12345", "Welcome2026!!", "chenxiaoyu123", "woaini5201314", "admin@zhitu2026", strings.Repeat("x1y2z3", 43), "ｐａｓｓｗｏｒｄ１２３４", "abcdefghijklm",
	} {
		_, err := w.Accept(t.Context(), invited.Secret, weak, at(""))
		w.requireCode(fault.InvalidArgument, err, weak)
		require.NotEmpty(t, fault.ProblemsOf(err)[0].Text.ZH)
		require.LessOrEqual(t, strings.Count(err.Error(), "x1y2z3"), 0, "a password is never repeated")
	}
	_, err = w.Accept(t.Context(), invited.Secret, "知图很好用但我不说为什么呀", at(""))
	require.NoError(t, err)
}

// What is no act of a person does not keep a session alive.
func TestAskingIsNoUseOfASession(t *testing.T) {
	w := newWorld(t)
	session := w.join("a")
	v := w.viewer(w.Accounts, session)
	for range 29 {
		w.clock.pass(time.Minute)
		v = w.viewer(w.Accounts, session)
		_, err := w.Refresh(t.Context(), v)
		require.NoError(t, err)
	}
	w.clock.pass(time.Minute)
	_, err := w.ViewerOfSession(t.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err)
	_, err = w.other.Refresh(t.Context(), v)
	w.requireCode(fault.Unauthenticated, err)
}

// A use is written once a minute, and a stranger's id does no harm.
func TestUsesOfASessionAreWrittenOnceAMinute(t *testing.T) {
	w := newWorld(t)
	session := w.join("a")
	var written []string
	for range 6 {
		w.clock.pass(30 * time.Second)
		v := w.viewer(w.Accounts, session)
		w.UseSession(t.Context(), v.Session)
		w.UseSession(t.Context(), v.Session)
		written = append(written, w.documents("session"))
	}
	require.Len(t, slices.Compact(slices.Clone(written)), 4)
	w.UseSession(t.Context(), "")
	w.UseSession(t.Context(), "aaaaaaaaaaaaaaaa")
	require.Equal(t, written[5], w.documents("session"))
}

func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	session := w.join("a")
	require.False(t, strings.Contains(w.documents("session"), strings.Split(session.Secret, ".")[1]), "only the hash is kept")
	for range 3 {
		w.clock.pass(account.SessionIdle - time.Minute)
		w.other.UseSession(t.Context(), w.viewer(w.other, session).Session)
	}
	w.clock.pass(account.SessionIdle)
	w.UseSession(t.Context(), session.ID)
	_, err := w.ViewerOfSession(t.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err, "idle")

	session, err = w.SignIn(t.Context(), "a", password, at(""))
	require.NoError(t, err)
	for range 36 {
		w.UseSession(t.Context(), w.viewer(w.Accounts, session).Session)
		w.clock.pass(20 * time.Minute)
	}
	_, err = w.ViewerOfSession(t.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err, "absolute")
	for _, forged := range []string{"", "x.y", session.Secret + "a", session.ID + ".", strings.ToUpper(session.Secret)} {
		_, err = w.ViewerOfSession(t.Context(), forged)
		w.requireCode(fault.Unauthenticated, err, forged)
	}
}

func (w *world) documents(kind string) string {
	w.Helper()
	docs, err := w.store.Documents(w.Context(), store.DocumentQuery{Kind: kind})
	require.NoError(w, err)
	var all strings.Builder
	for _, d := range docs {
		all.WriteString(d.ID + d.Body)
	}
	return all.String()
}

func TestSignOut(t *testing.T) {
	w := newWorld(t)
	first := w.join("a")
	stranger := w.join("b")
	in := func() account.Session {
		s, err := w.SignIn(t.Context(), "a", password, at("10.1.1.1"))
		require.NoError(t, err)
		return s
	}
	second, third := in(), in()
	mine := access.WithViewer(t.Context(), w.viewer(w.Accounts, second))
	list, err := w.Sessions(mine)
	require.NoError(t, err)
	require.Len(t, list, 3)
	for _, s := range list {
		require.Empty(t, s.Secret)
		require.Equal(t, s.ID == second.ID, s.Current)
	}
	w.requireCode(fault.NotFound, w.SignOut(mine, stranger.ID), "of another")
	w.requireCode(fault.NotFound, w.SignOut(mine, "nothing"))
	require.NoError(t, w.SignOut(mine, first.ID))
	require.NoError(t, w.EndSession(t.Context(), third.Secret))
	require.NoError(t, w.EndSession(t.Context(), third.ID+".aaaa"))
	for _, ended := range []account.Session{first, third} {
		_, err = w.ViewerOfSession(t.Context(), ended.Secret)
		w.requireCode(fault.Unauthenticated, err)
	}

	v := w.viewer(w.other, second)
	require.NoError(t, w.SignOutEverywhere(mine))
	w.clock.pass(time.Second)
	_, err = w.other.Refresh(t.Context(), v)
	w.requireCode(fault.Unauthenticated, err, "on every instance, for what is open too")
	w.viewer(w.Accounts, stranger)
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	session := w.join("a")
	mine := access.WithViewer(t.Context(), w.viewer(w.Accounts, session))
	const other = "another long pass phrase"
	w.requireCode(fault.InvalidArgument, w.ChangePassword(mine, "wrong", other))
	w.requireCode(fault.InvalidArgument, w.ChangePassword(mine, password, "short"))
	require.NoError(t, w.ChangePassword(mine, password, other))
	_, err := w.ViewerOfSession(t.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err)
	_, err = w.SignIn(t.Context(), "a", other, at(""))
	require.NoError(t, err)
	w.requireCode(fault.PermissionDenied, w.ChangePassword(w.system, password, other), "the system has none")
}

func TestRightsAreWithdrawnWithinASecond(t *testing.T) {
	w := newWorld(t)
	w.put("admin", "", "ADMIN")
	id := w.put("trainer", "E1", "TRAINER:DEV")
	session, err := w.SignInAs(t.Context(), "E1", account.Client{})
	require.NoError(t, err)
	e2, err := company.Stand(t.Context(), "E2")
	require.NoError(t, err)
	v := w.viewer(w.other, session)
	require.Equal(t, access.Allowed, v.DecidePerson(access.Learner, &e2))

	_, err = w.Revoke(w.as("admin"), id, grant("TRAINER:DEV"))
	require.NoError(t, err)
	require.NotEqual(t, access.Allowed, w.viewer(w.Accounts, session).DecidePerson(access.Learner, &e2), "at once where it is done")
	w.clock.pass(time.Second)
	v, err = w.other.Refresh(t.Context(), v)
	require.NoError(t, err)
	require.NotEqual(t, access.Allowed, v.DecidePerson(access.Learner, &e2))

	_, err = w.Disable(w.as("admin"), id)
	require.NoError(t, err)
	w.clock.pass(time.Second)
	_, err = w.other.Refresh(t.Context(), v)
	w.requireCode(fault.Unauthenticated, err)
	_, err = w.SignInAs(t.Context(), "E1", account.Client{})
	w.requireCode(fault.NotFound, err)
	_, err = w.ViewerOfSender(t.Context(), id)
	w.requireCode(fault.Unauthenticated, err, "retries neither")
}

func TestAnEmployeeWhoIsGoneLinksToNobody(t *testing.T) {
	w := newWorld(t)
	gone := directory{"E9": "DEV"}
	accounts := account.New(w.store, gone, account.Config{Clock: w.clock.now})
	require.NoError(t, accounts.PutSamples(w.system, []account.Sample{{Login: "x", Name: "x", Employee: "E9", Grants: grants("HR")}}))
	delete(gone, "E9")
	v, err := accounts.ViewerOfEmployee(t.Context(), "E9")
	require.NoError(t, err)
	require.Empty(t, v.Self())
	require.Equal(t, access.Denied, v.Decide(access.Approve), "without a link there is no HR")
}

func TestCompanionsOfADeletion(t *testing.T) {
	w := newWorld(t)
	w.put("hr", "E1", "HR")
	w.put("staff", "E2", "TRAINER:DEV")
	session, err := w.SignInAs(t.Context(), "E2", account.Client{})
	require.NoError(t, err)
	deletion := func(code string) (cs competency.ChangeSet) {
		cs.Delete.Employees = []competency.Employee{{Code: code}}
		return cs
	}
	docs, err := w.Companions(w.system, deletion("E9"))
	require.NoError(t, err)
	require.Empty(t, docs)
	_, err = w.Companions(w.system, deletion("E1"))
	w.requireCode(fault.Conflict, err, "the last HR of the whole firm")
	has, err := w.HasGrant(t.Context(), "E2")
	require.NoError(t, err)
	require.True(t, has)
	n, err := w.GrantsOf(t.Context(), "DEV")
	require.NoError(t, err)
	require.Equal(t, 1, n)

	docs, err = w.Companions(w.system, deletion("E2"))
	require.NoError(t, err)
	require.NoError(t, w.store.PutDocuments(t.Context(), docs))
	w.clock.pass(time.Second)
	_, err = w.ViewerOfSession(t.Context(), session.Secret)
	w.requireCode(fault.Unauthenticated, err)
	staff, err := w.FindLogin(w.system, "staff")
	require.NoError(t, err)
	require.True(t, staff.Disabled)
	require.Nil(t, staff.EmployeeCode)
	w.put("next", "E2")
}
