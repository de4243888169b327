package access

import (
	"context"

	"github.com/zhitu/zhitu/internal/fault"
)

type viewerKey struct{}

// WithViewer returns a context in which a viewer asks.
func WithViewer(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// WithCurrentViewer returns a context in which whoever current returns asks: of a request
// so long that rights may change during it. current must be safe for concurrent use.
func WithCurrentViewer(ctx context.Context, current func() *Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, current)
}

// FromContext returns the viewer of a context. Without one it is UNAUTHENTICATED.
func FromContext(ctx context.Context) (*Viewer, error) {
	switch v := ctx.Value(viewerKey{}).(type) {
	case *Viewer:
		return v, nil
	case func() *Viewer:
		return v(), nil
	}
	return nil, fault.New(fault.Unauthenticated, "nobody has signed in: send a token or sign in", "尚未登录：请登录或提供令牌")
}

// Check returns nil where the viewer of a context may do something that is about no
// person, else PERMISSION_DENIED or UNAUTHENTICATED.
func Check(ctx context.Context, a Action) error {
	v, err := FromContext(ctx)
	if err != nil {
		return err
	}
	return v.Refusal(v.Decide(a), a, nil)
}

// CheckPerson returns nil where the viewer of a context may do something about a person,
// nil for an unknown one. notFound is the error for a person who does not exist: one whom
// the viewer may not see gets the same.
func CheckPerson(ctx context.Context, a Action, p *Person, notFound error) error {
	v, err := FromContext(ctx)
	if err != nil {
		return err
	}
	return v.Refusal(v.DecidePerson(a, p), a, notFound)
}

// ScopedViewer returns the viewer of a context. It refuses a token that lacks the scope of
// an action, before any code is looked up.
func ScopedViewer(ctx context.Context, a Action) (*Viewer, error) {
	v, err := FromContext(ctx)
	if err != nil {
		return nil, err
	}
	if v.kind == nobody || !v.hasScope(&rules[a]) || a == Assess && v.lacksLearnerRead(a, false) {
		return nil, v.denied(a)
	}
	return v, nil
}

// CheckScope is ScopedViewer for whoever needs no viewer.
func CheckScope(ctx context.Context, a Action) error {
	_, err := ScopedViewer(ctx, a)
	return err
}

// Refusal returns the error of an outcome: nil where it is allowed, and notFound where the
// person must seem not to exist.
func (v *Viewer) Refusal(o Outcome, a Action, notFound error) error {
	switch {
	case o == Allowed || o == AllowedAsSelf:
		return nil
	case o == NotFound && notFound != nil:
		return notFound
	}
	return v.denied(a)
}

// denied says what is missing: to a token its scope.
func (v *Viewer) denied(a Action) error {
	if r := &rules[a]; v.isToken() && !v.hasScope(r) {
		if r.scope == 0 {
			return lacksClass(a, "no token has this permission: sign in with an account", "任何令牌都没有此项权限：请用账号登录")
		}
		return lacksScope(r.scope)
	}
	if v.lacksLearnerRead(a, false) {
		return lacksScope(LearnerRead)
	}
	return lacksClass(a, "you have no permission for this", "没有此项权限")
}

// lacksClass names the class to programs alone: to people it says nothing.
func lacksClass(a Action, en, zh string) error {
	err := fault.New(fault.PermissionDenied, en, zh)
	err.Class = a.String()
	return err
}

func lacksScope(s Scopes) error {
	return fault.New(fault.PermissionDenied, "the token lacks the scope %s", "令牌缺少权限范围 %s", s)
}
