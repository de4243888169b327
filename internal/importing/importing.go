// Package importing runs imports by upload: it reads uploaded files, lets the service plan and
// apply them, and keeps what comes out. It joins exchange, which knows files, with service
// and governance, which know what is stored.
//
// An import is a job with a number of its account. It works in the background of the instance
// that took the upload, as the viewer who asked, whose rights are looked at again and again.
// What it has come to is a document, so every instance tells it.
package importing

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/service"
)

// Limits of an upload.
const (
	DefaultBytes   = 32 << 20
	DefaultTimeout = 10 * time.Minute
	MaxFiles       = 20
	// maxWaiting is how many jobs wait on an instance at most, and maxOfAccount how many of one
	// account wait or run there.
	maxWaiting   = 20
	maxOfAccount = 3
)

// Config configures imports; the zero value is useful.
type Config struct {
	// Refresh returns a viewer with the rights of now, or the error that ends its jobs; nil for
	// rights that never change.
	Refresh func(context.Context, *access.Viewer) (*access.Viewer, error)
	Bytes   int            // of all files of an upload; DefaultBytes where 0
	Timeout time.Duration  // of a job; DefaultTimeout where 0
	Zone    *time.Location // of times that name none; nil for UTC
	// ZoneName is what people call the zone, where it has no name of its own.
	ZoneName string
	// ZoneAssumed says that nobody has chosen the zone.
	ZoneAssumed bool
	Running     int          // jobs that work at once; half the processors where 0
	Log         *slog.Logger // discards where nil
	// Beat is how often a job says that it is alive; two seconds where 0.
	Beat time.Duration
}

// Imports are the imports by upload of an instance. It is safe for concurrent use.
type Imports struct {
	Config
	service *service.Service
	slots   chan struct{} // has an item for each job that works
	ctx     context.Context
	stop    context.CancelCauseFunc

	mu      sync.Mutex
	jobs    map[jobKey]*run // those of this instance that have not ended
	waiting int
	ended   sync.WaitGroup
	holds   atomic.Int64
}

type jobKey struct {
	account string
	number  int
}

// New returns the imports of an instance. Close ends them.
func New(s *service.Service, cfg Config) *Imports {
	cfg.Bytes = cmp.Or(cfg.Bytes, DefaultBytes)
	cfg.Timeout = cmp.Or(cfg.Timeout, DefaultTimeout)
	cfg.Running = cmp.Or(cfg.Running, max(1, runtime.GOMAXPROCS(0)/2))
	cfg.Beat = cmp.Or(cfg.Beat, 2*time.Second)
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	cfg.ZoneName = cmp.Or(cfg.ZoneName, cfg.Zone.String())
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Refresh == nil {
		cfg.Refresh = func(_ context.Context, v *access.Viewer) (*access.Viewer, error) { return v, nil }
	}
	i := &Imports{Config: cfg, service: s, slots: make(chan struct{}, cfg.Running), jobs: map[jobKey]*run{}}
	i.ctx, i.stop = context.WithCancelCause(context.Background())
	return i
}

// Close ends the jobs of the instance, and waits until they say so.
func (i *Imports) Close() {
	i.stop(errStopped)
	i.ended.Wait()
}

// Working returns how many jobs of the instance work, and how many wait.
func (i *Imports) Working() (running, waiting int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.jobs) - i.waiting, i.waiting
}

// Limits says what an upload may bring.
func (i *Imports) Limits(ctx context.Context) (*Limits, error) {
	if err := access.Check(ctx, access.Import); err != nil {
		return nil, err
	}
	return &Limits{Bytes: i.Bytes, Files: MaxFiles, Seconds: int(i.Timeout / time.Second)}, nil
}

// Limits are what an upload may bring.
type Limits struct{ Bytes, Files, Seconds int }

// sweepEvery is how often what is too old is deleted.
const sweepEvery = 10 * time.Minute

// Start begins to delete what is too old, until the context ends: temporary files that a crash has
// left, and documents. The function that it returns ends all jobs of the instance.
func (i *Imports) Start(ctx context.Context) (end func()) {
	RemoveLeftovers(time.Now())
	ctx, cancel := context.WithCancel(access.WithViewer(ctx, access.System()))
	var ended sync.WaitGroup
	ended.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			if err := i.service.Jobs.Sweep(ctx); err != nil && ctx.Err() == nil {
				i.Log.WarnContext(ctx, "old imports cannot be deleted now, and will be later", "error", err)
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		i.Close()
		cancel()
		ended.Wait()
	}
}
