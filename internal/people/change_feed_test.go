package people

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// movedLog is a store of which only Moved is used: marks are places in a list of codes.
type movedLog struct {
	store.People
	mu    sync.Mutex
	codes []string
	page  int // codes in a page
	asked []time.Time
	fails bool
}

func (l *movedLog) Moved(_ context.Context, mark string) (p store.MovedPage, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, time.Now())
	if l.fails {
		return p, fmt.Errorf("away: %w", store.ErrUnavailable)
	}
	after := len(l.codes)
	if mark != "" {
		_, err = fmt.Sscan(mark, &after)
	}
	end := min(after+l.page, len(l.codes))
	return store.MovedPage{Employees: l.codes[after:end], Mark: fmt.Sprint(end), More: end < len(l.codes)}, err
}

func (l *movedLog) move(codes ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.codes = append(l.codes, codes...)
}

func (l *movedLog) fail(fails bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fails = fails
}

// questions returns how often it was asked since the last call.
func (l *movedLog) questions() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer func() { l.asked = nil }()
	return len(l.asked)
}

func feedOf(l *movedLog) *People {
	p := &People{}
	p.feed = newChangeFeed(l, NewBroker(l, nil), slog.New(slog.DiscardHandler), 0)
	return p
}

func requireUnused(t *testing.T, f *changeFeed) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Empty(t, f.followers)
	require.Zero(t, f.users)
}

// What the store tells of writes that followers know whole is not announced again, once.
func TestKnownWritesAreNotAnnouncedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := feedOf(&movedLog{page: 2})
		ctx, leave := context.WithCancel(t.Context())
		w, err := p.Follow(ctx)
		require.NoError(t, err)
		for _, write := range []int64{7, 8} {
			p.feed.announceRecording("a", store.RecordingResult{Write: write}, p.feed.moment())
		}
		require.Equal(t, []string{"a"}, w.Take())
		page := store.MovedPage{Employees: []string{"a", "b"}, Writes: map[string][]int64{"a": {7, 8}, "b": {9}}}
		p.feed.announcePage(page)
		require.Equal(t, []string{"b"}, w.Take(), "of whom another process has written")
		p.feed.announceRecording("a", store.RecordingResult{Write: 10}, p.feed.moment())
		w.Take()
		p.feed.announcePage(store.MovedPage{Employees: []string{"a"}, Writes: map[string][]int64{"a": {10, 11}}})
		require.Equal(t, []string{"a"}, w.Take(), "another process has written too")
		p.feed.announcePage(store.MovedPage{Employees: []string{"a"}})
		require.Equal(t, []string{"a"}, w.Take(), "the store does not number writes")
		leave()
		time.Sleep(time.Minute) // until the feed has ended
	})
}

func TestChangeFeedAsksOnceASecondWhileAnybodyFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &movedLog{codes: []string{"before"}, page: 2}
		p := feedOf(l)
		time.Sleep(time.Minute)
		require.Zero(t, l.questions(), "nobody follows")

		ctx, leave := context.WithCancel(t.Context())
		var all []*Follower
		for range 10 {
			w, err := p.Follow(ctx)
			require.NoError(t, err)
			all = append(all, w)
		}
		require.Equal(t, 1, l.questions(), "for the mark")
		l.move("b", "a")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, 60, l.questions(), "however many follow")
		for _, w := range all {
			<-w.Ready()
			require.Equal(t, []string{"a", "b"}, w.Take())
			require.Empty(t, w.Take())
			require.Empty(t, w.Ready())
		}
		l.move("c", "d", "e", "c", "f")
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, 3, l.questions(), "pages follow at once")
		l.move("g")
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, []string{"c", "d", "e", "f", "g"}, all[0].Take(), "all that was not taken")
		l.questions()

		leave()
		time.Sleep(time.Minute)
		require.Zero(t, l.questions(), "nobody follows any more")
		l.move("unheard")
		for range 100 { // who come and go
			ctx, leave := context.WithCancel(t.Context())
			w, err := p.Follow(ctx)
			require.NoError(t, err)
			require.Empty(t, w.Take())
			leave()
			time.Sleep(100 * time.Millisecond)
		}
		require.LessOrEqual(t, l.questions(), 11)
		requireUnused(t, p.feed)
		time.Sleep(time.Minute) // the feed ends
	})
}

func TestChangeFeedBacksOffAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &movedLog{page: 10}
		p := feedOf(l)
		l.fail(true)
		for range 2 {
			_, err := p.Follow(t.Context())
			require.Equal(t, fault.Unavailable, fault.CodeOf(err))
		}
		requireUnused(t, p.feed)
		l.fail(false)
		ctx, leave := context.WithCancel(t.Context())
		w, err := p.Follow(ctx)
		require.NoError(t, err)
		l.questions()

		l.move("a")
		l.fail(true)
		time.Sleep(100 * time.Second)
		synctest.Wait()
		require.Equal(t, 14, l.questions(), "after 1, 3, 7, 15 s, and every 8 s")
		l.move("b")
		l.fail(false)
		time.Sleep(maxFollowBackOff * time.Second)
		synctest.Wait()
		require.Equal(t, []string{"a", "b"}, w.Take())
		l.questions()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Equal(t, 10, l.questions(), "as often as before")
		leave()
		time.Sleep(time.Minute)
	})
}

// Whatever happens after Follow has returned is announced, though the feed stops and starts.
func TestFollowersMissNothingWhereOthersComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &movedLog{page: 10}
		p := feedOf(l)
		var done sync.WaitGroup
		for i := range 50 {
			done.Go(func() {
				for n := range 20 {
					time.Sleep(time.Duration(i*n%7) * 300 * time.Millisecond)
					ctx, leave := context.WithCancel(t.Context())
					w, err := p.Follow(ctx)
					require.NoError(t, err)
					code := fmt.Sprint(i, "-", n)
					l.move(code)
					for !slices.Contains(w.Take(), code) {
						<-w.Ready()
					}
					leave()
				}
			})
		}
		done.Wait()
		time.Sleep(time.Minute)
		requireUnused(t, p.feed)
	})
}
