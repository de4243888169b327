package server

import (
	"net/netip"
	"sync"
	"time"
)

// The rate of wrong tokens and passwords that an address may send: so many at once, and
// one more in each interval.
const (
	guessBurst    = 20
	guessInterval = 3 * time.Second
)

// maxThrottled bounds the addresses that are remembered.
const maxThrottled = 10_000

// throttle limits the wrong tokens and passwords of each address (leaky bucket). It holds
// one time for an address: when all its failures will have leaked away. So what is past
// can be forgotten. It is of one instance, and safe for concurrent use.
type throttle struct {
	clock func() time.Time

	mu    sync.Mutex
	empty map[string]time.Time // when the bucket of an address is empty
}

func newThrottle(clock func() time.Time) *throttle {
	return &throttle{clock: clock, empty: map[string]time.Time{}}
}

// wait returns how long an address has to wait before it may fail again, 0 for not at all.
func (t *throttle) wait(address string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	full := t.empty[network(address)].Add(-(guessBurst - 1) * guessInterval)
	return max(0, full.Sub(t.clock()))
}

// fail counts a failure of an address.
func (t *throttle) fail(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, key := t.clock(), network(address)
	if _, known := t.empty[key]; !known && len(t.empty) >= maxThrottled {
		t.forget(now)
	}
	empty := t.empty[key]
	if empty.Before(now) {
		empty = now
	}
	if empty = empty.Add(guessInterval); empty.Sub(now) <= guessBurst*guessInterval {
		t.empty[key] = empty
	}
}

// forget drops the addresses that need not be remembered, and where too many are left any
// half of them, so that it is seldom needed.
func (t *throttle) forget(now time.Time) {
	for key, empty := range t.empty {
		if empty.Before(now) {
			delete(t.empty, key)
		}
	}
	for key := range t.empty {
		if len(t.empty) <= maxThrottled/2 {
			break
		}
		delete(t.empty, key)
	}
}

// network returns what stands for an address: an IPv6 client has a network of addresses
// at its disposal.
func network(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil || addr.Unmap().Is4() {
		return address
	}
	prefix, _ := addr.WithZone("").Prefix(64)
	return prefix.String()
}
