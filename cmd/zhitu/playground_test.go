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

// Every tab of the playground shows an answer with Chinese names, without the internet.
func TestPlayground(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t)
	s := newSeededShell(t).serve()

	var mu sync.Mutex
	var strangers []string
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, s.url+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			mu.Lock()
			defer mu.Unlock()
			strangers = append(strangers, e.Request.URL)
		}
	})
	const execute, editor, result = ".graphiql-execute-button", ".graphiql-query-editor textarea", ".result-window"
	var title string
	runInBrowser(t, ctx, chromedp.Tasks{
		network.Enable(), chromedp.Navigate(s.url + "/"), chromedp.WaitVisible(execute, chromedp.ByQuery), chromedp.Title(&title),
	})
	require.Equal(t, "知图 Zhitu", title)

	answers := []string{"撰写业务洞察报告", `"totalMinutes"`, `"unlocks"`, "AGV 调度员", `"mastery": 0.123`}
	require.Len(t, web.Tabs(), len(answers))
	for i, tab := range web.Tabs() {
		_, operation, _ := strings.Cut(tab.Name, " ")
		press := chromedp.Action(chromedp.Click(execute, chromedp.ByQuery))
		if i > 0 {
			press = chromedp.Tasks{
				// GraphiQL needs a moment to update the operation name of the new tab.
				waitFor(`localStorage.getItem("graphiql:operationName") === %q`, operation),
				chromedp.Focus(editor, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(input.ModifierCtrl)),
			}
		}
		if operation == "Live" { // shows nothing before an event
			press = chromedp.Tasks{press, chromedp.ActionFunc(func(ctx context.Context) error {
				for !strings.Contains(s.metrics(), "\nzhitu_subscriptions 1\n") && ctx.Err() == nil {
					time.Sleep(10 * time.Millisecond)
				}
				s.mustQuery(`mutation { setMastery(input: { employee: "E007", knowledgePoint: "K-SQL-JOIN", mastery: 0.123 }) { revision } }`)
				return nil
			})}
		}
		var answer string
		runInBrowser(t, ctx, chromedp.Tasks{
			chromedp.Click(fmt.Sprintf(`.graphiql-tab-button[title=%q]`, operation), chromedp.ByQuery), press,
			waitFor(`document.querySelector(%q).innerText.includes(%q)`, result, answers[i]),
			chromedp.Text(result, &answer, chromedp.ByQuery),
		})
		require.NotContains(t, answer, `"errors"`)
		require.Regexp(t, `\p{Han}`, answer, tab.Name)
	}
	mu.Lock()
	defer mu.Unlock()
	require.Empty(t, strangers, "the page asked other hosts")
}

// waitFor waits for a condition of the page.
func waitFor(expression string, args ...any) chromedp.Action {
	return chromedp.Poll(fmt.Sprintf(expression, args...), nil, chromedp.WithPollingInterval(50*time.Millisecond))
}

// runInBrowser runs tasks in the browser. With ZHITU_SCREENSHOTS it saves a picture of
// the page to that folder.
func runInBrowser(t *testing.T, ctx context.Context, tasks chromedp.Tasks) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, time.Minute)
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
