package main

import (
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/xapi"
)

// loadMapping reads the mapping file, and returns a function that gives the current
// mapping. Hot reload: the function reads the file again after an edit. Problems at
// the start are errors; a later edit with problems keeps the previous mapping.
func (a *app) loadMapping(log *slog.Logger) (func() xapi.Mapping, error) {
	path := a.cfg.XAPIMap
	if path == "" {
		mapping := xapi.NewMapping(nil, a.cfg.XAPIExtension)
		return func() xapi.Mapping { return mapping }, nil
	}
	loaded := fileVersionOf(path)
	rules, problems, notices, err := exchange.ReadMapping(path)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		if err := exchange.PrintProblems(a.err, a.lang(), problems); err != nil {
			return nil, err
		}
		if err := a.printNotices(a.err, notices); err != nil {
			return nil, err
		}
		return nil, reportedError{errors.New("the mapping file has problems")}
	}
	mapping := xapi.NewMapping(rules, a.cfg.XAPIExtension)
	log.Info("the xAPI mapping is read", "file", path, "rules", len(rules))
	a.logNotices(log, notices)

	var mu sync.Mutex
	return func() xapi.Mapping {
		mu.Lock()
		defer mu.Unlock()
		current := fileVersionOf(path)
		if current == loaded {
			return mapping
		}
		loaded = current
		rules, problems, notices, err := exchange.ReadMapping(path)
		switch {
		case err != nil:
			log.Warn("the xAPI mapping cannot be read again, and stays as it was", "file", path, "error", err)
		case len(problems) > 0:
			log.Warn("the xAPI mapping has problems, and stays as it was", "problems", len(problems), "first", problems[0].Format(fault.English))
		default:
			mapping = xapi.NewMapping(rules, a.cfg.XAPIExtension)
			log.Info("the xAPI mapping is read again", "file", path, "rules", len(rules))
			a.logNotices(log, notices)
		}
		return mapping
	}, nil
}

// logNotices tells what was guessed or passed over while the mapping was read.
func (a *app) logNotices(log *slog.Logger, notices []exchange.LocatedProblem) {
	for _, n := range notices {
		log.Warn("a notice of the xAPI mapping", "notice", n.Format(a.lang()))
	}
}

// fileVersion detects edits of a file.
type fileVersion struct {
	modified time.Time
	size     int64
}

func fileVersionOf(path string) fileVersion {
	info, err := os.Stat(path)
	if err != nil {
		return fileVersion{}
	}
	return fileVersion{info.ModTime(), info.Size()}
}
