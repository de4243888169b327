package server

import (
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// requireKnownHost prevents DNS rebinding: where the server listens on loopback, it refuses
// requests whose Host is neither a loopback name nor the name by which people know the
// server. Otherwise a web page could reach it by a name of its own that resolves to
// 127.0.0.1.
func requireKnownHost(public string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, known, _ := strings.Cut(public, "://")
		if !isLoopbackHost(r.Host) && (known == "" || !strings.EqualFold(r.Host, known)) {
			writeError(w, r, http.StatusForbidden, fault.PermissionDenied, fault.T(
				"this server answers only to localhost; to serve other machines name its address in public-url, or listen on another address, with accounts or ZHITU_TOKEN",
				"本服务仅响应 localhost；如需供其他机器使用，请在 public-url 中填写其地址，或监听其他地址并设置账号或 ZHITU_TOKEN"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuseForwarded refuses what a proxy has forwarded, where whoever reaches the server may
// do everything or be anybody: the proxy has opened it to others.
func (g *gate) refuseForwarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := forwardedBy(r.Header); name != "" {
			open, err := g.isOpen(r.Context())
			if err != nil {
				g.refuse(w, r, err)
				return
			}
			if open || g.Demo.Viewer != "" {
				writeError(w, r, http.StatusForbidden, fault.PermissionDenied, fault.T(
					"a proxy has forwarded this (%s), and this server lets everybody in who is on its machine: make an account with zhitu account invite --admin, or set ZHITU_TOKEN",
					"此请求经代理转发（%s），而本服务允许本机上的任何人访问：请用 zhitu account invite --admin 创建账号，或设置 ZHITU_TOKEN", name))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// forwardedBy returns the header by which a request shows that it came through a proxy,
// empty for none.
func forwardedBy(h http.Header) string {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return name
		}
	}
	return ""
}

func isLoopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
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
