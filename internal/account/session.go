package account

import (
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// How long a session lasts: unused by a person, and at all.
const (
	SessionIdle = 30 * time.Minute
	SessionLife = 12 * time.Hour
)

// touchEvery is how often the last use of a session, token or account is written.
const touchEvery = time.Minute

// Client is where a session begins, for its owner to know it again.
type Client struct {
	Address string // of the network
	Browser string // such as Firefox, Windows; empty where it is unknown
}

// Session is one sign-in of an account.
type Session struct {
	ID      string
	Account string // id of the account
	// Secret is the value of the cookie: ID.SECRET. It is there once, when the session
	// begins; only its hash is kept.
	Secret    string
	CreatedAt time.Time
	LastUseAt time.Time // exact to a minute
	ExpiresAt time.Time // at the latest
	Address   *string   // where it began
	Browser   *string   // such as Firefox, Windows; nil where it is unknown
	Current   bool      // the one that asks
}

type sessionBody struct {
	Account string    `json:"account"`
	Hash    string    `json:"hash"`
	Epoch   int       `json:"epoch,omitempty"`
	LastUse time.Time `json:"lastUse"`
	Address string    `json:"address,omitempty"`
	Browser string    `json:"browser,omitempty"`
}

// isOver reports whether a session has ended, by its times and by its account.
func (s *sessionBody) isOver(createdAt, now time.Time, b *accountBody) bool {
	return now.Sub(createdAt) >= SessionLife || now.Sub(s.LastUse) >= SessionIdle || b == nil || b.Disabled || b.Service || s.Epoch != b.SessionEpoch
}

// beginSession begins a session of an account in a unit of work.
func (u *unitOfWork) beginSession(id string, b *accountBody, from Client) Session {
	s, secret := &sessionBody{Account: id, Epoch: b.SessionEpoch, LastUse: u.now, Address: from.Address, Browser: from.Browser}, newSecret()
	s.Hash = hashSecret(secret)
	session := newID()
	u.addDocument(sessionKind, session, u.now, s)
	if b.LastSignIn == nil || u.now.Sub(*b.LastSignIn) >= touchEvery {
		b.LastSignIn = new(u.now)
	}
	begun := s.shownAs(session, u.now, "")
	begun.Secret = joinSecret(session, secret)
	return begun
}

func (s *sessionBody) shownAs(id string, createdAt time.Time, current string) Session {
	return Session{
		ID: id, Account: s.Account, CreatedAt: createdAt, LastUseAt: s.LastUse,
		ExpiresAt: createdAt.Add(SessionLife), Address: optionalText(s.Address), Browser: optionalText(s.Browser), Current: id == current,
	}
}

// dropOldSessions deletes some of the sessions that are over, so that their number stays
// bounded by those that begin.
func (a *Accounts) dropOldSessions(ctx context.Context) error {
	docs, err := a.store.Documents(ctx, store.DocumentQuery{Kind: sessionKind, First: 20})
	if err != nil {
		return err
	}
	var old []string
	for _, d := range docs {
		if a.now().Sub(d.At) >= SessionLife {
			old = append(old, d.ID)
		}
	}
	return a.store.DeleteDocuments(ctx, sessionKind, old)
}

// Sessions returns the own sessions, the latest first.
func (a *Accounts) Sessions(ctx context.Context) ([]Session, error) {
	if err := access.Check(ctx, access.AdministerOwn); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	u := a.beginRead(ctx)
	b, err := loadDocument[accountBody](u, accountKind, documentID(v.Account))
	if err != nil || b == nil { // the system has none
		return []Session{}, storeFault(err)
	}
	all, err := loadDocuments[sessionBody](u, sessionKind, nil)
	list := []Session{}
	for _, s := range all {
		if s.Value.Account == v.Account && !s.Value.isOver(s.At, u.now, b) {
			list = append(list, s.Value.shownAs(s.ID, s.At, v.Session))
		}
	}
	slices.Reverse(list)
	return list, storeFault(err)
}

// SignOut ends one of the own sessions.
func (a *Accounts) SignOut(ctx context.Context, session string) error {
	v, err := a.ownViewer(ctx)
	if err != nil {
		return err
	}
	s, err := loadDocument[sessionBody](a.beginRead(ctx), sessionKind, documentID(session))
	if err == nil && (s == nil || s.Account != v.Account) {
		return refusal("id", fault.NotFound, "there is no such session of yours", "您没有该会话")
	}
	if err == nil {
		err = a.store.DeleteDocuments(ctx, sessionKind, []string{session})
	}
	a.viewers.clear()
	a.noteAct(ctx, access.AdministerOwn, "sign-out", v.Account, err)
	return storeFault(err)
}

// EndSession ends the session of a cookie. A wrong one does no harm.
func (a *Accounts) EndSession(ctx context.Context, secret string) error {
	id, text, ok := cutSecret(secret)
	if !ok {
		return nil
	}
	s, err := loadDocument[sessionBody](a.beginRead(ctx), sessionKind, id)
	if err != nil || s == nil || !matchesHash(text, s.Hash) {
		return storeFault(err)
	}
	err = a.store.DeleteDocuments(ctx, sessionKind, []string{id})
	a.viewers.clear()
	a.noteAct(ctx, access.AdministerOwn, "sign-out", s.Account, err)
	return storeFault(err)
}

// SignOutEverywhere ends all own sessions, on every instance within a second.
func (a *Accounts) SignOutEverywhere(ctx context.Context) error {
	v, err := a.ownViewer(ctx)
	if err != nil {
		return err
	}
	err = a.editInTransaction(ctx, func(u *unitOfWork) error {
		b, err := u.loadAccount(v.Account)
		if err == nil {
			b.SessionEpoch++
		}
		return err
	})
	a.viewers.clear()
	a.noteAct(ctx, access.AdministerOwn, "sign-out-everywhere", v.Account, err)
	return err
}

// errSignedOut says that a session has ended.
func errSignedOut() error {
	return fault.New(fault.Unauthenticated, "the session has ended: sign in again", "会话已结束：请重新登录")
}
