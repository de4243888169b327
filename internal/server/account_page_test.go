package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/server"
)

const safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15"

func TestOwnAccountPage(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	here, there := newBrowser(s), newBrowser(s)
	w := here.get("/account", "Accept-Language", "zh-CN")
	require.Equal(t, []any{303, "/sign-in?lang=zh-CN&next=%2Faccount"}, []any{w.Code, w.Header().Get("Location")})
	here.accept(t, s.inviteAdministrator(t))
	there.with = func(r *http.Request) { r.Header.Set("User-Agent", safari); r.RemoteAddr = "192.0.2.7:5" }
	require.Equal(t, 303, there.submit("/sign-in", "login", "admin", "password", password).Code)

	page := here.get("/account").Body.String()
	require.Equal(t, "no-store", here.get("/account").Header().Get("Cache-Control"))
	require.Contains(t, page, "Safari, macOS")
	require.Contains(t, page, "192.0.2.7")
	require.Contains(t, page, "Unknown browser")
	require.Contains(t, page, "<code>ADMIN</code>")
	other := regexp.MustCompile(`(?s)Safari, macOS.*?name="id" value="([a-z2-7]+)"`).FindStringSubmatch(page)[1]
	for _, secret := range []string{here.cookies["zhitu_session"], there.cookies["zhitu_session"]} {
		require.NotContains(t, page, secret[strings.Index(secret, ".")+1:])
	}

	require.Equal(t, 404, here.submit("/account/sessions", "id", "nothing").Code)
	w = here.submit("/account/sessions", "id", other, "lang", "zh-CN")
	require.Equal(t, []any{303, "/account?lang=zh-CN"}, []any{w.Code, w.Header().Get("Location")})
	require.Equal(t, 401, there.ask().Code)
	require.Equal(t, 303, there.get("/account").Code)
	require.NotContains(t, here.get("/account").Body.String(), "Safari")

	own := regexp.MustCompile(`name="id" value="([a-z2-7]+)">Sign out`).FindStringSubmatch(here.get("/account").Body.String())[1]
	w = here.submit("/account/sessions", "id", own)
	require.Equal(t, []any{303, "/sign-in?lang=en"}, []any{w.Code, w.Header().Get("Location")})
	require.Empty(t, here.cookies)
}

func TestPasswordOnTheOwnPage(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b, other := newBrowser(s), newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	require.Equal(t, 303, other.submit("/sign-in", "login", "admin", "password", password).Code)
	const next = "another long password of mine"
	for name, c := range map[string]struct {
		fields []string
		code   int
		told   string
	}{
		"not the same twice":   {[]string{"current", password, "password", next, "again", "x"}, 400, "两次输入的密码不一致"},
		"a wrong one":          {[]string{"current", "wrong", "password", next, "again", next}, 400, "当前密码错误"},
		"one easy to guess":    {[]string{"current", password, "password", "short", "again", "short"}, 400, "12"},
		"nothing but the same": {[]string{}, 400, "12"},
	} {
		w := b.submit("/account/password", append(c.fields, "lang", "zh-CN")...)
		require.Equal(t, c.code, w.Code, name)
		require.Regexp(t, `class="error"[^>]*>[^<]*`+c.told, w.Body.String(), name)
		require.NotContains(t, w.Body.String(), next, name)
	}
	w := b.submit("/account/password", "current", password, "password", next, "again", next)
	require.Equal(t, []any{303, "/sign-in?changed=password&lang=en&next=%2Faccount"}, []any{w.Code, w.Header().Get("Location")})
	require.Contains(t, b.get(w.Header().Get("Location")).Body.String(), "The password is changed")
	require.Equal(t, 401, other.ask().Code, "all sessions have ended")
	require.Equal(t, 401, b.submit("/sign-in", "login", "admin", "password", password).Code)
	w = b.submit("/sign-in", "login", "admin", "password", next, "next", "/account")
	require.Equal(t, []any{303, "/account"}, []any{w.Code, w.Header().Get("Location")})
}

func TestTokensOnTheOwnPage(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	for name, c := range map[string]struct {
		fields []string
		told   string
	}{
		"no scope":         {[]string{"name", "x", "days", "30"}, "至少须有一个权限范围"},
		"too long":         {[]string{"name", "x", "days", "367", "scope", "catalog:read"}, "1 到 366"},
		"no number":        {[]string{"name", "x", "days", "soon", "scope", "catalog:read"}, "1 到 366"},
		"no name":          {[]string{"days", "30", "scope", "catalog:read"}, "填写名称"},
		"a scope of none":  {[]string{"name", "x", "days", "30", "scope", "everything"}, "至少须有一个权限范围"},
		"bound and cannot": {[]string{"name", "x", "days", "30", "scope", "metrics:read", "units", "D1，D2"}, "不能限定部门"},
	} {
		w := b.submit("/account/tokens", append(c.fields, "lang", "zh-CN")...)
		require.Equal(t, 400, w.Code, name)
		require.Regexp(t, `class="error"[^>]*>[^<]*`+c.told, w.Body.String(), name)
		require.Contains(t, w.Body.String(), "<details open>", name)
	}
	w := b.submit("/account/tokens", "name", "my script", "days", "90", "scope", "catalog:read")
	require.Equal(t, 200, w.Code, w.Body)
	made := regexp.MustCompile(`<pre id="made">(zhitu_[a-z2-7_]+)</pre>`).FindStringSubmatch(w.Body.String())[1]
	require.NotContains(t, b.get("/account").Body.String(), made, "it is told once")
	asked := s.request(http.MethodPost, "/graphql", query, "Authorization", "Bearer "+made)
	require.Contains(t, asked.Body.String(), "岗位")
	require.NotContains(t, s.log.String(), made)

	id := regexp.MustCompile(`name="id" value="([a-z2-7]+)">Revoke`).FindStringSubmatch(b.get("/account").Body.String())[1]
	require.Equal(t, 303, b.submit("/account/tokens/revoke", "id", id).Code)
	require.Equal(t, 404, b.submit("/account/tokens/revoke", "id", id).Code)
	require.Equal(t, 401, s.request(http.MethodPost, "/graphql", query, "Authorization", "Bearer "+made).Code)
	require.Contains(t, b.get("/account").Body.String(), "None yet.")
}

// No other page, and no token, does anything on the page of an account.
func TestOwnAccountPageIsForOwnSessionsAlone(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	for _, path := range []string{"/account/sessions", "/account/password", "/account/tokens", "/account/tokens/revoke"} {
		for _, foreign := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
			{"Sec-Fetch-Site", "", "Origin", "null"},
		} {
			w := b.send(http.MethodPost, path, "application/x-www-form-urlencoded", "id=x&name=x&scope=catalog%3Aread&days=30", foreign...)
			require.Equal(t, 403, w.Code, "%s %v", path, foreign)
		}
		require.Equal(t, 405, b.get(path).Code, path)
		w := s.request(http.MethodPost, path, "", "Authorization", "Bearer "+token, "Content-Type", "application/x-www-form-urlencoded")
		require.Equal(t, []any{303, "/sign-in?lang=en&next=%2Faccount"}, []any{w.Code, w.Header().Get("Location")}, path)
	}
	require.Equal(t, 303, s.request(http.MethodGet, "/account", "", "Authorization", "Bearer "+token).Code)
}

func TestBrowserNames(t *testing.T) {
	s := newTestServer(t, server.Config{Token: token})
	b := newBrowser(s)
	b.accept(t, s.inviteAdministrator(t))
	for agent, want := range map[string]string{
		safari: "Safari, macOS",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0":                                                                                                                     "Firefox, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36":                                                                                      "Chrome, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0":                                                                        "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1":                                                              "Safari, iOS",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 XWEB/1260117 MMWEBSDK/20240501 MicroMessenger/8.0.50 wxwork/4.1.30": "WeCom, Android",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50":                                                       "WeChat, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 AliApp(DingTalk/7.6.0)":                                                                 "DingTalk, iOS",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36":                                                                                                "Chrome, Linux",
		"curl/8.5.0 <script>alert(1)</script>": "Unknown browser",
	} {
		there := newBrowser(s)
		there.with = func(r *http.Request) { r.Header.Set("User-Agent", agent) }
		require.Equal(t, 303, there.submit("/sign-in", "login", "admin", "password", password).Code)
		row := regexp.MustCompile(`(?s)<b>([^<]*)</b> <em>this one`).FindStringSubmatch(there.get("/account").Body.String())
		require.NotNil(t, row, agent)
		require.Equal(t, want, row[1], agent)
	}
}
