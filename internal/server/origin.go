package server

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/rs/cors"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/fault"
)

// ParseOrigin reads the origin of a page, such as https://portal.example.com, and returns
// it as browsers send it.
func ParseOrigin(text string) (origin string, ok bool) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		u.Path != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(u.Host, "*,; ") {
		return "", false
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host, true
}

// ParsePublicURL divides the address by which people know the server into its origin and
// the path below it, empty for none.
func ParsePublicURL(text string) (origin, basePath string, ok bool) {
	u, err := url.Parse(text)
	if err != nil {
		return "", "", false
	}
	origin, okOrigin := ParseOrigin(u.Scheme + "://" + u.Host)
	basePath, okPath := ParseBasePath(u.Path)
	return origin, basePath, okOrigin && okPath && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

var validBasePath = regexp.MustCompile(`^(/[A-Za-z0-9~_-][A-Za-z0-9.~_-]*)*$`)

// ParseBasePath reads a path such as /zhitu, and returns it without the slash at its end.
func ParseBasePath(text string) (path string, ok bool) {
	path = strings.TrimSuffix(text, "/")
	return path, validBasePath.MatchString(path)
}

// ParseFrameAncestor reads who may show our pages in a frame, an origin such as
// https://lms.example.com or https://*.example.com, or 'self', and returns it as in a
// Content-Security-Policy.
func ParseFrameAncestor(text string) (source string, ok bool) {
	if strings.Trim(text, "'") == "self" {
		return "'self'", true
	}
	if scheme, host, found := strings.Cut(text, "://*."); found {
		origin, ok := ParseOrigin(scheme + "://" + host)
		_, host, _ = strings.Cut(origin, "://")
		return scheme + "://*." + host, ok && strings.Contains(host, ".")
	}
	return ParseOrigin(text)
}

// maxPreflightAge is how many seconds a browser may remember that an origin is allowed.
const maxPreflightAge = 600

// withOrigins lets pages of the allowed origins read answers (CORS), and refuses unsafe
// requests of all others (cross-site request forgery).
func withOrigins(cfg Config, next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range cfg.trustedOrigins() {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(err) // ParseOrigin has read it
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeError(w, r, http.StatusForbidden, fault.PermissionDenied, fault.T(
			"a page of another origin sent this: whoever runs the server can name it in allowed-origins",
			"此请求来自其他来源的页面：服务管理员可在 allowed-origins 中允许该来源"))
	}))
	next = protection.Handler(next)
	if len(cfg.AllowedOrigins) == 0 { // cors takes none for all
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: cfg.AllowedOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut},
		AllowedHeaders: []string{"Accept", "Accept-Language", "Authorization", "Content-Type", "X-Request-Id", versionHeader, backgroundHeader},
		ExposedHeaders: []string{"Retry-After", "WWW-Authenticate", "X-Request-Id", versionHeader},
		MaxAge:         maxPreflightAge,
	}).Handler(next)
}

// trustedOrigins are the allowed ones, and our own as people see it.
func (cfg Config) trustedOrigins() []string {
	if cfg.PublicOrigin == "" {
		return cfg.AllowedOrigins
	}
	return append(slices.Clone(cfg.AllowedOrigins), cfg.PublicOrigin)
}

// isOwnOrigin reports whether a page of ours, or no page at all, sent a request: whether
// its cookie counts. Whoever follows a link from another site comes as they are, too, for
// no GET changes anything.
func (cfg Config) isOwnOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site == "same-origin" || site == "none":
		return true
	case r.Header.Get("Sec-Fetch-Mode") == "navigate" && (r.Method == http.MethodGet || r.Method == http.MethodHead) && !graph.IsWebsocket(r):
		return true
	case site != "":
		return false
	case origin == "" || origin == cfg.PublicOrigin:
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
