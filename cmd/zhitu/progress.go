package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/zhitu/zhitu/internal/fault"
)

// isTerminal reports whether a writer is a terminal.
func isTerminal(w io.Writer) bool {
	if out, ok := w.(*errorWriter); ok {
		w = out.Writer
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress shows on stderr what is being done: a spinner with the elapsed time on a
// terminal, else one line per stage.
type progress struct {
	a    *app
	bar  *progressbar.ProgressBar
	quit chan struct{}
}

func (a *app) newProgress() *progress { return &progress{a: a} }

func (p *progress) startStage(en, zh string, args ...any) {
	p.finish()
	text := fault.T(en, zh, args...).In(p.a.lang())
	if !isTerminal(p.a.err) {
		if !p.a.cfg.JSON {
			fmt.Fprintln(p.a.err, text)
		}
		return
	}
	p.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.a.err), progressbar.OptionSetDescription(text),
		progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
	p.quit = make(chan struct{})
	go func(bar *progressbar.ProgressBar, quit chan struct{}) {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_ = bar.Add(1)
			case <-quit:
				_ = bar.Finish()
				close(quit)
				return
			}
		}
	}(p.bar, p.quit)
}

// finish ends the stage. It may be called more than once.
func (p *progress) finish() {
	if p.bar != nil {
		p.quit <- struct{}{}
		<-p.quit // closed when the line is cleared
		p.bar = nil
	}
}
