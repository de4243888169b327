package server

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/web"
)

// Demo says how a server shows a sample company; the zero value is no demo.
type Demo struct {
	Viewer  string   // code of the employee as whom everybody acts who has not signed in
	Samples []Sample // people whom a visitor may be, without a password
}

// Sample is a person of a demo.
type Sample = web.Sample

// maxForm bounds the bytes of a form.
const maxForm = 16 << 10

// signIn serves the pages of signing in and out.
type signIn struct{ *gate }

func registerSignIn(mux *http.ServeMux, g *gate) {
	s := signIn{g}
	for path, h := range map[string]struct{ get, post http.HandlerFunc }{
		"/sign-in": {s.showSignIn, s.signIn}, "/invite": {s.showInvitation, s.acceptInvitation}, "/sign-out": {s.showSignOut, s.signOut},
	} {
		mux.Handle("GET "+path, h.get)
		mux.Handle("POST "+path, g.withAudit(limitForm(h.post)))
	}
	mux.HandleFunc("GET /session", s.tell)
}

func limitForm(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next(w, r)
	})
}

// page returns what all pages show of a request.
func (s signIn) page(r *http.Request) web.Page {
	lang := acceptedLanguage(r)
	if chosen := r.FormValue("lang"); fault.Supported(chosen) {
		lang = fault.ParseLang(chosen)
	}
	p := web.Page{Config: s.pages(), Lang: string(lang), Next: s.localPath(r.FormValue("next")), Insecure: !s.canSignIn(r), Provider: s.Provider != nil, Samples: s.Demo.Samples}
	p.SignedInAs = s.signedInAs(r)
	return p
}

// signedInAs returns the name of the account whose session a request has, empty for none.
func (s signIn) signedInAs(r *http.Request) string {
	secret := s.sessionSecret(r)
	if secret == "" || s.Accounts == nil {
		return ""
	}
	v, err := s.Accounts.ViewerOfSession(r.Context(), secret)
	if err != nil {
		return ""
	}
	s.useSession(r, v)
	return cmp.Or(v.Name, v.Account)
}

// localPath returns a path of ours, empty for anything else: a link must not lead from our
// page for signing in to that of a stranger.
func (s signIn) localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, s.BasePath+"/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return ""
	}
	return next
}

func (s signIn) showSignIn(w http.ResponseWriter, r *http.Request) {
	p := s.page(r)
	p.Changed = r.FormValue("changed") == "password"
	var err error
	if p.Open, err = s.isOpen(r.Context()); err != nil {
		s.fail(&p, err)
	}
	p.ShowSignIn(w, http.StatusOK)
}

// signIn begins a session: of the employee who is chosen in a demo, else by user name and
// password.
func (s signIn) signIn(w http.ResponseWriter, r *http.Request) {
	p := s.page(r)
	p.Login = r.PostFormValue("login")
	employee := r.PostFormValue("employee")
	session, err := s.try(r, func() (account.Session, error) {
		if employee != "" && s.isSample(employee) {
			return s.Accounts.SignInAs(r.Context(), employee, s.client(r))
		}
		return s.Accounts.SignIn(r.Context(), p.Login, r.PostFormValue("password"), s.client(r))
	})
	if err != nil {
		p.ShowSignIn(w, s.answer(w, &p, err))
		return
	}
	s.begin(w, r, session, p.Next)
}

func (s signIn) isSample(employee string) bool {
	for _, sample := range s.Demo.Samples {
		if sample.Employee == employee {
			return true
		}
	}
	return false
}

func (s signIn) showInvitation(w http.ResponseWriter, r *http.Request) {
	s.page(r).ShowInvitation(w, http.StatusOK)
}

// acceptInvitation asks for a password where the form has none yet, and sets it.
func (s signIn) acceptInvitation(w http.ResponseWriter, r *http.Request) {
	p := s.page(r)
	secret, password := strings.TrimSpace(r.PostFormValue("secret")), r.PostFormValue("password")
	var invited account.Account
	session, err := s.try(r, func() (session account.Session, err error) {
		if invited, err = s.Accounts.Invitation(r.Context(), secret); err != nil || password == "" {
			return session, err
		}
		if password != r.PostFormValue("again") {
			return session, differingPasswords()
		}
		return s.Accounts.Accept(r.Context(), secret, password, s.client(r))
	})
	if invited.Login != nil {
		p.Login, p.Name, p.Secret = *invited.Login, invited.Name, secret
	}
	switch {
	case err != nil:
		p.ShowInvitation(w, s.answer(w, &p, err))
	case password == "":
		p.ShowInvitation(w, http.StatusOK)
	default:
		s.begin(w, r, session, "")
	}
}

func differingPasswords() error {
	return fault.New(fault.InvalidArgument, "the two passwords differ: type the same twice", "两次输入的密码不一致：请重新输入")
}

// try signs somebody in, unless the address has failed too often, or the cookie would not
// reach the browser in safety.
func (s signIn) try(r *http.Request, do func() (account.Session, error)) (session account.Session, err error) {
	switch address := clientAddress(r, s.Proxies); {
	case s.Accounts == nil:
		return session, fault.New(fault.NotFound, "this server has no accounts", "本服务没有账号")
	case !s.canSignIn(r):
		return session, fault.New(fault.PermissionDenied, "nobody can sign in over plain HTTP: use https://", "明文 HTTP 下无法登录：请使用 https://")
	default:
		if after := s.wrong.wait(address); after > 0 {
			return session, s.throttled(after)
		}
		session, err = do()
		if code := fault.CodeOf(err); code == fault.Unauthenticated || code == fault.NotFound {
			s.wrong.fail(address)
		}
		return session, err
	}
}

// begin gives the browser its session in place of the one that it had (session fixation),
// and goes on.
func (s signIn) begin(w http.ResponseWriter, r *http.Request, session account.Session, next string) {
	if before := s.sessionSecret(r); before != "" {
		if err := s.Accounts.EndSession(r.Context(), before); err != nil {
			s.Log.WarnContext(r.Context(), "the session before was not ended", "error", err)
		}
	}
	s.setSession(w, r, session.Secret)
	seeOther(w, cmp.Or(next, s.BasePath+"/"))
}

func (s signIn) showSignOut(w http.ResponseWriter, r *http.Request) {
	s.page(r).ShowSignOut(w, http.StatusOK)
}

// signOut ends the session of the cookie, or all of its account.
func (s signIn) signOut(w http.ResponseWriter, r *http.Request) {
	p := s.page(r)
	if err := s.end(r, r.PostFormValue("everywhere") != ""); err != nil {
		p.ShowSignOut(w, s.answer(w, &p, err))
		return
	}
	s.setSession(w, r, "")
	seeOther(w, s.BasePath+"/sign-in?lang="+p.Lang)
}

// end ends the session of a request, and all others of its account where everywhere is set.
func (s signIn) end(r *http.Request, everywhere bool) error {
	secret := s.sessionSecret(r)
	if secret == "" || s.Accounts == nil {
		return nil
	}
	if v, err := s.Accounts.ViewerOfSession(r.Context(), secret); everywhere && fault.CodeOf(err) != fault.Unauthenticated {
		if err != nil {
			return err
		}
		return s.Accounts.SignOutEverywhere(access.WithViewer(r.Context(), v))
	}
	return s.Accounts.EndSession(r.Context(), secret)
}

// tell says to our pages who has signed in, and whether there is a page to do so.
func (s signIn) tell(w http.ResponseWriter, r *http.Request) {
	open, err := s.isOpen(r.Context())
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	name := s.signedInAs(r)
	told := map[string]any{"signedIn": name != "", "demo": s.Demo.Viewer != "", "name": name, "signIn": s.Provider != nil, "open": open}
	if s.Accounts != nil && s.Provider == nil && !open {
		if told["signIn"], err = s.Accounts.Any(r.Context()); err != nil {
			s.refuse(w, r, err)
			return
		}
	}
	if v, err := s.anybody(r.Context()); name == "" && err == nil && s.Demo.Viewer != "" {
		told["name"] = v.Name
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, told)
}

// answer puts an error into a page, and returns its status.
func (s signIn) answer(w http.ResponseWriter, p *web.Page, err error) int {
	known := s.fail(p, err)
	status := statusOf(known.Code)
	setRetryAfter(w.Header(), known.Code, err)
	return status
}

// fail puts an error into a page.
func (s signIn) fail(p *web.Page, err error) *fault.Error {
	known, ok := asFault(err)
	if !ok {
		s.Log.Error("a page was not shown", "error", err)
		known = internalError(err)
	}
	p.Error = known.Text.In(fault.Lang(p.Lang))
	return known
}

func seeOther(w http.ResponseWriter, path string) {
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
}
