package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Limits of tokens.
const (
	MaxTokenLife      = 366 * 24 * time.Hour
	maxServiceTokens  = 2 // so that one can be replaced without a pause
	maxPersonalTokens = 20
)

// tokenBody is the JSON of a token. Its text is known to its owner alone.
type tokenBody struct {
	Account string     `json:"account"`
	Name    string     `json:"name"`
	Hash    string     `json:"hash"`
	Scopes  []string   `json:"scopes"`
	Units   []string   `json:"units,omitempty"` // that bind it
	Expires time.Time  `json:"expires"`
	LastUse *time.Time `json:"lastUse,omitempty"`
}

func (t *tokenBody) scopes() (set access.Scopes) {
	for _, name := range t.Scopes {
		if scope, ok := access.ParseScope(name); ok {
			set |= scope
		}
	}
	return set
}

// isValid reports whether a token of an account may be used.
func (t *tokenBody) isValid(id string, b *accountBody, now time.Time) bool {
	return b != nil && !b.Disabled && now.Before(t.Expires) && slices.Contains(b.Tokens, id)
}

// validTokens returns the tokens of an account that may be used.
func (u *unitOfWork) validTokens(b *accountBody) (valid []*tokenBody, err error) {
	stored, err := loadDocuments[tokenBody](u, tokenKind, slices.Clone(b.Tokens))
	for _, t := range stored {
		if t.Value.isValid(t.ID, b, u.now) {
			valid = append(valid, t.Value)
		}
	}
	return valid, err
}

func tokenRights(tokens []*tokenBody) (rights []access.TokenRights) {
	for _, t := range tokens {
		rights = append(rights, access.TokenRights{Scopes: t.scopes(), Units: t.Units})
	}
	return rights
}

// Token is what a program sends in place of a session.
type Token struct {
	ID, Name  string
	Account   string // id of the account
	Scopes    []access.Scopes
	OrgUnits  []string // codes of departments that bind it, with all beneath; empty for none
	CreatedAt time.Time
	ExpiresAt time.Time
	LastUseAt *time.Time // exact to a minute
}

func (t *tokenBody) shownAs(id string, createdAt time.Time) Token {
	shown := Token{ID: id, Name: t.Name, Account: t.Account, Scopes: []access.Scopes{}, OrgUnits: t.Units, CreatedAt: createdAt, ExpiresAt: t.Expires, LastUseAt: t.LastUse}
	for _, name := range t.Scopes {
		if scope, ok := access.ParseScope(name); ok {
			shown.Scopes = append(shown.Scopes, scope)
		}
	}
	if shown.OrgUnits == nil {
		shown.OrgUnits = []string{}
	}
	return shown
}

// CreateTokenInput describes a token.
type CreateTokenInput struct {
	Account   *string // id of a service account; nil for one's own
	Name      string
	Scopes    []access.Scopes
	OrgUnits  []string
	ExpiresAt time.Time
}

// CreatedToken is a token with its text, which is told once.
type CreatedToken struct {
	Token   Token
	Text    string
	Pending []Pending // what it waits for, before it is valid
}

// CreateToken makes a token: one's own, or as ADMIN one of a service account.
func (a *Accounts) CreateToken(ctx context.Context, in CreateTokenInput) (created CreatedToken, err error) {
	action, owner := access.AdministerOwn, ""
	if in.Account != nil {
		action, owner = access.Administer, *in.Account
		err = access.Check(ctx, action)
	} else if v, refused := a.ownViewer(ctx); refused != nil {
		err = refused
	} else {
		owner = v.Account
	}
	if err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) (err error) {
			created, err = u.createToken(owner, in)
			return err
		})
	}
	a.noteAct(ctx, action, strings.TrimSpace("create-token "+scopeNames(in.Scopes)), owner, err)
	return created, err
}

func scopeNames(list []access.Scopes) string {
	var set access.Scopes
	for _, scope := range list {
		set |= scope
	}
	return strings.Join(set.Names(), ",")
}

func (u *unitOfWork) createToken(owner string, in CreateTokenInput) (created CreatedToken, err error) {
	b, err := u.loadAccount(owner)
	if err != nil {
		return created, err
	}
	if in.Account != nil && !b.Service {
		return created, invalidArgument("account", "%s is the account of a person, who makes their own tokens: name a service account", "%s 是个人账号，个人令牌须由本人创建：请指定服务账号", competency.Quote(b.Name))
	}
	t, err := u.newToken(owner, b, in)
	if err != nil {
		return created, err
	}
	id, secret := newID(), newSecret()
	t.Hash = hashSecret(secret)
	created = CreatedToken{Token: t.shownAs(id, u.now), Text: formatToken(id, secret), Pending: []Pending{}}
	if !b.Service {
		return created, u.addToken(id, t)
	}
	p, err := u.proposeOrApply(&pendingBody{Kind: TokenPending, Account: owner, TokenID: id, Token: t})
	if p != nil {
		created.Pending = append(created.Pending, *p)
	}
	return created, err
}

// newToken checks what is asked for.
func (u *unitOfWork) newToken(owner string, b *accountBody, in CreateTokenInput) (*tokenBody, error) {
	t := &tokenBody{Account: owner, Name: competency.Trim(in.Name), Expires: in.ExpiresAt.UTC().Truncate(time.Microsecond)}
	if err := checkName("name", t.Name); err != nil {
		return nil, err
	}
	for _, scope := range in.Scopes {
		for _, name := range scope.Names() {
			if !slices.Contains(t.Scopes, name) {
				t.Scopes = append(t.Scopes, name)
			}
		}
	}
	if len(t.Scopes) == 0 {
		return nil, invalidArgument("scopes", "a token takes at least one scope", "令牌至少须有一个权限范围")
	}
	switch life := t.Expires.Sub(u.now); {
	case life <= 0:
		return nil, invalidArgument("expires_at", "the token would have expired already: give a time after %s, which the server's clock shows", "令牌在创建时即已过期：请填写晚于服务器当前时间 %s 的时间", u.now.Format(time.RFC3339))
	case life > MaxTokenLife:
		return nil, invalidArgument("expires_at", "a token is valid for 366 days at most: give a time before %s", "令牌最长有效 366 天：请填写早于 %s 的时间", u.now.Add(MaxTokenLife).Format(time.RFC3339))
	}
	for _, code := range in.OrgUnits {
		code = competency.NormalizeCode(code)
		if err := u.checkOrgUnit("org_units", code); err != nil {
			return nil, err
		}
		if !slices.Contains(t.Units, code) {
			t.Units = append(t.Units, code)
		}
	}
	const unbound = access.CatalogWrite | access.AuditRead | access.MetricsRead
	if wrong := t.scopes() & unbound; wrong != 0 && t.Units != nil {
		return nil, invalidArgument("org_units", "a token with %s cannot be bound to departments: leave one of the two out", "含 %s 的令牌不能限定部门：请去掉其中一项", strings.Join(wrong.Names(), ", "))
	}
	return t, u.checkTokenCount(owner, b)
}

// checkTokenCount refuses a token beyond the number that an account may have, those that
// wait for a yes among them.
func (u *unitOfWork) checkTokenCount(owner string, b *accountBody) error {
	valid, err := u.validTokens(b)
	if err != nil {
		return err
	}
	n, most := len(valid), maxPersonalTokens
	if b.Service {
		most = maxServiceTokens
		waiting, err := u.allPending()
		if err != nil {
			return err
		}
		for _, p := range waiting {
			if p.Value.Kind == TokenPending && p.Value.Account == owner {
				n++
			}
		}
	}
	if n >= most {
		return refusal("account", fault.Conflict, "the account has %d tokens already, as many as it may have: revoke one first", "该账号已有 %d 个令牌，达到上限：请先撤销一个", n)
	}
	return nil
}

// addToken makes a token valid.
func (u *unitOfWork) addToken(id string, t *tokenBody) error {
	b, err := u.loadAccount(t.Account)
	if err != nil {
		return err
	}
	stored, err := loadDocument[tokenBody](u, tokenKind, id)
	if err != nil || stored != nil {
		return err
	}
	u.addDocument(tokenKind, id, u.now, t)
	b.Tokens = append(b.Tokens, id)
	return nil
}

// Tokens returns the own tokens, or as ADMIN those of an account; the latest first. Those
// that have expired are listed until they are revoked.
func (a *Accounts) Tokens(ctx context.Context, account *string) ([]Token, error) {
	action := access.AdministerOwn
	if account != nil {
		action = access.Administer
	}
	if err := access.Check(ctx, action); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	id := v.Account
	if account != nil {
		id = *account
	}
	u := a.beginRead(ctx)
	b, err := loadDocument[accountBody](u, accountKind, documentID(id))
	switch {
	case err != nil:
		return nil, storeFault(err)
	case b == nil && account != nil:
		return nil, noAccount(id)
	case b == nil: // the system has none
		return []Token{}, nil
	}
	stored, err := loadDocuments[tokenBody](u, tokenKind, slices.Clone(b.Tokens))
	list := []Token{}
	for _, t := range stored {
		list = append(list, t.Value.shownAs(t.ID, t.At))
	}
	slices.Reverse(list)
	return list, storeFault(err)
}

// RevokeToken makes one of the own tokens invalid, or as ADMIN any, on every instance within
// a second. NOT_FOUND for any other.
func (a *Accounts) RevokeToken(ctx context.Context, id string) error {
	action, administers := access.AdministerOwn, access.Check(ctx, access.Administer) == nil
	if administers {
		action = access.Administer
	}
	err := access.Check(ctx, action)
	if err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) error {
			t, err := loadDocument[tokenBody](u, tokenKind, documentID(id))
			if err != nil {
				return err
			}
			if t == nil || t.Account != u.viewer.Account && !administers {
				return refusal("id", fault.NotFound, "there is no token %s", "不存在令牌 %s", competency.Quote(id))
			}
			b, err := u.loadAccount(t.Account)
			if err != nil {
				return err
			}
			b.Tokens = slices.DeleteFunc(b.Tokens, func(other string) bool { return other == id })
			u.deleteLater(tokenKind, id)
			return nil
		})
	}
	a.noteAct(ctx, action, "revoke-token", id, err)
	return err
}

// CreateServiceAccount makes an account for a program, as ADMIN. It has no person and no
// sign-in: it acts by its tokens.
func (a *Accounts) CreateServiceAccount(ctx context.Context, name string) (made Account, err error) {
	if err = access.Check(ctx, access.Administer); err == nil {
		err = a.editInTurn(ctx, func(u *unitOfWork) (err error) {
			name := competency.Trim(name)
			if err := checkName("name", name); err != nil {
				return err
			}
			id := newID()
			free, err := u.claimKey(serviceKey, foldLogin(name), id)
			if err != nil {
				return err
			}
			if !free {
				return refusal("name", fault.Conflict, "there is a service account %s already: choose another name", "服务账号 %s 已存在：请换一个名称", competency.Quote(name))
			}
			u.addDocument(accountKind, id, u.now, &accountBody{Name: name, Service: true})
			made, err = u.showAccount(id)
			return err
		})
	}
	a.noteAct(ctx, access.Administer, "create-service-account", made.ID, err)
	return made, err
}

// FindService returns the service account of a name, as ADMIN. NOT_FOUND where there is none.
func (a *Accounts) FindService(ctx context.Context, name string) (Account, error) {
	return a.findKeyed(ctx, serviceKey, name)
}

// FindLogin returns the account of a user name, as ADMIN. NOT_FOUND where there is none.
func (a *Accounts) FindLogin(ctx context.Context, login string) (Account, error) {
	return a.findKeyed(ctx, loginKey, login)
}

func (a *Accounts) findKeyed(ctx context.Context, kind keyOf, name string) (Account, error) {
	if err := access.Check(ctx, access.Administer); err != nil {
		return Account{}, err
	}
	u := a.beginRead(ctx)
	id, err := u.accountOfKey(kind, foldLogin(name))
	if err == nil && id == "" {
		err = noAccount(name)
	}
	if err != nil {
		return Account{}, storeFault(err)
	}
	shown, err := u.showAccount(id)
	return shown, storeFault(err)
}

// checkOrgUnit refuses a department that there is not.
func (u *unitOfWork) checkOrgUnit(field, code string) error {
	known, err := u.accounts.directory.HasOrgUnit(u, code)
	if err == nil && !known {
		err = refusal(field, fault.NotFound, "there is no department %s", "不存在部门 %s", competency.Quote(code))
	}
	return err
}

// checkName refuses a name that is empty or too long.
func checkName(field, name string) error {
	const most = 200
	switch n := len([]rune(name)); {
	case n == 0:
		return invalidArgument(field, "give a name", "请填写名称")
	case n > most:
		return invalidArgument(field, "the name has %d characters: give at most %d", "名称有 %d 个字符：请勿超过 %d 个", n, most)
	}
	return nil
}
