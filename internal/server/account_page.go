package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/web"
)

// accountPage serves the page of the own account. It is for sessions alone: no token sees or
// manages what it shows.
type accountPage struct{ signIn }

func registerAccountPage(mux *http.ServeMux, g *gate) {
	s := accountPage{signIn{g}}
	mux.Handle("GET /account", s.withSession(s.show))
	for path, h := range map[string]http.HandlerFunc{
		"/account/sessions": s.endSession, "/account/password": s.changePassword,
		"/account/tokens": s.createToken, "/account/tokens/revoke": s.revokeToken,
	} {
		mux.Handle("POST "+path, g.withAudit(limitForm(s.withSession(h).ServeHTTP)))
	}
}

// withSession answers whoever has signed in, and leads others to the page for that.
func (s accountPage) withSession(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		secret := s.sessionSecret(r)
		if secret == "" || s.Accounts == nil {
			s.leave(w, r, url.Values{})
			return
		}
		switch v, err := s.Accounts.ViewerOfSession(r.Context(), secret); {
		case err == nil:
			s.useSession(r, v)
			next(w, r.WithContext(access.WithViewer(r.Context(), v)))
		case fault.CodeOf(err) == fault.Unauthenticated:
			s.leave(w, r, url.Values{})
		default:
			p := s.page(r)
			p.ShowAccount(w, s.answer(w, &p, err))
		}
	})
}

// leave goes to the page for signing in, which leads back.
func (s accountPage) leave(w http.ResponseWriter, r *http.Request, query url.Values) {
	query.Set("lang", s.page(r).Lang)
	query.Set("next", s.BasePath+"/account")
	seeOther(w, s.BasePath+"/sign-in?"+query.Encode())
}

func (s accountPage) show(w http.ResponseWriter, r *http.Request) {
	s.respond(w, r, web.NewToken{}, nil)
}

// stay shows the page once more after something was done, so that loading it again repeats
// nothing; or what was wrong.
func (s accountPage) stay(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		s.respond(w, r, web.NewToken{}, err)
		return
	}
	seeOther(w, s.BasePath+"/account?lang="+s.page(r).Lang)
}

// respond shows the page, with an error where there is one.
func (s accountPage) respond(w http.ResponseWriter, r *http.Request, form web.NewToken, err error) {
	p, status := s.page(r), http.StatusOK
	if err != nil {
		status = s.answer(w, &p, err)
	}
	own, err := s.ownAccount(r.Context(), form)
	if err != nil {
		status = s.answer(w, &p, err)
	}
	p.Account = own
	p.ShowAccount(w, status)
}

func (s accountPage) endSession(w http.ResponseWriter, r *http.Request) {
	id := r.PostFormValue("id")
	err := s.Accounts.SignOut(r.Context(), id)
	if v, _ := access.FromContext(r.Context()); err == nil && v.Session == id {
		s.setSession(w, r, "")
		seeOther(w, s.BasePath+"/sign-in?lang="+s.page(r).Lang)
		return
	}
	s.stay(w, r, err)
}

func (s accountPage) changePassword(w http.ResponseWriter, r *http.Request) {
	password := r.PostFormValue("password")
	err := differingPasswords()
	if password == r.PostFormValue("again") {
		err = s.Accounts.ChangePassword(r.Context(), r.PostFormValue("current"), password)
	}
	if err != nil {
		s.stay(w, r, err)
		return
	}
	s.setSession(w, r, "") // it has ended with all others
	s.leave(w, r, url.Values{"changed": {"password"}})
}

func (s accountPage) createToken(w http.ResponseWriter, r *http.Request) {
	form := web.NewToken{Open: true, Name: r.PostFormValue("name"), OrgUnits: r.PostFormValue("units"), Days: r.PostFormValue("days"), Scopes: scopeChoices(r.PostForm["scope"])}
	var created account.CreatedToken
	var err error
	if days, wrong := strconv.Atoi(form.Days); wrong != nil || days < 1 || days > 366 {
		err = fault.New(fault.InvalidArgument, "a token is valid for 1 to 366 days", "令牌有效期须为 1 到 366 天")
	} else {
		created, err = s.Accounts.CreateToken(r.Context(), account.CreateTokenInput{
			Name: form.Name, Scopes: chosenScopes(form.Scopes), OrgUnits: splitCodes(form.OrgUnits), ExpiresAt: time.Now().AddDate(0, 0, days),
		})
	}
	if err == nil {
		form = web.NewToken{Text: created.Text}
	}
	s.respond(w, r, form, err)
}

func (s accountPage) revokeToken(w http.ResponseWriter, r *http.Request) {
	s.stay(w, r, s.Accounts.RevokeToken(r.Context(), r.PostFormValue("id")))
}

// splitCodes reads codes that people list, with commas of any kind or spaces between.
func splitCodes(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",，、;； \t", c) })
}

// ownAccount returns what the page shows of whoever asks.
func (s accountPage) ownAccount(ctx context.Context, form web.NewToken) (*web.OwnAccount, error) {
	own, err := s.Accounts.Own(ctx)
	if err != nil || own == nil {
		return nil, err
	}
	shown := &web.OwnAccount{Name: own.Name, Login: optional.Value(own.Login), Employee: optional.Value(own.EmployeeCode), HasPassword: own.HasPassword, NewToken: form, Zone: s.Zone}
	if shown.Zone == nil {
		shown.Zone = time.UTC
	}
	if form.Scopes == nil {
		shown.NewToken.Scopes = scopeChoices(nil)
	}
	for _, g := range own.Grants {
		shown.Roles = append(shown.Roles, g.String())
	}
	sessions, err := s.Accounts.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range sessions {
		shown.Sessions = append(shown.Sessions, web.Session{ID: v.ID, Address: optional.Value(v.Address), Browser: optional.Value(v.Browser), CreatedAt: v.CreatedAt, LastUseAt: v.LastUseAt, Current: v.Current})
	}
	tokens, err := s.Accounts.Tokens(ctx, nil)
	for _, t := range tokens {
		row := web.Token{ID: t.ID, Name: t.Name, OrgUnits: t.OrgUnits, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUseAt: t.LastUseAt, Expired: !time.Now().Before(t.ExpiresAt)}
		for _, scope := range t.Scopes {
			row.Scopes = append(row.Scopes, scope.Names()...)
		}
		shown.Tokens = append(shown.Tokens, row)
	}
	return shown, err
}

// scopeTexts say what each scope is for, in the order in which they are offered.
var scopeTexts = []struct {
	scope  access.Scopes
	en, zh string
}{
	{access.CatalogRead, "Read the catalog and the departments", "读取知识目录和部门"},
	{access.LearnerRead, "Read what people have mastered, their gaps and paths", "读取人员的掌握情况、差距和路径"},
	{access.EvidenceWrite, "Record evidence", "记录证据"},
	{access.InsightRead, "Read figures about many people", "读取群体统计"},
	{access.PeopleRead, "List people", "查询人员名单"},
	{access.PeopleWrite, "Edit people and departments", "维护人员和部门"},
	{access.CatalogWrite, "Edit the catalog", "维护知识目录"},
	{access.AuditRead, "Read the audit", "读取审计记录"},
	{access.MetricsRead, "Read the metrics of the server", "读取服务器指标"},
}

func scopeChoices(chosen []string) (choices []web.Scope) {
	for _, t := range scopeTexts {
		choices = append(choices, web.Scope{Name: t.scope.String(), EN: t.en, ZH: t.zh, Chosen: slices.Contains(chosen, t.scope.String())})
	}
	return choices
}

func chosenScopes(choices []web.Scope) (scopes []access.Scopes) {
	for _, c := range choices {
		if scope, ok := access.ParseScope(c.Name); ok && c.Chosen {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}
