package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// The names of the cookie of a session. Browsers take a name with __Host- only over TLS,
// for all paths of one host, so that no other host can set it.
const (
	sessionCookie         = "__Host-zhitu_session"
	loopbackSessionCookie = "zhitu_session" // over plain HTTP, on this machine alone
)

// isSecure reports whether a client speaks TLS: with us, or with a trusted proxy.
func (cfg Config) isSecure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	peer, err := netip.ParseAddr(host)
	if err != nil || !isTrusted(peer, cfg.Proxies) {
		return false
	}
	protocols := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(protocols[len(protocols)-1]), "https")
}

// canSignIn reports whether a browser would keep the cookie of a session, and nobody could
// read it on the way.
func (cfg Config) canSignIn(r *http.Request) bool { return cfg.isSecure(r) || isLoopbackHost(r.Host) }

func (cfg Config) cookieName(r *http.Request) string {
	if cfg.isSecure(r) {
		return sessionCookie
	}
	return loopbackSessionCookie
}

// sessionSecret returns what the cookie of a session holds, empty where there is none that
// counts.
func (cfg Config) sessionSecret(r *http.Request) string {
	if !cfg.canSignIn(r) || !cfg.isOwnOrigin(r) {
		return ""
	}
	cookie, err := r.Cookie(cfg.cookieName(r))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setSession gives a browser the cookie of a session, or takes it away where the secret is
// empty. It lasts until the browser is closed; the session may end before.
func (cfg Config) setSession(w http.ResponseWriter, r *http.Request, secret string) {
	cookie := cfg.newCookie(r, cfg.cookieName(r), secret)
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// newCookie returns a cookie that no script and no other site can use.
func (cfg Config) newCookie(r *http.Request, name, value string) *http.Cookie {
	cookie := &http.Cookie{Name: name, Value: value, Path: "/", Secure: cfg.isSecure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if cookie.Secure && cfg.isFramed() { // a frame of another site gets no other; each site that has us in a frame has a cookie of its own
		cookie.SameSite, cookie.Partitioned = http.SameSiteNoneMode, true
	}
	return cookie
}

// isFramed reports whether another site may show our pages in a frame.
func (cfg Config) isFramed() bool {
	for _, source := range cfg.FrameAncestors {
		if source != "'self'" {
			return true
		}
	}
	return false
}

// isLoopbackHost reports whether a Host header names this machine.
func isLoopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return isLoopbackName(strings.Trim(host, "[]"))
}
