package account

import (
	"context"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Companions returns the documents that share the transaction of a change set: they disable
// the account of an employee who is deleted, and drop its link. CONFLICT where that would
// take away the last HR of the whole firm or the last AUDITOR, which needs a second yes of
// its own. It costs nothing for a change set that deletes nobody.
func (a *Accounts) Companions(ctx context.Context, cs competency.ChangeSet) ([]store.Document, error) {
	if len(cs.Delete.Employees) == 0 {
		return nil, nil
	}
	u := a.beginRead(ctx)
	var problems []fault.Problem
	for i, e := range cs.Delete.Employees {
		problem, err := u.dropEmployee(e.Code)
		if err != nil {
			return nil, storeFault(err)
		}
		if problem != (fault.Text{}) {
			problems = append(problems, fault.Problem{Place: fault.Place{Record: competency.Employees, Index: i, Field: "code"}, Code: fault.Conflict, Text: problem})
		}
	}
	if err := fault.FromProblems(problems); err != nil {
		return nil, err
	}
	docs, err := u.changedDocuments()
	return docs, storeFault(err)
}

// dropEmployee disables the account of an employee and drops its link, or says why not.
func (u *unitOfWork) dropEmployee(code string) (problem fault.Text, err error) {
	if err := u.noteErased(code); err != nil {
		return problem, err
	}
	id, err := u.accountOfKey(employeeKey, code)
	if err != nil || id == "" {
		return problem, err
	}
	b, err := loadDocument[accountBody](u, accountKind, id)
	if err != nil || b == nil {
		return problem, err
	}
	state, err := u.loadState()
	if err != nil {
		return problem, err
	}
	state.Edits++
	if problem, err = u.checkLast(code, id); err != nil || problem != (fault.Text{}) {
		return problem, err
	}
	b.SessionEpoch++
	b.Disabled, b.Invitation = true, nil
	return problem, u.linkEmployee(id, b, "")
}

// checkLast says why the account of an employee cannot go: nobody else would be HR of the
// whole firm, or AUDITOR.
func (u *unitOfWork) checkLast(code, id string) (problem fault.Text, err error) {
	for _, role := range []access.Role{access.HR, access.Auditor} {
		if last, err := u.isLast(role, id); last || err != nil {
			return fault.T("the account of %s is the last %s of the whole firm: an administrator disables it first, which takes a second yes", "%s 的账号是全公司最后一个 %s：请先由管理员停用该账号，并由另一人批准", competency.Quote(code), role), err
		}
	}
	return problem, nil
}

// HasGrant reports whether the account of an employee has a role, beside those that its link
// gives. It asks nobody for permission.
func (a *Accounts) HasGrant(ctx context.Context, employee string) (bool, error) {
	u := a.beginRead(ctx)
	id, err := u.accountOfKey(employeeKey, employee)
	if err != nil || id == "" {
		return false, storeFault(err)
	}
	b, err := loadDocument[accountBody](u, accountKind, id)
	return b != nil && len(b.Grants) > 0, storeFault(err)
}

// GrantsOf counts the grants for a department itself, those that wait for a second yes
// too. It reads all accounts, and asks nobody for permission.
func (a *Accounts) GrantsOf(ctx context.Context, orgUnit string) (n int, err error) {
	u := a.beginRead(ctx)
	accounts, err := loadDocuments[accountBody](u, accountKind, nil)
	if err != nil {
		return 0, storeFault(err)
	}
	for _, b := range accounts {
		for _, g := range b.Value.Grants {
			if g.Unit == orgUnit {
				n++
			}
		}
	}
	waiting, err := u.allPending()
	for _, p := range waiting {
		if g := p.Value.Grant; g != nil && g.Unit == orgUnit {
			n++
		}
	}
	return n, storeFault(err)
}
