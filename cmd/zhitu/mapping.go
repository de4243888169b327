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

// readMapping reads what identifiers in statements mean, and returns what tells it
// as the file has it from then on. Whoever starts the server sees every problem of
// the file; one that it gets later leaves what was read before.
func (a *app) readMapping(log *slog.Logger) (func() xapi.Mapping, error) {
	path := a.cfg.XAPIMap
	if path == "" {
		mapping := xapi.NewMapping(nil, a.cfg.XAPIExtension)
		return func() xapi.Mapping { return mapping }, nil
	}
	seen := stampOf(path)
	rules, problems, err := exchange.ReadMapping(path)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		if err := exchange.Print(a.err, a.lang(), problems); err != nil {
			return nil, err
		}
		return nil, reported{errors.New("the mapping file has problems")}
	}
	mapping := xapi.NewMapping(rules, a.cfg.XAPIExtension)
	log.Info("the xAPI mapping is read", "file", path, "rules", len(rules))

	var mu sync.Mutex
	return func() xapi.Mapping {
		mu.Lock()
		defer mu.Unlock()
		now := stampOf(path)
		if now == seen {
			return mapping
		}
		seen = now
		rules, problems, err := exchange.ReadMapping(path)
		switch {
		case err != nil:
			log.Warn("the xAPI mapping cannot be read again, and stays as it was", "file", path, "error", err)
		case len(problems) > 0:
			log.Warn("the xAPI mapping has problems, and stays as it was", "problems", len(problems), "first", problems[0].In(fault.English))
		default:
			mapping = xapi.NewMapping(rules, a.cfg.XAPIExtension)
			log.Info("the xAPI mapping is read again", "file", path, "rules", len(rules))
		}
		return mapping
	}, nil
}

// stamp is by what an edit of a file shows.
type stamp struct {
	at   time.Time
	size int64
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}
