package people

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
)

func TestLazyReadsOnce(t *testing.T) {
	var l lazy[int]
	var reads atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			v, err := l.load(t.Context(), func() (int, error) { reads.Add(1); return 7, nil })
			assert.NoError(t, err)
			assert.Equal(t, 7, v)
		})
	}
	all.Wait()
	require.EqualValues(t, 1, reads.Load())
}

func TestLazyWaitEndsWithItsContext(t *testing.T) {
	var l lazy[int]
	reading, release := make(chan struct{}), make(chan struct{})
	first := make(chan int, 1)
	go func() {
		v, _ := l.load(context.Background(), func() (int, error) { close(reading); <-release; return 7, nil })
		first <- v
	}()
	<-reading
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.load(ctx, func() (int, error) { return 0, errors.New("read twice at once") })
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	close(release)
	require.Equal(t, 7, <-first)
}

func TestLazyReadsAgainAfterAFailure(t *testing.T) {
	var l lazy[int]
	_, err := l.load(t.Context(), func() (int, error) { return 0, errors.New("first") })
	require.ErrorContains(t, err, "first")
	require.Panics(t, func() { _, _ = l.load(t.Context(), func() (int, error) { panic("second") }) })
	v, err := l.load(t.Context(), func() (int, error) { return 7, nil })
	require.NoError(t, err)
	require.Equal(t, 7, v)
}
