package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	mathrand "math/rand/v2"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// sharedName ends the id of the chain that commands share, and in which instances say where
// their own stand.
const sharedName = "shared"

// errBroken: a chain does not stand where it must. Whoever writes it goes on in a new one,
// so that what is wrong with it stays to be seen.
var errBroken = errors.New("audit: the chain was altered")

// chain is what this process knows of a chain that it writes. One goroutine at a time uses
// it.
type chain struct {
	id    string
	head  mark  // the latest entry, as far as known says
	known bool  // whether head was read or written since the last failure
	least int64 // the number of the latest entry that was certainly written
	doubt doubt
}

// doubt is a write whose outcome is unknown.
type doubt struct {
	mac     string // of its last entry
	entries int
}

func newChainID(k Key) string {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 80)) // never fails
	return k.id + "-" + strings.ToLower(n.Text(36))
}

func sharedChain(k Key) *chain { return &chain{id: k.id + "-" + sharedName} }

// load looks where a chain stands.
func (c *chain) load(ctx context.Context, st store.Journal, k Key) error {
	all, err := st.JournalChains(ctx)
	if err != nil {
		return err
	}
	c.head = mark{Chain: c.id}
	for _, stored := range all {
		if stored.ID != c.id {
			continue
		}
		if !k.holds(headSeal, c.id, stored.Head) {
			return errBroken
		}
		c.head.Number, c.head.MAC = stored.Head.Number, stored.Head.MAC
	}
	if c.head.Number < c.least {
		return errBroken
	}
	c.known, c.least = true, c.head.Number
	return nil
}

// maxAttempts is how often entries are given other numbers, because another process has
// taken theirs.
const maxAttempts = 50

// append writes entries. Where it fails, drafts may have been written or not: whoever has
// them written again has to put them first, and then none is written twice.
func (c *chain) append(ctx context.Context, st store.Journal, k Key, drafts []draft) error {
	for range maxAttempts {
		if !c.known {
			if err := c.load(ctx, st, k); err != nil {
				return err
			}
			if c.doubt.entries > 0 && c.head.MAC == c.doubt.mac {
				drafts = drafts[c.doubt.entries:]
			}
			c.doubt = doubt{}
		}
		if len(drafts) == 0 {
			return nil
		}
		list, before := make([]store.JournalEntry, len(drafts)), c.head.MAC
		for i := range drafts {
			list[i] = drafts[i].entry(k, c.id, before, c.head.Number+int64(i)+1)
			before = list[i].MAC
		}
		last := list[len(list)-1]
		err := st.AppendJournal(ctx, c.id, list, k.seal(headSeal, c.id, last.Number, last.MAC).Seal)
		if err == nil {
			c.head.Number, c.head.MAC, c.least = last.Number, last.MAC, last.Number
			return nil
		}
		// A conflict may also be that the answer to this very write was lost.
		c.known, c.doubt = false, doubt{last.MAC, len(drafts)}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		select {
		case <-time.After(mathrand.N(20 * time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return store.ErrConflict
}
