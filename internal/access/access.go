// Package access decides who may do what. It is pure: a table, asked by the packages
// that hold the data.
package access

import (
	"context"

	"github.com/zhitu/zhitu/internal/fault"
)

// Action is a class of things that a viewer does or sees.
type Action string

// The actions.
const (
	Catalog      Action = "CATALOG"       // see points, competencies, positions, resources
	Org          Action = "ORG"           // see departments
	PeopleList   Action = "PEOPLE_LIST"   // find a person in a list
	Card         Action = "CARD"          // see a person's code, name, department, position, manager
	Learner      Action = "LEARNER"       // see a person's states, evidence, gap and path
	Aggregate    Action = "AGGREGATE"     // see what many people come to
	EditCatalog  Action = "EDIT_CATALOG"  // edit points, competencies, edges
	EditPosition Action = "EDIT_POSITION" // edit positions and their requirements
	EditResource Action = "EDIT_RESOURCE" // edit resources
	EditPeople   Action = "EDIT_PEOPLE"   // edit a person
	EditOrg      Action = "EDIT_ORG"      // edit departments
	Assess       Action = "ASSESS"        // enter a person's mastery
	Place        Action = "PLACE"         // ask a person the questions of a placement
	Record       Action = "RECORD"        // record evidence of a person
	Retract      Action = "RETRACT"       // take evidence of a person back
	Unmapped     Action = "UNMAPPED"      // see, retry and discard statements that could not be mapped
)

// Subject is what an action is about; the zero value is the store as a whole.
type Subject struct{ Employee string }

// Viewer is who asks. The zero Viewer may do nothing.
type Viewer struct{ system bool }

// System returns the viewer that may do everything: whoever runs the program on the
// machine of its store.
func System() Viewer { return Viewer{system: true} }

// Outcome is what a decision comes to.
type Outcome int

// The outcomes.
const (
	Denied Outcome = iota
	Allowed
)

// Decide returns whether a viewer may do something. It allocates nothing.
func Decide(v Viewer, _ Action, _ Subject) Outcome {
	if v.system {
		return Allowed
	}
	return Denied
}

type viewerKey struct{}

// WithViewer returns a context in which a viewer asks.
func WithViewer(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// Check returns nil where the viewer of a context may do something. Without a viewer it
// is UNAUTHENTICATED, else PERMISSION_DENIED.
func Check(ctx context.Context, a Action, s Subject) error {
	v, known := ctx.Value(viewerKey{}).(Viewer)
	switch {
	case !known:
		return fault.New(fault.Unauthenticated, "nobody has signed in: send a token or sign in", "尚未登录：请登录或提供令牌")
	case Decide(v, a, s) != Allowed:
		return fault.New(fault.PermissionDenied, "you have no permission for this (%s)", "没有此项权限（%s）", a)
	}
	return nil
}
