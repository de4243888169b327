package server

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/openid"
)

// CallbackPath is where an identity provider sends browsers back to, below the address of
// the server.
const CallbackPath = "/sign-in/callback"

// The names of the cookie of a sign-in that has begun at the provider; see sessionCookie.
const (
	flowCookie         = "__Host-zhitu_sign_in"
	loopbackFlowCookie = "zhitu_sign_in"
)

// maxFlow is how long somebody may take to sign in at the provider.
const maxFlow = 10 * time.Minute

// flow is what a browser keeps of a sign-in that has begun.
type flow struct {
	openid.Flow
	Next string `json:"next,omitempty"`
	Lang string `json:"lang,omitempty"`
}

func registerProvider(mux *http.ServeMux, g *gate) {
	if g.Provider == nil {
		return
	}
	s := signIn{g}
	mux.HandleFunc("GET /sign-in/provider", s.beginAtProvider)
	mux.Handle("GET "+CallbackPath, g.withAudit(http.HandlerFunc(s.finishAtProvider)))
}

// beginAtProvider sends a browser to the provider.
func (s signIn) beginAtProvider(w http.ResponseWriter, r *http.Request) {
	if other := s.otherLoopbackName(r); other != "" {
		seeOther(w, other+s.BasePath+r.URL.Path+"?"+r.URL.RawQuery)
		return
	}
	p := s.page(r)
	p.At = s.BasePath + "/sign-in"
	if p.Insecure {
		p.ShowSignIn(w, http.StatusForbidden)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
	defer cancel()
	begun, location, err := s.Provider.Begin(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "nobody can sign in at the identity provider", "error", err)
		p.ShowSignIn(w, s.answer(w, &p, err))
		return
	}
	s.setFlow(w, r, &flow{begun, p.Next, p.Lang})
	w.Header().Set("Cache-Control", "no-store")
	seeOther(w, location)
}

// otherLoopbackName returns the origin to which the provider will send browsers back, where
// that is another name of this machine: there, the cookie would be missing.
func (s signIn) otherLoopbackName(r *http.Request) string {
	u, err := url.Parse(s.Provider.RedirectURL())
	if err != nil || u.Host == r.Host || !isLoopbackHost(u.Host) || !isLoopbackHost(r.Host) {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// finishAtProvider begins a session of whoever the provider says has come back.
func (s signIn) finishAtProvider(w http.ResponseWriter, r *http.Request) {
	begun := s.takeFlow(w, r)
	p := s.page(r)
	p.At = s.BasePath + "/sign-in"
	if fault.Supported(begun.Lang) {
		p.Lang = begun.Lang
	}
	w.Header().Set("Cache-Control", "no-store")
	session, err := s.try(r, func() (session account.Session, err error) {
		ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
		defer cancel()
		who, err := s.Provider.Finish(ctx, begun.Flow, r.URL.Query())
		if err != nil {
			audit.Note(r.Context(), audit.Event{Action: access.AdministerOwn, Verb: "sign-in", Outcome: fault.CodeOf(err)})
			return session, err
		}
		return s.Accounts.SignInAtProvider(r.Context(), who, s.CreateAccounts, s.client(r))
	})
	if err != nil {
		s.Log.WarnContext(r.Context(), "a sign-in at the identity provider failed", "error", err)
		p.ShowSignIn(w, s.answer(w, &p, err))
		return
	}
	s.begin(w, r, session, s.localPath(begun.Next))
}

// setFlow lets a browser keep a sign-in that has begun, or forget it where f is nil.
func (cfg Config) setFlow(w http.ResponseWriter, r *http.Request, f *flow) {
	cookie := cfg.newCookie(r, cfg.flowCookieName(r), "")
	cookie.MaxAge = -1
	if f != nil {
		text, err := json.Marshal(f)
		if err != nil {
			panic(err) // texts alone
		}
		cookie.Value, cookie.MaxAge = base64.RawURLEncoding.EncodeToString(text), int(maxFlow.Seconds())
	}
	http.SetCookie(w, cookie)
}

func (cfg Config) flowCookieName(r *http.Request) string {
	if cfg.isSecure(r) {
		return flowCookie
	}
	return loopbackFlowCookie
}

// takeFlow returns the sign-in that a browser has begun, and lets it forget that: it ends
// once. What cannot be read is none.
func (cfg Config) takeFlow(w http.ResponseWriter, r *http.Request) (f flow) {
	cookie, err := r.Cookie(cfg.flowCookieName(r))
	if err != nil {
		return f
	}
	cfg.setFlow(w, r, nil)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		return flow{}
	}
	return f
}

// viewerOfAccessToken returns the viewer of a service that sends an access token of the
// provider.
func (g *gate) viewerOfAccessToken(ctx context.Context, token string) (*access.Viewer, error) {
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	service, err := g.Provider.VerifyAccessToken(ctx, token)
	if err != nil {
		return nil, err
	}
	return g.Accounts.ViewerOfService(ctx, service)
}

// takesAccessToken reports whether a token has the form of those that the provider signs.
func (g *gate) takesAccessToken(token string) bool {
	return g.Provider != nil && g.Provider.TakesTokens() && openid.IsJWT(token)
}
