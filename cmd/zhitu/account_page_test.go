package main

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// From the playground to the own account, in a real browser: another session is ended there, a
// token is made and revoked, and the password changed.
func TestAccountPage(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	sh := newSeededShell(t)
	s := sh.serve()
	link := sh.inviteAdministrator(s.url)
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(link), chromedp.WaitVisible("#again", chromedp.ByQuery)})
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.SendKeys("#password", testPassword, chromedp.ByQuery), chromedp.SendKeys("#again", testPassword, chromedp.ByQuery)})
	followInBrowser(t, ctx, chromedp.Submit("#again", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(s.url + "/playground"), chromedp.WaitVisible("#own-account", chromedp.ByQuery)})
	followInBrowser(t, ctx, chromedp.Click("#own-account", chromedp.ByQuery))

	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	elsewhere := &http.Client{Jar: jar}
	status := func() int {
		page, err := elsewhere.Get(s.url + "/schema.graphql")
		require.NoError(t, err)
		require.NoError(t, page.Body.Close())
		return page.StatusCode
	}
	signedIn, err := elsewhere.PostForm(s.url+"/sign-in", url.Values{"login": {"admin"}, "password": {testPassword}})
	require.NoError(t, errors.Join(err, signedIn.Body.Close()))
	require.Equal(t, http.StatusOK, status())

	// A token, as which a program asks.
	runInBrowser(t, ctx, chromedp.Tasks{
		chromedp.Reload(), chromedp.Click("summary", chromedp.ByQuery), chromedp.WaitVisible("#name", chromedp.ByQuery),
		chromedp.SendKeys("#name", "夜间导出 nightly export", chromedp.ByQuery), chromedp.Click(`input[value="catalog:read"]`, chromedp.ByQuery), chromedp.Click(`input[value="learner:read"]`, chromedp.ByQuery),
	})
	followInBrowser(t, ctx, chromedp.Submit("#name", chromedp.ByQuery))
	var made string
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Text("#made", &made, chromedp.ByQuery)})
	code, answer := s.post(`{"query":"{ positions { totalCount } }"}`, "Authorization", "Bearer "+made)
	require.Equal(t, http.StatusOK, code, answer)

	eachWindow(t, ctx, s.url+"/account", func(name string, width int64) {
		runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate(`document.querySelector("details").open = true`, nil)})
		requireFit(t, ctx, name, width)
	})

	var sessions int
	count := chromedp.Evaluate(`document.querySelectorAll("form[action$='/account/sessions']").length`, &sessions)
	runInBrowser(t, ctx, chromedp.Tasks{count})
	require.Equal(t, 2, sessions)
	followInBrowser(t, ctx, chromedp.Click(`//li[not(.//em)]//form[contains(@action, "/account/sessions")]/button`, chromedp.BySearch))
	runInBrowser(t, ctx, chromedp.Tasks{count})
	require.Equal(t, 1, sessions)
	require.Eventually(t, func() bool { return status() == http.StatusUnauthorized }, time.Minute, 50*time.Millisecond)

	followInBrowser(t, ctx, chromedp.Click("form[action$='/tokens/revoke'] button", chromedp.ByQuery))
	require.Eventually(t, func() bool {
		code, _ := s.post(`{"query":"{ positions { totalCount } }"}`, "Authorization", "Bearer "+made)
		return code == http.StatusUnauthorized
	}, time.Minute, 50*time.Millisecond)

	const next = "a new password for this account"
	runInBrowser(t, ctx, chromedp.Tasks{
		chromedp.SendKeys("#current", testPassword, chromedp.ByQuery), chromedp.SendKeys("#new", next, chromedp.ByQuery), chromedp.SendKeys("#again", next, chromedp.ByQuery),
	})
	followInBrowser(t, ctx, chromedp.Submit("#current", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible("#login", chromedp.ByQuery), chromedp.SendKeys("#login", "admin", chromedp.ByQuery), chromedp.SendKeys("#password", next, chromedp.ByQuery)})
	followInBrowser(t, ctx, chromedp.Submit("#login", chromedp.ByQuery))
	var address string
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible("#sessions", chromedp.ByQuery), chromedp.Location(&address)})
	require.Equal(t, s.url+"/account", address)
}
