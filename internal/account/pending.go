package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// PendingKind is what waits for a second yes.
type PendingKind string

// The kinds of what waits.
const (
	GrantPending   PendingKind = "GRANT"
	RevokePending  PendingKind = "REVOKE" // of the last grant of its kind
	LinkPending    PendingKind = "LINK"
	UnlinkPending  PendingKind = "UNLINK"  // of the last account with such a grant
	DisablePending PendingKind = "DISABLE" // likewise
	InvitePending  PendingKind = "REINVITE"
	TokenPending   PendingKind = "TOKEN"
	ErasePending   PendingKind = "ERASE" // of an employee
	JoinPending    PendingKind = "JOIN"  // with an identity at a provider
)

// pendingBody is the JSON of what waits.
type pendingBody struct {
	Kind     PendingKind `json:"kind"`
	Account  string      `json:"account"` // whom it is about; empty for an employee without one
	Grant    *grantBody  `json:"grant,omitempty"`
	Employee string      `json:"employee,omitempty"`
	Hash     string      `json:"hash,omitempty"` // of the secret of an invitation
	Issuer   string      `json:"issuer,omitempty"`
	Subject  string      `json:"subject,omitempty"` // the identity at a provider
	TokenID  string      `json:"tokenID,omitempty"`
	Token    *tokenBody  `json:"token,omitempty"`
	By       string      `json:"by"` // the account that proposed it
	ByName   string      `json:"byName,omitempty"`
	Needs    []string    `json:"needs"` // roles whose yes is missing
	Decided  bool        `json:"decided,omitempty"`
}

// String says in the audit what waits, such as grant HR:SALES.
func (p *pendingBody) String() string {
	text := strings.ToLower(string(p.Kind))
	switch {
	case p.Grant != nil:
		text += " " + p.Grant.String()
	case p.Token != nil:
		text += " " + strings.Join(p.Token.Scopes, ",")
	}
	return text
}

// Pending is what waits for a second yes.
type Pending struct {
	ID           string
	Kind         PendingKind
	AccountID    *string // whom it is about; nil for an employee without an account
	AccountName  *string
	Grant        *Grant
	EmployeeCode *string // who is to be linked or erased
	Subject      *string // at the identity provider, that is to be joined
	Token        *Token
	ProposedBy   string // name of the account
	ProposedAt   time.Time
	Needs        []access.Role // whose yes is missing
	MayApprove   bool          // whether the one who asks may say it
}

// proposeOrApply does something at once where nobody else has to say yes, and returns nil; else it
// lets it wait, and returns what waits.
func (u *unitOfWork) proposeOrApply(p *pendingBody) (*Pending, error) {
	p.By, p.ByName = u.viewer.Account, u.viewer.Name
	needs, err := u.neededRoles(p)
	if err != nil {
		return nil, err
	}
	for _, role := range needs {
		// What the command line proposes, it may also approve where nobody else could.
		if u.viewer.IsSystem() {
			could, err := u.couldApprove(p, role)
			if err != nil {
				return nil, err
			}
			if !could {
				continue
			}
		}
		p.Needs = append(p.Needs, role.String())
	}
	if len(p.Needs) == 0 {
		return nil, u.applyProposal(p)
	}
	if known, err := u.findSame(p); known != nil || err != nil {
		return known, err
	}
	id := newID()
	u.addDocument(pendingKind, id, u.now, p)
	return u.showPending(id, u.now, p)
}

// findSame returns what waits already and is the same, so that a proposal may be repeated.
func (u *unitOfWork) findSame(p *pendingBody) (*Pending, error) {
	if p.Kind == TokenPending || p.Kind == InvitePending {
		return nil, nil // each has a secret of its own
	}
	waiting, err := u.allPending()
	for _, w := range waiting {
		sameGrant := p.Grant == nil || w.Value.Grant != nil && *w.Value.Grant == *p.Grant
		sameAccount := w.Value.Account == p.Account || p.Kind == ErasePending
		if w.Value.Kind == p.Kind && sameAccount && w.Value.Employee == p.Employee && w.Value.Subject == p.Subject && sameGrant {
			return u.showPending(w.ID, w.At, w.Value)
		}
	}
	return nil, err
}

// neededRoles returns the roles whose yes something takes, by what it is.
func (u *unitOfWork) neededRoles(p *pendingBody) ([]access.Role, error) {
	hr, auditor := []access.Role{access.HR}, []access.Role{access.Auditor}
	if p.Kind == ErasePending {
		return hr, u.checkErasure(p.Employee)
	}
	b, err := u.loadAccount(p.Account)
	if err != nil {
		return nil, err
	}
	state, err := u.loadState()
	if err != nil {
		return nil, err
	}
	switch p.Kind {
	case GrantPending:
		isFirst := *p.Grant == grantBody{Role: access.HR.String()} && !state.HadHR || p.Grant.Role == access.Auditor.String() && !state.HadAuditor
		switch {
		case isFirst: // that a store ever has
			return nil, nil
		case p.Grant.Role == access.Auditor.String():
			return auditor, nil
		}
		return hr, nil
	case LinkPending:
		return hr, nil
	case InvitePending, JoinPending:
		if b.Service {
			return hr, nil
		}
		if b.Employee == "" {
			return nil, nil
		}
		if b.holdsFirm(access.Auditor) {
			return auditor, nil
		}
		return hr, nil
	case TokenPending:
		scopes := p.Token.scopes()
		switch {
		case scopes&access.AuditRead != 0:
			return []access.Role{access.HR, access.Auditor}, nil
		case scopes&^(access.CatalogRead|access.MetricsRead) != 0:
			return hr, nil
		}
		return nil, nil
	}
	for _, role := range []access.Role{access.HR, access.Auditor} { // something is taken away
		if p.Kind == RevokePending && *p.Grant != (grantBody{Role: role.String()}) {
			continue
		}
		if last, err := u.isLast(role, p.Account); last || err != nil {
			return []access.Role{role}, err
		}
	}
	return nil, nil
}

// isLast reports whether an account is the only one that counts as a holder of a role.
func (u *unitOfWork) isLast(role access.Role, id string) (bool, error) {
	b, err := u.loadAccount(id)
	if err != nil || !b.countsAs(role) {
		return false, err
	}
	others, err := u.holdersOf(role)
	return len(others) == 1, err
}

// holdersOf returns the accounts that count as holders of a role for the whole firm.
func (u *unitOfWork) holdersOf(role access.Role) (ids []string, err error) {
	state, err := u.loadState()
	if err != nil {
		return nil, err
	}
	list, err := loadDocuments[accountBody](u, accountKind, slices.Clone(state.Privileged))
	for _, b := range list {
		if b.Value.countsAs(role) {
			ids = append(ids, b.ID)
		}
	}
	return ids, err
}

// isGainOf reports whether a viewer gains by what waits, or is to be erased by it: they cannot
// say yes.
func (p *pendingBody) isGainOf(v *access.Viewer) bool {
	switch p.Kind {
	case GrantPending, LinkPending, InvitePending, TokenPending, JoinPending:
		return p.Account == v.Account
	case ErasePending:
		return p.Employee == v.Self()
	}
	return false
}

// couldApprove reports whether an account could say the yes of a role, other than the one
// that proposed it and the one that it is about: whoever has left cannot be asked to agree.
func (u *unitOfWork) couldApprove(p *pendingBody, role access.Role) (bool, error) {
	ids, err := u.holdersOf(role)
	return slices.ContainsFunc(ids, func(id string) bool { return id != p.By && id != p.Account }), err
}

// approvableRoles returns the roles whose yes the viewer may say.
func (u *unitOfWork) approvableRoles(p *pendingBody) (roles []access.Role, err error) {
	for _, name := range p.Needs {
		role, _ := access.ParseRole(name)
		may := false
		if u.viewer.IsSystem() {
			may, err = u.couldApprove(p, role)
			may = !may
		} else if u.viewer.Account != p.By && !p.isGainOf(u.viewer) {
			var ids []string
			ids, err = u.holdersOf(role)
			may = slices.Contains(ids, u.viewer.Account)
		}
		if err != nil {
			return nil, err
		}
		if may {
			roles = append(roles, role)
		}
	}
	return roles, nil
}

// applyProposal does what waited.
func (u *unitOfWork) applyProposal(p *pendingBody) error {
	if p.Kind == ErasePending {
		return u.beginErasure(p.Employee)
	}
	b, err := u.loadAccount(p.Account)
	if err != nil {
		return err
	}
	switch p.Kind {
	case GrantPending:
		return b.addGrant(*p.Grant)
	case RevokePending:
		b.Grants = slices.DeleteFunc(b.Grants, func(g grantBody) bool { return g == *p.Grant })
	case LinkPending, UnlinkPending:
		return u.linkEmployee(p.Account, b, p.Employee)
	case DisablePending:
		return u.disableAccount(p.Account, b)
	case InvitePending:
		b.Invitation = &invitationBody{Hash: p.Hash, Expires: u.now.Add(InvitationLife)}
		tokens := b.Tokens
		b.Password, b.Tokens = "", nil
		b.SessionEpoch++
		for _, id := range tokens {
			u.deleteLater(tokenKind, id)
		}
	case TokenPending:
		return u.addToken(p.TokenID, p.Token)
	case JoinPending:
		return u.joinIdentity(p.Account, b, p.Issuer, p.Subject)
	}
	return nil
}

// allPending returns all that waits, the earliest first.
func (u *unitOfWork) allPending() ([]loaded[pendingBody], error) {
	list, err := loadDocuments[pendingBody](u, pendingKind, nil)
	return slices.DeleteFunc(list, func(p loaded[pendingBody]) bool { return p.Value.Decided }), err
}

func (u *unitOfWork) showPending(id string, at time.Time, p *pendingBody) (*Pending, error) {
	shown := &Pending{
		ID: id, Kind: p.Kind, AccountID: optionalText(p.Account), EmployeeCode: optionalText(p.Employee), Subject: optionalText(p.Subject), ProposedBy: p.ByName, ProposedAt: at,
		Needs: []access.Role{},
	}
	if p.Account != "" {
		b, err := u.loadAccount(p.Account)
		if err != nil {
			return nil, err
		}
		shown.AccountName = &b.Name
	}
	for _, name := range p.Needs {
		role, _ := access.ParseRole(name)
		shown.Needs = append(shown.Needs, role)
	}
	if p.Grant != nil {
		role, _ := access.ParseRole(p.Grant.Role)
		shown.Grant = &Grant{access.Grant{Role: role, Unit: p.Grant.Unit}}
	}
	if p.Token != nil {
		shown.Token = new(p.Token.shownAs(p.TokenID, at))
	}
	roles, err := u.approvableRoles(p)
	shown.MayApprove = len(roles) > 0
	return shown, err
}

// PendingApprovals returns what waits for a second yes, the earliest first: to ADMIN and to
// HR of the whole firm all of it, to an AUDITOR what needs theirs.
func (a *Accounts) PendingApprovals(ctx context.Context) ([]Pending, error) {
	seesAll := access.Check(ctx, access.Administer) == nil
	if !seesAll {
		if err := access.Check(ctx, access.Approve); err != nil {
			return nil, err
		}
	}
	u := a.beginRead(ctx)
	u.viewer, _ = access.FromContext(ctx)
	if !seesAll {
		hr, err := u.holdersOf(access.HR)
		if err != nil {
			return nil, storeFault(err)
		}
		seesAll = slices.Contains(hr, u.viewer.Account)
	}
	waiting, err := u.allPending()
	if err != nil {
		return nil, storeFault(err)
	}
	list := []Pending{}
	for _, p := range waiting {
		if !seesAll && !slices.Contains(p.Value.Needs, access.Auditor.String()) {
			continue
		}
		shown, err := u.showPending(p.ID, p.At, p.Value)
		if err != nil {
			return nil, storeFault(err)
		}
		list = append(list, *shown)
	}
	return list, nil
}

// Approve says a second yes. Once nobody else's is missing, what waited is done. It returns
// what still waits, nil where it is done.
func (a *Accounts) Approve(ctx context.Context, id string) (left *Pending, err error) {
	what, object, employee := "approve", id, ""
	if err = access.Check(ctx, access.Approve); err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) error {
			p, at, err := u.loadPending(id)
			if err != nil {
				return err
			}
			what, object, employee = "approve "+p.String(), p.Account, p.Employee
			roles, err := u.approvableRoles(p)
			if err != nil {
				return err
			}
			if len(roles) == 0 {
				return mayNotApprove(u.viewer, p)
			}
			for _, role := range roles {
				p.Needs = slices.DeleteFunc(p.Needs, func(name string) bool { return name == role.String() })
			}
			if len(p.Needs) > 0 {
				left, err = u.showPending(id, at, p)
				return err
			}
			p.Decided = true
			u.deleteLater(pendingKind, id)
			left = nil
			return u.applyProposal(p)
		})
	}
	a.noteAct(ctx, access.Approve, what, object, err, employee)
	return left, err
}

// Refuse drops what waits, by whom could say yes or who proposed it.
func (a *Accounts) Refuse(ctx context.Context, id string) error {
	what, object, employee := "refuse", id, ""
	err := access.Check(ctx, access.Approve)
	if err != nil && access.Check(ctx, access.Administer) == nil {
		err = nil // it may have been proposed by them
	}
	if err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) error {
			p, _, err := u.loadPending(id)
			if err != nil {
				return err
			}
			what, object, employee = "refuse "+p.String(), p.Account, p.Employee
			roles, err := u.approvableRoles(p)
			if err != nil {
				return err
			}
			if len(roles) == 0 && u.viewer.Account != p.By {
				return mayNotApprove(u.viewer, p)
			}
			p.Decided = true
			u.deleteLater(pendingKind, id)
			return nil
		})
	}
	a.noteAct(ctx, access.Approve, what, object, err, employee)
	return err
}

// loadPending returns what waits, and since when.
func (u *unitOfWork) loadPending(id string) (*pendingBody, time.Time, error) {
	p, err := loadDocument[pendingBody](u, pendingKind, documentID(id))
	switch {
	case err != nil:
		return nil, time.Time{}, err
	case p == nil || p.Decided:
		return nil, time.Time{}, refusal("id", fault.NotFound, "nothing with this id waits for approval, or not any more", "没有以此 id 待批准的事项，或已处理")
	}
	return p, u.findTracked(store.DocumentKey{Kind: pendingKind, ID: id}).At, nil
}

// mayNotApprove says why a viewer may not say yes.
func mayNotApprove(v *access.Viewer, p *pendingBody) error {
	switch {
	case v.IsSystem():
		return fault.New(fault.PermissionDenied, "an account can decide this: the command line may where no account could", "已有账号可以审批：仅当没有账号能够审批时，才可用命令行审批")
	case v.Account == p.By:
		return fault.New(fault.PermissionDenied, "whoever proposed something cannot approve it: ask another", "提出者不能自己批准：请由他人批准")
	case p.isGainOf(v) && p.Kind == ErasePending:
		return fault.New(fault.PermissionDenied, "nobody approves the erasure of their own data: ask another", "不能批准删除本人的数据：请由他人批准")
	case p.isGainOf(v):
		return fault.New(fault.PermissionDenied, "nobody approves what is for the own account: ask another", "不能批准有利于本人账号的事项：请由他人批准")
	}
	return fault.New(fault.PermissionDenied, "this takes the yes of another role: %v", "此事项须由其他角色批准：%v", p.Needs)
}
