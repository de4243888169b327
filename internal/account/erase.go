package account

import (
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// erasureKind is the kind of documents about employees whose erasure has the second yes and
// is not at its end. They let it go on after a crash.
const erasureKind = "erasure"

// ErasureGrace is how long after an erasure requests may be on their way that began before it.
// None takes so long. What they have left in the audit is looked for then.
const ErasureGrace = 15 * time.Minute

// Erasure is one that has begun.
type Erasure struct {
	ID       string `json:"-"`
	Employee string `json:"employee"`
	// Deleted says that the record is deleted. Another person may have the code by now.
	Deleted  bool     `json:"deleted,omitempty"`
	Accounts []string `json:"accounts,omitempty"` // ids of the accounts that the person had
	Keys     []string `json:"keys,omitempty"`     // ids of the keys that these had
	// DoneAt is when everything was erased; nil before.
	DoneAt *time.Time `json:"doneAt,omitempty"`
}

func erasureID(employee string) string { return keyID("erasure", employee) }

// ProposeErasure proposes to erase an employee, as HR of the whole firm. It returns what waits
// for the second yes, nil where nobody else could say it: then the erasure has begun.
func (a *Accounts) ProposeErasure(ctx context.Context, employee string) (waiting *Pending, err error) {
	if err := access.Check(ctx, access.Erase); err != nil { // before any code is looked up
		a.noteAct(ctx, access.Erase, "propose", "", err)
		return nil, err
	}
	code := competency.NormalizeCode(employee)
	unknown := refusal("employee", fault.NotFound, "there is no employee %s", "不存在员工 %s", competency.Quote(employee))
	who, err := a.directory.Stand(ctx, code)
	switch {
	case err == nil:
		code = who.Code
		err = access.CheckPerson(ctx, access.Erase, &who, unknown)
	case isNotFound(err):
		err, code = access.CheckPerson(ctx, access.Erase, nil, unknown), ""
	default:
		return nil, err
	}
	if err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) error {
			account, err := u.accountOfKey(employeeKey, code)
			if err != nil {
				return err
			}
			waiting, err = u.proposeOrApply(&pendingBody{Kind: ErasePending, Account: account, Employee: code})
			return err
		})
	}
	a.noteAct(ctx, access.Erase, "propose", "", err, code)
	return waiting, err
}

// checkErasure refuses to erase the last HR of the whole firm or the last AUDITOR.
func (u *unitOfWork) checkErasure(employee string) error {
	id, err := u.accountOfKey(employeeKey, employee)
	if err != nil || id == "" {
		return err
	}
	problem, err := u.checkLast(employee, id)
	if err == nil && problem != (fault.Text{}) {
		err = fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: "employee"}, Code: fault.Conflict, Text: problem}})
	}
	return err
}

// beginErasure takes all rights from an employee, and everything personal out of the
// accounts that the employee had. The rest follows, as Erasures lists it.
func (u *unitOfWork) beginErasure(employee string) error {
	if err := u.checkErasure(employee); err != nil {
		return err
	}
	e, err := loadDocument[Erasure](u, erasureKind, erasureID(employee))
	if err != nil {
		return err
	}
	if e == nil {
		e = &Erasure{Employee: employee}
		u.addDocument(erasureKind, erasureID(employee), u.now, e)
	}
	e.Deleted, e.DoneAt = false, nil
	accounts, err := loadDocuments[accountBody](u, accountKind, nil)
	if err != nil {
		return err
	}
	for _, b := range accounts {
		if b.Value.Employee != employee {
			continue
		}
		e.Accounts = append(e.Accounts, b.ID)
		e.Keys = append(e.Keys, keyID(employeeKey, employee))
		if b.Value.Login != "" {
			e.Keys = append(e.Keys, keyID(loginKey, b.Value.Login))
		}
		if b.Value.Subject != "" {
			e.Keys = append(e.Keys, keyID(identityKey, identityOf(b.Value.Issuer, b.Value.Subject)))
		}
		if err := u.anonymize(b.ID, b.Value); err != nil {
			return err
		}
	}
	return u.dropProposals(e)
}

// anonymize leaves of an account that it was there: its id alone, which the audit names.
func (u *unitOfWork) anonymize(id string, b *accountBody) error {
	if err := u.releaseKey(employeeKey, b.Employee, id); err != nil {
		return err
	}
	if b.Login != "" {
		if err := u.releaseKey(loginKey, b.Login, id); err != nil {
			return err
		}
	}
	if b.Subject != "" {
		if err := u.releaseKey(identityKey, identityOf(b.Issuer, b.Subject), id); err != nil {
			return err
		}
	}
	*b = accountBody{Name: id, Disabled: true, SessionEpoch: b.SessionEpoch + 1}
	return nil
}

// dropProposals drops what waits and is about an employee or one of their accounts, and the
// name of the employee from what they have proposed.
func (u *unitOfWork) dropProposals(e *Erasure) error {
	waiting, err := u.allPending()
	for _, p := range waiting {
		switch {
		case p.Value.Employee == e.Employee || slices.Contains(e.Accounts, p.Value.Account):
			p.Value.Decided = true
			u.deleteLater(pendingKind, p.ID)
		case slices.Contains(e.Accounts, p.Value.By):
			p.Value.ByName = p.Value.By
		}
	}
	return err
}

// Erasures returns what has begun and is not at its end, and what was done ErasureGrace ago,
// the earliest first. It is for the system.
func (a *Accounts) Erasures(ctx context.Context) (list []Erasure, err error) {
	if err := requireSystem(ctx); err != nil {
		return nil, err
	}
	u := a.beginRead(ctx)
	all, err := loadDocuments[Erasure](u, erasureKind, nil)
	for _, e := range all {
		if e.Value.ID = e.ID; e.Value.DoneAt == nil || u.now.Sub(*e.Value.DoneAt) >= ErasureGrace {
			list = append(list, *e.Value)
		}
	}
	return list, storeFault(err)
}

// EraseTraces deletes what else there is of the accounts that an erased employee had:
// sessions, tokens, what was proposed about them, and keys that nobody has taken since. It is
// for the system, and may be repeated.
func (a *Accounts) EraseTraces(ctx context.Context, e Erasure) error {
	if err := requireSystem(ctx); err != nil {
		return err
	}
	u := a.beginRead(ctx)
	sessions, err := loadDocuments[sessionBody](u, sessionKind, nil)
	for _, s := range sessions {
		if slices.Contains(e.Accounts, s.Value.Account) {
			u.deleteLater(sessionKind, s.ID)
		}
	}
	if err != nil {
		return storeFault(err)
	}
	tokens, err := loadDocuments[tokenBody](u, tokenKind, nil)
	for _, t := range tokens {
		if slices.Contains(e.Accounts, t.Value.Account) {
			u.deleteLater(tokenKind, t.ID)
		}
	}
	if err != nil {
		return storeFault(err)
	}
	proposals, err := loadDocuments[pendingBody](u, pendingKind, nil)
	for _, p := range proposals { // what is decided, or was proposed since
		if p.Value.Employee == e.Employee || slices.Contains(e.Accounts, p.Value.Account) {
			u.deleteLater(pendingKind, p.ID)
		}
	}
	if err != nil {
		return storeFault(err)
	}
	keys, err := loadDocuments[keyBody](u, keyKind, slices.Clone(e.Keys))
	for _, k := range keys {
		if k.Value.Account == "" {
			u.deleteLater(keyKind, k.ID)
		}
	}
	if err != nil {
		return storeFault(err)
	}
	return storeFault(u.deleteNow())
}

// EndErasure notes that everything is erased. Of the erasure it keeps the code alone, until it
// is called again after ErasureGrace. It is for the system.
func (a *Accounts) EndErasure(ctx context.Context, e Erasure) error {
	if err := requireSystem(ctx); err != nil {
		return err
	}
	return a.editInTransaction(ctx, func(u *unitOfWork) error {
		stored, err := loadDocument[Erasure](u, erasureKind, e.ID)
		switch {
		case err != nil || stored == nil:
			return err
		case e.DoneAt == nil && stored.DoneAt == nil:
			*stored = Erasure{Employee: stored.Employee, Deleted: true, DoneAt: new(u.now)}
		case e.DoneAt != nil && stored.DoneAt != nil: // and no other has begun since
			u.deleteLater(erasureKind, e.ID)
		}
		return nil
	})
}

// requireSystem refuses everybody but the system.
func requireSystem(ctx context.Context) error {
	v, err := access.FromContext(ctx)
	if err == nil && !v.IsSystem() {
		err = fault.New(fault.PermissionDenied, "only the system does this", "只有系统可以执行此操作")
	}
	return err
}

// deleteNow deletes what is to be deleted, a transaction for each kind.
func (u *unitOfWork) deleteNow() error {
	var kinds []string
	ids := map[string][]string{}
	for _, key := range u.deleted {
		if ids[key.Kind] == nil {
			kinds = append(kinds, key.Kind)
		}
		ids[key.Kind] = append(ids[key.Kind], key.ID)
	}
	for _, kind := range kinds {
		if err := u.accounts.store.DeleteDocuments(u, kind, ids[kind]); err != nil {
			return err
		}
	}
	return nil
}

// noteErased notes in an erasure that the record is deleted, in the transaction that deletes
// it.
func (u *unitOfWork) noteErased(employee string) error {
	e, err := loadDocument[Erasure](u, erasureKind, erasureID(employee))
	if e != nil {
		e.Deleted = true
	}
	return err
}
