package openid

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// claims are those of a token, by name.
type claims map[string]any

func claimsOf(token *oidc.IDToken) (c claims, err error) {
	var raw json.RawMessage
	if err = token.Claims(&raw); err == nil {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber() // an employee's code may be a number
		err = decoder.Decode(&c)
	}
	if err != nil {
		return nil, invalidToken(err)
	}
	return c, nil
}

// texts returns the values of a claim: a text, a number or a list of these. A name such as
// realm_access.roles leads into objects, unless a claim has it as a whole.
func (c claims) texts(name string) (list []string) {
	value, ok := c[name]
	if !ok {
		outer, inner, found := strings.Cut(name, ".")
		if object, isObject := c[outer].(map[string]any); found && isObject {
			return claims(object).texts(inner)
		}
		return nil
	}
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	for _, v := range values {
		switch v := v.(type) {
		case string:
			list = append(list, v)
		case json.Number:
			list = append(list, v.String())
		}
	}
	return list
}

// text returns the first value of the first claim that has one.
func (c claims) text(names ...string) string {
	for _, name := range names {
		for _, text := range c.texts(name) {
			if text = competency.Trim(text); text != "" {
				return text
			}
		}
	}
	return ""
}

// identity returns whom an ID token is about.
func (p *Provider) identity(token *oidc.IDToken) (identity account.ProviderIdentity, err error) {
	c, err := claimsOf(token)
	if err != nil {
		return identity, err
	}
	if authorized := c.text("azp"); len(token.Audience) > 1 && authorized != p.cfg.ClientID {
		return identity, invalidToken(nil)
	}
	identity = account.ProviderIdentity{
		Issuer: token.Issuer, Subject: token.Subject, Name: c.text("name", "preferred_username", "email", "sub"),
		Employee: competency.NormalizeCode(c.text(p.cfg.EmployeeClaim)),
	}
	if p.cfg.RolesClaim != "" {
		identity.Grants = p.cfg.Roles.grants(c.texts(p.cfg.RolesClaim))
	}
	return identity, nil
}

// RoleMap says which roles the values of a claim stand for.
type RoleMap map[string][]access.Grant

// grants returns what values stand for, not nil: a provider that claims no role claims that
// there is none. Values that stand for nothing are for other programs.
func (m RoleMap) grants(values []string) []access.Grant {
	list := []access.Grant{}
	for _, value := range values {
		list = append(list, m[value]...)
	}
	return list
}

// ParseRoleMap reads entries VALUE=ROLE or VALUE=ROLE:DEPARTMENT. The text says what is
// wrong, and is empty where nothing is.
func ParseRoleMap(entries []string) (RoleMap, fault.Text) {
	roles := RoleMap{}
	for _, entry := range entries {
		at := strings.LastIndexByte(entry, '=')
		if at <= 0 {
			return nil, fault.T("%s is not VALUE=ROLE or VALUE=ROLE:DEPARTMENT, such as training=TRAINER:SALES", "%s 不是 值=角色 或 值=角色:部门 的形式，如 training=TRAINER:SALES", competency.Quote(entry))
		}
		value := strings.TrimSpace(entry[:at])
		name, unit, _ := strings.Cut(strings.TrimSpace(entry[at+1:]), ":")
		role, ok := access.ParseRole(strings.ToUpper(name))
		grant := access.Grant{Role: role, Unit: competency.NormalizeCode(unit)}
		firmAlone := role == access.Expert || role == access.Auditor || role == access.Admin
		switch {
		case !ok:
			return nil, fault.T("there is no role %s: MANAGER, TRAINER, HR, EXPERT, AUDITOR and ADMIN are", "没有角色 %s：可用角色为 MANAGER、TRAINER、HR、EXPERT、AUDITOR、ADMIN", competency.Quote(name))
		case firmAlone && grant.Unit != "":
			return nil, fault.T("%s is a role for the whole firm alone: leave the department out", "%s 只能授予全公司范围：请去掉部门", role.String())
		}
		roles[value] = append(roles[value], grant)
	}
	return roles, fault.Text{}
}
