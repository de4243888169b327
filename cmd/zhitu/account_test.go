package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/account"
)

// runJSON runs a command that succeeds, and reads its answer for programs.
func (sh shell) runJSON(answer any, args ...string) {
	sh.t.Helper()
	r := sh.runInProcess(append(args, "--json")...)
	require.Equal(sh.t, exitOK, r.code, "%v: %s%s", args, r.out, r.err)
	require.NoError(sh.t, json.Unmarshal([]byte(r.out), answer))
}

func TestAccountCommands(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	store := []string{"--store", "sqlite:" + sh.dir + "/zhitu.db"}
	with := func(args ...string) []string { return append(args, store...) }

	var admin, hr, expert accountAnswer
	sh.runJSON(&admin, with("account", "invite", "--admin", "--public-url", "https://zhitu.example.com/")...)
	require.Equal(t, []string{"ADMIN"}, admin.Account.Grants)
	require.Equal(t, "admin", *admin.Account.Login)
	require.Regexp(t, `^https://zhitu\.example\.com/invite#[a-z2-7]{16}\.[a-z2-7]{32}$`, admin.Link)
	sh.runJSON(&hr, with("account", "invite", "hr", "--employee", "E001", "--grant", "HR")...)
	require.Equal(t, "E001", *hr.Account.Employee)
	require.Empty(t, hr.Pending, "nobody else could say yes")
	require.Contains(t, hr.Link, "http://127.0.0.1:8080/invite#")
	sh.runJSON(&expert, with("account", "invite", "expert", "--grant", "EXPERT")...)
	require.Len(t, expert.Pending, 1, "now HR can")
	require.Equal(t, []string{"HR"}, expert.Pending[0].Needs)
	r := sh.runInProcess(with("account", "approve", expert.Pending[0].ID)...)
	require.Equal(t, exitInvalid, r.code)
	require.Contains(t, r.err, "an account can decide this")

	waiting := sh.runInProcess(with("account", "approve")...)
	require.Contains(t, waiting.out, "GRANT")
	var edited accountAnswer
	sh.runJSON(&edited, with("account", "revoke", "hr", "HR")...)
	require.Empty(t, edited.Account.Grants)
	sh.runJSON(&edited, with("account", "disable", "expert")...)
	require.True(t, edited.Account.Disabled)
	sh.runJSON(&edited, with("account", "enable", expert.Account.ID)...)
	require.False(t, edited.Account.Disabled)
	list := sh.runInProcess(with("account", "list", "ADM", "--lang", "zh-CN")...)
	require.Equal(t, exitOK, list.code)
	require.Contains(t, list.out, "已邀请")
	require.Equal(t, 2, strings.Count(list.out, "\n"))
	require.Equal(t, exitOK, sh.runInProcess(with("account", "approve", expert.Pending[0].ID)...).code, "nobody else could any more")
	sh.runJSON(&edited, with("account", "grant", "expert", "EXPERT")...)
	require.Equal(t, []string{"EXPERT"}, edited.Account.Grants)
}

// Linking takes the second yes as over the API, and all of it is in the audit as the system's.
func TestLinkAndRefuseCommands(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	sh.env = []string{"ZHITU_STORE=sqlite:" + sh.dir + "/zhitu.db"}
	var edited accountAnswer
	sh.runJSON(&edited, "account", "invite", "li", "--employee", "E002")
	require.Equal(t, "E002", *edited.Account.Employee, "nobody else could say yes")
	sh.runJSON(&edited, "account", "unlink", "li")
	require.Nil(t, edited.Account.Employee)
	sh.runJSON(&edited, "account", "link", "li", "E003")
	require.Equal(t, "E003", *edited.Account.Employee)

	sh.runJSON(&edited, "account", "invite", "hr", "--employee", "E001", "--grant", "HR")
	sh.runJSON(&edited, "account", "link", "li", "E004")
	require.Equal(t, "E003", *edited.Account.Employee, "HR can say yes now")
	require.Equal(t, "LINK", edited.Pending[0].Kind)
	refused := sh.runInProcess("account", "refuse", edited.Pending[0].ID, "--lang", "zh-CN")
	require.Equal(t, exitOK, refused.code, refused.err)
	require.Equal(t, "已拒绝\n", refused.out)
	waiting := sh.runInProcess("account", "approve")
	require.Contains(t, waiting.out, "nothing waits")

	var verbs []string
	for _, e := range sh.auditLines() {
		if strings.Contains(e.Verb, "link") {
			require.Equal(t, "system", e.Account)
			verbs = append(verbs, e.Verb)
		}
	}
	require.Equal(t, []string{"link", "link", "link", "refuse link"}, verbs)
}

// The link has the address of the server that the settings describe.
func TestInvitationHasTheAddressOfTheServer(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	store := "ZHITU_STORE=sqlite:" + sh.dir + "/zhitu.db"
	for name, c := range map[string]struct {
		settings []string
		want     string
	}{
		"nothing set":   {nil, "http://127.0.0.1:8080/invite#"},
		"certificate":   {[]string{"TLS_CERT=cert.pem", "TLS_KEY=key.pem", "LISTEN=192.0.2.1:8443"}, "https://192.0.2.1:8443/invite#"},
		"every address": {[]string{"TLS_CERT=cert.pem", "LISTEN=0.0.0.0:8443", "BASE_PATH=/zhitu/"}, "https://127.0.0.1:8443/zhitu/invite#"},
		"IPv6":          {[]string{"LISTEN=[::]:8080"}, "http://127.0.0.1:8080/invite#"},
		"no host":       {[]string{"LISTEN=:8080"}, "http://127.0.0.1:8080/invite#"},
		"public":        {[]string{"PUBLIC_URL=https://zhitu.example.com/a/", "TLS_CERT=cert.pem", "LISTEN=0.0.0.0:8443"}, "https://zhitu.example.com/a/invite#"},
	} {
		sh.env = []string{store}
		for _, setting := range c.settings {
			sh.env = append(sh.env, "ZHITU_"+setting)
		}
		var invited accountAnswer
		sh.runJSON(&invited, "account", "invite", "--admin")
		require.Regexp(t, "^"+regexp.QuoteMeta(c.want)+"[a-z2-7.]+$", invited.Link, name)
	}
	sh.env = []string{store, "ZHITU_PUBLIC_URL=zhitu"}
	r := sh.runInProcess("account", "invite", "late")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, `"zhitu" is not an address such as https://zhitu.example.com`)
	require.NotContains(t, sh.runInProcess("account", "list").out, "late", "nothing is made without its link")
}

func TestTokenCommands(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	store := []string{"--store", "sqlite:" + sh.dir + "/zhitu.db"}
	with := func(args ...string) []string { return append(args, store...) }
	var created struct {
		Token   tokenRow
		Text    string
		Pending []pendingRow
	}
	sh.runJSON(&created, with("token", "create", "lms", "--scope", "evidence:write,learner:read", "--org-units", "ORG-DM", "--days", "30")...)
	require.True(t, account.IsToken(created.Text))
	require.Equal(t, []string{"evidence:write", "learner:read"}, created.Token.Scopes)
	require.WithinDuration(t, time.Now().Add(30*24*time.Hour), created.Token.ExpiresAt, time.Hour)
	require.Empty(t, created.Pending)
	var listed struct{ Tokens []tokenRow }
	sh.runJSON(&listed, with("token", "list")...)
	require.Len(t, listed.Tokens, 1)
	require.NotContains(t, sh.runInProcess(with("token", "list", "lms")...).out, created.Text)
	require.Equal(t, exitOK, sh.runInProcess(with("token", "revoke", created.Token.ID)...).code)
	sh.runJSON(&listed, with("token", "list", "lms")...)
	require.Empty(t, listed.Tokens)
}

func TestBadInputOfAccountCommands(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	for _, c := range []struct {
		args   string
		code   int
		en, zh string
	}{
		{"account", exitUsage, "say what to do: invite", "请指定子命令：invite"},
		{"account invite", exitUsage, "give the user name", "请填写账号的登录名"},
		{"account invite x --grant BOSS", exitUsage, `--grant: there is no role "BOSS"`, `--grant：没有角色 "BOSS"`},
		{"account invite x --grant EXPERT:ORG-DM", exitInvalid, "EXPERT is a role for the whole firm alone", "EXPERT 只能授予全公司范围"},
		{"account invite x --grant HR:NO", exitInvalid, `there is no department "NO"`, `不存在部门 "NO"`},
		{"account invite x --employee E999", exitInvalid, `there is no employee "E999"`, `不存在员工 "E999"`},
		{"account invite x --grant AUDITOR,ADMIN", exitInvalid, "AUDITOR goes with no other role", "审计员（AUDITOR）不得兼任其他角色"},
		{"account link nobody", exitUsage, "zhitu account link ACCOUNT EMPLOYEE", "zhitu account link ACCOUNT EMPLOYEE"},
		{"account link nobody E001", exitInvalid, `there is no account "nobody"`, `不存在账号 "nobody"`},
		{"account refuse nothing", exitInvalid, "nothing with this id waits", "没有以此 id 待批准的事项"},
		{"account disable nobody", exitInvalid, `there is no account "nobody"`, `不存在账号 "nobody"`},
		{"account approve nothing", exitInvalid, "nothing with this id waits", "没有以此 id 待批准的事项"},
		{"token create lms --scope everything", exitUsage, `there is no scope "everything"`, `没有权限范围 "everything"`},
		{"token create lms --scope catalog:read --days 400", exitUsage, "--days: give a number from 1 to 366", "--days：请填写 1 到 366 的整数"},
		{"token create lms", exitInvalid, "a token takes at least one scope", "令牌至少须有一个权限范围"},
		{"token revoke nothing", exitInvalid, `there is no token "nothing"`, `不存在令牌 "nothing"`},
		{"token create lms --scope metrics:read --org-units ORG-DM", exitInvalid, "a token with metrics:read cannot be bound to departments", "含 metrics:read 的令牌不能限定部门"},
	} {
		for lang, want := range map[string]string{"en": c.en, "zh-CN": c.zh} {
			args := append(strings.Fields(c.args), "--lang", lang)
			if c.args != "account" {
				args = append(args, "--store", "sqlite:"+sh.dir+"/zhitu.db")
			}
			r := sh.runInProcess(args...)
			require.Equal(t, c.code, r.code, "%s: %s", c.args, r.err)
			require.Contains(t, r.err, want)
		}
	}
}
