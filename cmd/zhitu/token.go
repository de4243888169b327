package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Manage the tokens by which programs ask",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{fault.New(fault.InvalidArgument, "say what to do: create, list or revoke", "请指定子命令：create、list 或 revoke")}
		},
	}
	cmd.AddCommand(a.createTokenCommand(), a.listTokensCommand(), a.revokeTokenCommand())
	return cmd
}

// tokenRow is a token for programs.
type tokenRow struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Account   string     `json:"account"`
	Scopes    []string   `json:"scopes"`
	OrgUnits  []string   `json:"orgUnits"`
	ExpiresAt time.Time  `json:"expiresAt"`
	LastUseAt *time.Time `json:"lastUseAt"`
}

func tokenRowOf(t account.Token) tokenRow {
	row := tokenRow{ID: t.ID, Name: t.Name, Account: t.Account, Scopes: []string{}, OrgUnits: t.OrgUnits, ExpiresAt: t.ExpiresAt, LastUseAt: t.LastUseAt}
	for _, scope := range t.Scopes {
		row.Scopes = append(row.Scopes, scope.Names()...)
	}
	return row
}

func (a *app) createTokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "create ACCOUNT --scope S",
		Short: "Make a token of a service account, and print it once; an account that there is not is made",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var scopes []access.Scopes
			for _, name := range a.cfg.Scopes {
				scope, ok := access.ParseScope(strings.TrimSpace(name))
				if !ok {
					return a.invalidSetting("scope", "there is no scope %s: give one of %s", "没有权限范围 %s：请填写 %s 之一", competency.Quote(name), strings.Join(access.Scopes(^access.Scopes(0)).Names(), ", "))
				}
				scopes = append(scopes, scope)
			}
			if a.cfg.Days < 1 || a.cfg.Days > int(account.MaxTokenLife/(24*time.Hour)) {
				return a.invalidSetting("days", "give a number from 1 to 366", "请填写 1 到 366 的整数")
			}
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, func(s *service.Service) error {
				return a.createToken(cmd.Context(), s.Accounts, args[0], scopes)
			})
		},
	}
	cmd.Flags().StringSlice("scope", nil, "what the token may be used for, such as evidence:write")
	cmd.Flags().StringSlice("org-units", nil, "departments that bind the token, with all beneath")
	cmd.Flags().Int("days", 90, "number of days until the token expires, 366 at most")
	cmd.Flags().String("name", "", "what the token is for; the account where it is empty")
	return accountFlags(cmd)
}

func (a *app) createToken(ctx context.Context, accounts *account.Accounts, name string, scopes []access.Scopes) error {
	owner, err := findAccount(ctx, accounts, name)
	if fault.CodeOf(err) == fault.NotFound {
		owner, err = accounts.CreateServiceAccount(ctx, name)
	}
	if err != nil {
		return err
	}
	in := account.CreateTokenInput{
		Account: &owner.ID, Name: a.cfg.Name, Scopes: scopes, OrgUnits: a.cfg.OrgUnits,
		ExpiresAt: time.Now().Add(time.Duration(a.cfg.Days) * 24 * time.Hour),
	}
	if in.Name == "" {
		in.Name = owner.Name
	}
	created, err := accounts.CreateToken(ctx, in)
	if err != nil {
		return err
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"token": tokenRowOf(created.Token), "text": created.Text, "pending": pendingRows(created.Pending)})
	}
	a.println("the token, which is shown this once:\n\n    %s\n", "令牌（仅显示这一次）：\n\n    %s\n", created.Text)
	a.printPending(pendingRows(created.Pending))
	return nil
}

func (a *app) listTokensCommand() *cobra.Command {
	return accountFlags(&cobra.Command{
		Use:   "list [ACCOUNT]",
		Short: "List the tokens of an account, or those of all service accounts",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, a.cfg.Store, openExisting, func(s *service.Service) (err error) {
				var owners []account.Account
				if len(args) > 0 {
					found, err := findAccount(ctx, s.Accounts, args[0])
					if err != nil {
						return err
					}
					owners = append(owners, found)
				} else if owners, err = allAccounts(ctx, s.Accounts, &account.Filter{Service: new(true)}); err != nil {
					return err
				}
				return a.listTokens(ctx, s.Accounts, owners)
			})
		},
	})
}

func (a *app) listTokens(ctx context.Context, accounts *account.Accounts, owners []account.Account) error {
	rows, t := []tokenRow{}, a.newTable("id 编号", "account 账号", "name 用途", "scopes 权限范围", "departments 部门", "expires 到期", "last-use 最近使用")
	for _, owner := range owners {
		list, err := accounts.Tokens(ctx, &owner.ID)
		if err != nil {
			return err
		}
		for _, token := range list {
			row, last := tokenRowOf(token), ""
			if row.LastUseAt != nil {
				last = row.LastUseAt.Format(time.RFC3339)
			}
			rows = append(rows, row)
			t.addRow(row.ID, owner.Name, row.Name, strings.Join(row.Scopes, ", "), strings.Join(row.OrgUnits, ", "), row.ExpiresAt.Format(time.RFC3339), last)
		}
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"tokens": rows})
	}
	t.print(a.out)
	return nil
}

func (a *app) revokeTokenCommand() *cobra.Command {
	return accountFlags(&cobra.Command{
		Use:   "revoke ID",
		Short: "Make a token invalid, on every server within a second",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), a.cfg.Store, openOrCreate, func(s *service.Service) error {
				if err := s.Accounts.RevokeToken(cmd.Context(), args[0]); err != nil {
					return err
				}
				if a.cfg.JSON {
					return a.printJSON(map[string]any{"ok": true})
				}
				a.println("revoked", "已撤销")
				return nil
			})
		},
	})
}
