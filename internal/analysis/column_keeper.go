package analysis

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// WorkforceConfig holds how the columns for questions about many people are kept; the zero
// value is useful.
type WorkforceConfig struct {
	AtStart bool  // read everyone when Start is called, and not at the first question
	Memory  int64 // bytes that the columns may take; DefaultWorkforceMemory where 0
	// Wait is how long a question waits for columns that are being read; a moment where 0.
	Wait time.Duration
	// TendEvery is how often it is looked whether the hour has turned, which departments
	// other processes have changed, and how much memory the columns take; every ten seconds
	// where 0.
	TendEvery time.Duration
	Log       *slog.Logger // discards where nil
}

// DefaultWorkforceMemory holds about 38 million states.
const DefaultWorkforceMemory = 2 << 30

const (
	defaultColumnWait = 300 * time.Millisecond
	defaultTendEvery  = 10 * time.Second
	retryBuild        = 5 * time.Second // after a failure
	retryTooLarge     = 10 * time.Minute
)

// columnKeeper keeps the columns of everyone: it reads them in the background when they
// are first asked for, and then follows what changes (a materialized view).
type columnKeeper struct {
	people *people.People
	clock  func() time.Time
	cfg    WorkforceConfig
	ctx    context.Context // ends with the program
	stop   context.CancelFunc
	ended  sync.WaitGroup

	read, all atomic.Int64 // people, of those who are being read

	mu      sync.Mutex
	columns *followedColumns // nil until they are read
	built   chan struct{}    // closed when the read under way ends; nil where none is
	failure error            // why the last one brought nothing
	retryAt time.Time        // not before

	unitChanges atomic.Int64 // how often this process has changed departments
	advancing   atomic.Bool
}

func newColumnKeeper(p *people.People, clock func() time.Time, cfg WorkforceConfig) *columnKeeper {
	if cfg.Memory == 0 {
		cfg.Memory = DefaultWorkforceMemory
	}
	if cfg.Wait == 0 {
		cfg.Wait = defaultColumnWait
	}
	if cfg.TendEvery == 0 {
		cfg.TendEvery = defaultTendEvery
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	k := &columnKeeper{people: p, clock: clock, cfg: cfg}
	k.ctx, k.stop = context.WithCancel(context.Background())
	p.OnChange(func(cs competency.ChangeSet) {
		if len(cs.Put.OrgUnits)+len(cs.Delete.OrgUnits) > 0 {
			k.unitChanges.Add(1)
		}
	})
	return k
}

// close ends the work in the background, and waits for its end.
func (k *columnKeeper) close() {
	k.mu.Lock()
	k.stop() // nothing begins any more
	k.mu.Unlock()
	k.ended.Wait()
}

// hour returns the moment that answers where a question names none.
func (k *columnKeeper) hour() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.columns != nil {
		return k.columns.Hour()
	}
	return k.currentHour()
}

func (k *columnKeeper) currentHour() time.Time { return k.clock().UTC().Truncate(time.Hour) }

// ready returns the columns, with what this process has written. Where they are not read
// yet, it begins that, and is UNAVAILABLE unless it ends soon.
func (k *columnKeeper) ready(ctx context.Context) (*workforce.Columns, error) {
	soon, cancel := context.WithTimeout(ctx, k.cfg.Wait)
	defer cancel()
	columns, err := k.await(soon)
	if err != nil {
		return nil, err
	}
	k.turnHour(columns)
	columns.awaitOwn(ctx)
	return columns.Columns, nil
}

// await returns the columns once they are read, which it begins where they are not. It is
// UNAVAILABLE where the context ends before.
func (k *columnKeeper) await(ctx context.Context) (*followedColumns, error) {
	for {
		columns, built, err := k.begin()
		if columns != nil || err != nil {
			return columns, err
		}
		select {
		case <-built:
		case <-ctx.Done():
			return nil, k.unavailable()
		}
	}
}

func (k *columnKeeper) unavailable() error {
	read, all := k.read.Load(), k.all.Load()
	percent := int64(0)
	if all > 0 {
		percent = min(99, 100*read/all)
	}
	return fault.New(fault.Unavailable, "what everyone masters is being read: %d %% is done (%d of %d people): try again in some seconds",
		"正在读取全员的掌握情况：已完成 %d%%（%d / %d 人），请稍后重试", percent, read, all)
}

// begin returns the columns, or a channel that is closed when the read ends, which it begins
// where none is under way.
func (k *columnKeeper) begin() (*followedColumns, <-chan struct{}, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.columns != nil:
		return k.columns, nil, nil
	case k.built != nil:
		return nil, k.built, nil
	case k.ctx.Err() != nil:
		return nil, nil, fault.New(fault.Unavailable, "the program is stopping: try again in some seconds", "程序正在停止：请稍后重试")
	case k.failure != nil && k.clock().Before(k.retryAt):
		return nil, nil, k.failure
	}
	k.startRead()
	k.ended.Go(func() {
		for k.keep() {
		}
	})
	return nil, k.built, nil
}

// startRead notes that everyone is being read. The caller holds mu.
func (k *columnKeeper) startRead() {
	k.read.Store(0)
	k.all.Store(0)
	k.built = make(chan struct{})
}

// keep reads the columns and follows what changes, until the program ends. It drops them and
// returns true where they have to be read again.
func (k *columnKeeper) keep() (again bool) {
	ctx, cancel := context.WithCancel(k.ctx)
	defer cancel() // nobody follows any more
	start := time.Now()
	columns, err := k.build(ctx)
	k.mu.Lock()
	k.columns, k.failure = columns, err
	k.retryAt = k.clock().Add(retryBuild)
	if fault.CodeOf(err) == fault.LimitExceeded {
		k.retryAt = k.clock().Add(retryTooLarge)
	}
	close(k.built)
	k.built = nil
	k.mu.Unlock()
	if err != nil {
		if k.ctx.Err() == nil {
			k.cfg.Log.Warn("what everyone masters could not be read into memory", "error", err)
		}
		return false
	}
	k.cfg.Log.Info("what everyone masters is in memory", "people", k.read.Load(), "bytes", columns.MemoryBytes(), "took_ms", time.Since(start).Milliseconds())
	if !k.tend(ctx, columns) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.columns = nil
	k.startRead()
	return true
}

// build reads everyone. It follows changes from before the first read on, so that none is lost.
func (k *columnKeeper) build(ctx context.Context) (*followedColumns, error) {
	follower, err := k.people.Follow(ctx)
	if err != nil {
		return nil, err
	}
	all, err := k.people.CountEveryone(ctx)
	if err != nil {
		return nil, err
	}
	k.all.Store(int64(all))
	unitChanges := k.unitChanges.Load()
	units, err := k.people.EveryOrgUnit(ctx)
	if err != nil {
		return nil, err
	}
	columns, err := workforce.Build(units, k.bounded(k.people.Everyone(ctx)), k.currentHour())
	if err != nil {
		return nil, err
	}
	if columns.MemoryBytes() > k.cfg.Memory {
		return nil, k.tooLarge()
	}
	return k.newFollowedColumns(columns, follower, unitChanges), nil
}

// bounded counts people, and ends with LIMIT_EXCEEDED where they need more memory than they may.
func (k *columnKeeper) bounded(everyone iter.Seq2[workforce.Record, error]) iter.Seq2[workforce.Record, error] {
	return func(yield func(workforce.Record, error) bool) {
		states := int64(0)
		for r, err := range everyone {
			states += int64(len(r.States))
			if err == nil && workforce.EstimateBytes(states, k.read.Add(1)) > k.cfg.Memory {
				err = k.tooLarge()
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (k *columnKeeper) tooLarge() error {
	return fault.New(fault.LimitExceeded, "what everyone masters needs more memory than the %d MiB of the setting workforce-memory: raise it on the server, and start it again",
		"全员的掌握情况超过设置 workforce-memory 允许的 %d MiB 内存：请在服务器上调大该设置并重新启动", k.cfg.Memory>>20)
}

// tend takes in what changes, and turns the hours. It returns true where the columns have to
// be dropped and read again.
func (k *columnKeeper) tend(ctx context.Context, columns *followedColumns) (again bool) {
	ticks := time.NewTicker(k.cfg.TendEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-columns.follower.Ready():
			columns.takeInAll(ctx)
		case <-ticks.C:
			k.turnHour(columns)
			columns.unitsOfOthers.Store(true)
			columns.takeInAll(ctx)
			if k.renew(ctx, columns) {
				return true
			}
		}
	}
}

// renew numbers people again where too much has changed, and there is memory for both columns.
// Where there is not, it returns true once the columns have to be dropped and read again:
// because they have grown beyond the bound, or are much slower than others would be.
func (k *columnKeeper) renew(ctx context.Context, columns *followedColumns) (again bool) {
	bytes := columns.MemoryBytes()
	if columns.NeedsRebuild() && 2*bytes <= k.cfg.Memory {
		if err := columns.Rebuild(ctx); err != nil && ctx.Err() == nil {
			k.cfg.Log.Warn("people could not be numbered again", "error", err)
		}
		return false
	}
	if bytes <= k.cfg.Memory && !columns.IsFragmented() {
		return false
	}
	k.cfg.Log.Warn("what everyone masters is read into memory again, because the columns have grown", "bytes", bytes, "allowed", k.cfg.Memory)
	return true
}

// turnHour computes a new hour aside, where it has come. Until that is done the old one answers.
func (k *columnKeeper) turnHour(columns *followedColumns) {
	hour := k.currentHour()
	if hour.Equal(columns.Hour()) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ctx.Err() != nil || !k.advancing.CompareAndSwap(false, true) {
		return
	}
	k.ended.Go(func() {
		defer k.advancing.Store(false)
		if err := columns.Advance(k.ctx, hour); err != nil && k.ctx.Err() == nil {
			k.cfg.Log.Warn("a new hour could not be computed", "error", err)
		}
	})
}
