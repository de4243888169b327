package server

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestThrottle(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	w := newThrottle(func() time.Time { return now })
	for range guessBurst {
		require.Zero(t, w.wait("10.0.0.1"))
		w.fail("10.0.0.1")
	}
	require.Equal(t, guessInterval, w.wait("10.0.0.1"))
	require.Zero(t, w.wait("10.0.0.2"), "another address")
	for range 1000 {
		w.fail("10.0.0.1")
	}
	require.Equal(t, guessInterval, w.wait("10.0.0.1"), "it never has to wait longer, however often it failed")
	now = now.Add(guessInterval)
	require.Zero(t, w.wait("10.0.0.1"))
	w.fail("10.0.0.1")
	require.Equal(t, guessInterval, w.wait("10.0.0.1"))
	now = now.Add(guessBurst * guessInterval)
	for range guessBurst {
		require.Zero(t, w.wait("10.0.0.1"))
		w.fail("10.0.0.1")
	}
}

func TestThrottleTakesAnIPv6NetworkForOneClient(t *testing.T) {
	w := newThrottle(time.Now)
	for i := range guessBurst {
		w.fail(fmt.Sprintf("2001:db8::%x", i))
	}
	require.NotZero(t, w.wait("2001:db8::ffff"))
	require.Zero(t, w.wait("2001:db8:0:1::1"))
}

func TestThrottleIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	w := newThrottle(func() time.Time { return now })
	for i := range 3 * maxThrottled {
		w.fail(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
		require.LessOrEqual(t, len(w.empty), maxThrottled)
	}
	now = now.Add(time.Hour)
	w.fail("192.0.2.1")
	require.Len(t, w.empty, 1, "what is past is forgotten")
}
