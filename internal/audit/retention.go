package audit

import (
	"context"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// Drop deletes entries from before a time, and leaves an anchor in each chain: number and
// MAC of the latest that was deleted, which Verify goes on from. What does not hold together
// stays: it is evidence.
func (l *Log) Drop(ctx context.Context, before time.Time) error {
	chains, err := l.store.JournalChains(ctx)
	for _, c := range chains {
		if err == nil && l.key.owns(c.ID) && (c.Anchor.Number == 0 || l.key.holds(anchorSeal, c.ID, c.Anchor)) {
			err = l.dropChain(ctx, c, before)
		}
	}
	return err
}

func (l *Log) dropChain(ctx context.Context, c store.JournalChain, before time.Time) error {
	for {
		page, err := l.store.JournalEntries(ctx, store.JournalKey{Chain: c.ID, Number: c.Anchor.Number}, pageSize)
		if err != nil {
			return err
		}
		dropped, mac := 0, c.Anchor.MAC
		for i := range page {
			e := &page[i]
			if e.Chain != c.ID || !e.At.Before(before) || e.Number != c.Anchor.Number+int64(i)+1 || e.MAC != l.key.mac(mac, e) {
				break
			}
			dropped, mac = i+1, e.MAC
		}
		if dropped == 0 {
			return nil
		}
		c.Anchor = l.key.seal(anchorSeal, c.ID, page[dropped-1].Number, mac)
		if err := l.store.DropJournal(ctx, c.ID, c.Anchor); errors.Is(err, store.ErrConflict) {
			return nil // another instance was faster
		} else if err != nil {
			return err
		}
	}
}
