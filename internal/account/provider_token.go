package account

import (
	"context"
	"fmt"
	"math/bits"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// ServiceIdentity is a program as an identity provider knows it, by an access token that has
// been verified.
type ServiceIdentity struct {
	Issuer, Subject string
	Scopes          access.Scopes
	Expires         time.Time
}

// ViewerOfService returns the viewer of a program that an identity provider knows. It is at
// most a second stale. UNAUTHENTICATED where no service account is joined with it,
// PERMISSION_DENIED where that has no valid token: what the provider lets a program do is
// never more than one of these may.
func (a *Accounts) ViewerOfService(ctx context.Context, s ServiceIdentity) (*access.Viewer, error) {
	identity := identityOf(s.Issuer, s.Subject)
	v, err := a.viewerFromCache(fmt.Sprint("identity ", keyID(identityKey, identity), s.Scopes, s.Expires.UnixNano()), func(u *unitOfWork) (v cachedViewer, err error) {
		id, err := u.accountOfKey(identityKey, identity)
		if err == nil {
			v.Viewer, err = u.providerTokenViewer(id, s.Scopes, s.Expires)
		}
		return v, err
	}, ctx)
	return v.Viewer, err
}

// providerTokenViewer returns the viewer of an access token of a service account: with the
// rights that the access token shares with one of the account's own tokens, the one that
// shares most.
func (u *unitOfWork) providerTokenViewer(id string, scopes access.Scopes, expires time.Time) (*access.Viewer, error) {
	b, err := loadDocument[accountBody](u, accountKind, documentID(id))
	if err != nil {
		return nil, err
	}
	if b == nil || !b.Service || b.Disabled || !u.now.Before(expires) {
		return nil, fault.New(fault.Unauthenticated,
			"no service account is joined with this token of the identity provider, or the token has expired: ask an administrator",
			"没有服务账号与该身份提供方令牌关联，或令牌已过期：请联系管理员")
	}
	valid, err := u.validTokens(b)
	if err != nil {
		return nil, err
	}
	given := access.Service(access.Identity{}, scopes, nil).Scopes()
	var best *tokenBody
	most := -1
	for _, t := range valid {
		shared := bits.OnesCount(uint(given & access.Service(access.Identity{}, t.scopes(), nil).Scopes()))
		if shared > most || shared == most && t.Units == nil {
			best, most = t, shared
		}
	}
	if best == nil {
		return nil, fault.New(fault.PermissionDenied,
			"the service account %s has no valid token, and an access token may do no more than one of these: ask an administrator to make one",
			"服务账号 %s 没有有效令牌，而访问令牌的权限不得超出其令牌：请管理员创建令牌", competency.Quote(b.Name))
	}
	shared := given & access.Service(access.Identity{}, best.scopes(), nil).Scopes()
	return access.Service(access.Identity{Account: id, Name: b.Name, Expires: expires}, shared, best.Units).WithTokens(tokenRights(valid)), nil
}
