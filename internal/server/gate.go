package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/fault"
)

// Accounts says who may sign in, and who they are; account.Accounts does.
type Accounts interface {
	Any(context.Context) (bool, error)
	SignIn(ctx context.Context, login, password string, from account.Client) (account.Session, error)
	SignInAtProvider(ctx context.Context, who account.ProviderIdentity, create bool, from account.Client) (account.Session, error)
	SignInAs(ctx context.Context, employee string, from account.Client) (account.Session, error)
	Invitation(ctx context.Context, secret string) (account.Account, error)
	Accept(ctx context.Context, secret, password string, from account.Client) (account.Session, error)
	EndSession(ctx context.Context, secret string) error
	SignOutEverywhere(context.Context) error
	ViewerOfSession(ctx context.Context, secret string) (*access.Viewer, error)
	UseSession(ctx context.Context, session string)
	ViewerOfService(context.Context, account.ServiceIdentity) (*access.Viewer, error)
	ViewerOfToken(ctx context.Context, token string) (*access.Viewer, error)
	ViewerOfEmployee(ctx context.Context, employee string) (*access.Viewer, error)
	Refresh(context.Context, *access.Viewer) (*access.Viewer, error)
}

// gate finds out who asks. Every transport has the same one: a token, else the session of
// a browser, else what a demo or an open server allows, else nobody.
type gate struct {
	Config
	wrong  *throttle                 // tokens and passwords
	closed atomic.Bool               // whether there was an account
	asked  atomic.Pointer[time.Time] // when there was none yet
}

// throttledError is a wrong token or password of an address that has sent too many.
type throttledError struct {
	error
	after time.Duration
}

func (e throttledError) Unwrap() error { return e.error }

// viewer returns who asks, by what an Authorization header says, else by the cookie.
// UNAUTHENTICATED for nobody, and LIMIT_EXCEEDED for one wrong token too many. A right token
// is never late, whatever else its address sends.
func (g *gate) viewer(r *http.Request, authorization string, find credentialParser) (*access.Viewer, error) {
	if token, ok := find(authorization); ok && token != "" {
		return g.viewerOfToken(r, token)
	}
	if secret := g.sessionSecret(r); secret != "" && g.Accounts != nil {
		v, err := g.Accounts.ViewerOfSession(r.Context(), secret)
		if fault.CodeOf(err) != fault.Unauthenticated {
			return v, err
		}
	}
	return g.anybody(r.Context())
}

func (g *gate) viewerOfToken(r *http.Request, token string) (*access.Viewer, error) {
	given, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(g.Token))
	if g.Token != "" && subtle.ConstantTimeCompare(given[:], want[:]) == 1 { // hashes have the same length, so timing reveals nothing
		return account.ConfiguredTokenViewer(), nil
	}
	var err error = unauthenticated()
	if g.Accounts != nil && account.IsToken(token) {
		var v *access.Viewer
		if v, err = g.Accounts.ViewerOfToken(r.Context(), token); fault.CodeOf(err) != fault.Unauthenticated {
			return v, err
		}
	} else if g.Accounts != nil && g.takesAccessToken(token) {
		var v *access.Viewer
		if v, err = g.viewerOfAccessToken(r.Context(), token); fault.CodeOf(err) != fault.Unauthenticated {
			return v, err
		}
	} else if open, openErr := g.isOpen(r.Context()); open || openErr != nil { // there, any other token is as good as none
		return g.anybody(r.Context())
	}
	address := clientAddress(r, g.Proxies)
	if after := g.wrong.wait(address); after > 0 {
		return nil, g.throttled(after)
	}
	g.wrong.fail(address)
	return nil, err
}

func (g *gate) throttled(after time.Duration) error {
	g.Metrics.countThrottled()
	return throttledError{fault.New(fault.LimitExceeded,
		"too many wrong tokens or passwords came from this address: wait, and send the right one",
		"该地址发送了过多错误的令牌或密码：请稍候再使用正确的凭据"), after}
}

// anybody returns who asks without proving who it is: in a demo its HR, on an open server
// the service of all, and else nobody.
func (g *gate) anybody(ctx context.Context) (*access.Viewer, error) {
	if g.Demo.Viewer != "" {
		return g.Accounts.ViewerOfEmployee(ctx, g.Demo.Viewer)
	}
	open, err := g.isOpen(ctx)
	if err != nil {
		return nil, err
	}
	if open {
		return account.OpenViewer(), nil
	}
	return nil, unauthenticated()
}

// maxOpenStale is how long an open server may take to see the first account.
const maxOpenStale = 800 * time.Millisecond

// isOpen reports whether everybody on this machine may do everything: on loopback, until
// there is a token or an account.
func (g *gate) isOpen(ctx context.Context) (bool, error) {
	switch asked := g.asked.Load(); {
	case !g.Open || g.Token != "" || g.closed.Load():
		return false, nil
	case g.Accounts == nil || asked != nil && time.Since(*asked) < maxOpenStale:
		return true, nil
	}
	now := time.Now()
	exists, err := g.Accounts.Any(ctx)
	switch {
	case fault.CodeOf(err) == fault.Unavailable && g.asked.Load() != nil:
		return true, nil // what needs no store is answered, and nobody can make an account in one that is away
	case err != nil:
		return false, err
	case exists:
		g.closed.Store(true)
		return false, nil
	}
	g.asked.Store(&now)
	return true, nil
}

func unauthenticated() error {
	return fault.New(fault.Unauthenticated,
		"this needs a sign-in, or a valid token: send the header Authorization: Bearer TOKEN",
		"需要登录，或提供有效令牌：请发送请求头 Authorization: Bearer TOKEN")
}

// require lets requests through with their viewer, and refuses those of nobody. Each is a
// use of its session.
func (g *gate) require(next http.Handler) http.Handler {
	return g.requireBy(bearerToken, g.usingSession(next), "Bearer")
}

// requireBy lets requests through with their viewer, and refuses those of nobody. It
// challenges for each scheme: some clients send a password only after a challenge.
func (g *gate) requireBy(find credentialParser, next http.Handler, schemes ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := g.viewer(r, r.Header.Get("Authorization"), find)
		if err != nil {
			g.refuse(w, r, err, schemes...)
			return
		}
		next.ServeHTTP(w, r.WithContext(access.WithViewer(r.Context(), v)))
	})
}

// permit is require for what a viewer needs permission for as a whole.
func (g *gate) permit(a access.Action, next http.Handler) http.Handler {
	return g.require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := access.Check(r.Context(), a); err != nil {
			g.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	}))
}

// upgrade lets the handshake of a WebSocket through with the viewer of its cookie, or with
// none: a browser can send no token with it, and does so in the first message.
func (g *gate) upgrade(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), handshakeKey{}, r)
		v, err := g.viewer(r, "", bearerToken)
		switch {
		case err == nil:
			ctx = access.WithViewer(ctx, v)
		case fault.CodeOf(err) != fault.Unauthenticated:
			g.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

type handshakeKey struct{}

// authenticate returns the context of a WebSocket with the viewer of a token. Without one it
// is that of the handshake.
func (g *gate) authenticate(ctx context.Context, authorization string) (context.Context, error) {
	r, _ := ctx.Value(handshakeKey{}).(*http.Request)
	if token, ok := bearerToken(authorization); r == nil || !ok || token == "" {
		_, err := access.FromContext(ctx)
		return ctx, err
	}
	v, err := g.viewer(r, authorization, bearerToken)
	if err != nil {
		return ctx, err
	}
	return access.WithViewer(ctx, v), nil
}

// refresh returns what a viewer has become, for what lasts longer than a request.
// UNAUTHENTICATED where the rights are withdrawn.
func (g *gate) refresh(ctx context.Context, v *access.Viewer) (*access.Viewer, error) {
	switch v.Account {
	case account.ConfiguredTokenViewer().Account:
		return v, nil
	case account.OpenViewer().Account:
		return g.anybody(ctx)
	}
	return g.Accounts.Refresh(ctx, v)
}

// refuse answers with the status of an error, in the form of the API.
func (g *gate) refuse(w http.ResponseWriter, r *http.Request, err error, schemes ...string) {
	known, ok := asFault(err)
	if !ok {
		known = internalError(err)
	}
	status := statusOf(known.Code)
	if status == http.StatusUnauthorized {
		for _, scheme := range schemes {
			w.Header().Add("WWW-Authenticate", scheme+` realm="zhitu"`)
		}
	}
	setRetryAfter(w.Header(), known.Code, err)
	if status >= http.StatusInternalServerError {
		g.Log.ErrorContext(r.Context(), "a request was not answered", "error", err)
	}
	writeError(w, r, status, known.Code, known.Text)
}

func internalError(err error) *fault.Error {
	return fault.Wrap(err, fault.Internal, "internal error", "内部错误")
}

// statusOf returns the HTTP status of an error that answers a request as a whole.
func statusOf(code fault.Code) int {
	switch code {
	case fault.InvalidArgument:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.PermissionDenied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.LimitExceeded:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// setRetryAfter says how many seconds to wait after an error that passes.
func setRetryAfter(h http.Header, code fault.Code, err error) {
	switch code {
	case fault.LimitExceeded:
		after := account.RetryAfter(err)
		if throttled := (throttledError{}); errors.As(err, &throttled) {
			after = throttled.after
		}
		h.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(after.Seconds())))))
	case fault.Unavailable:
		h.Set("Retry-After", graph.RetryAfter)
	}
}

// credentialParser extracts the token from an Authorization header.
type credentialParser func(authorization string) (token string, ok bool)

func bearerToken(authorization string) (string, bool) {
	scheme, given, _ := strings.Cut(authorization, " ")
	return strings.TrimSpace(given), strings.EqualFold(scheme, "Bearer")
}

// bearerOrBasicToken also accepts the token as the password of any user: some senders
// of statements support Basic only.
func bearerOrBasicToken(authorization string) (string, bool) {
	r := http.Request{Header: http.Header{"Authorization": {authorization}}}
	if _, password, ok := r.BasicAuth(); ok {
		return password, true
	}
	return bearerToken(authorization)
}
