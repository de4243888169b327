package governance

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/store"
)

// Governance makes plans those of a store. It is safe for concurrent use.
type Governance struct {
	documents store.Documents
	clock     func() time.Time
}

// New returns the governance of a store; clock is time.Now where nil.
func New(documents store.Documents, clock func() time.Time) *Governance {
	if clock == nil {
		clock = time.Now
	}
	return &Governance{documents: documents, clock: clock}
}

// Identity is what tells a store from every other. A copy of a store has its own.
type Identity struct {
	ID  string `json:"id"`
	Key []byte `json:"key"` // signs plans; it never leaves the store
}

const (
	storeKind  = "store" // of documents
	identityID = "identity"
	keyBytes   = 32
)

// Identity returns that of the store, which it makes at the first call.
func (g *Governance) Identity(ctx context.Context) (Identity, error) {
	for {
		found, err := g.KnownIdentity(ctx)
		if err != nil || found.ID != "" {
			return found, err
		}
		made := Identity{ID: rand.Text(), Key: make([]byte, keyBytes)}
		_, _ = rand.Read(made.Key) // it never fails
		body, err := json.Marshal(made)
		if err != nil {
			return Identity{}, err
		}
		err = g.documents.PutDocuments(ctx, []store.Document{{Kind: storeKind, ID: identityID, At: g.clock(), Body: string(body)}})
		if err == nil {
			return made, nil
		}
		if !errors.Is(err, store.ErrConflict) { // else another instance was quicker
			return Identity{}, catalog.StoreFault(err)
		}
	}
}

// KnownIdentity is Identity, or the zero value where none has been made.
func (g *Governance) KnownIdentity(ctx context.Context) (id Identity, err error) {
	list, err := g.documents.Documents(ctx, store.DocumentQuery{Kind: storeKind, IDs: []string{identityID}})
	if err != nil {
		return id, catalog.StoreFault(err)
	}
	if len(list) == 0 {
		return id, nil
	}
	if err := json.Unmarshal([]byte(list[0].Body), &id); err != nil || id.ID == "" || len(id.Key) != keyBytes {
		return Identity{}, fmt.Errorf("the identity of the store cannot be read: %w", errors.Join(err, errors.New("it lacks id or key")))
	}
	return id, nil
}

// Seal returns the function by which a plan of a moment tells of values that its maker may
// not read: the same values have the same seal, which says nothing about them. It is nil
// for the zero identity.
func (id Identity) Seal(at time.Time) people.Seal {
	if id.ID == "" {
		return nil
	}
	return func(employee, field string, value any) competency.HiddenValue {
		text, _ := json.Marshal([]any{at, employee, field, value}) // texts and lists of them
		h := hmac.New(sha256.New, id.Key)
		h.Write(append([]byte("seal "), text...))
		return competency.HiddenValue(hex.EncodeToString(h.Sum(nil)))
	}
}
