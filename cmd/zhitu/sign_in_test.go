package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

const testPassword = "correct horse battery staple"

// inviteAdministrator makes an account, and returns its link on a server.
func (sh shell) inviteAdministrator(url string) string {
	sh.t.Helper()
	r := sh.run("account", "invite", "--admin", "--public-url", url, "--json")
	require.Equal(sh.t, exitOK, r.code, r.err)
	var invited struct{ Link string }
	require.NoError(sh.t, json.Unmarshal([]byte(r.out), &invited))
	return invited.Link
}

// fetchText asks for something from the page that is open, as its scripts would.
func fetchText(answer *string, expression string) chromedp.Action {
	return chromedp.Evaluate(fmt.Sprintf(`fetch(%s).then(async (r) => r.status + " " + await r.text())`, expression), answer,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}

// From the invitation to the end of all sessions, in a real browser and with the real program.
func TestInvitationToSignOutEverywhere(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	sh := newSeededShell(t)
	s := sh.serve()
	link := sh.inviteAdministrator(s.url)
	secret := link[strings.Index(link, "#")+1:]
	require.Eventually(t, func() bool {
		status, _ := s.post(`{"query":"{ __typename }"}`)
		return status == http.StatusUnauthorized
	}, time.Minute, 50*time.Millisecond, "the first account closes an open server")

	type fields = map[string]string
	fill := func(values fields) chromedp.Tasks {
		var tasks chromedp.Tasks
		for name, value := range values {
			tasks = append(tasks, chromedp.SendKeys(fmt.Sprintf("input[name=%s]", name), value, chromedp.ByQuery))
		}
		return tasks
	}
	for _, page := range []string{"/sign-in", "/invite", "/sign-out"} {
		eachWindow(t, ctx, s.url+page, func(name string, width int64) { requireFit(t, ctx, name, width) })
	}
	var address, wrong, answer string
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.EmulateViewport(390, 844), chromedp.Navigate("about:blank"), chromedp.Navigate(link), chromedp.WaitVisible("#again", chromedp.ByQuery), chromedp.Location(&address)})
	require.NotContains(t, address, secret)
	requireFit(t, ctx, "/invite", 390)
	runInBrowser(t, ctx, fill(fields{"password": testPassword, "again": "something else"}))
	followInBrowser(t, ctx, chromedp.Submit("#again", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Text(".error", &wrong, chromedp.ByQuery)})
	require.NotEmpty(t, wrong)
	runInBrowser(t, ctx, fill(fields{"password": testPassword, "again": testPassword}))
	followInBrowser(t, ctx, chromedp.Submit("#again", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Location(&address), chromedp.Navigate(s.url + "/playground"), chromedp.WaitVisible("#viewer", chromedp.ByQuery), chromedp.Text("#viewer", &answer, chromedp.ByQuery)})
	require.NotRegexp(t, "/(invite|sign-in|playground)", address, "signing in leads to the application")
	require.Contains(t, answer, "admin")

	// Signing out leads to the page for signing in, and so does the playground then.
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.EmulateViewport(1280, 844)})
	followInBrowser(t, ctx, chromedp.Evaluate(`document.querySelector("#sign-out").click()`, nil))
	followInBrowser(t, ctx, chromedp.Submit("main form", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible("#login", chromedp.ByQuery), chromedp.Navigate(s.url + "/playground"), chromedp.WaitVisible("#login", chromedp.ByQuery)})
	runInBrowser(t, ctx, fill(fields{"login": "admin", "password": "wrong"}))
	followInBrowser(t, ctx, chromedp.SendKeys("input[name=password]", kb.Enter, chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Text(".error", &wrong, chromedp.ByQuery)})
	require.Regexp(t, "wrong|错误", wrong)
	runInBrowser(t, ctx, fill(fields{"password": testPassword}))
	followInBrowser(t, ctx, chromedp.SendKeys("input[name=password]", kb.Enter, chromedp.ByQuery))
	runInBrowser(t, ctx, append(chromedp.Tasks{chromedp.WaitVisible(executeButton, chromedp.ByQuery)},
		fetchText(&answer, `"/graphql", {method: "POST", headers: {"Content-Type": "application/json"}, body: '{"query":"{ me { name } positions { totalCount } }"}'}`)))
	require.Equal(t, `200 {"data":{"me":{"name":"admin"},"positions":{"totalCount":8}},"extensions":{"revision":1}}`, strings.TrimSpace(answer))

	// Another site, and another port of this machine, can do nothing with the session.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<form method="post" enctype="%s" action="%s%s"><input name='{"query":"mutation { signOutEverywhere { done } }", "x":"' value='"}'></form>`,
			r.URL.Query().Get("as"), s.url, r.URL.Path)
	}))
	t.Cleanup(elsewhere.Close)
	for _, path := range []string{"/sign-out?as=application/x-www-form-urlencoded", "/graphql?as=text/plain", "/sign-in?as=application/x-www-form-urlencoded"} {
		runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(elsewhere.URL + path)})
		refused, err := chromedp.RunResponse(ctx, chromedp.Evaluate(`document.forms[0].submit()`, nil))
		require.NoError(t, err)
		require.Equal(t, int64(http.StatusForbidden), refused.Status, path)
		runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate(`document.body.innerText`, &answer)}) // the browser decorates JSON, and replaces the nodes
		require.Contains(t, answer, "PERMISSION_DENIED", path)
	}

	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}
	page, err := client.PostForm(s.url+"/sign-in", url.Values{"login": {"admin"}, "password": {testPassword}, "next": {"/session"}})
	require.NoError(t, err)
	body, err := io.ReadAll(page.Body)
	require.NoError(t, errors.Join(err, page.Body.Close()))
	require.Contains(t, string(body), `"name":"admin"`)
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(s.url + "/sign-out"), chromedp.WaitVisible(".plain", chromedp.ByQuery)})
	followInBrowser(t, ctx, chromedp.Click(".plain", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible("#login", chromedp.ByQuery)})
	require.Eventually(t, func() bool {
		page, err := client.Get(s.url + "/schema.graphql")
		require.NoError(t, err)
		require.NoError(t, page.Body.Close())
		return page.StatusCode == http.StatusUnauthorized
	}, time.Minute, 50*time.Millisecond)

	s.terminate()
	require.Equal(t, exitOK, s.awaitExit())
	for _, told := range []string{s.log.String(), s.out.String()} {
		require.NotContains(t, told, secret)
		require.NotContains(t, told, testPassword)
	}
	sh.mustRun("audit", "verify")
	exported := sh.mustRun("audit", "export")
	for _, verb := range []string{"sign-in", "sign-out", "sign-out-everywhere", "invite"} {
		require.Contains(t, exported, verb)
	}
}

// On a terminal serve prints the link of the first administrator once, and never logs it.
func TestFirstLinkIsForTheTerminal(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("script"); err != nil {
		t.Skip("no terminal: script of util-linux is missing")
	}
	sh := newShell(t)
	serve := sh.command("serve", "--listen", "0.0.0.0:0")
	log := filepath.Join(sh.dir, "log")
	terminal := exec.CommandContext(t.Context(), "script", "-qec", "exec "+strings.Join(serve.Args, " ")+" 2>"+log, "/dev/null")
	terminal.Dir, terminal.Env = serve.Dir, serve.Env
	var shown transcript
	terminal.Stdout = &shown
	require.NoError(t, terminal.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = terminal.Wait()
		shown.close()
	}()
	line, found := shown.await("/invite#")
	require.True(t, found, shown.String())
	link := regexp.MustCompile(`http://127\.0\.0\.1:\d+/invite#\S+`).FindString(line)
	require.NotEmpty(t, link)
	require.NoError(t, terminal.Process.Signal(os.Interrupt)) // script passes it on, and ends with the server
	<-ended
	logged, err := os.ReadFile(log)
	require.NoError(t, err)
	require.Contains(t, string(logged), `"msg":"serving"`)
	require.NotContains(t, string(logged), link[strings.Index(link, "#"):])

	again := sh.serve("--listen", "0.0.0.0:0") // it is closed, and has an administrator
	again.awaitLog(`"msg":"serving"`)
	require.NotContains(t, again.out.String(), "/invite#")
}

// Where no terminal is there to print a link, the message names the command that makes one.
func TestServerForOthersNeedsAccounts(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	for lang, want := range map[string]string{"en": "zhitu account invite --admin", "zh-CN": "创建首个账号"} {
		r := sh.run("serve", "--listen", "0.0.0.0:0", "--lang", lang)
		require.Equal(t, exitUsage, r.code)
		require.Contains(t, r.err, want)
		require.Contains(t, r.err, "ZHITU_TOKEN")
	}
	sh.inviteAdministrator("https://zhitu.example.com")
	s := sh.serve("--listen", "0.0.0.0:0")
	s.url = "http://127.0.0.1" + s.url[strings.LastIndex(s.url, ":"):]
	status, _ := s.post(`{"query":"{ __typename }"}`)
	require.Equal(t, http.StatusUnauthorized, status)
}
