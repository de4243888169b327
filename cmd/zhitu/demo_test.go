package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// requireFit fails where a page is wider than its window, or an element lies outside of it.
func requireFit(t *testing.T, ctx context.Context, page string, width int64) {
	t.Helper()
	var outside []string
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate(`[...document.querySelectorAll("a, button, input:not([type=hidden]), h1, p")].filter((element) => {
		const { left, right, width, height } = element.getBoundingClientRect();
		return left < 0 || right > innerWidth || width < 20 || height < 20;
	}).map((element) => element.outerHTML).concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])`, &outside)})
	require.Empty(t, outside, "%s in a window of %d pixels", page, width)
}

// eachWindow opens a page in windows of all sizes and in both languages.
func eachWindow(t *testing.T, ctx context.Context, url string, do func(name string, width int64)) {
	t.Helper()
	for _, lang := range []string{"en", "zh-CN"} {
		for _, width := range []int64{390, 768, 1280, 1920} {
			runInBrowser(t, ctx, chromedp.Tasks{
				emulation.SetUserAgentOverride("test").WithAcceptLanguage(lang), chromedp.EmulateViewport(width, 844),
				chromedp.Navigate("about:blank"), chromedp.Navigate(url), chromedp.WaitVisible("main h1", chromedp.ByQuery),
			})
			var shown string
			runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate("document.documentElement.lang", &shown)})
			require.Equal(t, lang, shown)
			do(url+" in "+lang, width)
		}
	}
}

// A visitor of the demo is its HR at first, and may be any of its people without a password.
func TestDemoLetsVisitorsChooseAPerson(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	demo := newShell(t).serve("--demo")
	const viewer = "#viewer span"
	var name string
	openPlayground(t, ctx, demo)
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible(viewer, chromedp.ByQuery), chromedp.Text(viewer, &name, chromedp.ByQuery)})
	require.Equal(t, "白若溪", name)
	eachWindow(t, ctx, demo.url+"/sign-in", func(page string, width int64) { requireFit(t, ctx, page, width) })

	var answer string
	for _, p := range demoPeople {
		runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(demo.url + "/sign-in?next=/playground")})
		followInBrowser(t, ctx, chromedp.Click(fmt.Sprintf(`button[value=%q]`, p.Employee), chromedp.ByQuery))
		runInBrowser(t, ctx, chromedp.Tasks{
			chromedp.WaitVisible(executeButton, chromedp.ByQuery), chromedp.WaitVisible(viewer, chromedp.ByQuery), chromedp.Text(viewer, &name, chromedp.ByQuery),
			chromedp.Evaluate(`fetch("graphql", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({query: '{ employees(first: 200) { totalCount } employee(code: "E010") { name } }'})}).then((r) => r.text())`, &answer, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
		})
		require.Equal(t, p.Name, name)
		seen := map[string]string{"hr": `"totalCount":40`, "expert": `"totalCount":6`, "manager": `"totalCount":6`, "trainer": `"totalCount":`, "employee": `"totalCount":1`, "auditor": `"totalCount":40`, "admin": `"totalCount":40`}
		require.Contains(t, answer, seen[p.Login], p.Login)
	}
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(demo.url + "/sign-out")})
	followInBrowser(t, ctx, chromedp.Click("main form button", chromedp.ByQuery))
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible("ul.people", chromedp.ByQuery)})
	openPlayground(t, ctx, demo)
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.WaitVisible(viewer, chromedp.ByQuery), chromedp.Text(viewer, &name, chromedp.ByQuery)})
	require.Equal(t, "白若溪", name)
}

// Nobody can make a demo of a store that was not begun as one, or reach it from elsewhere.
func TestDemoIsForThisMachineAndItsOwnStore(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	for lang, want := range map[string]string{"en": "was not begun as a demo", "zh-CN": "并非以演示方式创建"} {
		r := sh.run("serve", "--demo", "--store", "sqlite:zhitu.db", "--listen", "127.0.0.1:0", "--lang", lang)
		require.Equal(t, exitUsage, r.code)
		require.Contains(t, r.err, want)
	}
	sh.mustRun("account", "invite", "--admin", "--store", "sqlite:accounts.db")
	r := sh.run("serve", "--demo", "--store", "sqlite:accounts.db", "--listen", "127.0.0.1:0")
	require.Equal(t, exitUsage, r.code, "a store with an account is somebody's, even without a catalog")
	require.Contains(t, r.err, "was not begun as a demo")
	r = sh.run("serve", "--demo", "--listen", "0.0.0.0:0")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "a demo lets everybody be anybody")

	const added = `mutation { upsertPosition(input: {code: "POS-NEW", name: "新岗位"}) { revision } }`
	first := sh.serve("--demo", "--store", "sqlite:demo.db")
	first.mustQuery(added)
	status, answer := first.post(`{"query":"{ positions { totalCount } }"}`, "X-Forwarded-For", "10.0.0.9")
	require.Equal(t, http.StatusForbidden, status, answer)
	first.terminate()
	require.Equal(t, exitOK, first.awaitExit())
	again := sh.serve("--demo", "--store", "sqlite:demo.db")
	require.Contains(t, fmt.Sprint(again.mustQuery(`{ position(code: "POS-NEW") { name } }`)), "新岗位")
	closed := sh.serve("--store", "sqlite:demo.db")
	status, answer = closed.post(`{"query":"{ positions { totalCount } }"}`)
	require.Equal(t, http.StatusUnauthorized, status, answer)
	require.NotContains(t, strings.ToLower(closed.log.String()), "may do everything")
}
