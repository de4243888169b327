package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// pagePolicy lets a page load its own style and script, and send its forms to us alone.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "

// Page is what the pages of signing in and out, and that of the own account, show. All texts of it are in Lang.
type Page struct {
	Config
	Lang       string // en or zh-CN
	Title      string
	Error      string // what went wrong, empty for nothing
	At         string // path of the page for another language, where that is not the one that is shown
	Next       string // where to go after signing in: a path of ours; empty for the application
	SignedInAs string // name of who has signed in, empty for nobody

	Login    string   // user name that was given, or that an invitation is for
	Name     string   // of the person whom an invitation is for
	Secret   string   // of an invitation
	Samples  []Sample // people of a demo
	Provider bool     // an identity provider can be used
	Open     bool     // nobody has to sign in
	Insecure bool     // over plain HTTP, where nobody may sign in
	Changed  bool     // the password has just been changed
}

// Sample is a person of a demo, with what the role allows.
type Sample struct {
	Employee, Name string
	RoleEN, RoleZH string
	MayEN, MayZH   string
}

// T returns a text in the language of the page.
func (p Page) T(en, zh string) string {
	if p.Lang == "zh-CN" {
		return zh
	}
	return en
}

// ShowSignIn shows the page that asks for a user name and a password, or in a demo for a
// person.
func (p Page) ShowSignIn(w http.ResponseWriter, status int) {
	p.Title = p.T("Sign in", "登录")
	if p.Samples != nil {
		p.Title = p.T("Who are you?", "选择身份")
	}
	p.show(w, status, "sign_in.html")
}

// ShowInvitation shows the page that asks for the secret of an invitation, or where Login
// is known for a password.
func (p Page) ShowInvitation(w http.ResponseWriter, status int) {
	p.Title = p.T("Accept the invitation", "接受邀请")
	p.show(w, status, "invite.html")
}

// ShowSignOut shows the page that asks whether to sign out.
func (p Page) ShowSignOut(w http.ResponseWriter, status int) {
	p.Title = p.T("Sign out", "退出登录")
	p.show(w, status, "sign_out.html")
}

func (p Page) show(w http.ResponseWriter, status int, name string) {
	var body bytes.Buffer
	must(0, pages.ExecuteTemplate(&body, name, p))
	h := w.Header()
	p.SetHeaders(h)
	h.Set("Content-Security-Policy", pagePolicy+p.frameAncestors())
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Lang)
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}
