package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// InvitationLife is how long the link of an invitation is valid.
const InvitationLife = 24 * time.Hour

// InviteInput describes an account that is to be made.
type InviteInput struct {
	Login    string
	Name     *string // of the account; its login where nil
	Employee *string // code of the employee whom it is linked to
	Grants   []access.Grant
}

// Invited is an account with the secret of its link (see InvitationPath), and what waits for a
// second yes.
type Invited struct {
	Account Account
	Secret  string // told once; empty where there is no link
	Pending []Pending
}

// InvitationPath is where the link of an invitation leads, below the address of the server.
// The secret is in the fragment, which browsers send to nobody.
func InvitationPath(secret string) string { return "/invite#" + secret }

// Edited is an account after an edit, and what of it waits for a second yes.
type Edited struct {
	Account Account
	Pending []Pending
}

// Invite makes an account, as ADMIN, with a link by which its owner sets a password. Its
// grants and its link to an employee wait for a second yes.
func (a *Accounts) Invite(ctx context.Context, in InviteInput) (invited Invited, err error) {
	if err = access.Check(ctx, access.Administer); err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) (err error) {
			invited, err = u.inviteAccount(in)
			return err
		})
	}
	a.noteAct(ctx, access.Administer, "invite", invited.Account.ID, err, valueOf(in.Employee))
	return invited, err
}

func (u *unitOfWork) inviteAccount(in InviteInput) (invited Invited, err error) {
	login := foldLogin(in.Login)
	if problem, ok := competency.CheckCode(login); !ok {
		return invited, fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: "login"}, Code: fault.InvalidArgument, Text: problem}})
	}
	b := &accountBody{Login: login, Name: competency.Trim(valueOf(in.Name))}
	if b.Name == "" {
		b.Name = login
	}
	if err := checkName("name", b.Name); err != nil {
		return invited, err
	}
	grants, err := u.checkGrants(in.Grants)
	if err != nil {
		return invited, err
	}
	id, secret := newID(), newSecret()
	free, err := u.claimKey(loginKey, login, id)
	if err != nil {
		return invited, err
	}
	if !free {
		return invited, refusal("login", fault.Conflict, "there is an account with the user name %s already: choose another", "登录名 %s 已被使用：请换一个", competency.Quote(login))
	}
	b.Invitation = &invitationBody{Hash: hashSecret(secret), Expires: u.now.Add(InvitationLife)}
	u.addDocument(accountKind, id, u.now, b)
	proposals := []*pendingBody{}
	if code := competency.NormalizeCode(valueOf(in.Employee)); code != "" {
		if err := u.checkLink(id, code); err != nil {
			return invited, err
		}
		proposals = append(proposals, &pendingBody{Kind: LinkPending, Account: id, Employee: code})
	}
	for _, g := range grants {
		proposals = append(proposals, &pendingBody{Kind: GrantPending, Account: id, Grant: &g})
	}
	invited.Secret = joinSecret(id, secret)
	invited.Account, invited.Pending, err = u.proposeAll(id, proposals)
	return invited, err
}

// proposeAll proposes several things about an account, and returns it as it then is.
func (u *unitOfWork) proposeAll(id string, proposals []*pendingBody) (Account, []Pending, error) {
	waiting := []Pending{}
	for _, p := range proposals {
		w, err := u.proposeOrApply(p)
		if err != nil {
			return Account{}, nil, err
		}
		if w != nil {
			waiting = append(waiting, *w)
		}
	}
	shown, err := u.showAccount(id)
	return shown, waiting, err
}

// Reinvite makes another link for an account, as ADMIN, such as where the password is
// forgotten. It ends its sessions, its tokens and its password, at once or, where the account
// is linked to an employee, with the second yes.
func (a *Accounts) Reinvite(ctx context.Context, id string) (invited Invited, err error) {
	secret := newSecret()
	edited, err := a.editAccount(ctx, id, "reinvite", func(_ *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		if b.Service {
			return nil, invalidArgument("id", "a service account has no sign-in: make a token for it", "服务账号不能登录：请为其创建令牌")
		}
		if b.Login == "" {
			return nil, invalidArgument("id", "the account has no password: its owner signs in at the identity provider", "该账号没有密码：其所有者通过身份提供方登录")
		}
		return []*pendingBody{{Kind: InvitePending, Account: id, Hash: hashSecret(secret)}}, nil
	})
	if err != nil {
		return invited, err
	}
	return Invited{edited.Account, joinSecret(id, secret), edited.Pending}, nil
}

// Grant gives an account a role, as ADMIN and with the second yes.
func (a *Accounts) Grant(ctx context.Context, id string, g access.Grant) (Edited, error) {
	return a.editAccount(ctx, id, "grant "+Grant{g}.String(), func(u *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		if b.Service {
			return nil, invalidArgument("id", "a service account has no roles, but the scopes of its tokens", "服务账号没有角色，其权限由令牌的权限范围决定")
		}
		grants, err := u.checkGrants([]access.Grant{g})
		if err != nil {
			return nil, err
		}
		if slices.Contains(b.Grants, grants[0]) {
			return nil, nil
		}
		trial := *b
		trial.Grants = slices.Clone(b.Grants)
		if err := trial.addGrant(grants[0]); err != nil {
			return nil, err
		}
		return []*pendingBody{{Kind: GrantPending, Account: id, Grant: &grants[0]}}, nil
	})
}

// Revoke takes a role from an account, as ADMIN. One that it does not have does no harm.
func (a *Accounts) Revoke(ctx context.Context, id string, g access.Grant) (Edited, error) {
	return a.editOwnToo(ctx, id, "revoke "+Grant{g}.String(), func(u *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		taken := grantBody{g.Role.String(), competency.NormalizeCode(g.Unit)}
		if !slices.Contains(b.Grants, taken) {
			return nil, nil
		}
		if g.Role == access.Admin {
			if err := u.keepAdministrator(id); err != nil {
				return nil, err
			}
		}
		return []*pendingBody{{Kind: RevokePending, Account: id, Grant: &taken}}, nil
	})
}

// Disable disables an account, as ADMIN: it may do nothing any more, nor may its tokens.
func (a *Accounts) Disable(ctx context.Context, id string) (Edited, error) {
	return a.editOwnToo(ctx, id, "disable", func(u *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		if b.Disabled {
			return nil, nil
		}
		if err := u.keepAdministrator(id); err != nil {
			return nil, err
		}
		return []*pendingBody{{Kind: DisablePending, Account: id}}, nil
	})
}

// Enable takes that back. CONFLICT where its employee has another account by now.
func (a *Accounts) Enable(ctx context.Context, id string) (Edited, error) {
	return a.editAccount(ctx, id, "enable", func(u *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		if b.Disabled && b.Employee != "" {
			if err := u.checkLink(id, b.Employee); err != nil {
				return nil, err
			}
			if _, err := u.claimKey(employeeKey, b.Employee, id); err != nil {
				return nil, err
			}
		}
		b.Disabled = false
		return nil, nil
	})
}

// Link links an account to an employee, as ADMIN and with the second yes, or to none where
// the code is empty.
func (a *Accounts) Link(ctx context.Context, id, employee string) (Edited, error) {
	employee = competency.NormalizeCode(employee)
	return a.editAccount(ctx, id, "link", func(u *unitOfWork, b *accountBody) ([]*pendingBody, error) {
		switch {
		case b.Service:
			return nil, invalidArgument("id", "a service account has no person", "服务账号不对应任何人员")
		case b.Employee == employee:
			return nil, nil
		case employee == "":
			return []*pendingBody{{Kind: UnlinkPending, Account: id}}, nil
		}
		if err := u.checkLink(id, employee); err != nil {
			return nil, err
		}
		return []*pendingBody{{Kind: LinkPending, Account: id, Employee: employee}}, nil
	}, employee)
}

// editAccount edits an account other than the own one.
func (a *Accounts) editAccount(ctx context.Context, id, verb string, edit func(*unitOfWork, *accountBody) ([]*pendingBody, error), employees ...string) (Edited, error) {
	if v, err := access.FromContext(ctx); err == nil && v.Account == id && access.Check(ctx, access.Administer) == nil {
		err := fault.New(fault.PermissionDenied, "nobody changes the rights of the own account: ask another administrator", "不能更改本人账号的权限：请由其他管理员操作")
		a.noteAct(ctx, access.Administer, verb, id, err)
		return Edited{}, err
	}
	return a.editOwnToo(ctx, id, verb, edit, employees...)
}

func (a *Accounts) editOwnToo(ctx context.Context, id, verb string, edit func(*unitOfWork, *accountBody) ([]*pendingBody, error), employees ...string) (edited Edited, err error) {
	employee := ""
	if err = access.Check(ctx, access.Administer); err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) error {
			b, err := u.loadAccount(id)
			if err != nil {
				return err
			}
			employee = b.Employee
			proposals, err := edit(u, b)
			if err != nil {
				return err
			}
			edited.Account, edited.Pending, err = u.proposeAll(id, proposals)
			return err
		})
	}
	a.noteAct(ctx, access.Administer, verb, id, err, append([]string{employee}, employees...)...)
	return edited, err
}

// checkGrants checks grants by themselves, all at once.
func (u *unitOfWork) checkGrants(list []access.Grant) ([]grantBody, error) {
	grants := []grantBody{}
	trial := &accountBody{}
	var errs []error
	for _, g := range list {
		made := grantBody{g.Role.String(), competency.NormalizeCode(g.Unit)}
		firmAlone := g.Role == access.Expert || g.Role == access.Auditor || g.Role == access.Admin
		switch err := trial.addGrant(made); {
		case made.Unit != "" && firmAlone:
			errs = append(errs, invalidArgument("org_unit", "%s is a role for the whole firm alone: leave the department out", "%s 只能授予全公司范围：请去掉部门", made.Role))
			continue
		case err != nil:
			errs = append(errs, err)
			continue
		case made.Unit != "":
			if err := u.checkOrgUnit("org_unit", made.Unit); err != nil {
				if !isNotFound(err) {
					return nil, err
				}
				errs = append(errs, err)
				continue
			}
		}
		if !slices.Contains(grants, made) {
			grants = append(grants, made)
		}
	}
	return grants, joinProblems(errs)
}

func joinProblems(errs []error) error {
	var problems []fault.Problem
	for _, err := range errs {
		problems = append(problems, fault.ProblemsOf(err)...)
	}
	return fault.FromProblems(problems)
}

// addGrant gives a role. AUDITOR goes with no other.
func (b *accountBody) addGrant(g grantBody) error {
	if slices.Contains(b.Grants, g) {
		return nil
	}
	auditor := access.Auditor.String()
	isAuditor := slices.ContainsFunc(b.Grants, func(other grantBody) bool { return other.Role == auditor })
	if isAuditor || g.Role == auditor && len(b.Grants) > 0 {
		return refusal("role", fault.Conflict, "AUDITOR goes with no other role: use two accounts, of two people", "审计员（AUDITOR）不得兼任其他角色：请分别授予两个人的账号")
	}
	b.Grants = append(b.Grants, g)
	return nil
}

// checkLink refuses an employee who is unknown, or has an account that is not disabled.
func (u *unitOfWork) checkLink(id, employee string) error {
	if _, err := u.accounts.directory.Stand(u, employee); err != nil {
		if isNotFound(err) {
			err = refusal("employee", fault.NotFound, "there is no employee %s", "不存在员工 %s", competency.Quote(employee))
		}
		return err
	}
	other, err := u.accountOfKey(employeeKey, employee)
	if err == nil && other != "" && other != id {
		err = refusal("employee", fault.Conflict, "employee %s has an account already: disable it first, or choose another", "员工 %s 已有账号：请先停用该账号，或另选员工", competency.Quote(employee))
	}
	return err
}

// linkEmployee links an account to an employee, or to none. What the link gave ends with it at once,
// because viewers are read again.
func (u *unitOfWork) linkEmployee(id string, b *accountBody, employee string) error {
	if b.Employee != "" {
		if err := u.releaseKey(employeeKey, b.Employee, id); err != nil {
			return err
		}
	}
	b.Employee = employee
	if employee == "" || b.Disabled {
		return nil
	}
	if err := u.checkLink(id, employee); err != nil {
		return err
	}
	_, err := u.claimKey(employeeKey, employee, id)
	return err
}

// disableAccount disables an account. Its employee may have another then.
func (u *unitOfWork) disableAccount(id string, b *accountBody) error {
	b.Disabled = true
	b.Invitation = nil
	b.SessionEpoch++
	if b.Employee == "" {
		return nil
	}
	return u.releaseKey(employeeKey, b.Employee, id)
}

// keepAdministrator refuses to take away the last administrator, unless by the command line.
func (u *unitOfWork) keepAdministrator(id string) error {
	last, err := u.isLast(access.Admin, id)
	if err == nil && last && !u.viewer.IsSystem() {
		err = refusal("id", fault.Conflict, "this is the last administrator: make another account ADMIN first", "这是最后一位管理员：请先将另一账号设为管理员")
	}
	return err
}

func valueOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// InviteAdministrator makes an account that is ADMIN, or another link for it: for the first
// link, which is printed. It takes the viewer of the system.
func (a *Accounts) InviteAdministrator(ctx context.Context, login string) (Invited, error) {
	known, err := a.FindLogin(ctx, login)
	switch {
	case err == nil:
		if _, err := a.Grant(ctx, known.ID, access.Grant{Role: access.Admin}); err != nil {
			return Invited{}, err
		}
		return a.Reinvite(ctx, known.ID)
	case !isNotFound(err):
		return Invited{}, err
	}
	return a.Invite(ctx, InviteInput{Login: login, Grants: []access.Grant{{Role: access.Admin}}})
}

// Sample is an account of a demo.
type Sample struct {
	Login, Name, Employee string
	Grants                []access.Grant
}

// PutSamples makes the accounts of a demo, without passwords and without a second yes; those
// that are there stay. It takes the viewer of the system.
func (a *Accounts) PutSamples(ctx context.Context, list []Sample) error {
	if v, err := access.FromContext(ctx); err != nil || !v.IsSystem() {
		return errors.Join(err, fault.New(fault.PermissionDenied, "only the command line makes sample accounts", "只有命令行可以创建示例账号"))
	}
	var made []string // codes of employees
	err := a.editInTurn(ctx, func(u *unitOfWork) error {
		made = nil
		for _, s := range list {
			id, login := newID(), foldLogin(s.Login)
			free, err := u.claimKey(loginKey, login, id)
			if err != nil {
				return err
			}
			if !free {
				continue
			}
			b := &accountBody{Name: s.Name, Login: login}
			u.addDocument(accountKind, id, u.now, b)
			for _, g := range s.Grants {
				if err := b.addGrant(grantBody{g.Role.String(), g.Unit}); err != nil {
					return err
				}
			}
			if err := u.linkEmployee(id, b, s.Employee); err != nil {
				return err
			}
			made = append(made, s.Employee)
		}
		return nil
	})
	if len(made) > 0 || err != nil {
		a.noteAct(ctx, access.Administer, "make-sample-accounts", "", err, made...)
	}
	return err
}
