package account

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// The accounts that are no documents, beside access.SystemAccount.
const (
	ConfiguredTokenAccount = "configured-token" // of the setting ZHITU_TOKEN
	OpenAccount            = "open-loopback"    // of everybody on an open loopback address
)

// serviceScopes are those of the accounts that are no documents.
const serviceScopes = access.CatalogRead | access.CatalogWrite | access.PeopleRead | access.PeopleWrite |
	access.LearnerRead | access.EvidenceWrite | access.InsightRead | access.MetricsRead

// ConfiguredTokenViewer returns the viewer of the token that the setting ZHITU_TOKEN has: a
// service with every scope but audit:read.
func ConfiguredTokenViewer() *access.Viewer {
	return access.Service(access.Identity{Account: ConfiguredTokenAccount, Name: "ZHITU_TOKEN"}, serviceScopes, nil)
}

// OpenViewer returns the viewer of everybody on an open loopback address: a service with
// every scope but audit:read.
func OpenViewer() *access.Viewer {
	return access.Service(access.Identity{Account: OpenAccount, Name: OpenAccount}, serviceScopes, nil)
}

// maxStale is how long a viewer may be used before it is read again: rights that are
// withdrawn end within a second on every instance.
const maxStale = 800 * time.Millisecond

// maxViewers bounds how many viewers are kept.
const maxViewers = 10_000

// viewerCache keeps viewers for a moment, so that a burst of requests reads them once.
type viewerCache struct {
	mu      sync.Mutex
	entries map[string]cachedViewer
}

type cachedViewer struct {
	*access.Viewer
	hash    string // of the secret
	at      time.Time
	lastUse time.Time // of a session
}

func (c *viewerCache) get(key string, now time.Time) (cachedViewer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.entries[key]
	age := now.Sub(v.at)
	return v, ok && age >= 0 && age < maxStale
}

func (c *viewerCache) put(key string, v cachedViewer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil || len(c.entries) >= maxViewers {
		c.entries = map[string]cachedViewer{}
	}
	c.entries[key] = v
}

// use notes when the session of a viewer that is kept was used.
func (c *viewerCache) use(key string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.entries[key]; ok {
		v.lastUse = now
		c.entries[key] = v
	}
}

func (c *viewerCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = nil
}

// ViewerOfSession returns the viewer of a session by the value of its cookie. It is at most
// a second stale. UNAUTHENTICATED where it has ended. To ask is no use of the session: see
// UseSession.
func (a *Accounts) ViewerOfSession(ctx context.Context, secret string) (*access.Viewer, error) {
	id, text, ok := cutSecret(secret)
	if !ok {
		return nil, errSignedOut()
	}
	v, err := a.sessionViewer(ctx, id)
	if err != nil {
		return nil, err
	}
	if !matchesHash(text, v.hash) {
		return nil, errSignedOut()
	}
	return v.Viewer, nil
}

// UseSession notes that a person does something with their session, from which SessionIdle
// counts. It writes at most once a minute. A use that cannot be written is lost.
func (a *Accounts) UseSession(ctx context.Context, session string) {
	u, key := a.beginRead(ctx), sessionViewerKey(session)
	if v, ok := a.viewers.get(key, u.now); ok && u.now.Sub(v.lastUse) < touchEvery {
		return
	}
	s, err := loadDocument[sessionBody](u, sessionKind, documentID(session))
	if err != nil || s == nil {
		return
	}
	if unused := u.now.Sub(s.LastUse); unused >= touchEvery && unused < SessionIdle {
		s.LastUse = u.now
		_ = u.commit() // another request may have been quicker
	}
	a.viewers.use(key, s.LastUse)
}

func sessionViewerKey(session string) string { return "session " + session }

func (a *Accounts) sessionViewer(ctx context.Context, id string) (cachedViewer, error) {
	return a.viewerFromCache(sessionViewerKey(id), func(u *unitOfWork) (v cachedViewer, err error) {
		s, err := loadDocument[sessionBody](u, sessionKind, id)
		if err != nil {
			return v, err
		}
		if s == nil {
			return v, errSignedOut()
		}
		b, err := loadDocument[accountBody](u, accountKind, s.Account)
		if err != nil {
			return v, err
		}
		stored := u.findTracked(store.DocumentKey{Kind: sessionKind, ID: id})
		if s.isOver(stored.At, u.now, b) {
			return v, errSignedOut()
		}
		v.hash, v.lastUse = s.Hash, s.LastUse
		v.Viewer, err = u.accountViewer(b, access.Identity{Account: s.Account, Session: id, Name: b.Name})
		return v, err
	}, ctx)
}

// viewerFromCache returns a viewer that is kept, or reads it.
func (a *Accounts) viewerFromCache(key string, read func(*unitOfWork) (cachedViewer, error), ctx context.Context) (cachedViewer, error) {
	u := a.beginRead(ctx)
	if v, ok := a.viewers.get(key, u.now); ok {
		return v, nil
	}
	v, err := read(u)
	if err != nil {
		return v, storeFault(err)
	}
	v.at = u.now
	a.viewers.put(key, v)
	return v, nil
}

// accountViewer returns the viewer of an account that may sign in. An employee who is not
// there any more links it to nobody.
func (u *unitOfWork) accountViewer(b *accountBody, id access.Identity) (*access.Viewer, error) {
	var self access.Person
	if b.Employee != "" {
		var err error
		if self, err = u.accounts.directory.Stand(u, b.Employee); err != nil && !isNotFound(err) {
			return nil, err
		}
	}
	return access.Account(id, self, b.grants()), nil
}

// ViewerOfToken returns the viewer of a token zhitu_…, and notes that it is used. It is
// at most a second stale. UNAUTHENTICATED where it is not valid (any more).
func (a *Accounts) ViewerOfToken(ctx context.Context, token string) (*access.Viewer, error) {
	id, secret, ok := parseToken(token)
	if !ok {
		return nil, errWrongToken()
	}
	v, err := a.tokenViewer(ctx, id)
	if err != nil {
		return nil, err
	}
	if !matchesHash(secret, v.hash) {
		return nil, errWrongToken()
	}
	return v.Viewer, nil
}

func (a *Accounts) tokenViewer(ctx context.Context, id string) (cachedViewer, error) {
	return a.viewerFromCache("token "+id, func(u *unitOfWork) (v cachedViewer, err error) {
		t, err := loadDocument[tokenBody](u, tokenKind, id)
		if err != nil {
			return v, err
		}
		if t == nil {
			return v, errWrongToken()
		}
		b, err := loadDocument[accountBody](u, accountKind, t.Account)
		if err != nil {
			return v, err
		}
		if !t.isValid(id, b, u.now) {
			return v, errWrongToken()
		}
		if t.LastUse == nil || u.now.Sub(*t.LastUse) >= touchEvery {
			t.LastUse = new(u.now)
			_ = u.commit() // another request may have been quicker
		}
		v.hash = t.Hash
		v.Viewer, err = u.viewerWith(id, t, b)
		return v, err
	}, ctx)
}

// viewerWith returns the viewer of a token that is valid.
func (u *unitOfWork) viewerWith(id string, t *tokenBody, b *accountBody) (*access.Viewer, error) {
	if b.Service {
		valid, err := u.validTokens(b)
		return access.Service(access.Identity{Account: t.Account, Token: id, Name: b.Name}, t.scopes(), t.Units).WithTokens(tokenRights(valid)), err
	}
	owner, err := u.accountViewer(b, access.Identity{Account: t.Account, Name: b.Name})
	if err != nil {
		return nil, err
	}
	return access.PersonalToken(owner, id, t.scopes(), t.Units), nil
}

// ViewerOfEmployee returns the viewer of the account of an employee, for what a demo
// answers without a session. It is at most a second stale. NOT_FOUND where there is none.
func (a *Accounts) ViewerOfEmployee(ctx context.Context, employee string) (*access.Viewer, error) {
	v, err := a.viewerFromCache("employee "+employee, func(u *unitOfWork) (v cachedViewer, err error) {
		id, err := u.accountOfKey(employeeKey, employee)
		if err == nil && id == "" {
			err = noAccount(employee)
		}
		if err == nil {
			v.Viewer, err = u.enabledViewer(id)
		}
		return v, err
	}, ctx)
	return v.Viewer, err
}

// enabledViewer returns the viewer of an account, without a session. UNAUTHENTICATED where
// it may not sign in.
func (u *unitOfWork) enabledViewer(id string) (*access.Viewer, error) {
	b, err := loadDocument[accountBody](u, accountKind, documentID(id))
	if err != nil {
		return nil, err
	}
	if b == nil || b.Disabled || b.Service {
		return nil, errSignedOut()
	}
	return u.accountViewer(b, access.Identity{Account: id, Name: b.Name})
}

// Refresh returns what a viewer has become, at most a second stale, for what lasts longer
// than a request. UNAUTHENTICATED where its session has ended, its token is not valid any
// more or its account is disabled.
func (a *Accounts) Refresh(ctx context.Context, v *access.Viewer) (*access.Viewer, error) {
	switch {
	case !isID(v.Account):
		return v, nil
	case v.Session != "":
		fresh, err := a.sessionViewer(ctx, v.Session)
		return fresh.Viewer, err
	case v.Token != "":
		fresh, err := a.tokenViewer(ctx, v.Token)
		return fresh.Viewer, err
	case !v.Expires.IsZero():
		fresh, err := a.viewerFromCache(fmt.Sprint("access token ", v.Account, v.Scopes(), v.Expires.UnixNano()), func(u *unitOfWork) (fresh cachedViewer, err error) {
			fresh.Viewer, err = u.providerTokenViewer(v.Account, v.Scopes(), v.Expires)
			return fresh, err
		}, ctx)
		return fresh.Viewer, err
	}
	fresh, err := a.viewerFromCache("account "+v.Account, func(u *unitOfWork) (fresh cachedViewer, err error) {
		fresh.Viewer, err = u.enabledViewer(v.Account)
		return fresh, err
	}, ctx)
	return fresh.Viewer, err
}

// ViewerOfSender returns the viewer of an account with the rights that it has now, for
// statements that it has sent and that are retried. A service may record what one of its
// valid tokens allows. UNAUTHENTICATED where the account may do nothing any more.
func (a *Accounts) ViewerOfSender(ctx context.Context, id string) (*access.Viewer, error) {
	switch id {
	case access.SystemAccount:
		return access.System(), nil
	case ConfiguredTokenAccount:
		return ConfiguredTokenViewer(), nil
	case OpenAccount:
		return OpenViewer(), nil
	}
	u := a.beginRead(ctx)
	b, err := loadDocument[accountBody](u, accountKind, documentID(id))
	if err != nil {
		return nil, storeFault(err)
	}
	if b == nil || !b.Service || b.Disabled {
		v, err := u.enabledViewer(id)
		return v, storeFault(err)
	}
	valid, err := u.validTokens(b)
	if err != nil {
		return nil, storeFault(err)
	}
	var units []string
	records, isBound := false, true
	for _, t := range valid {
		if t.scopes()&access.EvidenceWrite != 0 {
			records, isBound = true, isBound && t.Units != nil
			units = append(units, t.Units...)
		}
	}
	if !records {
		return nil, errWrongToken()
	}
	if !isBound {
		units = nil
	}
	return access.Service(access.Identity{Account: id, Name: b.Name}, access.EvidenceWrite, units), nil
}

func errWrongToken() error {
	return fault.New(fault.Unauthenticated, "the token is wrong, has expired or has been revoked", "令牌错误、已过期或已撤销")
}
