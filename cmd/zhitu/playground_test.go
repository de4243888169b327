package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/web"
)

// newBrowser opens a tab of a headless Chromium that can reach only this machine.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser, which -short leaves out")
	}
	path := ""
	for _, name := range []string{os.Getenv("CHROME"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" && os.Getenv("CI") == "true" {
		t.Fatal("no Chromium on this machine: install it, or name it in CHROME")
	}
	if path == "" {
		t.Skip("no Chromium on this machine: install it, or name it in CHROME")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, // it runs as root in a container, and opens our own page only
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.WindowSize(1400, 900))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Run(ctx)) // starts it, until ctx ends
	return ctx
}

const (
	executeButton = ".graphiql-execute-button"
	resultWindow  = ".result-window"
)

// openPlayground opens the page and waits for its editor.
func openPlayground(t *testing.T, ctx context.Context, s *serverProcess) {
	t.Helper()
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Navigate(s.url + "/playground"), chromedp.WaitVisible(executeButton, chromedp.ByQuery)})
}

// tabTitles returns the titles of the tabs that the page shows.
func tabTitles(t *testing.T, ctx context.Context) (titles []string) {
	t.Helper()
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate(`[...document.querySelectorAll(".graphiql-tab-button")].map((b) => b.title)`, &titles)})
	return titles
}

// selectTab opens a tab, and waits until GraphiQL knows its operation.
func selectTab(operation string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Click(fmt.Sprintf(`.graphiql-tab-button[title=%q]`, operation), chromedp.ByQuery),
		waitFor(`Object.keys(localStorage).some((key) => key.endsWith(":graphiql:operationName") && localStorage[key] === %q)`, operation),
	}
}

// runTab executes the query of the open tab, and returns the answer once it has a text.
func runTab(answer *string, text string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Focus(".graphiql-query-editor textarea", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(input.ModifierCtrl)),
		waitFor(`document.querySelector(%q).innerText.includes(%q)`, resultWindow, text),
		chromedp.Text(resultWindow, answer, chromedp.ByQuery),
	}
}

// Every tab of the playground shows an answer with Chinese names, without the internet,
// and none of them writes.
func TestPlayground(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	s := newSeededShell(t).serve()
	s.mustQuery(recordMutation(`{ id: "exam", employee: "E007", knowledgePoints: ["K-SQL-JOIN"], kind: EXAM, score: 0.9 }`))
	const state = `{ positions(first: 200) { nodes { code name requirements { level target { code } } } } }`
	before := s.mustQuery(state)

	var mu sync.Mutex
	var strangers []string
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, s.url+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			mu.Lock()
			defer mu.Unlock()
			strangers = append(strangers, e.Request.URL)
		}
	})
	runInBrowser(t, ctx, chromedp.Tasks{network.Enable()})
	openPlayground(t, ctx, s)
	var title string
	var examples struct{ Employee, Position, Point string }
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Title(&title), chromedp.Evaluate(`JSON.parse(localStorage.getItem("zhitu:examples"))`, &examples)})
	require.Equal(t, "知图 Zhitu", title)

	answers := map[string]string{ // what each has, and a text that is in Chinese
		"Gap": `"coverage"`, "Path": `"totalMinutes"`, "NextSteps": `"unlocks"`, "Evidence": `"retracted"`, "Placement": `"probability"`,
		"Insight": `"errorRate"`, "ModelPosition": `"INVALID_ARGUMENT"`, "Live": `"mastery"`,
	}
	titles := tabTitles(t, ctx)
	require.Len(t, titles, len(web.Tabs())-1, "all but the one for stores that lack something")
	for _, operation := range titles {
		var answer, query string
		runInBrowser(t, ctx, chromedp.Tasks{
			selectTab(operation), chromedp.Text(".graphiql-query-editor .CodeMirror-code", &query, chromedp.ByQuery), runTab(&answer, answers[operation]),
		})
		require.NotContains(t, answer, `"errors"`)
		if operation == "ModelPosition" {
			require.Contains(t, query, fmt.Sprintf("%q", examples.Point))
			continue
		}
		require.Regexp(t, fmt.Sprintf(`"(%s|%s)"`, examples.Employee, examples.Position), query, operation)
		require.Regexp(t, `\p{Han}`, answer, operation)
	}
	require.Equal(t, before, s.mustQuery(state), "a tab has written")

	var answer string // of Live, which goes on
	s.mustQuery(fmt.Sprintf(`mutation { setMastery(input: { employee: %q, knowledgePoint: "K-SQL-JOIN", mastery: 0.123 }) { revision } }`, examples.Employee))
	runInBrowser(t, ctx, chromedp.Tasks{
		waitFor(`document.querySelector(%q).innerText.includes(%q)`, resultWindow, `"mastery": 0.123`),
		chromedp.Text(resultWindow, &answer, chromedp.ByQuery),
	})
	require.NotContains(t, answer, `"errors"`)
	mu.Lock()
	defer mu.Unlock()
	require.Empty(t, strangers, "the page asked other hosts")
}

// The tabs name what the store holds. Where it lacks something, they say what to do.
func TestPlaygroundNamesWhatTheStoreHolds(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	sh := newShell(t)
	s := sh.serve()
	openPlayground(t, ctx, s)
	require.Equal(t, []string{"Start"}, tabTitles(t, ctx))
	importFiles := func(sees string) { // until the server has seen the new revision
		require.Zero(t, sh.run("import", "files").code)
		require.Eventually(t, func() bool { return strings.Contains(fmt.Sprint(s.mustQuery(sees)), "WELD") }, time.Minute, 50*time.Millisecond)
	}
	var answer, query string
	runInBrowser(t, ctx, chromedp.Tasks{chromedp.Text(".graphiql-query-editor .CodeMirror-code", &query, chromedp.ByQuery), runTab(&answer, `"totalCount": 0`)})
	require.Contains(t, query, "zhitu import FOLDER")

	sh.writeFile("files/knowledge_points.csv", "code,name\nWELD,焊接\n")
	sh.writeFile("files/positions.csv", "code,name\n焊工,焊工\n")
	importFiles(`{ knowledgePoints { nodes { code } } }`)
	openPlayground(t, ctx, s)
	require.Equal(t, []string{"Start", "ModelPosition"}, tabTitles(t, ctx), "the position has no requirements")

	sh.writeFile("files/requirements.csv", "position,target,level\n焊工,WELD,0.8\n")
	sh.writeFile("files/employees.csv", "code,name,position\n10000,无岗,\n10001,赵一,焊工\n")
	importFiles(`{ positions { nodes { requirements { target { code } } } } }`)
	openPlayground(t, ctx, s)
	titles := tabTitles(t, ctx)
	require.Len(t, titles, len(web.Tabs())-1)
	require.NotContains(t, titles, "Start")
	runInBrowser(t, ctx, chromedp.Tasks{selectTab("Path"), selectTab("Gap"), runTab(&answer, `"coverage"`)})
	require.Contains(t, answer, "赵一")
	require.Contains(t, answer, "UNASSESSED")

	sh.writeFile("files/employees.csv", "code,name,position,targets\n10000,无岗,,焊工\n") // now the better example
	require.Zero(t, sh.run("import", "files").code)
	openPlayground(t, ctx, s)
	runInBrowser(t, ctx, chromedp.Tasks{selectTab("Path"), selectTab("Gap"), runTab(&answer, `"coverage"`)})
	require.Contains(t, answer, "赵一", "tabs stay as they are while what they name is there")
}

// A server with a token asks for it, and the page keeps it out of the browser's storage.
func TestPlaygroundAsksForTheToken(t *testing.T) {
	t.Parallel()
	const token = "a-token-of-32-characters-or-more"
	ctx := newBrowser(t)
	s := newSeededShell(t, "ZHITU_TOKEN="+token).serve()
	give := func(text string) chromedp.Action {
		return chromedp.Tasks{chromedp.SendKeys("#token input", text+kb.Enter, chromedp.ByQuery)}
	}
	var answer, stored string
	runInBrowser(t, ctx, chromedp.Tasks{
		chromedp.Navigate(s.url + "/playground"), chromedp.WaitVisible("#token", chromedp.ByQuery),
		give("wrong"), chromedp.WaitVisible("#token output", chromedp.ByQuery),
		give(token), chromedp.WaitVisible(executeButton, chromedp.ByQuery),
		selectTab("Live"), runTab(&answer, `"nextSteps"`), // by a WebSocket
		selectTab("Gap"), runTab(&answer, `"coverage"`),
		chromedp.Evaluate(`JSON.stringify({ ...localStorage, ...sessionStorage })`, &stored),
	})
	require.NotContains(t, answer, `"errors"`)
	require.NotContains(t, stored, token)
}

// The page can be used in narrow and wide windows.
func TestPlaygroundFitsTheWindow(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	s := newSeededShell(t).serve()
	for _, width := range []int64{390, 768, 1280, 1920} {
		runInBrowser(t, ctx, chromedp.Tasks{chromedp.EmulateViewport(width, 844)})
		openPlayground(t, ctx, s)
		requireVisible := func(selectors ...string) {
			var outside []string
			runInBrowser(t, ctx, chromedp.Tasks{chromedp.Evaluate(fmt.Sprintf(`[%s].filter((selector) => {
				const { left, right, top, bottom, width, height } = document.querySelector(selector).getBoundingClientRect();
				return width < 30 || height < 30 || left < 0 || top < 0 || right > innerWidth || bottom > innerHeight || selector.includes("main") && width < 280;
			})`, `"`+strings.Join(selectors, `", "`)+`"`), &outside)})
			require.Empty(t, outside, "too small, or outside of a window of %d pixels", width)
		}
		const editor, sidebar = ".graphiql-query-editor .graphiql-editor", ".graphiql-sidebar"
		var answer, docs string
		runInBrowser(t, ctx, chromedp.Tasks{selectTab("Path"), selectTab("Gap"), runTab(&answer, `"coverage"`)})
		requireVisible(editor, executeButton, resultWindow, sidebar, "#graphiql-session", ".graphiql-main")

		runInBrowser(t, ctx, chromedp.Tasks{
			chromedp.Click(".graphiql-sidebar button", chromedp.ByQuery), chromedp.WaitVisible(".graphiql-plugin", chromedp.ByQuery),
			chromedp.Text(".graphiql-plugin", &docs, chromedp.ByQuery),
		})
		require.Contains(t, docs, "knows what every position", "the description of the schema")
		requireVisible(".graphiql-plugin", sidebar) // in a narrow window, in place of the others
		runInBrowser(t, ctx, chromedp.Tasks{chromedp.Click(".graphiql-sidebar button", chromedp.ByQuery), chromedp.WaitNotPresent(".graphiql-sidebar button.active", chromedp.ByQuery)})
		requireVisible(editor, executeButton, resultWindow, sidebar)
	}
}

// waitFor waits for a condition of the page.
func waitFor(expression string, args ...any) chromedp.Action {
	return chromedp.Poll(fmt.Sprintf(expression, args...), nil, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(0))
}

// followInBrowser does what leads to another page, and waits until that is loaded. What
// looks for an element of the next page at once may look into the one before.
func followInBrowser(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	_, err := chromedp.RunResponse(within, actions...)
	require.NoError(t, err)
}

// runInBrowser runs tasks in the browser. With ZHITU_SCREENSHOTS it saves a picture of
// the page to that folder.
func runInBrowser(t *testing.T, ctx context.Context, tasks chromedp.Tasks) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	err := chromedp.Run(within, tasks)
	if dir := os.Getenv("ZHITU_SCREENSHOTS"); dir != "" {
		var picture []byte
		require.NoError(t, chromedp.Run(ctx, chromedp.CaptureScreenshot(&picture)))
		file, err := os.CreateTemp(dir, "playground-*.png")
		require.NoError(t, err)
		_, err = file.Write(picture)
		require.NoError(t, errors.Join(err, file.Close()))
		t.Log("see", file.Name())
	}
	require.NoError(t, err)
}
