package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/openid"
	"github.com/zhitu/zhitu/internal/server"
)

// providerFlags adds the flags of the identity provider. Its client secret is never a flag.
func providerFlags(flags *pflag.FlagSet) {
	issuerFlag(flags)
	flags.String("oidc-client-id", "", "client of the identity provider that this server is")
	flags.StringSlice("oidc-scopes", []string{"profile"}, "scopes to ask the identity provider for, besides openid")
	flags.String("oidc-employee-claim", "employee_code", "claim with the code of the employee")
	flags.String("oidc-roles-claim", "", "claim with roles, such as roles or realm_access.roles")
	flags.StringSlice("oidc-role-map", nil, "roles that values of that claim stand for, such as zhitu-hr=HR,training=TRAINER:SALES")
	flags.Bool("oidc-create-accounts", false, "make an account for whoever signs in at the identity provider for the first time")
	flags.String("oidc-audience", "", "audience of access tokens that services may send; without it none is taken")
}

func issuerFlag(flags *pflag.FlagSet) {
	flags.String("oidc-issuer", "", "address of the OpenID provider where people sign in, such as https://id.example.com/realms/firm")
}

// checkProvider checks the settings of the identity provider, if there is one.
func (a *app) checkProvider(cfg *server.Config) (roles openid.RoleMap, err error) {
	if a.cfg.OIDCIssuer == "" {
		for _, key := range []string{"oidc-client-id", "oidc-client-secret", "oidc-roles-claim", "oidc-role-map", "oidc-create-accounts", "oidc-audience"} {
			if a.cfg.Given(key) {
				return nil, a.invalidSetting(key, "the address of the identity provider is missing: set oidc-issuer too", "缺少身份提供方的地址：请同时设置 oidc-issuer")
			}
		}
		return nil, nil
	}
	cfg.Open = false
	roles, wrong := openid.ParseRoleMap(a.cfg.OIDCRoleMap)
	switch {
	case !openid.IsIssuer(a.cfg.OIDCIssuer):
		return nil, a.invalidSetting("oidc-issuer", "%s is not an address such as https://id.example.com/realms/firm; http is for this machine alone",
			"%s 不是地址，如 https://id.example.com/realms/firm；http 仅限本机", competency.Quote(a.cfg.OIDCIssuer))
	case a.cfg.OIDCClientID == "":
		return nil, a.invalidSetting("oidc-issuer", "the client is missing: set oidc-client-id too", "缺少客户端：请同时设置 oidc-client-id")
	case a.cfg.OIDCAudience == a.cfg.OIDCClientID:
		return nil, a.invalidSetting("oidc-audience", "this is the client, so a sign-in would count as a service: give services an audience of their own",
			"与客户端相同会使个人登录被当作服务：请为服务使用单独的 audience")
	case wrong != fault.Text{}:
		return nil, a.invalidSetting("oidc-role-map", "%s", "%s", wrong)
	case len(roles) > 0 && a.cfg.OIDCRolesClaim == "":
		return nil, a.invalidSetting("oidc-role-map", "say in oidc-roles-claim which claim has these values", "请在 oidc-roles-claim 中指定包含这些值的声明")
	case len(roles) == 0 && a.cfg.OIDCRolesClaim != "":
		return nil, a.invalidSetting("oidc-roles-claim", "say in oidc-role-map which roles its values stand for", "请在 oidc-role-map 中指定各值对应的角色")
	case cfg.PublicOrigin == "" && !cfg.Loopback:
		return nil, a.invalidSetting("oidc-issuer", "the provider sends browsers back to the address by which people know this server: set public-url",
			"身份提供方须将浏览器跳转回用户访问本服务所用的地址：请设置 public-url")
	}
	return roles, nil
}

// newProvider returns the identity provider, nil for none. url is the address of the server.
func (a *app) newProvider(roles openid.RoleMap, url string) *openid.Provider {
	if a.cfg.OIDCIssuer == "" {
		return nil
	}
	return openid.New(openid.Config{
		Issuer: a.cfg.OIDCIssuer, ClientID: a.cfg.OIDCClientID, ClientSecret: a.cfg.OIDCClientSecret, Scopes: a.cfg.OIDCScopes,
		RedirectURL: url + server.CallbackPath, EmployeeClaim: a.cfg.OIDCEmployeeClaim, RolesClaim: a.cfg.OIDCRolesClaim, Roles: roles, Audience: a.cfg.OIDCAudience,
	})
}

// watchProvider logs whether the identity provider answers, until it does: a wrong address is
// seen at the start, and not at the first sign-in.
func (a *app) watchProvider(ctx context.Context, provider *openid.Provider) {
	for failed := false; ; failed = true {
		err := provider.Discover(ctx)
		if err == nil {
			a.log.Info("the identity provider answers", "issuer", a.cfg.OIDCIssuer, "redirect", provider.RedirectURL())
			return
		}
		if !failed && ctx.Err() == nil {
			a.log.Warn("nobody can sign in at the identity provider yet", "issuer", a.cfg.OIDCIssuer, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Second):
		}
	}
}

func (a *app) joinCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "join ACCOUNT SUBJECT",
		Short: "Join an account with a subject of the identity provider, who then signs in there",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withAccount(cmd.Context(), args[0], func(accounts *account.Accounts, id string) (account.Edited, error) {
				return accounts.JoinIdentity(cmd.Context(), id, args[1])
			})
		},
	}
	issuerFlag(cmd.Flags())
	return accountFlags(cmd)
}
