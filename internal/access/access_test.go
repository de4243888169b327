package access_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/fault"
)

var actions = []access.Action{
	access.Catalog, access.Org, access.PeopleList, access.Card, access.Learner, access.Aggregate,
	access.EditCatalog, access.EditPosition, access.EditResource, access.EditPeople, access.EditOrg,
	access.Assess, access.Place, access.Record, access.Retract, access.Unmapped,
}

func TestCheck(t *testing.T) {
	for _, action := range actions {
		for _, subject := range []access.Subject{{}, {Employee: "E1"}} {
			require.Equal(t, fault.Unauthenticated, fault.CodeOf(access.Check(t.Context(), action, subject)), "no viewer")
			stranger := access.WithViewer(t.Context(), access.Viewer{})
			require.Equal(t, fault.PermissionDenied, fault.CodeOf(access.Check(stranger, action, subject)), "the zero viewer")
			require.NoError(t, access.Check(access.WithViewer(t.Context(), access.System()), action, subject))
		}
	}
}

func TestTheInnermostViewerCounts(t *testing.T) {
	ctx := access.WithViewer(access.WithViewer(t.Context(), access.System()), access.Viewer{})
	require.Equal(t, fault.PermissionDenied, fault.CodeOf(access.Check(ctx, access.Catalog, access.Subject{})))
}

func TestDecideAllocatesNothing(t *testing.T) {
	system, subject := access.System(), access.Subject{Employee: "E1"}
	allowed := 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for _, action := range actions {
			if access.Decide(system, action, subject) == access.Allowed && access.Decide(access.Viewer{}, action, subject) == access.Denied {
				allowed++
			}
		}
	}))
	require.Equal(t, 101*len(actions), allowed)
}
