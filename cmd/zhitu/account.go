package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) accountCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Manage the accounts of a store: who may sign in, and with which roles",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{fault.New(fault.InvalidArgument, "say what to do: invite, list, grant, revoke, disable, enable, link, unlink, join, approve or refuse", "请指定子命令：invite、list、grant、revoke、disable、enable、link、unlink、join、approve 或 refuse")}
		},
	}
	cmd.AddCommand(
		a.inviteCommand(), a.listAccountsCommand(),
		a.editAccountCommand("disable ACCOUNT", "Disable an account: it may do nothing any more, nor may its sessions and tokens", (*account.Accounts).Disable),
		a.editAccountCommand("enable ACCOUNT", "Enable an account that is disabled", (*account.Accounts).Enable),
		a.editRoleCommand("grant ACCOUNT ROLE", "Give an account a role, such as EXPERT, or HR:SALES for a department with all beneath it", (*account.Accounts).Grant),
		a.editRoleCommand("revoke ACCOUNT ROLE", "Take a role from an account", (*account.Accounts).Revoke),
		a.linkCommand(), a.editAccountCommand("unlink ACCOUNT", "Link an account to no employee any more", func(accounts *account.Accounts, ctx context.Context, id string) (account.Edited, error) {
			return accounts.Link(ctx, id, "")
		}),
		a.joinCommand(), a.approveCommand(), a.refuseCommand(),
	)
	return cmd
}

// accountFlags adds the flags of every command about accounts.
func accountFlags(cmd *cobra.Command) *cobra.Command {
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the answer for programs")
	return cmd
}

func (a *app) inviteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "invite [LOGIN]",
		Short: "Make an account, and print the link by which its owner sets a password",
		Long: "Make an account, and print the link by which its owner sets a password. The link is valid once, for 24 hours. An account that is\n" +
			"there already gets another link, which ends its sessions, tokens and password. Without a login, --admin makes the account admin.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			grants, refused := parseGrants(a.cfg.Grants)
			if refused != nil {
				return a.invalidSetting("grant", "%s", "%s", refused.Text)
			}
			switch {
			case len(args) == 0 && !a.cfg.Admin:
				return usageError{fault.New(fault.InvalidArgument, "give the user name of the account, or --admin", "请填写账号的登录名，或使用 --admin")}
			case len(args) == 0:
				args = []string{"admin"}
			}
			if a.cfg.Admin {
				grants = append(grants, access.Grant{Role: access.Admin})
			}
			base, err := a.configuredURL()
			if err != nil {
				return err
			}
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, func(s *service.Service) error {
				invited, err := a.invite(cmd.Context(), s.Accounts, args[0], grants)
				if err != nil {
					return err
				}
				return a.printInvited(invited, base)
			})
		},
	}
	cmd.Flags().Bool("admin", false, "give the account the role ADMIN")
	cmd.Flags().StringSlice("grant", nil, "roles of the account, such as EXPERT, or HR:SALES for a department")
	cmd.Flags().String("name", "", "name of the account")
	cmd.Flags().String("employee", "", "code of the employee")
	cmd.Flags().String("public-url", "", "address by which people know the server, such as https://zhitu.example.com")
	return accountFlags(cmd)
}

// invite makes an account, or another link for one that is there.
func (a *app) invite(ctx context.Context, accounts *account.Accounts, login string, grants []access.Grant) (account.Invited, error) {
	known, err := accounts.FindLogin(ctx, login)
	if fault.CodeOf(err) == fault.NotFound {
		return accounts.Invite(ctx, account.InviteInput{Login: login, Name: optionalOf(a.cfg.Name), Employee: optionalOf(a.cfg.Employee), Grants: grants})
	}
	var pending []account.Pending
	for _, g := range grants {
		if err == nil {
			var edited account.Edited
			edited, err = accounts.Grant(ctx, known.ID, g)
			pending = append(pending, edited.Pending...)
		}
	}
	if err == nil && a.cfg.Employee != "" {
		var edited account.Edited
		edited, err = accounts.Link(ctx, known.ID, a.cfg.Employee)
		pending = append(pending, edited.Pending...)
	}
	if err != nil {
		return account.Invited{}, err
	}
	invited, err := accounts.Reinvite(ctx, known.ID)
	invited.Pending = append(pending, invited.Pending...)
	return invited, err
}

func optionalOf(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// accountRow is an account for programs.
type accountRow struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Login    *string    `json:"login"`
	Employee *string    `json:"employee"`
	Grants   []string   `json:"grants"`
	Service  bool       `json:"service"`
	Disabled bool       `json:"disabled"`
	SignedIn *time.Time `json:"lastSignInAt"`
}

// pendingRow is what waits for a second yes, for programs.
type pendingRow struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Account    string   `json:"account"`
	Grant      *string  `json:"grant"`
	Employee   *string  `json:"employee"`
	Subject    *string  `json:"subject"`
	ProposedBy string   `json:"proposedBy"`
	Needs      []string `json:"needs"`
	MayApprove bool     `json:"mayApprove"`
}

// accountAnswer is the answer to an edit of an account.
type accountAnswer struct {
	Account accountRow   `json:"account"`
	Link    string       `json:"link,omitempty"`
	Pending []pendingRow `json:"pending"`
}

func rowOf(shown account.Account) accountRow {
	row := accountRow{shown.ID, shown.Name, shown.Login, shown.EmployeeCode, []string{}, shown.Service, shown.Disabled, shown.LastSignInAt}
	for _, g := range shown.Grants {
		row.Grants = append(row.Grants, g.String())
	}
	return row
}

func pendingRows(list []account.Pending) []pendingRow {
	rows := []pendingRow{}
	for _, p := range list {
		row := pendingRow{ID: p.ID, Kind: string(p.Kind), Account: valueOf(p.AccountName), Employee: p.EmployeeCode, Subject: p.Subject, ProposedBy: p.ProposedBy, Needs: []string{}, MayApprove: p.MayApprove}
		if p.Grant != nil {
			row.Grant = new(p.Grant.String())
		}
		for _, role := range p.Needs {
			row.Needs = append(row.Needs, role.String())
		}
		rows = append(rows, row)
	}
	return rows
}

// printInvited prints the link of an account. base is the address of the server.
func (a *app) printInvited(invited account.Invited, base string) error {
	answer := accountAnswer{rowOf(invited.Account), base + account.InvitationPath(invited.Secret), pendingRows(invited.Pending)}
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	a.println("%s sets a password by this link, which is valid once, for 24 hours:\n\n    %s\n", "%s 可通过以下链接设置密码（仅可使用一次，24 小时内有效）：\n\n    %s\n", competency.Quote(invited.Account.Name), answer.Link)
	a.printPending(answer.Pending)
	return nil
}

// printPending prints what waits for a second yes, if anything.
func (a *app) printPending(rows []pendingRow) {
	if len(rows) == 0 {
		return
	}
	a.println("waiting for a second yes:", "待批准：")
	t := a.newTable("id 编号", "what 事项", "account 账号", "detail 详情", "by 提出者", "needs 须由…批准")
	for _, p := range rows {
		t.addRow(p.ID, p.Kind, p.Account, cmp.Or(valueOf(p.Grant), valueOf(p.Employee), valueOf(p.Subject)), p.ProposedBy, strings.Join(p.Needs, ", "))
	}
	t.print(a.out)
}

func (a *app) printEdited(edited account.Edited) error {
	answer := accountAnswer{Account: rowOf(edited.Account), Pending: pendingRows(edited.Pending)}
	if a.cfg.JSON {
		return a.printJSON(answer)
	}
	a.printAccounts([]account.Account{edited.Account})
	a.printPending(answer.Pending)
	return nil
}

func (a *app) printAccounts(list []account.Account) {
	t := a.newTable("login 登录名", "name 名称", "employee 工号", "roles 角色", "state 状态", "last-sign-in 最近登录")
	for _, shown := range list {
		row := rowOf(shown)
		state := fault.T("", "")
		switch {
		case shown.Disabled:
			state = fault.T("disabled", "已停用")
		case shown.Service:
			state = fault.T("service", "服务账号")
		case shown.Invited:
			state = fault.T("invited", "已邀请")
		}
		last := ""
		if shown.LastSignInAt != nil {
			last = shown.LastSignInAt.Format(time.RFC3339)
		}
		t.addRow(cmp.Or(valueOf(row.Login), row.ID), row.Name, valueOf(row.Employee), strings.Join(row.Grants, ", "), state.In(a.lang()), last)
	}
	t.print(a.out)
}

func (a *app) listAccountsCommand() *cobra.Command {
	return accountFlags(&cobra.Command{
		Use:   "list [WORDS]",
		Short: "List accounts, those with words in their name, login or employee code",
		RunE: func(cmd *cobra.Command, words []string) error {
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				list, err := allAccounts(cmd.Context(), s.Accounts, &account.Filter{Text: new(strings.Join(words, " "))})
				if err != nil {
					return err
				}
				if !a.cfg.JSON {
					a.printAccounts(list)
					return nil
				}
				rows := []accountRow{}
				for _, shown := range list {
					rows = append(rows, rowOf(shown))
				}
				return a.printJSON(map[string]any{"accounts": rows})
			})
		},
	})
}

func allAccounts(ctx context.Context, accounts *account.Accounts, f *account.Filter) (all []account.Account, err error) {
	var after *string
	for {
		list, err := accounts.List(ctx, page.MaxSize, after, f)
		if err != nil {
			return nil, err
		}
		all = append(all, list.Nodes...)
		if after = list.PageInfo.EndCursor; !list.PageInfo.HasNextPage {
			return all, nil
		}
	}
}

// findAccount returns the account that an argument names: by its login, the name of a
// service account, or the id.
func findAccount(ctx context.Context, accounts *account.Accounts, name string) (account.Account, error) {
	for _, find := range []func(context.Context, string) (account.Account, error){accounts.FindLogin, accounts.FindService} {
		if found, err := find(ctx, name); fault.CodeOf(err) != fault.NotFound {
			return found, err
		}
	}
	found, err := accounts.Account(ctx, name)
	if err != nil {
		return account.Account{}, err
	}
	return *found, nil
}

// editAccountCommand is a command that edits an account.
func (a *app) editAccountCommand(use, short string, edit func(*account.Accounts, context.Context, string) (account.Edited, error)) *cobra.Command {
	return accountFlags(&cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withAccount(cmd.Context(), args[0], func(accounts *account.Accounts, id string) (account.Edited, error) {
				return edit(accounts, cmd.Context(), id)
			})
		},
	})
}

func (a *app) linkCommand() *cobra.Command {
	return accountFlags(&cobra.Command{
		Use:   "link ACCOUNT EMPLOYEE",
		Short: "Link an account to an employee, whose rights it has from then on",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if competency.NormalizeCode(args[1]) == "" {
				return usageError{fault.New(fault.InvalidArgument, "give the code of the employee; zhitu account unlink links to nobody", "请填写工号；解除关联请用 zhitu account unlink")}
			}
			return a.withAccount(cmd.Context(), args[0], func(accounts *account.Accounts, id string) (account.Edited, error) {
				return accounts.Link(cmd.Context(), id, args[1])
			})
		},
	})
}

func (a *app) withAccount(ctx context.Context, name string, edit func(accounts *account.Accounts, id string) (account.Edited, error)) error {
	return a.withService(ctx, a.cfg.Store, openOrCreate, func(s *service.Service) error {
		found, err := findAccount(ctx, s.Accounts, name)
		if err != nil {
			return err
		}
		edited, err := edit(s.Accounts, found.ID)
		if err != nil {
			return err
		}
		return a.printEdited(edited)
	})
}

// editRoleCommand is a command that gives or takes a role.
func (a *app) editRoleCommand(use, short string, edit func(*account.Accounts, context.Context, string, access.Grant) (account.Edited, error)) *cobra.Command {
	return accountFlags(&cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			grants, refused := parseGrants(args[1:])
			if refused != nil {
				return usageError{refused}
			}
			return a.withAccount(cmd.Context(), args[0], func(accounts *account.Accounts, id string) (account.Edited, error) {
				return edit(accounts, cmd.Context(), id, grants[0])
			})
		},
	})
}

// parseGrants reads roles as people write them: EXPERT, or HR:SALES for a department.
func parseGrants(texts []string) (grants []access.Grant, refused *fault.Error) {
	for _, text := range texts {
		name, unit, _ := strings.Cut(text, ":")
		role, ok := access.ParseRole(strings.ToUpper(name))
		if !ok {
			return nil, fault.New(fault.InvalidArgument, "there is no role %s: give MANAGER, TRAINER, EXPERT, HR, AUDITOR or ADMIN, with :DEPARTMENT for one of the first two or HR",
				"没有角色 %s：请填写 MANAGER、TRAINER、EXPERT、HR、AUDITOR 或 ADMIN；MANAGER、TRAINER 和 HR 可加 :部门编码", competency.Quote(name))
		}
		grants = append(grants, access.Grant{Role: role, Unit: unit})
	}
	return grants, nil
}
