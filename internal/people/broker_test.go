package people

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

func TestBrokerBoundsSubscriptions(t *testing.T) {
	open := make(chan int, 10)
	b := NewBroker(nil, func(n int) { open <- n })
	b.limit = 2
	exists := func() (none store.Profile, err error) { return none, nil }
	ctx, leave := context.WithCancel(t.Context())
	for i, employee := range []string{"E1", "E2"} {
		_, err := b.subscribe(ctx, employee, false, exists)
		require.NoError(t, err)
		require.Equal(t, i+1, <-open)
	}
	_, err := b.subscribe(t.Context(), "E3", false, exists)
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err))
	leave()
	require.Equal(t, 1, <-open)
	require.Equal(t, 0, <-open)
	require.Empty(t, b.watched, "nothing remains of them")
	_, err = b.subscribe(t.Context(), "E3", false, exists)
	require.NoError(t, err)
	require.Equal(t, 1, <-open)

	last, end := context.WithCancel(t.Context())
	_, err = b.subscribe(t.Context(), "E5", false, func() (none store.Profile, err error) { // meanwhile another one takes the last place
		_, err = b.subscribe(last, "E6", false, exists)
		require.NoError(t, err)
		require.Equal(t, 2, <-open)
		return none, nil
	})
	require.Equal(t, fault.LimitExceeded, fault.CodeOf(err), "of those that begin at the same time too")
	end()
	require.Equal(t, 1, <-open)
	require.NotContains(t, b.watched, "E5")

	box, err := b.subscribe(t.Context(), "E4", false, exists)
	require.NoError(t, err)
	require.Equal(t, 2, <-open)
	own := slices.Collect(maps.Keys(b.watched["E4"].mailboxes))[0]
	b.push(1, map[string]map[string]bool{"E4": nil, "E5": nil}, nil)
	_, more := <-box
	require.False(t, more)
	require.Equal(t, 1, <-open)
	repeated, err := b.subscribe(t.Context(), "E4", false, exists) // there is one of the same code
	require.NoError(t, err)
	require.Equal(t, 2, <-open)
	b.removeMailbox("E4", own) // once its context ends
	require.Empty(t, open)
	b.push(1, map[string]map[string]bool{"E4": {"A": true}}, map[string]store.Profile{"E4": {}})
	require.Len(t, repeated, 1)
}
