package server

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
)

// requireLoopbackHost prevents DNS rebinding: it refuses requests whose Host is not a
// loopback name. Otherwise a web page could reach a server on loopback by a name of
// its own that resolves to 127.0.0.1.
func requireLoopbackHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !isLoopbackName(strings.Trim(host, "[]")) {
			writeError(w, r, http.StatusForbidden, fault.PermissionDenied, fault.T(
				"this server answers only to localhost; listen on another address, with ZHITU_TOKEN, to serve other machines",
				"本服务仅响应 localhost；如需供其他机器使用，请监听其他地址并设置 ZHITU_TOKEN"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// newTokenCheck returns a function that reports whether an Authorization header has
// the token. An empty token admits every request.
func newTokenCheck(token string, find credentialParser) func(authorization string) bool {
	want := sha256.Sum256([]byte(token))
	return func(authorization string) bool {
		given, ok := find(authorization)
		// Constant time: hashes have the same length, so timing reveals nothing.
		got := sha256.Sum256([]byte(given))
		return token == "" || ok && subtle.ConstantTimeCompare(got[:], want[:]) == 1
	}
}

// requireToken refuses requests that are not admitted, with a challenge for each
// scheme: some clients send a password only after a challenge.
func requireToken(admits func(string) bool, next http.Handler, schemes ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !admits(r.Header.Get("Authorization")) {
			for _, scheme := range schemes {
				w.Header().Add("WWW-Authenticate", scheme+` realm="zhitu"`)
			}
			writeError(w, r, http.StatusUnauthorized, fault.Unauthenticated, fault.T(
				"a valid token is missing: send the header Authorization: Bearer TOKEN",
				"缺少有效令牌：请发送请求头 Authorization: Bearer TOKEN"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// asSystem lets requests act as the system. Whoever has the token, or is on this machine
// where none is required, may do everything.
func asSystem(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(access.WithViewer(r.Context(), access.System())))
	})
}

// authenticate lets WebSockets act as the system, as asSystem does requests.
func authenticate(admits func(string) bool) func(context.Context, string) (context.Context, error) {
	return func(ctx context.Context, authorization string) (context.Context, error) {
		if !admits(authorization) {
			return ctx, fault.New(fault.Unauthenticated, "the token is missing or wrong", "令牌缺失或有误")
		}
		return ctx, nil
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

// writeError answers in the form of the GraphQL API, so that clients need one form.
func writeError(w http.ResponseWriter, r *http.Request, status int, code fault.Code, text fault.Text) {
	writeJSON(w, status, map[string]any{"errors": []any{map[string]any{
		"message":    text.In(acceptedLanguage(r)),
		"extensions": map[string]any{"code": code},
	}}})
}

func asFault(err error) (*fault.Error, bool) {
	var known *fault.Error
	ok := errors.As(err, &known)
	return known, ok
}
