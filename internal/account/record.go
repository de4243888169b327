package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// The kinds of our documents.
const (
	accountKind = "account"         // an accountBody, by the id of the account
	keyKind     = "account_key"     // which account has a login, an employee, a service's name
	stateKind   = "account_state"   // one document, which every administrative edit writes
	pendingKind = "account_pending" // what waits for a second yes
	sessionKind = "session"
	tokenKind   = "token"
	delayKind   = "sign_in_delay"
)

// stateID is the id of the one document of its kind.
const stateID = "state"

// accountBody is the JSON of an account.
type accountBody struct {
	Name         string          `json:"name"`
	Login        string          `json:"login,omitempty"` // in the form of foldLogin
	Employee     string          `json:"employee,omitempty"`
	Grants       []grantBody     `json:"grants,omitempty"`
	Service      bool            `json:"service,omitempty"`
	Disabled     bool            `json:"disabled,omitempty"`
	LastSignIn   *time.Time      `json:"lastSignIn,omitempty"`
	Password     string          `json:"password,omitempty"` // as hasher.hash writes it
	Invitation   *invitationBody `json:"invitation,omitempty"`
	Issuer       string          `json:"issuer,omitempty"` // the identity at a provider
	Subject      string          `json:"subject,omitempty"`
	Claimed      []grantBody     `json:"claimed,omitempty"`      // the roles that the provider has claimed, granted by now or not
	SessionEpoch int             `json:"sessionEpoch,omitempty"` // sessions of an earlier one have ended
	Tokens       []string        `json:"tokens,omitempty"`       // ids of those that are not revoked
}

type grantBody struct {
	Role string `json:"role"`
	Unit string `json:"unit,omitempty"`
}

// String returns a grant as people write it: HR, or HR:SALES for a department.
func (g grantBody) String() string {
	if g.Unit == "" {
		return g.Role
	}
	return g.Role + ":" + g.Unit
}

type invitationBody struct {
	Hash    string    `json:"hash"`
	Expires time.Time `json:"expires"`
}

// keyBody says which account a key belongs to, empty for none any more.
type keyBody struct {
	Account string `json:"account"`
}

// stateBody is written by every administrative edit, so that these happen one after the
// other whichever process makes them: what one has checked still holds when it is written.
type stateBody struct {
	Edits      int  `json:"edits"`
	HadHR      bool `json:"hadHR,omitempty"`      // an account was HR of the whole firm
	HadAuditor bool `json:"hadAuditor,omitempty"` // an account was AUDITOR
	// Privileged are the accounts with a grant of HR for the whole firm, AUDITOR or ADMIN.
	Privileged []string `json:"privileged,omitempty"`
}

// grants returns the grants as access has them. One of a role that is unknown, such as by
// an edit by other means, gives nothing.
func (b *accountBody) grants() (list []access.Grant) {
	for _, g := range b.Grants {
		if role, ok := access.ParseRole(g.Role); ok {
			list = append(list, access.Grant{Role: role, Unit: g.Unit})
		}
	}
	return list
}

// holdsFirm reports whether an account has a role for the whole firm.
func (b *accountBody) holdsFirm(role access.Role) bool {
	return slices.Contains(b.Grants, grantBody{Role: role.String()})
}

// isPrivileged reports whether an account is one that the state lists.
func (b *accountBody) isPrivileged() bool {
	return b.holdsFirm(access.HR) || b.holdsFirm(access.Auditor) || b.holdsFirm(access.Admin)
}

// countsAs reports whether an account counts as a holder of a role for the whole firm: for
// HR and AUDITOR it must be linked.
func (b *accountBody) countsAs(role access.Role) bool {
	return !b.Disabled && b.holdsFirm(role) && (role == access.Admin || b.Employee != "")
}

// unitOfWork is what one edit reads and writes (unit of work): what is read is written again
// where it has changed, all in one transaction.
type unitOfWork struct {
	context.Context
	accounts *Accounts
	now      time.Time
	viewer   *access.Viewer
	tracked  []*tracked
	deleted  []store.DocumentKey // after the transaction
}

// tracked is a document with its decoded body.
type tracked struct {
	store.Document
	value any // a pointer; nil where there is no such document
}

const maxAttempts = 20

// editInTransaction runs an edit in a unit of work, again where another write was quicker.
func (a *Accounts) editInTransaction(ctx context.Context, do func(*unitOfWork) error) error {
	for attempt := 1; ; attempt++ {
		u := &unitOfWork{Context: ctx, accounts: a, now: a.now()}
		u.viewer, _ = access.FromContext(ctx) // those who sign in are nobody yet
		err := do(u)
		if err == nil {
			err = u.commit()
		}
		if !errors.Is(err, store.ErrConflict) || attempt == maxAttempts {
			return storeFault(err)
		}
	}
}

// editInTurn is editInTransaction for what administrators do: one after the other.
func (a *Accounts) editInTurn(ctx context.Context, do func(*unitOfWork) error) error {
	err := a.editInTransaction(ctx, func(u *unitOfWork) error {
		state, err := u.loadState()
		if err != nil {
			return err
		}
		state.Edits++
		return do(u)
	})
	a.viewers.clear()
	return err
}

// loadState returns the document that every administrative edit writes.
func (u *unitOfWork) loadState() (*stateBody, error) {
	state, err := loadDocument[stateBody](u, stateKind, stateID)
	if err == nil && state == nil {
		state = &stateBody{}
		u.addDocument(stateKind, stateID, u.now, state)
	}
	return state, err
}

// loadDocument returns a document, nil where there is none. What is changed in it is written by
// commit.
func loadDocument[T any](u *unitOfWork, kind, id string) (*T, error) {
	for _, t := range u.tracked {
		if t.Kind == kind && t.ID == id {
			value, _ := t.value.(*T)
			return value, nil
		}
	}
	list, err := loadDocuments[T](u, kind, []string{id})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0].Value, nil
}

// loaded is a document that loadDocuments returns.
type loaded[T any] struct {
	store.Document
	Value *T
}

// loadDocuments returns the documents of a kind with some ids, all where ids is nil.
func loadDocuments[T any](u *unitOfWork, kind string, ids []string) ([]loaded[T], error) {
	if ids != nil && len(ids) == 0 {
		return nil, nil
	}
	docs, err := u.accounts.store.Documents(u, store.DocumentQuery{Kind: kind, IDs: ids})
	if err != nil {
		return nil, err
	}
	list := make([]loaded[T], 0, len(docs))
	for _, d := range docs {
		t := u.findTracked(d.Key())
		if t == nil {
			value, err := decodeBody[T](d)
			if err != nil {
				return nil, err
			}
			t = &tracked{d, value}
			u.tracked = append(u.tracked, t)
		}
		list = append(list, loaded[T]{t.Document, t.value.(*T)})
	}
	return list, nil
}

func (u *unitOfWork) findTracked(key store.DocumentKey) *tracked {
	for _, t := range u.tracked {
		if t.Key() == key {
			return t
		}
	}
	return nil
}

func decodeBody[T any](d store.Document) (*T, error) {
	value := new(T)
	if err := json.Unmarshal([]byte(d.Body), value); err != nil {
		return nil, fmt.Errorf("document %s of kind %s: %w", d.ID, d.Kind, err)
	}
	return value, nil
}

// addDocument adds a new document.
func (u *unitOfWork) addDocument(kind, id string, at time.Time, value any) {
	u.tracked = append(u.tracked, &tracked{store.Document{Kind: kind, ID: id, At: at}, value})
}

// deleteLater has a document deleted, once everything else is written.
func (u *unitOfWork) deleteLater(kind, id string) {
	u.deleted = append(u.deleted, store.DocumentKey{Kind: kind, ID: id})
}

// changedDocuments returns the documents that the edit changes.
func (u *unitOfWork) changedDocuments() ([]store.Document, error) {
	if err := u.notePrivileged(); err != nil {
		return nil, err
	}
	var docs []store.Document
	for _, t := range u.tracked {
		body, err := json.Marshal(t.value)
		if err != nil {
			return nil, err
		}
		// What has been decided is written before it goes: a process that ends in between leaves
		// nothing that could be approved again.
		if d := t.Document; d.Body != string(body) && (d.Kind == pendingKind || !slices.Contains(u.deleted, d.Key())) {
			d.Body = string(body)
			docs = append(docs, d)
		}
	}
	return docs, nil
}

// notePrivileged keeps the list of privileged accounts.
func (u *unitOfWork) notePrivileged() error {
	for _, t := range u.tracked {
		b, ok := t.value.(*accountBody)
		if !ok {
			continue
		}
		state := u.findTracked(store.DocumentKey{Kind: stateKind, ID: stateID})
		if state == nil {
			continue // no administrative edit: it changes no grant
		}
		s := state.value.(*stateBody)
		switch i := slices.Index(s.Privileged, t.ID); {
		case i < 0 && b.isPrivileged():
			s.Privileged = append(s.Privileged, t.ID)
		case i >= 0 && !b.isPrivileged():
			s.Privileged = slices.Delete(s.Privileged, i, i+1)
		}
		s.HadHR = s.HadHR || b.holdsFirm(access.HR)
		s.HadAuditor = s.HadAuditor || b.holdsFirm(access.Auditor)
	}
	return nil
}

func (u *unitOfWork) commit() error {
	docs, err := u.changedDocuments()
	if err != nil {
		return err
	}
	if err := u.accounts.store.PutDocuments(u, docs); err != nil {
		return err
	}
	for _, key := range u.deleted {
		if err := u.accounts.store.DeleteDocuments(u, key.Kind, []string{key.ID}); err != nil {
			return err
		}
	}
	return nil
}

// loadAccount returns an account; NOT_FOUND where there is none.
func (u *unitOfWork) loadAccount(id string) (*accountBody, error) {
	if b, err := loadDocument[accountBody](u, accountKind, documentID(id)); b != nil || err != nil {
		return b, err
	}
	return nil, noAccount(id)
}

// storeFault turns a failure of the store into a fault. An error that is a fault already
// stays.
func storeFault(err error) error {
	var known *fault.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, store.ErrConflict):
		return fault.Wrap(err, fault.Conflict, "others change the same at this moment: try again", "他人正在修改同一内容：请重试")
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Unavailable, "the store cannot be reached in time: try again", "暂时无法访问存储：请稍后重试")
	}
	return fault.Wrap(err, fault.Internal, "internal error", "内部错误")
}
